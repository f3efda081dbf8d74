"""Which slip was it? The cheapest one that says what the claim says, at every point that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from .reading.quantities import places, total_at
from .reading.tape import Change, Tape
from .scale import Scale, factor_of, is_simple
from .slips import slips
from .slips.case import Case, Slip
from .slips.others import other_parameters
from .verdict import Factor

_PAIRED = 60  # so many of the common slips are also looked for two at a time
_EFFORT = 300_000  # so many steps are gone through at most: something like a second
_OTHERS = 2  # so many other parameters are told, of which a claim is the derivative
_ONE = Factor(Fraction(1))
_NOTHING = Slip("", 0.0, Change())
"""No slip at all: for one number of several that is off by a constant."""


@dataclass(frozen=True)
class Explanation:
    """A slip that explains a claim, and the constant factor that is missing as well."""

    slip: Slip
    missing: Factor = _ONE

    @property
    def cost(self) -> float:
        """How far-fetched it is."""
        if self.missing == _ONE:
            return self.slip.cost
        return self.slip.cost + (0.5 if self.missing == Factor(Fraction(-1)) else 1.0 + 0.5 * bool(self.missing.power))


def explain(case: Case) -> list[Explanation]:
    """The simplest explanation of a wrong claim, and beside it that it is right of another parameter, if it is."""
    search = _Search(case)
    known = [_NOTHING, *slips(case)]
    others = [] if case.component is None else list(map(search.explanation, other_parameters(case)))
    exact = [found for found in others if found is not None and found.missing == _ONE]
    exact = [found for found in exact if found.cost == min(each.cost for each in exact)][:_OTHERS]
    best = search.cheapest(known)
    if best is None and not exact:
        best = search.cheapest(_pairs(known))
    if best is None or (exact and best.missing != _ONE):
        return exact
    if best.slip is _NOTHING and best.missing == _ONE:
        return []  # it is right, to the digits that are looked at here
    return [best, *exact]


class _Search:
    """A search for the slip in one case, which gives up after some effort: of a large program there are many."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.left = _EFFORT

    def cheapest(self, candidates: Iterable[Slip]) -> Explanation | None:
        """Of the slips that explain the claim the one of least cost, in the order of which the candidates come."""
        best: Explanation | None = None
        for slip in candidates:
            if self.left < 0 or (best is not None and slip.cost >= best.cost):
                break
            found = self.explanation(slip)
            if found is not None and (best is None or found.cost < best.cost):
                best = found
        return best

    def explanation(self, slip: Slip) -> Explanation | None:
        """The slip as an explanation, if it says what the claim says, but for a constant."""
        scale = Scale()
        for tape, claim in zip(self.case.tapes, self.case.claims, strict=True):
            self.left -= len(tape.steps)
            if not scale.add(claim, self.case.said_by(slip, tape), tape.n, self.case.size):
                return None
        factor = scale.factor
        return Explanation(slip, factor) if factor is not None and is_simple(factor) else None


def _pairs(known: Sequence[Slip]) -> Iterator[Slip]:
    """Two of the common slips at once."""
    common = [slip for slip in known if slip.simple and slip.change is not None][:_PAIRED]
    pairs = sorted(combinations(common, 2), key=lambda pair: pair[0].cost + pair[1].cost)
    for a, b in pairs:
        assert a.change is not None
        assert b.change is not None
        if not a.change.overlaps(b.change):
            yield replace(a, said=f"{a.said}, and {b.said}", cost=a.cost + b.cost, change=a.change | b.change)


def extra_term(case: Case) -> str | None:
    """A term that was added to a right formula."""
    differences = [c - t for c, t in zip(case.claims, case.truths, strict=True)]

    def times(term: Callable[[Tape], float]) -> Factor | None:
        terms = [(term(tape), d, tape.n) for tape, d in zip(case.tapes, differences, strict=True)]
        found = factor_of(terms, case.size)
        return found if found is not None and is_simple(found) else None

    if (c := times(lambda tape: 1.0)) is not None:
        return f"there is a term too many: {c}"
    for q in places(case.formula):
        if q.place is not None and (c := times(total_at(q.place))) is not None:
            return f"there is a term too many: {q.name if c == _ONE else f'{c}·{q.name}'}"
    return None
