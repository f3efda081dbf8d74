r"""Expressions: formulas as trees, which print as text, LaTeX, MathML or Python.

A row's rule, and its ``shown`` (the derivatives in textbook form), are functions. Called with names instead of numbers,
they return an expression. Printers add parentheses only where they are needed:

>>> from autograd.primitives import table
>>> x = Symbol("x")
>>> [slope] = table["tanh"].shown(names, names.tanh(x), x)
>>> print(slope.text, slope.latex, slope.python, sep="\n")
1 − tanh² x
1 - \tanh^{2} x
1.0 - tanh(x)**2.0
"""

from .mathml import math
from .tree import (
    LONGEST,
    MORE,
    Apply,
    Cases,
    Expression,
    Number,
    Partial,
    Prime,
    Product,
    Relation,
    Series,
    Symbol,
    Total,
    abridged,
    names,
)

__all__ = [
    "LONGEST",
    "MORE",
    "Apply",
    "Cases",
    "Expression",
    "Number",
    "Partial",
    "Prime",
    "Product",
    "Relation",
    "Series",
    "Symbol",
    "Total",
    "abridged",
    "math",
    "names",
]
