"""Find the neuron, layer or sample that a Value belongs to.

Neurons are found by the labels of their parameters; see `autograd.naming`. Samples are found by shape: in the sum
nearest to the root whose terms are repeats, each term is one sample.
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
    """Return the group name of each Value that is in a group. ``order`` is a topological order, operands first."""
    if how == "sample":
        return samples(order)
    if how == "neuron":
        return {value: f"layer {part.layer}, neuron {part.neuron}" for value, part in neurons(order).items()}
    if how == "layer":
        return {value: f"layer {part.layer}" for value, part in neurons(order).items()}
    if not callable(how):
        raise ValueError(
            f"group must be 'layer', 'neuron', 'sample', None, or a function that returns the name of a Value's "
            f"group, not {how!r}"
        )
    return {value: name for value in order if (name := how(value)) is not None}


def has_layers(order: Sequence[Value]) -> bool:
    """Return whether the labels are those of several layers of an `nn` model."""
    layers = {part.layer for part in neurons(order).values()}
    return len(layers) > 1 and any("[" in (value.label or "") for value in order)


def samples(order: Sequence[Value]) -> dict[Value, str]:
    """Return the sample of each Value that was computed from one sample. ``order`` has operands first."""
    owner: dict[Value, int | None] = {term: i for i, term in enumerate(_repeated_terms(order), 1)}
    for value in reversed(order):  # users before operands
        if value in owner:
            for x in value.operands:
                if isinstance(x, Value) and x.operands:
                    owner[x] = owner[value] if owner.get(x, owner[value]) == owner[value] else None
    return {value: f"sample {i}" for value in order if (i := owner.get(value)) is not None}


def _repeated_terms(order: Sequence[Value]) -> list[Value]:
    """Return the terms of the sum nearest to the root whose terms are repeats."""
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
