"""Which neuron, layer or sample a Value belongs to.

Neurons are found by the labels of their parameters, which are those of nn: ``w1[3,2]`` is the weight of neuron 3 of
layer 1 for input 2, ``b1[3]`` its bias. To a neuron belong its parameters, the sum that they go into, and the function
of that sum. Samples are found by their shape: the nearest sum to the root that adds up repeats has one sample a term.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from autograd import Value
from autograd import primitives as rows

from .clumps import repeats

Grouping: TypeAlias = Literal["neuron", "layer", "sample"] | Callable[[Value], str | None]

_PARAMETER = re.compile(r"([wb])_?(\d*)(?:\[(\d+)(?:,(\d+))?\])?", re.IGNORECASE)


def grouped(order: Sequence[Value], how: Grouping) -> dict[Value, str]:
    """The name of each Value's group, for those that are in one; ``order`` is oldest first."""
    if how == "sample":
        return samples(order)
    if how == "neuron":
        return {value: f"layer {layer}, neuron {j}" for value, (layer, j) in neurons(order).items()}
    if how == "layer":
        return {value: f"layer {layer}" for value, (layer, _) in neurons(order).items()}
    if not callable(how):
        raise ValueError(f"group is 'neuron', 'layer', 'sample', or a function from a Value to a name; not {how!r}")
    return {value: name for value in order if (name := how(value)) is not None}


def is_parameter(label: str | None) -> bool:
    """Whether a label looks like a parameter's: w, b1, W2, w1[3,2], θ, alpha."""
    return label is not None and (
        _PARAMETER.fullmatch(label) is not None
        or re.fullmatch(r"(θ|theta|α|alpha|β|beta|γ|gamma)_?\d*", label) is not None
    )


def has_layers(order: Sequence[Value]) -> bool:
    """Whether there are labels of several layers of an nn model."""
    found = neurons(order)
    return len({layer for layer, _ in found.values()}) > 1 and any("[" in (value.label or "") for value in order)


def neurons(order: Sequence[Value]) -> dict[Value, tuple[int, int]]:
    """The layer and the number of the neuron that a Value belongs to."""
    found = _owners(order)
    if not found:
        return {}
    finished: set[Value] = set()  # neurons' sums that went through their function
    for value in order:
        row = value.primitive
        if row is None:
            continue
        operands = [x for x in value.operands if isinstance(x, Value)]
        owners = {found[x] for x in operands if not x.operands and x in found}
        computed = {found[x] for x in operands if x.operands and x in found and x not in finished}
        if len(owners) == 1 and (row is not rows.mul or len(owners | computed) >= 1):
            (owner,) = owners
            found[value] = owner
        elif (
            len(computed) == 1
            and row in (rows.add, rows.sum_)
            and all(x in found and x not in finished for x in operands)
        ):
            (found[value],) = computed
        elif len(computed) == 1 and len(operands) == 1 and row.notation.kind in ("function", "nothing"):
            (found[value],) = computed
            finished.add(value)
    return found


def _owners(order: Sequence[Value]) -> dict[Value, tuple[int, int]]:
    """The neuron of each parameter."""
    parts = {
        value: match
        for value in order
        if not value.operands and (match := _PARAMETER.fullmatch(value.label or "")) is not None
    }
    if not any(match[2] for match in parts.values() if match[1].lower() == "b") and any(
        match[1].lower() == "b" for match in parts.values()
    ):  # one layer: b and w[3,2], or one neuron: b, w1 and w2
        return {value: (1, _neuron(match, False)) for value, match in parts.items()}
    wide = {match[2] for match in parts.values() if match[1].lower() == "b" and match[3]}
    return {value: (int(match[2] or 1), _neuron(match, match[2] in wide)) for value, match in parts.items()}


def _neuron(match: re.Match[str], wide: bool) -> int:
    """``w2[3]`` is weight 3 of a single neuron, or the weight of neuron 3: it is the latter if there is a b2[3]."""
    if match[4] or (match[3] and (wide or match[1].lower() == "b")):
        return int(match[3])
    return 1


def samples(order: Sequence[Value]) -> dict[Value, str]:
    """The sample that a Value is computed from, if it is from one only."""
    terms = _repeated_terms(order)
    owner: dict[Value, int | None] = {}
    for i, term in enumerate(terms, 1):
        stack = [term]
        while stack:
            value = stack.pop()
            if value.operands and owner.get(value, 0) != i:
                stack += [x for x in value.operands if isinstance(x, Value)] if value not in owner else []
                owner[value] = None if value in owner else i
    return {value: f"sample {i}" for value, i in owner.items() if i is not None}


def _repeated_terms(order: Sequence[Value]) -> list[Value]:
    """The terms of the sum nearest to the root that adds up repeats."""
    clumps = repeats(order, {})
    kind_of = {head: i for i, clump in enumerate(clumps) for head in clump.heads}
    for clump in reversed(clumps):
        head = clump.heads[0]
        if len(clump.heads) > 1 or head.primitive not in (rows.add, rows.sum_):
            continue
        inputs = [x for link, i in clump.slots() if isinstance(x := link.operands[i], Value) and x.operands]
        counts = Counter(kind_of[x] for x in inputs)
        if counts:
            kind, count = counts.most_common(1)[0]
            if count > 1:
                return [x for x in inputs if kind_of[x] == kind]
    return []


__all__ = ["Grouping", "defaultdict", "grouped", "has_layers", "is_parameter", "neurons", "samples"]
