"""A run as a list of steps that can be gone through again with something changed: what would the slip have given?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import nan
from typing import NamedTuple, TypeAlias

from ...floats import floats
from ...primitives import Primitive

Place: TypeAlias = int
Operand: TypeAlias = int | float
"""Of a step: the number of another step, or a constant."""
Edge: TypeAlias = tuple[Place, int]
"""From a place to one of its operands. In a sum it is the operand's place that tells which, elsewhere the position."""


@dataclass(slots=True)
class Step:
    """One node: how it was made, its number, its place in the formula and the samples that it depends on, as bits."""

    row: Primitive | None
    value: float
    place: Place
    samples: int
    operands: tuple[Operand, ...]
    partials: Sequence[float | None]


class Flow(NamedTuple):
    """An edge, between two steps, and the local derivative that was recorded for it."""

    edge: Edge
    above: int
    below: int
    partial: float


@dataclass(frozen=True)
class State:
    """The numbers of a tape when something was changed."""

    values: Sequence[float]
    partials: Sequence[Sequence[float | None]]


Replace: TypeAlias = Callable[["Tape", int, State], float]
"""What stands in the place of the value of step number i."""
Bend: TypeAlias = Callable[["Tape", int, int, float, State], float]
"""What stands in the place of the local derivative of step number i with respect to its operand k."""


@dataclass(frozen=True)
class Change:
    """A change of the formula: other values at some places, other local derivatives on some edges."""

    values: Mapping[Place, Replace] = field(default_factory=dict)
    partials: Mapping[Edge, Bend] = field(default_factory=dict)

    def __or__(self, other: Change) -> Change:
        return Change({**self.values, **other.values}, {**self.partials, **other.partials})

    def overlaps(self, other: Change) -> bool:
        """Whether both change the same thing."""
        return bool(self.values.keys() & other.values.keys() or self.partials.keys() & other.partials.keys())


class Tape:
    """The steps of a run of ``n`` samples, oldest first, beginning with the inputs.

    ``targets`` are the inputs by which it is differentiated, ``root`` is the result.
    """

    def __init__(self, steps: list[Step], targets: tuple[int, ...], n: int, root: int | None, value: float) -> None:
        self.steps = steps
        self.targets = targets
        self.n = n
        self.root = root
        self.result = value
        self.state = State([s.value for s in steps], [s.partials for s in steps])

    @cached_property
    def unfinished(self) -> set[int]:
        """The steps that have added up only some of the terms of a sum."""
        return {
            x for step in self.steps for x in step.operands if isinstance(x, int) and self.steps[x].place == step.place
        }

    @cached_property
    def at(self) -> Mapping[Place, list[int]]:
        """The steps of each place."""
        found: dict[Place, list[int]] = {}
        for i, step in enumerate(self.steps):
            if i not in self.unfinished:
                found.setdefault(step.place, []).append(i)
        return found

    def find(self, place: Place, near: int) -> int | None:
        """The step of a place that belongs to the same sample as step ``near``, or to all samples."""
        by_samples = {self.steps[i].samples: i for i in self.at.get(place, [])}
        if len(by_samples) == 1:
            return next(iter(by_samples.values()))
        return by_samples.get(self.steps[near].samples)

    def edge(self, i: int, k: int) -> Edge | None:
        """The edge from step i to its operand k; None for what a sum has added up before."""
        step = self.steps[i]
        if step.row is not None and step.row.name in ("add", "sum"):
            operand = step.operands[k]
            place = self.steps[operand].place if isinstance(operand, int) else -1
            return None if place == step.place else (step.place, place)
        return step.place, k

    @cached_property
    def flows(self) -> list[Flow]:
        """Every edge along which a derivative flows, as often as there are steps that have it."""
        found = []
        for i, step in enumerate(self.steps):
            for k, (x, partial) in enumerate(zip(step.operands, step.partials, strict=False)):
                if partial is not None and isinstance(x, int) and (edge := self.edge(i, k)) is not None:
                    found.append(Flow(edge, i, x, partial))
        return found

    def flows_between(self, component: int) -> list[Flow]:
        """Those that lie between a target and the result."""
        on_path = self.on_path(component)
        return [flow for flow in self.flows if flow.above in on_path and flow.below in on_path]

    def on_path(self, component: int) -> set[int]:
        """The steps between a target and the result, both included."""
        above = {self.targets[component]}
        for i, step in enumerate(self.steps):
            if any(isinstance(x, int) and x in above for x in step.operands):
                above.add(i)
        below: set[int] = set()
        if self.root is not None and self.root in above:
            below.add(self.root)
            for i in range(self.root, -1, -1):
                if i in below:
                    below.update(x for x in self.steps[i].operands if isinstance(x, int) and x in above)
        return below

    # --- going through it again ---------------------------------------------------------------------------------------

    def replay(self, change: Change) -> State:
        """The numbers again, with the values changed and all that is computed from them."""
        if not change.values:
            return self.state
        values, partials = list(self.state.values), list(self.state.partials)
        state = State(values, partials)
        dirty: set[int] = set()
        for i, step in enumerate(self.steps):
            if step.row is not None and any(isinstance(x, int) and x in dirty for x in step.operands):
                numbers = [values[x] if isinstance(x, int) else x for x in step.operands]
                result = step.row.rule(floats, *numbers)
                values[i], partials[i] = result[0], _alike(step.partials, result[1:])
                dirty.add(i)
            if step.place in change.values and i not in self.unfinished:
                values[i] = change.values[step.place](self, i, state)
                dirty.add(i)
        return state

    def value(self, change: Change) -> float:
        """The result, with a change."""
        if self.root is None:
            return self.result
        try:
            return self.replay(change).values[self.root]
        except (ArithmeticError, ValueError):
            return nan

    def slope(self, component: int, change: Change) -> float:
        """The derivative of the result with respect to one of the targets, with a change."""
        try:
            return self.slopes(change)[self.targets[component]]
        except (ArithmeticError, ValueError):
            return nan

    def slopes(self, change: Change) -> list[float]:
        """The derivative of the result with respect to every step, with a change."""
        slopes = [0.0] * len(self.steps)
        if self.root is None:
            return slopes
        state = self.replay(change)
        slopes[self.root] = 1.0
        for i in range(self.root, -1, -1):
            slope = slopes[i]
            if slope == 0.0:
                continue
            step = self.steps[i]
            for k, partial in enumerate(state.partials[i]):
                if partial is None:
                    continue
                if change.partials and (bend := change.partials.get(self.edge(i, k) or (-1, -1))) is not None:
                    partial = bend(self, i, k, partial, state)
                operand = step.operands[k]
                assert isinstance(operand, int)
                slopes[operand] += slope * partial
        return slopes

    def tangents(self, component: int, state: State) -> list[float]:
        """The derivative of every step with respect to one of the targets."""
        tangents = [0.0] * len(self.steps)
        tangents[self.targets[component]] = 1.0
        for i, step in enumerate(self.steps):
            for x, partial in zip(step.operands, state.partials[i], strict=False):
                if partial is not None and isinstance(x, int):
                    tangents[i] += partial * tangents[x]
        return tangents


def _alike(before: Sequence[float | None], after: Sequence[float]) -> tuple[float | None, ...]:
    return tuple([None if old is None else new for old, new in zip(before, after, strict=False)])
