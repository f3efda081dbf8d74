"""SymPy: convert graphs and formulas to SymPy expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from itertools import product
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..backprop import ancestry
from ..expression import Apply, Cases, Expression, Number, Partial, Prime, Product, Relation, Series, Symbol, Total
from ..primitives import Mathematics, Primitive
from ..value import Value
from . import chain

if TYPE_CHECKING:
    from .network import Network

Symbols = Mapping[str, Any]
"""SymPy symbols by name."""
Meaning = Callable[[Symbol | Partial, Mapping[str, int]], Any]
"""Returns the SymPy expression for a name, given the values of the indices."""

_ALIKE = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "sign")  # same names in SymPy
_RELATIONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def to_sympy(x: Value | Expression, symbols: Symbols | None = None) -> Any:
    """Convert a node of a graph, or a formula, to a SymPy expression.

    A graph is expanded down to its leaves. A named leaf, or a name in a formula, becomes a symbol of that name, or the
    symbol that ``symbols`` has for the name (for instance a real one). A leaf without a name becomes its number.
    Numbers become exact fractions of their decimal digits: 0.1 is 1/10.

    >>> from autograd import sigmoid
    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> to_sympy(sigmoid(w * x) / 2).diff("w").subs({"w": 0, "x": 8})
    1
    """
    if isinstance(x, Value):
        return _nodes(ancestry(x), {}, symbols or {})[x]
    return _formula(x, lambda name, _: _symbol(name.name if isinstance(name, Symbol) else name.python, symbols or {}))


def derivative(network: Network, formula: Expression | None, symbols: Symbols) -> Any:
    """Convert the result of a derivation: its formula, or else its formulas for the nodes in the order of backprop."""
    alone = {node: name for node, name in network.called.items() if node not in network.samples.called}
    nodes = _nodes(network.order, {**network.given, **alone}, symbols, network.wrt)
    slopes: dict[tuple[Value, tuple[int, ...]], Any] = {}
    letters = network.samples.letters

    def meaning(name: Symbol | Partial, at: Mapping[str, int]) -> Any:
        x = network.symbols[name.name if isinstance(name, Symbol) else name.by[0]]
        if isinstance(x, tuple):
            return _number(network.samples.number_at(x, at))
        if isinstance(name, Symbol):
            return nodes[network.samples.node_at(x, at)]
        return slopes[x, tuple([at[letter] for letter in letters.get(x, "")])]

    if formula is not None:
        return _formula(formula, meaning)
    for node in network.named:
        if node is network.y:
            slopes[node, ()] = _number(1.0)
            continue
        rule = chain.local(network, node)
        for places in product(*[range(network.samples.by_letter(letter).count) for letter in letters.get(node, "")]):
            slopes[node, places] = _formula(rule, meaning, dict(zip(letters.get(node, ""), places, strict=True)))
    return slopes.get((network.wrt, ()), _number(0.0))


def _nodes(
    order: Sequence[Value], given: Mapping[Value, str], symbols: Symbols, wrt: Value | None = None
) -> dict[Value, Any]:
    """Convert each node of ``order``, which has users before operands. ``wrt`` is a symbol even if it was computed."""
    made: dict[Value, Any] = {}
    owners: dict[str, Value] = {}
    for node in reversed(order):
        if node.primitive is not None and node.operands and node is not wrt:
            operands = [made[x] if isinstance(x, Value) else x for x in node.operands]
            made[node] = _applied(node.primitive, *operands)
            continue
        name = given.get(node) or node.label
        if name and owners.setdefault(name, node) is not node:
            raise ValueError(f"two inputs are called {name!r}, and SymPy identifies symbols by name: rename one")
        made[node] = _symbol(name, symbols) if name else _number(node.data)
    return made


def _formula(e: Expression, meaning: Meaning, at: Mapping[str, int] | None = None) -> Any:
    at = at or {}
    if isinstance(e, Symbol | Partial):
        return meaning(e, at)
    if isinstance(e, Number):
        return _number(e.value)
    if isinstance(e, Prime):
        return _formula(e.meaning, meaning, at)
    if isinstance(e, Series):
        return _sympy().Add(*[_formula(e.body, meaning, {**at, e.index: place}) for place in range(e.count)])
    parts = [_formula(part, meaning, at) for part in e.parts]
    if isinstance(e, Apply):
        free = len(parts) - len(e.row.constants)
        constants = [x.value if isinstance(x, Number) else part for x, part in zip(e.operands, parts, strict=True)]
        return _applied(e.row, *parts[:free], *constants[free:])
    if isinstance(e, Product):
        return _sympy().Mul(*parts)
    if isinstance(e, Total):
        return _sympy().Add(*parts)
    if isinstance(e, Cases):
        return _where(*parts)
    assert isinstance(e, Relation)
    return _RELATIONS[e.sign](*parts) if e.sign in _RELATIONS else _sympy().Eq(*parts)


def _symbol(name: str, symbols: Symbols) -> Any:
    return symbols.get(name, _sympy().Symbol(name))


def _number(x: float) -> Any:
    return _sympy().Rational(repr(x)) if isfinite(x) else _sympy().Float(x)


def _exact(x: Any) -> Any:
    """Return an operand, with a float converted to a fraction."""
    return _number(x) if isinstance(x, float) else x


# --- primitives -------------------------------------------------------------------------------------------------------


@cache
def _sympy() -> Any:
    try:
        return import_module("sympy")
    except ImportError as error:
        raise ImportError("to_sympy needs SymPy, which is not installed: pip install sympy") from error


def _applied(row: Primitive, *operands: Any) -> Any:
    """Apply a row to SymPy expressions."""
    if row.name in _forms():
        return _forms()[row.name](*map(_exact, operands))
    if row.base is not None:
        return _sympy().Function(row.name)(*map(_exact, operands))
    free = len(operands) - len(row.constants)
    value = row.rule(_mathematics(), *map(_exact, operands[:free]), *operands[free:])[0]
    return _sympy().nsimplify(value, rational=True) if value.has(_sympy().Float) else value


@cache
def _mathematics() -> Mathematics:
    """Return the functions that rules use, on SymPy expressions."""
    functions = {**_forms(), "sum": lambda xs: _sympy().Add(*map(_exact, xs))}
    return Mathematics(
        kind="SymPy expressions",
        make=lambda row: partial(_applied, row),
        magnitude=_sympy().Abs,
        where=_where,
        **functions,
    )


def _where(condition: Any, x: Any, y: Any) -> Any:
    return _sympy().Piecewise((_exact(x), condition), (_exact(y), True))


@cache
def _forms() -> Mapping[str, Callable[..., Any]]:
    """Return the functions that rules use, and the rows whose textbook form differs from their rule."""
    s = _sympy()

    def logsumexp(*xs: Any) -> Any:
        return s.log(s.Add(*map(s.exp, xs)))

    return {
        **{name: getattr(s, name) for name in _ALIKE},
        "abs": s.Abs,
        "expm1": lambda x: s.exp(x) - 1,
        "log1p": lambda x: s.log(1 + x),
        "pow": lambda x, exponent: x ** _exact(exponent),
        "power": operator.pow,
        "normal_pdf": lambda x: s.exp(-(x**2) / 2) / s.sqrt(2 * s.pi),
        "normal_cdf": lambda x: s.erfc(-x / s.sqrt(2)) / 2,
        "sum": s.Add,
        "dot": lambda *both: s.Add(*map(operator.mul, both[: len(both) // 2], both[len(both) // 2 :])),
        "maximum": s.Max,
        "minimum": s.Min,
        "sech_squared": lambda x: 1 / s.cosh(x) ** 2,
        "sigmoid": lambda x: 1 / (1 + s.exp(-x)),
        "logsigmoid": lambda x: -s.log(1 + s.exp(-x)),
        "softplus": lambda x: s.log(1 + s.exp(x)),
        "relu": lambda x, at_zero=0: _where(x > 0, x, 0.0),
        "leaky_relu": lambda x, alpha=0.01, at_zero=0: _where(x > 0, x, _exact(alpha) * x),
        "logsumexp": logsumexp,
        "softmax_cross_entropy": lambda *xs: logsumexp(*xs[:-1]) - xs[int(xs[-1])],
        "binary_cross_entropy_with_logits": lambda x, t: s.log(1 + s.exp(x)) - t * x,
    }
