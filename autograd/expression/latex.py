"""Formulas as LaTeX, for math mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import ClassVar

from ..notation import ATOM, POWER, PRODUCT, SUM
from ..primitives import Primitive
from .layout import Form
from .symbols import GREEK, parse
from .text import Text, is_function, is_small_power, plain
from .tree import MORE, Apply, Expression, Number, Partial, Prime, Series, Symbol

_SPECIAL = {
    "∂": r"$\partial$",
    "\\": r"\textbackslash{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\n": " ",
    "\r": " ",
}


def escaped(name: str) -> str:
    r"""Escape any text for use inside ``\text{…}``."""
    return "".join(_SPECIAL.get(c, f"\\{c}" if c in "#$%&_{}" else c) for c in name)


class Latex(Text):
    r"""Prints LaTeX: 1 - \tanh^{2} x."""

    relations: ClassVar[Mapping[str, str]] = {"<": " < ", "<=": r" \le ", ">": " > ", ">=": r" \ge ", "==": " = "}
    plus, minus, dot, apart = " + ", " - ", r" \cdot ", r" \cdot "

    def symbol(self, name: str) -> str:
        """Write ``w_1`` as w_{1}."""
        parts = parse(name)
        if parts is None:
            return r"\dots" if name == MORE.name else rf"\text{{{escaped(name)}}}"
        letters = parts.letters
        letters = rf"\{letters}" if letters in GREEK else letters if len(letters) == 1 else rf"\mathrm{{{letters}}}"
        low = ",".join(part for part in (parts.number, parts.bracket if parts.is_index else "") if part)
        rest = parts.rest if parts.bracket.replace(",", "").isalnum() or not parts.rest else ""
        if parts.rest and not rest:
            return rf"\text{{{escaped(name)}}}"
        return letters + (f"_{{{low}}}" if low else "") + rest

    def number(self, x: float) -> str:
        """Write a number, with a power of ten where ``repr`` uses an exponent."""
        if not isfinite(x):
            return r"\mathrm{nan}" if x != x else r"\infty" if x > 0 else r"-\infty"
        mantissa, _, exponent = plain(x).partition("e")
        return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa

    def brackets(self, inner: str) -> str:
        """Write parentheses as tall as their contents."""
        tall = any(part in inner for part in (r"\frac", r"\begin", r"\left", r"\sum"))
        return rf"\left({inner}\right)" if tall else f"({inner})"

    def sign(self, row: Primitive) -> str:
        """Return the sign in the row's notation."""
        return row.notation.latex

    def function(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        r"""Write ``\tanh(x)``."""
        return f"{row.notation.latex}{self.brackets(self.arguments(row, xs))}", ATOM

    def fraction(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        r"""Write ``\frac{a}{b}``."""
        return rf"\frac{{{self.write(xs[0], SUM)}}}{{{self.write(xs[1], SUM)}}}", POWER

    def power(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        r"""Write ``x^{2}`` and ``\tanh^{2} x``."""
        base, exponent = xs
        if is_function(base) and is_small_power(exponent):
            assert isinstance(base, Apply)
            inner = self.arguments(base.row, base.operands)
            simple = len(base.operands) == 1 and isinstance(base.operands[0], Symbol)
            name = base.row.notation.latex + self.raised(exponent)
            return f"{name} {inner}" if simple else name + self.brackets(inner), POWER
        return f"{self.write(base, ATOM)}{self.raised(exponent)}", POWER

    def raised(self, exponent: Expression) -> str:
        """Write a superscript."""
        return f"^{{{self.write(exponent, SUM)}}}"

    def root(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        r"""Write ``\sqrt{x}``."""
        return rf"\sqrt{{{self.write(xs[0], SUM)}}}", ATOM

    def fence(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        r"""Write ``\left|x\right|``."""
        return rf"\left|{self.write(xs[0], SUM)}\right|", ATOM

    def written_cases(self, cases: list[tuple[str, str]], otherwise: str) -> str:
        """Write a ``cases`` environment."""
        lines = [rf"{value} & {condition} \\" for value, condition in cases]
        return rf"\begin{{cases}} {' '.join(lines)} {otherwise} & \text{{otherwise}} \end{{cases}}"

    def series(self, e: Series) -> Form:
        r"""Write ``\sum_{j=1}^{3}``."""
        return rf"\sum_{{{e.index}=1}}^{{{e.count}}} {self.write(e.body, PRODUCT)}", PRODUCT

    def partial(self, e: Partial) -> str:
        r"""Write ``\frac{\partial L}{\partial w_{1}}``."""
        order = self.raised(Number(float(len(e.by)))) if len(e.by) > 1 else ""
        below = r" \, ".join(rf"\partial {self.quantity(name)}{power}" for name, power in self.variables(e))
        return rf"\frac{{\partial{order} {self.quantity(e.of)}}}{{{below}}}"

    def quantity(self, name: str) -> str:
        """Write a name that follows a ∂."""
        text = self.called(name)
        return self.brackets(text) if text.startswith(r"\frac") else text

    def prime(self, e: Prime) -> str:
        r"""Write ``\operatorname{ReLU}'(q)``."""
        return f"{e.row.notation.latex}'{self.brackets(self.arguments(e.row, e.operands))}"


LATEX = Latex()
