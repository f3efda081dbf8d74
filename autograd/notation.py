"""How a primitive is written: the vocabulary of the table's ``notation`` column.

A notation says what stands on the page; expression.py prints it as text, LaTeX or Python and sets the parentheses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "function", "infix", "prefix", "fraction", "power", "exponential", "root", "fence", "products", "nothing"
]

# How tightly a form holds together: an operand that holds less tightly than its place asks for gets parentheses.
SUM, MINUS, PRODUCT, POWER, ATOM = range(5)


@dataclass(frozen=True, slots=True)
class Notation:
    """One form on the page: its kind, its sign or name, how tightly it holds, and how tightly each operand must.

    ``operands`` gives the least precedence for each operand in turn; the last one serves for all that follow. ``shown``
    is the number of operands that appear when the form is printed for a reader (``None``: all of them).
    """

    kind: Kind
    text: str = ""
    latex: str = ""
    precedence: int = ATOM
    operands: tuple[int, ...] = (SUM,)
    shown: int | None = None


def function(text: str, latex: str | None = None, *, shown: int | None = None) -> Notation:
    """``tanh(x)``: a name and its operands in parentheses. ``latex`` defaults to the name set upright."""
    return Notation("function", text, latex or rf"\operatorname{{{text}}}".replace("_", r"\_"), shown=shown)


def infix(text: str, latex: str, precedence: int, *operands: int) -> Notation:
    """``a + b``: a sign between the operands."""
    return Notation("infix", text, latex, precedence, operands)


MINUS_SIGN = Notation("prefix", "−", "-", MINUS, (PRODUCT,))
FRACTION = Notation("fraction", "/", r"\frac", PRODUCT, (PRODUCT, POWER))
RAISED = Notation("power", "^", "^", POWER, (ATOM, POWER))
EXPONENTIAL = Notation("exponential", "e^", "e^", POWER, (ATOM,))
ROOT = Notation("root", "√", r"\sqrt", POWER, (ATOM,))
BARS = Notation("fence", "|", "|")
PRODUCTS = Notation("products", " + ", " + ", SUM, (PRODUCT,))  # w₁·x₁ + w₂·x₂ + …
NOTHING = Notation("nothing")  # the operand stands for itself
