"""Rows that only programs have, for what a graph does not show: comparisons, choices, sums over a batch."""

from __future__ import annotations

from typing import Any

from ..primitives import make_row


def less(m: Any, a: Any, b: Any) -> Any:
    """1 where a < b, else 0."""
    return m.where(a < b, 1.0, 0.0), 0.0, 0.0


def less_equal(m: Any, a: Any, b: Any) -> Any:
    """1 where a ≤ b, else 0."""
    return m.where(a <= b, 1.0, 0.0), 0.0, 0.0


def equal(m: Any, a: Any, b: Any) -> Any:
    """1 where a = b, else 0."""
    return m.where(a == b, 1.0, 0.0), 0.0, 0.0


def select(m: Any, c: Any, x: Any, y: Any) -> Any:
    """X where c is not 0, else y."""
    here = c > 0.0
    return m.where(here, x, y), 0.0, m.where(here, 1.0, 0.0), m.where(here, 0.0, 1.0)


def argmax(m: Any, *xs: Any) -> Any:
    """The place of the largest."""
    return (m.argmax(xs), *([0.0] * len(xs)))


def take(m: Any, *both: Any) -> Any:
    """The number at a place, which is the last operand."""
    *xs, place = both
    return (m.take(xs, place), *[m.where(place == j, 1.0, 0.0) for j in range(len(xs))], 0.0)


def held(m: Any, x: Any) -> Any:
    """X, as a constant: no derivative flows to it."""
    return x, 0.0


def lane_sum(m: Any, x: Any) -> Any:
    """The sum over a batch. Recorded for one sample it is that sample's number."""
    return x, 1.0


# What only programs have: these rows are not in the table.
LESS, LESS_EQUAL, EQUAL = make_row(less), make_row(less_equal), make_row(equal)
SELECT, ARGMAX, TAKE = make_row(select), make_row(argmax), make_row(take)
HELD, LANE_SUM = make_row(held), make_row(lane_sum)
