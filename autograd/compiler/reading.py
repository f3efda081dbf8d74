"""From what was recorded to a graph: each operation as it is, and the runs of alike terms in a sum as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from operator import attrgetter
from typing import Any, TypeAlias

from .. import primitives as rows
from ..primitives import Primitive
from ..value import Value
from .graph import DOT, FEW, SUM, Graph
from .own_rows import LANE_SUM

_serial = attrgetter("_serial")


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


@dataclass(slots=True)
class Term:
    """What is added in a sum: a node or constant, or a product that is not entered yet."""

    added: int
    """The serial of what adds it."""
    place: int | None
    product: tuple[int, int] = (0, 0)
    made: int = -1
    """The serial of the product."""


@dataclass(slots=True)
class Chain:
    """x + y + z + …, added from one end, of which nobody else needs a part."""

    terms: list[Term]
    end: str = ""
    """The side on which the next term stands; empty for both, while there are two terms."""


Operand: TypeAlias = Any  # a Value or a plain number


class Reading:
    """Enters what was recorded into a graph; ``at`` is the operand that stands for each recorded node.

    Sums are computed as they are written. But in a graph for arrays a run of alike terms in a chain of additions is one
    sum, or one dot if the terms are products, and so are the alike operands of `sum`: see
    docs/explanation/sums-in-programs.md.
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
        self._chains: dict[Operand, Chain] = {}
        self._products: dict[Operand, Term] = {}

    def read(self, order: Sequence[Value], outputs: Sequence[Value]) -> dict[Value, int]:
        """Enter these nodes, in the order that `recorded` tells."""
        at, graph = self.at, self.graph
        self._count_uses(order, outputs)
        for node in order:
            if node in at:
                continue
            row, serial = node.primitive, node._serial
            graph.now = serial
            if serial < self._start:
                at[node] = self._capture(node)
            elif row is None or not node.operands:
                at[node] = graph.constant(node._data)
            elif row is rows.add and graph.for_arrays:
                self._add(node)
            elif row is SUM and graph.for_arrays:
                self._sum(node)
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

    def _only_for(self, node: Value, *users: Primitive) -> bool:
        return self.graph.for_arrays and self._uses[node] == 1 and self._user[node].primitive in users

    def _place(self, x: Operand) -> int:
        return self.at[x] if isinstance(x, Value) else self.graph.constant(x)

    def _enter(self, node: Value, row: Primitive, operands: tuple[int, ...]) -> None:
        graph, at = self.graph, self.at
        if row is LANE_SUM and (operands[0] < 0 or graph.axis[operands[0]] < 0):
            at[node] = graph.node(rows.mul, (operands[0], at[self._counts[node]]))  # the same for every sample
        elif max(operands) < 0:
            at[node] = graph.constant(node._data)
        elif row is rows.identity and not self._gathers(node):
            at[node] = operands[0]
        elif row is DOT and len(operands) == 2:
            at[node] = graph.node(rows.mul, operands)
        elif row is rows.mul and self._only_for(node, rows.add, SUM):
            self._products[node] = Term(0, None, (operands[0], operands[1]), graph.now)
        else:
            split = len(operands) - len(row.constants)
            if all(x < 0 for x in operands[split:]):
                constants = tuple([graph.constants[~x] for x in operands[split:]])
                at[node] = graph.node(row, operands[:split], constants)
            else:  # a constant that is passed in, such as the class of a sample
                at[node] = graph.node(row, operands)

    def _gathers(self, node: Value) -> bool:
        """Whether what uses a node of one operand adds up its derivatives apart from those of the operand's others."""
        [x, *others] = node.operands
        return not others and isinstance(x, Value) and self._uses[x] > 1 and self.graph.moves[self.at[x]]

    # --- sums ---------------------------------------------------------------------------------------------------------

    def _add(self, node: Value) -> None:
        a, b = node._a, node._b
        if self._is_constant(a) and self._is_constant(b):
            self.at[node] = self.graph.constant(node._data)
            return
        left, right = self._chains.pop(a, None), self._chains.pop(b, None)
        if left is not None and left.end != "left":
            chain = Chain(left.terms, "right")
            chain.terms.append(self._term(b, right))
        elif right is not None and right.end != "right" and not self._is_constant(a):
            chain = Chain(right.terms, "left")
            chain.terms.append(self._term(a, left))
        else:
            chain = Chain([self._term(a, left), self._term(b, right)])
        if self._only_for(node, rows.add):
            self._chains[node] = chain
        else:
            self.at[node] = self._summed(chain.terms)

    def _is_constant(self, x: Operand) -> bool:
        return not isinstance(x, Value) or self.at.get(x, 0) < 0

    def _term(self, x: Operand, chain: Chain | None = None) -> Term:
        product = self._products.pop(x, None)
        if product is not None:
            product.added = self.graph.now
            return product
        return Term(self.graph.now, self._place(x) if chain is None else self._summed(chain.terms))

    def _key(self, term: Term) -> Any:
        """What two terms have in common that were computed alike; constants have nothing in common."""
        if term.place is None:
            return self.graph.alike(rows.mul, term.product)
        return self.graph.group[term.place] if term.place >= 0 else object()

    def _summed(self, terms: Sequence[Term]) -> int:
        """The node for these terms, added in this order but for the runs among them."""
        now, total = self.graph.now, None
        for _, alike in groupby(terms, self._key):
            run = list(alike)
            if len(run) < FEW:
                for term in run:
                    total = self._added(total, self._entered(term), term.added)
            else:
                if total is not None and total < 0 and self.graph.constants[~total] == 0.0:
                    total = None  # Python's sum begins with 0
                total = self._added(total, self._sum_of(run), run[-1].added)
        self.graph.now = now
        assert total is not None
        return total

    def _added(self, total: int | None, place: int, serial: int) -> int:
        self.graph.now = serial
        return place if total is None else self.graph.node(rows.add, (total, place))

    def _entered(self, term: Term) -> int:
        if term.place is not None:
            return term.place
        self.graph.now = term.made
        return self.graph.node(rows.mul, term.product)

    def _sum_of(self, run: Sequence[Term]) -> int:
        """Alike terms as one sum, or as one dot."""
        self.graph.now, self.graph.rearranged = run[-1].added, True
        if run[0].place is None:
            pairs = [term.product for term in run]
            return self.graph.node(DOT, tuple([w for w, _ in pairs] + [x for _, x in pairs]))
        return self.graph.node(SUM, tuple(map(self._entered, run)))

    def _sum(self, node: Value) -> None:
        """What `sum` adds, alike terms together: exactly rounded as it is, it has no order."""
        graph = self.graph
        graph.rearranged = True
        terms = [self._term(x) for x in node.operands]
        numbers = [graph.constants[~t.place] for t in terms if t.place is not None and t.place < 0]
        if len(numbers) == len(terms):
            self.at[node] = graph.constant(node._data)
            return
        if len(numbers) > 1 and isfinite(total := sum(numbers)):
            terms = [t for t in terms if t.place is None or t.place >= 0]
            terms.append(Term(graph.now, graph.constant(total)))
        alike: dict[Any, list[Term]] = {}
        for term in sorted(terms, key=lambda t: t.place is not None and t.place < 0):
            alike.setdefault(self._key(term), []).append(term)
        place = self._summed([term for run in alike.values() for term in run])
        self.at[node] = graph.node(rows.identity, (place,)) if self._gathers(node) else place
