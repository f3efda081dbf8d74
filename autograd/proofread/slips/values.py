"""Something else stands in the formula: w₁ for w₂, b for w, z for a, or nothing where a term or a factor should be."""

from __future__ import annotations

from collections.abc import Iterator

from ...formula import is_function
from ...primitives import dot
from ..reading.quantities import places, quantities, steps, value_of
from ..reading.tape import Change, Place
from .case import Case, Slip
from .changes import exchanged, left_out, negative, number, other
from .edges import factor_name

_TERMS = ("add", "sum", "sub")
_FACTORS = ("mul", "div", "dot", "neg")


def exchanged_factors(case: Case) -> Iterator[Slip]:
    """One local derivative is something else: the claim has w₁ where the gradient has w₂."""
    for edge in case.path:
        if case.constant(edge) is not None:
            continue
        right = factor_name(case, edge)
        for q in quantities(case.formula):
            if q.name == right:
                continue
            said = f"{q.name} stands where the gradient has {right}"
            yield Slip(said, 3.0 if q.plain else 3.5, Change(partials={edge: exchanged(q.read)}), simple=q.plain)


def exchanged_values(case: Case) -> Iterator[Slip]:
    """Everywhere in the formula, one thing is something else."""
    known = places(case.formula)
    plain = [q for q in known if q.plain]
    for right in known:
        assert right.place is not None
        if right.place == case.root:
            continue
        for wrong in plain:
            if wrong.place != right.place:
                said = f"{wrong.name} stands where the formula has {right.name}"
                change = Change(values={right.place: other(wrong.read)})
                yield Slip(said, 3.2 if right.plain else 3.4, change, simple=wrong.plain and right.plain)


def missing_parts(case: Case) -> Iterator[Slip]:
    """A term or a factor is missing from the program's formula, or a term has the wrong sign."""
    for q in places(case.formula):
        assert q.place is not None
        uses = [(user, case.formula.parts[user].row) for user, _ in case.formula.consumers(q.place)]
        term = next((user for user, row in uses if row is not None and row.name in _TERMS), None)
        factor = next((user for user, row in uses if row is not None and row.name in _FACTORS), None)
        if term is not None:
            nothing, flipped = Change(values={q.place: number(0.0)}), Change(values={q.place: negative})
            yield Slip(f"the term {q.name} is missing{_short(case, 'from', term)}", 2.8, nothing, simple=True)
            yield Slip(f"the sign of {q.name} is flipped{_short(case, 'in', term)}", 2.8, flipped)
        if factor is not None:
            said = f"the factor {q.name} is missing{_short(case, 'from', factor)}"
            yield Slip(said, 2.8, Change(values={q.place: number(1.0)}), simple=True)


def missing_products(case: Case) -> Iterator[Slip]:
    """One of the products that a dot adds up is missing."""
    for place, part in enumerate(case.formula.parts):
        if part.row is dot:
            half = len(part.operands) // 2
            for w, x in zip(part.operands[:half], part.operands[half:], strict=True):
                term = f"{case.formula.written(w)}·{case.formula.written(x)}"
                said = f"the term {term} is missing{_short(case, 'from', place)}"
                for operand in (w, x):
                    if isinstance(operand, int):
                        yield Slip(said, 2.8, Change(values={operand: number(0.0)}), simple=True)


def functions_not_applied(case: Case) -> Iterator[Slip]:
    """z stands for f(z), in the values and in the derivative."""
    for place, argument in steps(case.formula):
        row, name = case.formula.parts[place].row, case.formula.argument(argument)
        assert row is not None
        if is_function(row):
            said = f"{row.notation.text} is not applied: {name} stands for {row.notation.text}({name})"
        else:
            said = f"{name} stands where the formula has {case.formula.made(place)}"
        change = Change(values={place: value_of(argument)}, partials={(place, 0): left_out})
        yield Slip(said, 2.7, change)


def _short(case: Case, where: str, place: Place) -> str:
    text = case.formula.made(place)
    return f" {where} {text}" if len(text) <= 40 else ""
