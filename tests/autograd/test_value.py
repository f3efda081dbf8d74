"""Value as a number: what it holds, how it prints, compares and meets NumPy."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.primitives import table

finite = st.floats(-1e100, 1e100)


def test_a_value_holds_a_float_whatever_real_number_it_is_made_from():
    for x in (3, 3.0, np.float32(3), np.int64(3), np.float64(3), Fraction(3), Value(3).data):
        v = Value(x)
        assert type(v.data) is float
        assert v.data == 3.0
        v.data = x
        v.grad = x
        assert type(v.data) is type(v.grad) is float


def test_data_and_grad_refuse_what_is_not_a_number():
    v = Value(1.0)
    with pytest.raises(TypeError, match="data needs one real number"):
        v.data = "2"
    with pytest.raises(TypeError, match="grad needs one real number"):
        v.grad = None
    assert (v.data, v.grad) == (1.0, 0.0)


@given(finite, finite)
def test_comparisons_and_truth_are_those_of_the_numbers(a, b):
    x, y = Value(a), Value(b)
    assert (x == y, x != y, x < y, x <= y, x > y, x >= y) == (a == b, a != b, a < b, a <= b, a > b, a >= b)
    assert (x == b, x < b, b < x, b >= x) == (a == b, a < b, b < a, b >= a)
    assert bool(x) is bool(a)


def test_nodes_are_told_apart_in_sets_and_as_keys():
    a, b = Value(2.0), Value(2.0)
    assert a == b
    assert len({a, b}) == 2
    assert {a: "a", b: "b"}[b] == "b"
    assert a != "2.0"


def test_what_is_printed():
    x = Value(0.5, label="x")
    assert repr(x) == "Value(0.5, grad=0.0, label='x')"
    assert repr(x * 2) == "Value(1.0, grad=0.0, op='mul')"
    assert f"{x:.3f}|{x:>8.1e}|{x}" == f"0.500| 5.0e-01|{x!r}"


def test_names_that_are_not_words_print_as_they_are():
    for label in ("w₁", "a b", "\n", "'", "한글", "🦆", ""):
        assert repr(Value(1.0, label=label)) == f"Value(1.0, grad=0.0, label={label!r})"


@given(finite, finite)
def test_operators_compute_what_floats_compute(a, b):
    for f in (
        lambda x, y: x + y,
        lambda x, y: x - y,
        lambda x, y: x * y,
        lambda x, y: -x + abs(y),
        lambda x, y: +x - y,
    ):
        expected = f(a, b)
        if math.isfinite(expected):
            assert f(Value(a), Value(b)).data == f(a, Value(b)).data == f(Value(a), b).data == expected


def test_operands_stand_in_the_order_that_was_written():
    a, b = Value(2.0), Value(3.0)
    for made, operands in [(a - b, (a, b)), (b - a, (b, a)), (2 - a, (2.0, a)), (a / 3, (a, 3.0)), (2**a, (2.0, a))]:
        assert len(made.operands) == 2
        assert all(
            x is y or x == y == float(x) for x, y in zip(made.operands, operands, strict=True) if type(x) is float
        )
        assert [x for x in made.operands if isinstance(x, Value)] == [x for x in operands if isinstance(x, Value)]
    assert (a - b).operands[0] is a
    assert autograd.dot([a, b], [5.0, 6.0]).operands == (a, b, 5.0, 6.0)


@pytest.mark.parametrize("row", [row for row in table.values() if hasattr(Value, row.name)], ids=lambda row: row.name)
def test_a_method_is_the_function_of_the_same_name(row):
    x = Value(0.7)
    constants = [0.25] * len(row.constants)
    more = [] if row.arity == 1 + len(constants) else [0.5]
    method, function = getattr(x, row.name), getattr(autograd, row.name)
    assert method(*more, *constants).data == function(x, *more, *constants).data == function(0.7, *more, *constants)
    assert method.__name__ == function.__name__ == row.name
    assert method.__doc__ == function.__doc__ == row.doc


def test_constants_can_be_given_by_name():
    x = Value(0.0)
    assert x.relu(at_zero=0.5).partials == autograd.relu(x, at_zero=0.5).partials == (0.5, None)
    assert x.leaky_relu(at_zero=1.0).partials == autograd.leaky_relu(x, 0.01, at_zero=1.0).partials == (1.0, None, None)
    assert Value(-1.0).leaky_relu(alpha=0.2).data == autograd.leaky_relu(Value(-1.0), 0.2, None).data == -0.2
    assert Value(0.0).leaky_relu(None, 0.5).partials == (0.5, None, None)


def test_functions_of_plain_numbers_return_plain_numbers():
    for function in (autograd.tanh, autograd.relu, autograd.gelu, autograd.abs):
        assert type(function(1)) is type(function(np.float64(1.0))) is float
    assert autograd.sum([1, 2]) == autograd.dot([1, 2], [1, 1]) == autograd.pow(3, 1) == 3.0
    assert autograd.sum([]) == autograd.dot([], []) == 0.0
    assert autograd.where(True, 1.0, 2.0) == autograd.where(np.True_, 1.0, 2.0) == 1.0
    v = Value(1.0)
    assert autograd.where(np.float64(1) > 0, v, 2.0) is v


def test_pow_has_a_constant_exponent_only_where_it_is_written_as_one():
    x, y = Value(2.0), Value(3.0)
    assert [(x**3).primitive.name, (x**y).primitive.name, (2**y).primitive.name] == ["pow", "power", "power"]
    assert (autograd.pow(x, 3).data, autograd.pow(2, y).data, autograd.pow(x, y).data) == (8.0, 8.0, 8.0)


# --- NumPy ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scalar", [np.float64(2), np.float32(2), np.int64(2)])
def test_numpy_scalars_on_either_side(scalar):
    v = Value(3.0)
    for made, number in [(scalar * v, 6), (v * scalar, 6), (scalar - v, -1), (v / scalar, 1.5), (scalar / v, 2 / 3)]:
        assert type(made) is Value
        assert made.data == number
        made.backward()
    assert (scalar**v).data == 8.0
    assert (v**scalar).data == 9.0
    assert scalar < v


def test_arrays_of_values_and_arrays_beside_values():
    v, w = Value(3.0), Value(4.0)
    assert (np.array([v, w]) @ np.array([1.0, 2.0])).data == 11.0
    for array in (np.array([1.0, 2.0]) * v, v * np.array([1.0, 2.0])):
        assert array.shape == (2,)
        assert [x.data for x in array] == [3.0, 6.0]
    assert [x.data for x in v ** np.array([1, 2])] == [3.0, 9.0]
    assert np.sum(np.array([v, w])).data == 7.0
    assert np.mean([v, w]).data == 3.5
    assert np.array([v, 1.0]).dtype == object


@pytest.mark.parametrize("name", ["exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"])
def test_numpys_functions_reach_the_values_in_an_array(name):
    [made] = getattr(np, name)(np.array([Value(0.5)]))
    assert made.primitive is table[name]
    assert made.data == getattr(math, name)(0.5)


def test_numpys_other_names_for_functions():
    array = np.array([Value(-0.5)])
    assert np.arctan(array)[0].primitive is table["atan"]
    assert np.abs(array)[0].primitive is table["abs"]
    assert np.square(array)[0].data == 0.25


@pytest.mark.parametrize("row", [row for row in table.values() if row.arity == 1], ids=lambda row: row.name)
def test_functions_of_arrays_are_functions_of_their_elements(row):
    function = autograd.functions.function(row)
    numbers = np.array([[0.25, 0.5], [0.75, 1.0]])
    made = function(numbers)
    assert made.dtype == float
    np.testing.assert_allclose(made, np.vectorize(function)(numbers), rtol=1e-15)
    values = function(np.array([Value(0.5), 0.25], dtype=object))
    assert [type(x) for x in values] == [Value, float]
    assert [float(x.data) if isinstance(x, Value) else x for x in values] == [function(0.5), function(0.25)]


def test_functions_of_several_arrays_broadcast():
    np.testing.assert_array_equal(autograd.pow(2.0, np.array([1.0, 3.0])), [2.0, 8.0])
    np.testing.assert_array_equal(autograd.pow(np.array([1.0, 3.0]), 2), [1.0, 9.0])
    np.testing.assert_array_equal(autograd.maximum(np.array([1.0, 5.0]), 3.0), [3.0, 5.0])
    np.testing.assert_array_equal(autograd.where(np.array([True, False]), 1.0, np.array([2.0, 3.0])), [1.0, 3.0])
    made = autograd.maximum(np.array([1.0, 5.0]), Value(3.0))
    assert [x.data for x in made] == [3.0, 5.0]
    np.testing.assert_allclose(autograd.relu(np.array([-1.0, 2.0])), [0.0, 2.0])
    np.testing.assert_allclose(
        autograd.softmax_cross_entropy([np.array([0.0, 100.0]), np.array([0.0, 0.0])], np.array([0, 1])),
        [math.log(2), 100.0],
    )


def test_where_knows_its_own_conditions_only():
    """torch's and pandas's ``where`` mean something else, and so may that of any condition."""

    class Mine:
        def where(self, x, y):
            raise AssertionError("somebody else's where was called")

        def __bool__(self):
            return False

    assert autograd.where(Mine(), 1.0, 2.0) == 2.0

    class Series(np.ndarray):  # where keeps what is there where the condition holds, as pandas has it
        def where(self, x, y):
            raise AssertionError("somebody else's where was called")

    assert autograd.where(np.array([True, False]).view(Series), 1.0, 2.0).tolist() == [1.0, 2.0]
