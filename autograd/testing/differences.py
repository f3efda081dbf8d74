"""Derivatives by finite differences, with error estimates.

Difference quotients with steps that shrink by 4 are extrapolated to a step of 0 (Richardson, Romberg). Every entry of
the extrapolation table has an error estimate, from its neighbours (after Ridders) and from the rounding of the
function. A function may have several results; each result has its own estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, frexp, inf, isfinite, ldexp, log10, sqrt
from typing import Literal

Curve = Callable[[float], "Sequence[float] | None"]
"""A function of one number with several results; it returns None where it is undefined."""
Sides = Literal["both", "left", "right"]

_EPS = 2.0**-52
_TINY = 2.0**-1022  # below it floats are subnormal and lose digits
_COLUMNS = 5  # of the table: more columns would extrapolate rounding errors


@dataclass(frozen=True, slots=True)
class Estimate:
    """A derivative by differences with its error; ``step`` is the smallest step used."""

    value: float
    error: float
    step: float = 0.0

    def contradicts(self, x: float, rtol: float, size: float = 0.0) -> bool:
        """Return whether ``x`` is certainly not the derivative, allowing for rounding in terms of size ``size``."""
        return abs(x - self.value) > rtol * max(abs(x), abs(self.value)) + 10.0 * self.error + 4.0 * _EPS * size

    def agrees_with(self, others: Sequence[Estimate]) -> bool:
        """Return whether the estimate is consistent with all the others."""
        return all(abs(self.value - other.value) <= 10.0 * (self.error + other.error) for other in others)

    @property
    def reach(self) -> float:
        """How much the function changes over the step."""
        return abs(self.value) * self.step

    def __str__(self) -> str:
        digits = max(1, min(17, 1 + floor(log10(abs(self.value) / self.error)))) if self.value and self.error else 17
        return f"{float(f'{self.value:.{digits}g}')!r}, give or take {self.error:.1g}"


NOTHING = Estimate(0.0, inf)


def steps_at(x: float) -> list[float]:
    """Return the steps to take around ``x``, from large to small, for the magnitude of ``x`` and for magnitude 1."""
    exponent = frexp(max(1.0, abs(x)))[1] - 1
    steps = [ldexp(1.0, exponent - k) for k in range(3, 33 + min(exponent, 14), 2)]  # a step has 6 bits of x, or more
    if 0.0 < abs(x) < 2.0**-8:
        small = ldexp(1.0, frexp(x)[1] - 1)
        steps = sorted({*steps, *[small * 2.0**-k for k in range(3, 21, 2)]}, reverse=True)
    return [h for h in steps if h > 0.0]


def noise(curve: Curve, x: float) -> list[float]:
    """Estimate the rounding error of each result from its fourth differences; empty if that is not possible.

    When the step grows 4-fold, the fourth differences of a smooth function grow 256-fold, and those of rounding errors
    hardly grow (after Hamming, and Moré and Wild). Those of a jump do not grow either, so each side of ``x`` is
    sampled without ``x``, and the smaller estimate is returned.
    """
    sides = [found for sign in (1, -1) if (found := _noise_beside(curve, x, sign))]
    return [min(each) for each in zip(*sides, strict=True)]


def _noise_beside(curve: Curve, x: float, sign: int) -> list[float]:
    sizes: list[list[float]] = []
    for step in reversed(steps_at(x)):
        rows = [row for k in range(1, 10) if (row := curve(x + sign * k * step)) is not None]
        if len(rows) < 9:
            break
        sizes.append([_fourth_differences(results) for results in zip(*rows, strict=True)])
    return [_plateau(of_one) for of_one in zip(*sizes, strict=True)]


def _fourth_differences(results: Sequence[float]) -> float:
    for _ in range(4):
        results = [b - a for a, b in pairwise(results)]
    return sqrt(sum(d * d for d in results) / len(results) / 70)  # Σ binom(4, k)² = 70


def _plateau(sizes: Sequence[float]) -> float:
    if len(sizes) > 2 and all(100 * a < b < 600 * a for a, b in pairwise(sizes[:3])):
        return 0.0  # smooth at the smallest steps; larger steps may coincide with the periods of a wave
    return next((max(a, b) for a, b in pairwise(sizes) if 0 < a < 3 * b and b < 3 * a), 0.0)


def quotients(curve: Curve, x: float, sides: Sides) -> Iterator[tuple[float, list[float], list[float]] | None]:
    """Yield each step with each result's difference quotient and size, or None where the function is undefined."""
    middle = None if sides == "both" else curve(x)
    for h in steps_at(x):
        right, left = x + h, x - h
        high = middle if sides == "left" else curve(right)
        low = middle if sides == "right" else curve(left)
        if high is None or low is None:
            yield None
            continue
        width = (x if sides == "left" else right) - (x if sides == "right" else left)
        if width > 0.0:
            sizes = [max(abs(a), abs(b)) for a, b in zip(high, low, strict=True)]
            yield width, [(a - b) / width for a, b in zip(high, low, strict=True)], sizes


def estimates(
    curve: Curve, x: float, sides: Sides = "both", floor: Sequence[float] = ()
) -> Iterator[list[list[Estimate]]]:
    """Yield each result's row of the table for each step. ``floor`` is the rounding error of each result, if known."""
    ratio = 16.0 if sides == "both" else 4.0  # errors: h², h⁴, … of a central quotient; h, h², … otherwise
    table: list[list[Estimate]] = []
    for level in quotients(curve, x, sides):
        if level is None:
            table = []
            continue
        width, slopes, sizes = level
        if not table:
            table = [[] for _ in slopes]
        known = floor or [0.0] * len(slopes)
        rounding = [max(_EPS * size, _TINY, least) / width for size, least in zip(sizes, known, strict=True)]
        table = [_next_row(*row, width, ratio) for row in zip(table, slopes, rounding, strict=True)]
        yield table


def _next_row(above: list[Estimate], slope: float, rounding: float, step: float, ratio: float) -> list[Estimate]:
    row = [Estimate(slope, inf, step)]
    factor = 1.0
    for m, upper in enumerate(above[: _COLUMNS - 1]):
        factor *= ratio
        better = row[m].value + (row[m].value - upper.value) / (factor - 1.0)
        error = max(abs(better - row[m].value), abs(better - upper.value)) + 2.0 * rounding
        row.append(Estimate(better, error if isfinite(error) else inf, step))
    return row


def nearest(rows: Sequence[Sequence[Estimate]], rtol: float) -> Estimate:
    """Return the most precise estimate that agrees with the smallest steps that give a usable estimate.

    Large steps can agree on a wrong value: they miss a bump that is narrower than the step, and may coincide with the
    periods of a wave. So an estimate that a smaller step contradicts is not used.
    """
    every = [estimate for row in rows for estimate in row]
    finer: list[Estimate] = []
    for row in reversed(rows):
        near = min(row, key=_error)
        if near.error <= rtol * abs(near.value):
            return min([estimate for estimate in every if not near.contradicts(estimate.value, 0.0)], key=_error)
        finer.append(near)
    return min([near for i, near in enumerate(finer) if near.agrees_with(finer[:i])], key=_error, default=NOTHING)


def _error(estimate: Estimate) -> float:
    return estimate.error


def breaks(rows: Sequence[Sequence[Estimate]], floor: float) -> bool:
    """Return whether the quotients keep growing as the step shrinks: the function jumps, or its slope is infinite."""
    slopes = [abs(row[0].value) for row in rows if row[0].reach > 1000.0 * floor]
    return len(slopes) > 4 and all(b > 1.5 * a for a, b in pairwise(slopes[-4:]))
