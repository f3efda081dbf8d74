"""Which neuron, layer or sample a Value belongs to.

Neurons are found by the labels of their parameters: `autograd.naming` says how. Samples are found by their shape: the
sum nearest to the root that adds up repeats has one sample a term.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from .. import primitives as rows
from ..naming import neurons
from ..value import Value
from .clumps import repeats

Grouping: TypeAlias = Literal["neuron", "layer", "sample"] | Callable[[Value], str | None]


def grouped(order: Sequence[Value], how: Grouping) -> dict[Value, str]:
    """The name of each Value's group, for those that are in one; ``order`` is oldest first."""
    if how == "sample":
        return samples(order)
    if how == "neuron":
        return {value: f"layer {part.layer}, neuron {part.neuron}" for value, part in neurons(order).items()}
    if how == "layer":
        return {value: f"layer {part.layer}" for value, part in neurons(order).items()}
    if not callable(how):
        raise ValueError(
            f"group is 'layer', 'neuron', 'sample', a function from a Value to the name of its group, or None; "
            f"and not {how!r}"
        )
    return {value: name for value in order if (name := how(value)) is not None}


def has_layers(order: Sequence[Value]) -> bool:
    """Whether there are labels of several layers of an nn model."""
    layers = {part.layer for part in neurons(order).values()}
    return len(layers) > 1 and any("[" in (value.label or "") for value in order)


def samples(order: Sequence[Value]) -> dict[Value, str]:
    """The sample that a Value was computed from, if it is one only; ``order`` is oldest first."""
    owner: dict[Value, int | None] = {term: i for i, term in enumerate(_repeated_terms(order), 1)}
    for value in reversed(order):  # a node's users come before it
        if value in owner:
            for x in value.operands:
                if isinstance(x, Value) and x.operands:
                    owner[x] = owner[value] if owner.get(x, owner[value]) == owner[value] else None
    return {value: f"sample {i}" for value in order if (i := owner.get(value)) is not None}


def _repeated_terms(order: Sequence[Value]) -> list[Value]:
    """The terms of the sum nearest to the root that adds up repeats."""
    clumps = repeats(order, {})
    kind_of: Mapping[Value, int] = {head: i for i, clump in enumerate(clumps) for head in clump.heads}
    for clump in reversed(clumps):
        if len(clump.heads) > 1 or clump.heads[0].primitive not in (rows.add, rows.sum_):
            continue
        terms = [x for link, i in clump.slots() if isinstance(x := link.operands[i], Value) and x.operands]
        for kind, times in Counter(kind_of[x] for x in terms).most_common(1):
            if times > 1:
                return [x for x in terms if kind_of[x] == kind]
    return []
