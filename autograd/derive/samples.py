"""Find sums whose terms have one shape, such as a loss over samples, so that they can be written Σⱼ.

The first term of such a sum is kept as the general term. The nodes and constants that differ between terms get an
index. All terms share the other nodes, among them ``wrt``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from .. import primitives as rows
from ..backprop import ancestry
from ..formula import addends
from ..value import Value
from .indices import Indices, Slot

_LETTERS = "jkilmnh"
_KINDS = 3  # the most shapes of terms that are tried
_EFFORT = 30  # the most comparisons for each node of the graph, so that the search takes linear time


@dataclass
class Group:
    """A sum, the letter of its index, and for each term the counterparts of the first term's nodes and constants."""

    node: Value
    letter: str
    slots: list[Slot]
    """The terms, as operands; of a dot product, the operands of the first list."""
    nodes: list[dict[Value, Value]]
    numbers: list[dict[Slot, Slot]]
    rest: list[Slot]
    """The terms that have another shape."""

    @property
    def count(self) -> int:
        """The number of terms."""
        return len(self.slots)

    def holds(self, slot: Slot) -> bool:
        """Return whether an operand is part of the general term."""
        owner, i = self.slots[0]
        return slot == (owner, i) or (self.node.primitive is rows.dot and slot == (owner, i + len(owner.operands) // 2))


@dataclass
class Samples:
    """The sums of a graph that are written with Σ."""

    groups: dict[Value, Group] = field(default_factory=dict)
    letters: dict[Value, str] = field(default_factory=dict)
    """The indices that a node of a general term depends on."""
    called: dict[Value, str] = field(default_factory=dict)
    """Names of nodes with their indices."""
    numbers: dict[Slot, str] = field(default_factory=dict)
    """Names of constants that differ from term to term."""

    def shown(self, node: Value) -> list[Slot]:
        """Return the operands of a node that are written: of a sum with Σ, only the general term."""
        group = self.groups.get(node)
        if group is None:
            return [(node, i) for i in range(len(node.operands))]
        terms = [group.slots[0], *group.rest]
        if node.primitive is rows.dot:
            half = len(node.operands) // 2
            return [*terms, *[(node, i + half) for _, i in terms]]
        return terms

    def by_letter(self, letter: str) -> Group:
        """Return the sum over an index."""
        return next(group for group in self.groups.values() if group.letter == letter)

    def node_at(self, node: Value, at: Mapping[str, int]) -> Value:
        """Return the counterpart of a node of the general term, given the values of the indices."""
        for group in reversed(self.groups.values()):  # the innermost sum first: the outer ones hold all of its terms
            if group.letter in at:
                node = group.nodes[at[group.letter]].get(node, node)
        return node

    def number_at(self, slot: Slot, at: Mapping[str, int]) -> float:
        """Return the counterpart of a constant in the same way."""
        for group in reversed(self.groups.values()):
            if group.letter in at:
                place = at[group.letter]
                owner = group.nodes[place].get(slot[0], slot[0])
                slot = group.numbers[place].get(slot, (owner, slot[1]))
        x = slot[0].operands[slot[1]]
        assert not isinstance(x, Value)
        return x


def find(y: Value, wrt: Value, needed: set[Value], called: Mapping[Value, str]) -> Samples:
    """Return the sums on the paths from ``y`` to ``wrt``."""
    found = Samples()
    names = Indices(called)
    free = iter([c for c in _LETTERS if c not in names.taken])
    users: dict[Value, list[Value]] = {}
    order = ancestry(y)
    for node in order:
        for x in node.operands:
            if isinstance(x, Value):
                users.setdefault(x, []).append(node)
    patience = iter(range(_EFFORT * len(order)))
    hidden: set[Value | Slot] = set()
    parts: set[Value] = set()  # of sums that were examined already

    def shown_users(x: Value) -> list[Value]:
        return [user for user in users.get(x, ()) if user not in hidden]

    waiting, seen = [(-y._serial, y)], {y}
    while waiting:
        node = heappop(waiting)[1]
        group = None
        if node.primitive in (rows.add, rows.sum_, rows.dot) and node is not wrt and node not in parts:
            group = _group(node, wrt, needed, names, free, shown_users, patience)
            if node.primitive is not rows.dot:
                parts.update(owner for owner, _ in addends(node, called) if owner is not node)
        if group is not None:
            found.groups[node] = group
            hidden.update(_copies([group]))
        for owner, i in found.shown(node):
            x = owner.operands[i]
            if isinstance(x, Value) and x in needed and x not in seen:
                seen.add(x)
                heappush(waiting, (-x._serial, x))
    found.called, found.numbers = names.named(_copies(found.groups.values()))
    for group in found.groups.values():
        for node in {node for each in group.nodes for node in each}:
            found.letters[node] = found.letters.get(node, "") + group.letter
    return found


def _copies(groups: Iterable[Group]) -> set[Value | Slot]:
    """Return the nodes and constants of all terms but the first."""
    copies: set[Value | Slot] = set()
    for group in groups:
        for nodes, numbers in zip(group.nodes, group.numbers, strict=True):
            copies.update(nodes.values())
            copies.update(numbers.values())
    return copies


def _group(
    node: Value,
    wrt: Value,
    needed: set[Value],
    names: Indices,
    free: Iterator[str],
    users: Callable[[Value], list[Value]],
    patience: Iterator[int],
) -> Group | None:
    """Return the sum at a node, if its terms have one shape."""
    if node.primitive is rows.dot:
        half = len(node.operands) // 2
        slots = [(node, i) for i in range(half)]
        leading = [(node, i) for i in range(half) if _leads(node, i, needed) or _leads(node, half + i, needed)]
    else:
        slots = addends(node, names.called)
        leading = [slot for slot in slots if _leads(*slot, needed)]
    for first in leading[:_KINDS]:
        matches = {slot: match for slot in leading if (match := _match(first, slot, wrt, patience)) is not None}
        if len(matches) < 2:
            continue
        nodes = [match[0] for match in matches.values()]
        numbers = [match[1] for match in matches.values()]
        differing = {x: None for each in nodes for x in each}
        constants = {x: None for each in numbers for x in each}
        if not differing and not constants:
            return None
        inside = {*differing, *[owner for owner, _ in matches]}
        if any(user not in inside for x in differing for user in users(x)):
            return None  # a node of a term is also used outside the sum, where its index has no meaning
        families = [[each.get(x, x) for each in nodes] for x in differing]
        columns = {slot: [_constant(each.get(slot, slot)) for each in numbers] for slot in constants}
        letter = names.index(families, columns, len(matches), free)
        if letter is None:
            return None
        return Group(node, letter, list(matches), nodes, numbers, [slot for slot in slots if slot not in matches])
    return None


def _constant(slot: Slot) -> float:
    x = slot[0].operands[slot[1]]
    return x.data if isinstance(x, Value) else x


def _leads(node: Value, i: int, needed: set[Value]) -> bool:
    x = node.operands[i]
    return isinstance(x, Value) and x in needed


def _match(
    first: Slot, other: Slot, wrt: Value, patience: Iterator[int]
) -> tuple[dict[Value, Value], dict[Slot, Slot]] | None:
    """Map each node and constant of the first term to its counterpart in another term.

    Return None if the terms have different shapes, or if ``patience`` is exhausted. The terms are then written one by
    one.
    """
    nodes: dict[Value, Value] = {}
    numbers: dict[Slot, Slot] = {}
    waiting = [(first, other)]
    if first[0].primitive is rows.dot and first[0] is other[0]:
        half = len(first[0].operands) // 2
        waiting.append(((first[0], first[1] + half), (other[0], other[1] + half)))
    while waiting:
        if next(patience, None) is None:
            return None
        (owner, i), (twin, k) = waiting.pop()
        a, b = owner.operands[i], twin.operands[k]
        if not isinstance(a, Value) or not isinstance(b, Value):
            if isinstance(a, Value) or isinstance(b, Value):
                return None
            if a != b:
                row = owner.primitive
                assert row is not None
                if i >= len(owner.operands) - len(row.constants):
                    return None
                numbers[owner, i] = (twin, k)
            continue
        if a is b or nodes.get(a) is b:
            continue
        if a in nodes or a is wrt or b is wrt:
            return None
        if a.primitive is not b.primitive or len(a.operands) != len(b.operands):
            return None
        nodes[a] = b
        waiting += [((a, n), (b, n)) for n in range(len(a.operands))]
    return nodes, numbers
