"""Find what a derivation shows: the named nodes between ``y`` and ``wrt``, and the links between them.

A node without a name is written out, unless its formula would be too large; then it gets a name. Links are found by
walking down from each named node to the next named nodes, so the cost does not grow with the number of paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .. import primitives as rows
from ..backprop import ancestry, leading_to
from ..expression import LONGEST, MORE, Apply, Expression, Series, Symbol, Total
from ..expression.symbols import parse
from ..expression.terms import Term, added, term
from ..formula import DEEPEST, Writer, slopes
from ..value import Value
from .indices import Slot
from .samples import Group, Samples, find

_LARGE = 16  # operations that are written out; a larger formula gets a name
_DEEP = 8
_SUMS = (rows.add, rows.sum_)


@dataclass
class Link:
    """The paths from a named node to one below it, through the same sums and through no other named node."""

    above: Value
    below: Value
    groups: tuple[Group, ...]
    ways: list[tuple[tuple[Value, Slot], ...]]
    """Each path as its steps: a node, and the operand that the path goes to."""


class Network:
    """The nodes that a derivation shows, users before operands, with their names and the links between them."""

    def __init__(self, y: Value, wrt: Value, called: Mapping[Value, str]) -> None:
        self.y, self.wrt = y, wrt
        self.order = ancestry(y)
        self.needed = leading_to([wrt], self.order)
        nodes = dict.fromkeys([*self.order, wrt])
        self.given = {node: name for node in nodes if (name := called.get(node) or node.label)}
        self.samples: Samples = find(y, wrt, self.needed, self.given)
        shown = self.reached = self._reached()
        self.called = _settled([node for node in self.order if node in shown], self.given, self.samples, y, wrt)
        self._name_what_is_large(shown)
        self.named = [node for node in self.order if node in shown and node in self.needed and node in self.called]
        self.links: dict[Value, list[Link]] = {node: self._links(node) for node in self.named}
        self.into: dict[Value, list[Link]] = {}
        """The links that end in a node, ordered by their upper node, the oldest first."""
        for node in reversed(self.named):
            for link in self.links[node]:
                self.into.setdefault(link.below, []).append(link)
        self._slopes: dict[Value, list[Expression | None]] = {}

    def _reached(self) -> set[Value]:
        seen = {self.y}
        waiting = [self.y]
        for node in waiting:
            for owner, i in self.samples.shown(node) if node is not self.wrt else ():
                x = owner.operands[i]
                if isinstance(x, Value) and x not in seen:
                    seen.add(x)
                    waiting.append(x)
        return seen

    def _name_what_is_large(self, shown: set[Value]) -> None:
        """Name the formulas that are too large to write out; if there are any, also those that are used twice."""
        uses: dict[Value, list[Value]] = {}
        for node in shown:
            for owner, i in self.samples.shown(node) if node is not self.wrt else ():
                if isinstance(x := owner.operands[i], Value):
                    uses.setdefault(x, []).append(node)
        taken = set(self.called.values())
        names = (name for i in range(1, 2 * len(self.order) + 2) if (name := f"u{i}") not in taken)
        large = self._sums_in_slopes(uses)
        if self._large(shown, uses, shared=False):
            large |= set(self._large(shown, uses, shared=True))
        for node in sorted(large, key=lambda node: node._serial):
            letters = ",".join(self.samples.letters.get(node, ""))
            self.called[node] = next(names) + (f"[{letters}]" if letters else "")

    def _sums_in_slopes(self, uses: Mapping[Value, list[Value]]) -> set[Value]:
        """Return the sums with Σ that would appear inside a local derivative, where their index may be in use."""
        found: set[Value] = set()
        for node in self.samples.groups:
            above = [node] if node not in self.called else []
            for x in above:  # the loop appends to it
                for user in uses.get(x, []):
                    if not _is_linear_in(user, x):
                        found.add(node)
                    elif user not in self.called:
                        above.append(user)
        return found

    def _large(self, shown: set[Value], uses: Mapping[Value, list[Value]], *, shared: bool) -> list[Value]:
        """Return the nodes to name, operands first; with ``shared``, also those that are used more than once."""
        found: list[Value] = []
        sizes: dict[Value, tuple[int, int, int]] = {}  # operations, depth and terms
        for node in reversed(self.order):
            if node not in shown or not node.operands or node in self.called:
                continue
            size, depth, terms = 1, 0, 0
            is_sum, above = node.primitive in _SUMS, uses.get(node, [])
            for owner, i in self.samples.shown(node):
                x = owner.operands[i]
                a, b, c = sizes.get(x, (0, 0, 1)) if isinstance(x, Value) else (0, 0, 1)
                part = is_sum and isinstance(x, Value) and x.primitive in _SUMS and len(uses[x]) == 1
                size, depth, terms = size + a, max(depth, b), terms + (c if part else 1)
            summand = is_sum and len(above) == 1 and above[0].primitive in _SUMS
            many = terms > LONGEST if is_sum else node.primitive is rows.dot and terms > 2 * LONGEST
            twice = shared and len(above) > 1 and size > 2
            if ((size > _LARGE or depth >= _DEEP or many) and not summand) or twice:
                found.append(node)
            else:
                sizes[node] = size, depth + (not summand), terms
        return found

    # --- links --------------------------------------------------------------------------------------------------------

    def _links(self, top: Value) -> list[Link]:
        if top is self.wrt:
            return []
        found: dict[tuple[Value, tuple[str, ...]], Link] = {}
        waiting: list[tuple[Value, tuple[tuple[Value, Slot], ...], tuple[Group, ...]]] = [(top, (), ())]
        while waiting:
            node, way, groups = waiting.pop()
            if node in self.called and node is not top:
                key = node, tuple([each.letter for each in groups])
                found.setdefault(key, Link(top, node, groups, [])).ways.append(way)
                continue
            group = self.samples.groups.get(node)
            for slot in reversed(self.samples.shown(node)):
                x = slot[0].operands[slot[1]]
                if isinstance(x, Value) and x in self.needed and node.partials[_place(node, slot)] is not None:
                    inside = (*groups, group) if group is not None and group.holds(slot) else groups
                    steps = way if node.primitive in _SUMS else (*way, (node, slot))  # the derivative of a sum is 1
                    waiting.append((x, steps, inside))
        return list(found.values())

    def terms(self, link: Link) -> list[Term]:
        """Return the derivative of a link's upper node with respect to its lower node, as a sum of products."""
        return added([self._product(way) for way in link.ways])

    def _product(self, way: tuple[tuple[Value, Slot], ...]) -> Term:
        result = Term()
        for node, slot in way:
            slope = self.slopes(node)[_place(node, slot)]
            assert slope is not None
            result = result * term(slope)
        return result

    def slopes(self, node: Value) -> list[Expression | None]:
        """Return the local derivatives of a node, in the names of this network."""
        if node not in self._slopes:
            output = self.written(node)
            self._slopes[node] = slopes(node, output, lambda x, i: _Names(self).operand(x, i))
        return self._slopes[node]

    # --- formulas -----------------------------------------------------------------------------------------------------

    def written(self, node: Value) -> Expression:
        """Return the name of a node, or its formula if it has none."""
        return _Names(self).written(node)

    def made(self, node: Value) -> Expression:
        """Return the formula that a node was computed by."""
        return _Names(self).made(node)

    @cached_property
    def symbols(self) -> dict[str, Value | Slot]:
        """The node or constant of each name."""
        meaning: dict[str, Value | Slot] = {name: node for node, name in self.called.items()}
        meaning.update({name: slot for slot, name in self.samples.numbers.items()})
        return meaning

    def number(self, name: str, at: Mapping[str, int]) -> float:
        """Return the number for a name, given the values of its indices."""
        x = self.symbols[name]
        if isinstance(x, tuple):
            return self.samples.number_at(x, at)
        return self.samples.node_at(x, at).data


def _is_linear_in(node: Value, x: Value) -> bool:
    """Return whether the derivatives of a node do not depend on this operand."""
    if node.primitive in (rows.mul, rows.div):
        first, second = node.operands
        return first is x and not isinstance(second, Value)
    return node.primitive in (*_SUMS, rows.sub, rows.neg, rows.identity)


def _place(node: Value, slot: Slot) -> int:
    """Return the index of a slot among the node's own operands; any in a chain of additions: all derivatives are 1."""
    if slot[0] is node:
        return slot[1]
    return next(i for i, d in enumerate(node.partials) if d is not None)


class _Names(Writer):
    """Writes formulas in the names of a network, with Σ for its sums."""

    def __init__(self, network: Network) -> None:
        super().__init__(network.called)
        self.network = network

    def operand(self, node: Value, i: int, depth: int = DEEPEST) -> Expression:
        name = self.network.samples.numbers.get((node, i))
        return super().operand(node, i, depth) if name is None else Symbol(name)

    def made(self, node: Value | float, depth: int = DEEPEST) -> Expression:
        group = self.network.samples.groups.get(node) if isinstance(node, Value) else None
        if group is None:
            return super().made(node, depth)
        self.left -= 1
        if depth <= 0 or self.left < 0:
            return MORE
        half = len(group.node.operands) // 2
        rest = group.rest[:LONGEST]
        terms: list[Expression] = []
        for owner, i in (group.slots[0], *rest):
            if group.node.primitive is rows.dot:
                pair = self.operand(owner, i, depth - 1), self.operand(owner, i + half, depth - 1)
                terms.append(Apply(rows.mul, pair))
            else:
                terms.append(self.operand(owner, i, depth - 1))
        series = Series(group.letter, group.count, terms[0])
        more = [MORE] if len(rest) < len(group.rest) else []
        return Total((series, *terms[1:], *more)) if rest else series


# --- names ------------------------------------------------------------------------------------------------------------


def _settled(
    shown: list[Value], given: Mapping[Value, str], samples: Samples, y: Value, wrt: Value
) -> dict[Value, str]:
    """Give each node a unique name: nodes that share a name are numbered, the oldest first."""
    called = {node: samples.called.get(node) or given.get(node) for node in shown}
    by_name: dict[str, list[Value]] = {}
    for node in reversed(shown):
        if name := called[node]:
            by_name.setdefault(name, []).append(node)
    settled: dict[Value, str] = {}
    taken = set(by_name) | set(samples.numbers.values())
    for name, nodes in by_name.items():
        if len(nodes) == 1:
            settled[nodes[0]] = name
            continue
        for node, each in zip(nodes, _numbered(name, taken), strict=False):
            settled[node] = each
            taken.add(each)
    for node, wishes in ((y, "yfL"), (wrt, "xtw")):
        if node not in settled:
            wanted = [given[node]] if node in given else list(wishes)
            free = [name for name in wanted if name not in taken]
            settled[node] = free[0] if free else next(_numbered(wanted[0], taken))
            taken.add(settled[node])
    return settled


def _numbered(name: str, taken: set[str]) -> Iterator[str]:
    """Yield ``a1``, ``a2``, … for ``a``, and ``z1[1]``, ``z1[2]``, … for ``z1``."""
    parts = parse(name)
    i = 0
    while True:
        i += 1
        if parts is None:
            each = f"{name} ({i})"
        elif parts.bracket:
            each = f"{name[:-1]},{i}]"
        else:
            each = f"{name}[{i}]" if parts.number else f"{name}{i}"
        if each not in taken:
            yield each
