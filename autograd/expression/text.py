"""Print formulas as plain text, as in handwritten notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import ClassVar

from ..notation import ATOM, POWER, PRODUCT, SUM
from ..primitives import Primitive
from .layout import Form, Printer
from .symbols import GREEK, SUBSCRIPTS, SUPERSCRIPTS, parse
from .tree import Apply, Expression, Number, Partial, Prime, Series, Symbol


class Text(Printer):
    """Prints plain text: 1 − tanh² x."""

    relations: ClassVar[Mapping[str, str]] = {"<": " < ", "<=": " ≤ ", ">": " > ", ">=": " ≥ ", "==": " = "}
    plus, minus, dot, apart = " + ", " − ", "·", " · "

    def symbol(self, name: str) -> str:
        """Write ``w_1`` as w₁."""
        parts = parse(name)
        if parts is None:
            return name
        return GREEK.get(parts.letters, parts.letters) + parts.subscript.translate(SUBSCRIPTS) + parts.rest

    def number(self, x: float) -> str:
        """Write −2 for −2.0; otherwise write all digits."""
        if not isfinite(x):
            return str(x).replace("inf", "∞").replace("-", "−")
        return plain(x).replace("-", "−")

    def sign(self, row: Primitive) -> str:
        """Return the sign in the row's notation."""
        return row.notation.text

    def function(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``tanh(x)``."""
        return f"{row.notation.text}({self.arguments(row, xs)})", ATOM

    def fraction(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``a/b``."""
        return "/".join(self.operands(row, xs)), PRODUCT

    def power(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``x²``, ``x^y`` and ``tanh² x``."""
        base, exponent = xs
        if is_function(base) and is_small_power(exponent):
            assert isinstance(base, Apply)
            inner = self.arguments(base.row, base.operands)
            simple = len(base.operands) == 1 and isinstance(base.operands[0], Symbol)
            name = base.row.notation.text + self.raised(exponent)
            return f"{name} {inner}" if simple else f"{name}({inner})", POWER
        return f"{self.write(base, ATOM)}{self.raised(exponent)}", POWER

    def raised(self, exponent: Expression) -> str:
        """Write a superscript where Unicode has one, otherwise ^."""
        if isinstance(exponent, Number) and abs(exponent.value) < 1000 and exponent.value == int(exponent.value):
            return self.number(exponent.value).translate(SUPERSCRIPTS)
        return f"^{self.write(exponent, ATOM)}"

    def exponential(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``e^x``."""
        return f"e{self.raised(xs[0])}", POWER

    def root(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``√x``."""
        return f"√{self.write(xs[0], ATOM)}", POWER

    def fence(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``|x|``."""
        return f"|{self.write(xs[0], SUM)}|", ATOM

    def written_cases(self, cases: list[tuple[str, str]], otherwise: str) -> str:
        """Write ``{1 if x > 0; 0 otherwise}``."""
        return "{" + "; ".join(f"{value} if {condition}" for value, condition in cases) + f"; {otherwise} otherwise}}"

    def series(self, e: Series) -> Form:
        """Write ``Σⱼ``."""
        return f"Σ{e.index.translate(SUBSCRIPTS)} {self.write(e.body, PRODUCT)}", PRODUCT

    def partial(self, e: Partial) -> str:
        """Write ``∂L/∂w₁``, ``∂²L/∂w₁∂w₂`` and ``∂²L/∂w₁²``."""
        order = self.raised(Number(float(len(e.by)))) if len(e.by) > 1 else ""
        below = "".join(f"∂{self.quantity(name)}{power}" for name, power in self.variables(e))
        return f"∂{order}{self.quantity(e.of)}/{below}"

    def variables(self, e: Partial) -> list[tuple[str, str]]:
        """Return each variable of the derivative once, with its power."""
        return [
            (name, self.raised(Number(float(e.by.count(name)))) if e.by.count(name) > 1 else "")
            for name in dict.fromkeys(e.by)
        ]

    def quantity(self, name: str) -> str:
        """Write a name that follows a ∂, in parentheses if it is not one word."""
        text = self.called(name)
        return text if all(c not in text for c in " /∂+-−*·^\n") else self.brackets(text)

    def prime(self, e: Prime) -> str:
        """Write ``ReLU′(q)``."""
        return f"{e.row.notation.text}′({self.arguments(e.row, e.operands)})"


def plain(x: float) -> str:
    """Write a number without a trailing .0."""
    return str(int(x)) if x == int(x) and abs(x) < 1e15 else repr(x)


def is_function(e: Expression) -> bool:
    """Return whether the square of a formula f(x) is written f² x; σ² z would read as a variance times z."""
    return isinstance(e, Apply) and e.row.notation.kind == "function" and len(e.row.notation.text) > 1


def is_small_power(e: Expression) -> bool:
    """Return whether an exponent is 2, 3, …."""
    return isinstance(e, Number) and isfinite(e.value) and e.value == int(e.value) >= 2


TEXT = Text()
