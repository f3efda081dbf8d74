"""The truth and the claim at many points: which points count, and which are left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from ..formula import at_kink
from ..value import Value
from .evaluate import Run, run
from .inputs import Point, points
from .kinks import points_at_kinks
from .question import Question, Trial

_OUT_OF_DOMAIN = (ArithmeticError, ValueError)
_ROUNDS = 4  # points are drawn again, so many times, where most are out of the domain
_ENOUGH = 40
_FAR_OUT = 1e-6  # a derivative below this is one of a function that has gone flat


def trials_of(question: Question, seed: int) -> tuple[list[Trial], int]:
    """The claim at points in the program's domain, and the number of points that were out of it.

    Besides the points that are drawn there are some on each kink that the program has, and on both sides of it.
    """
    found: list[Trial] = []
    far_out: list[Trial] = []
    failures: list[Exception] = []
    for round_ in range(_ROUNDS):
        for point in points(question.inputs, seed + round_):
            trial = trial_at(question, point, failures)
            if trial is not None:
                (far_out if _is_far_out(trial.run) else found).append(trial)
        if len(found) >= _ENOUGH:
            break
    if len(found) < _ENOUGH // 4:
        found += far_out
    if not found:
        raise ValueError(
            f"{question.subject}: the program failed at all of {len(failures)} points, the last time with: "
            f"{failures[-1]}. Say where its inputs lie, as in "
            f"inputs={{{next(iter(question.inputs), 'x')!r}: between(0.1, 2)}}"
        ) from failures[-1]
    skipped = len(failures)
    at_kinks = [trial_at(question, point) for point in points_at_kinks(question, found)]
    found += [trial for trial in at_kinks if trial is not None]
    typical = median(trial.magnitude for trial in found)
    for trial in found:
        trial.typical = typical
    return found, skipped


def trial_at(question: Question, point: Point, failures: list[Exception] | None = None) -> Trial | None:
    """The claim at one point, or None where the program is not defined; then ``failures`` gets the reason."""
    try:
        here = run(question.f, point, f"the program of {question.subject}")
        truth = question.truth(here)
        if not all(map(math.isfinite, truth)):
            raise ArithmeticError(f"the program's result is {here.value}, and what is asked for is {truth}")
    except _OUT_OF_DOMAIN as error:
        if failures is not None:
            failures.append(error)
        return None
    path = here.nodes(question.target(here))
    return Trial(here, truth, question.claimed(point), _magnitude(question, here, path), list(filter(at_kink, path)))


def _magnitude(question: Question, here: Run, nodes: Sequence[Value]) -> float:
    """What was added up, in absolute terms: the scale of rounding where terms cancel."""
    if question.wrt is None:
        return max((abs(node.data) for node in nodes), default=abs(here.value))
    sizes = here.slopes(nodes, lambda node: [None if partial is None else abs(partial) for partial in node.partials])
    return max((sizes.get(x, 0.0) for x in question.target(here)), default=0.0)


def _is_far_out(here: Run) -> bool:
    """Whether a function of the program is so flat here that 1 − tanh², say, has lost its digits.

    A formula written in the ordinary way, however right, need not agree there.
    """
    return any(
        partial is not None and abs(partial) < _FAR_OUT and operand != 0.0
        for node in here.graph
        if node.primitive is not None and node.primitive.smooth
        if node.primitive.notation.kind in ("function", "exponential")
        for operand, partial in zip(node.operands, node.partials, strict=True)
    )
