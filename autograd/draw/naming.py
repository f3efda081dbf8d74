"""What the nodes are called, and what stands on the edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, count
from math import isfinite

from autograd import Value
from autograd import primitives as rows
from autograd.expression import Apply, Cases, Expression, Number, Symbol, names
from autograd.primitives import Primitive

_LONGEST = 28  # characters of a formula on an edge; beyond it the edge says ∂v/∂x
_MOST_TERMS = 3


def name_all(order: Sequence[Value], suggested: Mapping[Value, str] | None = None) -> dict[Value, str]:
    """A name for each Value, oldest first: its label, a name that is suggested for it, or v1, v2, …

    The letter is another one if some label could be taken for such a name.
    """
    suggested = suggested or {}
    taken = {value.label for value in order if value.label}
    letter = next(
        letter
        for letter in chain("vusrq", (f"v{'_' * n}" for n in count(2)))
        if not any(label == letter or (label.startswith(letter) and label[len(letter) :].isdigit()) for label in taken)
    )
    number = count(1)
    return {
        value: value.label or suggested.get(value) or (f"{letter}{next(number)}" if value.operands else "·")
        for value in order
    }


def shown_name(name: str) -> str:
    """``w_1`` as w₁, ``alpha`` as α."""
    return Symbol(name).text


def shown_number(x: float) -> str:
    """Four digits, with a proper minus sign."""
    if not isfinite(x):
        return str(x).replace("-", "−")
    text = f"{x:.4g}".replace("-", "−")
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    return f"{mantissa}·10{exponent.replace('+', '').replace('−0', '−').lstrip('0').translate(_SUPERSCRIPTS)}"


_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def shown_range(xs: Sequence[float]) -> str:
    """One number, or the least and the largest of several."""
    low, high = shown_number(min(xs)), shown_number(max(xs))
    return low if low == high else f"{low} … {high}"


def operation_text(row: Primitive, operands: Sequence[Expression]) -> str:
    """The operation as notes write it, with its operands in order; a long one with its middle left out."""
    terms = len(operands) // 2 if row is rows.dot else len(operands) - len(row.constants)
    if not row.nary or terms <= _MOST_TERMS:
        return Apply(row, tuple(operands)).text
    if row is rows.dot:
        ends = [Apply(rows.mul, (operands[i], operands[i + terms])).text for i in (0, terms - 1)]
    else:
        ends = [operands[i].text for i in (0, terms - 1)]
    if row.notation.kind == "function":
        return f"{row.notation.text}({ends[0]}, …, {ends[1]})"
    return f"{ends[0]} + … + {ends[1]}"


def derivatives(row: Primitive, output: Expression, operands: Sequence[Expression]) -> list[Expression | None]:
    """The local derivative for each operand as notes write it; None where that is too much to write on an edge."""
    if row is rows.sum_:
        return [Number(1.0)] * len(operands)
    if row is rows.dot:
        half = len(operands) // 2
        return [*operands[half:], *operands[:half]]
    if row.nary:
        return [None] * len(operands)
    constants = [x.value if isinstance(x, Number) else x for x in operands[len(operands) - len(row.constants) :]]
    shown = row.shown(names, output, *operands[: len(operands) - len(row.constants)], *constants)
    written = [x if isinstance(x, Expression) else Number(float(x)) for x in shown]
    short = [None if isinstance(x, Cases) or len(x.text) > _LONGEST else x for x in written]
    return [*short, *[None] * (len(operands) - len(short))]


def unwritten(row: Primitive, output: str, slot: int, operands: Sequence[Expression]) -> str:
    """What stands for a derivative that is too long: relu′(z), or ∂v₁/∂x."""
    differentiable = len(operands) - len(row.constants)
    if differentiable == 1 and row.notation.kind == "function":
        return f"{row.notation.text}′({operands[0].text})"
    return f"∂{output}/∂{operands[slot].text}"


def number_symbol(x: float) -> Number:
    """A constant, as short as it is shown."""
    return Number(float(f"{x:.4g}"))
