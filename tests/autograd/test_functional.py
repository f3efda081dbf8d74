"""grad, value_and_grad, jacobian, hessian, hvp and jvp: structures, nesting, and what comes out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, exp, grad, hessian, hvp, jacobian, jvp, no_grad, sin, tanh, value_and_grad
from autograd.tree import leaves

small = st.floats(-2, 2)
W = Value(1.0, label="w")


class Line(NamedTuple):
    slope: float
    offset: float


def test_numbers_in_numbers_out():
    assert grad(lambda x: x * x)(3) == 6.0
    assert type(grad(lambda x: x * x)(3)) is float
    assert value_and_grad(lambda x: x * x)(3) == (9.0, 6.0)
    assert grad(lambda x: 5)(3) == 0.0


def test_the_structure_of_the_argument_is_the_structure_of_the_answer():
    def f(p):
        return p["w"][0] * p["w"][1] + p["line"].slope * 10 + p["pair"][0] + 0 * p["pair"][1]

    p = {"w": [2.0, 3.0], "line": Line(1.0, 2.0), "pair": (4.0, 5.0)}
    answer = grad(f)(p)
    assert answer == {"w": [3.0, 2.0], "line": Line(10.0, 0.0), "pair": (1.0, 0.0)}
    assert type(answer["line"]) is Line


def test_argnums():
    def f(x, y, z=1.0):
        return x * y**2 * z

    assert grad(f, argnums=1)(2.0, 3.0) == 12.0
    assert grad(f, argnums=(1, 0))(2.0, 3.0) == (12.0, 9.0)
    assert grad(f, argnums=-1)(2.0, 3.0) == grad(f, argnums=np.int64(1))(2.0, 3.0) == 12.0
    assert grad(f, argnums=[0])(2.0, 3.0, z=2.0) == (18.0,)
    assert jacobian(lambda x, y: [x * y, x + y], argnums=(0, 1))(2.0, 3.0) == [(3.0, 2.0), (1.0, 1.0)]
    assert hessian(f, argnums=(0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))


@given(small)
def test_any_order(x):
    def f(x):
        return sin(x) * exp(2 * x)

    first, second, third = grad(f), grad(grad(f)), grad(grad(grad(f)))
    s, c, e = sin(x), autograd.cos(x), exp(2 * x)
    assert first(x) == pytest.approx((c + 2 * s) * e, rel=1e-12, abs=1e-12)
    assert second(x) == pytest.approx((3 * s + 4 * c) * e, rel=1e-12, abs=1e-12)
    assert third(x) == pytest.approx((2 * s + 11 * c) * e, rel=1e-12, abs=1e-11)


@given(small, small)
def test_levels_are_not_confused(x, y):
    assert grad(lambda x: x * grad(lambda y: x + y)(y))(x) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(y))(x) == pytest.approx(2 * x, abs=1e-12)
    assert grad(lambda x: x * grad(lambda x: x * x * x)(x))(x) == pytest.approx(9 * x * x, abs=1e-12)
    g = tanh
    expected = grad(g)(x) + x * grad(grad(g))(x)
    assert grad(lambda x: x * grad(g)(x))(x) == pytest.approx(expected, abs=1e-12)
    assert grad(lambda x: grad(lambda y: grad(lambda z: x * y * z * z)(y))(x))(x) == pytest.approx(8 * x, abs=1e-11)


def test_what_depends_on_a_value_from_outside_is_a_value():
    w = Value(3.0)
    slope = grad(lambda x: w * x * x)(2.0)
    assert slope.data == 12.0
    slope.backward()
    assert w.grad == 4.0
    value, slope = value_and_grad(lambda x: w * x)(2.0)
    assert (value.data, slope.data) == (6.0, 3.0)
    with no_grad():
        assert type(grad(lambda x: w * x * x)(2.0)) is float
        assert hessian(lambda x: w * x * x)(2.0) == 6.0


def test_an_argument_that_is_a_value_stays_in_its_graph():
    x = Value(2.0)
    slope = grad(lambda x: x**3)(x)
    assert slope.data == 12.0
    slope.backward()
    assert x.grad == 12.0


def test_a_value_made_inside_the_function_is_nobodys_business():
    assert type(grad(lambda x: Value(2.0) * x)(1.0)) is float
    assert grad(lambda x: Value(2.0))(1.0) == 0.0


def test_jacobian_of_structures():
    def f(x):
        return {"sum": x[0] + x[1], "both": [x[0] * x[1], 7.0]}

    assert jacobian(f)([2.0, 3.0]) == {"sum": [1.0, 1.0], "both": [[3.0, 2.0], [0.0, 0.0]]}


@given(st.lists(small, min_size=3, max_size=3), st.lists(small, min_size=3, max_size=3))
def test_hvp_and_jvp_are_products_with_what_they_spare(x, v):
    def f(x):
        return tanh(x[0] * x[1]) + exp(x[2]) * x[0] ** 2

    slopes, table = grad(f)(x), hessian(f)(x)
    assert jvp(f, (x,), (v,))[0] == f(x)
    assert jvp(f, (x,), (v,))[1] == pytest.approx(sum(a * b for a, b in zip(slopes, v, strict=True)), abs=1e-9)
    [product] = hvp(f, (x,), (v,))
    assert product == pytest.approx([sum(a * b for a, b in zip(row, v, strict=True)) for row in table], abs=1e-9)
    for i in range(3):
        for j in range(3):
            assert table[i][j] == pytest.approx(table[j][i], abs=1e-12)


def test_jvp_of_structures_and_of_values():
    value, change = jvp(lambda x, y: [x * y, {"x": x, "c": 5.0}], (2.0, 3.0), (1.0, 10.0))
    assert value == [6.0, {"x": 2.0, "c": 5.0}]
    assert change == [23.0, {"x": 1.0, "c": 0.0}]
    assert grad(lambda t: jvp(lambda x: x**3, (t,), (1.0,))[1])(2.0) == 12.0
    assert grad(lambda v: jvp(lambda x: x**3, (2.0,), (v,))[1])(1.0) == 12.0


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: grad(lambda x: [x, x])(1.0), "returned list; for a function .* several numbers use jacobian"),
        (lambda: grad(lambda x: None)(1.0), "returned NoneType"),
        (lambda: grad(lambda x: x > 0)(1.0), "returned bool"),
        (lambda: jacobian(lambda x: [x, "x"])(1.0), r"returned 'x' at \[1\]"),
        (lambda: grad(lambda x: x)({"w": [1.0, "two"]}), r"argument 0\['w'\]\[1\] of <lambda> needs one real number"),
        (lambda: grad(lambda x: x)(True), "argument 0 of <lambda> needs one real number, not True"),
        (lambda: grad(lambda x: x, argnums=2)(1.0), "no argument 2"),
        (lambda: grad(lambda x: x)(x=1.0), "no argument 0"),
        (lambda: grad(W * 2, W), r"grad differentiates a function.*write gradients\(y, w\)"),
        (lambda: value_and_grad(W, [W, Value(1.0)]), r"w is a Value that .* computed: write gradients\(w, \[w, …\]\)"),
        (lambda: hessian(W), r"hessian differentiates a function.*gradients\(w, x\)"),
        (lambda: jvp(W, (1.0,), (1.0,)), r"jvp differentiates a function"),
        (lambda: hvp(3.0, (1.0,), (1.0,)), r"hvp differentiates a function, and 3.0 is of type float"),
        (lambda: grad(lambda a, b: a * b, W), r"w is of type Value; to differentiate at a point.*grad\(f\)\(x\)"),
        (lambda: jacobian(lambda a, b: a * b, np.array([1.0, 2.0])), r"of type ndarray.*jacobian\(f\)\(x\)"),
        (lambda: grad(lambda a, b: a * b, "b"), r"<lambda> takes \(a, b\): write argnums=1"),
        (lambda: grad(lambda a, b: a * b, "c"), r"takes \(a, b\)$"),
        (lambda: grad(lambda a, b: a * b, ("a", 1)), r"counted from 0.*and \('a', 1\) is"),
        (lambda: grad(lambda a, b: a * b, True), "True is of type bool"),
        (lambda: jvp(lambda x: x, 1.0, 1.0), "such as"),
        (lambda: jvp(lambda x: x, (1.0,), ("one",)), r"tangents\[0\] needs one real number"),
    ],
)
def test_errors_say_what_to_do(attempt, message):
    with pytest.raises(TypeError, match=message):
        attempt()


def test_tangents_of_another_shape():
    with pytest.raises(ValueError, match="same shape"):
        jvp(lambda x: x[0], ([1.0, 2.0],), ([1.0],))


def test_an_infinite_derivative_on_the_way_forward():
    with pytest.raises(autograd.NonFiniteError, match="sqrt"):
        jvp(autograd.sqrt, (0.0,), (1.0,))
    assert jvp(autograd.sqrt, (float("inf"),), (1.0,))[1] == 0.0


MODES = {
    "create_graph": lambda f, x: autograd.gradients(f(v := Value(x)), v, create_graph=True),
    "grad at a Value": lambda f, x: grad(f)(Value(x)),
    "grad of grad": lambda f, x: grad(grad(f))(x),
    "jacobian": lambda f, x: jacobian(lambda x: [f(x)])(x),
    "hessian": lambda f, x: hessian(f)(x),
    "hvp": lambda f, x: hvp(f, (x,), (1.0,)),
    "jvp": lambda f, x: jvp(f, (x,), (1.0,)),
    "jvp at a Value": lambda f, x: jvp(f, (Value(x),), (1.0,)),
    "jvp along a Value": lambda f, x: jvp(f, (x,), (Value(1.0),)),
}


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
@pytest.mark.parametrize(
    ("f", "at"),
    [
        (lambda x: x**x, -2.0),
        (lambda x: Value(-3.0) ** x, 2.0),
        (autograd.sqrt, 0.0),
        (lambda x: (x * 1e200) * 1e200, 1e-300),
        (lambda x: x * 1e308 + x * 1e308, 0.5),
    ],
    ids=["a nan", "a nan by a node from outside", "inf", "too large a product", "too large a sum"],
)
def test_a_derivative_that_is_no_number_is_an_error_in_every_mode(mode, f, at):
    with pytest.raises(autograd.NonFiniteError):
        mode(f, at)


INNER = {
    "grad": grad,
    "jvp": lambda f: lambda x: jvp(f, (x,), (1.0,))[1],
    "hvp": lambda f: lambda x: hvp(f, (x,), (1.0,))[0],
}


@pytest.mark.parametrize("inner", INNER.values(), ids=INNER)
def test_the_walk_of_an_inner_level_ends_where_the_level_began(inner, monkeypatch):
    """Otherwise a derivative in a loop that is differentiated goes through the whole history at every step."""
    walked = []

    def ancestry(*roots, **bounds):
        order = autograd.ancestry(*roots, **bounds)
        walked.append(len(order))
        return order

    w = Value(0.5)
    state = w * 1.0
    for _ in range(100):
        state = state * 0.99 + 0.01
    with monkeypatch.context() as patch:
        patch.setattr("autograd.backprop.ancestry", ancestry)
        patch.setattr("autograd.functional.ancestry", ancestry)
        slope = inner(lambda x: w * x * x * x + state * x * x)(state)
    assert 0 < max(walked) < 60
    assert autograd.gradients(slope, w, strict=True) != 0.0


@given(small, small)
def test_levels_meet_through_values_from_outside(x, y):
    """The inner level uses what the outer one computed before, during and after it."""

    def by_hand(x):  # d/dx of x·∂/∂y(a·y²·x + a·y) at y = x·y₀, with a = x²
        return x * (2 * x**2 * (x * y) * x + x**2)

    def nested(inner):
        def f(x):
            a = x * x
            return x * inner(lambda z: a * z * z * x + a * z)(x * y)

        return grad(f)(x)

    expected = grad(by_hand)(x)
    for inner in (grad, lambda f: lambda x: jvp(f, (x,), (1.0,))[1], lambda f: lambda x: value_and_grad(f)(x)[1]):
        assert nested(inner) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_the_function_keeps_its_name():
    def area(x):
        return x * x

    assert grad(area).__name__ == jacobian(area).__name__ == "area"


def test_derivatives_of_arrays_by_lists_again():
    """A derivative of a derivative that is an array of lists: each number in it is derived."""
    f = jacobian(jacobian(lambda w: np.array([w[0] * w[0] * w[1], w[1] ** 3])))
    assert [x for _, x in leaves(f([2.0, 3.0]))] == [6.0, 4.0, 4.0, 0.0, 0.0, 0.0, 0.0, 18.0]
