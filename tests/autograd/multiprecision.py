"""The mathematics that rules are written in, on mpmath's numbers: a rule to as many digits as one likes.

A rule that is evaluated here shows whether its *formula* is right; what float64 makes of a right formula is measured in
accuracy.py. A row of a user's own on a function of its own (``base``) is found in mpmath by the row's name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath.ctx_mp import MPContext

from autograd.floats import argmax, take, where
from autograd.primitives import Mathematics, Primitive

BITS = 320  # float64 has 53; what is lost between the largest and the smallest term of a formula comes out of the rest

mp = MPContext()  # one of our own, so that nobody else's precision changes with it
mp.prec = BITS
number = mp.mpf


def power(x: Any, y: Any) -> Any:
    """x to the power y as IEEE has it: infinite for 0⁻¹, and nan where it is not real."""
    if x == 0 and y < 0:
        return mp.inf
    if x < 0 and y != mp.floor(y):
        return mp.nan
    return mp.power(x, y)


def normal_cdf(x: Any) -> Any:
    """Φ(x); mpmath's own gives up far outside, where its leading term says enough: it is no float64 any more."""
    return mp.npdf(x) / -x if x < -(2**20) else mp.ncdf(x)


def _from_row(row: Primitive) -> Callable[..., Any]:
    if row.base is not None:
        return getattr(mp, row.name)
    return lambda *operands: row.rule(multiprecision, *operands)[0]


multiprecision = Mathematics(
    kind="multiprecision numbers",
    make=_from_row,
    abs=abs,
    magnitude=abs,
    sign=mp.sign,
    where=where,
    argmax=argmax,
    take=take,
    sum=mp.fsum,
    exp=mp.exp,
    expm1=mp.expm1,
    log=mp.log,
    log1p=mp.log1p,
    sqrt=mp.sqrt,
    sin=mp.sin,
    cos=mp.cos,
    tan=mp.tan,
    sinh=mp.sinh,
    cosh=mp.cosh,
    tanh=mp.tanh,
    atan=mp.atan,
    pow=power,
    erfc=mp.erfc,
    normal_pdf=mp.npdf,
    normal_cdf=normal_cdf,
)
