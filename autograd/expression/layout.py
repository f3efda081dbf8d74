"""The base class of the printers: how expressions combine, and where parentheses are needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from .. import primitives as rows
from ..notation import ATOM, MINUS, POWER, PRODUCT, SUM
from ..primitives import Primitive
from .symbols import is_letter, printable
from .tree import (
    MORE,
    Apply,
    Cases,
    Expression,
    Number,
    Partial,
    Prime,
    Product,
    Relation,
    Series,
    Symbol,
    Total,
    abridged,
)

LOOSEST = SUM - 1  # a comparison
Form = tuple[str, int]
"""Printed text and its precedence."""

_SLOPE = re.compile(r"∂([^∂/]+)/∂([^∂/]+)")  # the name of a gradient


class Printer:
    """Prints expressions in one format. A subclass writes the elements; this class combines them."""

    relations: ClassVar[Mapping[str, str]]
    plus: str
    minus: str
    dot: str
    comma = ", "
    apart: str
    """The sign between the factors of a chain."""

    def write(self, e: Expression, least: int = LOOSEST) -> str:
        """Return the formula, in parentheses if its precedence is below ``least``."""
        text, precedence = self.form(e)
        return text if precedence >= least else self.brackets(text)

    def form(self, e: Expression) -> Form:
        """Return the formula without outer parentheses, and its precedence."""
        if isinstance(e, Symbol):
            return self.called(e.name), ATOM
        if isinstance(e, Number):
            return self.number(e.value), MINUS if str(e.value).startswith("-") else ATOM
        if isinstance(e, Apply):
            write = getattr(self, e.row.notation.kind)
            form: Form = write(e.row, e.operands)
            return form
        if isinstance(e, Product):
            return self.product(e)
        if isinstance(e, Total):
            return self.total(e.terms)
        if isinstance(e, Relation):
            return self.relation(e), LOOSEST
        if isinstance(e, Cases):
            return self.cases(e)
        if isinstance(e, Series):
            return self.series(e)
        if isinstance(e, Partial):
            return self.partial(e), ATOM
        assert isinstance(e, Prime)
        return self.prime(e), ATOM

    # --- what each format writes in its own way -----------------------------------------------------------------------

    def symbol(self, name: str) -> str:
        """Write a name."""
        raise NotImplementedError

    def number(self, x: float) -> str:
        """Write a number."""
        raise NotImplementedError

    def brackets(self, inner: str) -> str:
        """Put text in parentheses."""
        return f"({inner})"

    def function(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write a function call."""
        raise NotImplementedError

    def sign(self, row: Primitive) -> str:
        """Return the sign between the operands of an infix row."""
        raise NotImplementedError

    def prefix(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write an operand with a minus sign in front."""
        return f"{self.minus.strip()}{self.operands(row, xs)[0]}", MINUS

    def fraction(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write a quotient."""
        raise NotImplementedError

    def power(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write a power."""
        raise NotImplementedError

    def exponential(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write a power of e."""
        raise NotImplementedError

    def root(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write a square root."""
        raise NotImplementedError

    def fence(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write an absolute value."""
        raise NotImplementedError

    def relation(self, e: Relation) -> str:
        """Write a comparison."""
        return f"{self.write(e.left, SUM)}{self.relations[e.sign]}{self.write(e.right, SUM)}"

    def written_cases(self, cases: list[tuple[str, str]], otherwise: str) -> str:
        """Write values with their conditions, and the value that applies otherwise."""
        raise NotImplementedError

    def series(self, e: Series) -> Form:
        """Write a sum over an index."""
        raise NotImplementedError

    def partial(self, e: Partial) -> str:
        """Write a partial derivative such as ∂L/∂w."""
        raise NotImplementedError

    def prime(self, e: Prime) -> str:
        """Write a derivative such as ReLU′(q)."""
        raise NotImplementedError

    def called(self, name: str) -> str:
        """Write a name. One of the form ``∂y/∂x`` is written as a partial derivative."""
        name = printable(name)
        slope = _SLOPE.fullmatch(name)
        return self.partial(Partial(slope[1], (slope[2],))) if slope else self.symbol(name)

    # --- what all formats share ---------------------------------------------------------------------------------------

    def operands(self, row: Primitive, xs: Sequence[Expression]) -> list[str]:
        """Write each operand, in parentheses where the row's notation requires them."""
        least = row.notation.operands
        return [self.write(x, least[min(i, len(least) - 1)]) for i, x in enumerate(xs)]

    def arguments(self, row: Primitive, xs: Sequence[Expression]) -> str:
        """Write the arguments of a function that its notation shows."""
        split = len(xs) - len(row.constants)
        shown = [*abridged(xs[:split], MORE), *xs[split:]][: row.notation.shown]
        return self.comma.join([self.write(x, SUM) for x in shown])

    def infix(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write operands with a sign between them."""
        if not xs:
            return self.number(0.0), ATOM
        printed = self.sign(row).join(self.operands(row, abridged(xs, MORE)))
        return printed, row.notation.precedence if len(xs) > 1 else SUM

    def nothing(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write the operand alone, as for the identity."""
        return self.form(xs[0])

    def products(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Write ``w₁·x₁ + w₂·x₂ + …``."""
        half = len(xs) // 2
        if not half:
            return self.number(0.0), ATOM
        pairs = [Apply(rows.mul, (w, x)) for w, x in zip(xs[:half], xs[half:], strict=True)]
        printed = self.plus.join([self.write(pair, PRODUCT) for pair in abridged(pairs, MORE)])
        return printed, PRODUCT if half == 1 else SUM

    def cases(self, e: Cases) -> Form:
        """Write a formula that depends on conditions."""
        cases = []
        rest: Expression = e
        while isinstance(rest, Cases):
            cases.append((self.write(rest.here, SUM), self.write(rest.condition)))
            rest = rest.elsewhere
        return self.written_cases(cases, self.write(rest, SUM)), ATOM

    def product(self, e: Product) -> Form:
        """Write factors, with a dot between them except in forms such as ``2(a₂ − y)`` and ``a₁(1 − a₁)``."""
        if len(e.factors) == 1:
            return self.form(e.factors[0])
        last = len(e.factors) - 1
        printed = ""
        for i, factor in enumerate(e.factors):
            text, precedence = self.form(factor)
            least = PRODUCT if e.apart or i == 0 or isinstance(factor, Series) else POWER
            bracketed = precedence < least or (isinstance(factor, Series) and i < last)
            text = self.brackets(text) if bracketed else text
            if i:
                beside = not e.apart and self.is_beside(e.factors[i - 1], factor, bracketed)
                printed += self.beside if beside else self.apart if e.apart else self.dot
            printed += text
        return printed, PRODUCT

    beside = ""

    def is_beside(self, left: Expression, right: Expression, bracketed: bool) -> bool:
        """Return whether two factors are written without a dot between them."""
        if isinstance(left, Number):
            return left.value >= 0 and (_is_lettered(right) or (bracketed and not isinstance(right, Number)))
        return isinstance(left, Symbol) and is_letter(left.name) and bracketed and not isinstance(right, Number)

    def total(self, terms: Sequence[Expression]) -> Form:
        """Write terms with + and − between them."""
        if len(terms) == 1:
            return self.form(terms[0])
        printed = self.write(terms[0], MINUS)
        for term in terms[1:]:
            if isinstance(term, Apply) and term.row is rows.neg:
                printed += self.minus + self.write(term.operands[0], PRODUCT)
            else:
                printed += self.plus + self.write(term, PRODUCT)
        return printed, SUM


def _is_lettered(e: Expression) -> bool:
    """Return whether a number is written before a factor without a dot, as in 2x and 3x²."""
    if isinstance(e, Apply) and e.row in (rows.pow_, rows.power):
        return _is_lettered(e.operands[0])
    return isinstance(e, Symbol) and is_letter(e.name)
