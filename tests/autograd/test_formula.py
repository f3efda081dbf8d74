"""A node as a formula: short whatever the graph is, with what has a name as a symbol."""

from __future__ import annotations

import sys

import pytest

from autograd import Value, dot, leaky_relu, maximum, sigmoid, softmax_cross_entropy, tanh
from autograd.formula import addends, formula, in_place, local_derivatives, symbol_for

x, w = Value(2.0, label="x"), Value(0.5, label="w1")


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (w * x + 1, "w₁·x + 1"),
        (0 + w + (x + 2.0), "w₁ + x + 2"),
        (sum([w, x, w]), "w₁ + x + w₁"),
        (w - (x - 2.0), "w₁ − (x − 2)"),
        (dot([w, 3.0], [x, x]) + x, "w₁·x + 3·x + x"),
        (dot([w] * 9, [x] * 9), "w₁·x + w₁·x + w₁·x + … + w₁·x"),
        (x**2, "x²"),
        (leaky_relu(x, 0.1), "LeakyReLU(x, 0.1)"),
        (softmax_cross_entropy([x, w], 1), "crossentropy(x, w₁, 1)"),
        (Value(3.0), "3"),
        (x, "x"),
        (2.5, "2.5"),
    ],
)
def test_how_a_node_was_made(node, text):
    assert formula(node).text == text


def test_names_end_a_formula_and_may_come_from_outside():
    a = tanh(w * x)
    y = a * a
    assert formula(y).text == "tanh(w₁·x)·tanh(w₁·x)"
    assert formula(y, {a: "a_1"}).text == "a₁·a₁"
    assert in_place(a, {a: "a_1"}).text == "a₁"
    assert formula(a, {a: "a_1"}).text == "tanh(w₁·x)"
    assert symbol_for(a) is None


def test_a_part_of_a_sum_that_is_used_twice_is_one_term():
    s = w + x
    assert formula(s + s).text == "w₁ + x + w₁ + x"
    assert len(addends(s + s)) == 2


@pytest.mark.parametrize(
    "step", [lambda a: a * tanh(a) + a, lambda a: tanh(a), lambda a: a + a, lambda a: a + x, lambda a: a * 0.5]
)
def test_a_formula_of_any_graph_is_short(step):
    a = x
    for _ in range(5 * sys.getrecursionlimit()):
        a = step(a)
        if abs(a.data) > 1e100:
            break
    assert "…" in formula(a).text
    assert len(formula(a).text) < 1000


def test_local_derivatives_as_people_write_them():
    a = sigmoid(w * x)
    a.label = "a1"
    assert [str(d) for d in local_derivatives(a)] == ["a₁·(1 − a₁)"]
    assert [str(d) for d in local_derivatives(w * x)] == ["x", "w₁"]
    assert [str(d) for d in local_derivatives(x * 2.0)] == ["2", "None"]
    assert [str(d) for d in local_derivatives(x.relu())] == ["ReLU′(x)", "None"]
    assert str(local_derivatives(maximum(w, x))[1]) == "{1 if x > w₁; 0.5 if w₁ = x; 0 otherwise}"
    assert local_derivatives(x) == []
