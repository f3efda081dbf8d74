"""Functions of one number for the oracle: mpmath's, and closed forms of their derivatives of every order.

Nothing here is taken from the project's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from math import inf
from typing import Any

from .jets import Jet, forgiving, is_special, lift, refuse_unless, rounded, size, spread, tower
from .premises import SMALLEST, UNKNOWN, exactly, mp, state

ROOT2 = mp.sqrt(2)
FAR = 40.0  # from here on, φ is 0 in float64


def unary(
    name: str,
    derivative: Callable[[int, Any], Any],
    scale: Callable[[Any], float] = lambda x: 1.0,
    sizes: Callable[[int, Any], Any] | None = None,
    lost: Callable[[float], Sequence[float]] = lambda x: (SMALLEST,),
    domain: Callable[[Any], Any] | None = None,
) -> Callable[[Any], Jet]:
    """A row: from (k, x) to the k-th derivative; ``domain`` is positive inside."""

    def call(x: Any) -> Jet:
        x = lift(x)
        if not mp.isfinite(x.v):
            y = spread(_at_infinity(derivative, x.v, domain), [x])
            return rounded(name, y) if mp.isfinite(y.v) else y
        if domain is not None:
            refuse_unless(domain(x.v), x.e, name)
        near = size(x.v)
        with exactly():
            terms = partial(lambda x, k: sizes(k, x), x.v) if sizes else None
            y = tower(x, lambda k: derivative(k, x.v), scale(x.v), terms)
        return rounded(name, y, lost=lost(near))

    return forgiving(call)


def _at_infinity(derivative: Callable[[int, Any], Any], x: Any, domain: Callable[[Any], Any] | None) -> Any:
    if mp.isnan(x) or (domain is not None and x < 0):
        return mp.nan
    try:
        return derivative(0, x)
    except (ArithmeticError, ValueError):
        return mp.nan


def _clipped(x: Any) -> Any:
    """x, or a number that is as large for every purpose and does not take mpmath a minute."""
    return x if not mp.isfinite(x) or -(10**5) < x < 10**5 else mp.mpf(10**5) * mp.sign(x)


def _exp(k: int, x: Any) -> Any:
    return mp.exp(_clipped(x))


def _expm1(k: int, x: Any) -> Any:
    return mp.expm1(_clipped(x)) if k == 0 else _exp(k, x)


def _log(k: int, x: Any) -> Any:
    return mp.log(x) if k == 0 else (-1) ** (k - 1) * mp.factorial(k - 1) / x**k


def _log1p(k: int, x: Any) -> Any:
    return mp.log1p(x) if k == 0 else _log(k, 1 + x)


def _sqrt(k: int, x: Any) -> Any:
    return mp.sqrt(x) if k == 0 else _falling(mp.mpf(0.5), k) * x ** (mp.mpf(0.5) - k) if x else mp.inf


def _falling(c: Any, k: int) -> Any:
    product = mp.mpf(1)
    for i in range(k):
        product *= c - i
    return product


def _sin(k: int, x: Any) -> Any:
    return ((-1) ** (k // 2)) * (mp.cos(x) if k % 2 else mp.sin(x))


def _cos(k: int, x: Any) -> Any:
    return ((-1) ** ((k + 1) // 2)) * (mp.sin(x) if k % 2 else mp.cos(x))


def _sinh(k: int, x: Any) -> Any:
    return (mp.cosh if k % 2 else mp.sinh)(_clipped(x))


def _cosh(k: int, x: Any) -> Any:
    return _sinh(k + 1, x)


@cache
def _q(k: int, sign: int) -> tuple[int, ...]:
    """The polynomial Q of f⁽ᵏ⁾ = (1 ∓ f²)·Q(f), for f = tanh (sign −1) and tan (sign 1)."""
    if k == 1:
        return (1,)
    before = _q(k - 1, sign)
    made = [0] * (len(before) + 1)
    for i, c in enumerate(before):
        if i:
            made[i - 1] += i * c
        made[i + 1] += sign * (i + 2) * c
    return tuple(made)


def _polynomial(coefficients: Sequence[int], x: Any, sizes: bool = False) -> Any:
    return mp.fsum([(abs(c * x**i) if sizes else c * x**i) for i, c in enumerate(coefficients)])


def _tanh(k: int, x: Any, sizes: bool = False) -> Any:
    x = _clipped(x)
    t = mp.tanh(x)
    return t if k == 0 else mp.sech(x) ** 2 * _polynomial(_q(k, -1), t, sizes)


def _tan(k: int, x: Any) -> Any:
    t = mp.tan(x)
    return t if k == 0 else mp.sec(x) ** 2 * _polynomial(_q(k, 1), t)


def _atan(k: int, x: Any, sizes: bool = False) -> Any:
    if k == 0:
        return mp.atan(x)
    return (-1) ** (k - 1) * mp.factorial(k - 1) * (1 if sizes else mp.sin(k * mp.atan2(1, x))) / mp.hypot(1, x) ** k


def _sigmoid(k: int, x: Any, sizes: bool = False) -> Any:
    x = _clipped(x)
    return 1 / (1 + mp.exp(-x)) if k == 0 else _tanh(k, x / 2, sizes) / 2 ** (k + 1)


def softplus_of(k: int, x: Any, sizes: bool = False) -> Any:
    if k:
        return _sigmoid(k - 1, x, sizes and k > 1)
    return x if x > 10**5 else mp.log1p(mp.exp(_clipped(x)))


def _logsigmoid(k: int, x: Any, sizes: bool = False) -> Any:
    return (-1) ** (k + 1) * softplus_of(k, -x, sizes)


@cache
def _hermite(k: int) -> tuple[int, ...]:
    """The polynomial of φ⁽ᵏ⁾ = H(x)·φ."""
    if k == 0:
        return (1,)
    before = _hermite(k - 1)
    made = [0] * (len(before) + 1)
    for i, c in enumerate(before):
        if i:
            made[i - 1] += i * c
        made[i + 1] -= c
    return tuple(made)


def _normal_pdf(k: int, x: Any, sizes: bool = False) -> Any:
    if not mp.isfinite(x):
        return mp.mpf(0)
    x = _clipped(x)
    return _polynomial(_hermite(k), x, sizes) * mp.npdf(x)


def _normal_cdf(k: int, x: Any, sizes: bool = False) -> Any:
    if k:
        return _normal_pdf(k - 1, x, sizes)
    if abs(x) > FAR:
        return mp.mpf(1) if x > 0 else mp.mpf(0)  # to within what float64 has
    return mp.ncdf(x)


def _gelu(k: int, x: Any, sizes: bool = False) -> Any:
    if k == 0:
        return x * _normal_cdf(0, x)
    if sizes:
        return abs(x) * _normal_cdf(k, x, True) + k * _normal_cdf(k - 1, x, True)
    return x * _normal_cdf(k, x) + k * _normal_cdf(k - 1, x)


def _erf(k: int, x: Any, sizes: bool = False) -> Any:
    return mp.erf(x) if k == 0 else 2 * ROOT2**k * _normal_pdf(k - 1, x * ROOT2, sizes)


def _distance_to_pole(x: Any) -> float:
    return min(1.0, size(mp.cos(x)))


def _by_size(x: float) -> tuple[float, ...]:
    return (SMALLEST * (1.0 + x), SMALLEST * (1.0 + x), SMALLEST * (1.0 + x * x))


exp = unary("exp", _exp)
expm1 = unary("expm1", _expm1)
log = unary("log", _log, scale=size, domain=lambda x: x)
log1p = unary("log1p", _log1p, scale=lambda x: size(1 + x), domain=lambda x: 1 + x)
sqrt_ = unary("sqrt", _sqrt, scale=size, domain=lambda x: x)
sin = unary("sin", _sin)
cos = unary("cos", _cos)
tan = unary("tan", _tan, scale=_distance_to_pole)
sinh = unary("sinh", _sinh)
cosh = unary("cosh", _cosh)
tanh = unary("tanh", _tanh, sizes=partial(_tanh, sizes=True))
sech_squared = unary("sech_squared", lambda k, x: _tanh(k + 1, x), sizes=lambda k, x: _tanh(k + 1, x, sizes=True))
atan = unary("atan", _atan, lambda x: size(mp.hypot(1, x)), sizes=partial(_atan, sizes=True))
sigmoid = unary("sigmoid", _sigmoid, sizes=partial(_sigmoid, sizes=True))
softplus = unary("softplus", softplus_of, sizes=partial(softplus_of, sizes=True))
logsigmoid = unary("logsigmoid", _logsigmoid, sizes=partial(_logsigmoid, sizes=True))
normal_pdf = unary(
    "normal_pdf", _normal_pdf, lambda x: 1 / (1 + size(x)), sizes=partial(_normal_pdf, sizes=True), lost=_by_size
)
normal_cdf = unary(
    "normal_cdf", _normal_cdf, lambda x: 1 / (1 + size(x)), sizes=partial(_normal_cdf, sizes=True), lost=_by_size
)
erf_ = unary("erf", _erf, lambda x: 1 / (1 + size(x)), sizes=partial(_erf, sizes=True), lost=_by_size)
gelu = unary("gelu", _gelu, lambda x: 1 / (1 + size(x)), sizes=partial(_gelu, sizes=True), lost=_by_size)


def sqrt(x: Any) -> Jet:
    """√x, which has a value at 0 and no derivative."""
    x = lift(x)
    if x.v == 0 and x.e == 0.0:
        return Jet({mask: UNKNOWN if mask else part for mask, part in x.parts.items()})
    return sqrt_(x)


@forgiving
def pow_(x: Any, c: Any) -> Jet:
    """x to a constant power."""
    x, c = lift(x), mp.mpf(float(c.v if isinstance(c, Jet) else c))
    whole = mp.isint(c)
    if c == 0:
        return Jet({mask: (mp.mpf(0), 0.0, 0.0) if mask else (mp.mpf(1), 0.0, 1.0) for mask in x.parts})
    if is_special(x):
        return spread(ieee_power(x.v, c), [x])
    if not whole:
        refuse_unless(x.v if x.v or c < 0 else mp.mpf(1), x.e, "pow")
    elif c < 0:
        refuse_unless(abs(x.v), x.e, "pow")

    def derivative(k: int) -> Any:
        factor = _falling(c, k)
        if factor == 0:
            return mp.mpf(0)
        if x.v == 0:
            return factor if c == k else mp.mpf(0) if c > k else mp.inf
        return factor * mp.power(x.v, int(c) - k if whole and abs(c) < 2**62 else c - k)

    near = size(x.v)
    smooth = whole and 0 <= c <= 2
    with exactly():
        y = tower(x, derivative, inf if smooth else near / max(1.0, size(c)))
    few = 2 if c == 2 else 3
    lost = SMALLEST * (1.0 + size(c)) ** 2
    return rounded("pow", y, (few * (state.rounding.rows[0] > 0), *state.rounding.rows[1:]), lost=(SMALLEST, lost))


def ieee_power(x: Any, c: Any) -> Any:
    try:
        return mp.mpf(float(x) ** float(c)) if not isinstance(float(x) ** float(c), complex) else mp.nan
    except ZeroDivisionError:
        return mp.inf
    except OverflowError:
        return mp.inf
