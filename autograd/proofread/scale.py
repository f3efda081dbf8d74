"""Is it the same but for a constant? A factor that a claim is off by, which may depend on the number of samples."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isfinite

from .verdict import Factor

CLOSE = 1e-7
_POWERS = (0, -1, 1, -2, 2)


class Scale:
    """Pairs of numbers, each with its number of samples; while they last, ``second = c(N)·first`` for some constants.

    Fed one pair at a time, so that what is not proportional is dropped at the second pair.
    """

    def __init__(self) -> None:
        self.ratios: dict[int, float] = {}
        self.informative = 0

    def add(self, first: float, second: float, n: int, size: float) -> bool:
        """One pair more; False if there is no such constant. What is tiny beside ``size`` counts as 0."""
        if not (isfinite(first) and isfinite(second)):
            return False
        nothing = 1e-9 * size
        if abs(first) <= nothing or abs(second) <= nothing:
            return abs(first - second) <= 2 * nothing
        self.informative += 1
        ratio = second / first
        return abs(self.ratios.setdefault(n, ratio) - ratio) <= CLOSE * abs(ratio)

    @property
    def factor(self) -> Factor | None:
        """The constant, if there is one for all N: a number times a power of N."""
        if self.informative < 3:
            return None
        for power in _POWERS if len(self.ratios) > 1 else (0,):
            numbers = [ratio / n**power for n, ratio in self.ratios.items()]
            middle = sorted(numbers)[len(numbers) // 2]
            if all(abs(x - middle) <= CLOSE * abs(middle) for x in numbers):
                return Factor(rounded(middle), power)
        return None


def rounded(x: float) -> Fraction | float:
    """The fraction of small numbers that this is, or else the number itself."""
    simple = Fraction(x).limit_denominator(60)
    return simple if simple and abs(simple - x) <= 1e-8 * abs(x) else x


def is_simple(factor: Factor) -> bool:
    """Whether somebody could have dropped it: a fraction of small numbers."""
    number = factor.number
    return isinstance(number, Fraction) and abs(number.numerator) <= 12 and number.denominator <= 12


def factor_of(pairs: Iterable[tuple[float, float, int]], size: float) -> Factor | None:
    """The constant with second = c·first for all of the pairs (first, second, N)."""
    scale = Scale()
    if all(scale.add(first, second, n, size) for first, second, n in pairs):
        return scale.factor
    return None
