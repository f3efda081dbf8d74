"""The strategies: Values, primitives, expressions and graphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..primitives import Primitive, table
from ..value import Value
from .checks import check_count, check_names, check_positive, check_range, check_rows
from .expressions import Expression, Graph
from .growing import Plan, drawn
from .points import numbers

CONSTANTS = (2.0, 0.5, -1.0, 3.0, 0.25, -0.5, 10.0)


def values(
    *, min_value: float = -10.0, max_value: float = 10.0, labels: st.SearchStrategy[str | None] | None = None
) -> st.SearchStrategy[Value]:
    """Draw leaves: Values with numbers in a range and, optionally, with labels.

    >>> from hypothesis import find
    >>> find(values(min_value=2), lambda v: True)
    Value(2.0, grad=0.0)
    """
    low, high = check_range("values", min_value, max_value)
    if labels is not None and not isinstance(labels, st.SearchStrategy):
        raise InvalidArgument(f"values: labels needs a strategy, such as st.sampled_from(['w', 'b']); got {labels!r}")
    data = numbers(low, high)
    return st.builds(Value, data) if labels is None else st.builds(Value, data, label=labels)


def primitives(*, smooth: bool | None = None, arity: int | None = None) -> st.SearchStrategy[Primitive]:
    """Draw rows of the table, including your own; ``smooth`` and ``arity`` select rows by kinks and operands.

    ``arity`` is `Primitive.arity`: it includes the constants, and n-ary primitives have none.

    >>> from hypothesis import find
    >>> find(primitives(smooth=False, arity=2), lambda row: True)
    <primitive maximum(a, b)>
    """
    if smooth not in (None, True, False):
        raise InvalidArgument(f"primitives: smooth must be True, False, or None for both; got {smooth!r}")
    if arity is not None:
        check_count("primitives", "arity", arity)

    return _drawn_rows(smooth, arity)


@st.composite
def _drawn_rows(draw: st.DrawFn, smooth: bool | None, arity: int | None) -> Primitive:
    rows = [row for row in table.values() if smooth in (None, row.smooth) and arity in (None, row.arity)]
    if not rows:
        raise InvalidArgument(f"primitives: the table has no row with smooth={smooth} and arity={arity}")
    return draw(st.sampled_from(rows))


def expressions(
    variables: str | Iterable[str] = ("x", "y"),
    *,
    max_size: int = 8,
    primitives: Iterable[Primitive | str | Any] | None = None,
    smooth: bool = False,
    constants: Sequence[float] = CONSTANTS,
) -> st.SearchStrategy[Expression]:
    """Draw expressions of these variables with up to ``max_size`` operations, whose results may be used repeatedly.

    ``primitives`` limits the primitives, and ``smooth=True`` excludes those with a kink. Each expression is defined at
    some point with variables between −3 and 3, which `points_for` finds.

    >>> from hypothesis import find
    >>> find(expressions("w x"), lambda e: e(0.0, 2.0) == 4.0)
    expression(lambda w, x: x + x)
    """
    return _graphs("expressions", variables, max_size, primitives, smooth, constants).map(lambda g: g.expression)


def graphs(
    variables: str | Iterable[str] = ("x", "y"),
    *,
    max_size: int = 8,
    primitives: Iterable[Primitive | str | Any] | None = None,
    smooth: bool = False,
    constants: Sequence[float] = CONSTANTS,
    min_value: float = -3.0,
    max_value: float = 3.0,
    margin: float = 1e-3,
    bound: float = 1e3,
) -> st.SearchStrategy[Graph]:
    """Draw expressions, as `expressions` does, each with a point.

    At the point the expression is defined and at least ``margin`` away from its kinks, and no value and no local
    derivative exceeds ``bound``.

    >>> from hypothesis import find
    >>> find(graphs("x", primitives=["tanh"], max_size=1), lambda g: True)
    graph(lambda x: tanh(x), 0.0)
    """
    return _graphs("graphs", variables, max_size, primitives, smooth, constants, min_value, max_value, margin, bound)


def _graphs(
    strategy: str,
    variables: Any,
    max_size: int,
    primitives: Any,
    smooth: bool,
    constants: Sequence[float],
    min_value: float = -3.0,
    max_value: float = 3.0,
    margin: float = 1e-3,
    bound: float = 1e3,
) -> st.SearchStrategy[Graph]:
    names = check_names(strategy, variables)
    rows = check_rows(strategy, primitives)
    low, high = check_range(strategy, min_value, max_value)
    if not isinstance(smooth, bool):
        raise InvalidArgument(f"{strategy}: smooth must be True or False; got {smooth!r}")
    for c in constants:
        check_range(strategy, c, c)
    plan = Plan(
        variables=names,
        max_size=check_count(strategy, "max_size", max_size),
        primitives=rows,
        smooth=smooth,
        constants=tuple(constants),
        margin=check_positive(strategy, "margin", margin),
        bound=check_positive(strategy, "bound", bound),
    )
    return drawn(plan, st.tuples(*[numbers(low, high) for _ in names]))
