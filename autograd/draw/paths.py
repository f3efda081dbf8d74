"""The ways from a Value to the root, and the product of local derivatives along them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from autograd import Value
from autograd import primitives as rows
from autograd.expression import Apply, Expression, Number, Symbol

from .naming import derivatives, number_symbol, shown_name, shown_number, unwritten

_MOST_PATHS = 3
_MOST_FACTORS = 12


def between(order: Sequence[Value], start: Value) -> list[Value]:
    """The Values of ``order`` (oldest first) that depend on ``start``, with itself: every path lies in them."""
    found = {start}
    for value in order:
        if any(isinstance(x, Value) and x in found for x in value.operands):
            found.add(value)
    return [value for value in order if value in found]


def number_of_paths(on: Sequence[Value], start: Value, root: Value) -> int:
    """How many ways lead from start to root, counted without walking them: there may be 10¹⁹."""
    ways = {start: 1}
    for value in on:
        if value is not start:
            ways[value] = sum(ways.get(x, 0) for x in value.operands if isinstance(x, Value))
    return ways.get(root, 0)


def caption(on: Sequence[Value], start: Value, root: Value, names: Mapping[Value, str], slope: float | None) -> str:
    """∂L/∂w as the product along its path, in names and in numbers; or, for many paths, how many there are."""
    left = f"∂{shown_name(names[root])}/∂{shown_name(names[start])}"
    result = "" if slope is None else f" = {shown_number(slope)}"
    ways = number_of_paths(on, start, root)
    if start is root:
        return f"{left} = 1"
    if ways > _MOST_PATHS or len(on) > _MOST_FACTORS:
        return f"{left}{result}, the sum over {_how_many(ways)} path{'s' * (ways != 1)}"
    paths = list(_paths(set(on), start, root))
    inner = " + ".join([_product([_in_names(value, slot, names) for value, slot in path]) for path in paths])
    if ways == 1 and len(paths[0]) == 1:
        lines = [f"{left} = {inner}"] if inner == shown_number(slope or 0.0) else [f"{left} = {inner}{result}"]
        return lines[0]
    chain = " + ".join([" · ".join([_factor(value, slot, names) for value, slot in path]) for path in paths])
    numbers = " + ".join([_product([_in_numbers(value, slot) for value, slot in path]) for path in paths])
    lines = [
        chain,
        inner,
        *([f"{numbers}{result}" if f" = {numbers}" != result else numbers] if slope is not None else []),
    ]
    return f"{left} = " + "\n= ".join(lines)


def _paths(on: set[Value], start: Value, root: Value) -> Iterator[list[tuple[Value, int]]]:
    """Each path from the root down as the slots that it goes through; there are few."""
    stack: list[tuple[Value, list[tuple[Value, int]]]] = [(root, [])]
    while stack:
        value, path = stack.pop()
        if value is start:
            yield path
            continue
        for i in reversed(range(len(value.operands))):
            x = value.operands[i]
            if isinstance(x, Value) and x in on:
                stack.append((x, [*path, (value, i)]))


def _factor(value: Value, slot: int, names: Mapping[Value, str]) -> str:
    operand = value.operands[slot]
    assert isinstance(operand, Value)
    return f"∂{shown_name(names[value])}/∂{shown_name(names[operand])}"


def _in_names(value: Value, slot: int, names: Mapping[Value, str]) -> Expression:
    row = value.primitive
    assert row is not None
    operands = [Symbol(names[x]) if isinstance(x, Value) else number_symbol(x) for x in value.operands]
    written = derivatives(row, Symbol(names[value]), operands)[slot]
    if written is None:
        return Symbol(unwritten(row, shown_name(names[value]), slot, operands))
    return written


def _in_numbers(value: Value, slot: int) -> Expression:
    partial = value.partials[slot]
    assert partial is not None
    return Symbol(shown_number(partial)) if partial >= 0 else Symbol(f"({shown_number(partial)})")


def _product(factors: Sequence[Expression]) -> str:
    """The factors with a dot between them, without those that are 1."""
    kept = [x for x in factors if not (isinstance(x, Number) and x.value == 1) and x.text != "1"]
    if not kept:
        return "1"
    product = kept[0]
    for factor in kept[1:]:
        product = Apply(rows.mul, (product, factor))
    return product.text


def _how_many(ways: int) -> str:
    return str(ways) if ways < 10**6 else shown_number(float(ways)) if ways < 10**300 else "very many"
