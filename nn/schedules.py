"""Schedules: learning rates as functions of the number of steps taken so far, which is 0 before the first step.

Any such function is a schedule, for example ``lr=lambda step: 1.0 - 0.9 * step / 100``; here are the usual ones. The
steps are those of the optimiser: an epoch has one for each batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi

from .checks import not_negative, positive, whole


@dataclass(frozen=True)
class LinearDecay:
    """From ``start`` to ``end`` in equal steps, then constant. micrograd's demo uses LinearDecay(1.0, 0.1, 100).

    >>> from nn import LinearDecay
    >>> [LinearDecay(1.0, 0.0, 4)(step) for step in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _check(self.start, self.end, self.steps)

    def __call__(self, step: int) -> float:
        """The learning rate after ``step`` steps."""
        return self.start + (self.end - self.start) * min(step / self.steps, 1.0)


@dataclass(frozen=True)
class CosineDecay:
    """From ``start`` to ``end`` along half a cosine, slow at both ends, then constant.

    >>> from nn import CosineDecay
    >>> [round(CosineDecay(1.0, 0.0, 4)(step), 3) for step in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _check(self.start, self.end, self.steps)

    def __call__(self, step: int) -> float:
        """The learning rate after ``step`` steps."""
        return self.end + (self.start - self.end) * 0.5 * (1.0 + cos(pi * min(step / self.steps, 1.0)))


@dataclass(frozen=True)
class ExponentialDecay:
    """start·factor^(step/every): every ``every`` steps the rate falls smoothly by ``factor``.

    >>> from nn import ExponentialDecay
    >>> [ExponentialDecay(1.0, 0.25, 2)(step) for step in range(4)]
    [1.0, 0.5, 0.25, 0.125]
    """

    start: float
    factor: float
    every: int = 1

    def __post_init__(self) -> None:
        _check_factor(self.start, self.factor, self.every)

    def __call__(self, step: int) -> float:
        """The learning rate after ``step`` steps."""
        return float(self.start * self.factor ** (step / self.every))


@dataclass(frozen=True)
class StepDecay:
    """start·factor^⌊step/every⌋: after every ``every`` steps the rate falls by ``factor`` at once.

    >>> from nn import StepDecay
    >>> [StepDecay(1.0, 0.5, 2)(step) for step in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    start: float
    factor: float
    every: int

    def __post_init__(self) -> None:
        _check_factor(self.start, self.factor, self.every)

    def __call__(self, step: int) -> float:
        """The learning rate after ``step`` steps."""
        return float(self.start * self.factor ** (step // self.every))


def _check(start: float, end: float, steps: int) -> None:
    positive(start, "start, the first learning rate,")
    not_negative(end, "end, the last learning rate,")
    whole(steps, "steps")


def _check_factor(start: float, factor: float, every: int) -> None:
    positive(start, "start, the first learning rate,")
    positive(factor, "factor")
    whole(every, "every")
