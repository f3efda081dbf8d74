"""The strategies: Values, primitives, expressions and graphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..primitives import Primitive, table
from ..value import Value
from .checks import check_count, check_names, check_positive, check_range, check_rows
from .expressions import Expression, Graph, Operand, Step, tidied
from .points import numbers
from .reach import Point, comfortable

CONSTANTS = (2.0, 0.5, -1.0, 3.0, 0.25, -0.5, 10.0)
_INTERNAL = {"identity"}  # no operator and no function of the package stands for it


def values(
    *, min_value: float = -10.0, max_value: float = 10.0, labels: st.SearchStrategy[str | None] | None = None
) -> st.SearchStrategy[Value]:
    """Values that stand alone: leaves, with numbers in a range and, if you like, with labels.

    >>> from hypothesis import find
    >>> find(values(min_value=2), lambda v: True)
    Value(2.0, grad=0.0)
    """
    low, high = check_range("values", min_value, max_value)
    if labels is not None and not isinstance(labels, st.SearchStrategy):
        raise InvalidArgument(f"values: labels needs a strategy, such as st.sampled_from(['w', 'b']); got {labels!r}")
    return st.builds(_labelled, numbers(low, high), labels or st.none())


def _labelled(data: float, label: str | None) -> Value:
    return Value(data, label=label)


def primitives(*, smooth: bool | None = None, arity: int | None = None) -> st.SearchStrategy[Primitive]:
    """Rows of the table, yours among them: all of them, or those with (without) kinks, or of so many operands.

    ``arity`` counts as `Primitive.arity` does: the constants too, and a primitive of any number of operands has none.

    >>> from hypothesis import find
    >>> find(primitives(smooth=False, arity=2), lambda row: True)
    <primitive maximum(a, b)>
    """
    if smooth not in (None, True, False):
        raise InvalidArgument(f"primitives: smooth is True, False, or None for both; got {smooth!r}")
    if arity is not None:
        check_count("primitives", "arity", arity)

    def wanted() -> st.SearchStrategy[Primitive]:
        rows = [row for row in table.values() if smooth in (None, row.smooth) and arity in (None, row.arity)]
        if not rows:
            raise InvalidArgument(f"primitives: the table has no row with smooth={smooth} and arity={arity}")
        return st.sampled_from(rows)

    return st.deferred(wanted)


def expressions(
    variables: str | Iterable[str] = ("x", "y"),
    *,
    max_size: int = 8,
    primitives: Iterable[Primitive | str | Any] | None = None,
    smooth: bool = False,
    constants: Sequence[float] = CONSTANTS,
) -> st.SearchStrategy[Expression]:
    """Expressions of these variables, of up to ``max_size`` operations, in which results are used more than once.

    ``primitives`` limits what they are made of; ``smooth`` leaves out what has a kink. Each is defined somewhere with
    variables from −3 to 3, where `points_for` finds it.

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
    """Expressions as `expressions` has them, each with a point where it is defined, ``margin`` away from its kinks, and
    where no value and no local derivative is larger than ``bound``.

    >>> from hypothesis import find
    >>> find(graphs("x", primitives=["mul", "tanh"]), lambda g: g.build()[0].data > 1.5)
    graph(lambda x: x * x, 2.0)
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
        raise InvalidArgument(f"{strategy}: smooth is True or False; got {smooth!r}")
    for c in constants:
        check_range(strategy, c, c)
    check_positive(strategy, "margin", margin)
    check_positive(strategy, "bound", bound)
    return _drawn_graphs(
        names, check_count(strategy, "max_size", max_size), rows, smooth, tuple(constants), low, high, margin, bound
    )


# What is drawn for an operation: where in the table to look first, and its operands: a constant, or how far back
_Seed = tuple[int, list[float | int]]
_BACK = (0, 1, 2, 0, 1, 0, 3, 4, 5, 6)  # mostly to what is new, so that the operations hang together


@st.composite
def _drawn_graphs(
    draw: st.DrawFn,
    names: tuple[str, ...],
    max_size: int,
    chosen: list[Primitive] | None,
    smooth: bool,
    constants: Point,
    low: float,
    high: float,
    margin: float,
    bound: float,
) -> Graph:
    rows = chosen or [row for name, row in table.items() if name not in _INTERNAL]
    rows = [row for row in rows if row.smooth or not smooth]
    if not rows:
        raise InvalidArgument("every primitive that was given has a kink, and smooth=True asks for one without")
    back: st.SearchStrategy[float | int] = st.sampled_from(_BACK)
    operands = st.lists(back | st.sampled_from(constants) if constants else back, min_size=2, max_size=4)
    seeds = draw(st.lists(st.tuples(st.integers(0, len(rows) - 1), operands), min_size=1, max_size=max_size))
    point = tuple([draw(numbers(low, high)) for _ in names])
    return Graph(_grown(names, point, rows, seeds, max_size, margin, bound), point)


def _grown(
    variables: tuple[str, ...],
    point: Point,
    rows: Sequence[Primitive],
    seeds: Sequence[_Seed],
    max_size: int,
    margin: float,
    bound: float,
) -> Expression:
    """An expression that can be computed at a point: each operation is the first, from where its seed says, that can be
    computed with the operands that its seed says. In the end what was not used is joined to the result.
    """
    known: dict[Operand, float] = dict(zip(variables, point, strict=True))
    steps: list[Step] = []

    def grow(candidates: Iterable[tuple[Primitive, tuple[Operand, ...]]]) -> bool:
        for row, operands in candidates:
            result = comfortable(row, [known[x] if isinstance(x, str) else x for x in operands], margin, bound)
            if result is not None:
                steps.append(Step(f"{len(steps)}", row.name, operands))
                known[steps[-1].name] = result[0]
                return True
        return False

    for start, picks in seeds:
        grow((row, _operands(row, picks, list(known))) for row in chain(rows[start:], rows[:start]))
    for start, _ in seeds:
        used = {x for step in steps for x in step.operands}
        loose = [step.name for step in steps[:-1] if step.name not in used]
        if not loose or len(steps) >= max_size:
            break
        joining = [row for row in rows if row.arity == 2 and not row.constants]
        first = start % max(len(joining), 1)
        grow((row, (loose[0], steps[-1].name)) for row in chain(joining[first:], joining[:first]))
    return tidied(variables, steps, steps[-1].name if steps else variables[0])


def _operands(row: Primitive, picks: Sequence[float | int], names: Sequence[Any]) -> tuple[Operand, ...]:
    """The operands that a seed stands for: names, counted from the latest, and constants."""
    count = len(picks) if row.nary else len(row.operands) - len(row.constants)
    found = [pick if isinstance(pick, float) else names[-1 - pick % len(names)] for pick in picks[:count]]
    must_be_named = 1 if row.name == "power" else 0  # x to the power of a constant is pow
    if not isinstance(found[must_be_named], str) and (must_be_named or not any(isinstance(x, str) for x in found)):
        found[must_be_named] = names[-1]
    whole = [pick for pick in picks if isinstance(pick, int)] or [0]
    return (*found, *[values[whole[-1] % len(values)] for values in row.constants.values()])
