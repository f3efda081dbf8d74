"""The formulas of the page: each node and each local derivative, in names and in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose, isinf
from typing import TypeAlias

from ..expression import Apply, Expression, Number, Partial, Prime, Symbol
from ..expression.terms import tidied
from ..formula import formula, local_derivatives, slopes
from ..value import Value
from .html import Markup, element

_DIGITS = 4


def rounded(x: float) -> Number:
    """Round a number to four digits."""
    return Number(float(f"{x:.{_DIGITS}g}") + 0.0)  # turns −0 into 0


def equals(*exact: float) -> str:
    """Return = if these numbers are shown exactly, and ≈ if one is rounded."""
    kept = all(isclose(rounded(x).value, x, rel_tol=1e-12) or x != x for x in exact)
    return "=" if kept else "≈"


def comes_to(shown: float, result: float) -> str:
    """Return = if the numbers as shown give the result as shown, and ≈ if they do not."""
    kept = isclose(shown, rounded(result).value, rel_tol=1e-12, abs_tol=1e-300)
    return "=" if kept or shown != shown or isinf(shown) else "≈"


def mathml(*parts: Expression | str) -> Markup:
    """Write formulas, and the signs between them, as inline MathML."""
    written = [f"<mo>{x}</mo>" if isinstance(x, str) else x.mathml for x in parts]
    return Markup(f"<math>{''.join(written)}</math>")


def text(*parts: Expression | str) -> str:
    """Write the same as text."""
    return " ".join([x if isinstance(x, str) else x.text for x in parts])


Line: TypeAlias = "tuple[Expression | None, list[tuple[str, Expression]]]"
"""The left side of an equation, and its right sides with the sign before each."""


def equation(line: Line) -> Markup:
    """Write an equation with its right sides under one another."""
    left, rights = line
    cells = []
    for i, (sign, right) in enumerate(rights):
        cells.append(element("span", mathml(left) if i == 0 and left is not None else ""))
        cells.append(element("span", mathml(sign, right)))
    return element("div", *cells, class_="equation")


class Formulas:
    """The names of the nodes, and the formulas written in these names."""

    def __init__(self, root: Value, called: Mapping[Value, str]) -> None:
        self._root = called[root]
        self._called = called
        self.names = frozenset(called.values())
        self._partials: dict[Value, list[Expression | None]] = {}

    def name(self, value: Value) -> Symbol:
        """Return the node's name."""
        return Symbol(self._called[value])

    def grad(self, value: Value) -> Partial:
        """Return ∂L/∂value."""
        return Partial(self._root, (self._called[value],))

    def slope(self, value: Value, operand: Value) -> Partial:
        """Return ∂value/∂operand."""
        return Partial(self._called[value], (self._called[operand],))

    def value(self, value: Value) -> Expression:
        """Return the formula that computed the node, in the names of its operands."""
        return formula(value, self._called)

    def value_in_numbers(self, value: Value) -> Expression:
        """Return the same formula with the operands' numbers."""
        assert value.primitive is not None
        return Apply(value.primitive, tuple([_number(value, i) for i in range(len(value.operands))]))

    def partial(self, value: Value, slot: int) -> list[Expression]:
        """Return an operand's local derivative in textbook form; if that is a prime (ReLU′), also its meaning."""
        if value not in self._partials:
            self._partials[value] = local_derivatives(value, self._called)
        written = self._partials[value][slot]
        if isinstance(written, Prime):
            return [written] if isinstance(written.meaning, Number) else [written, written.meaning]
        return [] if written is None else [tidied(written)]

    def partial_in_numbers(self, value: Value, slot: int) -> Expression | None:
        """Return an operand's local derivative with numbers; None for a constant."""
        return slopes(value, rounded(value.data), _number)[slot]


def _number(value: Value, slot: int) -> Number:
    operand = value.operands[slot]
    return rounded(operand.data) if isinstance(operand, Value) else Number(operand)
