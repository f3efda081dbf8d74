"""What stands in the steps and the chain rules."""

from __future__ import annotations

import pytest

from autograd import Value, relu, softmax_cross_entropy, tanh
from autograd.explore.formulas import Formulas, comes_to, equals, rounded
from autograd.explore.page import page
from tests.autograd.explore.examples import model_of, two_neurons


def said(y):
    return [step["says"] for step in model_of(page(y))["steps"]]


def test_a_node_is_told_as_its_formula_the_numbers_and_the_result():
    steps = said(two_neurons())
    assert steps[1] == "Forward, 2 of 21. v₁ = w₁·x = 0.5·2 = 1."
    assert steps[3] == "Forward, 4 of 21. a₁ = σ(z₁) = σ(0.1) ≈ 0.525."


def test_an_edge_is_told_as_a_product_that_is_added():
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    first, second = said(y)[-2:]
    assert first == "Backward, 4 of 5. From y back to x: 1 times 3 is 3. The grad of x was 0 and is 3."
    assert second.startswith("Backward, 5 of 5. From y back to x: 1 times 3 is 3. The grad of x was 3 and is 6.")
    assert second.endswith("That was the last edge: every grad is complete.")


def test_a_chain_rule_of_many_steps_is_cut_in_the_middle():
    a = Value(0.5, label="a0")
    for _ in range(40):  # there are 10¹⁹ paths
        a = a * tanh(a) + a
    text = page(a)
    assert "more steps like these: one for each node on the way" in text
    assert "<mi>v</mi><mrow><mn>120</mn></mrow>" in text


def test_what_a_derivation_had_to_name_is_explained():
    x = Value(0.5, label="x")
    z = x + 1.0
    z.label = "z"
    for _ in range(30):
        z = tanh(z) * 1.1
    assert ">where</p>" in page(z)


def test_a_prime_stands_beside_what_it_means():
    x = Value(2.0, label="x")
    y = relu(x)
    called = {x: "x", y: "y"}
    assert [e.text for e in Formulas(y, called).partial(y, 0)] == ["ReLU′(x)", "{1 if x > 0; 0 otherwise}"]


def test_of_a_formula_that_has_many_operands_in_it_the_middle_is_left_out():
    xs = [Value(float(i), label=f"x{i}") for i in range(20)]
    y = softmax_cross_entropy(xs, 3)
    formulas = Formulas(y, {x: x.label for x in xs} | {y: "y"})
    assert [e.text for e in formulas.partial(y, 0)] == ["e^x₀/(e^x₀ + e^x₁ + e^x₂ + … + e^x₁₉)"]


@pytest.mark.parametrize(
    ("x", "text"), [(0.1 + 0.2, "0.3"), (1 / 3, "0.3333"), (-0.0, "0"), (-2.0, "−2"), (123456.0, "123500")]
)
def test_numbers_have_four_digits(x, text):
    assert rounded(x).text == text


def test_a_sign_says_whether_digits_were_cut_off():
    assert [equals(0.25), equals(0.1 + 0.2), equals(1 / 3), equals(0.5, 1 / 3)] == ["=", "=", "≈", "≈"]
    assert [comes_to(0.3333 * 1, 1 / 3), comes_to(0.3333 * 3, 1.0)] == ["=", "≈"]
