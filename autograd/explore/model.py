"""The steps of the page: the nodes in the order of computation, then backprop edge by edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from ..backprop import ancestry, check_recorded, gradients
from ..value import Value

MOST_NODES = 300


@dataclass(frozen=True, slots=True)
class Slot:
    """An operand of a node: the index of the operand's node, the index of the edge, and the local derivative."""

    node: int
    edge: int
    partial: float


@dataclass(frozen=True, slots=True)
class Node:
    """A Value of the graph with its operands in order; None for a constant."""

    value: Value
    slots: tuple[Slot | None, ...]

    @property
    def is_leaf(self) -> bool:
        """Whether the node has no operands."""
        return not self.slots


@dataclass(frozen=True, slots=True)
class Pass:
    """One step of backprop: along one edge, from a node to its operand."""

    source: int
    slot: int
    target: int
    edge: int
    upstream: float
    local: float
    contribution: float
    before: float
    """The operand's grad before the contribution."""
    after: float
    """The operand's grad after the contribution."""


class Model:
    """A graph, and backprop through it in the engine's order, so that every sum is rounded as in the engine."""

    def __init__(self, y: Value) -> None:
        check_recorded(y)
        order = ancestry(y)[::-1]
        _check_size(y, len(order))
        self.grads: tuple[float, ...] = tuple(gradients(y, order))
        index = {value: i for i, value in enumerate(order)}
        edge = count()
        self.nodes = tuple(
            Node(
                value,
                tuple(
                    Slot(index[operand], next(edge), partial)
                    if isinstance(operand, Value) and partial is not None
                    else None
                    for operand, partial in zip(value.operands, value.partials, strict=True)
                ),
            )
            for value in order
        )
        self.root = len(order) - 1

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """The indices of the leaves."""
        return tuple(i for i, node in enumerate(self.nodes) if node.is_leaf)

    @cached_property
    def computed(self) -> tuple[int, ...]:
        """The indices of the other nodes, in the order of computation."""
        return tuple(i for i, node in enumerate(self.nodes) if not node.is_leaf)

    @cached_property
    def passes(self) -> tuple[Pass, ...]:
        """Backprop: in reverse order, each node passes its grad times the local derivative to each operand."""
        return tuple(self._passes())

    def _passes(self) -> Iterator[Pass]:
        grads = [0.0] * len(self.nodes)
        grads[self.root] = 1.0
        for source in reversed(range(len(self.nodes))):
            for place, slot in enumerate(self.nodes[source].slots):
                if slot is None:
                    continue
                upstream, before = grads[source], grads[slot.node]
                contribution = upstream * slot.partial
                after = grads[slot.node] = before + contribution
                yield Pass(source, place, slot.node, slot.edge, upstream, slot.partial, contribution, before, after)

    @property
    def steps(self) -> int:
        """The number of steps of the page: the leaves, each computed node, the seed, each edge."""
        return 2 + len(self.computed) + len(self.passes)


def _check_size(y: Value, size: int) -> None:
    if size > MOST_NODES:
        raise ValueError(
            f"this graph has {size} nodes, and {MOST_NODES} is the limit for stepping through. Explore a part of it: "
            f"the loss of one sample, or one neuron (any node can be explored: explore(z1, path)). "
            f"draw({y.label or 'y'}) draws large graphs with repeats collapsed; derive writes out one derivative."
        )
