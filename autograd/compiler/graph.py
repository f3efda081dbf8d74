"""What was recorded as a graph of nodes in groups.

Nodes are numbered as they are entered. An operand is the number of a node, or ~k for constant k.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import copysign
from typing import Any

from .. import primitives as rows
from ..errors import FrozenError
from ..primitives import Primitive
from .own_rows import LANE_SUM

DOT = rows.dot
SUM = rows.sum_
FEW = 4
"""From this many alike terms on, a run of them is one sum."""


@dataclass(slots=True, eq=False)
class Group:
    """Nodes of one depth, one primitive and one shape: an array operation, if there are many."""

    row: Primitive | None
    """None for numbers that are there at the start."""
    constants: tuple[Any, ...]
    """The row's own constants."""
    level: int
    axis: int
    """The batch that its members belong to, or −1."""
    kinds: tuple[str, ...]
    """What each operand is, or each side of a dot: a number (n), a number of a batch (b), a constant (c), or a mixture
    of these (m), which only a graph for floats has."""
    members: list[int] = field(default_factory=list)
    operands: list[tuple[int, ...]] = field(default_factory=list)


class Graph:
    """The graph: nodes in groups.

    For arrays, what one operand of an array operation is made of is of one kind. For floats everything stays as it was
    recorded.
    """

    def __init__(self, for_arrays: bool = True) -> None:
        self.for_arrays = for_arrays
        self.row: list[Primitive | None] = []
        self.axis: list[int] = []
        self.level: list[int] = []
        self.group: list[int] = []
        self.serial: list[int] = []
        """When each node was recorded."""
        self.moves: list[bool] = []
        """Whether each node has a derivative by what is differentiated by."""
        self.groups: list[Group] = []
        self.constants: list[float] = []
        self.now = -1
        """The serial of what is being entered."""
        self.rearranged = False
        """Whether it differs from the graph for floats."""
        self._constant_of: dict[Any, int] = {}
        self._known: dict[Any, int] = {}
        self._group_of: dict[Any, int] = {}

    def constant(self, x: float) -> int:
        """The operand that stands for a constant."""
        key = x if x else copysign(1.0, x) * 1j
        k = self._constant_of.get(key)
        if k is None:
            k = self._constant_of[key] = len(self.constants)
            self.constants.append(x)
        return ~k

    def start(self, axis: int = -1, what: str = "input") -> int:
        """A number that is there at the start."""
        return self._enter(None, (), (what,), 0, axis, ())

    def node(self, row: Primitive, operands: tuple[int, ...], constants: tuple[Any, ...] = ()) -> int:
        """The node for this operation. Equal operations are one node, unless they have derivatives: these are summed in
        the order of the graph, and one node would hand down the sum of several.
        """
        key = (row, operands, constants)
        known = self._known.get(key)
        if known is not None:
            self.serial[known] = min(self.serial[known], self.now)  # what uses it comes after its first recording
            return known
        level, axis, each, moves = self._described(operands)
        kinds, split = each, 0
        if row is DOT or row is SUM:
            split = len(operands) // 2 if row is DOT else len(operands)
            kinds = (_together(each[:split]), *([_together(each[split:])] if row is DOT else []))
        elif row.stacks and (split := stack_of(row, operands, constants)):
            kinds = (_together(each[:split]), *each[split:])
            if self.for_arrays and kinds[0] != ("b" if axis >= 0 else "n"):
                self.rearranged = True
                stack = [self._lifted(x, axis) for x in operands[:split]]
                return self.node(row, (*stack, *operands[split:]), constants)
        if "m" in kinds and self.for_arrays:
            self.rearranged = True
            sides = operands[:split], operands[split:]
            lifted = [
                self._lifted_side(side) if kind == "m" else side for side, kind in zip(sides, kinds, strict=False)
            ]
            return self.node(row, tuple([x for side in lifted for x in side]), constants)
        made = self._enter(row, operands, constants, level, -1 if row is LANE_SUM else axis, kinds, moves)
        if not moves:
            self._known[key] = made
        return made

    def alike(self, row: Primitive, operands: tuple[int, int]) -> Any:
        """What says of a node that is not entered yet with which others it would be in a group."""
        level, axis, kinds, _ = self._described(operands)
        return row, level, axis, kinds

    def _described(self, operands: tuple[int, ...]) -> tuple[int, int, tuple[str, ...], bool]:
        """The level, the batch, the kind of each operand, and whether there is a derivative."""
        levels, axes, moving = self.level, self.axis, self.moves
        axis, level, moves, kinds = -1, 0, False, []
        for x in operands:
            if x < 0:
                kinds.append("c")
                continue
            here = axes[x]
            kinds.append("n" if here < 0 else "b")
            if here >= 0:
                if axis >= 0 and axis != here:
                    raise FrozenError("a number of one batch meets a number of another: these are two calls of vmap")
                axis = here
            if levels[x] > level:
                level = levels[x]
            if moving[x]:
                moves = True
        return level + 1, axis, tuple(kinds), moves

    def _enter(
        self,
        row: Any,
        operands: Any,
        constants: Any,
        level: int,
        axis: int,
        kinds: tuple[str, ...],
        moves: bool = False,
    ) -> int:
        made = len(self.row)
        self.row.append(row)
        self.axis.append(axis)
        self.level.append(level)
        self.serial.append(self.now)
        self.moves.append(moves)
        key = (row, constants, level, axis, kinds, len(operands), self.axis[operands[0]] if row is LANE_SUM else 0)
        g = self._group_of.get(key)
        if g is None:
            g = self._group_of[key] = len(self.groups)
            self.groups.append(Group(row, constants, level, axis, kinds))
        self.group.append(g)
        group = self.groups[g]
        group.members.append(made)
        group.operands.append(operands)
        return made

    def _lifted_side(self, side: tuple[int, ...]) -> tuple[int, ...]:
        axis = max([self.axis[x] for x in side if x >= 0])
        return tuple([self._lifted(x, axis) for x in side])

    def _lifted(self, x: int, axis: int) -> int:
        """An operand as a node like its neighbours: a constant as a number, a number as one of a batch."""
        if x < 0:
            constant = ("constant", x)
            if constant not in self._known:
                self._known[constant] = self.start(what=f"constant {x}")
            x = self._known[constant]
        if axis < 0 or self.axis[x] >= 0:
            return x
        key = ("lifted", x, axis)
        if key not in self._known:
            made = self._enter(rows.identity, (x,), (), self.level[x] + 1, axis, ("n",), self.moves[x])
            self._known[key] = made
        return self._known[key]


def _together(kinds: Sequence[str]) -> str:
    """The kind that all of these are, if it is one."""
    return kinds[0] if kinds and kinds.count(kinds[0]) == len(kinds) else "m" * bool(kinds)


def stack_of(row: Primitive, operands: Sequence[int], constants: tuple[Any, ...]) -> int:
    """How many of the operands are one array, of a row that takes one; 0 for none."""
    count = len(operands) - (0 if constants else len(row.constants))
    return count if row.stacks and count >= FEW else 0


def cut(graph: Graph, g: Group, parts: Sequence[Iterable[int]]) -> list[Group]:
    """Parts of a group as groups, which take its place in the graph."""
    operands = dict(zip(g.members, g.operands, strict=True))
    found = []
    for i, part in enumerate(parts):
        made = Group(g.row, g.constants, g.level, g.axis, g.kinds, list(part), [operands[n] for n in part])
        if i == 0:
            graph.groups[graph.group[made.members[0]]] = made
        else:
            for n in made.members:
                graph.group[n] = len(graph.groups)
            graph.groups.append(made)
        found.append(made)
    return found
