"""Rows of a user's own: their rules, and what they mean for the oracle."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import autograd
from autograd.primitives import remove_row

from .jets import Jet, forgiving, is_special, lift, rounded, scaled, size, unknown
from .premises import SMALLEST, UnsureError, exactly, mp, state
from .rows import rows
from .unary import erf_, exp, sigmoid, sqrt


def swish(m, x):
    """x·σ(x)."""
    s = m.sigmoid(x)
    return x * s, s + x * s * m.sigmoid(-x)


def mask_blend(m, a, b):
    """√(1 + a²)·b. Its name begins as some of the names in programs do."""
    root = m.sqrt(1.0 + a * a)
    return root * b, a * b / root, root


def decay(m, x, rate=0.5):
    """exp(−rate·x)."""
    y = m.exp(-rate * x)
    return y, -rate * y


def erf(m, x):
    """The error function, with a function of ``math`` as its base."""
    return m.erf(x), 2.0 / math.sqrt(math.pi) * m.exp(-x * x)


def _swish(x: Any) -> Jet:
    x = lift(x)
    if is_special(x):
        return unknown(x)
    with exactly():
        y = x * sigmoid(x)
    return rounded("swish", y, lost=(SMALLEST * (1.0 + size(x.v)),))


@forgiving
def _mask_blend(a: Any, b: Any) -> Jet:
    a, b = lift(a), lift(b)
    if is_special(a, b):
        return unknown(a, b)
    if abs(a.v) > mp.mpf(2) ** 510:
        raise UnsureError  # the rule's a² is too large where the result need not be
    with exactly():
        y = sqrt(1 + a * a) * b
    return rounded("mask_blend", y, lost=(SMALLEST,))


def _decay(x: Any, rate: Any = 0.5) -> Jet:
    x = lift(x)
    if is_special(x):
        return unknown(x)
    with exactly():
        y = exp(scaled(x, -mp.mpf(rate)))
    return rounded("decay", y, _worse_by(size(rate * x.v)), lost=(SMALLEST,))


def _erf(x: Any) -> Jet:
    x = lift(x)
    if is_special(x):
        return unknown(x)
    with exactly():
        y = erf_(x)
    return rounded("erf", y, _worse_by(size(x.v * x.v)), lost=(SMALLEST,))


def _worse_by(rounding_of_exponent: float) -> list[float]:
    """What rules may be off by that round the argument of an exponential."""
    return [few + rounding_of_exponent * (few > 0.0) for few in state.rounding.rows]


ORACLE = {"swish": _swish, "mask_blend": _mask_blend, "decay": _decay, "erf": _erf}


@contextmanager
def own_rows() -> Iterator[dict[str, Callable[..., Any]]]:
    """The rows are in the table, and the oracle knows them; yields the functions by name."""
    made = {
        "swish": autograd.primitive(swish),
        "mask_blend": autograd.primitive(mask_blend),
        "decay": autograd.primitive(constants={"rate": (0.5, 2.0)})(decay),
        "erf": autograd.primitive(base=math.erf)(erf),
    }
    rows.update(ORACLE)
    try:
        yield made
    finally:
        for name in ORACLE:
            del rows[name]
            remove_row(name)
