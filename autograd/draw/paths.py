"""Paths from a Value to the root, and the product of local derivatives along them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..backprop import leading_to
from ..expression import Expression, Number, Partial, Product, Symbol, Total
from ..expression.terms import tidied
from ..value import Value
from .writing import derivatives, equals, number_symbol, shown_beside, shown_number

_MOST_PATHS = 3  # the most paths that are written out
_MOST_NODES = 24  # the most nodes on them


def between(order: Sequence[Value], start: Value) -> list[Value]:
    """Return the Values of ``order`` on the paths from ``start`` to the root, ``start`` included."""
    found = leading_to([start], list(reversed(order)))
    return [value for value in order if value in found]


def number_of_paths(on: Sequence[Value], start: Value) -> int:
    """Count the paths from ``start`` to the last of ``on`` without enumerating them: there may be 10¹⁹."""
    ways = {start: 1}
    for value in on:
        if value is not start:
            ways[value] = sum(ways.get(x, 0) for x in value.operands if isinstance(x, Value))
    return ways[on[-1]]


def caption(on: Sequence[Value], names: Mapping[Value, str], slope: float | None, *, written: bool = True) -> str:
    """Write ∂L/∂w as the product along its paths: as partial derivatives, as formulas and as numbers.

    If there are too many paths, or ``written`` is false, write how many paths there are. ``on`` holds the Values on the
    paths, from the start to the root.
    """
    start, root = on[0], on[-1]
    ways = number_of_paths(on, start)
    left = Partial(names[root], (names[start],)).text
    result = [] if slope is None else [f"{equals(slope)} {shown_number(slope)}"]
    if start is root:
        return f"{left} = 1"
    if ways > _MOST_PATHS or len(on) > _MOST_NODES or not written:
        total = f"a sum over {_how_many(ways)} paths" if ways > 1 else f"a product of {len(on) - 1} factors"
        return " ".join([left, *result]) + f", {total}"
    paths = list(_paths(set(on), start, root))
    chain = _sum([_product([_partial(*step, names) for step in path]) for path in paths])
    inner = _sum([_product([_in_names(*step, names) for step in path]) for path in paths])
    partials = [value.partials[slot] or 0.0 for path in paths for value, slot in path]
    numbers = _sum([_product([_in_numbers(*step) for step in path]) for path in paths])
    single = ways == 1 and len(paths[0]) == 1  # ∂y/∂w is the local derivative itself
    lines = [f"= {inner}"] if single else [f"= {chain}", f"= {inner}"]
    if slope is not None and shown_beside(inner, [slope]):
        lines += result if single else [f"{equals(*partials)} {numbers}", *result]
    shown = {line.partition(" ")[2]: line for line in reversed(lines)}  # drop repeated lines, keep the first
    return f"{left} " + "\n".join([line for line in lines if shown[line.partition(" ")[2]] is line])


def _paths(on: set[Value], start: Value, root: Value) -> Iterator[list[tuple[Value, int]]]:
    """Yield each path from the root down, as pairs of a node and an operand index."""
    waiting: list[tuple[Value, list[tuple[Value, int]]]] = [(root, [])]
    while waiting:
        value, path = waiting.pop()
        if value is start:
            yield path
            continue
        for i in reversed(range(len(value.operands))):
            x = value.operands[i]
            if isinstance(x, Value) and x in on:
                waiting.append((x, [*path, (value, i)]))


def _partial(value: Value, slot: int, names: Mapping[Value, str]) -> Expression:
    operand = value.operands[slot]
    assert isinstance(operand, Value)
    return Partial(names[value], (names[operand],))


def _in_names(value: Value, slot: int, names: Mapping[Value, str]) -> Expression:
    operands = [Symbol(names[x]) if isinstance(x, Value) else number_symbol(x) for x in value.operands]
    return derivatives(value, Symbol(names[value]), operands)[slot]


def _in_numbers(value: Value, slot: int) -> Expression:
    partial = value.partials[slot]
    assert partial is not None
    if partial == 1.0:
        return Number(1.0)
    text = shown_number(partial)
    return Symbol(f"({text})" if text.startswith("−") else text)


def _product(factors: Sequence[Expression]) -> Expression:
    """Return the product of the factors, set apart, without those that are 1."""
    kept = tuple([tidied(x) for x in factors if not (isinstance(x, Number) and x.value == 1)])
    return Number(1.0) if not kept else kept[0] if len(kept) == 1 else Product(kept, apart=True)


def _sum(terms: Sequence[Expression]) -> str:
    return Total(tuple(terms)).text


def _how_many(ways: int) -> str:
    return str(ways) if ways < 10**6 else f"about {shown_number(float(ways))}" if ways < 10**300 else "a great many"
