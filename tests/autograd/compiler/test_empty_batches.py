"""Batches without samples: what is eagerly nothing, 0 or an error is so in a program, in its first call too."""

from __future__ import annotations

import numpy as np
import pytest

import autograd
from autograd import dot, hessian, mean, tanh, value_and_grad, vmap
from tests.autograd.compiler.comparing import assert_alike, attempt

XS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, -6.0]])
EMPTY = {
    "a sum": lambda w, xs: autograd.sum(vmap(lambda x: tanh(dot(w, x)))(xs)),
    "a mean": lambda w, xs: mean(vmap(lambda x: dot(w, x))(xs)),
    "each": lambda w, xs: vmap(lambda x: [dot(w, x), 3.0])(xs),
    "each, in lists of no regular shape": lambda w, xs: vmap(lambda x: [dot(w, x), [3.0]])(xs),
    "a gradient of the sum": value_and_grad(lambda w, xs: autograd.sum(vmap(lambda x: tanh(dot(w, x)))(xs)), (0, 1)),
    "a gradient of each": vmap(value_and_grad(lambda w, x: dot(w, x)), in_axes=(None, 0)),
    "the Hessian": hessian(lambda w, xs: autograd.sum(vmap(lambda x: tanh(dot(w, x)))(xs))),
}


def test_no_sample_is_computed():
    """Not the one either that stands for the samples while the function is recorded."""
    compiled = autograd.compile(lambda xs: autograd.sum(vmap(lambda x: autograd.log(-1.0 - x * x))(xs)))
    assert compiled(np.zeros(0)) == 0.0


@pytest.mark.parametrize("shape", [(0, 2), (0,)])
@pytest.mark.parametrize("name", EMPTY)
def test_no_samples(name, shape):
    """In the first call and in a later one. An array without samples does not say how many numbers a sample has."""
    f, w = EMPTY[name], [0.5, -1.0]
    with autograd.no_grad():
        expected = attempt(f, w, np.zeros(shape), refusals=ValueError)
    for first in (None, XS):
        compiled = autograd.compile(f)
        if first is not None:
            compiled(w, first)
        found = attempt(compiled, w, np.zeros(shape), refusals=ValueError)
        if isinstance(expected, Exception):
            assert str(found) == str(expected) == "mean needs at least one number"
        else:
            assert_alike(found, expected)
        assert_alike(compiled(w, -XS), f(w, -XS))
