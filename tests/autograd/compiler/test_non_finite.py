"""A number that is not finite: the error is the engine's own, and the program is as good as before."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import (
    NonFiniteError,
    Value,
    dot,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    log,
    mean,
    sqrt,
    tanh,
    value_and_grad,
    vmap,
)
from autograd.primitives import remove_row
from autograd.testing import expressions
from tests.autograd.compiler.comparing import (
    TINY,
    assert_alike,
    attempt,
    each_kind,
    forced,
    number,
    run,
    share,
    without_the_eager_path,
)

CASES = {
    "log of 0": (lambda x: log(x - 1.0) * x, 1.0, 2.0),
    "log of a negative number": (lambda x: x * log(x), -1.0, 2.0),
    "division by 0": (lambda x: 3.0 / (x - 1), 1.0, 2.0),
    "exp too large": (lambda x: exp(x) * x, 1000.0, 1.0),
    "the derivative of a root at 0": (lambda x: sqrt(x * x), 0.0, 2.0),
    "a root of a negative number": (lambda x: sqrt(x), -2.0, 2.0),
    "a power": (lambda x: x ** (1 / 3) * x, -8.0, 8.0),
    "a power that is too large": (lambda x: x**200.0 + x, 1e10, 2.0),
    "a product": (lambda x: x * x * x, 1e200, 2.0),
    "a sum": (lambda x: x + x + x, 1.7e308, 2.0),
    "a dot": (lambda x: dot([x, x], [x, 2.0]), 1e200, 2.0),
    "swallowed by tanh": (lambda x: tanh(x * x), 1e200, 2.0),
    "swallowed by a quotient": (lambda x: 1 / (1 + x * x), 1e200, 2.0),
    "swallowed by a sum": (lambda x: tanh(x + x), 1.7e308, 2.0),
    "swallowed after a dot": (lambda x: tanh(dot([x, x], [x, 2.0])), 1e200, 2.0),
    "swallowed by a minimum": (lambda x: autograd.minimum(x * x, x), 1e200, 2.0),
    "swallowed by where": (lambda x: autograd.where(x < 1, x, log(abs(x) * abs(x))), 1e200, 2.0),
    "a derivative that is too large": (lambda x: 1e200 * tanh(1e200 * x), 0.0, 1.0),
}


@each_kind
@pytest.mark.parametrize("name", CASES)
def test_the_same_error_as_eagerly_and_then_the_program_works_again(name, kind):
    f, bad, good = CASES[name]
    asked = value_and_grad(f)
    expected = attempt(asked, bad)
    assert isinstance(expected, NonFiniteError)
    compiled = autograd.compile(asked)
    with forced(kind):
        for _ in range(2):
            found = attempt(compiled, bad)
            assert isinstance(found, NonFiniteError)
            assert (str(found), found.primitive, found.operands) == (
                str(expected),
                expected.primitive,
                expected.operands,
            )
            assert_alike(compiled(good), asked(good))
    assert compiled.recordings == 1


@each_kind
def test_recording_at_a_bad_point_is_no_worse(kind):
    """The first call may be the bad one: nothing of its numbers is in the program."""
    compiled = autograd.compile(value_and_grad(lambda x: log(x) / x))
    with forced(kind):
        with pytest.raises(NonFiniteError, match="log is defined for x > 0"):
            compiled(-1.0)
        assert_alike(compiled(2.0), value_and_grad(lambda x: log(x) / x)(2.0))


@each_kind
def test_without_a_derivative_too(kind):
    for f, x in (
        (lambda x: log(x), 0.0),
        (lambda x: x.exp(), 1000.0),
        (lambda x: x ** (1 / 3), -8.0),
        (lambda x: 1 / x, 0.0),
    ):
        with forced(kind), pytest.raises(NonFiniteError):
            autograd.compile(f)(x)


@each_kind
@given(e=expressions("x y", max_size=8), point=st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)))
@share(1.2)
def test_any_expression_anywhere(e, point, kind):
    """Numbers of every size: the engine's numbers, or its error. A program that adds in another order may find a way
    around an intermediate that is too large, and may not find one that the engine has.
    """
    nodes = attempt(e.nodes, *map(Value, point))
    if isinstance(nodes, dict):  # below the smallest normal number a program may be off, and log would magnify that
        assume(not any(0 < abs(number(x)) < TINY for x in nodes.values()))
    asked = value_and_grad(e, argnums=(0, 1))
    expected = attempt(asked, *point)
    with forced(kind):
        found = attempt(autograd.compile(asked), *point)
    if isinstance(expected, NonFiniteError):
        assert isinstance(found, NonFiniteError), (expected, found)
        assert str(found) == str(expected)
    else:
        assert not isinstance(found, NonFiniteError), (expected, found)


@each_kind
def test_what_only_the_program_cannot_compute_the_engine_does(kind):
    """The engine's softplus has a way around; and (x − x) + x adds up in another order."""
    for f, x in (
        (lambda x: autograd.sum([x, -1.1 * x, x]), 1.5e308),
        (lambda x: (x - 1.1 * x) + x, 1.5e308),
        (lambda x: autograd.atan(x), 1e200),
        (lambda x: autograd.gelu(x), 1e170),
    ):
        found, _ = run(value_and_grad(f), kind, x)
        assert_alike(found, value_and_grad(f)(x))


@each_kind
def test_inf_and_nan_that_were_put_in_pass_through(kind):
    for f, x in (
        (lambda x: x * 2, math.inf),
        (lambda x: tanh(x), -math.inf),
        (lambda x: x - x, math.inf),
        (lambda x: x * 3, math.nan),
    ):
        found, _ = run(f, kind, x)
        assert_alike(found, f(Value(x)).data)
    assert run(lambda x: x * math.inf, kind, 2.0)[0] == math.inf
    assert run(lambda x: autograd.minimum(x, math.inf), kind, 2.0)[0] == 2.0


def test_in_a_batch_the_sample_is_found():
    compiled = autograd.compile(value_and_grad(lambda xs: mean(vmap(lambda x: log(x))(xs))))
    with pytest.raises(NonFiniteError, match=r"log\(-2.0\) is nan"):
        compiled(np.array([1.0, -2.0, 3.0]))
    assert_alike(compiled(np.array([1.0, 2.0]))[1], np.array([0.5, 0.25]))
    assert compiled.recordings == 1


def test_an_overflow_inside_of_a_batch_is_not_swallowed():
    def f(ws, xs):
        return mean(vmap(lambda w, x: tanh(dot(w, x)))(ws, xs))

    compiled = autograd.compile(value_and_grad(f))
    ws, xs = np.ones((3, 2)), np.ones((3, 2))
    assert_alike(compiled(ws, xs)[0], f(ws, xs))
    ws[1], xs[1] = 1e200, 1e200
    with pytest.raises(NonFiniteError, match="dot"):
        compiled(ws, xs)
    with pytest.raises(NonFiniteError, match="mul"):
        autograd.compile(lambda w, xs: mean(vmap(lambda x: tanh(w[0] * x[0] + w[1] * x[1]))(xs)))(ws[1], xs)


@each_kind
def test_an_error_names_the_parameter(kind):
    w = Value(2.0, label="scale")
    compiled = autograd.compile(value_and_grad(lambda x: log(w) * x), parameters=[w])
    with forced(kind):
        assert_alike(compiled([2.0], 3.0)[0], math.log(2.0) * 3.0)
    with pytest.raises(NonFiniteError, match=r"log\(-1.0\) is nan, where x is 'scale'"):
        compiled([-1.0], 3.0)
    assert w.data == 2.0  # as it was


def test_results_have_one_type_whatever_the_way():
    """Also when the engine computed them."""
    compiled = autograd.compile(vmap(lambda x: autograd.atan(x)))
    for x in (2.0, 1e200):
        found = compiled(np.array([x, 1.0]))
        assert type(found) is np.ndarray
        assert found.dtype == float
    both = autograd.compile(value_and_grad(lambda xs, w: autograd.atan(w * xs[0]), argnums=(0, 1)))
    for x in (2.0, 1e200):
        value, (slopes, slope) = both(np.array([x, 1.0]), 1.0)
        assert type(value) is float
        assert type(slope) is float
        assert slopes.dtype == float


# --- products, which BLAS computes in several threads without a word on what overflows --------------------------------

W, X = np.random.default_rng(0).normal(size=(2, 64, 64))
X = np.concatenate([X] * 4)  # enough for a second thread
SWALLOWED = {
    "tanh": lambda w, xs: mean(vmap(lambda x: autograd.sum([tanh(dot(a, x)) for a in w]))(xs)),
    "sigmoid of a sum": lambda w, xs: mean(
        vmap(lambda x: autograd.sum([autograd.sigmoid(dot(a, x) + 1) for a in w]))(xs)
    ),
    "relu": lambda w, xs: vmap(lambda x: [autograd.relu(-dot(a, x)) for a in w])(xs),
    "a quotient": lambda w, xs: vmap(lambda x: [1 / dot(a, x) for a in w])(xs),
    "where": lambda w, xs: vmap(lambda x: [autograd.where(dot(a, x) > 0, 1.0, 2.0) for a in w])(xs),
    "a second layer": lambda w, xs: vmap(lambda x: tanh(autograd.sum([dot(a, x) for a in w]) * 0.5))(xs),
    "nothing": lambda w, xs: vmap(lambda x: [dot(a, x) for a in w])(xs),
    "nothing, beside a constant": lambda w, xs: vmap(lambda x: [dot(a, x) for a in w] + [1.0])(xs),
    "nothing, in a list": lambda w, xs: vmap(lambda x: [[dot(a, x) for a in w], 1.0])(xs),
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_an_overflow_in_a_large_product_is_not_swallowed(name):
    compiled = autograd.compile(SWALLOWED[name])
    compiled(W, X)
    w, xs = W.copy(), X.copy()
    w[0, 0] = xs[-1, 0] = 1e200
    with pytest.raises(NonFiniteError, match=r"dot\(1e\+200"):
        compiled(w, xs)
    with without_the_eager_path():
        compiled(W, X)


@pytest.mark.parametrize("name", SWALLOWED)
def test_large_numbers_are_not_taken_for_an_overflow(name):
    """Their squares would be too large, and their sum, and they are not."""
    compiled = autograd.compile(SWALLOWED[name])
    w, xs = W / np.abs(W).sum(), np.full_like(X, 1.7e308)
    with without_the_eager_path():
        found = compiled(w, xs)
    assert_alike(
        np.ravel(np.array(found, dtype=object))[0], np.ravel(np.array(SWALLOWED[name](w, xs[:1]), dtype=object))[0]
    )


def test_a_function_of_ones_own_that_says_nothing_of_inf():
    """NumPy's functions raise flags, and others need not."""

    @autograd.primitive(base=lambda x: 1 / (x - 1), array_base=lambda x: np.where(x == 1, np.inf, x))
    def silent(m, x):
        return m.silent(x), 0.0 * x

    try:
        compiled = autograd.compile(lambda xs: vmap(lambda x: tanh(silent(x)))(xs))
        compiled(np.array([2.0, 3.0]))
        with pytest.raises(NonFiniteError, match=r"silent\(1.0\) is"):
            compiled(np.array([2.0, 1.0]))
    finally:
        remove_row("silent")


# --- flags that mean nothing ------------------------------------------------------------------------------------------


def test_a_flag_of_a_part_that_is_not_used_costs_no_eager_run():
    @autograd.primitive
    def with_a_bound(m, x):
        return m.where(x > 700.0, 1.0, 1.0 / (1.0 + m.exp(-x) * m.exp(x))), m.where(x > 700.0, 0.0, m.exp(x))

    try:
        for f in (with_a_bound, autograd.atan, lambda x: autograd.maximum(x, x), lambda x: autograd.minimum(x, 2.0)):
            for asked in (value_and_grad(lambda xs, f=f: autograd.sum(vmap(f)(xs))), vmap(value_and_grad(f))):
                compiled = autograd.compile(asked)
                for last in (1.0, 1e200, 1e300, 2.0):
                    xs = np.array([1.0, last])
                    with without_the_eager_path():
                        found = compiled(xs)
                    assert_alike(found, asked(xs))
    finally:
        remove_row("with_a_bound")


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: tanh(grad(sqrt)(x)), 0.0),
        (lambda x: 1 / grad(log)(x), 0.0),
        (lambda x: grad(autograd.atan)(x) + tanh(x * x), 1e200),
        (lambda x: tanh(x * x) * grad(autograd.atan)(x), 1e200),
        (lambda x: tanh(1e300 * grad(autograd.exp)(x)), 700.0),
        (lambda x: tanh(grad(lambda v: exp(v * v))(x)), 27.0),
    ],
)
def test_what_goes_wrong_beside_the_parts_of_a_rule_does_not_hide_behind_them(f, x):
    with pytest.raises(NonFiniteError):
        f(Value(x))
    for compiled in (autograd.compile(vmap(f)), autograd.compile(lambda xs: mean(vmap(f)(xs)))):
        assert np.isfinite(compiled(np.array([1.0, 2.0]))).all()
        with pytest.raises(NonFiniteError):
            compiled(np.array([1.0, x]))


def test_what_a_rule_cannot_compute_on_values_is_computed_on_numbers():
    """The eager path gives what plain numbers give: in a scalar program, too."""
    slope = grad(autograd.atan)
    for f, x in (
        (lambda x: slope(x), 1e200),
        (lambda xs: vmap(slope)(xs), [1e200, 1.0]),
        (lambda x: [slope(x)], 1e200),
    ):
        assert_alike(autograd.compile(f)(x), f(x))


CONSTANT = {
    "of numbers": lambda x: tanh(autograd.sinh(1e300)) * x,
    "of Values": lambda x: tanh(Value(1e200) * 1e200) * x,
    "of the side that is not taken": lambda x: autograd.where(x > 0, x, log(Value(0.0))),
    "in a derivative": lambda x: tanh(grad(lambda v: exp(v * v))(30.0)) * x,
    "of a derivative": lambda x: tanh(grad(sqrt)(0.0)) * x,
    "of a derivative forward": lambda x: tanh(autograd.jvp(sqrt, (0.0,), (1.0,))[1]) * x,
    "a derivative by the exponent": lambda x: grad(lambda y: autograd.pow(-1.0, y))(2.0 * x),
    "the same forward": lambda x: autograd.jvp(lambda y: autograd.pow(-1.0, y), (2.0 * x,), (1.0,)),
    "a quotient forward": lambda x: autograd.jvp(lambda x: x / autograd.relu(0.0), (x,), (1.0,)),
}


@each_kind
@pytest.mark.parametrize("name", CONSTANT)
def test_what_no_argument_has_a_part_in_is_an_error_as_eagerly(name, kind):
    f = CONSTANT[name]
    expected = attempt(f, 1.0)
    assert isinstance(expected, NonFiniteError)
    with forced(kind):
        found = attempt(autograd.compile(f), 1.0)
    assert isinstance(found, NonFiniteError)
    assert str(found) == str(expected)
    with pytest.raises(NonFiniteError):
        autograd.compile(vmap(f))(np.array([1.0, 3.0]))


def test_the_parts_of_a_rule_may_be_infinite_for_constants_too():
    assert autograd.compile(lambda x: grad(autograd.atan)(1e200) + x)(1.0) == 1.0


@each_kind
@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan])
def test_inf_and_nan_that_are_written_in_the_function(x, kind):
    functions = [
        lambda v: dot([1.0, v, 1.0, x, 1.0], [0.5, 1.0, 2.0, 1.0, 1.0]),
        lambda v: autograd.maximum(v, x),
        lambda v: autograd.sum([(x * v + c) / (v - c) for c in (3.0, 4.0, 5.0, 6.0)]),
    ]
    for f in functions:
        assert_alike(run(value_and_grad(f), kind, 2.0)[0], value_and_grad(f)(2.0))


@each_kind
def test_operations_of_arguments_that_are_not_differentiated_by_are_looked_at_too(kind):
    cases = {
        "mul": lambda x, y: x * (y * 2.0),
        "pow": lambda x, y: x + y**2,
        "cosh": lambda x, y: x * autograd.cosh(y),
    }
    for name, f in cases.items():
        with forced(kind), pytest.raises(NonFiniteError) as caught:
            autograd.compile(value_and_grad(f))(0.5, 1.7e308)
        assert caught.value.primitive == name


@each_kind
@pytest.mark.parametrize("wrap", [tuple, list, lambda xs: {"a": xs[0], "b": xs[1]}])
def test_derivatives_in_structures_for_each_number_of_an_array(wrap, kind):
    def f(x):
        a, b = x.values() if isinstance(x, dict) else x
        return a * b

    for b in (2.0, math.nan):
        given = wrap([np.array([1.0, 2.0]), b])
        with np.errstate(all="ignore"):  # NumPy looks at flags after it has asked Values
            found, expected = run(jacobian(f), kind, given)[0], jacobian(f)(given)
        assert found.shape == expected.shape == (2,)
        assert_alike(list(found), list(expected))


SLOPES = {
    "jacobian": (jacobian, lambda x: (x,)),
    "hessian": (hessian, lambda x: (x,)),
    "jvp": (lambda f: lambda x, t: jvp(f, (x,), (t,))[1], lambda x: (x, 1.0)),
    "hvp": (lambda f: lambda x, t: hvp(f, (x,), (t,)), lambda x: (x, 1.0)),
    "grad of grad": (lambda f: grad(grad(f)), lambda x: (x,)),
    "grad of each": (lambda f: vmap(grad(f)), lambda x: (np.array([1.0, x]),)),
    "grad inside": (lambda f: lambda x: [grad(f)(x)], lambda x: (x,)),
}


@each_kind
@pytest.mark.parametrize("name", SLOPES)
def test_a_derivative_of_what_is_undefined_is_refused_also_where_the_value_is_not_asked_for(name, kind):
    of, arguments = SLOPES[name]
    for f, x, primitive in (
        (log, -1.0, "log"),
        (autograd.log1p, -2.0, "log1p"),
        (lambda x: x * x, 1e200, "mul"),
        (lambda x: 3.0 * x + x, 5e307, "add"),
    ):
        with forced(kind), pytest.raises(NonFiniteError) as caught:
            autograd.compile(of(f))(*arguments(x))
        assert caught.value.primitive == primitive
