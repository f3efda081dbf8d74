"""One sample: the factor that is missing, or too many, or in another's place; another derivative, a path forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from operator import itemgetter
from typing import Any

from ..tree import leaves
from ..value import Value
from .evaluate import run
from .quantities import Quantity, alike, quantities, symbol, written
from .question import Question, Trial
from .ratios import CLOSE, fits
from .verdict import Factor


def one_sample(question: Question, trials: Sequence[Trial], place: int) -> Iterator[str]:
    """The simplest explanations of a claim that is wrong for one sample alone."""
    runs = alike([t.run for t in trials])
    kept = [t for t in trials if any(t.run is r for r in runs) and t.truth[place] and t.number(place)]
    if len(kept) < 3:
        return
    claims = [t.number(place) for t in kept]
    truths = [t.truth[place] for t in kept]
    known = [q for q in quantities([t.run for t in kept]) if all(q.values)]
    if question.wrt is None:
        explanations = [_another_node(kept, claims)]
        known = [q for q in known if not q.is_derivative]
    else:
        explanations = [_another(question, kept, claims)]
    ratios = [c / t for c, t in zip(claims, truths, strict=True)]
    factor = _single_factor(ratios, known)
    if factor and not factor[1]:
        explanations.insert(0, factor[0])
    found = [e for e in explanations if e]
    if found:
        yield from found
        return
    said = (
        _a_path(question, kept, claims, place)
        or _exchange(ratios, known)
        or _substitution(question, kept, claims, place)
        or _two_factors(ratios, known)
        or (factor and factor[0])
    )
    if said:
        yield said


def _single_factor(ratios: Sequence[float], known: Sequence[Quantity]) -> tuple[str, bool] | None:
    """The factor that the claim has too many or too few, and whether a constant comes on top of it."""
    best: tuple[tuple[bool, int], str] | None = None
    for order, q in enumerate(known):
        if not q.varies:
            continue
        for values, said in (
            ([1 / v for v in q.values], f"the factor {q.name} is missing"),
            (q.values, f"there is an extra factor {q.name}"),
        ):
            c = fits(ratios, values)
            if c is None:
                continue
            text = said if c == 1 else f"{said}, and {_and_constant(c)}"
            if best is None or (c != 1, order) < best[0]:
                best = (c != 1, order), text
    return (best[1], best[0][0]) if best else None


def _and_constant(c: Fraction) -> str:
    if c == -1:
        return "the sign is flipped"
    return f"the constant factor {_written(1 / c)} is missing"


def _two_factors(ratios: Sequence[float], known: Sequence[Quantity]) -> str | None:
    for p, q in combinations([q for q in known if q.varies][:40], 2):
        both = [a * b for a, b in zip(p.values, q.values, strict=True)]
        if fits(ratios, [1 / v for v in both]) == 1:
            return f"the factors {p.name} and {q.name} are missing"
        if fits(ratios, both) == 1:
            return f"there are extra factors {p.name} and {q.name}"
    return None


def _exchange(ratios: Sequence[float], known: Sequence[Quantity]) -> str | None:
    varying = [q for q in known if q.varies][:60]
    for wanted in (Fraction(1), Fraction(-1)):
        for wrong, right in permutations(varying, 2):
            if wrong.is_derivative != right.is_derivative and wanted != 1:
                continue
            if fits(ratios, [a / b for a, b in zip(wrong.values, right.values, strict=True)]) == wanted:
                sign = "" if wanted == 1 else ", and the sign is flipped"
                return f"{wrong.name} stands where the gradient has {right.name}{sign}"
    return None


# --- one sample: another derivative, another node, a path forgotten ---------------------------------------------------


def _another(question: Question, trials: Sequence[Trial], claims: Sequence[float]) -> str | None:
    """The claim is the derivative with respect to another input."""
    if question.wrt is None:
        return None
    own = {x.label for _, x in leaves(question.target(trials[0].run))}
    for i, (_, x) in enumerate(leaves(trials[0].run.inputs)):
        if x.label in own and len(own) == 1:
            continue
        slopes = _try(_slope_by(i), trials)
        if slopes is None or not all(slopes):
            continue
        c = fits(claims, slopes)
        if c is not None:
            more = "" if c == 1 else f" (but for the constant factor {_written(c)})"
            return f"this is the derivative with respect to {symbol(x.label)}, not {symbol(question.wrt)}{more}"
    return None


def _slope_by(i: int) -> Callable[[Trial], float]:
    """The derivative with respect to input number i, at a trial."""

    def slope(t: Trial) -> float:
        return float(t.run.slope([x for _, x in leaves(t.run.inputs)][i]))

    return slope


def _another_node(trials: Sequence[Trial], claims: Sequence[float]) -> str | None:
    """The claim is the value of a node on the way: the last step is missing."""
    runs = [t.run for t in trials]
    for q in quantities(runs):
        if q.varies and all(abs(c - v) <= CLOSE * max(abs(c), abs(v)) for c, v in zip(claims, q.values, strict=True)):
            y = runs[0].y
            assert isinstance(y, Value)
            if y.label:
                return f"this is {q.name}, and not {symbol(y.label)} = {written_below(y)}"
            return f"this is {q.name}, and not {written(y)}"
    return None


def written_below(y: Value) -> str:
    """How a labelled node was made, in terms of the nodes below it."""
    label, y.label = y.label, None
    try:
        return written(y)
    finally:
        y.label = label


def _a_path(question: Question, trials: Sequence[Trial], claims: Sequence[float], place: int) -> str | None:
    """The claim takes one way from the parameter to the result, and there are several."""
    if question.wrt is None:
        return None
    ways = [_ways(question, t, place) for t in trials]
    if any(len(w) != len(ways[0]) for w in ways) or len(ways[0]) < 2:
        return None
    for i, (name, _) in enumerate(ways[0]):
        if fits(claims, [w[i][1] for w in ways]) == 1:
            return f"only the path through {name} is there; there are {len(ways[0])} paths, to be added up"
        without = [sum(share for j, (_, share) in enumerate(w) if j != i) for w in ways]
        if all(without) and fits(claims, without) == 1:
            return f"the path through {name} is forgotten"
    return None


def _ways(question: Question, trial: Trial, place: int) -> list[tuple[str, float]]:
    """The nodes that use the parameter, and what each adds to its derivative."""
    [(_, x)] = [list(leaves(question.target(trial.run)))[place]]
    users = [node for node in trial.run.nodes(x) if any(o is x for o in node.operands)]
    slopes = trial.run.slope(users)
    return [
        (written(node), slope * partial)
        for node, slope in zip(users, slopes, strict=True)
        for operand, partial in zip(node.operands, node.partials, strict=True)
        if operand is x and partial is not None
    ]


def _substitution(question: Question, trials: Sequence[Trial], claims: Sequence[float], place: int) -> str | None:
    """The claim is right of another program: one with an input in another's place, or left out."""
    changes = list(_changes(question))
    trials, claims = trials[:4], claims[:4]  # many programs are tried, and four points tell them apart
    for count in (1, 2):
        for chosen in combinations(changes, count):
            if len({name for name, _, _ in chosen}) < count:
                continue

            def truth(t: Trial, chosen: Any = chosen) -> float:
                point = t.run.point
                point = point.put(**{name: change(point.inputs) for name, change, _ in chosen})
                return question.truth(run(question.f, point, question.subject))[place]

            found = _try(truth, trials)
            if found is not None and all(found) and fits(claims, found) == 1:
                return ", and ".join([said for _, _, said in chosen])
    return None


def _changes(question: Question) -> Iterator[tuple[str, Callable[[dict[str, Any]], Any], str]]:
    """Slips in the program itself: the input, what becomes of it, and what to say of it."""
    free = [name for name in question.inputs if name != question.wrt]
    for right in free:
        for wrong in question.inputs:
            if wrong != right and question.inputs[wrong].kind == question.inputs[right].kind:
                said = f"{symbol(wrong)} stands where the formula has {symbol(right)}"
                yield right, itemgetter(wrong), said
        if question.inputs[right].kind == "number":
            yield right, lambda inputs: 0.0, f"the term with {symbol(right)} is missing"
            yield right, lambda inputs: 1.0, f"the factor {symbol(right)} is missing from the formula"


def _try(f: Callable[[Trial], float], trials: Sequence[Trial]) -> list[float] | None:
    """A number for each trial, or None where the program will not have it."""
    try:
        return [f(t) for t in trials]
    except (ArithmeticError, ValueError, TypeError, IndexError):
        return None


def _written(x: Fraction) -> str:
    return str(Factor(x))
