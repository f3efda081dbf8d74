"""Print formulas as Python code that calls the functions of `autograd`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from .. import primitives as rows
from ..notation import ATOM, MINUS, POWER, SUM
from ..primitives import Primitive
from .layout import Form, Printer
from .tree import Expression, Partial, Prime, Series

_SIGNS = {"add": " + ", "sub": " - ", "mul": " * ", "div": " / "}


class Python(Printer):
    """Prints Python: 1.0 - tanh(x)**2.0."""

    relations: ClassVar[Mapping[str, str]] = {s: f" {s} " for s in ("<", "<=", ">", ">=", "==")}
    plus, minus, dot, apart, beside = " + ", " - ", " * ", " * ", " * "

    def symbol(self, name: str) -> str:
        """Return the name unchanged."""
        return name

    def number(self, x: float) -> str:
        """Write all digits; inf and nan, which have no literal, as a call of ``float``."""
        return repr(x) if x - x == 0.0 else f"float({str(x)!r})"

    def function(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write a call of the function of the row's name."""
        printed = [self.write(x, SUM) for x in xs]
        if row is rows.dot:
            half = len(printed) // 2
            printed = [f"[{', '.join(printed[:half])}]", f"[{', '.join(printed[half:])}]"]
        elif row.nary:
            split = len(printed) - len(row.constants)
            printed = [f"[{', '.join(printed[:split])}]", *printed[split:]]
        return f"{row.name}({', '.join(printed)})", ATOM

    exponential = root = fence = products = function

    def infix(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write Python's operator, or a function call where Python has none."""
        if row.name not in _SIGNS:
            return self.function(row, xs)
        return _SIGNS[row.name].join(self.operands(row, xs)), row.notation.precedence

    fraction = infix

    def prefix(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``-x``."""
        if row is not rows.neg:
            return self.function(row, xs)
        return f"-{self.operands(row, xs)[0]}", MINUS

    def power(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``x**2.0``."""
        return "**".join(self.operands(row, xs)), POWER

    def nothing(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write the operand alone, as for the identity."""
        return self.form(xs[0])

    def written_cases(self, cases: list[tuple[str, str]], otherwise: str) -> str:
        """Write ``where(condition, x, y)``."""
        for value, condition in reversed(cases):
            otherwise = f"where({condition}, {value}, {otherwise})"
        return otherwise

    def series(self, e: Series) -> Form:
        """Write the sum of a list comprehension, whose index starts at 0."""
        return f"sum([{self.write(e.body, SUM)} for {e.index} in range({e.count})])", ATOM

    def partial(self, e: Partial) -> str:
        """Write the name of a variable, such as ``dL_dw1``."""
        return "_".join(re.sub(r"\W", "_", f"d{name}") for name in (e.of, *e.by))

    def prime(self, e: Prime) -> str:
        """Write the formula that the derivative stands for."""
        return self.write(e.meaning, ATOM)


PYTHON = Python()
