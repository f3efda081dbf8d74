"""Is it one number? Ratios at many points that are a constant, and constants that somebody could have dropped."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

CLOSE = 1e-7


def constant(ratios: Sequence[float]) -> float | None:
    """The one number that these are, if they are."""
    if len(ratios) < 3:
        return None
    middle = sorted(ratios)[len(ratios) // 2]
    return middle if all(abs(r - middle) <= CLOSE * abs(middle) for r in ratios) else None


def simple(x: float | None) -> Fraction | None:
    """A constant that somebody could have dropped: a fraction of small numbers."""
    if x is None or x != x:
        return None
    fraction = Fraction(x).limit_denominator(12)
    return fraction if abs(fraction - x) <= CLOSE * abs(x) and 0 < abs(fraction.numerator) <= 12 else None


def fits(ratios: Sequence[float], values: Sequence[float]) -> Fraction | None:
    """The simple constant c with ratio = c·value at every point."""
    return simple(constant([r / v for r, v in zip(ratios, values, strict=True)]))
