"""vmap and mean as they are called without compiling: loops, and nothing but loops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, gradients, mean, tanh, value_and_grad, vmap
from autograd.testing import expressions, values

small = st.floats(-3, 3)
batches = st.lists(st.tuples(small, small), max_size=4)


class Pair(NamedTuple):
    first: object
    second: object


@given(e=expressions("x y", primitives=["add", "mul", "tanh", "sub", "relu"]), batch=batches)
def test_vmap_is_a_loop(e, batch):
    assert vmap(e)([x for x, _ in batch], [y for _, y in batch]) == [e(x, y) for x, y in batch]
    assert vmap(lambda pair: e(*pair))([list(pair) for pair in batch]) == [e(x, y) for x, y in batch]


@given(batch=batches)
def test_lists_and_arrays_and_what_is_shared(batch):
    f = vmap(lambda w, x: w[0] * x[0] + w[1] * x[1], in_axes=(None, 0))
    expected = [2.0 * x - y for x, y in batch]
    assert f([2.0, -1.0], [list(pair) for pair in batch]) == expected
    assert f([2.0, -1.0], np.array(batch).reshape(-1, 2)) == expected
    assert vmap(lambda x, w: w * x[0], in_axes=[0, None])(np.array(batch).reshape(-1, 2), 3.0) == [
        3.0 * x for x, _ in batch
    ]


@given(st.lists(st.tuples(small, small), min_size=1, max_size=4))
def test_what_a_sample_gives_in_a_tuple_or_a_dict_comes_back_in_one_of_lists(batch):
    xs = [list(pair) for pair in batch]
    ones, others = [x for x, _ in batch], [y for _, y in batch]
    assert vmap(tuple)(xs) == (ones, others)
    assert vmap(lambda p: {"a": p[0], "b": (p[1], p[0])})(xs) == {"a": ones, "b": (others, ones)}
    found = vmap(lambda p: Pair(*p))(xs)
    assert type(found) is Pair
    assert found == Pair(ones, others)
    assert vmap(lambda p: [p[0], p[1]])(xs) == xs


@given(st.lists(st.tuples(small, small), min_size=1, max_size=4))
def test_batches_in_a_tuple_or_a_dict(batch):
    ones, others = np.array([x for x, _ in batch]), [y for _, y in batch]
    products = [x * y for x, y in batch]
    assert vmap(lambda p: p["a"] * p["b"])({"a": ones, "b": others}) == products
    assert vmap(lambda p: p[0] * p[1][0])((ones, (others,))) == products


@given(st.lists(small, min_size=1, max_size=5), small)
def test_derivatives_go_through(xs, w):
    def total(w):
        return mean(vmap(lambda x: tanh(w * x))(xs))

    value, slope = value_and_grad(total)(w)
    apart = [value_and_grad(lambda w, x=x: tanh(w * x))(w) for x in xs]
    assert value == pytest.approx(sum(v for v, _ in apart) / len(xs), abs=1e-15)
    assert slope == pytest.approx(sum(s for _, s in apart) / len(xs), abs=1e-14)
    assert vmap(value_and_grad(lambda x: tanh(w * x)))(xs) == (
        [tanh(w * x) for x in xs],
        [value_and_grad(lambda x: tanh(w * x))(x)[1] for x in xs],
    )


@given(st.lists(values(), min_size=1, max_size=5))
def test_the_mean_of_values(vs):
    y = mean(vs)
    assert y.data == pytest.approx(sum(v.data for v in vs) / len(vs), abs=1e-14)
    assert gradients(y, vs) == pytest.approx([1 / len(vs)] * len(vs), rel=1e-15)


def test_the_mean_of_other_things():
    assert mean([1.0, 2, np.float64(6.0)]) == 3.0
    assert mean(x for x in [1.0, 2.0]) == 1.5
    assert mean(np.array([1.0, 2.0, 6.0])) == 3.0
    assert mean([Value(1.0), 2.0]).data == 1.5
    assert type(mean([1, 2])) is float


def test_vmap_in_vmap():
    table = vmap(lambda x: vmap(lambda y: x * y)([1.0, 10.0]))([2.0, 3.0])
    assert table == [[2.0, 20.0], [3.0, 30.0]]
    assert vmap(vmap(lambda x: x + 1))([[1.0], [2.0, 3.0]]) == [[2.0], [3.0, 4.0]]


def test_no_samples():
    assert vmap(lambda x: x)([]) == []
    with pytest.raises(ValueError, match="mean needs at least one number"):
        mean([])
    with pytest.raises(ValueError, match="mean needs at least one number"):
        mean(vmap(lambda x: x)(np.ones((0, 2))))


def test_the_name_is_kept():
    def loss_of_sample(x):
        return x

    assert vmap(loss_of_sample).__name__ == "loss_of_sample"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: vmap(lambda x, y: x)([1.0], [1.0, 2.0]), "argument 0 has 1 and argument 1 has 2"),
        (lambda: vmap(lambda x, y: x, in_axes=(0,))([1.0], [1.0]), "in_axes has 1 entries, but there are 2 arguments"),
        (lambda: vmap(lambda x: x, in_axes=1)([1.0]), "in_axes must be 0 for a batch and None for"),
        (lambda: vmap(lambda x: x, in_axes=None)([1.0]), "no argument is a batch"),
        (lambda: vmap(lambda p: p)({"a": [1.0], "b": [1.0, 2.0]}), "same number of samples"),
        (lambda: vmap(lambda p: p)(([1.0, 2.0], [1.0])), "same number of samples"),
    ],
)
def test_mistakes(call, told):
    with pytest.raises(ValueError, match=told):
        call()


@pytest.mark.parametrize("x", [3.0, Value(3.0), None, np.float64(2.0), np.array(2.0), {}])
def test_what_is_no_batch(x):
    with pytest.raises(TypeError, match="a batch must be a list or an array of samples, not"):
        vmap(lambda x: x)(x)


def test_an_error_inside_is_the_functions_own():
    with pytest.raises(autograd.NonFiniteError, match=r"log\(0.0\)"):
        vmap(lambda x: autograd.log(x))([1.0, 0.0])
