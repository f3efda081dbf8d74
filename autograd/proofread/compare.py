"""A claim against the engine: does it agree, up to what, except where, and at which point not?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .bends import bend
from .counterexample import counterexample
from .diagnose import diagnose
from .evaluate import by_name, parameters_of, parted
from .inputs import Input, number
from .kinks import convention
from .question import Question, Trial
from .scale import factor_of
from .trials import trials_of
from .verdict import Factor, Kind, Verdict


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
    for i, kind in given.items():
        if i not in known:
            raise TypeError(f"inputs speak of {i!r}, and {name} takes {_listed(known)}")
        if not isinstance(kind, Input):
            raise TypeError(
                f"inputs say what kind of input {i!r} is, and {kind!r} is none: write number, between(low, high), "
                f"among(0, 1), vector(n) or samples()"
            )
    asks = [i for i, needed in parameters_of(claim, "the claim").items() if needed or i in known]
    if strange := [i for i in asks if i not in known]:
        raise TypeError(f"the claim takes {strange[0]!r}, which is no input of {name}: those are {_listed(known)}")
    asked = None if wrt is None else parted(wrt)[0]
    used = [i for i, needed in known.items() if needed or i in given or i == asked]
    if asked is not None and asked not in known:
        raise TypeError(f"{wrt!r} is no input of {name}: those are {_listed(known)}")
    chosen = {i: given.get(i, number) for i in used}
    subject = subject or (f"∂{name}/∂{wrt}" if wrt else name)
    return Question(by_name(f), by_name(claim), wrt, chosen, subject, tuple([i for i in asks if i in used]))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"


def judge(question: Question, seed: int = 0) -> Verdict:
    """Try the claim at many points and say what comes of it."""
    trials, skipped = trials_of(question, seed)
    if question.wrt is not None and not any(t.run.depends_on(question.target(t.run)) for t in trials):
        raise ValueError(
            f"{question.subject}: the program does not depend on {question.wrt}, so that its derivative is 0 "
            f"everywhere; was another input meant, or .data used in place of a Value?"
        )

    def verdict(kind: Kind, **more: Any) -> Verdict:
        worst = max((t.difference for t in trials if t.agrees), default=0.0)
        return Verdict(kind, question.subject, len(trials), worst, skipped=skipped, **more)

    failing = [t for t in trials if not t.agrees]
    if not failing:
        return verdict("agrees")
    smooth = [t for t in trials if not t.kinks]
    if smooth and all(t.agrees for t in smooth):
        said = convention(question, failing)
        return verdict("kink", convention=said, counterexample=counterexample(question, failing[0]))
    if len(failing) < len(trials) // 2 and (side := bend(question, failing)) is not None:
        return verdict("kink", convention=side, counterexample=counterexample(question, failing[0]))
    first = min(failing, key=lambda t: (bool(t.kinks), isinstance(t.claimed, str)))
    factor = _constant_factor(smooth)
    return verdict(
        "wrong" if factor is None else "constant",
        factor=factor,
        counterexample=counterexample(question, first),
        diagnosis=diagnose(question, smooth or trials, factor),
    )


def _constant_factor(trials: Sequence[Trial]) -> Factor | None:
    """What the claim must be multiplied by to be right everywhere, if that is one number, or one for each N."""
    if any(isinstance(t.claimed, str) for t in trials):
        return None
    tried = [t for t in trials if t.run.point.style == "decimal"] or trials
    pairs = [(t.number(i), truth, t.run.point.n) for t in tried for i, truth in enumerate(t.truth)]
    factor = factor_of(pairs, max((max(abs(c), abs(truth)) for c, truth, _ in pairs), default=0.0))
    if factor is None or not all(t.matches(t.truth, factor.at(t.run.point.n)) for t in trials):
        return None
    return factor
