"""Derivations: the chain rule from a result to a parameter, written out step by step.

`derive` writes a derivation, `name` names a node, and `named` names the nodes of a function after its local variables.
See docs/how-to/write-a-derivation.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..backprop import check_recorded
from ..naming import meant
from ..value import Value
from ..variables import named
from .derivation import Derivation, Style
from .higher import higher
from .network import Network
from .page import Step
from .symbolic import to_sympy

__all__ = ["Derivation", "Step", "derive", "name", "named", "to_sympy"]


def name(node: Value, label: str) -> Value:
    """Set a node's label, and return the node.

    >>> x = Value(2.0, label="x")
    >>> y = name(x * x, "y")
    >>> y.label
    'y'
    """
    node.label = label
    return node


def derive(
    y: Value,
    wrt: Value | str | list[Value | str] | tuple[Value | str, ...],
    *,
    style: Style | None = None,
    names: Mapping[Value, str] | None = None,
) -> Derivation:
    """Derive ∂y/∂wrt: the chain rule in named nodes, each factor as its formula, the numbers, the result.

    ``wrt`` is a Value or its label. Named nodes appear as symbols, and unnamed nodes are written out. ``names`` adds
    names to the labels. If only a few paths lead from ``y`` to ``wrt``, the derivative is the sum of their products.
    Otherwise, or with ``style="backprop"``, each node's derivative is written once, in terms of those of its users.

    >>> from autograd import sigmoid
    >>> w, x, t = Value(0.5, label="w1"), Value(2.0, label="x"), Value(1.0, label="y")
    >>> z = name(w * x, "z1")
    >>> a = name(sigmoid(z), "a1")
    >>> L = name((a - t) ** 2, "L")
    >>> print(derive(L, w))
    z₁ = w₁·x
    a₁ = σ(z₁)
    L = (a₁ − y)²
    <BLANKLINE>
    ∂L/∂w₁ = ∂L/∂a₁ · ∂a₁/∂z₁ · ∂z₁/∂w₁
           = 2(a₁ − y) · a₁(1 − a₁) · x
           ≈ 2(0.7311 − 1) · 0.7311(1 − 0.7311) · 2
           = −0.21150837113706686

    A list or tuple ``wrt`` asks for a derivative of higher order: ``derive(L, (w, w))`` derives ∂²L/∂w₁² from the
    formula for ∂L/∂w₁.
    """
    check_recorded(y)
    called = dict(names or {})
    if not isinstance(wrt, list | tuple):
        return Derivation(Network(y, meant(y, wrt, called, reader="derive"), called), style)
    return higher(y, [meant(y, x, called, reader="derive") for x in wrt], called, style)
