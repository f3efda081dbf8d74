"""Evaluate a formula as a number."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from math import fsum, prod

from ..floats import floats
from .tree import Apply, Cases, Expression, Number, Partial, Prime, Product, Relation, Series, Symbol, Total

Meaning = Callable[[Symbol | Partial, Mapping[str, int]], float]
"""Returns the number for a name, given the value of each index (counted from 0)."""

_RELATIONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


def evaluate(e: Expression, meaning: Meaning, at: Mapping[str, int] | None = None) -> float:
    """Return the value of a formula."""
    at = at or {}
    if isinstance(e, Number):
        return e.value
    if isinstance(e, Symbol | Partial):
        return meaning(e, at)
    if isinstance(e, Apply):
        return float(e.row.rule(floats, *[evaluate(x, meaning, at) for x in e.operands])[0])
    if isinstance(e, Product):
        return prod(evaluate(x, meaning, at) for x in e.factors)
    if isinstance(e, Total):
        return fsum(evaluate(x, meaning, at) for x in e.terms)
    if isinstance(e, Series):
        return fsum(evaluate(e.body, meaning, {**at, e.index: place}) for place in range(e.count))
    if isinstance(e, Prime):
        return evaluate(e.meaning, meaning, at)
    assert isinstance(e, Cases)
    return evaluate(e.here if holds(e.condition, meaning, at) else e.elsewhere, meaning, at)


def holds(e: Expression, meaning: Meaning, at: Mapping[str, int] | None = None) -> bool:
    """Return whether a comparison is true."""
    assert isinstance(e, Relation)
    return _RELATIONS[e.sign](evaluate(e.left, meaning, at), evaluate(e.right, meaning, at))
