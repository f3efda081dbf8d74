"""What can still be said of a claim that no slip explains: where it is right, and how it goes with the samples."""

from __future__ import annotations

from collections.abc import Sequence

from .markup import digits
from .reading.quantities import places
from .scale import Scale, rounded
from .slips.case import Case
from .verdict import Factor

_CLOSE = 1e-9
_ROUNDING = 1e-3
_HARDLY = 1e-4


def where_it_agrees(case: Case) -> str | None:
    """What tells the points where a claim agrees from those where it does not, if one thing does."""
    pairs = zip(case.claims, case.truths, strict=True)
    agrees = [abs(c - t) <= _CLOSE * max(abs(c), abs(t), _ROUNDING * case.size) for c, t in pairs]
    if all(agrees) or not any(agrees):
        return None
    alone = [ok for ok, tape in zip(agrees, case.tapes, strict=True) if tape.n == 1]
    several = [ok for ok, tape in zip(agrees, case.tapes, strict=True) if tape.n > 1]
    if several and all(alone) and not any(several):
        return "it is right for one sample and wrong for several: look at the sum and its indices"
    tapes = [tape for tape in case.tapes if tape.n == 1]
    for q in places(case.formula):
        numbers = [q.read(tape, 0, tape.state) for tape in tapes]
        said = _told_apart(q.name, numbers, alone)
        if said is not None:
            return said
    return None


def nearly_right(case: Case) -> str | None:
    """That a claim is hardly wrong at all."""
    pairs = [(abs(c - t), max(abs(c), abs(t))) for c, t in zip(case.claims, case.truths, strict=True)]
    worst = max((difference / size for difference, size in pairs if size), default=0.0)
    if not 0.0 < worst < _HARDLY:
        return None
    return f"it is off by no more than {worst:.1g} of the true value: is a constant rounded, or do digits cancel?"


def by_the_samples(case: Case) -> str | None:
    """That a claim is off by a factor which depends on the number of samples alone, as 1/(N − 1) for 1/N would be."""
    scale = Scale()
    for claim, truth, tape in zip(case.claims, case.truths, case.tapes, strict=True):
        if not scale.add(claim, truth, tape.n, case.size):
            return None
    if len(scale.ratios) < 2:
        return None
    factors = [f"{Factor(rounded(ratio))} for N = {n}" for n, ratio in sorted(scale.ratios.items())]
    return f"it is off by a factor that depends on the number of samples: multiply by {', '.join(factors)}"


def _told_apart(name: str, numbers: Sequence[float], agrees: Sequence[bool]) -> str | None:
    right = {x for x, ok in zip(numbers, agrees, strict=True) if ok}
    wrong = {x for x, ok in zip(numbers, agrees, strict=True) if not ok}
    if not right or not wrong or len(numbers) < 6:
        return None
    if len(right) == len(wrong) == 1 and right != wrong:
        return f"it agrees where {name} = {digits(min(right))}, and not where {name} = {digits(min(wrong))}"
    if min(len(right), len(wrong)) < 2:
        return None
    if min(right) > 0 > max(wrong):
        return f"it agrees where {name} > 0, and not where {name} < 0"
    if min(wrong) > 0 > max(right):
        return f"it agrees where {name} < 0, and not where {name} > 0"
    return None
