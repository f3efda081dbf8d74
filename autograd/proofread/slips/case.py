"""One wrong formula under examination: what it says at some points, and the program's own steps there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..reading.formula import Formula
from ..reading.tape import Change, Edge, Flow, Place, Tape
from .changes import scaled


@dataclass(frozen=True)
class Slip:
    """A mistake that somebody may have made, in words, and what the formula would then say.

    What it would say is the program with a ``change``, or else a ``prediction`` of its own. ``cost`` is how far-fetched
    it is: of two slips that both explain a claim the cheaper one is told.
    """

    said: str
    cost: float
    change: Change | None = None
    prediction: Callable[[Tape], float] | None = None
    simple: bool = False
    """Whether it is common enough to be looked for together with another one."""


@dataclass(frozen=True)
class Case:
    """One number that a claim gets wrong: a derivative, or (``component`` is None) a value."""

    formula: Formula
    tapes: Sequence[Tape]
    claims: Sequence[float]
    component: int | None
    wrt: str
    """How the input is written by which the program is differentiated."""

    @cached_property
    def truths(self) -> list[float]:
        """What the claim should have been."""
        return [self.predict(tape, Change()) for tape in self.tapes]

    @cached_property
    def size(self) -> float:
        """The largest of the numbers that are compared."""
        return max(map(abs, [*self.claims, *self.truths]))

    @cached_property
    def root(self) -> Place:
        """The place of the result."""
        return next((tape.steps[tape.root].place for tape in self.tapes if tape.root is not None), -1)

    def predict(self, tape: Tape, change: Change) -> float:
        """What the program gives with a change: its derivative or its value."""
        return tape.value(change) if self.component is None else tape.slope(self.component, change)

    def said_by(self, slip: Slip, tape: Tape) -> float:
        """What a formula with this slip would give."""
        if slip.change is not None:
            return self.predict(tape, slip.change)
        assert slip.prediction is not None
        return slip.prediction(tape)

    @cached_property
    def path(self) -> list[Edge]:
        """The edges between the parameter and the result, with the first of them first."""
        if self.component is None:
            return []
        flows = [flow for tape in self.tapes for flow in tape.flows_between(self.component)]
        return list(dict.fromkeys([flow.edge for flow in flows]))

    @cached_property
    def slopes(self) -> dict[Edge, list[float]]:
        """The local derivatives on each edge of the path."""
        found: dict[Edge, list[float]] = {edge: [] for edge in self.path}
        for tape in self.tapes:
            for flow in tape.flows:
                if flow.edge in found:
                    found[flow.edge].append(flow.partial)
        return found

    def operand(self, edge: Edge) -> Place:
        """Where an edge of the path leads to."""
        place, k = edge
        part = self.formula.parts[place]
        below = k if part.is_sum else part.operands[k]
        assert isinstance(below, int)
        return below

    def constant(self, edge: Edge) -> float | None:
        """The local derivative on an edge, if it is the same everywhere."""
        numbers = self.slopes[edge]
        return numbers[0] if all(x == numbers[0] for x in numbers) else None

    @cached_property
    def entries(self) -> list[Edge]:
        """Edges of which every way from the parameter to the result takes exactly one, within a sample if it can.

        A factor that is put there is a factor of each sample's term.
        """
        assert self.component is not None
        target = self.longest.targets[self.component]
        samples = [step.samples for step in self.longest.steps]

        def enters(flow: Flow) -> bool:
            if samples[flow.below] or not any(samples):
                return flow.below == target
            return bool(samples[flow.above])

        flows = self.longest.flows_between(self.component)
        return list(dict.fromkeys([flow.edge for flow in flows if enters(flow)]))

    @cached_property
    def longest(self) -> Tape:
        """A run with the most samples."""
        return max(self.tapes, key=lambda tape: tape.n)

    @cached_property
    def exits(self) -> list[Edge]:
        """The edges that lead out of the single samples, into a sum over them."""
        count = [step.samples.bit_count() for step in self.longest.steps]
        flows = self.longest.flows if self.longest.n > 1 else []
        return list(dict.fromkeys([flow.edge for flow in flows if count[flow.below] == 1 < count[flow.above]]))

    def samples_of(self, place: Place) -> int:
        """In how many samples a place stands, at the point with the most of them; 0 where it is outside of them all."""
        tape = self.longest
        return max((tape.steps[i].samples.bit_count() for i in tape.at.get(place, [])), default=0)

    def closes(self, *edges: Edge) -> bool:
        """Whether there is no way from the parameter to the result but over these edges."""
        closed = Change(partials=dict.fromkeys(edges, scaled(0.0)))
        return all(self.predict(tape, closed) == 0.0 for tape in self.tapes)

    def leads_through(self, place: Place) -> bool:
        """Whether every way from the parameter to the result leads through a place."""
        edges = [edge for edge in self.path if edge[0] == place]
        return bool(edges) and self.closes(*edges)

    def is_coarse(self, place: Place | None) -> bool:
        """Whether a place has two values at most, as a label has, so that much can coincide with it."""
        found = {tape.steps[i].value for tape in self.tapes for i in tape.at.get(-1 if place is None else place, [])}
        return 0 < len(found) <= 2
