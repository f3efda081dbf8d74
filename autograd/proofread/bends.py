"""Kinks that no node shows: a program that chooses with ``if``, as in ``z if z > 0 else 0``."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from .evaluate import parted, run
from .inputs import Point, indexed
from .question import Question, Trial

_WIDE, _NARROW = 2.0**-12, 2.0**-20
_APART = 1e-3  # slopes that differ by more than this, relatively, are not those of a smooth function
_ROUNDED = 1e-7  # what rounding makes of a slope, over a step as narrow as that
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
        if len(corners) != len(trial.claimed) or not any(corners):
            return None
        for claimed, corner in zip(trial.claimed, corners, strict=True):
            if corner is not None:
                left, right = corner
                share = (claimed - left) / (right - left)
                sides.add(next((s for s in _SIDES if abs(share - s) < 0.01), math.nan))
    return f"the derivative {_SIDES[next(iter(sides))]}" if len(sides) == 1 and not math.isnan(max(sides)) else None


def _corners(question: Question, point: Point) -> list[tuple[float, float] | None]:
    """The slopes on the left and on the right, for each number by which the program is differentiated; None where they
    are the same.
    """
    assert question.wrt is not None
    name, wanted = parted(question.wrt)
    found = []
    for input_, path, x in indexed(point.inputs):
        if input_ == name and path[: len(wanted)] == wanted:
            found.append(_corner(partial(_value, question, point, name, path, x)))
    return found


def _corner(f: Callable[[float], float]) -> tuple[float, float] | None:
    """The slopes on both sides of 0, if they differ; a smooth function's come together as the step is narrowed."""
    try:
        here = f(0.0)
        wide, narrow = (((here - f(-h)) / h, (f(h) - here) / h) for h in (_WIDE, _NARROW))
    except (ArithmeticError, ValueError):
        return None
    gaps = [abs(right - left) for left, right in (wide, narrow)]
    size = max(map(abs, narrow))
    apart = gaps[1] > 0.5 * gaps[0] and gaps[1] > _APART * size and gaps[1] > _ROUNDED * (1.0 + abs(here))
    return narrow if apart and size * _NARROW < _APART * (1.0 + abs(here)) else None  # or else it is a jump


def _value(question: Question, point: Point, name: str, path: tuple[int, ...], x: float, h: float) -> float:
    """The program's value with one number moved by h."""
    return run(question.f, point.put(name, path, x + h), question.subject).value
