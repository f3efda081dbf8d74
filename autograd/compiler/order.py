"""The order in which derivatives are added up: each is to be the sum that the engine's own walk makes.

The walk goes from the newest node to the oldest, and so a derivative is added up from what its newest user hands down
to what its oldest does. Array operations hand down for many nodes at once, one level after the other. Where that would
make another sum, what they hand down is kept until all of it is there, and added in turn.

What is taken together as one sum nevertheless: what a product of matrices hands down, what is summed over a batch, and
what four or more members of one group hand to one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .graph import DOT, FEW, SUM, Graph, Group, cut


def apart(graph: Graph, groups: Sequence[Group]) -> list[Group]:
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


def out_of_turn(graph: Graph, groups: Sequence[Group], active: Any, root: int) -> Any:
    """For each node whether what it is handed has to be kept and added in turn, if the groups hand down one after the
    other, the last one first. ``active`` are the nodes that have a derivative.

    What one operand of a group is handed is kept for all of its nodes or for none.
    """
    found = np.zeros(len(graph.row) + 1, dtype=bool)
    numbers, users, at, columns = _edges(graph, groups, active, root)
    total = np.bincount(numbers, minlength=len(found))
    _, pair, size = np.unique(numbers * len(groups) + at, return_inverse=True, return_counts=True)
    size = size[pair.reshape(-1)]
    products = np.array([g.row is DOT for g in groups])
    one_sum = (size == total[numbers]) & (products[at] | (size >= FEW))
    chosen = np.flatnonzero((total[numbers] > 2) & ~one_sum)
    if not len(chosen):
        return found
    serials = np.array(graph.serial)
    chosen = chosen[np.lexsort((columns[chosen], -serials[users[chosen]], numbers[chosen]))]
    for some in np.split(chosen, np.flatnonzero(np.diff(numbers[chosen])) + 1):
        number = int(numbers[some[0]])
        handed = list(zip(at[some].tolist(), users[some].tolist(), columns[some].tolist(), strict=True))
        found[number] = not _in_turn(graph, groups, number, handed)
    _, column = np.unique(at * (1 + columns.max()) + columns, return_inverse=True)
    column = column.reshape(-1)
    while True:
        kept = np.bincount(column, weights=found[numbers])[column] > 0
        if found[numbers[kept]].all():
            return found
        found[numbers[kept]] = True


def _edges(graph: Graph, groups: Sequence[Group], active: Any, root: int) -> Any:
    """All that is handed down: to which number, by which node, of which group, as its which operand (or side)."""
    reached = np.zeros(len(graph.row) + 1, dtype=bool)
    reached[root] = True
    edges = [np.zeros((4, 0), dtype=np.intp)]
    for i, g in reversed(list(enumerate(groups))):
        members, operands = np.array(g.members), np.maximum(np.array(g.operands, dtype=np.intp), -1)
        mine, column = np.nonzero((operands >= 0) & active[operands] & reached[members][:, None])
        side = column * 2 // operands.shape[1] if g.row is DOT else column * (len(g.kinds) == operands.shape[1])
        edges.append(np.stack([operands[mine, column], members[mine], np.full(len(mine), i), side]))
        reached[operands[mine, column]] = True
    return np.concatenate(edges, axis=1)


def _in_turn(graph: Graph, groups: Sequence[Group], number: int, handed: Sequence[tuple[int, int, int]]) -> bool:
    """Whether a number is handed everything in turn: by which group, node and operand is told, the newest first."""
    turns: list[tuple[int, int]] = []  # the group, and how much it hands down
    for i in dict.fromkeys([i for i, _, _ in handed]):
        g, mine = groups[i], [k for k, (j, _, _) in enumerate(handed) if j == i]
        members = list(dict.fromkeys([handed[k][1] for k in mine]))
        over_batch = g.axis >= 0 and graph.axis[number] < 0
        of_one_operand = len({handed[k][2] for k in mine}) == 1 and members == sorted(members, reverse=True)
        at_first = mine == list(range(len(mine))) and (len(mine) == 2 or (len(mine) == 3 and of_one_operand))
        if not (g.row is DOT or over_batch or len(mine) >= FEW or len(members) == 1 or at_first):
            return False
        turns.append((i, len(mine)))
    order = [i for i, _ in turns]
    if [count for _, count in turns[:2]] == [1, 1]:  # the first two may change places
        order[:2] = sorted(order[:2], reverse=True)
    return order == sorted(order, reverse=True)
