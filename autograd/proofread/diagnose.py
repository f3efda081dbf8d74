"""Name the slip: which factor is missing, which is too many, what stands in whose place.

The program is run again at some points, and each common slip is made in it on purpose: a local derivative left out, an
input in another's place, a path forgotten. A slip is named if the program with it says what the claim says, at every
one of the points; with several samples as well as with one. So what is named is never a coincidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..tree import leaves
from ..value import Value
from .case import Case
from .constants import reasons
from .evaluate import Run, run
from .formula import Formula, symbol
from .question import Question, Trial
from .regions import where_it_agrees
from .search import explain, extra_term
from .verdict import Factor

_POINTS = {1: 10, 2: 4, 3: 3}  # how many points are looked at, by the number of samples
_COMPONENTS = 2  # of a claim of many numbers, so many wrong ones are explained


def diagnose(question: Question, trials: Sequence[Trial], factor: Factor | None) -> tuple[str, ...]:
    """What is wrong with a claim, as far as the program can tell: the simplest explanation first.

    ``trials`` are those away from kinks; ``factor`` is the constant by which the claim is off, if that is all.
    """
    failed = next((t for t in trials if isinstance(t.claimed, str)), None)
    if failed is not None:
        said = f"the claim has no value at {failed.run.point}: {failed.claimed}"
        others = [t for t in trials if not isinstance(t.claimed, str)]
        if others and all(t.agrees for t in others):
            said += f"; where it has one it agrees, at {len(others)} points"
        return (said,)
    tried = _chosen(trials)
    wrong = _wrong_components(tried)
    if all(number == 0.0 for t in tried for number in t.claimed) and any(any(t.truth) for t in tried):
        return ("the claim is 0 everywhere",)
    runs = [run(question.f, t.run.point, question.subject, named=True) for t in tried]
    targets = [_targets(question, here) for here in runs]
    formula = Formula()
    tapes = [formula.read(here, target) for here, target in zip(runs, targets, strict=True)]
    formula.settle_names()
    told: dict[str, list[str]] = {}
    for component in wrong[:1] if factor is not None else wrong[:_COMPONENTS]:
        name = question.subject if question.wrt is None else symbol(targets[0][component].label or question.wrt)
        claims = [t.number(component) for t in tried]
        case = Case(formula, tapes, claims, None if question.wrt is None else component, name)
        told[name] = list(reasons(case, factor) if factor is not None else _explained(case))
    if len(told) == 1 and (factor is not None or len(tried[0].truth) == 1):
        return tuple(*told.values())
    more = [f"and {len(wrong) - len(told)} more numbers are wrong"] if len(wrong) > len(told) else []
    return (*[f"for {name}: {line}" for name, lines in told.items() for line in lines], *more)


def _explained(case: Case) -> Iterator[str]:
    found = explain(case)
    for explanation in found:
        extra = [] if explanation.missing == Factor(Fraction(1)) else reasons(case, explanation.missing)
        yield ", and ".join([explanation.slip.said, *extra])
    if not found:
        said = extra_term(case) or where_it_agrees(case)
        if said is not None:
            yield said


def _chosen(trials: Sequence[Trial]) -> list[Trial]:
    """A few points, with one sample first: decimals, among which nothing coincides, and where something is not 0."""
    decimal = [t for t in trials if t.run.point.style == "decimal"] or list(trials)
    telling = sorted(decimal, key=lambda t: not (any(t.truth) and any(t.claimed)))
    found = []
    for n, count in _POINTS.items():
        found += [t for t in telling if t.run.point.n == n][: count if n > 1 or _has_several(trials) else 16]
    return found


def _has_several(trials: Sequence[Trial]) -> bool:
    return any(t.run.point.n > 1 for t in trials)


def _wrong_components(trials: Sequence[Trial]) -> list[int]:
    """Which of a claim's numbers are wrong."""
    found = {i for t in trials for i, truth in enumerate(t.truth) if not t.close(t.number(i), truth)}
    everywhere = min(len(t.truth) for t in trials)
    return [i for i in sorted(found) if i < everywhere] or [0]


def _targets(question: Question, here: Run) -> list[Value]:
    return [] if question.wrt is None else [x for _, x in leaves(question.target(here))]
