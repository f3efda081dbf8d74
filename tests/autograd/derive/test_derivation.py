"""Derivations of random graphs: the last line is the engine's gradient, and what is printed computes it."""

from __future__ import annotations

import math
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, ancestry, gradients, hessian, relu, sigmoid, tanh
from autograd.derive import derive, name, named

PUBLIC = vars(autograd)
ONE = (autograd.tanh, autograd.sigmoid, autograd.sin, autograd.exp, autograd.relu, abs, lambda x: -x, lambda x: x**2)
TWO = (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / (b * b + 1.0), autograd.maximum)


def run(derivation):
    """The number that the derivation's Python computes."""
    names = {**PUBLIC, **derivation.numbers}
    *lines, last = derivation.python.splitlines()
    exec("\n".join(lines), names)
    return eval(last, names)


@st.composite
def graphs(draw):
    """A root and a leaf of a random graph, some of whose nodes have names, and some the same one."""
    nodes = [Value(draw(st.floats(-2, 2)), label=label) for label in ("x", "w_1", None)]
    for _ in range(draw(st.integers(1, 14))):
        pick = st.sampled_from(nodes)
        if draw(st.booleans()):
            node = draw(st.sampled_from(ONE))(draw(pick))
        else:
            other = draw(pick) if draw(st.integers(0, 3)) else draw(st.sampled_from([2.0, -0.5, 3.0]))
            node = draw(st.sampled_from(TWO))(draw(pick), other)
        if abs(node.data) > 1e3:
            continue
        nodes.append(node)
        if node.label is None:
            node.label = draw(st.sampled_from([None, None, "a", "z1", "lambda", "a b", "b[1]", "j"]))
    return nodes[-1], draw(st.sampled_from(nodes[:3]))


@given(graphs(), st.sampled_from([None, "backprop"]))
def test_what_is_derived_is_the_gradient(graph, style):
    y, x = graph
    if not y.operands:
        return
    derivation = derive(y, x, style=style)
    expected = gradients(y, x)
    assert derivation.value == expected
    assert run(derivation) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert derivation.steps[-1].right.text == autograd_number(expected)


def autograd_number(x):
    return autograd.expression.Number(x).text


@given(graphs())
def test_every_page_is_well_formed(graph):
    y, x = graph
    if not y.operands:
        return
    derivation = derive(y, x)
    ElementTree.fromstring(derivation.mathml)
    for step in derivation.steps:
        ElementTree.fromstring(step.mathml)
    for opening, closing in ("{}", "()"):
        assert derivation.latex.count(opening) == derivation.latex.count(closing)
    assert derivation.latex.count(r"\left") == derivation.latex.count(r"\right")
    assert "·1 " not in derivation.steps[-1].text


def two_neurons(w1, b1, w2, b2, x, y):
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = z2 * 1.0
    return (a2 - y) ** 2


def test_the_chain_as_in_notes():
    L = name(named(two_neurons, 0.5, 0.1, -0.7, 0.2, 1.5, 1.0), "L")
    lines = [step.text for step in derive(L, "w1").steps]
    assert lines == [
        "∂L/∂w₁ = ∂L/∂a₂ · ∂a₂/∂z₂ · ∂z₂/∂a₁ · ∂a₁/∂z₁ · ∂z₁/∂w₁",
        "= 2(a₂ − y) · 1 · w₂ · a₁(1 − a₁) · x",
        "= 2(a₂ − y) · w₂ · a₁(1 − a₁) · x",
        "≈ 2(−0.2904 − 1) · (−0.7) · 0.7006(1 − 0.7006) · 1.5",
        f"= {gradients(L, next(n for n in ancestry(L) if n.label == 'w1'))!r}",
    ]
    assert [step.title for step in derive(L, "w1").steps] == [
        "the chain rule",
        "each factor",
        "tidied",
        "with the numbers",
        "the result",
    ]


def test_a_minus_sign_goes_in_front_or_into_a_difference():
    a, y = Value(0.5, label="a"), Value(2.0, label="y")
    r = name(y - a, "r")
    assert [s.text for s in derive(name(abs(r), "L"), a).steps][1:3] == ["= sign(r) · (−1)", "= −sign(r)"]
    assert derive(name((y - a) ** 2, "L"), a).steps[1].text == "= 2(a − y)"


def test_few_paths_are_added_up():
    x = Value(3.0, label="x")
    a, b = name(x * x, "a"), name(autograd.sin(x), "b")
    y = name(a * b, "y")
    steps = derive(y, x).steps
    assert steps[0].text == "∂y/∂x = ∂y/∂a · ∂a/∂x + ∂y/∂b · ∂b/∂x"
    assert steps[1].text == "= b · 2x + a · cos(x)"


def test_paths_are_counted_and_not_walked():
    """40 steps of a = a·tanh(a) + a: more than 10¹⁹ paths."""
    x = Value(0.01, label="x")
    a = x
    for _ in range(40):
        a = name(a * tanh(a) + a, "a")
    derivation = derive(a, x)
    assert derivation.style == "backprop"
    assert len(derivation.steps) == 40
    assert derivation.steps[1].text.startswith("∂a₄₀/∂a₃₈ = ∂a₄₀/∂a₃₉ · ∂a₃₉/∂a₃₈ = ")
    assert derivation.value == gradients(a, x)
    assert run(derivation) == pytest.approx(derivation.value)
    assert len(derive(a, x, style="chain").steps[0].right.factors) == 40


def test_a_chain_that_nobody_can_write_out_is_refused():
    x = Value(0.01, label="x")
    a = x
    for _ in range(40):
        t = name(a * tanh(a), "t")
        a = name(t + a, "a")
    assert derive(a, x).style == "backprop"
    assert run(derive(a, x)) == pytest.approx(gradients(a, x))
    with pytest.raises(ValueError, match=r"has about 10\^12 paths through 81 named nodes.*style='backprop'"):
        derive(a, x, style="chain")


def test_a_graph_without_names_gets_some_where_it_must():
    x = Value(0.1)
    a = x
    for _ in range(40):
        a = a * tanh(a) + a
    derivation = derive(a, x)
    assert derivation.definitions[0].text == "u₁ = x·tanh(x) + x"
    assert derivation.definitions[1].text == "u₂ = u₁·tanh(u₁) + u₁"
    assert run(derivation) == pytest.approx(gradients(a, x))
    assert derive(tanh(x * 2.0), x).steps[0].text == "∂y/∂x = 2(1 − y²)"


@pytest.mark.parametrize("labelled", [True, False])
def test_a_deep_graph_needs_no_recursion(labelled):
    x = Value(0.5, label="x")
    a = x
    for _ in range(20 * sys.getrecursionlimit()):
        a = autograd.sin(a)
        if labelled:
            a.label = "a"
    derivation = derive(a, x)
    assert "more like these" in derivation.text
    assert len(derivation.text) < 100_000
    assert derivation.value == gradients(a, x)


def test_a_wide_sum_stays_short():
    x = Value(2.0, label="x")
    assert len(derive(sum(x * float(i) for i in range(5000)), x).text) < 1000
    w = [Value(float(i), label=f"w{i}") for i in range(5000)]
    assert derive(autograd.dot(w, [2.0] * 5000), w[7]).value == 2.0


def test_no_path_and_no_way_at_all():
    x, q = Value(1.0, label="x"), Value(2.0, label="q")
    assert derive(name(x * 2.0, "y"), q).steps[-1].text == "∂y/∂q = 0"
    assert derive(name(x * 2.0, "y"), q).value == 0.0
    y = x * 1.0
    assert derive(y, y).steps[-1].text == "∂y/∂y = 1"


# --- kinks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0])
def test_the_convention_in_force_is_a_footnote(at_zero):
    q = name(Value(0.0, label="x") * 3.0, "q")
    derivation = derive(name(relu(q, at_zero=at_zero), "z"), "x")
    assert f"ReLU′(0) := {at_zero:g}" in derivation.text
    assert "ReLU′(q) = {1 if q" in derivation.text
    assert derivation.steps[-1].right.text == f"{3 * at_zero:g}"
    assert run(derivation) == 3 * at_zero


def test_conventions_of_abs_and_of_ties():
    x, y = Value(1.0, label="x"), Value(1.0, label="y")
    assert derive(abs(x), x).text.endswith("sign(0) := 0")
    assert "the slope of max(a, b) where a = b := 0.5" in derive(autograd.maximum(x, y), x).text
    assert not derive(tanh(x), x).conventions


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    ["<script>alert(1)</script>", 'a"b', r"back\slash", "50% $x_1$ {y} & #", "한글", "😀", "a:b", "∂", "x\ny", "if"],
)
def test_odd_names_come_out_as_they_are_and_inject_nothing(label):
    x = Value(2.0, label=label)
    derivation = derive(x * x * 3.0, x)
    assert label in derivation.text
    assert label in "".join(ElementTree.fromstring(derivation.mathml).itertext())
    assert "<script" not in derivation.mathml + derivation._repr_html_() + derivation._repr_latex_()
    assert run(derivation) == 12.0
    latex = derivation.latex.replace(r"\{", "").replace(r"\}", "")
    assert latex.count("{") == latex.count("}")


def test_two_nodes_of_one_name_are_told_apart():
    x = Value(0.5, label="x")
    a = name(x * 2.0, "a")
    y = name(name(a * a, "a") * a, "z1")
    assert [step.text for step in derive(y, x).definitions] == ["a₁ = x·2", "a₂ = a₁·a₁", "z₁ = a₂·a₁"]


def test_names_can_be_given_without_touching_the_values():
    x = Value(0.5)
    assert derive(x * 3.0, x, names={x: "alpha"}).steps[0].text == "∂y/∂α = 3"
    assert x.label is None


def test_wrt_may_be_a_label_and_a_wrong_one_is_explained():
    x = Value(0.5, label="x")
    y = x * x
    assert derive(y, "x").value == 1.0
    with pytest.raises(autograd.GraphError, match=r"is called 'q'; there are x"):
        derive(y, "q")
    with pytest.raises(autograd.GraphError, match=r"2 nodes below .* are called 'x'"):
        derive(y * Value(1.0, label="x"), "x")
    with pytest.raises(TypeError, match=r"takes a Value or the label of one, and got 3"):
        derive(y, 3)


def test_arguments_and_variables_give_names():
    def f(w, x, *, scale):
        z = [wi * x for wi in w]
        total = z[0] + z[1] * scale["s"]
        return total

    y = named(f, [1.0, 2.0], x=3.0, scale={"s": 2.0})
    assert {node.label for node in ancestry(y)} >= {"w[0]", "w[1]", "x", "z[0]", "z[1]", "total", "scale[s]"}
    v = Value(1.0, label="mine")
    assert "mine" in {node.label for node in ancestry(named(f, [v, 2.0], 3.0, scale={"s": 2.0}))}


# --- higher orders ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrt", [("w1", "w1"), ("w1", "w2"), ("w2", "x")])
def test_second_derivatives(wrt):
    arguments = {"w1": 0.5, "b1": 0.1, "w2": -0.7, "b2": 0.2, "x": 1.5, "y": 1.0}
    derivation = derive(named(two_neurons, **arguments), wrt)
    order = list(arguments)
    i, j = (order.index(each) for each in wrt)
    expected = hessian(lambda p: two_neurons(*p))(list(arguments.values()))[i][j]
    assert derivation.value == pytest.approx(expected, rel=1e-12)
    assert run(derivation) == pytest.approx(expected, rel=1e-12)
    assert derivation.steps[0].text.startswith("∂²")


def test_third_order_and_a_gradient_that_was_taken_before():
    x = Value(0.5, label="x")
    third = derive(tanh(x), (x, x, x))
    t = math.tanh(0.5)
    assert third.value == pytest.approx((1 - t * t) * (6 * t * t - 2))
    assert run(third) == pytest.approx(third.value)
    slope = gradients(tanh(x), x, create_graph=True)
    again = derive(slope, x)
    assert again.value == pytest.approx(-2 * t * (1 - t * t))
    assert run(again) == pytest.approx(again.value)
