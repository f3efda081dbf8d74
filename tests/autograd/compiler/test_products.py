"""Which dots become matrix products: networks side by side, dots in no pattern, sides with entries of several kinds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import dot, mean, tanh, value_and_grad, vmap
from tests.autograd.compiler.comparing import assert_alike, each_kind, run, share

RNG = np.random.default_rng(0)


def told(program):
    return next(line for line in str(program.explain()).splitlines() if line.startswith("products: "))[10:]


# --- each side by itself ----------------------------------------------------------------------------------------------

SIDES = {
    "a zero among the weights": (lambda w: [*w, 0.0], lambda x: [*x, x[0]]),
    "a number among the weights": (lambda w: [*w[:2], 0.5, *w[2:]], lambda x: [*x, x[0]]),
    "a one among the inputs": (lambda w: [*w, w[0]], lambda x: [*x, 1.0]),
    "weights among the inputs": (lambda w: [*w, w[0], w[1]], lambda x: [*x, 0.25, x[1]]),
    "both": (lambda w: [1.0, *w, 0.0], lambda x: [*x, 1.0, x[0]]),
}


@pytest.mark.parametrize("name", SIDES)
def test_a_side_that_is_a_mixture_is_a_matrix(name):
    of_weights, of_sample = SIDES[name]

    def loss(weights, samples):
        return mean(
            vmap(lambda x: autograd.sum([tanh(dot(of_weights(list(w)), of_sample(list(x)))) for w in weights]))(samples)
        )

    args = RNG.normal(size=(6, 5)), RNG.normal(size=(4, 5))
    asked = value_and_grad(loss, argnums=(0, 1))
    found, program = run(asked, "arrays", *args)
    assert_alike(found, asked(*args), size=1.0)
    assert told(program) == f"6×{len(of_weights([0.0] * 5))} × batch"


def test_a_mask_with_another_pattern_in_each_row_is_a_matrix():
    mask = RNG.random((6, 5)) < 0.5

    def masked(weights, x):
        rows = [
            [w if m else 0.0 for w, m in zip(row, keep, strict=True)] for row, keep in zip(weights, mask, strict=True)
        ]
        return [tanh(dot(row, x)) for row in rows]

    def loss(weights, samples):
        return mean(vmap(lambda x: autograd.sum(masked(weights, x)))(samples))

    args = RNG.normal(size=(6, 5)), RNG.normal(size=(4, 5))
    found, program = run(value_and_grad(loss), "arrays", *args)
    assert_alike(found, value_and_grad(loss)(*args), size=1.0)
    assert told(program) == "6×5 × batch"


# --- side by side -----------------------------------------------------------------------------------------------------


def networks(shapes):
    """Layers of networks on one input, whose outputs are summed."""

    def of_sample(weights, x):
        found = []
        for layers in weights:
            h = x
            for layer in layers:
                h = [tanh(dot(row, h)) for row in layer]
            found += h
        return autograd.sum(found)

    weights = [[RNG.normal(size=(m, n)) for n, m in pairwise(shape)] for shape in shapes]
    return (lambda weights, xs: mean(vmap(lambda x: of_sample(weights, x))(xs))), weights


@pytest.mark.parametrize(
    ("shapes", "products"),
    [
        ([(5, 4, 3)] * 2, "4×5 × batch, " * 2 + "2 times 3×4 × batch"),
        ([(5, 4, 3)] * 8, "4×5 × batch, " * 8 + "8 times 3×4 × batch"),
        ([(5, 4, 3), (5, 4, 2), (5, 4, 3)], "4×5 × batch, " * 3 + "3×4 × batch, 2×4 × batch, 3×4 × batch"),
        ([(5, 4, 1)] * 3, "4×5 × batch, " * 3 + "3 dots"),
    ],
)
def test_networks_side_by_side_are_one_product_each(shapes, products):
    loss, weights = networks(shapes)
    xs = RNG.normal(size=(6, 5))
    found, program = run(value_and_grad(loss), "arrays", weights, xs)
    assert_alike(found, value_and_grad(loss)(weights, xs), size=1.0)
    assert told(program) == products
    assert program.explain().plan.code.found.gathers == 0


def test_a_network_that_is_asked_twice():
    """The same dots once more: each time a product, for each has a derivative of its own."""

    def loss(weights, xs):
        def of_sample(x):
            first, second = ([tanh(dot(row, x)) for row in weights] for _ in range(2))
            return autograd.sum(first) - 0.5 * autograd.sum([1.0 / (h + 2.0) for h in second])

        return mean(vmap(of_sample)(xs))

    args = RNG.normal(size=(6, 5)), RNG.normal(size=(4, 5))
    found, program = run(value_and_grad(loss), "arrays", *args)
    assert_alike(found, value_and_grad(loss)(*args), size=1.0)
    assert told(program) == "6×5 × batch, 6×5 × batch"


def test_what_no_product_covers():
    """Each left side meets those before it, as in attention to the past."""

    def f(queries, keys):
        return autograd.sum([tanh(dot(q, k)) for i, q in enumerate(queries) for k in keys[: i + 1]])

    args = RNG.normal(size=(12, 3)), RNG.normal(size=(12, 3))
    found, _ = run(value_and_grad(f, argnums=(0, 1)), "arrays", *args)
    assert_alike(found, value_and_grad(f, argnums=(0, 1))(*args), size=1.0)


pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=24)
kinds = st.sampled_from(["numbers", "left", "right", "both"])


@given(pairs=pairs, kind=kinds, length=st.integers(2, 3))
@share(2)
def test_dots_in_any_pattern(pairs, kind, length):
    left, right = RNG.normal(size=(2, 4, length))

    def of_sample(left, right):
        return autograd.sum([(1 + 0.1 * i) * dot(left[a], right[b]) for i, (a, b) in enumerate(pairs)])

    axes = (0 if kind in ("left", "both") else None, 0 if kind in ("right", "both") else None)
    args = [np.stack([x, x + 1.0, -x]) if axis == 0 else x for x, axis in zip((left, right), axes, strict=True)]
    f = of_sample if kind == "numbers" else lambda *args: mean(vmap(of_sample, in_axes=axes)(*args))
    asked = value_and_grad(f, argnums=(0, 1))
    assert_alike(run(asked, "arrays", *args)[0], asked(*args), size=100.0)


@each_kind
def test_a_dot_of_one_pair_and_of_none_but_constants(kind):
    def f(x, y):
        return dot([x], [y]) + dot([2.0, x], [3.0, 4.0]) + dot([2.0], [3.0])

    assert run(value_and_grad(f, argnums=(0, 1)), kind, 1.5, 2.0)[0] == (21.0, (6.0, 1.5))
