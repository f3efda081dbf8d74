"""Formulas as Python, in the functions of `autograd`."""

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
    """1.0 - tanh(x)**2.0."""

    relations: ClassVar[Mapping[str, str]] = {s: f" {s} " for s in ("<", "<=", ">", ">=", "==")}
    plus, minus, dot, apart, beside = " + ", " - ", " * ", " * ", " * "

    def symbol(self, name: str) -> str:
        """As it is."""
        return name

    def number(self, x: float) -> str:
        """All digits; what Python has no literal for as a call."""
        return repr(x) if x - x == 0.0 else f"float({str(x)!r})"

    def function(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """A call of the function of that name."""
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
        """An operator where Python has it."""
        if row.name not in _SIGNS:
            return self.function(row, xs)
        return _SIGNS[row.name].join(self.operands(row, xs)), row.notation.precedence

    fraction = infix

    def prefix(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """-x."""
        if row is not rows.neg:
            return self.function(row, xs)
        return f"-{self.operands(row, xs)[0]}", MINUS

    def power(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """x**2.0."""
        return "**".join(self.operands(row, xs)), POWER

    def nothing(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """An operand that stands for itself."""
        return self.form(xs[0])

    def written_cases(self, cases: list[tuple[str, str]], otherwise: str) -> str:
        """where(condition, x, y)."""
        for value, condition in reversed(cases):
            otherwise = f"where({condition}, {value}, {otherwise})"
        return otherwise

    def series(self, e: Series) -> Form:
        """The sum of a list, with the index counting from 0 as Python does."""
        return f"sum([{self.write(e.body, SUM)} for {e.index} in range({e.count})])", ATOM

    def partial(self, e: Partial) -> str:
        """``dL_dw1``: a variable's name."""
        return "_".join(re.sub(r"\W", "_", f"d{name}") for name in (e.of, *e.by))

    def prime(self, e: Prime) -> str:
        """What it stands for."""
        return self.write(e.meaning, ATOM)


PYTHON = Python()
