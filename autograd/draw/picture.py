"""The contents of a picture: nodes, edges and groups, independent of the output format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..value import Value

Kind: TypeAlias = Literal["leaf", "parameter", "constant", "operation", "output"]


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the picture: one Value, a constant, or many Values of one shape drawn as one.

    >>> from autograd import Value
    >>> from autograd.draw import draw
    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> node = draw(w * x).nodes[0]
    >>> node.id, node.kind, node.name, node.numbers, node.grads
    ('n0', 'parameter', 'w', (0.5,), (2.0,))
    """

    id: str
    """``n0``, ``n1``, … in the order in which they were computed; also the ``id`` of the SVG element."""
    kind: Kind
    name: str
    """The label in mathematical notation, or a generated name: v₁, v₂, …"""
    formula: str
    """The operation that computed it, in the names of its operands; empty for leaves and constants."""
    values: tuple[Value, ...]
    """The Values that the node stands for: one, several where repeats are collapsed, none for a constant."""
    numbers: tuple[float, ...]
    """The number of each Value."""
    grads: tuple[float, ...]
    """The derivative of the root with respect to each Value; empty where there is none."""
    outside: bool = False
    """Whether the node is a neighbour of the group that is drawn, and not in it."""
    highlighted: bool = False

    @property
    def count(self) -> int:
        """How many Values the node stands for; 1 for a constant."""
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge from an operand to a node computed from it, with the local derivative.

    >>> from autograd import Value
    >>> from autograd.draw import draw
    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> edge = draw(w * x).edges[0]
    >>> edge.source, edge.target, edge.formula, edge.partial
    ('n0', 'n2', 'x', 2.0)
    """

    id: str
    """``e0``, ``e1``, …; also the ``id`` of the SVG element."""
    source: str
    """The id of the operand's node."""
    target: str
    """The id of the node that was computed."""
    slot: int
    """The operand's index, counted from 0; that of the first where one edge stands for several operands."""
    formula: str
    """The local derivative as a formula; empty where the operand is a constant."""
    partials: tuple[float, ...]
    """The local derivative as a number, one for each operand that this edge stands for."""
    count: int = 1
    """How many operands the edge stands for."""
    highlighted: bool = False

    @property
    def partial(self) -> float | None:
        """The local derivative as a number; None if there is none, or more than one."""
        return self.partials[0] if len(self.partials) == 1 else None


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that are drawn in one frame.

    >>> from autograd.draw import draw
    >>> from nn import MLP
    >>> [group.name for group in draw(MLP(1, [2, 1], seed=0)([0.5])).groups]
    ['layer 1', 'layer 2']
    """

    id: str
    """``g0``, ``g1``, …; also the ``id`` of the SVG element."""
    name: str
    nodes: tuple[str, ...]
    """The ids of its nodes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The nodes, edges, frames and caption of a picture."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...]
    caption: str
    """The text below the picture: the product along the highlighted paths."""


def narrower(picture: Picture) -> Literal["LR", "TB"]:
    """Estimate the direction in which the picture is narrower, before it is laid out."""
    rank: dict[str, int] = {}
    into: dict[str, list[str]] = {node.id: [] for node in picture.nodes}
    for edge in picture.edges:
        into[edge.target].append(edge.source)
    for node in picture.nodes:
        rank[node.id] = max([rank[source] + 1 for source in into[node.id]], default=0)
    user: dict[str, int] = {}
    for edge in picture.edges:  # a leaf is drawn just before its first user
        user[edge.source] = min(user.get(edge.source, len(rank)), rank[edge.target] - 1)
    places = [rank[node.id] if into[node.id] else user.get(node.id, 0) for node in picture.nodes]
    depth, breadth = max(places) + 1, max(map(places.count, set(places)))
    return "LR" if 1.5 * depth <= breadth else "TB"
