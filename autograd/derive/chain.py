"""Write the chain rule as formulas: one product for each path, or one line for each node in the order of backprop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import primitives as rows
from ..expression import Apply, Expression, Number, Partial, Product, Series, Symbol, Total
from ..expression.symbols import parse
from ..expression.terms import Term, times, total
from ..value import Value
from .network import Link, Network
from .simplify import simplified

Path = tuple[Link, ...]

MOST_PATHS = 4
MOST_LINKS = 24  # in all paths together, so that they fit on a page


def count_paths(network: Network) -> int:
    """Count the paths from ``network.y`` to ``network.wrt`` without enumerating them."""
    ways = {network.y: 1}
    for node in network.named:
        for link in network.links[node]:
            ways[link.below] = ways.get(link.below, 0) + ways.get(node, 0)
    return ways.get(network.wrt, 0)


def paths(network: Network, room: int = 1) -> list[Path] | None:
    """Return the paths from ``network.y`` to ``network.wrt``; None if they do not fit on ``room`` pages."""
    if count_paths(network) > MOST_PATHS * room:
        return None
    found: list[Path] = []
    waiting: list[tuple[Value, Path]] = [(network.y, ())] if network.wrt in network.reached else []
    while waiting:
        node, way = waiting.pop()
        if node is network.wrt:
            found.append(way)
            continue
        if len(way) >= MOST_LINKS * room:
            return None
        waiting += [(link.below, (*way, link)) for link in reversed(network.links[node])]
    return found if sum(map(len, found)) <= MOST_LINKS * room else None


def chain_rule(network: Network, found: Sequence[Path]) -> Expression:
    """Return the sum of products such as ∂L/∂a₂ · ∂a₂/∂z₂."""
    return _total([_in_series(path, [_partial(network, link) for link in path]) for path in found])


def factors(network: Network, found: Sequence[Path]) -> Expression:
    """Return the same with each factor as its formula, including factors of 1 and −1."""
    return _total([_in_series(path, [total(network.terms(link)) for link in path]) for path in found])


def tidied(network: Network, found: Sequence[Path]) -> Expression:
    """Return the same without factors of 1, and with one minus sign and the numbers in front."""
    return _total([_tidy(network, [(link, _one(network, link)) for link in path]) for path in found])


def crossed_out(network: Network, found: Sequence[Path]) -> Expression | None:
    """Return the same with common denominators and common factors cancelled; None if nothing cancels."""
    if len(found) != 1:
        return None
    terms = simplified([_one(network, link) for link in found[0]])
    return None if terms is None else _tidy(network, list(zip(found[0], terms, strict=True)))


def local(network: Network, node: Value) -> Expression:
    """Return ∂L/∂node in terms of the derivatives of its users."""
    written = []
    for link in network.into.get(node, []):
        start = [] if link.above is network.y else [Term(above=(partial_of(network, link.above),))]
        one = _one(network, link)
        numbers, terms = Term(one.top, one.bottom), [*start, one.bare]
        letters = _summed(network, link)
        if letters:
            body = _series(network, letters, _joined(Term(), terms))
            terms = [Term(above=(body,))]
        written.append(_joined(numbers, terms))
    return _total(written)


def local_rule(network: Network, node: Value) -> Expression:
    """Return ∂L/∂node by the chain rule: ∂L/∂z₂ · ∂z₂/∂node."""
    written = []
    for link in network.into.get(node, []):
        start = [] if link.above is network.y else [partial_of(network, link.above)]
        written.append(_series(network, _summed(network, link), _apart([*start, _partial(network, link)])))
    return _total(written)


def partial_of(network: Network, node: Value) -> Partial:
    """Return the symbol ∂L/∂node."""
    return Partial(network.called[network.y], (network.called[node],))


def depends(e: Expression, letter: str) -> bool:
    """Return whether an index occurs in a formula."""
    return any((parts := parse(name)) is not None and letter in parts.bracket.split(",") for name in names_in(e))


def names_in(e: Expression) -> Iterator[str]:
    """Yield the names in a formula."""
    waiting: list[Expression] = [e]
    while waiting:
        x = waiting.pop()
        if isinstance(x, Symbol):
            yield x.name
        elif isinstance(x, Partial):
            yield from x.by
        else:
            waiting += x.parts


# --- putting together -------------------------------------------------------------------------------------------------


def _series(network: Network, letters: str, body: Expression) -> Expression:
    for letter in reversed(letters):
        body = Series(letter, network.samples.by_letter(letter).count, body)
    return body


def _summed(network: Network, link: Link) -> str:
    """Return the indices of the link's upper node and of its sums that the lower node does not depend on."""
    letters = network.samples.letters
    above = letters.get(link.above, "") + "".join(group.letter for group in link.groups)
    return "".join(dict.fromkeys(c for c in above if c not in letters.get(link.below, "")))


def _partial(network: Network, link: Link) -> Partial:
    return Partial(network.called[link.above], (network.called[link.below],))


def _one(network: Network, link: Link) -> Term:
    """Return the derivative along a link as one term."""
    terms = network.terms(link)
    return terms[0] if len(terms) == 1 else Term(above=(total(terms),)) if terms else Term(top=0.0)


def _in_series(path: Path, written: Sequence[Expression]) -> Expression:
    """Multiply the factors of a path, with Σ where the path enters a sum."""
    tail: list[Expression] = []
    for link, factor in zip(reversed(path), reversed(written), strict=True):
        tail.insert(0, factor)
        for group in reversed(link.groups):
            tail = [Series(group.letter, group.count, _apart(tail))]
    return _apart(tail)


def _tidy(network: Network, links: Sequence[tuple[Link, Term]]) -> Expression:
    """Multiply the links, with Σ where they enter a sum. Factors independent of its index are moved before Σ."""
    numbers = times([Term(each.top, each.bottom) for _, each in links])
    kept: list[Term] = []
    for i, (link, each) in enumerate(links):
        if link.groups:
            letters = "".join(group.letter for group in link.groups)
            free, inside = _parted(each, letters)
            rest = _tidy(network, [(link_, term.bare) for link_, term in links[i + 1 :]])
            later = list(rest.factors) if isinstance(rest, Product) and rest.apart else [rest]
            here = [] if inside.is_one else [inside.expression()]
            body = _apart([*here, *[e for e in later if not (isinstance(e, Number) and e.value == 1)]])
            return _joined(numbers * free, [*kept, Term(above=(_series(network, letters, body),))])
        kept.append(each.bare)
    return _joined(numbers, kept)


def _parted(each: Term, letters: str) -> tuple[Term, Term]:
    """Split a term into the factors that do not depend on the indices, and those that do."""

    def free(e: Expression) -> bool:
        return not any(depends(e, letter) for letter in letters)

    above, below = each.above, each.below
    return (
        Term(above=tuple([e for e in above if free(e)]), below=tuple([e for e in below if free(e)])),
        Term(above=tuple([e for e in above if not free(e)]), below=tuple([e for e in below if not free(e)])),
    )


def _joined(front: Term, terms: Sequence[Term]) -> Expression:
    """Multiply terms, with the numbers in the first factor and a minus sign before all factors."""
    front = front.reduced()
    if front.top == 0:
        return Number(0.0)
    negative = front.top < 0
    front = Term(abs(front.top), front.bottom, front.above, front.below)
    rest = [each for each in terms if not each.is_one]
    if negative and (turned := _turned(rest)) is not None:
        rest, negative = turned, False
    if rest and not front.above and not front.below and not any(isinstance(e, Series) for e in rest[0].above):
        rest = [front * rest[0], *rest[1:]]
    elif not front.is_one:
        rest = [front, *rest]
    made = _apart([each.expression() for each in rest])
    if not negative:
        return made
    return Number(-made.value) if isinstance(made, Number) else Apply(rows.neg, (made,))


def _turned(terms: Sequence[Term]) -> list[Term] | None:
    """Negate the product by writing (a − y) for the first factor (y − a); None if no factor is a difference."""
    for i, each in enumerate(terms):
        for k, e in enumerate(each.above):
            if isinstance(e, Series):
                inner = _turned([Term(above=e.body.factors if isinstance(e.body, Product) else (e.body,))])
                if inner is None:
                    return None
                apart = isinstance(e.body, Product) and e.body.apart
                body = Product(inner[0].above, apart) if len(inner[0].above) > 1 else inner[0].above[0]
                turned: Expression = Series(e.index, e.count, body)
            elif isinstance(e, Product) and (inner := _turned([Term(above=e.factors)])) is not None:
                turned = Product(inner[0].above, e.apart)
            elif isinstance(e, Apply) and e.row is rows.sub and not isinstance(e.operands[0], Number):
                turned = Apply(rows.sub, (e.operands[1], e.operands[0]))
            else:
                continue
            above = (*each.above[:k], turned, *each.above[k + 1 :])
            return [*terms[:i], Term(each.top, each.bottom, above, each.below), *terms[i + 1 :]]
    return None


def _apart(written: Sequence[Expression]) -> Expression:
    if not written:
        return Number(1.0)
    return written[0] if len(written) == 1 else Product(tuple(written), apart=True)


def _total(written: Sequence[Expression]) -> Expression:
    return written[0] if len(written) == 1 else Total(tuple(written)) if written else Number(0.0)
