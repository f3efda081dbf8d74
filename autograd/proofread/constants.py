"""A claim that is right but for a constant: where in the program that constant comes from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .case import Case
from .edges import factor_name
from .tape import Change, Edge, State, Tape
from .verdict import Factor


def reasons(case: Case, factor: Factor) -> Iterator[str]:
    """What to say of a constant factor that is missing."""
    number = factor.number
    edge = _with_slope(case, float(number)) if not factor.power and number != 1 else None
    if edge is not None:
        yield f"the factor {factor_name(case, edge)} is missing" + (": the sign is flipped" if number == -1 else "")
        return
    if number < 0:
        minus = _with_slope(case, -1.0)
        if minus is None:
            yield "the sign is flipped"
        else:
            yield f"the factor {factor_name(case, minus)} is missing: the sign is flipped"
    yield from _of_size(case, abs(number))
    if factor.power == -1:
        yield "the 1/N of the mean is missing"
    elif factor.power == 1:
        yield "there is a 1/N too many: the program adds up, and takes no mean"
    elif factor.power:
        yield f"the factor {Factor(Fraction(1), factor.power)} is missing"


def _of_size(case: Case, size: Any) -> Iterator[str]:
    power = next(_powers(case, float(size)), None)
    square = next(_powers(case, 2.0), None)
    if power is not None:
        yield f"the factor {size} of {'the square ' if size == 2 else ''}{power} is missing"
    elif size == Fraction(1, 2) and square is not None and _has_half(case):
        yield f"there is a factor 2 too many: the program's 1/2 cancels the 2 of the square {square}"
    elif size == Fraction(1, 2):
        yield "there is a factor 2 too many"
    elif size != 1:
        yield f"the constant factor {Factor(size)} is missing"


def _on_every_path(case: Case, edge: Edge) -> bool:
    """Whether there is no way from the parameter to the result but over this edge."""
    return all(case.predict(tape, Change(partials={edge: _closed})) == 0.0 for tape in case.tapes)


def _closed(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
    return 0.0


def _with_slope(case: Case, slope: float) -> Edge | None:
    """An edge whose local derivative is this constant: one between named nodes, if there is one."""
    parts = case.formula.parts

    def anonymous(edge: Edge) -> int:
        operand = parts[edge[0]].operands[edge[1]]
        return (not parts[edge[0]].name) + (not (isinstance(operand, int) and parts[operand].name))

    sums = ("add", "sum")
    found = [
        edge
        for edge in case.path
        if case.constant(edge) == slope != 1.0 and (row := parts[edge[0]].row) and row.name not in sums
    ]
    return next((edge for edge in sorted(found, key=anonymous) if _on_every_path(case, edge)), None)


def _powers(case: Case, exponent: float) -> Iterator[str]:
    """The powers with this exponent that every path goes through."""
    for edge in case.path:
        place = edge[0]
        part = case.formula.parts[place]
        if part.row is None or not _on_every_path(case, edge):
            continue
        if part.row.name == "pow" and part.operands[1] == exponent:
            yield case.formula.made(place)
    for place in {place for place, _ in case.path}:
        part = case.formula.parts[place]
        if exponent == 2.0 and part.is_square:
            yield case.formula.made(place)


def _has_half(case: Case) -> bool:
    """Whether the program halves: by a constant 1/2, or by one over 2N."""
    for tape in case.tapes:
        halved = {edge for edge, i, k in tape.edges() if abs((tape.steps[i].partials[k] or 0.0) * tape.n) == 0.5}
        halved |= {edge for edge, i, k in tape.edges() if abs(tape.steps[i].partials[k] or 0.0) == 0.5}
        if halved & set(case.path):
            return True
    return False
