"""Simplify products: drop factors of 1, move one minus sign and the numbers to the front, form one fraction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd, isfinite

from .. import primitives as rows
from .tree import Apply, Expression, Number, Product, Total


@dataclass(frozen=True)
class Term:
    """top·above/(bottom·below): the numbers, and the other factors in their original order."""

    top: float = 1.0
    bottom: float = 1.0
    above: tuple[Expression, ...] = ()
    below: tuple[Expression, ...] = ()

    def __mul__(self, other: Term) -> Term:
        return Term(
            self.top * other.top, self.bottom * other.bottom, self.above + other.above, self.below + other.below
        )

    @property
    def over(self) -> Term:
        """The reciprocal."""
        return Term(self.bottom, self.top, self.below, self.above)

    @property
    def bare(self) -> Term:
        """The term without its numbers."""
        return Term(1.0, 1.0, self.above, self.below)

    @property
    def kind(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A key that is equal for terms that differ only by a number, so that they can be added."""
        return tuple(sorted(e.python for e in self.above)), tuple(sorted(e.python for e in self.below))

    @property
    def is_one(self) -> bool:
        """Whether the term is 1."""
        return not self.above and not self.below and self.top == self.bottom

    def reduced(self) -> Term:
        """Return the term with its numbers reduced, and the minus sign in the numerator."""
        top, bottom = self.top, self.bottom
        if bottom < 0:
            top, bottom = -top, -bottom
        if isfinite(top) and isfinite(bottom) and top == int(top) and bottom == int(bottom) and top and bottom:
            common = gcd(int(top), int(bottom))
            top, bottom = top / common, bottom / common
        return Term(top, bottom, self.above, self.below)

    def expression(self) -> Expression:
        """Return the term as a formula."""
        term = self.reduced()
        if term.top == 0:
            return Number(0.0)
        size = abs(term.top)
        above = ([Number(size)] if size != 1 or not term.above else []) + list(term.above)
        below = ([Number(term.bottom)] if term.bottom != 1 else []) + list(term.below)
        made = product(above)
        if below:
            made = Apply(rows.div, (made, product(below)))
        if str(term.top).startswith("-"):
            return Number(term.top) if made is above[0] and isinstance(made, Number) else Apply(rows.neg, (made,))
        return made


def product(factors: Sequence[Expression]) -> Expression:
    """Return the product of factors; of one factor, the factor itself."""
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def tidied(e: Expression) -> Expression:
    """Simplify a formula that is a product.

    >>> from autograd.expression import Symbol
    >>> a, b = Symbol("a"), Symbol("b")
    >>> print(tidied(1 * (a * (-1 / b) * 2)))
    −2a/b
    """
    return term(e).expression()


def term(e: Expression) -> Term:
    """Convert a formula to a term."""
    if isinstance(e, Number):
        return Term(top=e.value)
    if isinstance(e, Product):
        return times(map(term, e.factors))
    if isinstance(e, Total) and len(e.terms) == 1:
        return term(e.terms[0])
    if isinstance(e, Apply):
        if e.row is rows.mul:
            return term(e.operands[0]) * term(e.operands[1])
        if e.row is rows.neg:
            return Term(top=-1.0) * term(e.operands[0])
        if e.row is rows.div:
            return term(e.operands[0]) * term(e.operands[1]).over
        if e.row is rows.identity:
            return term(e.operands[0])
    return Term(above=(e,))


def times(terms: Iterable[Term]) -> Term:
    """Multiply terms."""
    result = Term()
    for each in terms:
        result = result * each
    return result


def added(terms: Iterable[Term]) -> list[Term]:
    """Combine terms of one kind: x + x is 2x."""
    kinds: dict[tuple[tuple[str, ...], tuple[str, ...]], Term] = {}
    for each in terms:
        each = each.reduced()
        before = kinds.get(each.kind)
        if before is None:
            kinds[each.kind] = each
        else:
            top = before.top * each.bottom + each.top * before.bottom
            kinds[each.kind] = Term(top, before.bottom * each.bottom, before.above, before.below).reduced()
    return [each for each in kinds.values() if each.top != 0]


def total(terms: Iterable[Term]) -> Expression:
    """Add terms, and return the sum as a formula."""
    written = [each.expression() for each in added(terms)]
    if not written:
        return Number(0.0)
    return written[0] if len(written) == 1 else Total(tuple(written))
