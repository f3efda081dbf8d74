"""What every primitive and its derivatives really are: the oracle that the table is measured against.

Nothing here is taken from the rules. Each entry is mpmath's own function, or the formula of a textbook in a form that
loses nothing to cancellation; test_accuracy.py holds the derivatives against mpmath's numerical differentiation of the
values. A row that has no entry (a user's own) gets its value from the rule in multiprecision, and its derivatives from
numerical differentiation of that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.primitives import Primitive

from .multiprecision import mp, multiprecision, normal_cdf, number, power

TINY = number(sys.float_info.min)
"""The smallest normal number."""


def none(*operands: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Exact:
    """The value of a primitive and its local derivatives, as functions of its operands."""

    value: Callable[..., Any]
    partials: Callable[..., Sequence[Any]]
    seconds: Callable[..., Sequence[Any]]
    """The second derivatives by operands i and j ≤ i: 00, 10, 11, 20, …"""
    terms: Callable[..., Sequence[Any]] = none
    """Where results are sums that cancel: the largest term in the value and in each derivative, 0 where none does.

    Near a zero of such a sum no float64 formula can have a small *relative* error, and the error is measured in units
    of the last place of that term instead.
    """
    second_terms: Callable[..., Sequence[Any]] = none
    """The same for the second derivatives."""


def oracle(row: Primitive) -> Exact:
    """The row's entry; for a row without one, its rule in multiprecision, differentiated numerically."""
    return exact.get(row.name) or from_value(lambda *xs: row.rule(multiprecision, *xs)[0], len(row.constants))


def from_value(value: Callable[..., Any], constants: int) -> Exact:
    """The derivatives of a function, numerically; its last operands may be constants."""

    def partials(*xs: Any) -> list[Any]:
        return [derivative(value, xs, i) for i in range(len(xs) - constants)]

    def seconds(*xs: Any) -> list[Any]:
        return [derivative(value, xs, i, j) for i, j in lower_triangle(len(xs) - constants)]

    return Exact(value, partials, seconds)


def lower_triangle(count: int) -> list[tuple[int, int]]:
    """The pairs of operands in the order of the second derivatives."""
    return [(i, j) for i in range(count) for j in range(i + 1)]


def derivative(f: Callable[..., Any], xs: Sequence[Any], *by: int) -> Any:
    """The derivative of f with respect to operand number i, then j, …, numerically."""
    orders = tuple([by.count(i) for i in range(len(xs))])
    return mp.diff(f, tuple(map(number, xs)), orders)


# --- the formulas -----------------------------------------------------------------------------------------------------


def _sign(x: Any) -> int:
    return (x > 0) - (x < 0)


def _step(x: Any, below: Any, at_zero: Any) -> Any:
    return 1 if x > 0 else at_zero if x == 0 else below


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def _softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x))


def _power_partials(x: Any, y: Any) -> tuple[Any, Any]:
    by_exponent = power(x, y) * mp.log(x) if x > 0 else 0 if x == 0 else mp.nan
    return (y * power(x, y - 1) if y else number(0), by_exponent)


def _share(xs: Sequence[Any], j: int) -> Any:
    """The share of softmax that goes to number j."""
    return 1 / mp.fsum([mp.exp(x - xs[j]) for x in xs])


def _logsumexp(*xs: Any) -> Any:
    largest, *rest = sorted(xs, reverse=True)
    return largest + mp.log1p(mp.fsum([mp.exp(x - largest) for x in rest]))


def _cross_entropy(*logits: Any) -> Any:
    *xs, target = logits
    x = xs.pop(int(target))
    return mp.log1p(mp.fsum([mp.exp(other - x) for other in xs]))


def _cross_entropy_partials(*logits: Any) -> list[Any]:
    *xs, target = logits
    shares = [_share(xs, j) for j in range(len(xs))]
    shares[int(target)] = -mp.fsum([share for j, share in enumerate(shares) if j != int(target)])
    return shares


def _halves(both: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    return both[: len(both) // 2], both[len(both) // 2 :]


def _sum(*xs: Any) -> Any:
    with mp.workprec(4096):  # which holds the largest float64 beside the smallest: the sum is exact
        return mp.fsum(xs)


def _dot(*both: Any) -> Any:
    return mp.fdot(*_halves(both))


def _zeros(count: int) -> list[int]:
    return [0] * len(lower_triangle(count))


def _sigmoid_slope(x: Any) -> Any:
    return mp.sech(x / 2) ** 2 / 4


def _softmax_seconds(xs: Sequence[Any]) -> list[Any]:
    shares = [_share(xs, j) for j in range(len(xs))]
    rest = [mp.fsum([share for k, share in enumerate(shares) if k != j]) for j in range(len(xs))]
    return [shares[i] * rest[i] if i == j else -shares[i] * shares[j] for i, j in lower_triangle(len(xs))]


def _power_seconds(x: Any, y: Any) -> tuple[Any, Any, Any]:
    log = mp.log(x) if x > 0 else mp.nan
    twice = y * (y - 1)
    slope = power(x, y - 1)
    return twice * power(x, y - 2) if twice else number(0), slope + y * slope * log, power(x, y) * log**2


def _power_second_terms(x: Any, y: Any) -> tuple[Any, Any, Any]:
    log, slope = abs(mp.log(x)), power(x, y - 1)
    return abs(y * (y - 1)) * TINY, max(slope, abs(y) * log * slope, (abs(y) + 1) * log * TINY, TINY / x), log**2 * TINY


def _dot_seconds(*both: Any) -> list[int]:
    return [int(i - j == len(both) // 2) for i, j in lower_triangle(len(both))]


exact: dict[str, Exact] = {
    "identity": Exact(lambda x: x, lambda x: (1,), lambda x: (0,)),
    "add": Exact(lambda a, b: a + b, lambda a, b: (1, 1), lambda a, b: _zeros(2)),
    "sub": Exact(lambda a, b: a - b, lambda a, b: (1, -1), lambda a, b: _zeros(2)),
    "mul": Exact(lambda a, b: a * b, lambda a, b: (b, a), lambda a, b: (0, 1, 0)),
    "div": Exact(
        lambda a, b: a / b,
        lambda a, b: (1 / b, -a / b**2),
        lambda a, b: (0, -1 / b**2, 2 * a / b**3),
        terms=lambda a, b: (0, 0, TINY / abs(b)),
        second_terms=lambda a, b: (0, 0, max(1, 1 / abs(b)) * TINY / abs(b)),
    ),
    "neg": Exact(lambda x: -x, lambda x: (-1,), lambda x: (0,)),
    "pow": Exact(
        power,
        lambda x, c: _power_partials(x, c)[:1],
        lambda x, c: _power_seconds(x, c)[:1],
        terms=lambda x, c: (0, abs(c) * TINY),
        second_terms=lambda x, c: (abs(c * (c - 1)) * TINY,),
    ),
    "power": Exact(
        power,
        _power_partials,
        _power_seconds,
        terms=lambda x, y: (0, abs(y) * TINY, abs(mp.log(x)) * TINY if x > 0 else 0),
        second_terms=_power_second_terms,
    ),
    "abs": Exact(abs, lambda x: (_sign(x),), lambda x: (0,)),
    "sign": Exact(_sign, lambda x: (0,), lambda x: (0,)),
    "maximum": Exact(
        max, lambda a, b: ((1 + _sign(a - b)) / number(2), (1 + _sign(b - a)) / number(2)), lambda a, b: _zeros(2)
    ),
    "minimum": Exact(
        min, lambda a, b: ((1 + _sign(b - a)) / number(2), (1 + _sign(a - b)) / number(2)), lambda a, b: _zeros(2)
    ),
    "exp": Exact(mp.exp, lambda x: (mp.exp(x),), lambda x: (mp.exp(x),)),
    "expm1": Exact(mp.expm1, lambda x: (mp.exp(x),), lambda x: (mp.exp(x),)),
    "log": Exact(mp.log, lambda x: (1 / x,), lambda x: (-1 / x**2,)),
    "log1p": Exact(mp.log1p, lambda x: (1 / (1 + x),), lambda x: (-1 / (1 + x) ** 2,)),
    "sqrt": Exact(
        mp.sqrt,
        lambda x: (1 / (2 * mp.sqrt(x)) if x else mp.inf,),
        lambda x: (-1 / (4 * x * mp.sqrt(x)) if x else -mp.inf,),
    ),
    "sin": Exact(mp.sin, lambda x: (mp.cos(x),), lambda x: (-mp.sin(x),)),
    "cos": Exact(mp.cos, lambda x: (-mp.sin(x),), lambda x: (-mp.cos(x),)),
    "tan": Exact(mp.tan, lambda x: (mp.sec(x) ** 2,), lambda x: (2 * mp.tan(x) * mp.sec(x) ** 2,)),
    "sinh": Exact(mp.sinh, lambda x: (mp.cosh(x),), lambda x: (mp.sinh(x),)),
    "cosh": Exact(mp.cosh, lambda x: (mp.sinh(x),), lambda x: (mp.cosh(x),)),
    "tanh": Exact(mp.tanh, lambda x: (mp.sech(x) ** 2,), lambda x: (-2 * mp.tanh(x) * mp.sech(x) ** 2,)),
    "sech_squared": Exact(
        lambda x: mp.sech(x) ** 2,
        lambda x: (-2 * mp.tanh(x) * mp.sech(x) ** 2,),
        lambda x: (2 * mp.sech(x) ** 2 * (2 * mp.tanh(x) ** 2 - mp.sech(x) ** 2),),
        terms=lambda x: (0, 4 * TINY),
        second_terms=lambda x: (4 * max(mp.sech(x) ** 2, TINY),),
    ),
    "atan": Exact(mp.atan, lambda x: (1 / (1 + x**2),), lambda x: (-2 * x / (1 + x**2) ** 2,)),
    "sigmoid": Exact(_sigmoid, lambda x: (_sigmoid_slope(x),), lambda x: (-mp.tanh(x / 2) * _sigmoid_slope(x),)),
    "logsigmoid": Exact(lambda x: -_softplus(-x), lambda x: (_sigmoid(-x),), lambda x: (-_sigmoid_slope(x),)),
    "softplus": Exact(_softplus, lambda x: (_sigmoid(x),), lambda x: (_sigmoid_slope(x),)),
    "relu": Exact(lambda x, at_zero: max(x, 0), lambda x, at_zero: (_step(x, 0, at_zero),), lambda x, at_zero: (0,)),
    "leaky_relu": Exact(
        lambda x, alpha, at_zero: x if x > 0 else alpha * x,
        lambda x, alpha, at_zero: (_step(x, alpha, at_zero),),
        lambda x, alpha, at_zero: (0,),
    ),
    "normal_pdf": Exact(
        mp.npdf,
        lambda x: (-x * mp.npdf(x),),
        lambda x: ((x**2 - 1) * mp.npdf(x),),
        terms=lambda x: (0, abs(x) * TINY),
        second_terms=lambda x: (max(1, x**2) * max(mp.npdf(x), TINY),),
    ),
    "normal_cdf": Exact(
        normal_cdf,
        lambda x: (mp.npdf(x),),
        lambda x: (-x * mp.npdf(x),),
        second_terms=lambda x: (abs(x) * TINY,),
    ),
    "gelu": Exact(
        lambda x: x * normal_cdf(x),
        lambda x: (normal_cdf(x) + x * mp.npdf(x),),
        lambda x: ((2 - x**2) * mp.npdf(x),),
        terms=lambda x: (abs(x) * TINY, max(normal_cdf(x), abs(x) * mp.npdf(x), abs(x) * TINY)),
        second_terms=lambda x: (max(2, x**2) * max(mp.npdf(x), TINY),),
    ),
    "sum": Exact(_sum, lambda *xs: [1] * len(xs), lambda *xs: _zeros(len(xs))),
    "dot": Exact(
        _dot,
        lambda *both: (*_halves(both)[1], *_halves(both)[0]),
        _dot_seconds,
        terms=lambda *both: (_dot(*map(abs, both)), *[0] * len(both)),
    ),
    "logsumexp": Exact(
        _logsumexp,
        lambda *xs: [_share(xs, j) for j in range(len(xs))],
        lambda *xs: _softmax_seconds(xs),
        terms=lambda *xs: (max(map(abs, xs)), *[0] * len(xs)),
    ),
    "softmax_cross_entropy": Exact(
        _cross_entropy, _cross_entropy_partials, lambda *logits: _softmax_seconds(logits[:-1])
    ),
    "binary_cross_entropy_with_logits": Exact(
        lambda x, t: t * _softplus(-x) + (1 - t) * _softplus(x),
        lambda x, t: ((1 - t) * _sigmoid(x) - t * _sigmoid(-x), -x),
        lambda x, t: (_sigmoid_slope(x), -1, 0),
        terms=lambda x, t: (0, max((1 - t) * _sigmoid(x), t * _sigmoid(-x)), 0),
    ),
}
