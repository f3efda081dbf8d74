"""Judge claimed derivatives by finite differences: each is right, wrong, or cannot be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .differences import NOTHING, Curve, Estimate, Sides, breaks, estimates, nearest, noise

_EPS = 2.0**-52
_SHARP = 0.1  # the part of the tolerance that an estimate's error should not exceed

_CLEARLY = 1e-4  # the least relative difference between the left and the right derivative at a kink
_ROUGH = 1e6  # times the rounding error: a function with more noise than this varies below the smallest step

Rounding = Callable[[], "tuple[Sequence[float], Sequence[float]]"]
"""Returns the possible rounding error of each result and of each claim."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One claimed derivative, and the estimate by differences."""

    claim: float
    estimate: Estimate
    scale: float
    """The size that the difference is relative to."""
    wrong: bool = False
    kink: str = ""
    """The reason why the claim cannot be compared; empty if it can."""

    @property
    def difference(self) -> float:
        """The relative difference between claim and estimate."""
        return abs(self.claim - self.estimate.value) / self.scale

    @property
    def undecided(self) -> bool:
        """Whether the estimate has fewer than three digits."""
        return 10.0 * self.estimate.error > 1e-3 * self.scale


def judge(curve: Curve, x: float, claims: Sequence[float], rtol: float, rounding: Rounding) -> list[Judged]:
    """Judge the claimed derivative of each result of the curve at x. ``rounding`` is called only if one is in doubt."""
    here = curve(x)
    assert here is not None, "the point itself was computed before"
    sizes = [abs(y) / max(1.0, abs(x)) for y in here]
    best = [NOTHING] * len(claims)
    judged = [Judged(claim, NOTHING, abs(claim) or 1.0) for claim in claims]
    for level, rows in enumerate(estimates(curve, x)):
        if level == 0:
            sizes = [max(size, row[0].reach) for size, row in zip(sizes, rows, strict=True)]
        best = [min(old, *row, key=lambda estimate: estimate.error) for old, row in zip(best, rows, strict=True)]
        judged = [_held(*each, rtol) for each in zip(claims, best, sizes, strict=True)]
        if all(_is_settled(each, level, rtol) for each in judged):
            return judged
    if not any(each.wrong or each.undecided for each in judged):
        return judged
    of_results, of_claims = rounding()
    seen = noise(curve, x) or [0.0] * len(claims)
    floor = [max(pair) for pair in zip(seen, of_results, strict=True)]
    both, left, right = [_by_result(curve, x, sides, floor) for sides in ("both", "left", "right")]
    for i, each in enumerate(judged):
        if not (each.wrong or each.undecided):
            continue
        if seen[i] > _ROUGH * (of_results[i] + _EPS * max(abs(here[i]), sizes[i])):
            judged[i] = replace(each, estimate=NOTHING, wrong=False)
        else:
            judged[i] = _second_look(each, both[i], left[i], right[i], floor[i], of_claims[i], rtol)
    return judged


def _is_settled(judged: Judged, level: int, rtol: float) -> bool:
    """Return whether smaller steps are not needed; where claim and estimate are 0, a few steps are enough."""
    size = max(abs(judged.claim), abs(judged.estimate.value))
    return not judged.wrong and (judged.estimate.error <= _SHARP * rtol * size or (size == 0.0 and level > 3))


_Rows = Sequence[Sequence[Estimate]]


def _by_result(curve: Curve, x: float, sides: Sides, floor: Sequence[float]) -> list[_Rows]:
    """Return all estimates for each result, down to the smallest step."""
    tables = list(estimates(curve, x, sides, floor))
    return [[table[i] for table in tables] for i in range(len(floor))]


def _held(claim: float, estimate: Estimate, size: float, rtol: float, rounding: float = 0.0) -> Judged:
    scale = max(abs(claim), abs(estimate.value), size) or 1.0
    wrong = estimate.contradicts(claim, rtol, size) and abs(claim - estimate.value) > 10.0 * (estimate.error + rounding)
    return Judged(claim, estimate, scale, wrong)


def _second_look(
    judged: Judged, both: _Rows, left: _Rows, right: _Rows, floor: float, rounding: float, rtol: float
) -> Judged:
    """Check a claim again before it is called wrong.

    This considers the steps nearest to the point, each side of the point, and the rounding errors of the results
    (``floor``) and of the claim.
    """
    claim = judged.claim
    size = max([row[0].reach for rows in (both, left, right) for row in rows[:1]], default=0.0)
    again = _held(claim, nearest(both, rtol), size, rtol, rounding)
    if not (again.wrong or again.undecided):
        return again
    if breaks(left, floor) or breaks(right, floor):
        return replace(again, kink="a jump")
    below, above = nearest(left, rtol), nearest(right, rtol)
    if below is NOTHING or above is NOTHING:  # the edge of the domain
        return _held(claim, min(below, above, key=lambda side: side.error), size, rtol, rounding)
    apart = abs(below.value - above.value) - 10.0 * (below.error + above.error)
    if apart > _CLEARLY * max(abs(below.value), abs(above.value)):
        return replace(again, kink=f"a kink: {below} from the left, {above} from the right")
    return again
