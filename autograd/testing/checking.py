"""Checking gradients: `check_grads` compares backprop with finite differences at a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations_with_replacement
from math import isfinite
from typing import Any, TypeVar

from ..errors import NonFiniteError
from .judging import Judged, judge
from .subject import Order, Subject


@dataclass(frozen=True, slots=True)
class GradCheck:
    """The result of `check_grads` when every derivative agreed.

    >>> from autograd.testing import check_grads
    >>> found = check_grads(lambda x, y: x * y**2, (2.0, 3.0))
    >>> found.compared, found.worst < 1e-7, found.kinks
    (6, True, ())
    """

    compared: int
    """The number of derivatives that were compared."""
    worst: float
    """The largest relative difference between backprop and finite differences, for instance for `hypothesis.target`."""
    kinks: tuple[str, ...] = ()
    """Derivatives at a kink or a jump. The left and the right derivative differ, so they are not compared."""
    undecided: tuple[str, ...] = ()
    """Derivatives that differences cannot determine to three digits, because the function is too rough or noisy."""


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any] | Mapping[str, Any],
    *,
    order: int = 2,
    rtol: float = 1e-7,
    at_most: int = 30,
) -> GradCheck:
    """Compare the derivatives of ``f`` by backprop with finite differences.

    An AssertionError says where they differ. ``args`` are the arguments, in a tuple or by name in a dict. They are
    numbers, or nested lists, tuples and dicts of numbers. A Value among them is passed unchanged, so
    ``check_grads(lambda ws: loss(model), (model.parameters(),))`` checks a model. ``order=2`` also checks the second
    derivatives, as differences of the first, and so on. If there are more than ``at_most`` numbers, only that many are
    checked, spread from the first to the last.

    The differences are extrapolated, with an estimate of their error, so ``rtol`` can be small without false alarms. If
    there are no derivatives (outside the domain of ``f``, or because they overflow), NonFiniteError is raised.

    >>> check_grads(lambda x, y: x * tanh(y), (2.0, 0.5)).kinks
    ()
    >>> @primitive
    ... def cube(m, x):
    ...     return x * x * x, 3 * x
    >>> check_grads(cube, (2.0,))
    Traceback (most recent call last):
    AssertionError: the derivative of cube with respect to x does not match finite differences
      at           x = 2.0
      backprop     6.0
      differences  12.0, give or take ...
      ratio        1/2
    """
    _check_options(order, rtol, at_most)
    subject = Subject(f, args)
    chosen = _spread(range(len(subject.point)), at_most)
    compared, worst = 0, 0.0
    kinks: list[str] = []
    undecided: list[str] = []
    with subject.kept():
        for length in range(order):
            heads = _spread(list(combinations_with_replacement(chosen, length)), at_most)
            rows = _at_the_point(subject, heads)
            for i in chosen:
                claims = [row[i] for row in rows]
                judged = judge(
                    subject.curve(heads, i), subject.point[i], claims, rtol, partial(subject.doubts, heads, i)
                )
                for head, each in zip(heads, judged, strict=True):
                    what = _described(subject, (*head, i))
                    if each.kink:
                        kinks.append(f"{what}: {each.kink}")
                    elif each.wrong:
                        raise AssertionError(_complaint(subject, what, each))
                    elif each.undecided:
                        undecided.append(what)
                    else:
                        compared += 1
                        worst = max(worst, each.difference)
    return GradCheck(compared, worst, tuple(kinks), tuple(undecided))


def _check_options(order: Any, rtol: Any, at_most: Any) -> None:
    for name, n in ("order", order), ("at_most", at_most):
        if not isinstance(n, int) or isinstance(n, bool) or n < 1:
            raise ValueError(f"check_grads: {name} needs a whole number of 1 or more, and got {n!r}")
    if not isinstance(rtol, float) or not 0.0 < rtol < 1.0:
        raise ValueError(f"check_grads: rtol is a relative tolerance between 0 and 1, such as 1e-6; got {rtol!r}")


T = TypeVar("T")


def _spread(things: Sequence[T], at_most: int) -> list[T]:
    """Return all items, or ``at_most`` of them spread from the first to the last."""
    if len(things) <= at_most:
        return list(things)
    return [things[round(k * (len(things) - 1) / max(at_most - 1, 1))] for k in range(at_most)]


def _at_the_point(subject: Subject, heads: Sequence[Order]) -> list[list[float]]:
    """Return the derivatives by backprop; if there are none, raise an error with the reason."""
    here = f"{subject.name} at {_where(subject)}"
    try:
        rows = subject.slopes(subject.point, heads)
        results = subject.results(subject.point, heads)
    except ArithmeticError as error:
        raise _no_derivatives(here, str(error), error) from error
    if not all(isfinite(x) for row in [*rows, results] for x in row):
        raise _no_derivatives(here, "they are inf or nan")
    return rows


def _no_derivatives(here: str, reason: str, origin: ArithmeticError | None = None) -> NonFiniteError:
    message = f"check_grads: there are no derivatives to check of {here}: {reason}"
    if isinstance(origin, NonFiniteError):
        return NonFiniteError(message, primitive=origin.primitive, operands=origin.operands)
    return NonFiniteError(message)


def _described(subject: Subject, order: Order) -> str:
    times = {2: "second ", 3: "third "}.get(len(order), f"{len(order)}th " if len(order) > 1 else "")
    return f"the {times}derivative of {subject.name} with respect to {' and '.join([subject.names[i] for i in order])}"


def _where(subject: Subject) -> str:
    shown = [f"{name} = {x!r}" for name, x in zip(subject.names, subject.point, strict=True)]
    return ", ".join(shown if len(shown) <= 12 else [*shown[:12], "…"])


def _complaint(subject: Subject, what: str, judged: Judged) -> str:
    return (
        f"{what} does not match finite differences\n"
        f"  at           {_where(subject)}\n"
        f"  backprop     {judged.claim!r}\n"
        f"  differences  {judged.estimate}" + _ratio(judged.claim, judged.estimate.value)
    )


def _ratio(claim: float, truth: float) -> str:
    """Return the ratio if it is a simple fraction, which hints at a missing factor."""
    if not claim or not truth:
        return ""
    simple = Fraction(claim / truth).limit_denominator(12)
    close = abs(simple - Fraction(claim / truth)) < 1e-6 * abs(simple)
    return f"\n  ratio        {simple}" if simple and close and abs(simple) < 1000 else ""
