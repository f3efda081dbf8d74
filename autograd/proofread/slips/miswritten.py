"""The ways to get a derivative that everybody knows slightly wrong: from the form in which the table shows it."""

from __future__ import annotations

from collections.abc import Iterator

from ... import primitives as rows
from ...expression import Apply, Expression, Number, Symbol, names
from ...expression.evaluate import evaluate
from ...formula import is_function, slopes
from ..reading.formula import Formula
from ..reading.quantities import familiar
from ..reading.tape import Bend, Edge, State, Tape

_Y = Symbol("y")


def miswritten(formula: Formula, edge: Edge) -> Iterator[tuple[str, Bend]]:
    """Each wrong form of a local derivative: how it is written, and what it gives."""
    place, k = edge
    right = slopes(formula.parts[place].example, _Y, lambda node, i: _operand(i))[k]
    if right is None:
        return
    once = {right.text}
    for wrong in (*_variants(right), _of_the_argument(right)):
        if wrong.text not in once:
            once.add(wrong.text)
            yield _written(wrong, formula, place), _evaluated(wrong)


def borrowed(formula: Formula, edge: Edge) -> Iterator[tuple[str, Bend]]:
    """The form of another function's derivative, with this function's value in it: 1 − σ², as for tanh."""
    part = formula.parts[edge[0]]
    if part.row is None or not is_function(part.row):
        return
    for other in familiar():
        if other is not part.row and not other.constants:
            [form] = other.shown(names, _Y, _operand(0))
            if isinstance(form, Expression) and _Y.name in form.text:
                yield _written(form, formula, edge[0]), _evaluated(form)


def _operand(i: int) -> Symbol:
    return Symbol(f"x{i}")


def _variants(e: Expression) -> Iterator[Expression]:
    """The formula with one thing changed."""
    if not isinstance(e, Apply):
        return
    xs = e.operands
    if e.row in (rows.mul, rows.add, rows.sub):
        yield from xs  # all but one of the factors or terms forgotten
    if e.row in (rows.add, rows.sub):
        yield Apply(rows.sub if e.row is rows.add else rows.add, xs)
    if e.row is rows.neg or e.row.notation.kind == "function":
        yield xs[0]
    if e.row is rows.div:
        yield xs[0]
        yield xs[1]
    if e.row is rows.pow_ and isinstance(xs[1], Number):
        yield from (xs[0] ** c for c in (xs[1].value + 1.0, xs[1].value - 1.0, 1.0))
    if e.row is rows.mul and xs[0] is not xs[1] and isinstance(xs[0], Number) and isinstance(xs[1], Symbol):
        yield Apply(rows.mul, (xs[0], xs[1] ** 2.0))  # the exponent 1 is not reduced
    for i, x in enumerate(xs):
        for variant in _variants(x):
            yield Apply(e.row, (*xs[:i], variant, *xs[i + 1 :]))


def _of_the_argument(e: Expression) -> Expression:
    """The formula with the argument where it has the output: 1 − z², for 1 − tanh² z."""
    return _operand(0) if e is _Y else e.mapped(_of_the_argument)


def _written(e: Expression, formula: Formula, place: int) -> str:
    """The form with the program's own names in it."""
    operands = formula.parts[place].operands

    def put(e: Expression) -> Expression:
        if isinstance(e, Symbol):
            return formula.expression(place if e is _Y else operands[int(e.name[1:])])
        return e.mapped(put)

    return put(e).text


def _evaluated(e: Expression) -> Bend:
    def bend(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
        def meaning(name: object, at: object) -> float:
            if name is _Y:
                return state.values[i]
            assert isinstance(name, Symbol)
            x = tape.steps[i].operands[int(name.name[1:])]
            return state.values[x] if isinstance(x, int) else x

        return evaluate(e, meaning)

    return bend
