"""Kinks: which nodes stand on one, and which convention there would make a claim right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from ..floats import floats
from ..tree import leaves
from ..value import Value
from .evaluate import Run
from .question import Question, Trial


def kinks(here: Run, target: Any) -> list[Value]:
    """The nodes between the target and the result that stand exactly on a kink."""
    return [
        node
        for node in here.nodes(target)
        if node.primitive is not None and any(kink.gap(*_numbers(node)) == 0.0 for kink in node.primitive.kinks)
    ]


def convention(question: Question, failing: Sequence[Trial]) -> str | None:
    """The choice of derivatives at the kinks that makes the claim right, if there is one."""
    if all(isinstance(t.claimed, str) for t in failing):
        return f"no value there ({failing[0].claimed})"
    if question.wrt is None:
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
    assert isinstance(trial.run.y, Value)
    target = question.target(trial.run)
    slope: dict[Value, float] = {trial.run.y: 1.0}
    for node in trial.run.nodes(target):
        partials: Sequence[float | None] = node.partials
        if node in trial.kinks and node.primitive is not None and node.primitive.name in share:
            partials = _between(node, share[node.primitive.name])
        for x, partial in zip(node.operands, partials, strict=False):
            if isinstance(x, Value) and partial is not None:
                slope[x] = slope.get(x, 0.0) + slope.get(node, 0.0) * partial
    return [slope.get(x, 0.0) for _, x in leaves(target)]


def _between(node: Value, share: float) -> list[float]:
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
    name = row.notation.text
    if row.notation.kind == "fence":
        return f"|x|′ = {value} at 0"
    return (
        f"{name}′(0) = {value}"
        if row.arity == 1 + len(row.constants)
        else f"∂{name}/∂{row.operands[0]} = {value} at a tie"
    )


def _numbers(node: Value) -> list[float]:
    return [x.data if isinstance(x, Value) else x for x in node.operands]
