"""SymPy as an oracle: what is derived is, as a formula, the derivative that SymPy finds."""

from __future__ import annotations

import pytest
import sympy

from autograd import Value, ancestry, exp, log, sigmoid, sin, sqrt, tanh
from autograd.derive import derive

MEANING = {
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    **{f: getattr(sympy, f) for f in ("tanh", "exp", "log", "sin", "cos", "sqrt", "sign")},
}

FORMULAS = {
    "squared error": lambda w, x, y: (tanh(w * x) - y) ** 2,
    "log loss": lambda w, x, y: -((1 - y) * log(1 - sigmoid(w * x)) + y * log(sigmoid(w * x))),
    "quotient": lambda w, x, y: (w + x) / (w * w + y * y),
    "power": lambda w, x, y: (w * x + 1) ** 3 * w - w**-2,
    "composed": lambda w, x, y: exp(-w * sin(x * w)) + sqrt(w * y + 2),
}


@pytest.mark.parametrize("f", FORMULAS.values(), ids=FORMULAS.keys())
def test_derived_formulas_are_sympy_s(f):
    values = [Value(number, label=label) for number, label in ((0.7, "w"), (0.4, "x"), (0.3, "y"))]
    w, x, y = symbols = sympy.symbols("w x y", positive=True)
    loss = f(*values)
    loss.label = "L"
    derivation = derive(loss, values[0])
    named = {"L": _graph(loss, dict(zip(values, symbols, strict=True)))}
    ours = sympy.sympify(derivation.python, locals={**MEANING, **named, "w": w, "x": x, "y": y})
    assert sympy.simplify(sympy.nsimplify(ours - sympy.diff(named["L"], w))).equals(0)


def _graph(loss, symbols):
    """The graph itself in SymPy, from the engine's operations and not from what is printed."""
    operations = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "pow": lambda a, b: a**b,
        **MEANING,
    }
    made = dict(symbols)
    for node in reversed(ancestry(loss)):
        if node.operands:
            operands = [made[n] if isinstance(n, Value) else sympy.nsimplify(n) for n in node.operands]
            made[node] = operations[node.primitive.name](*operands)
    return made[loss]
