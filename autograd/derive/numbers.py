"""Replace the names in a formula by numbers, rounded for reading."""

from __future__ import annotations

from collections.abc import Mapping

from ..expression import MORE, Cases, Expression, Number, Partial, Prime, Series, Symbol, Total
from ..expression.evaluate import Meaning, evaluate

_DIGITS = 4
_SHORT = 6  # characters of a number that is not rounded
_TERMS = 3  # the most terms of a Σ that are written out
_LONGEST = 240  # characters of a line with numbers


class Filled:
    """A formula with its names replaced by numbers. ``exact`` is true if no number was rounded."""

    def __init__(self, e: Expression, meaning: Meaning) -> None:
        self.meaning = meaning
        self.exact = True
        for self._terms in range(_TERMS, 0, -1):
            self.formula = self._filled(e, {})
            if len(self.formula.text) <= _LONGEST:
                break

    def _number(self, x: float) -> Number:
        if len(f"{abs(x):g}") <= _SHORT and float(f"{x:g}") == x:
            return Number(x)
        self.exact = False
        return Number(float(f"{x:.{_DIGITS}g}"))

    def _filled(self, e: Expression, at: Mapping[str, int]) -> Expression:
        if isinstance(e, Number) or e is MORE:
            return e
        if isinstance(e, Symbol | Partial | Prime | Cases):
            return self._number(evaluate(e, self.meaning, at))
        if not isinstance(e, Series):
            return e.mapped(lambda part: self._filled(part, at))
        if e.count <= self._terms:
            return Total(tuple([self._filled(e.body, {**at, e.index: place}) for place in range(e.count)]))
        places = [*range(self._terms - 1), e.count - 1] if self._terms > 1 else [0]
        terms = [self._filled(e.body, {**at, e.index: place}) for place in places]
        return Total((*terms[:-1], MORE, terms[-1]) if self._terms > 1 else (*terms, MORE))
