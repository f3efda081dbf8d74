"""Formulas as MathML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite
from typing import ClassVar

from ..notation import ATOM, POWER, PRODUCT, SUM
from ..primitives import Primitive
from .layout import Form
from .symbols import GREEK, parse
from .text import Text, is_function, is_small_power, plain
from .tree import Apply, Expression, Number, Partial, Prime, Series, Symbol

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def math(rows: str, *, block: bool = True) -> str:
    """Wrap an expression's ``mathml`` in a ``<math>`` element.

    >>> from autograd.expression import Symbol
    >>> math(Symbol("x").mathml, block=False)
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>'
    """
    display = ' display="block"' if block else ""
    return f'<math xmlns="{_NAMESPACE}"{display}>{rows}</math>'


def operator(sign: str) -> str:
    """Return an ``<mo>`` element."""
    return f"<mo>{escape(sign)}</mo>"


def row(*parts: str) -> str:
    """Return an ``<mrow>`` element."""
    return f"<mrow>{''.join(parts)}</mrow>"


class Mathml(Text):
    """Prints each formula as one element, so that it can be a numerator or an exponent."""

    relations: ClassVar[Mapping[str, str]] = {
        sign: operator(shown) for sign, shown in (("<", "<"), ("<=", "≤"), (">", ">"), (">=", "≥"), ("==", "="))
    }
    plus, minus, dot, apart = operator("+"), operator("−"), operator("·"), operator("·")
    comma = operator(",")
    beside = operator("\u2062")  # the invisible times

    def form(self, e: Expression) -> Form:
        """Return the formula as one element, and its precedence."""
        text, precedence = super().form(e)
        return text if isinstance(e, Symbol | Partial | Number) else row(text), precedence

    def symbol(self, name: str) -> str:
        """Write ``w_1`` as w with a subscript."""
        parts = parse(name)
        if parts is None:
            return f"<mtext>{escape(name)}</mtext>" if len(name) != 1 else f"<mi>{escape(name)}</mi>"
        letters = f"<mi>{GREEK.get(parts.letters, parts.letters)}</mi>"
        low = f"<mn>{parts.number}</mn>" if parts.number else ""
        if parts.is_index:
            comma = operator(",") if parts.number else ""
            low += comma + (f"<mn>{parts.bracket}</mn>" if parts.bracket.isdecimal() else f"<mi>{parts.bracket}</mi>")
        made = f"<msub>{letters}{row(low)}</msub>" if low else letters
        return row(made, f"<mtext>{escape(parts.rest)}</mtext>") if parts.rest else made

    def number(self, x: float) -> str:
        """Write a number, with a power of ten where ``repr`` uses an exponent."""
        if not isfinite(x):
            text = "<mi>nan</mi>" if x != x else "<mi>∞</mi>"
        else:
            mantissa, _, exponent = plain(abs(x)).partition("e")
            text = f"<mn>{mantissa}</mn>"
            if exponent:
                power = f"<msup><mn>10</mn>{self.number(float(exponent))}</msup>"
                text = row(text, operator("×"), power)
        return row(operator("−"), text) if x < 0 or str(x) == "-0.0" else text

    def brackets(self, inner: str) -> str:
        """Write parentheses, which grow with their contents."""
        return row(operator("("), inner, operator(")"))

    def sign(self, row: Primitive) -> str:
        """Return the sign in the row's notation."""
        return operator(row.notation.text.strip())

    def named(self, row: Primitive) -> str:
        """Write the name of a function."""
        return f"<mi>{escape(row.notation.text)}</mi>"

    def function(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``tanh(x)``."""
        return self.named(row) + operator("\u2061") + self.brackets(self.arguments(row, xs)), ATOM

    def fraction(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write a numerator over a denominator."""
        return f"<mfrac>{self.write(xs[0], SUM)}{self.write(xs[1], SUM)}</mfrac>", POWER

    def power(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``x²`` and ``tanh² x``."""
        base, exponent = xs
        high = self.write(exponent, SUM)
        if is_function(base) and is_small_power(exponent):
            assert isinstance(base, Apply)
            inner = self.arguments(base.row, base.operands)
            simple = len(base.operands) == 1 and isinstance(base.operands[0], Symbol)
            name = f"<msup>{self.named(base.row)}{high}</msup>" + operator("\u2061")
            return name + (inner if simple else self.brackets(inner)), POWER
        return f"<msup>{self.write(base, ATOM)}{high}</msup>", POWER

    def raised(self, exponent: Expression) -> str:
        """Return the exponent as an element: the second child of an ``<msup>``."""
        return self.write(exponent, SUM)

    def exponential(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write a power of e."""
        return f"<msup><mi>e</mi>{self.write(xs[0], SUM)}</msup>", POWER

    def root(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``√x``."""
        return f"<msqrt>{self.write(xs[0], SUM)}</msqrt>", ATOM

    def fence(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``|x|``."""
        return operator("|") + self.write(xs[0], SUM) + operator("|"), ATOM

    def written_cases(self, cases: list[tuple[str, str]], otherwise: str) -> str:
        """Write the cases under one another, after a brace."""
        lines = [*cases, (otherwise, "<mtext>otherwise</mtext>")]
        table = "".join(f"<mtr><mtd>{value}</mtd><mtd>{condition}</mtd></mtr>" for value, condition in lines)
        return operator("{") + f"<mtable>{table}</mtable>"

    def series(self, e: Series) -> Form:
        """Write Σ with its bounds."""
        start = row(self.symbol(e.index), operator("="), "<mn>1</mn>")
        return (
            f"<munderover>{operator('∑')}{start}<mn>{e.count}</mn></munderover>{self.write(e.body, PRODUCT)}",
            PRODUCT,
        )

    def partial(self, e: Partial) -> str:
        """Write a partial derivative as a fraction."""
        order = len(e.by)
        above = operator("∂") if order == 1 else f"<msup>{operator('∂')}<mn>{order}</mn></msup>"
        below = [
            operator("∂") + (f"<msup>{self.quantity(name)}{power}</msup>" if power else self.quantity(name))
            for name, power in self.variables(e)
        ]
        return f"<mfrac>{row(above, self.quantity(e.of))}{row(*below)}</mfrac>"

    def quantity(self, name: str) -> str:
        """Write a name that follows a ∂."""
        text = self.called(name)
        return self.brackets(text) if text.startswith("<mfrac") else text

    def prime(self, e: Prime) -> str:
        """Write ``ReLU′(q)``."""
        name = f"<msup>{self.named(e.row)}{operator('′')}</msup>"
        return name + operator("\u2061") + self.brackets(self.arguments(e.row, e.operands))


MATHML = Mathml()
