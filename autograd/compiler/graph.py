"""The recorded graph in canonical form: sums of sums are one sum, sums of products are dots, and equal nodes are one.

Nodes are numbered in the order in which they were recorded. An operand is the number of a node, or ~k for constant k.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import copysign
from typing import Any

from .. import primitives as rows
from ..errors import FrozenError
from ..primitives import Primitive
from ..value import Value
from . import trace as own

DOT = rows.dot
SUM = rows.sum_
_FEW = 4  # from this many alike terms on, a sum is a sum along an axis
_ADDITIVE = {rows.add, rows.sub, rows.neg, rows.sum_, rows.dot}


@dataclass(slots=True, eq=False)
class Group:
    """Nodes of one depth, one primitive and one shape: an array operation, if there are many."""

    row: Primitive | None
    """None for numbers that are there at the start."""
    constants: tuple[Any, ...]
    """The row's own constants; the signs of a sum."""
    level: int
    axis: int
    """The batch that its members belong to, or −1."""
    kinds: tuple[str, ...]
    """What each operand is: a number (n), a number of a batch (b), a constant (c), or a mixture (m)."""
    members: list[int] = field(default_factory=list)
    operands: list[tuple[int, ...]] = field(default_factory=list)


class Graph:
    """The canonical graph: nodes in groups."""

    def __init__(self) -> None:
        self.row: list[Primitive | None] = []
        self.axis: list[int] = []
        self.level: list[int] = []
        self.group: list[int] = []
        self.groups: list[Group] = []
        self.constants: list[float] = []
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
        """The node for this operation; the same for the same operation."""
        key = (row, operands, constants)
        known = self._known.get(key)
        if known is not None:
            return known
        axis, level = -1, 0
        for x in operands:
            if x >= 0:
                if self.axis[x] >= 0:
                    if axis >= 0 and axis != self.axis[x]:
                        raise FrozenError(
                            "a number of one batch meets a number of another: these are two calls of vmap"
                        )
                    axis = self.axis[x]
                if self.level[x] > level:
                    level = self.level[x]
        kinds: tuple[str, ...]
        if row is DOT:
            half = len(operands) // 2
            kinds = (self._kind(operands[:half]), self._kind(operands[half:]))
        elif row is SUM:
            kinds = (self._kind(operands),)
        else:
            kinds = tuple([self._kind((x,)) for x in operands])
        if "m" in kinds:
            operands = tuple([self._lifted(x, axis) for x in operands])
            return self.node(row, operands, constants)
        if row is own.LANE_SUM:
            axis = -1
        made = self._known[key] = self._enter(row, operands, constants, level + 1, axis, kinds)
        return made

    def _enter(self, row: Any, operands: Any, constants: Any, level: int, axis: int, kinds: tuple[str, ...]) -> int:
        made = len(self.row)
        self.row.append(row)
        self.axis.append(axis)
        self.level.append(level)
        key = (row, constants, level, axis, kinds, len(operands), self.axis[operands[0]] if row is own.LANE_SUM else 0)
        g = self._group_of.get(key)
        if g is None:
            g = self._group_of[key] = len(self.groups)
            self.groups.append(Group(row, constants, level, axis, kinds))
        self.group.append(g)
        group = self.groups[g]
        group.members.append(made)
        group.operands.append(operands)
        return made

    def _kind(self, operands: Sequence[int]) -> str:
        kind = ""
        for x in operands:
            here = "c" if x < 0 else "b" if self.axis[x] >= 0 else "n"
            if not kind:
                kind = here
            elif kind != here:
                return "m"
        return kind

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
            self._known[key] = self._enter(rows.identity, (x,), (), self.level[x] + 1, axis, ("n",))
        return self._known[key]

    # --- sums ---------------------------------------------------------------------------------------------------------

    def total(self, singles: list[tuple[int, int]], pairs: list[tuple[int, int, int]]) -> int:
        """The node for ± x ± … ± w·v ± …; each term begins with its sign, 1 or −1."""
        for wanted in (1, -1):
            chosen = [(w, v) for sign, w, v in pairs if sign == wanted]
            if len(chosen) == 1:
                singles.append((wanted, self.node(rows.mul, chosen[0])))
            elif chosen:
                singles.append((wanted, self.node(DOT, tuple([w for w, _ in chosen] + [v for _, v in chosen]))))
        constant = sum([sign * self.constants[~x] for sign, x in singles if x < 0])
        alike: dict[Any, list[int]] = {}
        for sign, x in singles:
            if x >= 0:
                alike.setdefault((sign, self.group[x]), []).append(x)
        terms: list[tuple[int, int]] = []
        for (sign, _), xs in alike.items():
            if len(xs) < _FEW:
                terms.extend([(sign, x) for x in xs])
            else:
                terms.append((sign, self.node(SUM, tuple(xs))))
        if constant != 0.0 or not terms:
            terms.append((1, self.constant(constant)))
        if len(terms) == 1:
            [(sign, x)] = terms
            return x if sign == 1 else self.constant(-self.constants[~x]) if x < 0 else self.node(rows.neg, (x,))
        terms.sort(key=lambda term: -term[0])  # + first, so that as few forms of sum as may be arise
        return self.node(rows.add, tuple([x for _, x in terms]), tuple([sign for sign, _ in terms]))


def recorded(outputs: Iterable[Value]) -> list[Value]:
    """All that the outputs were computed from, constants of rows included, in the order in which it was recorded."""
    order = list(dict.fromkeys(outputs))
    seen = set(order)
    for node in order:
        a = node._a
        if a is None:
            continue
        for x in a if type(a) is tuple else (a, node._b):
            if isinstance(x, Value) and x not in seen:
                seen.add(x)
                order.append(x)
    order.sort(key=lambda node: node._serial)
    return order


def canonical(
    graph: Graph,
    outputs: Sequence[Value],
    known: dict[Value, int],
    capture: Callable[[Value], int],
    start: int,
    counts: dict[Value, Value],
) -> dict[Value, int]:
    """Enter what the outputs were computed from into the graph: the operand that stands for each of its nodes.

    ``known`` says what stands for the arguments, and ``counts`` which of these is the size of the batch that a sum is
    over. Values that were there before ``start`` are captured.
    """
    order = recorded(outputs)
    uses: dict[Value, int] = dict.fromkeys(order, 0)
    user: dict[Value, Value] = {}
    for node in order:
        if node in known or node._serial < start:
            continue
        for x in node.operands:
            if isinstance(x, Value):
                uses[x] += 1
                user[x] = node
    for node in outputs:
        uses[node] += 2  # it is needed as it is
    at = dict(known)
    sums: dict[Value, tuple[list[tuple[int, int]], list[tuple[int, int, int]]]] = {}
    products: dict[Value, tuple[int, int]] = {}

    def terms(node: Value) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
        """The terms of a sum, with those of the sums in it that nobody else needs."""
        row = node.primitive
        operands = node.operands
        if row is DOT:
            half = len(operands) // 2
            singles, pairs = [], []
            for w, v in zip(map(place, operands[:half]), map(place, operands[half:]), strict=True):
                if w < 0 and v < 0:
                    singles.append((1, graph.constant(graph.constants[~w] * graph.constants[~v])))
                else:
                    pairs.append((1, w, v))
            return singles, pairs
        signs = (1, -1) if row is rows.sub else (-1,) if row is rows.neg else None
        singles, pairs = [], []
        for i, x in enumerate(operands):
            sign = 1 if signs is None else signs[i]
            part = sums.pop(x, None) if isinstance(x, Value) else None
            if part is not None:
                if sign < 0:
                    part = [(-s, y) for s, y in part[0]], [(-s, w, v) for s, w, v in part[1]]
                if i == 0:
                    singles, pairs = part
                else:
                    singles.extend(part[0])
                    pairs.extend(part[1])
            elif isinstance(x, Value) and x in products:
                pairs.append((sign, *products.pop(x)))
            else:
                singles.append((sign, place(x)))
        return singles, pairs

    def place(x: Any) -> int:
        return at[x] if isinstance(x, Value) else graph.constant(x)

    for node in order:
        if node in at:
            continue
        row = node.primitive
        if node._serial < start:
            at[node] = capture(node)
        elif row is None or node._a is None:
            at[node] = graph.constant(node._data)
        elif row in _ADDITIVE:
            only = uses[node] == 1 and user[node].primitive in _ADDITIVE and user[node].primitive is not DOT
            found = terms(node)
            if only:
                sums[node] = found
            else:
                at[node] = graph.total(*found)
        else:
            operands = tuple(map(place, node.operands))
            if row is own.LANE_SUM and (operands[0] < 0 or graph.axis[operands[0]] < 0):
                at[node] = graph.node(rows.mul, (operands[0], at[counts[node]]))  # the same for every sample
            elif row is rows.identity:
                at[node] = operands[0]
            elif max(operands) < 0:
                at[node] = graph.constant(node._data)
            elif (
                row is rows.mul
                and uses[node] == 1
                and (consumer := user[node].primitive) in _ADDITIVE
                and consumer is not DOT
                and consumer is not rows.neg
            ):
                products[node] = (operands[0], operands[1])
            else:
                split = len(operands) - len(row.constants)
                frozen = operands[split:]
                if all(x < 0 for x in frozen):
                    values = tuple([graph.constants[~x] for x in frozen])
                    at[node] = graph.node(row, operands[:split], values)
                else:  # a constant that is passed in, such as the class of a sample
                    at[node] = graph.node(row, operands)
    return at
