"""Build the nodes and edges of a picture from Values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..expression import Expression, Symbol
from ..formula import at_kink
from ..naming import is_parameter
from ..value import Value
from .clumps import Clump, is_chain
from .picture import Edge, Group, Kind, Node
from .writing import derivatives, number_symbol, operation_text, shown_name, sum_text


@dataclass(slots=True)
class Builder:
    """Builds a picture. Holds what it needs from the graph, and the nodes and edges made so far."""

    root: Value
    names: Mapping[Value, str]
    slopes: Mapping[Value, float]
    """The derivative of the root with respect to each Value."""
    lit: frozenset[Value]
    """The Values on a highlighted path."""
    parameters: frozenset[Value] | None
    """The leaves that are parameters; if None, their labels decide."""
    constants: bool
    """Whether constants are drawn as nodes."""
    shown: frozenset[Value] | None = None
    """The Values of the group that is drawn; None for all."""
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    node_of: dict[Value, Node] = field(default_factory=dict)

    def build(self, clumps: Sequence[Clump]) -> None:
        """Add the clumps, in topological order, and the edges between them."""
        for clump in clumps:
            edges_from = self._constants(clump)
            node = self._node(clump)
            self.nodes.append(node)
            for head in clump.heads:
                self.node_of[head] = node
            self._connect(clump, node, edges_from)

    def groups(self, grouped: Mapping[Value, str]) -> list[Group]:
        """Return the frames. A node is in a frame if all its Values are in that group."""
        inside: dict[str, list[str]] = defaultdict(list)
        for node in self.nodes:
            found = {grouped.get(value) for value in node.values}
            name = found.pop() if len(found) == 1 else None
            if name is not None and not node.outside:
                inside[name].append(node.id)
        return [Group(f"g{i}", name, tuple(ids)) for i, (name, ids) in enumerate(inside.items())]

    # --- nodes --------------------------------------------------------------------------------------------------------

    def _node(self, clump: Clump) -> Node:
        first = clump.heads[0]
        outside = self.shown is not None and first not in self.shown
        return Node(
            id=f"n{len(self.nodes)}",
            kind=self._kind(first),
            name=shown_name(self.names[first]),
            formula="" if outside or not first.operands else self._formula(clump),
            values=clump.heads,
            numbers=tuple([head.data for head in clump.heads]),
            grads=tuple([self.slopes[head] for head in clump.heads if head in self.slopes]),
            outside=outside,
            highlighted=not self.lit.isdisjoint(clump.heads),
        )

    def _kind(self, value: Value) -> Kind:
        if value is self.root:
            return "output"
        if value.operands:
            return "operation"
        named = is_parameter(value.label) if self.parameters is None else value in self.parameters
        return "parameter" if named else "leaf"

    def _formula(self, clump: Clump) -> str:
        """Return how the first Value of the clump was computed."""
        first = clump.heads[0]
        if is_chain(clump):
            slots = clump.slots()
            first_terms = slots[: len(slots) // len(clump.heads)]
            written = [(link, i) for link, i in first_terms if isinstance(x := link.operands[i], Value) or x != 0.0]
            return sum_text([self._symbols(link, clump)[i] for link, i in written])
        assert first.primitive is not None
        return operation_text(first.primitive, self._symbols(first, clump))

    def _symbols(self, value: Value, clump: Clump) -> list[Expression]:
        """Return the operands as symbols. A constant that differs between repeats is written "data"."""
        row = value.primitive
        assert row is not None
        fixed = len(value.operands) - len(row.constants)
        varies = len(clump.heads) > 1 or clump.interchangeable
        return [
            Symbol(self.names[x])
            if isinstance(x, Value)
            else Symbol("data")
            if varies and i < fixed
            else number_symbol(x)
            for i, x in enumerate(value.operands)
        ]

    # --- edges --------------------------------------------------------------------------------------------------------

    def _constants(self, clump: Clump) -> dict[int, Node]:
        """Add nodes for the constant operands, if constants are drawn, and return them by operand index."""
        made: dict[int, Node] = {}
        if self.constants and clump.terms is None and (self.shown is None or clump.heads[0] in self.shown):
            for slot, x in enumerate(clump.heads[0].operands):
                if not isinstance(x, Value):
                    made[slot] = Node(f"n{len(self.nodes)}", "constant", number_symbol(x).text, "", (), (x,), ())
                    self.nodes.append(made[slot])
        return made

    def _connect(self, clump: Clump, target: Node, constants: Mapping[int, Node]) -> None:
        """Add the edges into a node: one for each operand, or one for equal operands of repeats."""
        written: dict[Value, list[Expression]] = {}
        merged: dict[tuple[str, int | str], list[tuple[int, str, float]]] = {}
        lit: set[str] = set()
        interchangeable = clump.interchangeable
        for link, slot in clump.slots():
            operand, partial = link.operands[slot], link.partials[slot]
            if not isinstance(operand, Value):
                if slot in constants:
                    merged[constants[slot].id, slot] = [(slot, "", 0.0)]
                continue
            if target.outside and self.shown is not None and operand not in self.shown:
                continue
            if link not in written:
                written[link] = derivatives(link, Symbol(self.names[link]), self._symbols(link, clump))
            source, formula = self.node_of[operand], written[link][slot].text
            if len(clump.heads) == 1 and at_kink(link):
                formula += " at its kink"
            if operand in self.lit and link in self.lit:
                lit.add(source.id)
            assert partial is not None
            merged.setdefault((source.id, formula if interchangeable else slot), []).append((slot, formula, partial))
        for (source_id, _), slots in merged.items():
            first, formula, _ = slots[0]
            partials = tuple([partial for _, formula, partial in slots if formula])
            self.edges.append(
                Edge(
                    f"e{len(self.edges)}", source_id, target.id, first, formula, partials, len(slots), source_id in lit
                )
            )
