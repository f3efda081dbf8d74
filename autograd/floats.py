"""The mathematics that rules are written in, on plain floats.

A rule in the table (primitives.py) is a function of ``m`` and its operands, where ``m`` supplies exp, log, where, …
for one kind of number. This file has the two kinds of float:

- ``floats``  the fast one: ``math``'s functions, which raise on overflow and outside of their domain;
- ``ieee``    the patient one: the same functions on a float that never raises, where 1/0 is inf and log(−1) is nan.

The engine uses the fast one and, when it raises, asks the patient one what the numbers really are. The same names exist
for Values (functions.py), for arrays (arrays.py) and for notation (expression.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from .primitives import Mathematics, Primitive


def where(condition: Any, x: Any, y: Any) -> Any:
    """One or the other number, by a condition."""
    return x if condition else y


def sign(x: float) -> float:
    """1, −1, or x itself where it is 0 or nan."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def argmax(xs: Sequence[Any]) -> int:
    """The place of the first largest number, or of the first nan, so that a nan is not lost."""
    best = 0
    for i, x in enumerate(xs):
        if x > xs[best] or x != x:
            best = i
            if x != x:
                break
    return best


def take(xs: Sequence[Any], index: float) -> Any:
    """The number at a place that is itself computed; nan if there is no such place."""
    place = int(index)
    return xs[place] if place == index and 0 <= place < len(xs) else math.nan


# Φ and φ of the normal distribution. Both need more digits than x·x and x/√2 have: an error of one rounding there is
# amplified by x² in the tails. So x is split into a head of 26 bits, whose square is exact, and the rest (Veltkamp,
# Dekker), and the roundings are put back to first order.
_SPLITTER = 134217729.0  # 2²⁷ + 1
_ROOT_HALF = 0.7071067811865476  # 1/√2, rounded …
_ROOT_HALF_HEAD = 0.7071067839860916  # … in two parts of 26 bits …
_ROOT_HALF_TAIL = -2.7995440410322203e-09
_ROOT_HALF_REST = -4.833646656726457e-17  # … and what the rounding lost
_PEAK = 0.3989422804014327  # 1/√(2π), rounded …
_PEAK_REST = -6.247337834861335e-17  # … and what that lost, as a share of it
_TAIL = 40.0  # beyond it both φ and 1 − Φ are 0 in float64


def normal_pdf(m: Any, x: Any) -> Any:
    """φ(x) = exp(−x²/2)/√(2π)."""
    x = m.where(x > _TAIL, _TAIL, m.where(x < -_TAIL, -_TAIL, x))
    head = x * _SPLITTER
    head = head - (head - x)
    y = _PEAK * m.exp(-0.5 * head * head)
    return y + y * (m.expm1(-0.5 * (x - head) * (x + head)) + _PEAK_REST)


def normal_cdf(m: Any, x: Any) -> Any:
    """Φ(x) = erfc(−x/√2)/2."""
    x = m.where(x > _TAIL, _TAIL, m.where(x < -_TAIL, -_TAIL, x))
    z = x * _ROOT_HALF
    head = x * _SPLITTER
    head = head - (head - x)
    tail = x - head
    lost = ((head * _ROOT_HALF_HEAD - z) + head * _ROOT_HALF_TAIL + tail * _ROOT_HALF_HEAD) + tail * _ROOT_HALF_TAIL
    lost = lost + x * _ROOT_HALF_REST
    return 0.5 * m.erfc(-z) + 1.4142135623730951 * normal_pdf(m, x) * lost


def _value_only(row: Primitive, m: Mathematics) -> Callable[..., Any]:
    return lambda *operands: row.rule(m, *operands)[0]


floats: Mathematics = Mathematics(
    kind="floats",
    make=lambda row: row.base or _value_only(row, floats),
    abs=abs,
    magnitude=abs,
    sign=sign,
    where=where,
    argmax=argmax,
    take=take,
    sum=math.fsum,
    exp=math.exp,
    expm1=math.expm1,
    log=math.log,
    log1p=math.log1p,
    sqrt=math.sqrt,
    sin=math.sin,
    cos=math.cos,
    tan=math.tan,
    sinh=math.sinh,
    cosh=math.cosh,
    tanh=math.tanh,
    atan=math.atan,
    pow=math.pow,
    erfc=math.erfc,
)
floats.normal_pdf = lambda x: normal_pdf(floats, x)
floats.normal_cdf = lambda x: normal_cdf(floats, x)


class Ieee(float):
    """A float whose arithmetic never raises: what IEEE 754 says, and Python does not, of x/0."""

    __slots__ = ()

    def __add__(self, other: float) -> Ieee:
        return Ieee(float(self) + float(other))

    def __sub__(self, other: float) -> Ieee:
        return Ieee(float(self) - float(other))

    def __rsub__(self, other: float) -> Ieee:
        return Ieee(float(other) - float(self))

    def __mul__(self, other: float) -> Ieee:
        return Ieee(float(self) * float(other))

    def __truediv__(self, other: float) -> Ieee:
        a, b = float(self), float(other)
        if b:
            return Ieee(a / b)
        return Ieee(math.nan if a == 0.0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b))

    def __rtruediv__(self, other: float) -> Ieee:
        return Ieee(other) / self

    def __neg__(self) -> Ieee:
        return Ieee(-float(self))

    def __abs__(self) -> Ieee:
        return Ieee(abs(float(self)))

    __radd__ = __add__
    __rmul__ = __mul__


def patient(
    function: Callable[..., float], pole: float | None = None, at_pole: float = math.nan
) -> Callable[..., Ieee]:
    """``function`` as IEEE has it: inf where ``math`` overflows or stands on its pole, nan where it is undefined."""

    def call(*xs: float) -> Ieee:
        try:
            return Ieee(function(*map(float, xs)))
        except OverflowError:
            return Ieee(-math.inf if function is math.sinh and xs[0] < 0.0 else math.inf)
        except (ValueError, ZeroDivisionError):
            return Ieee(at_pole if xs[0] == pole else math.nan)

    return call


def _patient_sum(xs: Sequence[float]) -> Ieee:
    numbers = [float(x) for x in xs]
    infinite_or_nan = [x for x in numbers if not math.isfinite(x)]
    if infinite_or_nan:  # of which math.fsum refuses some, depending on what stands before them
        return Ieee(sum(infinite_or_nan))
    try:
        return Ieee(math.fsum(numbers))
    except OverflowError:  # perhaps of a partial sum only: the exact sum tells
        total = sum(map(Fraction, numbers))
        try:
            return Ieee(float(total))
        except OverflowError:
            return Ieee(math.inf if total > 0 else -math.inf)


ieee: Mathematics = Mathematics(
    kind="IEEE floats",
    make=lambda row: patient(row.base) if row.base else _value_only(row, ieee),
    abs=abs,
    magnitude=abs,
    sign=lambda x: Ieee(sign(x)),
    where=where,
    argmax=argmax,
    take=take,
    sum=_patient_sum,
    exp=patient(math.exp),
    expm1=patient(math.expm1),
    log=patient(math.log, 0.0, -math.inf),
    log1p=patient(math.log1p, -1.0, -math.inf),
    sqrt=patient(math.sqrt),
    sin=patient(math.sin),
    cos=patient(math.cos),
    tan=patient(math.tan),
    sinh=patient(math.sinh),
    cosh=patient(math.cosh),
    tanh=patient(math.tanh),
    atan=patient(math.atan),
    pow=patient(math.pow, 0.0, math.inf),
    erfc=patient(math.erfc),
)
ieee.normal_pdf = lambda x: normal_pdf(ieee, x)
ieee.normal_cdf = lambda x: normal_cdf(ieee, x)

base_names = frozenset(vars(floats))
"""What ``m`` offers for every kind of number beside the rows of the table."""
