"""Kinks: which nodes stand on one, points at which they do, and which convention there would make a claim right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from ..backprop import gradients
from ..floats import floats
from ..primitives import Kink
from ..value import Value
from .evaluate import Run
from .inputs import Point, indexed
from .question import Question, Trial

_SOUGHT = 24  # so many points on kinks are looked for
_BASES = 8  # starting from so many points


def points_at_kinks(question: Question, trials: Sequence[Trial]) -> Iterator[Point]:
    """Points at which some node stands on its kink, and points on both sides.

    One input is moved until the gap is closed, which takes one step where the gap is linear in it, as pre-activations
    are. What comes out is a point like any other, so that it does not matter if the step falls short.
    """
    bases = sorted(trials, key=lambda t: (t.run.point.style != "whole", t.run.point.n))
    found = 0
    for trial in bases[:_BASES]:
        for node in _bent(trial.run.nodes(question.target(trial.run))):
            assert node.primitive is not None
            for kink in node.primitive.kinks:
                gap = _gap(kink, node)
                if found < _SOUGHT and isinstance(gap, Value):
                    for point in _closing(question, trial.run, gap):
                        found += 1
                        yield point


def _gap(kink: Kink, node: Value) -> Any:
    """The gap as a graph, so that it tells which way to close it; None if it is no arithmetic."""
    try:
        return kink.gap(*node.operands)
    except TypeError:
        return None


def _closing(question: Question, here: Run, gap: Value) -> list[Point]:
    inputs = list(indexed(here.inputs))
    slopes = gradients(gap, [x for _, _, x in inputs])
    ways = [(abs(abs(slope) - 1.0), way, slope) for way, slope in zip(inputs, slopes, strict=True) if slope]
    if not ways:
        return []
    _, (name, path, x), slope = min(ways, key=lambda way: way[0])  # a slope of 1 keeps round numbers round
    there = x.data - gap.data / slope
    moved = (there, there - 0.5, there + 0.5)
    return [here.point.put(name, path, new) for new in moved if question.inputs[name].allows(new)]


def _bent(path: Sequence[Value]) -> Iterator[Value]:
    """The nodes of a path that have a kink somewhere."""
    return (node for node in path if node.primitive is not None and node.primitive.kinks)


def convention(question: Question, failing: Sequence[Trial]) -> str | None:
    """The choice of derivatives at the kinks that makes the claim right, if there is one."""
    if question.wrt is None or any(isinstance(t.claimed, str) for t in failing):
        return None
    names = sorted({node.primitive.name for t in failing for node in t.kinks if node.primitive})
    for choice in product((0.5, 1.0, 0.0), repeat=len(names)):
        share = dict(zip(names, choice, strict=True))
        if all(t.matches(_slopes_with(question, t, share)) for t in failing):
            said = {_written_choice(node, share) for t in failing for node in t.kinks}
            return " and ".join(sorted(said))
    return None


def _slopes_with(question: Question, trial: Trial, share: Mapping[str, float]) -> list[float]:
    """The derivative again, where each node on a kink takes its share of the way from the left one to the right one."""
    target, bent = question.target(trial.run), set(trial.kinks)

    def partials_of(node: Value) -> Sequence[float | None]:
        row = node.primitive
        return node.partials if row is None or node not in bent else _between(node, share[row.name])

    slopes = trial.run.slopes(trial.run.nodes(target), partials_of)
    return [slopes.get(x, 0.0) for x in target]


def _between(node: Value, share: float) -> list[float]:
    """The local derivatives at a kink, a share of the way from those on its left to those on its right."""
    assert node.primitive is not None
    x, *rest = _numbers(node)
    _, *left = node.primitive.rule(floats, math.nextafter(x, -math.inf), *rest)
    _, *right = node.primitive.rule(floats, math.nextafter(x, math.inf), *rest)
    return [a + share * (b - a) for a, b in zip(left, right, strict=True)]


def _written_choice(node: Value, share: Mapping[str, float]) -> str:
    row = node.primitive
    assert row is not None
    slope = _between(node, share[row.name])[0]
    value = str(Fraction(slope).limit_denominator(100)).replace("-", "−")
    if row.notation.kind == "fence":
        return f"|x|′ = {value} at 0"
    if row.arity == 1 + len(row.constants):
        return f"{row.notation.text}′(0) = {value}"
    return f"∂{row.notation.text}/∂{row.operands[0]} = {value} at a tie"


def _numbers(node: Value) -> list[float]:
    return [x.data if isinstance(x, Value) else x for x in node.operands]
