"""Check the arguments of strategies. The errors are Hypothesis's InvalidArgument, and say what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from numbers import Real
from typing import Any

from hypothesis.errors import InvalidArgument

from ..primitives import Primitive, table
from .expressions import check_variables


def check_range(strategy: str, low: Any, high: Any) -> tuple[float, float]:
    """Return two finite numbers in order."""
    for name, x in ("min_value", low), ("max_value", high):
        if not isinstance(x, Real) or isinstance(x, bool) or not isfinite(x):
            raise InvalidArgument(f"{strategy}: {name} needs a finite number, and got {x!r}")
    if low > high:
        raise InvalidArgument(f"{strategy}: min_value={low!r} is above max_value={high!r}")
    return float(low), float(high)


def check_positive(strategy: str, name: str, x: Any) -> float:
    """Return a finite number above 0."""
    if not isinstance(x, Real) or isinstance(x, bool) or not (isfinite(x) and float(x) > 0.0):
        raise InvalidArgument(f"{strategy}: {name} needs a number above 0, and got {x!r}")
    return float(x)


def check_count(strategy: str, name: str, n: Any, least: int = 1) -> int:
    """Return a whole number of at least ``least``."""
    if not isinstance(n, int) or isinstance(n, bool) or n < least:
        raise InvalidArgument(f"{strategy}: {name} needs a whole number of {least} or more, and got {n!r}")
    return n


def check_names(strategy: str, names: Any) -> tuple[str, ...]:
    """Return the names of variables, given as a list or as one string with spaces or commas between them."""
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    if not isinstance(names, Iterable):
        raise InvalidArgument(f"{strategy}: variables must be names, such as 'x y' or ['x', 'y']; got {names!r}")
    found = tuple(names)
    if not found:
        raise InvalidArgument(f"{strategy} needs at least one variable, such as 'x'")
    try:
        check_variables(found)
    except ValueError as error:
        raise InvalidArgument(f"{strategy}: {error}") from None
    return found


def check_rows(strategy: str, rows: Any) -> tuple[Primitive, ...]:
    """Return rows of the table, given as rows, names, or functions that `autograd.primitive` returned."""
    if rows is None:
        return ()
    if isinstance(rows, str) or not isinstance(rows, Iterable):
        raise InvalidArgument(f"{strategy}: primitives must be a list, such as ['tanh', 'mul']; got {rows!r}")
    found = tuple([check_row(strategy, row) for row in rows])
    if not found:
        raise InvalidArgument(f"{strategy}: the list of primitives is empty, so there is nothing to draw from")
    return found


def check_row(strategy: str, row: Any) -> Primitive:
    """Return one row of the table, given in the same ways."""
    if isinstance(row, Primitive):
        return row
    name = row if isinstance(row, str) else getattr(row, "__name__", "")
    if name in table:
        return table[name]
    raise InvalidArgument(
        f"{strategy}: {row!r} is not a primitive; known: {', '.join(table)}, and any that autograd.primitive adds"
    )
