"""The recorded graph in canonical form: sums of sums are one sum, sums of products are dots, and equal nodes are one.

Nodes are numbered in the order in which they were recorded. An operand is the number of a node, or ~k for constant k.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import copysign
from operator import attrgetter
from typing import Any, TypeAlias

from .. import primitives as rows
from ..errors import FrozenError
from ..primitives import Primitive
from ..value import Value
from .own_rows import LANE_SUM

DOT = rows.dot
SUM = rows.sum_
_serial = attrgetter("_serial")
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
        if row is LANE_SUM:
            axis = -1
        made = self._known[key] = self._enter(row, operands, constants, level + 1, axis, kinds)
        return made

    def _enter(self, row: Any, operands: Any, constants: Any, level: int, axis: int, kinds: tuple[str, ...]) -> int:
        made = len(self.row)
        self.row.append(row)
        self.axis.append(axis)
        self.level.append(level)
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
    order.sort(key=_serial)
    return order


Terms: TypeAlias = tuple[list[tuple[int, int]], list[tuple[int, int, int]]]
"""± x ± … and ± w·v ± …: each term begins with its sign, 1 or −1."""


class Reading:
    """Enters what was recorded into a graph; ``at`` is the operand that stands for each recorded node.

    A sum that only another sum needs, and a product that only a sum needs, are taken into that sum.
    """

    def __init__(
        self,
        graph: Graph,
        at: dict[Value, int],
        capture: Callable[[Value], int],
        start: int,
        counts: Mapping[Value, Value],
    ) -> None:
        """``at`` has the arguments. Values that were there before ``start`` are captured. ``counts`` has, for each sum
        over a batch, what stands for the size of that.
        """
        self.graph = graph
        self.at = dict(at)
        self._capture = capture
        self._start = start
        self._counts = counts
        self._uses: dict[Value, int] = {}
        self._user: dict[Value, Value] = {}
        self._sums: dict[Value, Terms] = {}
        self._products: dict[Value, tuple[int, int]] = {}

    def read(self, order: Sequence[Value], outputs: Sequence[Value]) -> dict[Value, int]:
        """Enter these nodes, in the order that `recorded` tells."""
        at, sums = self.at, self._sums
        self._count_uses(order, outputs)
        for node in order:
            if node in at:
                continue
            row = node.primitive
            if node._serial < self._start:
                at[node] = self._capture(node)
            elif row is None or node._a is None:
                at[node] = self.graph.constant(node._data)
            elif row in _ADDITIVE:
                found = self._terms(node)
                if self._only_for_a_sum(node):
                    sums[node] = found
                else:
                    at[node] = self.graph.total(*found)
            else:
                self._enter(node, row, tuple(map(self._place, node.operands)))
        return at

    def _count_uses(self, order: Sequence[Value], outputs: Sequence[Value]) -> None:
        uses = self._uses = dict.fromkeys(order, 0)
        for node in order:
            if node not in self.at and node._serial >= self._start:
                for x in node.operands:
                    if isinstance(x, Value):
                        uses[x] += 1
                        self._user[x] = node
        for node in outputs:
            uses[node] += 2  # it is needed as it is

    def _only_for_a_sum(self, node: Value) -> bool:
        if self._uses[node] != 1:
            return False
        user = self._user[node].primitive
        return user in _ADDITIVE and user is not DOT

    def _place(self, x: Any) -> int:
        return self.at[x] if isinstance(x, Value) else self.graph.constant(x)

    def _enter(self, node: Value, row: Primitive, operands: tuple[int, ...]) -> None:
        graph, at = self.graph, self.at
        if row is LANE_SUM and (operands[0] < 0 or graph.axis[operands[0]] < 0):
            at[node] = graph.node(rows.mul, (operands[0], at[self._counts[node]]))  # the same for every sample
        elif row is rows.identity:
            at[node] = operands[0]
        elif max(operands) < 0:
            at[node] = graph.constant(node._data)
        elif row is rows.mul and self._only_for_a_sum(node) and self._user[node].primitive is not rows.neg:
            self._products[node] = (operands[0], operands[1])
        else:
            split = len(operands) - len(row.constants)
            if all(x < 0 for x in operands[split:]):
                constants = tuple([graph.constants[~x] for x in operands[split:]])
                at[node] = graph.node(row, operands[:split], constants)
            else:  # a constant that is passed in, such as the class of a sample
                at[node] = graph.node(row, operands)

    def _terms(self, node: Value) -> Terms:
        """The terms of a sum, with those of the sums in it that nobody else needs."""
        row, operands = node.primitive, node.operands
        if row is DOT:
            return self._terms_of_dot(operands)
        signs = (1, -1) if row is rows.sub else (-1,) if row is rows.neg else (1,) * len(operands)
        singles: list[tuple[int, int]] = []
        pairs: list[tuple[int, int, int]] = []
        for sign, x in zip(signs, operands, strict=True):
            if isinstance(x, Value) and x in self._sums:
                more, more_pairs = self._sums.pop(x)
                if sign < 0:
                    more, more_pairs = [(-s, y) for s, y in more], [(-s, w, v) for s, w, v in more_pairs]
                singles, pairs = _joined(singles, more), _joined(pairs, more_pairs)
            elif isinstance(x, Value) and x in self._products:
                pairs.append((sign, *self._products.pop(x)))
            else:
                singles.append((sign, self._place(x)))
        return singles, pairs

    def _terms_of_dot(self, operands: Sequence[Any]) -> Terms:
        graph = self.graph
        half = len(operands) // 2
        singles: list[tuple[int, int]] = []
        pairs: list[tuple[int, int, int]] = []
        for w, v in zip(map(self._place, operands[:half]), map(self._place, operands[half:]), strict=True):
            if w < 0 and v < 0:
                singles.append((1, graph.constant(graph.constants[~w] * graph.constants[~v])))
            else:
                pairs.append((1, w, v))
        return singles, pairs


def _joined(first: list[Any], second: list[Any]) -> list[Any]:
    """Both lists in one of them, the longer one: a chain of sums is joined in linear time from either end."""
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    longer.extend(shorter)
    return longer
