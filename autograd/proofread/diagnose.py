"""Name the slip: which factor is missing, which is too many, what stands in whose place.

The program is run again at some points, and each common slip is made in it on purpose: a local derivative left out, an
input in another's place, a path forgotten. A slip is named if the program with it says what the claim says, at every
one of the points; with several samples as well as with one. So what is named is never a coincidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from .counterexample import counterexample
from .evaluate import run
from .question import Question, Trial
from .reading.formula import Formula
from .reading.naming import symbol
from .regions import by_the_samples, nearly_right, where_it_agrees
from .search import explain, extra_term
from .slips.case import Case
from .slips.constants import reasons
from .verdict import Factor

_POINTS = 40  # so many are looked at …
_OF_LARGE = 12  # … and so many of a program with a large graph
_LARGE = 1000
_COMPONENTS = 2  # of a claim of many numbers, so many wrong ones are explained


def diagnose(question: Question, trials: Sequence[Trial], factor: Factor | None) -> tuple[str, ...]:
    """What is wrong with a claim, as far as the program can tell: the simplest explanation first.

    ``trials`` are those away from kinks; ``factor`` is the constant by which the claim is off, if that is all.
    """
    valueless = [t for t in trials if isinstance(t.claimed, str)]
    others = [t for t in trials if not isinstance(t.claimed, str)]
    agreeing = sum(t.agrees for t in others)
    said: list[str] = []
    if agreeing < len(others):
        said += _explained(question, others, factor)
        if not said and 2 * agreeing > len(others):
            said.append(f"it agrees at {agreeing} of {len(others)} points")
    if valueless:
        example = counterexample(question, valueless[0])
        where = f"the claim has no value at {example.point}: {example.claimed}"
        said.append(where if said or not others else f"{where}; where it has one it agrees, at {agreeing} points")
    return tuple(said)


def _explained(question: Question, trials: Sequence[Trial], factor: Factor | None) -> list[str]:
    tried = _chosen(trials)
    wrong = _wrong_components(tried)
    if not any(any(t.claimed) for t in tried) and any(any(t.truth) for t in tried):
        return ["the claim is 0 everywhere"]
    runs = [run(question.f, t.run.point, question.subject, named=True) for t in tried]
    targets = [[] if question.wrt is None else question.target(here) for here in runs]
    formula = Formula()
    tapes = [formula.read(here, target) for here, target in zip(runs, targets, strict=True)]
    formula.settle_names()
    told: dict[str, list[str]] = {}
    for component in wrong[:1] if factor is not None else wrong[:_COMPONENTS]:
        name = question.subject if question.wrt is None else symbol(targets[0][component].label or question.wrt)
        claims = [t.number(component) for t in tried]
        case = Case(formula, tapes, claims, None if question.wrt is None else component, name)
        told[name] = list(reasons(case, factor) if factor is not None else _slips(case))
    if factor is not None or len(tried[0].truth) == 1:
        return next(iter(told.values()))
    said = [f"for {name}: {'; '.join(lines)}" for name, lines in told.items() if lines]
    rest = len(wrong) - len(told)
    if said and rest:
        said.append(f"and {rest} more of the numbers {'is' if rest == 1 else 'are'} wrong")
    return said


def _slips(case: Case) -> Iterator[str]:
    found = explain(case)
    for explanation in found:
        extra = [] if explanation.missing == Factor(Fraction(1)) else reasons(case, explanation.missing)
        yield ", and ".join([said for said in (explanation.slip.said, *extra) if said])
    if not found:
        said = nearly_right(case) or extra_term(case) or where_it_agrees(case) or by_the_samples(case)
        if said is not None:
            yield said


def _chosen(trials: Sequence[Trial]) -> list[Trial]:
    """The points in decimals, among which nothing coincides: one sample first, and first where nothing is 0."""
    decimal = [t for t in trials if t.run.point.style == "decimal"] or list(trials)
    count = _OF_LARGE if len(decimal[0].run.graph) > _LARGE else _POINTS
    return sorted(decimal, key=lambda t: (t.run.point.n, not (any(t.truth) and any(t.claimed))))[:count]


def _wrong_components(trials: Sequence[Trial]) -> list[int]:
    """Which of a claim's numbers are wrong."""
    found = {i for t in trials for i, truth in enumerate(t.truth) if not t.close(t.number(i), truth)}
    everywhere = min(len(t.truth) for t in trials)
    return [i for i in sorted(found) if i < everywhere] or [0]
