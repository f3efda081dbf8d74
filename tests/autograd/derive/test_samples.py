"""Sums over samples: Σⱼ of the general term, where the terms have one shape, and only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, ancestry, dot, gradients, sigmoid, tanh
from autograd.derive import derive, named
from autograd.expression import Series
from tests.autograd.derive.test_derivation import run


def leaf(y, label):
    return next(node for node in ancestry(y) if node.label == label)


def mse(w, b, x, y):
    def residual(xj, yj):
        z = w * xj + b
        a = sigmoid(z)
        return a - yj

    return autograd.sum([residual(xj, yj) ** 2 for xj, yj in zip(x, y, strict=True)]) / len(x)


numbers = st.floats(-2, 2)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6), st.sampled_from(["w", "b", "x[0]"]))
def test_a_loss_over_samples(data, by):
    x, y = map(list, zip(*data, strict=True))
    L = named(mse, 0.5, 0.1, x, y)
    for derivation in (derive(L, by), derive(L, by).backprop):
        assert run(derivation) == pytest.approx(gradients(L, leaf(L, by)), rel=1e-9, abs=1e-12)
        written = "Σⱼ" in derivation.text and "zⱼ = w·xⱼ + b" in derivation.text
        assert written == (len(x) > 1 and by != "x[0]")


def test_the_general_term_and_its_numbers():
    L = named(mse, 0.5, 0.0, [1.0, 2.0, 4.0, 8.0], [1.0, 0.0, 1.0, 0.0])
    lines = [step.text for step in derive(L, "w").steps]
    assert lines[:3] == [
        "∂mse/∂w = Σⱼ ∂mse/∂aⱼ · ∂aⱼ/∂zⱼ · ∂zⱼ/∂w",
        "= Σⱼ (aⱼ − yⱼ)/2 · aⱼ(1 − aⱼ) · xⱼ",
        "= 1/2 · Σⱼ (aⱼ − yⱼ) · aⱼ(1 − aⱼ) · xⱼ",
    ]
    assert lines[3].startswith("≈ 1/2 · ((0.6225 − 1) · 0.6225(1 − 0.6225) · 1 + ")
    assert " + … + " in lines[3]
    assert r"\sum_{j=1}^{4}" in derive(L, "w").latex


def indices_differ(e, used=frozenset()):
    """Whether no Σ stands within another one of the same index."""
    if isinstance(e, Series):
        return e.index not in used and indices_differ(e.body, used | {e.index})
    return all(indices_differ(part, used) for part in e.parts)


def two_layers(v, w, b, xs):
    def f(x):
        h = [tanh(wk * x + bk) for wk, bk in zip(w, b, strict=True)]
        g = [tanh(dot(row, h)) for row in v]
        return autograd.sum(g)

    return autograd.sum([f(x) ** 2 for x in xs])


@pytest.mark.parametrize("by", ["w[0]", "b[2]", "v[1,2]"])
@pytest.mark.parametrize("style", [None, "backprop"])
def test_a_sum_within_a_sum(by, style):
    v = [[0.1, 0.2, 0.3], [-0.4, 0.5, 0.6], [0.7, -0.8, 0.9]]
    L = named(two_layers, v, [0.3, 0.2, 0.1], [0.0, 0.5, -0.5], [0.5, 1.0, -2.0, 0.1])
    derivation = derive(L, by, style=style)
    assert run(derivation) == pytest.approx(derivation.value, rel=1e-12)
    assert derivation.value == gradients(L, leaf(L, by))
    for step in [*derivation.definitions, *derivation.steps]:
        assert all(indices_differ(part) for _, part in step.parts)
    assert ("Σⱼ Σₖ" in derivation.text or "Σₖ ∂" in derivation.text) == (by != "v[1,2]")


def test_other_terms_stay_beside_the_sum():
    """A loss with a penalty on the weight."""

    def loss(w, x):
        return autograd.sum([(w * xj) ** 2 for xj in x]) + 0.5 * w**2

    L = named(loss, 3.0, [1.0, 2.0, 5.0])
    derivation = derive(L, "w")
    assert derivation.definitions[0].text == "loss = Σⱼ (w·xⱼ)² + 0.5·w²"
    assert run(derivation) == derivation.value == 2 * 3.0 * 30.0 + 3.0


def test_a_name_that_is_used_outside_of_the_sum_gets_no_index():
    w = [Value(x, label=f"w[{i}]") for i, x in enumerate((1.0, 2.0, 3.0))]
    x = Value(0.5, label="x")
    L = autograd.sum([wi * tanh(x) for wi in w]) * w[0] * x
    derivation = derive(L, x)
    assert "Σ" not in derivation.text
    assert run(derivation) == pytest.approx(gradients(L, x))


@pytest.mark.parametrize(
    "terms",
    [
        lambda x: [x * 2.0, x * 3.0],  # two terms that differ in numbers
        lambda x: [x**2, x**3, x**4],  # in what is no operand
        lambda x: [x * Value(2.0, label="u"), x * Value(3.0, label="v"), x * Value(4.0, label="w")],  # in names
        lambda x: [tanh(x), sigmoid(x), x * 1.0],  # in shape
        lambda x: [x * x, x * x, x * x],  # in nothing
    ],
)
def test_what_is_clearer_written_out_is_written_out(terms):
    x = Value(0.5, label="x")
    L = autograd.sum(terms(x))
    derivation = derive(L, x)
    assert "Σ" not in derivation.text
    assert run(derivation) == pytest.approx(gradients(L, x))
