"""The last step of a derivation: bring fractions to a common denominator, and cancel common factors.

This is tried only on sums of fractions, as in ((1 − y)/(1 − a) − y/a)·a(1 − a) = a − y, and kept only if a factor
cancels.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import primitives as rows
from ..expression import Apply, Expression, Number, Product, Total
from ..expression.terms import Term, term, total

_MOST = 64  # the most monomials that are multiplied out

_Key = tuple[str, ...]
_Polynomial = dict[_Key, tuple[float, tuple[Expression, ...]]]
"""Maps a product of atoms, as their sorted names, to its coefficient and the atoms."""


def simplified(links: Sequence[Term]) -> list[Term] | None:
    """Return the factors of a path with common factors cancelled; None if nothing cancels."""
    joined = [_on_one_denominator(link) for link in links]
    if all(new is old for new, old in zip(joined, links, strict=True)):
        return None
    crossed = [list(link.above) for link in joined], [list(link.below) for link in joined]
    done = False
    for below in crossed[1]:
        for factor in list(below):
            for above in crossed[0]:
                same = next((i for i, e in enumerate(above) if e.python == factor.python), None)
                if same is not None:
                    del above[same]
                    below[:] = [e for e in below if e is not factor]
                    done = True
                    break
    if not done:
        return None
    return [
        Term(link.top, link.bottom, tuple(above), tuple(below))
        for link, above, below in zip(joined, *crossed, strict=True)
    ]


def _on_one_denominator(link: Term) -> Term:
    for i, factor in enumerate(link.above):
        parts = [term(e) for e in factor.terms] if isinstance(factor, Total) else []
        below = {e.python: e for part in parts for e in part.below}
        if not below or any(len({e.python for e in part.below}) < len(part.below) for part in parts):
            continue
        above: _Polynomial = {}
        for part in parts:
            own = {e.python for e in part.below}
            others = [e for key, e in below.items() if key not in own]
            product: _Polynomial | None = {(): (part.top / part.bottom, ())}
            for e in (*part.above, *others):
                product = _times(product, _polynomial(e))
            if product is None:
                return link
            above = _plus(above, product)
        terms = [Term(top=c, above=atoms) for c, atoms in above.values() if c]
        if len(terms) <= len(parts):
            numerator = term(total(terms))
            return Term(
                link.top * numerator.top,
                link.bottom * numerator.bottom,
                (*link.above[:i], *numerator.above, *link.above[i + 1 :]),
                (*link.below, *below.values(), *numerator.below),
            )
    return link


def _polynomial(e: Expression) -> _Polynomial | None:
    """Multiply a formula out; None if that takes too many products."""
    if isinstance(e, Number):
        return {(): (e.value, ())}
    if isinstance(e, Total) or (isinstance(e, Apply) and e.row in (rows.add, rows.sub)):
        parts = e.terms if isinstance(e, Total) else e.operands
        result: _Polynomial = {}
        for i, part in enumerate(parts):
            inner = _polynomial(part)
            if inner is None:
                return None
            minus = i == 1 and isinstance(e, Apply) and e.row is rows.sub
            result = _plus(result, {key: (-c if minus else c, atoms) for key, (c, atoms) in inner.items()})
        return result
    if isinstance(e, Apply) and e.row is rows.neg:
        inner = _polynomial(e.operands[0])
        return None if inner is None else {key: (-c, atoms) for key, (c, atoms) in inner.items()}
    if isinstance(e, Product) or (isinstance(e, Apply) and e.row is rows.mul):
        product: _Polynomial | None = {(): (1.0, ())}
        for factor in e.factors if isinstance(e, Product) else e.operands:
            product = _times(product, _polynomial(factor))
        return product
    return {(e.python,): (1.0, (e,))}


def _plus(a: _Polynomial, b: _Polynomial) -> _Polynomial:
    result = dict(a)
    for key, (c, atoms) in b.items():
        result[key] = (result[key][0] + c, atoms) if key in result else (c, atoms)
    return result


def _times(a: _Polynomial | None, b: _Polynomial | None) -> _Polynomial | None:
    if a is None or b is None or len(a) * len(b) > _MOST:
        return None
    result: _Polynomial = {}
    for c, left in a.values():
        for d, right in b.values():
            atoms = tuple(sorted((*left, *right), key=lambda e: e.python))
            result = _plus(result, {tuple([e.python for e in atoms]): (c * d, atoms)})
    return result
