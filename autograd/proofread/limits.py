"""Limits, for claims that are about one: of a difference quotient, or as something grows."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

_STEPS = (2.0**-2, 2.0**-5, 2.0**-8)
_HALVINGS = 7
_WELL = 1e-11  # relative to the values: how near the last two extrapolations should be …
_SETTLED = 1e-7  # … and must be
_TINY = 1e-300
_LARGEST = 1e6


def limit(f: Callable[[float], float], to: float = 0.0) -> float:
    """The limit of ``f(h)`` as h falls to 0, or grows without bound if ``to`` is inf.

    Towards 0 it is extrapolated from seven halvings of h (Richardson, Neville), so that a difference quotient comes out
    to some twelve digits and not to eight. Towards inf it is where doubling h stops changing f, or else the limit of
    f(1/h) towards 0. What does not settle is an error: it may have no limit.

    >>> limit(lambda h: ((2 + h) ** 3 - 2**3) / h)
    12.0
    >>> import math
    >>> limit(lambda x: 1 + math.exp(-x), to=math.inf)
    1.0
    >>> round(limit(lambda n: (1 + 1 / n) ** n, to=math.inf), 9) == round(math.e, 9)
    True
    """
    if to == 0.0:
        return _at_zero(f)
    if to != math.inf:
        raise ValueError(f"limit(f, to) goes to 0 or to inf, and got {to!r}; write f(to + h) for the limit elsewhere")
    at_rest = _at_rest(f)
    return _at_zero(lambda h: f(1.0 / h)) if at_rest is None else at_rest


def _at_rest(f: Callable[[float], float]) -> float | None:
    """Where doubling the number stops changing f, or None if it does not."""
    before, h = math.nan, 1.0
    while h < _LARGEST:
        try:
            here = f(h)
        except OverflowError as error:
            raise ValueError(f"f({h:g}) is too large for a float64, so f may grow without bound") from error
        if here == before:
            return here
        before, h = here, 2.0 * h
    return None


def _at_zero(f: Callable[[float], float]) -> float:
    """The extrapolated value, from smaller steps as well where the first ones do not settle well."""
    best: tuple[float, float] = (math.inf, math.nan)
    for step in _STEPS:
        values = [float(f(step * 2.0**-k)) for k in range(_HALVINGS)]
        value, error = _extrapolated(values)
        best = min(best, (error / max(map(abs, (*values, _TINY))), value))
        if best[0] <= _WELL:
            break
    if not best[0] <= _SETTLED:
        written = ", ".join(f"{value:.6g}" for value in values[-3:])
        raise ValueError(f"f does not settle as h falls: the last values are {written}; it may have no limit")
    return best[1]


def _extrapolated(row: list[float]) -> tuple[float, float]:
    """The value at h = 0 and its error, by Neville: each pass over the values takes one more power of h out of it."""
    value, error = row[-1], math.inf
    for order in range(1, len(row)):
        row = [b + (b - a) / (2.0**order - 1.0) for a, b in pairwise(row)]
        value, error = row[-1], abs(row[-1] - value)
    return value, error
