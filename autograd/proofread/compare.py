"""A claim against the engine: does it agree, up to what, except where, and at which point not?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from ..tree import leaves
from ..value import Value
from .diagnose import diagnose
from .evaluate import Run, parameters_of, run
from .inputs import Input, number, points
from .kinks import convention, kinks
from .question import Question, Trial
from .verdict import Counterexample, Factor, Verdict

_OUT_OF_DOMAIN = (ArithmeticError, ValueError)


def proofread(
    f: Callable[..., Any],
    wrt: str,
    claim: Callable[..., Any],
    *,
    inputs: Mapping[str, Input] | None = None,
    subject: str = "",
    seed: int = 0,
) -> Verdict:
    """Check a hand-derived formula: is ``claim`` the derivative of ``f`` with respect to its input ``wrt``?

    ``f`` is the program: a function of named numbers, in ordinary arithmetic and autograd's functions. ``claim`` is the
    formula, a function of the same inputs or of some of them. ``inputs`` says which inputs are not just any number:
    ``samples`` (one for each of N samples), ``vector(n)``, ``between(low, high)``, ``among(0, 1)``.

    >>> def loss(w, b, x, y):
    ...     return (w * x + b - y) ** 2
    >>> print(proofread(loss, "w", lambda w, b, x, y: 2 * (w * x + b - y) * x))  # doctest: +ELLIPSIS
    ✓ ∂loss/∂w: agrees at 120 points (worst relative difference ...)
    >>> verdict = proofread(loss, "w", lambda w, b, x, y: 2 * (w * x + b - y))
    >>> verdict.kind, verdict.diagnosis
    ('wrong', ('the factor x is missing', 'this is the derivative with respect to b, not w'))
    """
    return judge(_question(f, claim, wrt, inputs, subject), seed)


def proofread_value(
    f: Callable[..., Any],
    claim: Callable[..., Any],
    *,
    inputs: Mapping[str, Input] | None = None,
    subject: str = "",
    seed: int = 0,
) -> Verdict:
    """Check a formula for a value: is ``claim`` the same function as ``f``? An identity, a definition, a solution.

    >>> from autograd import relu
    >>> proofread_value(lambda x: relu(x), lambda x: (x + abs(x)) / 2).kind
    'agrees'
    """
    return judge(_question(f, claim, None, inputs, subject), seed)


def _question(
    f: Callable[..., Any],
    claim: Callable[..., Any],
    wrt: str | None,
    inputs: Mapping[str, Input] | None,
    subject: str,
) -> Question:
    name = getattr(f, "__name__", "f").replace("<lambda>", "f")
    known = parameters_of(f, f"the program {name}")
    given = dict(inputs or {})
    if strange := [i for i in given if i not in known]:
        raise TypeError(f"inputs speak of {strange[0]!r}, and {name} takes {', '.join(known)}")
    asks = parameters_of(claim, "the claim")
    if strange := [i for i in asks if i not in known]:
        raise TypeError(f"the claim takes {strange[0]!r}, which is no input of {name}: those are {', '.join(known)}")
    if wrt is not None and wrt.split("[")[0] not in known:
        raise TypeError(f"{wrt!r} is no input of {name}: those are {', '.join(known)}")
    chosen = {i: given.get(i, number) for i in known}
    subject = subject or (f"∂{name}/∂{wrt}" if wrt else name)
    return Question(f, claim, wrt, chosen, subject, tuple(asks))


def judge(question: Question, seed: int = 0) -> Verdict:
    """Try the claim at many points and say what comes of it."""
    trials, skipped = _trials(question, seed)
    smooth = [t for t in trials if not t.kinks]
    if question.wrt is not None and not any(t.run.depends_on(question.target(t.run)) for t in trials):
        raise ValueError(
            f"{question.subject}: the program does not depend on {question.wrt}, so that its derivative is 0 "
            f"everywhere; was another input meant, or .data used in place of a Value?"
        )

    def verdict(kind: Any, **more: Any) -> Verdict:
        worst = max((t.difference for t in trials if t.agrees), default=0.0)
        return Verdict(kind, question.subject, len(trials), worst, skipped=skipped, **more)

    if all(t.agrees for t in trials):
        return verdict("agrees")
    failing = [t for t in trials if not t.agrees]
    first = failing[0]
    if smooth and all(t.agrees for t in smooth):
        example = Counterexample(first.run.point, *_first_difference(first))
        return verdict("kink", convention=convention(question, failing), counterexample=example)
    first = next((t for t in failing if not t.kinks), first)
    example = Counterexample(first.run.point, *_first_difference(first))
    factor = _constant_factor(smooth)
    return verdict(
        "wrong" if factor is None else "constant",
        factor=factor,
        counterexample=example,
        diagnosis=diagnose(question, smooth or trials, factor),
    )


def _trials(question: Question, seed: int) -> tuple[list[Trial], int]:
    found, skipped = [], 0
    error: Exception | None = None
    for point in points(question.inputs, seed):
        try:
            here = run(question.f, point, f"the program of {question.subject}")
            truth = question.truth(here)
        except _OUT_OF_DOMAIN as caught:
            skipped, error = skipped + 1, caught
            continue
        if not all(map(math.isfinite, truth)):
            skipped += 1
            continue
        target = question.target(here)
        found.append(Trial(here, truth, question.claimed(point), _magnitude(question, here), kinks(here, target)))
    if found:
        # People's formulas, such as 1 − tanh², lose digits where they are all but 0. What is lost there is nothing
        # beside the numbers at other points, and a formula that is wrong is wrong at those too.
        typical = sorted(t.magnitude for t in found)[9 * len(found) // 10]
        for t in found:
            t.magnitude = max(t.magnitude, typical)
    else:
        raise ValueError(
            f"{question.subject}: the program failed at all of {skipped} points, the last time with {error}. "
            f"Say where its inputs lie, as in inputs={{'x': between(0.1, 2)}}"
        ) from error
    return found, skipped


def _magnitude(question: Question, here: Run) -> float:
    """What was added up, in absolute terms: the scale of rounding where terms cancel."""
    nodes = here.nodes(question.target(here))
    if question.wrt is None:
        return max((abs(node.data) for node in nodes), default=abs(here.value))
    if not nodes or not isinstance(here.y, Value):
        return 0.0
    size = {here.y: 1.0}
    for node in nodes:
        for x, partial in zip(node.operands, node.partials, strict=True):
            if isinstance(x, Value) and partial is not None:
                size[x] = size.get(x, 0.0) + size.get(node, 0.0) * abs(partial)
    return max((size.get(x, 0.0) for _, x in leaves(question.target(here))), default=0.0)


def _first_difference(trial: Trial) -> tuple[float | str, float]:
    if isinstance(trial.claimed, str):
        return trial.claimed, trial.truth[0]
    pairs = list(zip(trial.claimed, trial.truth, strict=True))
    return next(((c, t) for c, t in pairs if not trial.close(c, t)), pairs[0])


# --- constant factors -------------------------------------------------------------------------------------------------


def _constant_factor(trials: Iterable[Trial]) -> Factor | None:
    """What the claim must be multiplied by to be right everywhere, if that is one number, or one for each N."""
    by_n: dict[int, list[float]] = {}
    tried = [t for t in trials if t.run.point.style == "decimal"] or list(trials)
    for t in tried:
        if isinstance(t.claimed, str):
            return None
        for c, truth in zip(t.claimed, t.truth, strict=True):
            if abs(truth) > 1e-6 * t.magnitude and abs(c) > 1e-6 * t.magnitude:
                by_n.setdefault(t.run.point.n, []).append(truth / c)
    if not by_n or sum(map(len, by_n.values())) < 3:
        return None
    for power in (0, -1, 1, -2, 2):
        if power and len(by_n) < 2:
            continue
        ratios = [r / n**power for n, each in by_n.items() for r in each]
        middle = sorted(ratios)[len(ratios) // 2]
        if all(abs(r - middle) <= 1e-7 * abs(middle) for r in ratios):
            scale = {n: middle * n**power for n in by_n}
            if all(t.matches(t.truth, scale.get(t.run.point.n, middle)) for t in trials):
                return Factor(_round(middle), power)
    return None


def _round(x: float) -> Fraction | float:
    simple = Fraction(x).limit_denominator(60)
    return simple if abs(simple - x) <= 1e-8 * abs(x) and simple else x
