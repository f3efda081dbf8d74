"""Notation: each row as text, LaTeX and Python, with parentheses only where they are needed."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd.expression import Apply, Number, Symbol, names
from autograd.floats import floats
from autograd.primitives import table

PUBLIC = {name: getattr(autograd, name) for name in autograd.__all__}
x, y, z = Symbol("x"), Symbol("y"), Symbol("z")


def example(row):
    """A row applied to names, its operands, and numbers for the names at which it is defined."""
    count = 4 if row.nary else len(row.operands) - len(row.constants)
    symbols = [Symbol(f"x_{i + 1}") for i in range(count)]
    constants = [choices[0] for choices in row.constants.values()]
    numbers = dict(zip([s.name for s in symbols], (0.7, 0.3, 0.2, 0.9), strict=False))
    return Apply(row, (*symbols, *map(Number, constants))), symbols, constants, numbers


@pytest.mark.parametrize("row", table.values(), ids=lambda row: row.name)
def test_what_is_written_is_what_is_computed(row):
    """The value, and each derivative as people write it, printed as Python and run."""
    formula, symbols, constants, numbers = example(row)
    value, *partials = row.rule(floats, *numbers.values(), *constants)
    run = {**PUBLIC, **vars(math), **numbers} if row.name == "identity" else {**PUBLIC, **numbers}
    assert eval(formula.python, run) == pytest.approx(value, rel=1e-14)
    for shown, partial in zip(row.shown(names, formula, *symbols, *constants), partials, strict=True):
        assert eval(getattr(shown, "python", repr(shown)), run) == pytest.approx(partial, rel=1e-13)


@pytest.mark.parametrize("row", table.values(), ids=lambda row: row.name)
def test_every_row_has_a_text_and_balanced_latex(row):
    formula, symbols, constants, _ = example(row)
    shown = [s for s in row.shown(names, formula, *symbols, *constants) if not isinstance(s, int)]
    for e in (formula, *shown):
        assert e.text == str(e)
        assert "operatorname{}" not in e.latex
        for opening, closing in ("{}", "()"):
            assert e.latex.count(opening) == e.latex.count(closing)
        assert e.latex.count(r"\left") == e.latex.count(r"\right")
        assert not set(e.latex) & set("₁²−·σ"), "LaTeX has commands for these"


@pytest.mark.parametrize(
    ("formula", "text", "latex"),
    [
        (x + y - z, "x + y − z", "x + y - z"),
        (x - (y - z), "x − (y − z)", "x - (y - z)"),
        (x - (y + z), "x − (y + z)", "x - (y + z)"),
        (x * (y + z), "x·(y + z)", r"x \cdot (y + z)"),
        (x * y * z, "x·y·z", r"x \cdot y \cdot z"),
        (x * (y * z), "x·(y·z)", r"x \cdot (y \cdot z)"),
        (x / y / z, "x/y/z", r"\frac{\frac{x}{y}}{z}"),
        (x / (y * z), "x/(y·z)", r"\frac{x}{y \cdot z}"),
        ((x + 1) / (y - 1), "(x + 1)/(y − 1)", r"\frac{x + 1}{y - 1}"),
        (-x + y, "−x + y", "-x + y"),
        (x + -y, "x + (−y)", "x + (-y)"),
        (-(x + y), "−(x + y)", "-(x + y)"),
        (-(x * y), "−x·y", r"-x \cdot y"),
        ((-x) * y, "(−x)·y", r"(-x) \cdot y"),
        (2 * x, "2·x", r"2 \cdot x"),
        (x * -2, "x·(−2)", r"x \cdot (-2)"),
        (x**2, "x²", "x^{2}"),
        (x**-1, "x⁻¹", "x^{-1}"),
        (x**0.5, "x^0.5", "x^{0.5}"),
        ((-x) ** 2, "(−x)²", "(-x)^{2}"),
        (-(x**2), "−x²", "-x^{2}"),
        ((x**2) ** 3, "(x²)³", "(x^{2})^{3}"),
        (x ** (y + 1), "x^(y + 1)", "x^{y + 1}"),
        (2**x, "2^x", "2^{x}"),
        ((x / y) ** 2, "(x/y)²", r"\left(\frac{x}{y}\right)^{2}"),
        (names.tanh(x) ** 2, "tanh² x", r"\tanh^{2} x"),
        (names.tanh(x + y) ** 2, "tanh²(x + y)", r"\tanh^{2}(x + y)"),
        (names.exp(-x), "e^(−x)", "e^{-x}"),
        (names.sqrt(x + 1), "√(x + 1)", r"\sqrt{x + 1}"),
        (names.abs(x - y), "|x − y|", r"\left|x - y\right|"),
        (names.dot(x, y, z, 2), "x·z + y·2", r"x \cdot z + y \cdot 2"),
        (names.dot(x + 1, z) * 2, "(x + 1)·z·2", r"(x + 1) \cdot z \cdot 2"),
        (names.sum([x, y]) * z, "(x + y)·z", r"(x + y) \cdot z"),
        (names.leaky_relu(x, 0.1, 0.0), "LeakyReLU(x, 0.1)", r"\operatorname{LeakyReLU}(x, 0.1)"),
        (names.where(x >= 0, 1, 0), "{1 if x ≥ 0; 0 otherwise}", None),
        (x * 1e-9, "x·1e−09", r"x \cdot 1 \times 10^{-9}"),
    ],
)
def test_parentheses_and_signs(formula, text, latex):
    assert formula.text == text
    assert latex is None or formula.latex == latex


@pytest.mark.parametrize(
    ("name", "text", "latex"),
    [
        ("w", "w", "w"),
        ("w1", "w₁", "w_{1}"),
        ("w_12", "w₁₂", "w_{12}"),
        ("alpha", "α", r"\alpha"),
        ("theta_0", "θ₀", r"\theta_{0}"),
        ("loss", "loss", r"\mathrm{loss}"),
        ("a b", "a b", r"\text{a b}"),
        (r"50%_{\x}", r"50%_{\x}", r"\text{50\%\_\{\textbackslash{}x\}}"),
        ("한글", "한글", r"\text{한글}"),
    ],
)
def test_names(name, text, latex):
    assert (Symbol(name).text, Symbol(name).latex) == (text, latex)


def test_a_formula_is_not_a_fact():
    with pytest.raises(TypeError, match=r"x > 0 is a formula.*m.where"):
        bool(x > 0)


ONE, TWO = ("neg", "tanh", "exp", "abs", "sin"), ("add", "sub", "mul", "maximum")
formulas = st.recursive(
    st.sampled_from([x, y]) | st.floats(-3, 3).map(Number),
    lambda inner: (
        st.builds(lambda row, a: Apply(table[row], (a,)), st.sampled_from(ONE), inner)
        | st.builds(lambda row, a, b: Apply(table[row], (a, b)), st.sampled_from(TWO), inner, inner)
        | st.builds(lambda a: a**2, inner)
        | st.builds(lambda a, b: a / b, inner, st.sampled_from([Number(2.0), Number(-0.5)]))
    ),
    max_leaves=12,
)


def evaluate(e, numbers):
    if isinstance(e, Symbol):
        return numbers[e.name]
    if isinstance(e, Number):
        return e.value
    return e.row.rule(floats, *[evaluate(operand, numbers) for operand in e.operands])[0]


@given(formulas, st.floats(-2, 2), st.floats(-2, 2))
def test_python_that_is_printed_computes_the_same_number(formula, a, b):
    numbers = {"x": a, "y": b}
    try:
        expected = evaluate(formula, numbers)
    except OverflowError:
        return
    if math.isfinite(expected):
        assert eval(formula.python, PUBLIC, dict(numbers)) == expected


@given(formulas)
def test_parentheses_are_not_piled_up(formula):
    assert "((((" not in formula.python.replace("tanh(", "").replace("exp(", "").replace("abs(", "").replace("sin(", "")
    ast.parse(formula.python, mode="eval")
