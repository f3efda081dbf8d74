"""The table of primitives as a page: ``python -m autograd.catalogue`` prints Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from .expression import Apply, Expression, Number, Symbol, names
from .primitives import Primitive, table


def page() -> str:
    """Return the page: each row with its value, its textbook derivatives, its domain and its kinks."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# The table of primitives"
    yield ""
    yield "Generated from `autograd/primitives.py` by `make docs`. The derivatives are shown in textbook form;"
    yield "the engine computes an equivalent accurate form, and a test compares the two."
    yield ""
    yield "| primitive | value | derivatives | defined for | kinks |"
    yield "|---|---|---|---|---|"
    for row in table.values():
        value, derivatives = _formulas(row)
        kinks = ", ".join(kink.text for kink in row.kinks) or "none"
        cells = f"`{row.name}`", value, "; ".join(derivatives), row.domain.text, kinks
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _formulas(row: Primitive) -> tuple[str, list[str]]:
    if row.nary:
        letters = ["w_1", "w_2", "x_1", "x_2"] if row.name == "dot" else ["x_0", "x_1"]
    else:
        letters = [name for name in row.operands if name not in row.constants]
    symbols: list[Expression] = [Symbol(letter) for letter in letters]
    constants: list[float] = []
    if row.constants and not row.nary:
        constants = [choices[0] for choices in row.constants.values()]
    elif row.constants:
        constants = [1.0]
    value = Apply(row, (*symbols, *map(Number, constants)))
    shown = row.shown(names, value, *symbols, *constants)
    written = [d if isinstance(d, Expression) else Number(float(d)) for d in shown]
    return value.text, [f"∂/∂{symbol} {d}" for symbol, d in zip(symbols, written, strict=True)]


if __name__ == "__main__":
    print(page())
