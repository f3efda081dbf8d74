"""Limits, for claims that are about one: of a difference quotient, or as something grows."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise


def limit(f: Callable[[float], float], to: float = 0.0) -> float:
    """The limit of ``f(h)`` as h falls to 0, or grows without bound if ``to`` is inf.

    Towards 0 it is extrapolated from seven halvings of h (Richardson, Neville), so that a difference quotient comes out
    to some twelve digits and not to eight. Towards inf it is where doubling h stops changing f.

    >>> limit(lambda h: ((2 + h) ** 3 - 2**3) / h)
    12.0
    >>> import math
    >>> limit(lambda x: 1 + math.exp(-x), to=math.inf)
    1.0
    """
    if to == 0.0:
        return _at_zero(f)
    if to != math.inf:
        raise ValueError(f"limit(f, to) goes to 0 or to inf, and got {to!r}; write f(to + h) for the limit elsewhere")
    before, h = math.nan, 1.0
    while h < 1e6:
        here = f(h)
        if here == before:
            return here
        before, h = here, 2 * h
    raise ValueError(f"f has not come to rest at {h:g}: the last values were {before!r} and {f(h)!r}")


def _at_zero(f: Callable[[float], float]) -> float:
    steps = [2.0**-k for k in range(2, 9)]
    row = [f(h) for h in steps]
    for order in range(1, len(row)):  # Neville: each pass takes one more power of h out of the error
        row = [b + (b - a) / (2.0**order - 1.0) for a, b in pairwise(row)]
    return row[0]
