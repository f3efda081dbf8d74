"""Write a node of a graph as a formula in the named nodes below it, and its local derivatives in textbook form.

Named nodes become symbols, and unnamed nodes are written out. A formula that is too deep or too long is cut short with
"…", so this works on graphs of any size.

>>> from autograd import Value, tanh
>>> x, w = Value(2.0, label="x"), Value(0.5, label="w1")
>>> print(formula(tanh(w * x + 1)))
tanh(w₁·x + 1)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from . import primitives as rows
from .expression import MORE, Apply, Cases, Expression, Number, Prime, Symbol, Total, abridged, names
from .primitives import Primitive
from .value import Value

Names: TypeAlias = Mapping[Value, str]
Operands: TypeAlias = Callable[[Value, int], Expression]
"""Returns the expression for operand i of a node."""

DEEPEST = 12
LARGEST = 40
"""The greatest depth of a formula, and the largest number of operations in it."""
_SUMS = (rows.add, rows.sum_)


def name_of(node: Value, called: Names | None = None) -> str | None:
    """Return a node's name in ``called``, or else its label."""
    return (called or {}).get(node) or node.label


def symbol_for(node: Value | float, called: Names | None = None) -> Expression | None:
    """Return the symbol of a named node, or the number of an unnamed leaf or a constant; otherwise None."""
    if not isinstance(node, Value):
        return Number(float(node))
    if name := name_of(node, called):
        return Symbol(name)
    return None if node.operands else Number(node.data)


def formula(node: Value | float, called: Names | None = None, *, size: int = LARGEST) -> Expression:
    """Return the formula that computed a node, in the named nodes below it. ``called`` adds names to the labels.

    >>> from autograd import Value
    >>> x = Value(2.0, label="x")
    >>> y = x * x
    >>> y.label = "y"
    >>> formula(y).text, formula(y + 1).text
    ('x·x', 'y + 1')
    """
    return Writer(called, size).made(node)


def in_place(node: Value | float, called: Names | None = None, *, size: int = LARGEST) -> Expression:
    """Return a node's symbol, or its formula if it has no name."""
    return Writer(called, size).written(node)


def local_derivatives(node: Value, called: Names | None = None) -> list[Expression | None]:
    """Return the textbook derivative of a node with respect to each operand; None for a constant operand.

    >>> from autograd import Value, sigmoid
    >>> z = Value(0.0, label="z1")
    >>> a = sigmoid(z)
    >>> a.label = "a1"
    >>> print(local_derivatives(a)[0])
    a₁·(1 − a₁)
    """
    return slopes(node, in_place(node, called), lambda x, i: in_place(x.operands[i], called))


def slopes(node: Value, output: Expression, operand: Operands) -> list[Expression | None]:
    """Return the local derivatives of a node, given the expressions for the node and for its operands."""
    row, partials = node.primitive, node.partials
    if row is None or not partials:
        return []
    operands: list[Any] = [operand(node, i) for i in range(len(partials))]
    for i in range(len(operands) - len(row.constants), len(operands)):
        operands[i] = node.operands[i]  # a plain number, which a rule may test with if
    try:
        shown = list(row.shown(names, output, *operands))
    except (TypeError, AttributeError, ValueError):  # a rule that cannot be called with names
        shown = [None] * len(partials)
    shown += [None] * (len(partials) - len(shown))
    return [_slope(row, operands, d, number) for d, number in zip(shown, partials, strict=True)]


def _slope(row: Primitive, operands: Sequence[Any], shown: Any, number: float | None) -> Expression | None:
    if number is None:
        return None
    if shown is None:
        return Prime(row, tuple(operands[: len(operands) - len(row.constants)]), Number(number))
    slope = shown if isinstance(shown, Expression) else Number(float(shown))
    if isinstance(slope, Cases) and is_function(row):  # write ReLU′(q)
        return Prime(row, (operands[0],), slope)
    return slope


def at_kink(node: Value) -> bool:
    """Return whether a node is at a kink of its primitive, where the local derivative is a convention.

    >>> from autograd import Value, relu
    >>> at_kink(relu(Value(0.0))), at_kink(relu(Value(1.0)))
    (True, False)
    """
    numbers = [x.data if isinstance(x, Value) else x for x in node.operands]
    return node.primitive is not None and any(kink.gap(*numbers) == 0.0 for kink in node.primitive.kinks)


def is_function(row: Primitive) -> bool:
    """Return whether a row is written f(x), so that its derivative can be written f′(x)."""
    return row.notation.kind == "function" and not row.nary and len(row.operands) - len(row.constants) == 1


def addends(node: Value, called: Names | None = None) -> list[tuple[Value, int]]:
    """Return the terms of a sum written with + or `sum`: ``a + b + c`` has three terms, although it is two nodes.

    Each term is a node and an operand index. A partial sum that is used twice is one term, as in ``s + s``.
    """

    def is_part(x: Value | float) -> bool:
        return isinstance(x, Value) and bool(x.operands) and x.primitive in _SUMS and not name_of(x, called)

    uses: dict[Value | float, int] = {}
    parts = [node]
    for part in parts:  # the loop appends to it
        for x in part.operands:
            if is_part(x):
                uses[x] = uses.get(x, 0) + 1
                if uses[x] == 1:
                    assert isinstance(x, Value)
                    parts.append(x)
    terms: list[tuple[Value, int]] = []
    waiting = [(node, i) for i in reversed(range(len(node.operands)))]
    while waiting:
        owner, i = waiting.pop()
        x = owner.operands[i]
        if isinstance(x, Value) and uses.get(x) == 1:
            waiting += [(x, k) for k in reversed(range(len(x.operands)))]
        elif isinstance(x, Value) or x != 0.0:  # skip the 0 that Python's sum() starts with
            terms.append((owner, i))
    return terms


class Writer:
    """Writes a formula with a limited number of nodes, and "…" for the rest."""

    def __init__(self, called: Names | None = None, size: int = LARGEST) -> None:
        self.called = called
        self.left = size

    def written(self, node: Value | float, depth: int = DEEPEST) -> Expression:
        """Return a node's symbol, or its formula if it has no name."""
        symbol = symbol_for(node, self.called)
        return self.made(node, depth) if symbol is None else symbol

    def operand(self, node: Value, i: int, depth: int = DEEPEST) -> Expression:
        """Return the expression for an operand of a node."""
        return self.written(node.operands[i], depth)

    def made(self, node: Value | float, depth: int = DEEPEST) -> Expression:
        """Return the formula that computed a node, even if the node has a name."""
        row = node.primitive if isinstance(node, Value) and node.operands else None
        if row is None or not isinstance(node, Value):
            symbol = symbol_for(node, self.called)
            return MORE if symbol is None else symbol
        self.left -= 1
        if depth <= 0 or self.left < 0:
            return MORE
        if row in _SUMS:
            return total([partial(self.operand, owner, i, depth - 1) for owner, i in addends(node, self.called)])
        operands = node.operands
        if row is rows.dot:
            return total([partial(self._pair, node, i, depth - 1) for i in range(len(operands) // 2)])
        split = len(operands) - len(row.constants)
        written = [self.operand(node, i, depth - 1) for i in range(split)]
        return Apply(row, (*written, *[Number(float(x)) for x in operands[split:] if not isinstance(x, Value)]))

    def _pair(self, node: Value, i: int, depth: int) -> Expression:
        half = len(node.operands) // 2
        return Apply(rows.mul, (self.operand(node, i, depth), self.operand(node, half + i, depth)))


def total(terms: Sequence[Callable[[], Expression]]) -> Expression:
    """Return a sum, without its middle if it is long."""
    if not terms:
        return Number(0.0)
    written: list[Expression] = []
    for write in abridged(terms, _left_out):
        term = write()
        written += term.terms if isinstance(term, Total) else (term,)
    return Total(tuple(written))


def _left_out() -> Expression:
    return MORE
