"""A local derivative that was taken wrongly: at another place, of another function, by a rule half remembered."""

from __future__ import annotations

from collections.abc import Iterator

from ...formula import is_function
from ...primitives import Primitive
from ..reading.quantities import familiar, functions, places, prime, slope_at, value_of
from ..reading.tape import Change, Edge
from .case import Case, Slip
from .changes import exchanged
from .edges import quotient, shown_slope
from .miswritten import borrowed, miswritten


def elsewhere(case: Case) -> Iterator[Slip]:
    """f′(a) where the gradient has f′(z), or f itself."""
    taken = {(row.name, argument) for _, row, _, argument in functions(case.formula)}
    for edge, row, constants, argument in _functions(case):
        right = _right(case, row, argument)
        itself = Change(partials={edge: exchanged(value_of(edge[0]))})
        yield Slip(f"{case.formula.written(edge[0])} stands where the gradient has {right}", 1.15, itself)
        for q in places(case.formula):
            if q.place != argument:
                said = f"{prime(row, q.name)} stands where the gradient has {right}"
                change = Change(partials={edge: exchanged(slope_at(row, constants, q.read))})
                cost = 1.9 if (row.name, q.place) in taken else 2.0 if q.plain else 2.2
                yield Slip(said, cost, change, simple=q.plain)


def of_another_function(case: Case) -> Iterator[Slip]:
    """tanh′(z) where the gradient has σ′(z)."""
    others = {row.name: row for _, row, _, _ in functions(case.formula)}
    others |= {row.name: row for row in familiar()}
    for edge, row, _, argument in _functions(case):
        for other in others.values():
            defaults = [other.defaults.get(name) for name in other.constants]
            if other is row or not all(isinstance(c, float) for c in defaults):
                continue
            wrong = prime(other, case.formula.argument(argument))
            said = f"{wrong} stands where the gradient has {_right(case, row, argument)}"
            constants = tuple([float(c) for c in defaults if c is not None])
            yield Slip(said, 2.3, Change(partials={edge: exchanged(slope_at(other, constants, value_of(argument)))}))


def by_a_wrong_formula(case: Case) -> Iterator[Slip]:
    """σ·(1 + σ) where the gradient has σ·(1 − σ); 3·x³ where it has 3·x²."""
    for edge in case.path:
        shown = shown_slope(case.formula, edge)
        if shown is None or case.constant(edge) is not None:
            continue
        for wrong, read in (*miswritten(case.formula, edge), *borrowed(case.formula, edge)):
            said = f"{_named(case, edge)} is {shown.text}, and the claim has {wrong}"
            yield Slip(said, 2.5, Change(partials={edge: read}))


def _functions(case: Case) -> Iterator[tuple[Edge, Primitive, tuple[float, ...], int]]:
    path = set(case.path)
    for place, row, constants, argument in functions(case.formula):
        if (place, 0) in path:
            yield (place, 0), row, constants, argument


def _right(case: Case, row: Primitive, argument: int) -> str:
    return prime(row, case.formula.argument(argument))


def _named(case: Case, edge: Edge) -> str:
    part = case.formula.parts[edge[0]]
    if part.row is not None and is_function(part.row) and isinstance(part.operands[0], int):
        return _right(case, part.row, part.operands[0])
    return quotient(case.formula, edge)
