"""The ways to get a derivative that everybody knows slightly wrong: from the form in which the table shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from ... import primitives as rows
from ...expression import Apply, Expression, Number, Symbol, names
from ...floats import floats
from ..reading.formula import Formula
from ..reading.quantities import familiar, is_function
from ..reading.tape import Bend, Edge, State, Tape

_Atoms: TypeAlias = dict[str, Expression | float]


def miswritten(formula: Formula, edge: Edge) -> Iterator[tuple[str, Bend]]:
    """Each wrong form of a local derivative: how it is written, and what it gives."""
    place, k = edge
    part = formula.parts[place]
    assert part.row is not None
    free = len(part.operands) - len(part.row.constants)
    atoms = [Symbol(f"x{i}") for i in range(free)]
    try:
        right = part.row.shown(names, Symbol("y"), *atoms, *part.operands[free:])[k]
    except TypeError:  # a rule that has to know its numbers
        return
    if not isinstance(right, Expression):
        return
    known: _Atoms = {"y": formula.expression(place)}
    known |= {atom.name: formula.expression(x) for atom, x in zip(atoms, part.operands, strict=False)}
    once = {right.text}
    for wrong in _variants(right):
        if wrong.text not in once:
            once.add(wrong.text)
            yield _substituted(wrong, known).text, _evaluated(wrong)


def borrowed(formula: Formula, edge: Edge) -> Iterator[tuple[str, Bend]]:
    """The form of another function's derivative, with this function's value in it: 1 − σ², as for tanh."""
    part = formula.parts[edge[0]]
    if part.row is None or not is_function(part.row):
        return
    for other in familiar():
        if other is part.row or other.constants:
            continue
        [form] = other.shown(names, Symbol("y"), Symbol("x0"))
        if isinstance(form, Expression) and "y" in form.text:
            known: _Atoms = {"y": formula.expression(edge[0]), "x0": formula.expression(part.operands[0])}
            yield _substituted(form, known).text, _evaluated(form)


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


def _substituted(e: Expression, known: _Atoms) -> Expression:
    if isinstance(e, Symbol):
        found = known[e.name]
        return found if isinstance(found, Expression) else Number(found)
    if isinstance(e, Apply):
        return Apply(e.row, tuple([_substituted(x, known) for x in e.operands]))
    return e


def _evaluated(e: Expression) -> Bend:
    def bend(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
        operands = [state.values[x] if isinstance(x, int) else x for x in tape.steps[i].operands]
        return _value(e, state.values[i], operands)

    return bend


def _value(e: Expression, y: float, operands: Sequence[float]) -> float:
    if isinstance(e, Number):
        return e.value
    if isinstance(e, Symbol):
        return y if e.name == "y" else operands[int(e.name[1:])]
    if not isinstance(e, Apply):
        return float("nan")
    return float(e.row.rule(floats, *[_value(x, y, operands) for x in e.operands])[0])
