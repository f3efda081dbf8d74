"""From the graph to the picture of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograd import Value
from autograd.expression import Expression, Symbol

from .clumps import Clump, stem
from .groups import is_parameter
from .naming import derivatives, number_symbol, operation_text, shown_name, shown_number, unwritten
from .picture import Edge, Group, Kind, Node


@dataclass(slots=True)
class Builder:
    """What a picture needs to know of the graph that it shows."""

    root: Value
    names: Mapping[Value, str]
    slopes: Mapping[Value, float]
    lit: frozenset[Value]
    """The Values on a highlighted path."""
    parameters: frozenset[Value] | None
    constants: bool
    shown: frozenset[Value] | None = None
    """The Values of the group that is zoomed into; None for all."""
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    _node_of: dict[Value, Node] = field(default_factory=dict)

    def build(self, clumps: Sequence[Clump]) -> None:
        """Add the clumps, oldest first, and the edges between them."""
        for clump in clumps:
            node = self._add(clump)
            for head in clump.heads:
                self._node_of[head] = node
            self._connect(clump, node)

    def groups(self, grouped: Mapping[Value, str]) -> list[Group]:
        """The frames around nodes all of whose Values are in one group."""
        inside: dict[str, list[str]] = defaultdict(list)
        for node in self.nodes:
            found = {grouped.get(value) for value in node.values}
            if len(found) == 1 and not node.outside:
                (name,) = found
                if name is not None:
                    inside[name].append(node.id)
        return [Group(f"g{i}", name, tuple(ids)) for i, (name, ids) in enumerate(inside.items())]

    def _add(self, clump: Clump) -> Node:
        first = clump.heads[0]
        outside = self.shown is not None and first not in self.shown
        row = first.primitive
        formula = ""
        if row is not None and not outside and first.operands:
            terms = clump.slots()[: len(clump.slots()) // len(clump.heads)]
            if len(terms) == len(first.operands):
                formula = operation_text(row, self._symbols(first, clump))
            else:
                ends = [self._symbols(link, clump)[i].text for link, i in (terms[0], terms[-1])]
                formula = f"{ends[0]} + … + {ends[1]}" if len(terms) > 2 else " + ".join(ends)
        node = Node(
            id=f"n{len(self.nodes)}",
            kind=self._kind(first),
            name=self._name(clump),
            formula=formula,
            values=clump.heads,
            numbers=tuple([head.data for head in clump.heads]),
            grads=tuple([self.slopes[head] for head in clump.heads if head in self.slopes]),
            outside=outside,
            highlighted=not self.lit.isdisjoint(clump.heads),
        )
        self.nodes.append(node)
        return node

    def _name(self, clump: Clump) -> str:
        first = clump.heads[0]
        if len(clump.heads) > 1 and first.label:
            return shown_name(stem(first.label) or first.label)
        return shown_name(self.names[first])

    def _kind(self, value: Value) -> Kind:
        if value is self.root:
            return "output"
        if value.operands:
            return "operation"
        named = is_parameter(value.label) if self.parameters is None else value in self.parameters
        return "parameter" if named else "leaf"

    def _symbols(self, value: Value, clump: Clump) -> list[Expression]:
        """The operands as they are written; what differs among repeats is just "data"."""
        row = value.primitive
        assert row is not None
        fixed = len(value.operands) - len(row.constants)
        data = len(clump.heads) > 1 or _interchangeable(clump)
        return [
            self._symbol(x) if isinstance(x, Value) else Symbol("data") if data and i < fixed else number_symbol(x)
            for i, x in enumerate(value.operands)
        ]

    def _symbol(self, value: Value) -> Symbol:
        node = self._node_of.get(value)
        return Symbol(node.name if node is not None and node.count > 1 else self.names[value])

    def _connect(self, clump: Clump, target: Node) -> None:
        """The edges into a node: one for each operand, or one for all of a kind where repeats are drawn as one."""
        merged: dict[tuple[str, int | str], list[tuple[int, float | None]]] = {}
        formulas: dict[tuple[str, int | str], str] = {}
        written: dict[Value, list[str]] = {}
        together = _interchangeable(clump)
        for link, slot in clump.slots():
            operand = link.operands[slot]
            if not isinstance(operand, Value):
                if self.constants and not target.outside:
                    self._constant(operand, target, slot)
                continue
            if self.shown is not None and target.outside and operand not in self.shown:
                continue
            if link not in written:
                written[link] = self._derivatives(link, clump)
            formula, source = written[link][slot], self._node_of[operand]
            key = (source.id, formula if together else slot)
            merged.setdefault(key, []).append((slot, link.partials[slot]))
            formulas[key] = formula
        on = {node.id for node in self.nodes if node.highlighted} if target.highlighted else set()
        for key, slots in merged.items():
            self.edges.append(
                Edge(
                    id=f"e{len(self.edges)}",
                    source=key[0],
                    target=target.id,
                    slot=slots[0][0],
                    formula=formulas[key],
                    partials=tuple([partial for _, partial in slots if partial is not None]),
                    count=len(slots),
                    highlighted=key[0] in on,
                )
            )

    def _derivatives(self, link: Value, clump: Clump) -> list[str]:
        row = link.primitive
        assert row is not None
        operands = self._symbols(link, clump)
        output = self._symbol(link)
        slopes = derivatives(row, output, operands)
        return [
            unwritten(row, output.text, i, operands) if slope is None else slope.text for i, slope in enumerate(slopes)
        ]

    def _constant(self, number: float, target: Node, slot: int) -> None:
        text = shown_number(number)
        source = Node(f"n{len(self.nodes)}", "constant", text, "", (), (number,), ())
        self.nodes.append(source)
        self.edges.append(Edge(f"e{len(self.edges)}", source.id, target.id, slot, "", ()))


def _interchangeable(clump: Clump) -> bool:
    """Whether the operands' places do not matter in the picture: those of a sum, in a picture of repeats."""
    if clump.terms is None:
        return False
    row = clump.heads[0].primitive
    return row is not None and (row.nary or len(clump.terms) > sum(len(head.operands) for head in clump.heads))
