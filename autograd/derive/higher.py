"""Derivatives of higher order: derive the gradient, whose graph is built from the textbook local derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..backprop import ancestry, differentiable_partials, gradients, leading_to
from ..expression import Apply, Cases, Expression, Number, Partial, Prime, Symbol
from ..expression.evaluate import holds
from ..formula import slopes
from ..recording import recording
from ..value import Value, apply
from .derivation import Derivation, Style
from .network import Network


def higher(y: Value, wrt: Sequence[Value], called: Mapping[Value, str], style: Style | None) -> Derivation:
    """Differentiate ``y`` with respect to each of ``wrt`` in turn, and return the last derivation."""
    if not wrt:
        raise TypeError("derive needs a Value to differentiate with respect to, or its label, or several of these")
    called = dict(called)
    names = Network(y, wrt[0], called).called
    of, by = names[y], tuple([names.get(x) or x.label or "x" for x in wrt])
    called.update({node: name for node, name in names.items() if node.label is None})
    slope = value = y
    with recording():
        for x in wrt[:-1]:
            slope = _gradient(slope, x, called)
            value = gradients(value, x, create_graph=True)
    derivation = Derivation(Network(slope, wrt[-1], called), style, Partial(of, by) if len(wrt) > 1 else None)
    derivation.value = gradients(value, wrt[-1])
    return derivation


def _gradient(y: Value, wrt: Value, called: dict[Value, str]) -> Value:
    """Return ∂y/∂wrt as a graph of textbook local derivatives, and name the derivatives of named nodes."""
    order = ancestry(y)
    needed = leading_to([wrt], order)
    of = called.get(y) or y.label or "y"
    found: dict[Value, Any] = {y: 1.0}
    for node in order:
        slope = found.get(node)
        if node not in needed or slope is None:
            continue
        name = called.get(node) or node.label
        if isinstance(slope, Value) and name and slope not in called and slope.label is None:
            called[slope] = f"∂{_behind(of)}/∂{_behind(name)}"
        if node is wrt:
            break
        for x, partial, recorded in zip(node.operands, _partials(node), node.partials, strict=True):
            if isinstance(x, Value) and recorded is not None and x in needed:
                share = _times(slope, partial)
                found[x] = found[x] + share if x in found else share
    result = found.get(wrt, 0.0)
    return result if isinstance(result, Value) else Value(result)


def _behind(name: str) -> str:
    """Put a name that follows a ∂ in parentheses, if it is itself a derivative."""
    return f"({name})" if "∂" in name else name


def _partials(node: Value) -> list[Any]:
    """Compute the textbook local derivatives on Values; the rule's derivatives where that fails."""
    if node.primitive is None or not node.operands:
        return []
    meaning: dict[str, Any] = {str(i): x for i, x in enumerate(node.operands)} | {"output": node}
    try:
        written = slopes(node, Symbol("output"), lambda _, i: Symbol(str(i)))
        return [None if e is None else _computed(e, meaning) for e in written]
    except (ArithmeticError, ValueError):
        return differentiable_partials(node)


def _computed(e: Expression, meaning: Mapping[str, Any]) -> Any:
    """Compute a formula as nodes of a graph."""
    if isinstance(e, Symbol):
        return meaning[e.name]
    if isinstance(e, Number):
        return e.value
    if isinstance(e, Prime):
        return _computed(e.meaning, meaning)
    if isinstance(e, Cases):
        holds_here = holds(e.condition, lambda x, _: _number(meaning[x.python]))
        return _computed(e.here if holds_here else e.elsewhere, meaning)
    assert isinstance(e, Apply)
    return apply(e.row, [_computed(x, meaning) for x in e.operands])


def _number(x: Value | float) -> float:
    return x.data if isinstance(x, Value) else x


def _times(slope: Any, partial: Any) -> Any:
    if not isinstance(partial, Value) and partial == 1:
        return slope
    if not isinstance(slope, Value) and slope == 1:
        return partial
    return slope * partial
