"""SymPy as an oracle: what is derived is, as a formula, the derivative that SymPy finds. And to_sympy."""

from __future__ import annotations

import sys

import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import Value, ancestry, dot, exp, gradients, log, relu, sigmoid, sin, sqrt, tanh
from autograd.derive import derive, named, symbolic, to_sympy
from autograd.expression import Apply, Number, Partial, Series, Symbol, Total
from autograd.primitives import remove_row, table
from autograd.testing import points_for
from autograd.value import apply
from tests.autograd.derive.test_derivation import graphs

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


# --- to_sympy ---------------------------------------------------------------------------------------------------------


REAL = {name: sympy.Symbol(name, real=True) for name in ("w", "x", "y", "z", "w_1", "x[0]", "x[1]", "x[2]", "b")}


def number(e, **at):
    """The number that a SymPy expression stands for."""
    exact = {REAL.get(name, sympy.Symbol(name)): sympy.Rational(value) for name, value in at.items()}
    return float(e.xreplace(exact).evalf(40))


@given(st.sampled_from(list(table.values())), st.data())
def test_each_row_and_its_derivatives(row, data):
    numbers = data.draw(points_for(row))
    free = len(numbers) - len(row.constants)
    assume(free <= 4 and all(abs(x) < 20 for x in numbers))
    assume(not any(abs(kink.gap(*numbers)) < 1e-6 for kink in row.kinks))
    leaves = [Value(x, label=name) for x, name in zip(numbers[:free], "wxyz", strict=False)]
    y = apply(row, [*leaves, *numbers[free:]])
    at = {x.label: x.data for x in leaves}
    ours = to_sympy(y, REAL)
    assert number(ours, **at) == pytest.approx(y.data, rel=1e-12, abs=1e-12)
    for x, slope in zip(leaves, gradients(y, leaves), strict=True):
        for found in (ours.diff(REAL[x.label]), derive(y, x).to_sympy(REAL)):
            assert number(found, **at) == pytest.approx(slope, rel=1e-9, abs=1e-9)


@given(graphs(), st.sampled_from([None, "backprop"]))
def test_what_is_derived_is_sympy_s_derivative(graph, style):
    y, x = graph
    assume(y.operands and x.label and y.label != x.label and len(ancestry(y)) <= 9)  # of more SymPy makes long work
    assume(not any(node.primitive.kinks for node in ancestry(y) if node.primitive))
    at = {node.label: node.data for node in ancestry(y) if not node.operands and node.label}
    derived = derive(y, x, style=style).to_sympy(REAL)
    assert number(derived, **at) == pytest.approx(gradients(y, x), rel=1e-9, abs=1e-9)
    difference = derived - to_sympy(y, REAL).diff(REAL[x.label])
    for moved in (-0.75, 0.5, 1.25):  # the same function, and not only the same number
        there = {name: value + moved for name, value in at.items()}
        assert number(difference, **there) == pytest.approx(0.0, abs=1e-6 * (1.0 + abs(number(derived, **there))))


def test_a_sum_over_samples_is_written_out():
    def mse(w, b, x):
        z = [w * each + b for each in x]
        return sum(tanh(each) ** 2 for each in z) / len(x)

    y = named(mse, 0.5, 0.1, [1.0, 2.0, 3.0])
    w = next(node for node in ancestry(y) if node.label == "w")
    expected = to_sympy(y, REAL).diff(REAL["w"])
    for derivation in (derive(y, w), derive(y, w).backprop):
        assert "Σⱼ" in derivation.text
        assert (derivation.to_sympy(REAL) - expected).expand().simplify() == 0


def test_what_it_is_differentiated_by_stays_a_symbol():
    z = Value(0.5, label="w") * Value(2.0, label="x")
    z.label = "z"
    y = z**3
    assert derive(y, z).to_sympy() == 3 * sympy.Symbol("z") ** 2
    assert to_sympy(y) == (sympy.Symbol("w") * sympy.Symbol("x")) ** 3


def test_a_second_derivative():
    w = Value(0.5, label="w")
    y = sin(w) * w
    assert (derive(y, (w, w)).to_sympy() - to_sympy(y).diff("w", 2)).simplify() == 0


def test_numbers_are_what_their_digits_say():
    assert to_sympy(Value(2.0, label="x") * 0.1) == sympy.Symbol("x") / 10
    assert to_sympy(Value(0.3)) == sympy.Rational(3, 10)
    assert to_sympy(Value(float("inf"))) == sympy.oo


def test_formulas():
    x, y = Symbol("x"), Symbol("y")
    sx, sy = sympy.symbols("x y")
    assert to_sympy((x + y) * 2 - x**2) == (sx + sy) * 2 - sx**2
    assert to_sympy(Total((x, Number(1.0)))) == sx + 1
    assert to_sympy(Series("j", 3, x)) == 3 * sx
    assert to_sympy(Partial("L", ("w",))) == sympy.Symbol("dL_dw")
    at_zero = derive(relu(Value(1.0, label="x"), at_zero=0.5), "x").to_sympy()
    assert [at_zero.subs("x", c) for c in (-1, 0, 1)] == [0, sympy.Rational(1, 2), 1]
    assert to_sympy(Apply(table["dot"], (x, y, x, y))) == sx**2 + sy**2


def test_a_row_of_ones_own_goes_by_its_rule():
    @autograd.primitive
    def swish(m, x):
        s = m.sigmoid(x)
        return x * s, s + 0.5 * x

    try:
        x = sympy.Symbol("x")
        assert to_sympy(swish(swish(Value(2.0, label="x")))).subs("x", 0) == 0
        assert (to_sympy(swish(Value(2.0, label="x"))) - x / (1 + sympy.exp(-x))).simplify() == 0
    finally:
        remove_row("swish")


def test_two_inputs_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two inputs are called 'x', and SymPy identifies symbols by name"):
        to_sympy(dot([Value(1.0, label="x")], [Value(2.0, label="x")]))


def test_without_sympy_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)
    symbolic._sympy.cache_clear()
    with pytest.raises(ImportError, match="pip install sympy"):
        to_sympy(Value(1.0))
    symbolic._sympy.cache_clear()
