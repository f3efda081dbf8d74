"""Which Values are drawn as one node: each by itself, or repeats of one shape together.

Two Values are repeats of one another if the same was done to repeats in the same order, whatever the numbers are. An
unnamed chain of additions that nothing else uses is one sum, however long, so that sums of all lengths look alike.
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
    """Those that are seen: their names, numbers and operations."""
    terms: tuple[tuple[Value, int], ...] | None = None
    """Where each head stands for a chain of additions: which operands, of which links, lead into the chains."""

    @property
    def interchangeable(self) -> bool:
        """Whether the operands' places do not matter to the picture: those of a sum, where repeats are drawn as one."""
        row = self.heads[0].primitive
        return self.terms is not None and row is not None and (row.nary or is_chain(self))

    def slots(self) -> list[tuple[Value, int]]:
        """The operands that lead in from outside, each as a Value and the place of its operand."""
        if self.terms is not None:
            return list(self.terms)
        return [(head, i) for head in self.heads for i in range(len(head.operands))]


def part_of(clumps: Sequence[Clump], shown: frozenset[Value]) -> list[Clump]:
    """The clumps of the Values that are shown, what leads into them, and what they lead into."""
    inside = [clump for clump in clumps if clump.heads[0] in shown]
    near = {head for clump in inside for head in clump.heads}
    near |= {x for clump in inside for link, i in clump.slots() if isinstance(x := link.operands[i], Value)}
    return [
        clump
        for clump in clumps
        if clump.heads[0] in near or any(link.operands[i] in shown for link, i in clump.slots())
    ]


def is_chain(clump: Clump) -> bool:
    """Whether a head of the clump stands for several additions."""
    return clump.terms is not None and len(clump.terms) > sum(len(head.operands) for head in clump.heads)


def singly(order: Sequence[Value]) -> list[Clump]:
    """Each Value by itself."""
    return [Clump((value,)) for value in order]


def repeats(order: Sequence[Value], grouped: Mapping[Value, Hashable]) -> list[Clump]:
    """Repeats together; ``order`` is oldest first. Values of different groups are kept apart."""
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
                terms = chains.pop(x)  # and not a copy: a chain may be long
        chains[value] = terms
        if value in links:
            continue
        kind = known.setdefault(_kind(value, terms, kinds, grouped.get(value)), len(known))
        kinds[value] = kind
        members[kind].append(value)
    return [Clump(tuple(heads), tuple([term for head in heads for term in chains[head]])) for heads in members.values()]


def _kind(value: Value, terms: Sequence[tuple[Value, int]], kinds: Mapping[Value, int], group: Hashable) -> Hashable:
    """What its repeats have in common."""
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
    """The unnamed sums that are used once, in another addition: links of a chain."""
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
    """A label without its place in an array: w1 for w1[3,1]."""
    return label and re.sub(r"\[[\d,]+\]$", "", label)
