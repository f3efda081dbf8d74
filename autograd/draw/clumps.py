"""Choose which Values are drawn as one node: each Value separately, or repeats of one shape together.

Two Values are repeats if they apply the same primitive to operands that are repeats, in the same order; their numbers
may differ. An unnamed chain of additions that is used once counts as one sum, so that sums of different lengths match.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from .. import primitives as rows
from ..value import Value


@dataclass(frozen=True, slots=True)
class Clump:
    """Values that are drawn as one node."""

    heads: tuple[Value, ...]
    """The Values whose names, numbers and operations the node shows."""
    terms: tuple[tuple[Value, int], ...] | None = None
    """Where a head may be a chain of additions: the operands that enter from outside, as in `slots`."""

    @property
    def interchangeable(self) -> bool:
        """Whether the picture ignores the order of the operands: in sums, where repeats are drawn as one node."""
        row = self.heads[0].primitive
        return self.terms is not None and row is not None and (row.nary or is_chain(self))

    def slots(self) -> list[tuple[Value, int]]:
        """Return the operands that enter from outside, each as a Value and an operand index."""
        if self.terms is not None:
            return list(self.terms)
        return [(head, i) for head in self.heads for i in range(len(head.operands))]


def part_of(clumps: Sequence[Clump], shown: frozenset[Value]) -> list[Clump]:
    """Return the clumps of the Values in ``shown``, their operands and their users."""
    inside = [clump for clump in clumps if clump.heads[0] in shown]
    near = {head for clump in inside for head in clump.heads}
    near |= {x for clump in inside for link, i in clump.slots() if isinstance(x := link.operands[i], Value)}
    return [
        clump
        for clump in clumps
        if clump.heads[0] in near or any(link.operands[i] in shown for link, i in clump.slots())
    ]


def is_chain(clump: Clump) -> bool:
    """Return whether a head of the clump stands for several additions."""
    return clump.terms is not None and len(clump.terms) > sum(len(head.operands) for head in clump.heads)


def singly(order: Sequence[Value]) -> list[Clump]:
    """Return a clump for each Value."""
    return [Clump((value,)) for value in order]


def repeats(order: Sequence[Value], grouped: Mapping[Value, Hashable]) -> list[Clump]:
    """Return a clump for each set of repeats within a group. ``order`` is a topological order, operands first."""
    links = _links(order)
    kinds: dict[Value, int] = {}
    known: dict[Hashable, int] = {}
    members: dict[int, list[Value]] = defaultdict(list)
    chains: dict[Value, list[tuple[Value, int]]] = {}
    for value in order:
        terms: list[tuple[Value, int]] = []
        for i, x in enumerate(value.operands):
            if not (isinstance(x, Value) and x in links):
                terms.append((value, i))
            elif terms:
                terms += chains.pop(x)
            else:
                terms = chains.pop(x)  # no copy: a chain may be long
        chains[value] = terms
        if value in links:
            continue
        kind = known.setdefault(_kind(value, terms, kinds, grouped.get(value)), len(known))
        kinds[value] = kind
        members[kind].append(value)
    return [Clump(tuple(heads), tuple([term for head in heads for term in chains[head]])) for heads in members.values()]


def _kind(value: Value, terms: Sequence[tuple[Value, int]], kinds: Mapping[Value, int], group: Hashable) -> Hashable:
    """Return a key that is equal for repeats."""
    row = value.primitive
    if row is None or not terms:
        return stem(value.label), group
    operands = [link.operands[i] for link, i in terms]
    constants = len(row.constants)
    fixed = tuple([x for x in operands[len(operands) - constants :] if not isinstance(x, Value)])
    inputs = [kinds[x] if isinstance(x, Value) else -1 for x in operands[: len(operands) - constants]]
    long = row.nary or len(terms) > len(value.operands)
    return row, stem(value.label), group, frozenset(inputs) if long else tuple(inputs), fixed


def _links(order: Sequence[Value]) -> set[Value]:
    """Return the unnamed additions that are used once, by another addition."""
    uses: dict[Value, int] = defaultdict(int)
    adding: dict[Value, bool] = defaultdict(bool)
    for value in order:
        for x in value.operands:
            if isinstance(x, Value):
                uses[x] += 1
                adding[x] = value.primitive is rows.add
    return {
        value
        for value in order
        if value.primitive is rows.add and value.label is None and uses[value] == 1 and adding[value]
    }


def stem(label: str | None) -> str | None:
    """Return a label without its array index: w1 for w1[3,1]."""
    return label and re.sub(r"\[[\d,]+\]$", "", label)
