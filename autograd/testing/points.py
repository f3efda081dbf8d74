"""points_for: the points that an expression or a primitive can be tested at."""

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
_NEAR = 3.0  # the reach of most numbers
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
    """Points that an expression or a primitive can be tested at: tuples of floats, one for each variable or operand.

    ``aim`` says where they are to be:

    - ``"inside"``: everything is defined, no operand of a primitive is nearer than ``margin`` to one of its kinks, and
      no value and no local derivative is larger than ``bound``;
    - ``"kink"``: right on a kink, or as close as floats come;
    - ``"edge"``: the last point inside the domain, as one of the numbers moves out of it;
    - ``"outside"``: outside of the domain.

    Without ``min_value`` and ``max_value``, most numbers lie between −3 and 3, some between −30 and 30, where tails
    begin, and a few have any magnitude up to 1e9.

    ``what`` is an expression, a row of the table, its name, or the function that `autograd.primitive` returned. The
    constants of a primitive come last, as in the row, and take their typical values; an n-ary one gets up to four
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
    """Where numbers are drawn, and the range that is searched for kinks, edges and a point to retreat to."""

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
    """Finite floats, most of them of the size that people use and some far out."""
    near, tails = numbers(-_NEAR, _NEAR), numbers(-30.0, 30.0)
    far = st.tuples(st.floats(1.0, 10.0), st.integers(-12, 8), st.sampled_from((1.0, -1.0)))
    far_out = far.map(lambda parts: parts[2] * parts[0] * 10.0 ** parts[1])
    return st.sampled_from((near,) * 6 + (tails,) * 3 + (far_out,)).flatmap(lambda chosen: chosen)


@lru_cache(maxsize=64)
def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Finite floats in a range: whole ones and short decimals, which read well, and others of every make."""
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
    """A point inside, if there is one; for these very rows, since a name may be given to another one."""
    return search(is_inside(e, margin, bound), len(e.variables), low, high)


@st.composite
def _points_of_row(draw: st.DrawFn, row: Primitive, aim: Aim, reach: _Reach, margin: float, bound: float) -> Point:
    constants = tuple([draw(st.sampled_from(values)) for values in row.constants.values()])
    count = draw(st.sampled_from(_counts(row, constants)))
    return (*draw(_points_of_expression(applied(row, count, constants), aim, reach, margin, bound)), *constants)


def applied(row: Primitive, count: int, constants: Point) -> Expression:
    """The primitive of ``count`` variables, and of its constants."""
    names = tuple([row.operand_name(i, count + len(constants)) for i in range(count)])
    return Expression(names, (Step("y", row.name, (*names, *constants)),), "y")


def _counts(row: Primitive, constants: Point) -> list[int]:
    """How many operands besides its constants a primitive takes."""
    if not row.nary:
        return [len(row.operands) - len(constants)]
    return [n for n in _COUNTS if search(is_inside(applied(row, n, constants)), n, -3.0, 3.0)]


def _row(what: Any) -> Primitive:
    if isinstance(what, Primitive | str) or callable(what):
        return check_row("points_for", what)
    raise InvalidArgument(f"points_for needs an expression or a primitive, and got {what!r}")


def _called(what: Any, rows: list[Primitive]) -> str:
    return repr(what) if isinstance(what, Expression) else rows[0].name
