"""Values from outside: read anew at every call, or bound as one vector of parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import autograd
import nn
from autograd import FrozenError, NonFiniteError, Value, dot, grad, gradients, hessian, mean, tanh, value_and_grad, vmap
from autograd.testing import mlps, values
from tests.autograd.compiler.comparing import assert_alike, each_kind, forced, run, share


@each_kind
@given(w=values(), b=values())
@share(0.3)
def test_captured_values_are_read_at_every_call(w, b, kind):
    def f(x):
        return tanh(w * x) * b + w

    compiled = autograd.compile(value_and_grad(f))
    with forced(kind):
        for data in (w.data, 0.5, -2.0):
            w.data = data
            b.data = data + 1
            value, slope = value_and_grad(f)(0.7)
            assert_alike(compiled(0.7), (value.data, slope.data))
    assert compiled.recordings == 1


@each_kind
def test_a_captured_node_is_read_at_every_call_too(kind):
    w = Value(3.0)
    product = w * 2
    compiled = autograd.compile(grad(lambda x: product * x * w))
    with forced(kind):
        assert compiled(1.0) == 18.0
    w.data = 5.0  # which does not change the node that was made of it
    assert compiled(1.0) == 30.0


@each_kind
@given(network=mlps(samples=1))
@share(0.3)
def test_the_parameters_of_a_model_as_a_list_or_as_the_model(network, kind):
    model, x, t = network.build(), network.inputs[0], network.targets[0]

    def loss(x, t):
        return (model(x) - t) ** 2

    y = loss(x, t)
    slopes = gradients(y, [*model.parameters()])
    size = max(map(abs, [y.data, *slopes]))
    for parameters in (model, model.parameters()):
        found, compiled = run(
            value_and_grad(loss), kind, [p.data for p in model.parameters()], list(x), t, parameters=parameters
        )
        assert_alike([found[0], *found[1]], [y, *slopes], size=size)
        assert isinstance(found[1], np.ndarray)
        assert compiled.parameters == tuple(model.parameters())
    both = value_and_grad(loss, argnums=(0, 1))
    (_, (by_theta, by_x)), _ = run(both, kind, compiled.theta(), list(x), t, parameters=model)
    assert_alike([*by_theta, *by_x], [*slopes, *value_and_grad(loss)(list(x), t)[1]], size=size)


@each_kind
def test_theta_counts_and_not_what_the_values_hold(kind):
    w, b, c = Value(3.0), Value(1.0), Value(10.0)
    compiled = autograd.compile(value_and_grad(lambda x: w * x + b * c), parameters=[w, b])
    with forced(kind):
        value, slope = compiled(np.array([5.0, 2.0]), 7.0)
    assert value == 55.0
    assert slope.tolist() == [7.0, 10.0]
    assert (w.data, b.data) == (3.0, 1.0)
    c.data = 20.0
    assert compiled([5.0, 2.0], 7.0)[0] == 75.0
    assert np.array_equal(compiled.theta(), [3.0, 1.0])
    compiled.put([5.0, -2.0])
    assert (w.data, b.data) == (5.0, -2.0)
    assert np.array_equal(compiled.theta(), [5.0, -2.0])


@each_kind
def test_a_parameter_that_is_not_used_and_a_function_without_arguments(kind):
    w, spare = Value(3.0), Value(1.0)
    found, _ = run(value_and_grad(lambda: w * w), kind, [3.0, 1.0], parameters=[w, spare])
    assert found[0] == 9.0
    assert found[1].tolist() == [6.0, 0.0]
    found, _ = run(value_and_grad(lambda x: x * 2), kind, np.zeros(0), 3.0, parameters=[])
    assert found[0] == 6.0
    assert found[1].shape == (0,)


@each_kind
def test_a_parameter_may_be_a_node(kind):
    """It is then where the derivative ends, as in gradients(y, node)."""
    node = Value(2.0) * 3
    found, _ = run(value_and_grad(lambda x: node * node * x), kind, [6.0], 2.0, parameters=[node])
    assert found[0] == 72.0
    assert found[1].tolist() == [24.0]


@each_kind
def test_without_a_derivative_the_vector_comes_first_too(kind):
    w = Value(3.0)
    assert run(lambda x: w * x, kind, [4.0], 5.0, parameters=[w])[0] == 20.0


def test_what_was_computed_from_a_parameter_before_is_refused():
    w = Value(2.0)
    square = w * w
    with pytest.raises(FrozenError, match="computed from a parameter before the function was called"):
        autograd.compile(lambda x: square * x, parameters=[w])([2.0], 1.0)


def test_wrong_parameters():
    w = Value(1.0)
    with pytest.raises(TypeError, match=r"parameters are Values, and number 1 is 2\.0"):
        autograd.compile(lambda x: x, parameters=[w, 2.0])
    with pytest.raises(ValueError, match="twice"):
        autograd.compile(lambda x: x, parameters=[w, w])
    compiled = autograd.compile(lambda x: w * x, parameters=[w])
    assert compiled([2.0], 3.0) == 6.0
    for theta in ([1.0, 2.0], [], 3.0, np.ones((1, 1)), None):
        with pytest.raises(TypeError, match=r"the vector of the 1 parameters, as theta\(\) gives it"):
            compiled(theta, 3.0)
        with pytest.raises(TypeError, match="the vector of the 1 parameters"):
            compiled.put(theta)
    with pytest.raises(TypeError, match="here is nothing"):
        compiled()
    assert compiled([2.0], 3.0) == 6.0
    assert w.data == 1.0


def test_gradient_descent_on_the_vector_is_that_on_the_values():
    model = nn.MLP(2, [3, 1], hidden="tanh", seed=3)
    data = nn.two_moons(30, seed=1)

    def loss(xs, ts):
        return mean(vmap(lambda x, t: (model(x) - t[0]) ** 2)(xs, ts))

    xs, ts = np.array(data.inputs), np.array(data.targets).reshape(len(data.inputs), -1)
    compiled = autograd.compile(value_and_grad(loss), parameters=model)
    theta = compiled.theta()
    for _ in range(10):
        value, slope = compiled(theta, xs, ts)
        y = loss(xs, ts)
        assert_alike(value, y.data)
        slopes = gradients(y, model.parameters())
        theta = theta - 0.1 * slope
        for p, s in zip(model.parameters(), slopes, strict=True):
            p.data -= 0.1 * s
    assert_alike(theta, np.array([p.data for p in model.parameters()]), rtol=1e-10, size=1.0)


def test_second_derivatives_with_values_from_outside():
    w = Value(1.5)

    def f(xs):
        return tanh(dot([w, 2.0], xs)) * w

    with autograd.no_grad():
        expected = hessian(f)([0.5, -0.25])
    for kind in ("floats", "arrays"):
        assert_alike(run(hessian(f), kind, [0.5, -0.25])[0], expected)


def test_a_derivative_of_what_is_undefined_for_the_parameters_of_a_call():
    p = Value(0.0)
    compiled = autograd.compile(lambda x: grad(lambda z: (x - p + z) ** 1.7)(0.5), parameters=[p])
    assert compiled([0.0], 1.0) == pytest.approx(1.7 * 1.5**0.7, rel=1e-15)
    with pytest.raises(NonFiniteError, match=r"pow\(-1.0, 1.7\) is nan"):
        compiled([2.5], 1.0)
