"""Write the texts of nodes and edges: names, numbers, operations and local derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose, isfinite

from .. import primitives as rows
from ..expression import Apply, Expression, Number, Symbol
from ..expression.terms import tidied
from ..formula import slopes
from ..primitives import Primitive
from ..value import Value

_LONGEST_NUMBER = 10  # characters of a constant
_LONGEST = 30  # characters of a formula on an edge; a longer one is written ∂v/∂x
_WIDEST = 22  # characters of a sum on one line; in a longer one each term has its own line
_MOST_TERMS = 3  # terms of a sum that are written out in a node
_MOST_OPERANDS = 8  # operands of another n-ary primitive, each of whose derivatives contains all operands


def shown_name(name: str) -> str:
    """Write ``w_1`` as w₁, ``alpha`` as α."""
    return Symbol(name).text


def shown_number(x: float) -> str:
    """Write a number with four digits and a proper minus sign.

    >>> shown_number(-0.5), shown_number(123456.0), shown_number(1e-9)
    ('−0.5', '1.235·10⁵', '10⁻⁹')
    """
    if not isfinite(x):
        return str(x).replace("-", "−").replace("inf", "∞")
    mantissa, _, exponent = f"{x + 0.0:.4g}".replace("-", "−").partition("e")
    if not exponent:
        return mantissa
    power = power_of_ten(exponent.replace("−", "-"))
    return {"1": power, "−1": f"−{power}"}.get(mantissa, f"{mantissa}·{power}")


def power_of_ten(exponent: str) -> str:
    """Write 10⁻⁹ for "-09"."""
    return "10" + str(int(exponent)).translate(_SUPERSCRIPTS)


_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def shown_range(xs: Sequence[float]) -> str:
    """Write one number, or the smallest and the largest of several.

    >>> shown_range([2.0, -1.0, 0.5])
    '−1 … 2'
    """
    low, high = shown_number(min(xs)), shown_number(max(xs))
    return low if low == high else f"{low} … {high}"


def number_symbol(x: float) -> Expression:
    """Write a constant with all its digits; if it is long, its first digits and "…". It is never rounded.

    >>> number_symbol(1.00001).text, number_symbol(-1 / 3).text, number_symbol(12345678.9).text
    ('1.00001', '−0.3333…', '12345678.9')
    """
    if not isfinite(x) or len(Number(abs(x)).text) <= _LONGEST_NUMBER or x == int(x):
        return Number(x)
    mantissa, _, exponent = repr(abs(x)).partition("e")
    whole, _, digits = mantissa.partition(".")
    short = Symbol(f"{whole}.{digits[:4]}…" + (f"·{power_of_ten(exponent)}" if exponent else ""))
    return Apply(rows.neg, (short,)) if x < 0 else short


def shown_beside(formula: str, xs: Sequence[float]) -> str:
    """Return the numbers to show beside a formula, after = or ≈; empty if the formula is the number itself.

    >>> shown_beside("x", [1 / 3]), shown_beside("2", [2.0])
    ('≈ 0.3333', '')
    """
    if not xs or formula in (shown_range(xs), number_symbol(xs[0]).text):
        return ""
    return f"{equals(*xs)} {shown_range(xs)}"


def equals(*xs: float) -> str:
    """Return = if `shown_number` writes these numbers exactly, and ≈ if it rounds one.

    >>> equals(0.5, 2.0), equals(1 / 3)
    ('=', '≈')
    """
    return "=" if all(not isfinite(x) or isclose(float(f"{x:.4g}"), x, rel_tol=1e-15) for x in xs) else "≈"


def operation_text(row: Primitive, operands: Sequence[Expression]) -> str:
    """Write an operation in mathematical notation, its operands in order, without the middle of a long sum."""
    terms = len(operands) // 2 if row is rows.dot else len(operands) - len(row.constants)
    if row is rows.dot:
        return sum_text([Apply(rows.mul, (operands[i], operands[i + terms])) for i in range(terms)])
    if row is rows.sum_:
        return sum_text(operands)
    if not row.nary or terms <= _MOST_TERMS:
        return Apply(row, tuple(operands)).text
    return f"{row.notation.text}({operands[0].text}, …, {operands[terms - 1].text})"


def sum_text(terms: Sequence[Expression]) -> str:
    """Write a sum, without its middle if it is long; with Σ if all terms look alike.

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
    """Return the textbook local derivative for each operand; one that is too long for an edge is ∂v/∂x."""
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
