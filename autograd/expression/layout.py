"""What all printers share: which form a formula takes, and where parentheses are needed."""

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
"""What is printed, and how tightly it holds together."""

_SLOPE = re.compile(r"∂([^∂/]+)/∂([^∂/]+)")  # a gradient that was given its own name


class Printer:
    """One kind of page. Each subclass says how it writes a thing; how things combine is said here."""

    relations: ClassVar[Mapping[str, str]]
    plus: str
    minus: str
    dot: str
    comma = ", "
    apart: str
    """What stands between the links of a chain."""

    def write(self, e: Expression, least: int = LOOSEST) -> str:
        """The formula, in parentheses if it holds together less tightly than its place asks for."""
        text, precedence = self.form(e)
        return text if precedence >= least else self.brackets(text)

    def form(self, e: Expression) -> Form:
        """The formula without parentheses around it."""
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

    # --- what every page does in its own way --------------------------------------------------------------------------

    def symbol(self, name: str) -> str:
        """A name."""
        raise NotImplementedError

    def number(self, x: float) -> str:
        """A number."""
        raise NotImplementedError

    def brackets(self, inner: str) -> str:
        """Something in parentheses."""
        return f"({inner})"

    def function(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """A function of its operands."""
        raise NotImplementedError

    def sign(self, row: Primitive) -> str:
        """The sign between the operands of an infix row."""
        raise NotImplementedError

    def prefix(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """A minus sign."""
        return f"{self.minus.strip()}{self.operands(row, xs)[0]}", MINUS

    def fraction(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """A quotient."""
        raise NotImplementedError

    def power(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """A power."""
        raise NotImplementedError

    def exponential(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """A power of e."""
        raise NotImplementedError

    def root(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """A square root."""
        raise NotImplementedError

    def fence(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """A formula between bars."""
        raise NotImplementedError

    def relation(self, e: Relation) -> str:
        """A comparison."""
        return f"{self.write(e.left, SUM)}{self.relations[e.sign]}{self.write(e.right, SUM)}"

    def written_cases(self, cases: list[tuple[str, str]], otherwise: str) -> str:
        """Cases: each value with its condition."""
        raise NotImplementedError

    def series(self, e: Series) -> Form:
        """A sum over an index."""
        raise NotImplementedError

    def partial(self, e: Partial) -> str:
        """A partial derivative by its name."""
        raise NotImplementedError

    def prime(self, e: Prime) -> str:
        """A derivative by the name of its function."""
        raise NotImplementedError

    def called(self, name: str) -> str:
        """A name, or the derivative that it is the name of."""
        name = printable(name)
        slope = _SLOPE.fullmatch(name)
        return self.partial(Partial(slope[1], (slope[2],))) if slope else self.symbol(name)

    # --- what they share ----------------------------------------------------------------------------------------------

    def operands(self, row: Primitive, xs: Sequence[Expression]) -> list[str]:
        """Each operand as its place in the row's notation asks for it."""
        least = row.notation.operands
        return [self.write(x, least[min(i, len(least) - 1)]) for i, x in enumerate(xs)]

    def arguments(self, row: Primitive, xs: Sequence[Expression]) -> str:
        """The operands of a function, as far as they are shown."""
        split = len(xs) - len(row.constants)
        shown = [*abridged(xs[:split], MORE), *xs[split:]][: row.notation.shown]
        return self.comma.join([self.write(x, SUM) for x in shown])

    def infix(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """Operands with a sign between them."""
        if not xs:
            return self.number(0.0), ATOM
        printed = self.sign(row).join(self.operands(row, abridged(xs, MORE)))
        return printed, row.notation.precedence if len(xs) > 1 else SUM

    def nothing(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """An operand that stands for itself."""
        return self.form(xs[0])

    def products(self, row: Primitive, xs: Sequence[Expression]) -> Form:
        """w₁·x₁ + w₂·x₂ + …."""
        half = len(xs) // 2
        if not half:
            return self.number(0.0), ATOM
        pairs = [Apply(rows.mul, (w, x)) for w, x in zip(xs[:half], xs[half:], strict=True)]
        printed = self.plus.join([self.write(pair, PRODUCT) for pair in abridged(pairs, MORE)])
        return printed, PRODUCT if half == 1 else SUM

    def cases(self, e: Cases) -> Form:
        """One formula or another."""
        cases = []
        rest: Expression = e
        while isinstance(rest, Cases):
            cases.append((self.write(rest.here, SUM), self.write(rest.condition)))
            rest = rest.elsewhere
        return self.written_cases(cases, self.write(rest, SUM)), ATOM

    def product(self, e: Product) -> Form:
        """Factors with a dot between them, or none where nobody writes one: ``2(a₂ − y)``, ``a₁(1 − a₁)``."""
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
        """Whether two factors stand side by side without a dot."""
        if isinstance(left, Number):
            return left.value >= 0 and (_is_lettered(right) or (bracketed and not isinstance(right, Number)))
        return isinstance(left, Symbol) and is_letter(left.name) and bracketed and not isinstance(right, Number)

    def total(self, terms: Sequence[Expression]) -> Form:
        """Terms with + and − between them."""
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
    """Whether a number may stand before it without a dot: 2x, 3x²."""
    if isinstance(e, Apply) and e.row in (rows.pow_, rows.power):
        return _is_lettered(e.operands[0])
    return isinstance(e, Symbol) and is_letter(e.name)
