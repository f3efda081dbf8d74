"""Notation: how a primitive is written. These are the values of the table's ``notation`` column.

A notation describes the form; the printers of `autograd.expression` write it as text, LaTeX, MathML or Python, and add
parentheses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "function", "infix", "prefix", "fraction", "power", "exponential", "root", "fence", "products", "nothing"
]

# Precedences. An operand whose precedence is lower than its position requires gets parentheses.
SUM, MINUS, PRODUCT, POWER, ATOM = range(5)


@dataclass(frozen=True, slots=True)
class Notation:
    """One notation: its kind, its sign or name, its precedence, and the least precedence of its operands.

    ``operands`` has the least precedence of each operand in turn; its last entry applies to all further operands.
    ``shown`` is the number of operands that are printed (``None``: all of them).
    """

    kind: Kind
    text: str = ""
    latex: str = ""
    precedence: int = ATOM
    operands: tuple[int, ...] = (SUM,)
    shown: int | None = None


def function(text: str, latex: str | None = None, *, shown: int | None = None) -> Notation:
    """Return the notation ``tanh(x)``: a name and operands in parentheses. ``latex`` defaults to the upright name."""
    return Notation("function", text, latex or rf"\operatorname{{{text}}}".replace("_", r"\_"), shown=shown)


def infix(text: str, latex: str, precedence: int, *operands: int) -> Notation:
    """Return the notation ``a + b``: a sign between the operands."""
    return Notation("infix", text, latex, precedence, operands)


MINUS_SIGN = Notation("prefix", "−", "-", MINUS, (PRODUCT,))
FRACTION = Notation("fraction", "/", r"\frac", PRODUCT, (PRODUCT, POWER))
RAISED = Notation("power", "^", "^", POWER, (ATOM, POWER))
EXPONENTIAL = Notation("exponential", "e^", "e^", POWER, (ATOM,))
ROOT = Notation("root", "√", r"\sqrt", POWER, (ATOM,))
BARS = Notation("fence", "|", "|")
PRODUCTS = Notation("products", " + ", " + ", SUM, (PRODUCT,))  # w₁·x₁ + w₂·x₂ + …
NOTHING = Notation("nothing")  # the operand stands for itself
