"""A claim that is right but for a constant: where in the program that constant comes from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..reading.tape import Edge
from ..verdict import Factor
from .case import Case
from .edges import factor_name

_LONGEST = 40  # a factor that takes more room is not written out
_HARDLY = 1e-3


def reasons(case: Case, factor: Factor) -> Iterator[str]:
    """What to say of a constant factor that is missing."""
    number = factor.number
    edge = _with_slope(case, float(number)) if not factor.power and number not in (1, -1) else None
    if edge is not None:
        yield f"the factor {edge} is missing"
        return
    if number < 0:
        minus = _with_slope(case, -1.0)
        yield "the sign is flipped" if minus is None else f"the factor {minus} is missing: the sign is flipped"
    yield from _of_size(case, abs(number))
    if factor.power == -1:
        yield "the 1/N of the mean is missing"
    elif factor.power == 1:
        yield "there is a 1/N too many" + ("" if _has_mean(case) else ": the program adds up, and takes no mean")
    elif factor.power:
        yield f"the factor {Factor(Fraction(1), factor.power)} is missing"


def _of_size(case: Case, size: Any) -> Iterator[str]:
    power = next(_powers(case, float(size)), None)
    square = next(_powers(case, 2.0), None)
    if power is not None:
        yield f"the factor {size} of {'the square ' if size == 2 else ''}{power} is missing"
    elif size == Fraction(1, 2) and square is not None and _has_half(case):
        yield f"there is a factor 2 too many: the program's 1/2 cancels the 2 of the square {square}"
    elif isinstance(size, Fraction) and size.numerator == 1 != size.denominator:
        yield f"there is a factor {size.denominator} too many"
    elif size != 1 and abs(size - 1) < _HARDLY:
        yield f"it is off by {abs(float(size) - 1):.1g} of the true value: is a constant rounded?"
    elif size != 1:
        yield f"the constant factor {Factor(size)} is missing"


def _with_slope(case: Case, slope: float) -> str | None:
    """A local derivative that is this constant, and that every path takes: one between named nodes, if there is one."""
    parts = case.formula.parts

    def anonymous(edge: Edge) -> int:
        operand = parts[edge[0]].operands[edge[1]]
        return (not parts[edge[0]].name) + (not (isinstance(operand, int) and parts[operand].name))

    found = [edge for edge in case.path if case.constant(edge) == slope and not parts[edge[0]].is_sum]
    names = [factor_name(case, edge) for edge in sorted(found, key=anonymous) if case.closes(edge)]
    return next((name for name in names if len(name) <= _LONGEST), None)


def _powers(case: Case, exponent: float) -> Iterator[str]:
    """The powers with this exponent that every path goes through."""
    for edge in case.path:
        place = edge[0]
        part = case.formula.parts[place]
        if part.row is None or not case.closes(edge):
            continue
        if part.row.name == "pow" and part.operands[1] == exponent:
            yield case.formula.made(place)
    for place in {place for place, _ in case.path}:
        part = case.formula.parts[place]
        if exponent == 2.0 and part.is_square:
            yield case.formula.made(place)


def _has_mean(case: Case) -> bool:
    """Whether the program divides by N."""
    scaled = {(tape.n, abs(flow.partial) * tape.n) for tape in case.tapes for flow in tape.flows}
    ones = {round(partial, 12) for n, partial in scaled if n == 1}
    return any(n > 1 and round(partial, 12) in ones and partial <= 1.0 for n, partial in scaled)


def _has_half(case: Case) -> bool:
    """Whether the program halves: by a constant 1/2, or by one over 2N."""
    path = set(case.path)
    flows = [(flow.edge, abs(flow.partial), tape.n) for tape in case.tapes for flow in tape.flows]
    return any(edge in path and 0.5 in (size, size * n) for edge, size, n in flows)
