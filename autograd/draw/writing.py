"""What stands in the nodes and on the edges: names, numbers, operations and local derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from .. import primitives as rows
from ..expression import Apply, Expression, Number, Symbol
from ..expression.terms import tidied
from ..formula import slopes
from ..primitives import Primitive
from ..value import Value

_LONGEST = 30  # characters of a formula on an edge; beyond it the edge says ∂v/∂x
_WIDEST = 22  # characters of a sum in a node; beyond it each term has a line
_MOST_TERMS = 3  # of a sum that are written out in a node
_MOST_OPERANDS = 8  # of another n-ary primitive, whose derivatives have all of them in each


def shown_name(name: str) -> str:
    """``w_1`` as w₁, ``alpha`` as α."""
    return Symbol(name).text


def shown_number(x: float) -> str:
    """Four digits, with a proper minus sign.

    >>> shown_number(-0.5), shown_number(123456.0), shown_number(1e-9)
    ('−0.5', '1.235·10⁵', '10⁻⁹')
    """
    if not isfinite(x):
        return str(x).replace("-", "−").replace("inf", "∞")
    mantissa, _, exponent = f"{x + 0.0:.4g}".replace("-", "−").partition("e")
    if not exponent:
        return mantissa
    power = "10" + str(int(exponent.replace("−", "-"))).translate(_SUPERSCRIPTS)
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa}·{power}")


_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def shown_range(xs: Sequence[float]) -> str:
    """One number, or the least and the largest of several.

    >>> shown_range([2.0, -1.0, 0.5])
    '−1 … 2'
    """
    low, high = shown_number(min(xs)), shown_number(max(xs))
    return low if low == high else f"{low} … {high}"


def number_symbol(x: float) -> Number:
    """A constant, as short as it is shown."""
    return Number(float(f"{x:.4g}"))


def operation_text(row: Primitive, operands: Sequence[Expression]) -> str:
    """The operation as notes write it, with its operands in order; a long sum with its middle left out."""
    terms = len(operands) // 2 if row is rows.dot else len(operands) - len(row.constants)
    if row is rows.dot:
        return sum_text([Apply(rows.mul, (operands[i], operands[i + terms])) for i in range(terms)])
    if row is rows.sum_:
        return sum_text(operands)
    if not row.nary or terms <= _MOST_TERMS:
        return Apply(row, tuple(operands)).text
    return f"{row.notation.text}({operands[0].text}, …, {operands[terms - 1].text})"


def sum_text(terms: Sequence[Expression]) -> str:
    """A sum, with its middle left out if it is long; Σ where all terms look alike.

    >>> sum_text([Symbol(x) for x in "abcde"]), sum_text([Symbol("v1")] * 5)
    ('a + … + e', 'Σ v₁')
    """
    if not terms:
        return "0"
    first, last = terms[0].text, terms[-1].text
    if len(terms) > _MOST_TERMS and first == last == terms[len(terms) // 2].text:
        return f"Σ {first}"
    written = [first, f"… + {last}"] if len(terms) > _MOST_TERMS else [term.text for term in terms]
    text = " + ".join(written)
    return text if len(text) <= _WIDEST else "\n+ ".join(written)


def derivatives(node: Value, output: Symbol, operands: Sequence[Expression]) -> list[Expression]:
    """The local derivative for each operand as notes write it; what is too long for an edge is ∂v/∂x there."""
    row = node.primitive
    assert row is not None
    if row is rows.sum_:
        return [Number(1.0)] * len(operands)
    if row is rows.dot:
        half = len(operands) // 2
        return [*operands[half:], *operands[:half]]
    long: list[Expression] = [Symbol(f"∂{output.text}/∂{x.text}") for x in operands]
    if row.nary and len(operands) > _MOST_OPERANDS:
        return long
    written = slopes(node, output, lambda _, i: operands[i])
    short = [None if x is None else tidied(x) for x in written]
    return [x if x is not None and len(x.text) <= _LONGEST else instead for x, instead in zip(short, long, strict=True)]
