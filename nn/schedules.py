"""Learning rates that change: functions of the number of steps taken, 0 before the first.

Any function will do, ``lr=lambda step: 1.0 - 0.9 * step / 100``; these are the usual ones. A schedule counts the steps
of its optimiser, of which an epoch has as many as there are batches.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi

from .checks import not_negative, positive, whole


@dataclass(frozen=True)
class LinearDecay:
    """From ``start`` to ``end`` in even steps, and then ``end``. micrograd's demo has LinearDecay(1.0, 0.1, 100).

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
        """The learning rate after so many steps."""
        return self.start + (self.end - self.start) * min(step / self.steps, 1.0)


@dataclass(frozen=True)
class CosineDecay:
    """From ``start`` to ``end`` along half a cosine, slow at both ends, and then ``end``.

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
        """The learning rate after so many steps."""
        return self.end + (self.start - self.end) * 0.5 * (1.0 + cos(pi * min(step / self.steps, 1.0)))


@dataclass(frozen=True)
class ExponentialDecay:
    """``start``, times ``factor`` for every ``every`` steps, bit by bit.

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
        """The learning rate after so many steps."""
        return float(self.start * self.factor ** (step / self.every))


@dataclass(frozen=True)
class StepDecay:
    """``start``, times ``factor`` after every ``every`` steps, at once.

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
        """The learning rate after so many steps."""
        return float(self.start * self.factor ** (step // self.every))


def _check(start: float, end: float, steps: int) -> None:
    positive(start, "start, the first learning rate,")
    not_negative(end, "end, the last learning rate,")
    whole(steps, "steps")


def _check_factor(start: float, factor: float, every: int) -> None:
    positive(start, "start, the first learning rate,")
    positive(factor, "factor")
    whole(every, "every")
