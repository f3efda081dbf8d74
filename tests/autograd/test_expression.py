"""Notation: each row as text, LaTeX and Python, with parentheses only where they are needed."""

from __future__ import annotations

import ast
import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd.expression import Apply, Number, Partial, Product, Series, Symbol, Total, names
from autograd.expression import math as math_element
from autograd.expression.evaluate import evaluate as formula_value
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


@pytest.mark.parametrize("row", [row for row in table.values() if row.nary], ids=lambda row: row.name)
def test_a_long_operation_is_cut_on_a_page_and_whole_in_python(row):
    xs = [Symbol(f"x[{i}]") for i in range(20)]
    e = Apply(row, (*xs, *[Number(choices[0]) for choices in row.constants.values()]))
    assert len(e.text) < 60
    assert e.text.count("…") == e.latex.count("dots") == e.mathml.count("…") == 1
    assert all(x.name in e.python for x in xs)


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


# --- MathML, and what a derivation adds -------------------------------------------------------------------------------


@pytest.mark.parametrize("row", table.values(), ids=lambda row: row.name)
def test_mathml_is_well_formed_and_one_element(row):
    formula, symbols, constants, _ = example(row)
    shown = [s for s in row.shown(names, formula, *symbols, *constants) if not isinstance(s, int)]
    for e in (formula, *shown):
        ElementTree.fromstring(e.mathml)


@given(st.text(st.one_of(st.characters(), st.sampled_from("\0\a\x1b\x7f\x85\ud800\udfff\ufffe<&>'"))))
def test_any_name_is_printed_so_that_a_page_can_hold_it(name):
    """Control characters and half surrogates have no place in XML, and halves cannot be written to a file at all."""
    for e in (Symbol(name) * 2, Symbol(f"x[{name}]"), Partial("L", (name,)), Symbol(f"∂L/∂{name}")):
        ElementTree.fromstring(e.mathml.encode())
        for text in (e.text, e.latex, e.mathml):
            assert text.encode().decode() == text
            assert not any(c < " " and c not in "\n\r\t" for c in text)


@pytest.mark.parametrize(
    ("formula", "text", "mathml"),
    [
        (Symbol("w_1"), "w₁", "<msub><mi>w</mi><mrow><mn>1</mn></mrow></msub>"),
        (Symbol("a<b"), "a<b", "<mtext>a&lt;b</mtext>"),
        (Number(-2.0), "−2", "<mrow><mo>−</mo><mn>2</mn></mrow>"),
        (x / y, "x/y", "<mrow><mfrac><mi>x</mi><mi>y</mi></mfrac></mrow>"),
        (x**2, "x²", "<mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>"),
        (names.sqrt(x), "√x", "<mrow><msqrt><mi>x</mi></msqrt></mrow>"),
        (x < y, "x < y", "<mrow><mi>x</mi><mo>&lt;</mo><mi>y</mi></mrow>"),
    ],
)
def test_mathml_of_the_forms(formula, text, mathml):
    assert (formula.text, formula.mathml) == (text, mathml)
    assert math_element(formula.mathml).startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">')


@pytest.mark.parametrize(
    ("formula", "text", "python"),
    [
        (Product((Number(2.0), x - y)), "2(x − y)", "2.0 * (x - y)"),
        (Product((x, 1 - x)), "x(1 − x)", "x * (1.0 - x)"),
        (Product((Number(3.0), x**2)), "3x²", "3.0 * x**2.0"),
        (Product((names.sigmoid(x), 1 - names.sigmoid(x))), "σ(x)·(1 − σ(x))", "sigmoid(x) * (1.0 - sigmoid(x))"),
        (Product((Number(2.0), Number(-3.0))), "2·(−3)", "2.0 * (-3.0)"),
        (
            Product((x, Product((y, 1 - y)), Number(-1.0)), apart=True),
            "x · y(1 − y) · (−1)",
            "x * y * (1.0 - y) * (-1.0)",
        ),
        (Product((y, x / z)), "y(x/z)", "y * (x / z)"),
        (Total((x, -y, x * z)), "x − y + x·z", "x - y + x * z"),
        (Total((-x, Number(-2.0))), "−x + (−2)", "-x + (-2.0)"),
        (Product((Total((x, y)), z)), "(x + y)·z", "(x + y) * z"),
        (Series("j", 3, Symbol("x[j]") * y), "Σⱼ xⱼ·y", "sum([x[j] * y for j in range(3)])"),
        (Product((Series("j", 3, Symbol("x[j]")), y)), "(Σⱼ xⱼ)·y", "(sum([x[j] for j in range(3)])) * y"),
        (Partial("L", ("w1",)), "∂L/∂w₁", "dL_dw1"),
        (Partial("L", ("w1", "w1")), "∂²L/∂w₁²", "dL_dw1_dw1"),
        (Partial("L", ("w1", "b")), "∂²L/∂w₁∂b", "dL_dw1_db"),
        (Symbol("x[0]"), "x₀", "x[0]"),
        (Symbol("a1[j]"), "a₁ⱼ", "a1[j]"),
        (Symbol("w2[3,1]"), "w₂[3,1]", "w2[3,1]"),
        (Symbol("∂L/∂a1") * x, "∂L/∂a₁·x", None),
    ],
)
def test_what_a_derivation_is_written_in(formula, text, python):
    assert formula.text == text
    if python is not None:
        assert formula.python == python
    ElementTree.fromstring(formula.mathml)


@given(formulas, st.floats(-2, 2), st.floats(-2, 2))
def test_the_number_of_a_formula(formula, a, b):
    numbers = {"x": a, "y": b}
    try:
        expected = evaluate(formula, numbers)
    except OverflowError:
        return
    assert formula_value(formula, lambda symbol, at: numbers[symbol.name]) == expected or math.isnan(expected)


def test_the_number_of_sums_and_cases():
    indexed = Series("j", 3, Product((Symbol("x[j]"), names.where(x > 1, 2, Total((x, Number(1.0)))))))

    def meaning(symbol, at):
        return float(at["j"]) if symbol.name == "x[j]" else 0.5

    assert formula_value(indexed, meaning) == (0 + 1 + 2) * 1.5


@pytest.mark.parametrize(("value", "text"), [(math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "nan")])
def test_numbers_that_are_not_finite(value, text):
    assert Number(value).text == text
    assert (Symbol("x") ** Number(value)).text.startswith("x^")
    assert repr(eval(Number(value).python)) == repr(value)
    ElementTree.fromstring(Number(value).mathml)
    assert Number(value).latex
