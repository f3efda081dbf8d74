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


def _none(*operands: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Exact:
    """The value of a primitive and its local derivatives, as functions of its operands."""

    value: Callable[..., Any]
    partials: Callable[..., Sequence[Any]]
    terms: Callable[..., Sequence[Any]] = _none
    """Where results are sums that cancel: the largest term in the value and in each derivative, 0 where none does.

    Near a zero of such a sum no float64 formula can have a small *relative* error, and the error is measured in units
    of the last place of that term instead.
    """


def oracle(row: Primitive) -> Exact:
    """The row's entry; for a row without one, its rule in multiprecision, differentiated numerically."""
    return exact.get(row.name) or from_value(lambda *xs: row.rule(multiprecision, *xs)[0], len(row.constants))


def from_value(value: Callable[..., Any], constants: int) -> Exact:
    """The derivatives of a function, numerically; its last operands may be constants."""

    def partials(*xs: Any) -> list[Any]:
        return [derivative(value, xs, i) for i in range(len(xs) - constants)]

    return Exact(value, partials)


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


exact: dict[str, Exact] = {
    "identity": Exact(lambda x: x, lambda x: (1,)),
    "add": Exact(lambda a, b: a + b, lambda a, b: (1, 1)),
    "sub": Exact(lambda a, b: a - b, lambda a, b: (1, -1)),
    "mul": Exact(lambda a, b: a * b, lambda a, b: (b, a)),
    "div": Exact(lambda a, b: a / b, lambda a, b: (1 / b, -a / b**2), terms=lambda a, b: (0, 0, TINY / abs(b))),
    "neg": Exact(lambda x: -x, lambda x: (-1,)),
    "pow": Exact(power, lambda x, c: _power_partials(x, c)[:1], terms=lambda x, c: (0, abs(c) * TINY)),
    "power": Exact(
        power,
        _power_partials,
        terms=lambda x, y: (0, abs(y) * TINY, abs(mp.log(x)) * TINY if x > 0 else 0),
    ),
    "abs": Exact(abs, lambda x: (_sign(x),)),
    "sign": Exact(_sign, lambda x: (0,)),
    "maximum": Exact(max, lambda a, b: ((1 + _sign(a - b)) / number(2), (1 + _sign(b - a)) / number(2))),
    "minimum": Exact(min, lambda a, b: ((1 + _sign(b - a)) / number(2), (1 + _sign(a - b)) / number(2))),
    "exp": Exact(mp.exp, lambda x: (mp.exp(x),)),
    "expm1": Exact(mp.expm1, lambda x: (mp.exp(x),)),
    "log": Exact(mp.log, lambda x: (1 / x,)),
    "log1p": Exact(mp.log1p, lambda x: (1 / (1 + x),)),
    "sqrt": Exact(mp.sqrt, lambda x: (1 / (2 * mp.sqrt(x)) if x else mp.inf,)),
    "sin": Exact(mp.sin, lambda x: (mp.cos(x),)),
    "cos": Exact(mp.cos, lambda x: (-mp.sin(x),)),
    "tan": Exact(mp.tan, lambda x: (mp.sec(x) ** 2,)),
    "sinh": Exact(mp.sinh, lambda x: (mp.cosh(x),)),
    "cosh": Exact(mp.cosh, lambda x: (mp.sinh(x),)),
    "tanh": Exact(mp.tanh, lambda x: (mp.sech(x) ** 2,)),
    "atan": Exact(mp.atan, lambda x: (1 / (1 + x**2),)),
    "sigmoid": Exact(_sigmoid, lambda x: (mp.sech(x / 2) ** 2 / 4,)),
    "logsigmoid": Exact(lambda x: -_softplus(-x), lambda x: (_sigmoid(-x),)),
    "softplus": Exact(_softplus, lambda x: (_sigmoid(x),)),
    "relu": Exact(lambda x, at_zero: max(x, 0), lambda x, at_zero: (_step(x, 0, at_zero),)),
    "leaky_relu": Exact(
        lambda x, alpha, at_zero: x if x > 0 else alpha * x,
        lambda x, alpha, at_zero: (_step(x, alpha, at_zero),),
    ),
    "normal_pdf": Exact(mp.npdf, lambda x: (-x * mp.npdf(x),), terms=lambda x: (0, abs(x) * TINY)),
    "normal_cdf": Exact(normal_cdf, lambda x: (mp.npdf(x),)),
    "gelu": Exact(
        lambda x: x * normal_cdf(x),
        lambda x: (normal_cdf(x) + x * mp.npdf(x),),
        terms=lambda x: (abs(x) * TINY, max(normal_cdf(x), abs(x) * mp.npdf(x), abs(x) * TINY)),
    ),
    "sum": Exact(_sum, lambda *xs: [1] * len(xs)),
    "dot": Exact(
        _dot,
        lambda *both: (*_halves(both)[1], *_halves(both)[0]),
        terms=lambda *both: (_dot(*map(abs, both)), *[0] * len(both)),
    ),
    "logsumexp": Exact(
        _logsumexp,
        lambda *xs: [_share(xs, j) for j in range(len(xs))],
        terms=lambda *xs: (max(map(abs, xs)), *[0] * len(xs)),
    ),
    "softmax_cross_entropy": Exact(_cross_entropy, _cross_entropy_partials),
    "binary_cross_entropy_with_logits": Exact(
        lambda x, t: t * _softplus(-x) + (1 - t) * _softplus(x),
        lambda x, t: ((1 - t) * _sigmoid(x) - t * _sigmoid(-x), -x),
        terms=lambda x, t: (0, max((1 - t) * _sigmoid(x), t * _sigmoid(-x)), 0),
    ),
}
