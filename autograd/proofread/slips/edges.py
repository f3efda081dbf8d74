"""What the local derivative on an edge is called: ``w₂``, ``σ′(z₁)``, ``2·(a₂ − y)``, ``∂a/∂M = −1``."""

from __future__ import annotations

from fractions import Fraction

from ...expression import Expression
from ...formula import is_function, local_derivatives
from ..reading.formula import Formula
from ..reading.quantities import prime
from ..reading.tape import Edge
from .case import Case

_LONGEST = 28


def factor_name(case: Case, edge: Edge) -> str:
    """The local derivative as a factor in a product."""
    formula = case.formula
    place = edge[0]
    part = formula.parts[place]
    assert part.row is not None
    constant = case.constant(edge)
    if constant is not None:
        return f"{quotient(formula, edge)} = {written_number(constant)}"
    if is_function(part.row):
        return prime(part.row, formula.argument(part.operands[0]))
    shown = shown_slope(formula, edge)
    return shown.text if shown is not None and len(shown.text) <= _LONGEST else quotient(formula, edge)


def quotient(formula: Formula, edge: Edge) -> str:
    """``∂z₂/∂a₁``."""
    place, k = edge
    part = formula.parts[place]
    below = k if part.is_sum else part.operands[k]
    return f"∂{tight(formula, place)}/∂{tight(formula, below)}"


def shown_slope(formula: Formula, edge: Edge) -> Expression | None:
    """The local derivative as the table shows it, in the program's own names."""
    place, k = edge
    part = formula.parts[place]
    return None if part.row is None or part.is_sum else local_derivatives(part.example, formula.called)[k]


def written_number(x: float) -> str:
    """The number as a person would write it.

    >>> [written_number(x) for x in (-1.0, 0.5, 1 / 3, 0.3, 0.1 + 0.2)]
    ['−1', '1/2', '1/3', '0.3', '0.3']
    """
    simple = Fraction(x).limit_denominator(12)
    decimal = f"{x:.12g}"
    is_simple = abs(simple - x) <= 1e-12 * abs(x) and (simple.denominator <= 4 or len(decimal) > len("−0.25"))
    return (str(simple) if is_simple else decimal).replace("-", "−")


def tight(formula: Formula, place: float) -> str:
    """A place as it stands in a quotient: in parentheses unless it is a name."""
    if not isinstance(place, int):
        return written_number(place)
    part, text = formula.parts[place], formula.written(place)
    holds_together = part.name or part.row is None or part.row.notation.kind in ("function", "fence")
    return text if holds_together else f"({text})"
