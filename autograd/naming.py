"""Name the nodes without labels: a1[2] where labels of parameters identify the neuron, otherwise v1, v2, ….

Neurons are found by the labels that `nn` gives to parameters: ``w1[3,2]`` is the weight of neuron 3 of layer 1 for
input 2, and ``b1[3]`` is its bias. A neuron consists of its parameters, the sum that uses them, and the function of
that sum.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Literal

from . import primitives as rows
from .backprop import ancestry
from .errors import GraphError
from .value import Value

_PARAMETER = re.compile(r"([wb])_?(\d*)(?:\[(\d+)(?:,(\d+))?\])?", re.IGNORECASE)
_GREEK_PARAMETER = re.compile(r"(θ|theta|α|alpha|β|beta|γ|gamma)_?\d*")


@dataclass(frozen=True, slots=True)
class Part:
    """The role of a Value in its neuron: a parameter, a (partial) sum z, or the activation a, a function of z."""

    layer: int
    neuron: int
    role: Literal["parameter", "z", "a"]

    @property
    def where(self) -> tuple[int, int]:
        """The layer, and the neuron within it."""
        return self.layer, self.neuron


def name_all(order: Sequence[Value], heads: Sequence[Value] | None = None) -> dict[Value, str]:
    """Name each Value of a graph: its label, its role in a network, or v1, v2, ….

    ``order`` is a topological order, operands first. ``heads`` are the Values to name if each stands for its repeats;
    these may share the name of a role. If a label looks like v1, another letter is used. Labels are never reused.

    >>> from autograd import ancestry
    >>> w, x, b = Value(2.0, label="w1[3,1]"), Value(0.5, label="x"), Value(0.1, label="b1[3]")
    >>> order = ancestry((w * x + b).tanh())[::-1]
    >>> list(name_all(order).values())
    ['w1[3,1]', 'x', 'b1[3]', 'v1', 'z[3]', 'a[3]']
    """
    suggested = _places(order, repeated=heads is not None)
    order = order if heads is None else heads
    taken = {value.label for value in order if value.label}
    letter = next(
        letter
        for letter in chain("vusrq", (f"v{'_' * n}" for n in count(2)))
        if not any(label.startswith(letter) and label[len(letter) :].isdigit() for label in taken)
    )
    number = count(1)
    names: dict[Value, str] = {}
    for value in order:
        name = suggested.get(value)
        names[value] = value.label or (name if name and name not in taken else f"{letter}{next(number)}")
    return names


def meant(y: Value, wrt: Value | str, called: Mapping[Value, str] | None = None, *, reader: str) -> Value:
    """Return the node below ``y`` that ``wrt`` refers to: the node itself, or the node with that label or name.

    >>> w = Value(2.0, label="w")
    >>> meant(w * w, "w", reader="derive") is w
    True
    """
    if isinstance(wrt, Value):
        return wrt
    if not isinstance(wrt, str):
        raise TypeError(f"{reader} takes a Value or the label of one, and got {wrt!r} of type {type(wrt).__name__}")
    names = {node: name for node in ancestry(y) if (name := (called or {}).get(node) or node.label)}
    found = [node for node, name in names.items() if name == wrt]
    if len(found) == 1:
        return found[0]
    if not found:
        known = sorted(set(names.values()))
        listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
        raise GraphError(f"no node below {y!r} is called {wrt!r}; there are {listed or 'no names at all'}")
    raise GraphError(f"{len(found)} nodes below {y!r} are called {wrt!r}: give the Value itself")


def is_parameter(label: str | None) -> bool:
    """Return whether a label looks like a parameter's: w, b1, W2, w1[3,2], θ, alpha."""
    return bool(label and (_PARAMETER.fullmatch(label) or _GREEK_PARAMETER.fullmatch(label)))


def neurons(order: Sequence[Value]) -> dict[Value, Part]:
    """Return the neuron, and the role in it, of each Value that is part of one."""
    found = _owners(order)
    if not found:
        return found
    for value in order:
        operands = [x for x in value.operands if isinstance(x, Value)]
        parts = [found[x] for x in operands if x in found]
        row = value.primitive
        if row is rows.mul or row is rows.dot:
            owners = {part.where for part in parts if part.role == "parameter"}
            weights = sum(part.role == "parameter" for part in parts)
            if len(owners) == 1 and 2 * weights <= len(value.operands):  # w·x, and not w·w
                found[value] = Part(*owners.pop(), "z")
        elif row is rows.add or row is rows.sum_:
            inside = len(parts) == len(operands) and all(part.role != "a" for part in parts)
            if inside and len({part.where for part in parts}) == 1 and any(part.role == "z" for part in parts):
                found[value] = Part(*parts[0].where, "z")
        elif len(operands) == len(parts) == 1 and parts[0].role == "z" and _is_function(value):
            found[value] = Part(*parts[0].where, "a")
    return found


def _is_function(value: Value) -> bool:
    return value.primitive is not None and value.primitive.notation.kind in ("function", "nothing")


def _places(order: Sequence[Value], *, repeated: bool) -> dict[Value, str]:
    """Return the names z1[2] and a1[2] for the results of neuron 2 of layer 1.

    A neuron that is used for several samples has several results, which get no name unless repeats may share one.
    """
    parts = neurons(order)
    inner = {
        x
        for value, part in parts.items()
        if part.role == "z"
        for x in value.operands
        if isinstance(x, Value) and x in parts and parts[x] == part
    }  # partial sums of z
    widths: dict[int, int] = {}
    for part in parts.values():
        widths[part.layer] = max(part.neuron, widths.get(part.layer, 0))
    whole = {  # sums with a bias or an activation; otherwise any product with a weight would be a z
        part.where for value, part in parts.items() if part.role == "a" or (value.label or "").lower().startswith("b")
    }
    names: dict[Value, str] = {}
    for value, part in parts.items():
        if part.role != "parameter" and value not in inner and part.where in whole:
            layer = str(part.layer) if len(widths) > 1 else ""
            names[value] = f"{part.role}{layer}" + (f"[{part.neuron}]" if widths[part.layer] > 1 else "")
    uses = Counter(names.values())
    return {value: name for value, name in names.items() if repeated or uses[name] == 1}


def _owners(order: Sequence[Value]) -> dict[Value, Part]:
    """Return the neuron of each parameter."""
    labels: dict[Value, re.Match[str]] = {}
    for value in order:
        match = None if value.operands else _PARAMETER.fullmatch(value.label or "")
        if match is not None:
            labels[value] = match
    biases = [match for match in labels.values() if match[1].lower() == "b"]
    single = bool(biases) and not any(match[2] for match in biases)  # one layer: b and w[3,2], or b, w1 and w2
    wide = {match[2] for match in biases if match[3]}
    return {
        value: Part(1 if single else int(match[2] or 1), _neuron(match, match[2] in wide), "parameter")
        for value, match in labels.items()
    }


def _neuron(match: re.Match[str], wide: bool) -> int:
    """Return the neuron of ``w2[3]``: 3 if there is a b2[3]; otherwise it is weight 3 of a single neuron."""
    if match[3] and (match[4] or wide or match[1].lower() == "b"):
        return int(match[3])
    return 1
