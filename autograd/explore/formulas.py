"""The formulas of the page: what each node is, and each local derivative, in names and with the numbers put in."""

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
    """The number as it is shown: to four digits."""
    return Number(float(f"{x:.{_DIGITS}g}") + 0.0)  # −0 is shown as 0


def equals(*exact: float) -> str:
    """= where nothing was lost in showing these numbers, and ≈ where something was."""
    kept = all(isclose(rounded(x).value, x, rel_tol=1e-12) or x != x for x in exact)
    return "=" if kept else "≈"


def comes_to(shown: float, result: float) -> str:
    """= where the numbers as they are shown come to what is shown as their result, and ≈ where they do not quite."""
    kept = isclose(shown, rounded(result).value, rel_tol=1e-12, abs_tol=1e-300)
    return "=" if kept or shown != shown or isinf(shown) else "≈"


def mathml(*parts: Expression | str) -> Markup:
    """Formulas, and the signs between them, as MathML in a line."""
    written = [f"<mo>{x}</mo>" if isinstance(x, str) else x.mathml for x in parts]
    return Markup(f"<math>{''.join(written)}</math>")


def text(*parts: Expression | str) -> str:
    """The same as text."""
    return " ".join([x if isinstance(x, str) else x.text for x in parts])


Line: TypeAlias = "tuple[Expression | None, list[tuple[str, Expression]]]"
"""The left side of an equation, and its right sides with the sign before each."""


def equation(line: Line) -> Markup:
    """An equation with its right sides under one another."""
    left, rights = line
    cells = []
    for i, (sign, right) in enumerate(rights):
        cells.append(element("span", mathml(left) if i == 0 and left is not None else ""))
        cells.append(element("span", mathml(sign, right)))
    return element("div", *cells, class_="equation")


class Formulas:
    """What the nodes are called, and what follows from that."""

    def __init__(self, root: Value, called: Mapping[Value, str]) -> None:
        self._root = called[root]
        self._called = called
        self.names = frozenset(called.values())
        self._partials: dict[Value, list[Expression | None]] = {}

    def name(self, value: Value) -> Symbol:
        """The node's name."""
        return Symbol(self._called[value])

    def grad(self, value: Value) -> Partial:
        """∂L/∂value."""
        return Partial(self._root, (self._called[value],))

    def slope(self, value: Value, operand: Value) -> Partial:
        """∂value/∂operand."""
        return Partial(self._called[value], (self._called[operand],))

    def value(self, value: Value) -> Expression:
        """What the node was computed as, in the names of its operands."""
        return formula(value, self._called)

    def value_in_numbers(self, value: Value) -> Expression:
        """The same with the operands' numbers put in."""
        assert value.primitive is not None
        return Apply(value.primitive, tuple([_number(value, i) for i in range(len(value.operands))]))

    def partial(self, value: Value, slot: int) -> list[Expression]:
        """The local derivative for an operand as notes write it; then what it stands for if that is a name, ReLU′."""
        if value not in self._partials:
            self._partials[value] = local_derivatives(value, self._called)
        written = self._partials[value][slot]
        if isinstance(written, Prime):
            return [written] if isinstance(written.meaning, Number) else [written, written.meaning]
        return [] if written is None else [tidied(written)]

    def partial_in_numbers(self, value: Value, slot: int) -> Expression | None:
        """The same with numbers put in."""
        return slopes(value, rounded(value.data), _number)[slot]


def _number(value: Value, slot: int) -> Number:
    operand = value.operands[slot]
    return rounded(operand.data) if isinstance(operand, Value) else Number(operand)
