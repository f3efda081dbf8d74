"""Kinks that no node shows: a program that chooses with ``if``, as in ``z if z > 0 else 0``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .evaluate import run
from .inputs import Point, indexed
from .question import Question, Trial

_STEP = 2.0**-16
_APART = 1e-3  # slopes that differ by more than this, relatively, are not those of a smooth function
_SIDES = {0.0: "from the left", 0.5: "halfway between the left one and the right one", 1.0: "from the right"}


def bend(question: Question, failing: Sequence[Trial]) -> str | None:
    """The side on which a claim takes its derivative, if the program turns a corner wherever the claim fails."""
    if question.wrt is None or not failing:
        return None
    sides: set[float] = set()
    for trial in failing:
        if isinstance(trial.claimed, str):
            return None
        corners = _corners(question, trial.run.point)
        if len(corners) != len(trial.claimed) or not any(_differ(*slopes) for slopes in corners):
            return None
        for claimed, (left, right) in zip(trial.claimed, corners, strict=True):
            if _differ(left, right):
                share = (claimed - left) / (right - left)
                sides.add(next((s for s in _SIDES if abs(share - s) < 0.01), math.nan))
    return f"the derivative {_SIDES[next(iter(sides))]}" if len(sides) == 1 and not math.isnan(max(sides)) else None


def _differ(left: float, right: float) -> bool:
    return abs(left - right) > _APART * max(abs(left), abs(right))


def _corners(question: Question, point: Point) -> list[tuple[float, float]]:
    """The slopes on the left and on the right, for each of the numbers by which the program is differentiated."""
    assert question.wrt is not None
    name, _, rest = question.wrt.partition("[")
    wanted = tuple(int(i) for i in rest.replace("]", "").split("[") if i)
    found = []
    for input_, path, x in indexed(point.inputs):
        if input_ != name or path[: len(wanted)] != wanted:
            continue
        try:
            below, here, above = (_value(question, point.put(name, path, x + h)) for h in (-_STEP, 0.0, _STEP))
        except (ArithmeticError, ValueError):
            return []
        if abs(above - below) > 1e-2 * (1.0 + abs(here)):  # a jump
            return []
        found.append(((here - below) / _STEP, (above - here) / _STEP))
    return found


def _value(question: Question, point: Point) -> float:
    return run(question.f, point, question.subject).value
