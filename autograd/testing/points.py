"""Points to test at: the strategy `points_for`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import ceil, floor, inf
from typing import Any, Literal, get_args

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..primitives import EVERYWHERE, Primitive, lookup
from .checks import check_positive, check_range, check_row
from .expressions import Expression, Graph, Step
from .reach import Point, edges, is_inside, is_within_domain, kinks, retreat, search

Aim = Literal["inside", "kink", "edge", "outside"]
_NEAR = 3.0  # most numbers are between −3 and 3
_COUNTS = (2, 1, 3, 4)  # how many operands an n-ary primitive is tried with


def points_for(
    what: Expression | Primitive | Any,
    *,
    aim: Aim = "inside",
    min_value: float | None = None,
    max_value: float | None = None,
    margin: float = 1e-3,
    bound: float = 1e6,
) -> st.SearchStrategy[Point]:
    """Draw points to test an expression or a primitive at: tuples of floats, one for each variable or operand.

    ``aim`` selects the kind of point:

    - ``"inside"``: everything is defined, no operand of a primitive is within ``margin`` of one of its kinks, and no
      value and no local derivative exceeds ``bound``;
    - ``"kink"``: exactly on a kink, or as close as floats allow;
    - ``"edge"``: the last point inside the domain when one number moves out of it;
    - ``"outside"``: outside the domain.

    By default, without ``min_value`` and ``max_value``, most numbers are between −3 and 3, some between −30 and 30, and
    a few have any magnitude up to 1e9.

    ``what`` is an expression, a row of the table, its name, or a function that `autograd.primitive` returned. The
    constants of a primitive come last, as in the row, with their typical values. An n-ary primitive gets up to four
    operands.

    >>> from hypothesis import find
    >>> from autograd.testing import expression
    >>> find(points_for("log"), lambda point: True), find(points_for("log", aim="outside"), lambda point: True)
    ((0.5,), (0.0,))
    >>> find(points_for(expression(lambda x, y: relu(x - y)), aim="kink"), lambda point: True)
    (0.0, 0.0)
    """
    reach = _reach(min_value, max_value)
    if aim not in get_args(Aim):
        raise InvalidArgument(f"points_for: aim is one of {', '.join(map(repr, get_args(Aim)))}; got {aim!r}")
    check_positive("points_for", "margin", margin)
    check_positive("points_for", "bound", bound)
    if isinstance(what, Graph):
        what = what.expression
    rows = [lookup(step.primitive) for step in what.steps] if isinstance(what, Expression) else [_row(what)]
    if aim == "kink" and all(row.smooth for row in rows):
        raise InvalidArgument(f"points_for: {_called(what, rows)} has no kink to aim at")
    if aim in ("edge", "outside") and all(row.domain is EVERYWHERE for row in rows):
        raise InvalidArgument(f"points_for: {_called(what, rows)} is defined everywhere, so its domain has no edge")
    if isinstance(what, Expression):
        return _points_of_expression(what, aim, reach, margin, bound)
    return _points_of_row(rows[0], aim, reach, margin, bound)


@dataclass(frozen=True, slots=True)
class _Reach:
    """The strategy for numbers, and the range to search for kinks, edges and a point inside."""

    numbers: st.SearchStrategy[float]
    low: float
    high: float


def _reach(min_value: Any, max_value: Any) -> _Reach:
    if min_value is None and max_value is None:
        return _Reach(everywhere(), -_NEAR, _NEAR)
    if max_value is None:
        max_value = _NEAR if min_value < _NEAR else min_value + 2 * _NEAR
    elif min_value is None:
        min_value = -_NEAR if max_value > -_NEAR else max_value - 2 * _NEAR
    low, high = check_range("points_for", min_value, max_value)
    return _Reach(numbers(low, high), low, high)


@lru_cache(maxsize=1)
def everywhere() -> st.SearchStrategy[float]:
    """Draw finite floats, most of them of usual size and some far larger."""
    near, tails = numbers(-_NEAR, _NEAR), numbers(-30.0, 30.0)
    far = st.tuples(st.floats(1.0, 10.0), st.integers(-12, 8), st.sampled_from((1.0, -1.0)))
    far_out = far.map(lambda parts: parts[2] * parts[0] * 10.0 ** parts[1])
    return st.sampled_from((near,) * 6 + (tails,) * 3 + (far_out,)).flatmap(lambda chosen: chosen)


@lru_cache(maxsize=64)
def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw finite floats in a range: integers and short decimals, which are easy to read, and any others."""
    some = st.floats(low, high)
    if high - low < 1.0:
        return some
    hundredths = st.sampled_from((0, 50, 25, 75)) | st.integers(0, 99)
    short = st.tuples(hundredths, st.integers(ceil(low), floor(high))).map(lambda parts: parts[1] + parts[0] / 100)
    return short.filter(lambda x: x <= high) | some


@st.composite
def _points_of_expression(
    draw: st.DrawFn, e: Expression, aim: Aim, reach: _Reach, margin: float, bound: float
) -> Point:
    margin, bound = (margin, bound) if aim == "inside" else (0.0, inf)
    accepts = is_inside(e, margin, bound)
    low, high = reach.low, reach.high
    home = _home(e, tuple([lookup(step.primitive) for step in e.steps]), low, high, margin, bound)
    if home is None:
        raise InvalidArgument(
            f"points_for found no point with numbers from {low} to {high} where this can be computed: {e!r}"
        )
    point = tuple([draw(reach.numbers) for _ in e.variables])
    if aim == "outside" and not is_within_domain(e)(point):
        return point
    point = retreat(accepts, point, home)
    if aim == "inside":
        return point
    if aim == "kink":
        found = list(islice(kinks(e, point, low, high), 20))
    else:
        found = [pair[aim == "outside"] for pair in edges(e, point, low, high)]
    assume(found)
    return draw(st.sampled_from(found))


@lru_cache(maxsize=1000)
def _home(
    e: Expression, rows: tuple[Primitive, ...], low: float, high: float, margin: float, bound: float
) -> Point | None:
    """Return a point inside, if there is one. The rows are a cache key, since a name may be redefined."""
    return search(is_inside(e, margin, bound), len(e.variables), low, high)


@st.composite
def _points_of_row(draw: st.DrawFn, row: Primitive, aim: Aim, reach: _Reach, margin: float, bound: float) -> Point:
    constants = tuple([draw(st.sampled_from(values)) for values in row.constants.values()])
    count = draw(st.sampled_from(_counts(row, constants)))
    return (*draw(_points_of_expression(applied(row, count, constants), aim, reach, margin, bound)), *constants)


def applied(row: Primitive, count: int, constants: Point) -> Expression:
    """Return the expression that applies a primitive to ``count`` variables and to its constants."""
    names = tuple([row.operand_name(i, count + len(constants)) for i in range(count)])
    return Expression(names, (Step("y", row.name, (*names, *constants)),), "y")


def _counts(row: Primitive, constants: Point) -> list[int]:
    """Return how many operands to give a primitive, without its constants."""
    if not row.nary:
        return [len(row.operands) - len(constants)]
    return [n for n in _COUNTS if search(is_inside(applied(row, n, constants)), n, -3.0, 3.0)]


def _row(what: Any) -> Primitive:
    if isinstance(what, Primitive | str) or callable(what):
        return check_row("points_for", what)
    raise InvalidArgument(f"points_for needs an expression or a primitive, and got {what!r}")


def _called(what: Any, rows: list[Primitive]) -> str:
    return repr(what) if isinstance(what, Expression) else rows[0].name
