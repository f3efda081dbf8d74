"""Gradient clipping: functions from a gradient, as one vector, to a shorter one. An optimiser takes one: ``clip=``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .checks import positive

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class ClipNorm:
    """Shorten the whole gradient to the length ``most`` where it is longer; its direction stays.

    >>> from nn import ClipNorm
    >>> ClipNorm(1.0)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    >>> ClipNorm(10.0)(np.array([3.0, 4.0]))
    array([3., 4.])
    """

    most: float

    def __post_init__(self) -> None:
        positive(self.most, "the largest norm of a gradient")

    def __call__(self, gradient: Vector) -> Vector:
        """The gradient, or a shorter one of its direction."""
        largest = np.max(np.abs(gradient), initial=0.0)
        if largest == 0.0:
            return gradient
        direction = gradient / largest  # so that no square overflows or vanishes
        norm = float(np.sqrt(direction @ direction))
        return gradient if largest <= self.most / norm else direction * (self.most / norm)


@dataclass(frozen=True)
class ClipValue:
    """Bring each number of the gradient into the range from −most to most.

    >>> from nn import ClipValue
    >>> ClipValue(1.0)(np.array([3.0, -0.5, -4.0]))
    array([ 1. , -0.5, -1. ])
    """

    most: float

    def __post_init__(self) -> None:
        positive(self.most, "the largest number in a gradient")

    def __call__(self, gradient: Vector) -> Vector:
        """The gradient with no number beyond the range."""
        return np.clip(gradient, -self.most, self.most)
