"""The order in which array operations run: each derivative is to be the sum that the engine's own walk adds up.

The walk goes from the newest node to the oldest, and so a derivative is added up from what its newest user hands down
to what its oldest does. An array operation does this for many nodes at once. Where the two would not give the same sum,
the operations are put in another order or, where that is not enough, cut into several.

What is taken together as one sum nevertheless: what a product of matrices hands down, what is summed over a batch, and
what four or more members of one group hand to one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

import numpy as np

from .graph import DOT, FEW, SUM, Graph, Group, cut


def in_order(graph: Graph, active: Any, root: int | None) -> list[Group]:
    """The groups with an operation, each after those that it needs. ``active`` are the nodes that have a derivative."""
    groups = sorted([g for g in graph.groups if g.row is not None], key=lambda g: g.level)
    if root is None or not groups:
        return groups
    groups = _apart(graph, groups)
    turns = _turns(graph, groups, active, root)
    return groups if _respected(turns, groups) else _Walk(graph, groups, turns).run()


def _apart(graph: Graph, groups: Sequence[Group]) -> list[Group]:
    """The groups, with one that others need in several parts, each part by itself: then what needs a part reads a block
    without gaps, and hands back its derivative as it is.
    """
    users: dict[int, tuple[int, int]] = {}  # the group and the place in it that need a node, −1 for several
    for i, g in enumerate(groups):
        for xs in g.operands:
            if g.row in (DOT, SUM):
                users.update(dict.fromkeys(xs, (-1, -1)))
            else:
                for column, x in enumerate(xs):
                    users[x] = (-1, -1) if x in users else (i, column)
    found = []
    for g in groups:
        parts: dict[tuple[int, int], list[int]] = {}
        for n in g.members:
            parts.setdefault(users.get(n, (-1, -1)), []).append(n)
        whole = all(i >= 0 and len(groups[i].members) == len(part) for (i, _), part in parts.items())
        found += cut(graph, g, list(parts.values())) if len(parts) > 1 and whole else [g]
    return found


@dataclass(slots=True)
class Turn:
    """What members of one group hand to one number, at once."""

    group: Group
    members: list[int]
    """The newest first."""
    single: bool = False
    """Whether it is one summand."""
    whole: bool = True
    """Whether it is all that the group hands to that number."""


def _turns(graph: Graph, groups: Sequence[Group], active: Any, root: int) -> list[list[Turn]]:
    """For each number whose derivative depends on the order of its sum: what it is handed, the newest first."""
    count = len(graph.row) + 1
    reached = np.zeros(count, dtype=bool)
    reached[root] = True
    edges = []
    for i, g in reversed(list(enumerate(groups))):
        members, operands = np.array(g.members), np.maximum(np.array(g.operands, dtype=np.intp), -1)
        mine, column = np.nonzero((operands >= 0) & active[operands] & reached[members][:, None])
        edges.append(np.stack([operands[mine, column], members[mine], np.full(len(mine), i), column]))
        reached[operands[mine, column]] = True
    numbers, users, at, columns = np.concatenate(edges, axis=1)
    total = np.bincount(numbers, minlength=count)
    _, pair, size = np.unique(numbers * len(groups) + at, return_inverse=True, return_counts=True)
    size = size[pair.reshape(-1)]
    products = np.array([g.row is DOT for g in groups])
    one_sum = (size == total[numbers]) & (products[at] | (size >= FEW))
    chosen = np.flatnonzero((total[numbers] > 2) & ~one_sum)
    serials = np.array(graph.serial)
    chosen = chosen[np.lexsort((columns[chosen], -serials[users[chosen]], numbers[chosen]))]
    if not len(chosen):
        return []
    return [
        _turns_of_one(graph, groups, int(numbers[some[0]]), users[some].tolist(), at[some].tolist(), columns[some])
        for some in np.split(chosen, np.flatnonzero(np.diff(numbers[chosen])) + 1)
    ]


def _turns_of_one(
    graph: Graph, groups: Sequence[Group], number: int, users: list[int], at: list[int], columns: Any
) -> list[Turn]:
    turns: list[Turn] = []
    for i in dict.fromkeys(at):
        g, mine = groups[i], [k for k, j in enumerate(at) if j == i]
        members = list(dict.fromkeys([users[k] for k in mine]))
        over_batch = g.axis >= 0 and graph.axis[number] < 0
        first = mine == list(range(len(mine))) and (
            len(mine) == 2 or (len(set(columns[mine])) == 1 and members == sorted(members, reverse=True))
        )
        if g.row is DOT or over_batch or len(mine) >= FEW or len(members) == 1 or first:
            turns.append(Turn(g, members, single=len(mine) == 1))
        else:
            turns.extend([Turn(g, [n], whole=False) for n in members])
    return sorted(turns, key=lambda turn: -graph.serial[turn.members[0]])


def _respected(turns: Sequence[Sequence[Turn]], groups: Sequence[Group]) -> bool:
    """Whether the groups, the last one first, hand down everything in turn; the first two may change places."""
    rank = {id(g): -i for i, g in enumerate(groups)}
    for mine in turns:
        ranks = [rank[id(turn.group)] for turn in mine]
        if all(turn.single for turn in mine[:2]):
            ranks[:2] = sorted(ranks[:2])
        if ranks != sorted(ranks) or not all(turn.whole for turn in mine):
            return False
    return True


@dataclass(slots=True)
class _Gate:
    """Nodes whose turn comes when so many others have handed down."""

    pending: int
    members: list[int]


class _Walk:
    """The engine's walk, as many nodes of a group at a time as may be."""

    def __init__(self, graph: Graph, groups: Sequence[Group], turns: Sequence[Sequence[Turn]]) -> None:
        self._graph = graph
        self._operands = {n: xs for g in groups for n, xs in zip(g.members, g.operands, strict=True)}
        self._waits = dict.fromkeys(self._operands, 0)
        """For how much each node waits: for its users, and for its turns."""
        for xs in self._operands.values():
            for x in xs:
                if x in self._waits:
                    self._waits[x] += 1
        self._gates: dict[int, list[_Gate]] = {}
        for mine in turns:
            for before, turn in pairwise(mine):
                gate = _Gate(len(before.members), turn.members)
                for n in before.members:
                    self._gates.setdefault(n, []).append(gate)
                for n in turn.members:
                    self._waits[n] += 1
        self._left = {id(g): len(g.members) for g in groups}
        self._ready: dict[int, set[int]] = {id(g): set() for g in groups}
        self._whole: list[tuple[int, int]] = []
        """Groups of which all that is left is ready, by their newest member."""
        self._done: set[int] = set()
        self._found: list[tuple[Group, set[int]]] = []

    def run(self) -> list[Group]:
        """The groups in order, some of them cut."""
        for n in [n for n, count in self._waits.items() if not count]:
            self._enable(n)
        newest = iter(sorted(self._operands, key=self._age))
        while len(self._done) < len(self._operands):
            if self._whole:
                g = self._group(heappop(self._whole)[1])
                if self._ready[id(g)]:
                    self._emit(g)
            else:
                n = next(n for n in newest if n not in self._done)
                self._ready[id(self._group(n))].add(n)
                self._emit(self._group(n))
        parts: dict[int, list[list[int]]] = {}
        for g, members in self._found:
            parts.setdefault(id(g), []).append([n for n in g.members if n in members])
        parts_of = {id(g): iter(cut(self._graph, g, parts[id(g)])) for g, _ in self._found if len(parts[id(g)]) > 1}
        return [next(parts_of.get(id(g), iter([g]))) for g, _ in self._found][::-1]

    def _age(self, n: int) -> tuple[int, int]:
        return -self._graph.serial[n], -n

    def _group(self, n: int) -> Group:
        return self._graph.groups[self._graph.group[n]]

    def _enable(self, n: int) -> None:
        g = self._group(n)
        ready = self._ready[id(g)]
        ready.add(n)
        if len(ready) == self._left[id(g)]:
            newest = min(ready, key=self._age)
            heappush(self._whole, (-self._graph.serial[newest], newest))

    def _emit(self, g: Group) -> None:
        members, self._ready[id(g)] = self._ready[id(g)], set()
        self._left[id(g)] -= len(members)
        self._done |= members
        self._found.append((g, members))
        opened = []
        for n in members:
            opened += [x for x in self._operands[n] if x in self._waits]
            for gate in self._gates.get(n, ()):
                gate.pending -= 1
                if not gate.pending:
                    opened += gate.members
        for n in opened:
            self._waits[n] -= 1
            if not self._waits[n] and n not in self._done:
                self._enable(n)
