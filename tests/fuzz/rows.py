"""The rows of the table on the oracle's numbers. Nothing here is taken from the project's rules."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np

from . import unary
from .jets import (
    Jet,
    Truth,
    divide,
    forgiving,
    is_special,
    join,
    lift,
    multiply,
    rounded,
    scaled,
    size,
    spread,
    truth,
    unknown,
)
from .premises import SMALLEST, Part, U, UndefinedError, UnsureError, exactly, mp, state
from .unary import exp, ieee_power, log, log1p, softplus, softplus_of


@forgiving
def power(x: Any, y: Any) -> Jet:
    """x to the power y, both with derivatives."""
    x, y = lift(x), lift(y)
    if is_special(x, y):
        return spread(ieee_power(x.v, y.v), (x, y))
    if x.v > x.e:
        with exactly():
            z = exp(y * log(x))
            lost = SMALLEST * (1.0 + size(y.v)) * (1.0 + size(mp.log(x.v)))
        return rounded("power", z, lost=(SMALLEST, lost, lost * (1.0 + size(y.v))))
    if x.e or y.e:
        raise UnsureError
    if (x.v == 0 and y.v < 0) or (x.v < 0 and not mp.isint(y.v)):
        raise UndefinedError("power")
    v = mp.power(x.v, int(y.v)) if mp.isint(y.v) and abs(y.v) < 2**62 else mp.power(x.v, y.v)
    made = spread(v, (x, y))
    if x.v == 0 and (y.v >= 1 or y.v == 0):  # by y it is 0 there
        for mask, part in x.parts.items():
            if mask.bit_count() == 1:
                made.parts[mask] = part if y.v == 1 else (mp.mpf(0), 0.0, 0.0)
        for mask in y.parts:
            if mask.bit_count() == 1 and mask not in x.parts:
                made.parts[mask] = mp.mpf(0), 0.0, 0.0
    return rounded("power", made, lost=(SMALLEST,))


def constant(x: Any) -> Any:
    """A plain number."""
    return x.v if isinstance(x, Jet) else mp.mpf(float(x))


def bent(x: Jet, below: Any, above: Any, at: Any) -> Jet:
    """A function of two slopes, and of a third at 0."""
    if mp.isnan(x.v):
        return spread(mp.nan, [x])
    if not mp.isfinite(x.v):
        factor = above if x.v > 0 else below
        return spread(x.v * factor if factor else mp.mpf(0), [x])
    sure = abs(x.v) > x.e or x.e == 0.0
    slope = above if x.v > 0 else below if x.v < 0 else at
    y = scaled(x, slope)
    if sure:
        y.parts[0] = y.v if x.v else mp.mpf(0), *y.parts[0][1:]
        return y
    jump = size(max(below, above, at) - min(below, above, at))
    parts = {mask: (v, e + jump * x.parts[mask][2], m + jump * x.parts[mask][2]) for mask, (v, e, m) in y.parts.items()}
    parts[0] = y.v, max(size(below), size(above)) * x.e, y.parts[0][2]
    return Jet(parts)


def abs_(x: Any) -> Jet:
    """|x|."""
    return bent(lift(x), mp.mpf(-1), mp.mpf(1), mp.mpf(0))


def sign(x: Any) -> Jet:
    """The sign."""
    x = lift(x)
    if mp.isnan(x.v):
        return spread(mp.nan, [x])
    flat = {mask: (mp.mpf(0), 0.0, 0.0) for mask in x.parts}
    return Jet({**flat, 0: (mp.mpf(mp.sign(x.v)), 0.0 if abs(x.v) > x.e or x.e == 0.0 else inf, 1.0)})


def relu(x: Any, at_zero: Any = 0.0) -> Jet:
    """x, or 0 where it is negative."""
    return bent(lift(x), mp.mpf(0), mp.mpf(1), constant(at_zero))


def leaky_relu(x: Any, alpha: Any = 0.01, at_zero: Any = None) -> Jet:
    """x, or a share of it where it is negative."""
    x, alpha = lift(x), constant(alpha)
    y = bent(x, alpha, mp.mpf(1), alpha if at_zero is None else constant(at_zero))
    return y if x.v > x.e else rounded("leaky_relu", y, (0.5 * (state.rounding.arithmetic > 0), 0.0, 0.0))


def maximum(a: Any, b: Any) -> Jet:
    """The larger one; at a tie, half of the derivative each."""
    a, b = lift(a), lift(b)
    if mp.isnan(a.v) or mp.isnan(b.v):
        return spread(mp.nan, (a, b))
    if a.v == b.v and a.e == b.e == 0.0:
        half = mp.mpf(0.5)
        parts = dict(a.parts)
        for mask in set(a.parts) | set(b.parts):
            if mask:
                v, e, m = a.parts.get(mask, _NOTHING)
                w, f, n = b.parts.get(mask, _NOTHING)
                total = (m + n) / 2
                parts[mask] = (v + w) * half, (e + f) / 2 + state.rounding.chain * U * total, total
        return Jet(parts)
    return either(a > b, a, b)


def minimum(a: Any, b: Any) -> Jet:
    """The smaller one."""
    return -maximum(-lift(a), -lift(b))


_NOTHING: Part = (mp.mpf(0), 0.0, 0.0)


def either(condition: Truth, x: Jet, y: Jet) -> Jet:
    """The one or the other; where rounding may decide otherwise, off by as much as the two differ."""
    chosen, other = (x, y) if condition.holds else (y, x)
    if condition.sure:
        return unknown_value(chosen) if state.lenient and other.e == inf else chosen
    parts = {}
    for mask in set(x.parts) | set(y.parts):
        v, e, m = chosen.parts.get(mask, _NOTHING)
        w, f, n = other.parts.get(mask, _NOTHING)
        off = size(v - w) if mp.isfinite(v - w) else inf
        parts[mask] = v, max(e, f + off), max(m, n)
    return Jet(parts)


def unknown_value(x: Jet) -> Jet:
    """The number with nothing known of its value."""
    return Jet({**x.parts, 0: (x.v, inf, inf)})


def where(condition: Any, x: Any, y: Any) -> Any:
    """The choice by a condition. A plain number stays one: what follows is Python's own arithmetic, as eagerly."""
    if not isinstance(x, Jet) and not isinstance(y, Jet) and truth(condition).sure:
        return x if truth(condition).holds else y
    return either(truth(condition), lift(x), lift(y))


def binary_cross_entropy_with_logits(x: Any, t: Any) -> Jet:
    """t·softplus(−x) + (1 − t)·softplus(x)."""
    x, t = lift(x), lift(t)
    if is_special(x, t):
        return unknown(x, t)
    with exactly():
        y = t * softplus(-x) + (1 - t) * softplus(x)
        of = size(t.v * softplus_of(0, -x.v)) + size((1 - t.v) * softplus_of(0, x.v))
    lost = SMALLEST * (1.0 + size(t.v))
    return rounded("binary_cross_entropy_with_logits", y, lost=(lost,), of=of if not 0 <= t.v <= 1 else 0.0)


def sum_(xs: Any) -> Jet:
    """The sum, rounded once."""
    xs = [lift(x) for x in listed(xs)]
    rounding = state.rounding
    if is_special(*xs):
        return spread(sum([x.v for x in xs], mp.mpf(0)), xs)
    parts: dict[int, Part] = {}
    v = sum([x.v for x in xs], mp.mpf(0))
    terms = min(sum([size(x.v) for x in xs]), 2.0**1023)
    e = sum([x.e for x in xs]) + rounding.arithmetic * U * size(v) + len(xs) * rounding.sums * U * terms
    parts[0] = v, e, size(v)
    join(parts, *[x.parts for x in xs])
    y = Jet(parts)
    if rounding.sums:
        y.chain = len(xs), terms
    return rounded("sum", y, (0.0, 0.0))


def dot(w: Any, x: Any) -> Jet:
    """The sum of the products: each rounded, then their sum."""
    w, x = [lift(a) for a in listed(w)], [lift(a) for a in listed(x)]
    rounding = state.rounding
    with exactly():
        products = [multiply(a, b) for a, b in zip(w, x, strict=True)]
        y = sum_(products)
    of = sum([size(p.v) for p in products])
    if not mp.isfinite(of):
        raise UnsureError
    few = 1.5 * (rounding.arithmetic > 0) + len(w) * rounding.sums
    for p in products:
        if not mp.isfinite(p.v) or abs(p.v) > mp.mpf(2) ** 1023:
            raise UnsureError  # a product may overflow before the sum does
    y = rounded("dot", y, (few, 0.0), of=of)
    if rounding.sums:
        y.chain = max(1, len(w)), of
    return y


def logsumexp(xs: Any) -> Jet:
    """log(eˣ¹ + eˣ² + …)."""
    xs = [lift(x) for x in listed(xs)]
    if not xs:
        raise ValueError
    if is_special(*xs):
        return unknown(*xs)
    with exactly():
        largest = max([x.v for x in xs])
        y = log(sum_([exp(x - Jet({0: (largest, 0.0, size(largest))})) for x in xs])) + Jet(
            {0: (largest, 0.0, size(largest))}
        )
    return rounded("logsumexp", y, lost=(SMALLEST,), of=max([size(x.v) for x in xs]))


def softmax_cross_entropy(logits: Any, target: Any) -> Jet:
    """log(Σ eˣ) − x_target."""
    xs = [lift(x) for x in listed(logits)]
    t = constant(target)
    if t != int(t) or not 0 <= t < len(xs):
        raise ValueError
    if is_special(*xs):
        return unknown(*xs)
    at = xs.pop(int(t))
    with exactly():
        gaps = [x - at for x in xs]
        if max([gap.v for gap in gaps], default=0) > 0:
            largest = max([gap.v for gap in gaps])
            shift = Jet({0: (largest, 0.0, size(largest))})
            y = log(exp(-shift) + sum_([exp(gap - shift) for gap in gaps])) + shift
        else:
            y = log1p(sum_([exp(gap) for gap in gaps]))
    return rounded("softmax_cross_entropy", y, lost=(SMALLEST,))


def mean(xs: Any) -> Jet:
    """The sum over the number."""
    xs = listed(xs)
    if not xs:
        raise ValueError
    return divide(sum_(xs), lift(len(xs)))


def listed(xs: Any) -> list[Any]:
    """The numbers of a list or an array."""
    return list(xs)


def elementwise(call: Callable[..., Any]) -> Callable[..., Any]:
    """The function, also of arrays."""

    def apply(*operands: Any, **named: Any) -> Any:
        if any(isinstance(x, np.ndarray) for x in operands):
            return np.frompyfunc(call, len(operands), 1)(*operands)
        return call(*operands, **named)

    return apply


rows: dict[str, Callable[..., Any]] = {
    "sum": sum_,
    "dot": dot,
    "logsumexp": logsumexp,
    "softmax_cross_entropy": softmax_cross_entropy,
    **{
        name: elementwise(call)
        for name, call in {
            "abs": abs_,
            "sign": sign,
            "maximum": maximum,
            "minimum": minimum,
            "exp": unary.exp,
            "expm1": unary.expm1,
            "log": unary.log,
            "log1p": unary.log1p,
            "sqrt": unary.sqrt,
            "sin": unary.sin,
            "cos": unary.cos,
            "tan": unary.tan,
            "sinh": unary.sinh,
            "cosh": unary.cosh,
            "tanh": unary.tanh,
            "sech_squared": unary.sech_squared,
            "atan": unary.atan,
            "sigmoid": unary.sigmoid,
            "logsigmoid": unary.logsigmoid,
            "softplus": unary.softplus,
            "relu": relu,
            "leaky_relu": leaky_relu,
            "normal_pdf": unary.normal_pdf,
            "normal_cdf": unary.normal_cdf,
            "gelu": unary.gelu,
            "binary_cross_entropy_with_logits": binary_cross_entropy_with_logits,
        }.items()
    },
}
"""Each row by its name in programs; those that are operators in programs are jets' own."""
