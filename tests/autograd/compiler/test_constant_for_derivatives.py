"""What is a plain number eagerly, or has no derivatives: a program computes it anew, or refuses to freeze it."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from autograd import (
    FrozenError,
    Value,
    compile,
    grad,
    gradients,
    jvp,
    mean,
    no_grad,
    softmax_cross_entropy,
    value_and_grad,
    vmap,
)


def paused(x):
    with no_grad():
        y = x * x
    return y * x


def derivative_under_no_grad(x):
    with no_grad():
        slope = grad(lambda y: y**3)(x)
        value, tangent = jvp(lambda y: y**2, (x,), (1.0,))
        both = value_and_grad(lambda y: y * y)(x)
    return slope * x + value * tangent * x + both[0] * both[1]


def first_order(x):
    """A step along a gradient that is not differentiated again."""
    w = x * 1.0
    return (w - 0.1 * gradients((w * 2.0 - 3.0) ** 2, w)) ** 2


@pytest.mark.parametrize("f", [paused, derivative_under_no_grad, first_order])
@pytest.mark.parametrize("batched", [False, True])
def test_numbers_without_derivatives_follow_the_arguments(f, batched):
    for wanted in (f, grad(f)):
        program = compile(vmap(wanted) if batched else wanted)
        for x in (2.0, 3.0, -1.5):  # the second call is the one that a frozen number would spoil
            found = program(np.array([x, 0.5 * x]))[0] if batched else program(x)
            expected = wanted(x) if wanted is not first_order else wanted(Value(x)).data  # it asks for a graph
            assert found == pytest.approx(expected, rel=1e-12), (wanted, x)


def test_a_mean_under_no_grad_over_a_batch():
    def variance(xs):
        with no_grad():
            middle = mean(vmap(lambda x: x)(xs))
        return mean(vmap(lambda x: (x - middle) ** 2)(xs))

    program = compile(variance)
    for xs in (np.arange(4.0), np.array([1.0, 5.0, 6.0])):
        assert program(xs) == pytest.approx(np.var(xs), rel=1e-12)


def test_a_captured_value_under_no_grad_is_read_anew():
    w = Value(2.0)

    def f(x):
        with no_grad():
            square = w * w
        return square * x

    program = compile(f)
    assert program(1.0) == 4.0
    w.data = 5.0
    assert program(1.0) == 25.0


@pytest.mark.parametrize(
    "how",
    [
        copy.copy,
        copy.deepcopy,
        lambda x: copy.deepcopy([x * x])[0],
        lambda x: pickle.loads(pickle.dumps(x)),
        lambda x: (x * x).partials[0],
    ],
    ids=["copy", "deepcopy", "deepcopy of a result", "pickle", "partials"],
)
def test_a_copy_of_a_number_is_refused_and_not_frozen(how):
    with pytest.raises(FrozenError, match="would be frozen"):
        compile(lambda x: how(x) * x)(2.0)


@pytest.mark.parametrize("classes", [2, 30])
@pytest.mark.parametrize("target", [-1, 2.5, 30, 100])
def test_a_class_that_does_not_exist_is_the_error_of_the_engine(classes, target):
    xs = np.linspace(-1.0, 1.0, 3 * classes).reshape(3, classes)
    one, many = compile(softmax_cross_entropy), compile(lambda xs, k: mean(vmap(softmax_cross_entropy)(xs, k)))
    slopes = compile(vmap(grad(softmax_cross_entropy)))
    for program, good, bad in (
        (slopes, (xs, np.array([0, 1, 1])), (xs, np.array([0, 1, target]))),
        (one, (list(xs[0]), 1), (list(xs[0]), target)),
        (many, (xs, np.array([0, 1, 1])), (xs, np.array([0, 1, target]))),
    ):
        for first in (True, False):
            if not first:
                program(*good)
            with pytest.raises(ValueError, match="a target that is one of the classes"):
                program(*bad)
