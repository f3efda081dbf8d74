"""NumPy's functions of Values and of arrays of them: the engine's operations with its kinks, or what to write."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, compile, grad, gradients
from autograd.errors import FrozenError
from autograd.interop import _ELSEWHERE
from autograd.primitives import table

NAMED = {"absolute": "abs", "arctan": "atan", "subtract": "sub", "multiply": "mul", "divide": "div", "negative": "neg"}
numbers = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0])


def ufunc_of(row):
    """NumPy's function for a row of the table, if there is one."""
    name = next((n for n, other in NAMED.items() if other == row.name), row.name)
    found = getattr(np, name, None)
    return found if isinstance(found, np.ufunc) and found.nin == row.arity and not row.constants else None


ROWS = [row for row in table.values() if ufunc_of(row) is not None]


def slopes(y, xs):
    return gradients(y, list(xs))


def test_most_rows_have_a_function_in_numpy():
    assert {"exp", "abs", "sub", "atan", "power", "maximum", "sign", "log1p"} <= {row.name for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_function_of_values_is_the_row_at_its_kinks_too(row):
    for numbers in [(0.0, 0.0), (0.5, 2.0), (1.0, 1.0), (2.0, 0.5)]:
        xs = [Value(x) for x in numbers[: row.arity]]
        if not row.domain.contains(*numbers[: row.arity]) or (row.name == "sqrt" and not numbers[0]):
            continue
        made, right = ufunc_of(row)(*xs), autograd.functions.function(row)(*xs)
        assert type(made) is Value
        assert made.data == right.data
        assert slopes(made, xs) == slopes(right, xs)


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
@given(a=numbers, b=numbers)
def test_a_choice_between_a_value_and_anything_else_splits_its_ties(name, a, b):
    function, right = getattr(np, name), getattr(autograd, name.replace("fm", "m") + "imum" * (name[0] == "f"))
    x = Value(a)
    expected = grad(right)(a, b)
    for other in (b, np.float64(b), np.float32(b), Value(b), np.longdouble(b)):
        assert slopes(function(x, other), [x]) == slopes(function(other, x), [x]) == [expected]
    made = function(x, np.array([[b], [b]]))
    assert made.shape == (2, 1)
    assert [slopes(y, [x]) for y in made.flat] == [[expected]] * 2
    values = np.array([Value(b), b], dtype=object)
    assert [slopes(y, [x]) for y in function(values, x)] == [[expected]] * 2
    assert function.outer(values, x)[0].primitive.name == right.__name__


def test_fmax_passes_over_nan_as_in_numpy():
    nan, x = Value(math.nan), Value(1.0)
    assert np.fmax(nan, x) is np.fmin(x, nan) is x
    assert math.isnan(np.maximum(nan, x).data)


@given(numbers, numbers, numbers)
def test_clip_is_a_maximum_and_a_minimum(x, low, high):
    v = Value(x)
    right = grad(lambda v: autograd.minimum(autograd.maximum(v, low), high))(x)
    assert slopes(np.clip(v, low, high), [v]) == [right]
    assert np.clip(v, None, high).data == min(x, high)
    assert np.clip(v, low, None).data == max(x, low)
    bound = Value(low)
    assert np.clip(np.array([x, x]), bound, high)[1].data == np.clip(x, low, high)


@given(st.floats(0.1, 50.0))
def test_functions_that_rows_compute(x):
    for function in (np.exp2, np.log2, np.log10, np.radians, np.degrees, np.deg2rad, np.rad2deg, np.square, np.fabs):
        v = Value(x)
        for made in (function(v), function(np.array([v]))[0]):
            assert made.data == pytest.approx(function(x), rel=1e-14, abs=1e-15)
            step = 1e-6 * x
            [slope] = slopes(made, [v])
            assert slope == pytest.approx((function(x + step) - function(x - step)) / (2 * step), rel=1e-5)
    a = Value(x)
    assert np.logaddexp(a, 1.0).data == np.logaddexp(1.0, a).data == pytest.approx(np.logaddexp(x, 1.0))
    assert np.reciprocal(a).data == 1 / x
    assert np.float_power(a, 2).data == x * x


@given(st.lists(st.floats(-10.0, 10.0), min_size=2, max_size=6, unique=True))
def test_reductions_and_products_of_arrays(xs):
    values = np.array([Value(x) for x in xs])
    plain = np.array(xs)
    matrix, beside = np.stack([values, values * 2.0]), np.stack([plain, plain * 2.0])
    for function in (
        np.sum, np.mean, np.prod, np.var, np.std, np.max, np.min, np.ptp, np.linalg.norm, np.median,
        lambda a: np.dot(a, a), lambda a: a @ a, lambda a: np.vdot(a, a), lambda a: np.einsum("i,i->", a, a),
    ):  # fmt: skip
        assert function(values).data == pytest.approx(function(plain), rel=1e-12, abs=1e-12)
    for function in (
        np.cumsum, np.cumprod, np.diff, np.sort, np.argmax, np.argsort, lambda a: np.outer(a, a),
        lambda a: np.where(a > 0, a, 0.0),
    ):  # fmt: skip
        made = np.array([y.data if isinstance(y, Value) else y for y in np.ravel(function(values))], dtype=float)
        np.testing.assert_allclose(made, np.ravel(function(plain)), rtol=1e-12, atol=1e-12)
    norms = np.linalg.norm(matrix, axis=1)
    np.testing.assert_allclose([y.data for y in norms], np.linalg.norm(beside, axis=1))
    np.testing.assert_allclose([y.data for y in np.std(matrix, axis=0)], np.std(beside, axis=0), atol=1e-12)


def test_a_choice_by_numpys_where_is_a_value_and_not_an_array_of_one():
    v = Value(3.0)
    assert np.where(True, v, 0.0) is v
    assert np.where(False, v, 0.0) == 0.0
    assert np.where([True, False], v, 0.0).tolist() == [v, 0.0]
    assert np.stack([v, v]).shape == (2,)


def test_questions_about_a_value():
    v = Value(1.0)
    assert np.isfinite(v) is True
    assert np.isnan(Value(math.nan)) is True
    assert np.isinf(Value(-math.inf)) is True
    assert np.less(v, [0.0, 2.0]).tolist() == [False, True]
    with pytest.raises(FrozenError, match=r"\.data of"):
        compile(lambda x: x if np.isfinite(x) else 0.0)(1.0)


def test_in_a_compiled_function_they_are_the_operations_too():
    def f(x):
        return np.maximum(x, 0.0) + np.clip(x, -1.0, 1.0) + np.float64(2.0) * x

    assert compile(grad(f))(0.0) == grad(f)(0.0) == 3.5


@pytest.mark.parametrize("name", [*_ELSEWHERE, "arcsin", "arccosh", "arctan2", "fmod", "logaddexp2", "spacing"])
def test_what_is_no_operation_says_what_to_write(name):
    function = getattr(np, name)
    operands = [Value(0.5), 2.0][: function.nin]
    with pytest.raises(TypeError, match=r"autograd\.|v\.data"):
        function(*operands)
    if any("O" in types for types in function.types):
        with pytest.raises(TypeError, match=r"autograd\.|v\.data"):
            function(np.array([Value(0.5), Value(0.5)]), *operands[1:])


def test_what_is_defined_under_numpys_name_is_used():
    @autograd.primitive(base=math.asin)
    def arcsin(m, x):
        return m.arcsin(x), 1.0 / m.sqrt(1.0 - x * x)

    try:
        assert np.arcsin(Value(0.5)).partials == pytest.approx((1 / math.sqrt(0.75),))
        assert np.arcsin(np.array([Value(0.5)]))[0].primitive is table["arcsin"]
    finally:
        autograd.primitives.remove_row("arcsin")


def test_numbers_that_would_drop_out_say_so():
    v = Value(0.5)
    for attempt in (np.float64, lambda v: np.array([v]).astype(float), np.floor, np.round, lambda v: np.round(v, 2)):
        with pytest.raises(TypeError, match=r"v\.data"):
            attempt(v)
    array = np.ones(2)
    with pytest.raises(TypeError, match=r"a = a \+ v"):
        array += v


w = Value(1.0)
MASKED = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])
X = [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda a: autograd.exp(a),
        lambda a: autograd.maximum(a, 0.0),
        lambda a: autograd.sum(a),
        lambda a: autograd.dot(a, X),
        lambda a: autograd.where(np.array([True] * 3), 1.0, a),
        lambda a: autograd.where(a > 0, 1.0, 0.0),
        lambda a: autograd.mean(a),
        lambda a: autograd.grad(lambda a: autograd.sum(list(a)))(a),
        lambda a: autograd.grad(lambda x: autograd.dot(x, a))(X),
        lambda a: autograd.jvp(autograd.sum, (X,), (a,)),
        lambda a: autograd.vmap(lambda x: x * 2)(a),
        lambda a: autograd.vmap(lambda x: x["a"] * 2)({"a": a}),
        lambda a: compile(lambda x: autograd.sum(x))(a),
        lambda a: compile(lambda x: autograd.sum(x["a"]))({"a": a}),
        lambda a: compile(lambda x: x * autograd.sum(autograd.vmap(lambda t: t * 2)(a)))(1.0),
        lambda a: compile(lambda x: w * autograd.sum(x), parameters=[w])(a[:1], X),
        lambda a: Value(2.0) * a,
        lambda a: Value(2.0) * a[1],
        lambda a: np.multiply(a, Value(2.0)),
        lambda a: Value(a[1]),
    ],
)
def test_a_masked_array_is_refused_before_its_mask_is_lost(attempt):
    with pytest.raises(TypeError, match=r"masked.*\.compressed\(\).*\.filled\(0\.0\)"):
        attempt(MASKED)


def test_a_program_that_has_run_refuses_a_masked_array_of_the_same_shape():
    program = compile(lambda xs: autograd.sum(autograd.vmap(lambda x: x * 2)(xs)))
    assert program(MASKED.filled(0.0)) == 8.0
    with pytest.raises(TypeError, match="masked"):
        program(MASKED)
