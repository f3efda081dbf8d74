"""What the oracle starts from: its mathematics, what every operation may be off by, and the state of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Any

from mpmath.ctx_mp import MPContext

mp = MPContext()  # one of our own, so that nobody else's precision changes with it
mp.prec = 200
LARGEST = mp.mpf(2) ** 1024 * (1 - mp.mpf(2) ** -53)
SMALLEST = 2.0**-1022  # of the normal numbers
SUBNORMAL = 5e-324
U = 2.0**-53  # what rounding to nearest may be off by, relative to the result

Part = tuple[Any, float, float]
UNKNOWN: Part = (mp.mpf(0), inf, inf)


class UndefinedError(ArithmeticError):
    """An operation has no finite value for finite operands: the engine has to refuse it, by this name."""


class UnsureError(ArithmeticError):
    """Within its error, an operation may or may not be defined."""


class TooLongError(Exception):
    """More operations than the oracle has time for."""


@dataclass(frozen=True)
class Rounding:
    """What an operation may be off by: the premises from which every tolerance is computed."""

    arithmetic: float = 1.0
    """+, −, ·, /: in units of 2⁻⁵³ of the result."""
    chain: float = 1.0
    """A product or an addition of the chain rule: in units of 2⁻⁵³ of its terms."""
    rows: tuple[float, ...] = (3.0, 3.0, 8.0)
    """A row's value, first and second derivatives: in units of the last place, as docs/accuracy.md promises them."""
    sums: float = 0.0
    """Additions in one go (sum, dot, mean, long chains of +): in units of 2⁻⁵³ of the terms, for each term."""

    def of_row(self, order: int) -> float:
        """In units of 2⁻⁵³ of the size; an order beyond those that are promised costs the last one's factor again."""
        last = len(self.rows) - 1
        return 2.0 * (self.rows[order] if order <= last else self.rows[last] ** (order - last + 1))


NONE = Rounding(0.0, 0.0, (0.0, 0.0, 0.0), 0.0)


class State:
    """What holds during a run of the oracle."""

    rounding = Rounding()
    infinitesimals = 0
    operations = 0
    limit = 10**9
    lenient = False
    """Whether an operation without a finite value is an unknown number, in place of an error."""
    refused: tuple[str, ...] = ()
    """The operations that had none, when the state is lenient."""
    growth = 0.0
    """The binary logarithm of what a single product of local derivatives cannot exceed."""


state = State()


@contextmanager
def exactly() -> Iterator[None]:
    """Operations inside are parts of one row: only errors of its operands count, and `rounded` adds its own."""
    before, state.rounding = state.rounding, NONE
    try:
        yield
    finally:
        state.rounding = before
