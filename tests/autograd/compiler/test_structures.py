"""What goes in and what comes out: structures and types as eagerly, whatever they are nested in."""

from __future__ import annotations

import enum
import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, hessian, jacobian, tanh, value_and_grad
from autograd.tree import leaves, tree_map
from tests.autograd.compiler.comparing import assert_alike, each_kind, forced, run, share


class Line(NamedTuple):
    slope: float
    offset: object


class Colour(enum.Enum):
    RED = 1


small = st.floats(-2, 2)
numbers = small | st.integers(-3, 3) | small.map(np.float64) | st.floats(-2, 2, width=32).map(np.float32)
arrays = st.integers(0, 3).flatmap(
    lambda dims: st.lists(st.integers(1, 3), min_size=dims, max_size=dims).flatmap(
        lambda shape: st.lists(small, min_size=math.prod(shape), max_size=math.prod(shape)).map(
            lambda xs: np.array(xs).reshape(shape)
        )
    )
)
keys = st.sampled_from(["w", "b", "v1", "d2", "x[0]", 0, 1, 2, -1, True, (0, 1), 0.5, None])
trees = st.recursive(
    numbers | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(keys, inner, max_size=3)
        | st.builds(Line, inner, inner)
    ),
    max_leaves=8,
)


def types(tree):
    """The structure, with arrays and their shapes as leaves of their own."""
    if isinstance(tree, dict):
        return {key: types(x) for key, x in tree.items()}
    if isinstance(tree, list | tuple):
        return (type(tree), [types(x) for x in tree])
    if isinstance(tree, np.ndarray):
        return ("array", tree.shape) if tree.ndim else "number"
    assert isinstance(tree, float)
    return "number"


def plain(tree):
    """Numbers of every make as floats; an array with no axes is a number."""
    if (isinstance(tree, np.ndarray) and tree.ndim == 0) or not isinstance(tree, np.ndarray | list | tuple | dict):
        return float(tree)
    if isinstance(tree, np.ndarray):
        return tree
    if isinstance(tree, dict):
        return {key: plain(x) for key, x in tree.items()}
    inner = [plain(x) for x in tree]
    return type(tree)(*inner) if isinstance(tree, Line) else type(tree)(inner)


def total(tree):
    """A number in which every number counts otherwise."""
    return autograd.sum([0.0, *[(i + 1) * tanh(x) * x for i, (_, x) in enumerate(leaves(tree))]])


def doubled(tree):
    return tree_map(lambda x: 2.0 * x, tree)


@each_kind
@given(tree=trees)
@share(0.8)
def test_what_goes_in_comes_out_in_the_same_structure(tree, kind):
    expected = plain(tree)
    for f in (doubled, lambda tree: tree):
        found, _ = run(f, kind, tree)
        assert types(found) == types(expected)
        assert_alike(found, f(expected))
    value, slope = run(value_and_grad(total), kind, tree)[0]
    expected_value, expected_slope = value_and_grad(total)(expected)
    assert_alike(value, expected_value, size=10.0)
    if any(True for _ in leaves(tree)):
        assert types(slope) == types(expected)
        assert_alike(slope, expected_slope)


@each_kind
def test_a_dict_with_numbers_for_keys_is_no_list(kind):
    assert run(lambda d: d[0] * 10 + d[1], kind, {0: 5.0, 1: 7.0})[0] == 57.0
    assert run(grad(lambda d: d[1] * d[0]), kind, {1: 5.0, 0: 7.0})[0] == {1: 7.0, 0: 5.0}


@each_kind
@pytest.mark.parametrize(
    "key", [math.inf, np.int64(1), Colour.RED, (1, "a"), "it's", 'a"b', None, True, frozenset({1})]
)
def test_keys_of_every_kind(kind, key):
    found, _ = run(value_and_grad(lambda d: d[key] * d["x"]), kind, {key: 5.0, "x": 2.0})
    assert found == (10.0, {key: 2.0, "x": 5.0})
    assert run(lambda x: {key: x}, kind, 5.0)[0] == {key: 5.0}


@each_kind
def test_keys_like_the_names_of_variables(kind):
    def f(d):
        return autograd.sum([autograd.sin(d["v1"] * k + d["t1"]) * d["d3"] / (1 + d["r0"]) for k in range(400)])

    point = {"v1": 1.0, "t1": 2.0, "d3": 0.5, "r0": 3.0}
    assert_alike(run(value_and_grad(f), kind, point)[0], value_and_grad(f)(point), size=400.0)


@each_kind
@pytest.mark.parametrize("end", [None, "text", [], (), {}, True])
def test_things_that_are_no_numbers_are_left_as_they_are(kind, end):
    def f(xs):
        return [xs[0] * 10 + xs[1], xs[2]]

    assert run(f, kind, [5.0, 7.0, end])[0] == [57.0, end]


@each_kind
@pytest.mark.parametrize(
    "x", [3, 3.0, np.float64(3), np.float32(3), np.int64(3), Fraction(3), np.array(3.0), np.array(3)]
)
def test_numbers_of_every_make(kind, x):
    found, compiled = run(value_and_grad(lambda x: x * x), kind, x)
    assert found == (9.0, 6.0)
    assert [type(y) for y in found] == [float, float]
    assert compiled(4.0) == (16.0, 8.0)
    assert run(lambda xs: xs[0] + xs[1], kind, [x, 2])[0] == 5.0


@each_kind
def test_results_of_every_kind(kind):
    def f(x):
        return [3, x, True, None, "s", np.float64(2.0), math.inf, -math.inf, {"a": (x, -0.0)}, [], (), {}]

    found, _ = run(f, kind, 1.5)
    assert found == [3.0, 1.5, True, None, "s", 2.0, math.inf, -math.inf, {"a": (1.5, 0.0)}, [], (), {}]
    assert math.copysign(1.0, found[8]["a"][1]) == -1.0
    assert math.isnan(run(lambda x: [math.nan, x], kind, 1.0)[0][0])
    assert run(lambda x: math.inf, kind, 1.0)[0] == math.inf
    with forced(kind), pytest.raises(TypeError, match="returns numbers in lists, tuples, dicts and arrays"):
        autograd.compile(lambda x: {1, 2})(1.0)


@each_kind
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (1, 1), (2, 1, 3), (0,), (0, 2), (2, 0)])
def test_arrays_in_and_out(kind, shape):
    xs = np.linspace(-1, 2, math.prod(shape)).reshape(shape)

    def f(xs, y):
        return xs * xs * y

    found, _ = run(f, kind, xs, 2.0)
    assert np.shape(found) == shape
    assert_alike(found, f(xs, 2.0))
    both = value_and_grad(lambda xs, y: y * np.sum(xs * xs) if np.size(xs) else y * 1.0, argnums=(0, 1))
    _, (slopes, slope) = run(both, kind, xs, 2.0)[0]
    assert np.shape(slopes) == shape
    assert_alike([*np.ravel(slopes), slope], [*np.ravel(4.0 * xs), np.sum(xs * xs) if xs.size else 1.0])
    identical, _ = run(lambda xs: xs, kind, xs)
    assert np.shape(identical) == shape
    assert np.array_equal(identical, xs)


@each_kind
def test_results_are_the_callers_own(kind):
    compiled = autograd.compile(value_and_grad(lambda xs: xs @ xs))
    xs = np.array([1.0, 2.0])
    with forced(kind):
        _, first = compiled(xs)
    kept = first.copy()
    compiled(10 * xs)
    assert np.array_equal(first, kept)
    same = autograd.compile(lambda xs: [xs, xs[0]])
    with forced(kind):
        out, _ = same(xs)
    out[0] = 99.0
    assert same(xs)[0][0] == 1.0
    assert xs[0] == 1.0


@each_kind
def test_numpys_ways_with_an_array(kind):
    def f(a, b):
        return [
            a @ b, b.T @ a.T, np.dot(a, b), np.einsum("ij,jk->ik", a, b), (a * a).sum(), a.mean(axis=0), np.mean(a),
            a[1:, ::-1], a[np.array([True, False])], np.concatenate([a, a]), np.stack([a, b.T]), a.reshape(-1),
            a.ravel(),
            np.exp(a), autograd.tanh(a), np.tanh(a), a + b.T, 2.0 - a, a / 4.0, -a, abs(a), a**2, np.ones((2, 2)) @ a,
            a.shape[0] * a[0, 0] + a.size + a.ndim + len(a), next(iter(a)), a.tolist()[0][1],
            autograd.maximum(a, 0.5),
        ]  # fmt: skip

    a, b = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]]), np.arange(6.0).reshape(3, 2)
    found, _ = run(f, kind, a, b)
    assert_alike(found, f(a, b), size=10.0)
    weighed = value_and_grad(lambda a, b: autograd.sum([(i + 1) * x for i, (_, x) in enumerate(leaves(f(a, b)))]))
    assert_alike(run(weighed, kind, a, b)[0], weighed(a, b), size=1000.0)


def test_an_array_says_that_it_is_one_of_floats():
    found, _ = run(lambda xs: xs[0] if xs.dtype == float else 0.0, "arrays", np.array([5.0]))
    assert found == 5.0
    assert run(lambda xs: xs.astype(float)[0], "arrays", np.array([5.0]))[0] == 5.0


# --- which program ----------------------------------------------------------------------------------------------------


def test_one_recording_for_a_structure():
    calls = []

    def f(tree):
        calls.append(None)
        return total(tree)

    compiled = autograd.compile(f)
    for tree in ([1.0, 2.0], [3, np.float64(4.0)], [5.0, 6.0]):
        assert_alike(compiled(tree), total(tree))
    assert (compiled.recordings, len(calls)) == (1, 1)
    for n, tree in enumerate(
        [(1.0, 2.0), [1.0], [1.0, [2.0]], {"a": 1.0}, {"b": 1.0}, np.ones(2), np.ones((1, 2)), 1.0], 2
    ):
        assert_alike(compiled(tree), total(tree))
        assert compiled.recordings == n
    assert_alike(compiled([7.0, 8.0]), total([7.0, 8.0]))
    assert compiled.recordings == 9


def test_what_is_no_number_is_part_of_the_structure():
    compiled = autograd.compile(lambda x, how, flags: x * x if how == "square" and flags[0] else x)
    assert compiled(3.0, "square", [True]) == 9.0
    assert compiled(3.0, "plain", [True]) == 3.0
    assert compiled(3.0, "square", [False]) == 3.0
    assert compiled(4.0, "square", [True]) == 16.0
    assert compiled.recordings == 3


@each_kind
def test_derivatives_by_some_of_the_arguments(kind):
    def f(x, how, w):
        return x * x * w[0] + w[1]

    assert run(grad(f), kind, 3.0, "how", [2.0, 1.0])[0] == 12.0
    assert run(grad(f, argnums=(2, 0)), kind, 3.0, "how", [2.0, 1.0])[0] == ([9.0, 1.0], 12.0)
    assert run(grad(f, argnums=[2]), kind, 3.0, "how", [2.0, 1.0])[0] == ([9.0, 1.0],)
    assert run(grad(f, argnums=-1), kind, 3.0, "how", [2.0, 1.0])[0] == [9.0, 1.0]
    assert run(value_and_grad(f, argnums=()), kind, 3.0, "how", [2.0, 1.0])[0] == (19.0, ())
    with forced(kind), pytest.raises(TypeError, match="no argument 3"):
        autograd.compile(grad(f, argnums=3))(3.0, "how", [2.0, 1.0])
    with forced(kind), pytest.raises(TypeError, match="how is 'how'"):
        autograd.compile(grad(f, argnums=1))(3.0, "how", [2.0, 1.0])


@each_kind
def test_second_order_structures(kind):
    def f(p, y):
        return p["w"][0] ** 2 * p["w"][1] * y

    args = {"w": [2.0, 3.0]}, 5.0
    for asked in (hessian(f), hessian(f, argnums=(0, 1)), jacobian(grad(f), argnums=1)):
        found, _ = run(asked, kind, *args)
        assert_alike(found, asked(*args))


# --- names ------------------------------------------------------------------------------------------------------------

NAMES = [
    "exp", "float", "map", "len", "abs", "pow", "np", "V", "dV", "H", "dH", "run", "runs", "prepare", "program",
    "sizes",
    "lanes", "captured", "theta", "isfinite", "inf", "nan", "v0", "d0", "t1", "x1", "x1_", "r0", "dtype", "strided",
    "floats", "arrays", "result", "log_largest", "mask1", "s1", "data0", "self", "ArithmeticError", "keys", "sum", "ψ",
    "print", "list", "range", "None_", "normal_cdf", "erfc", "isinstance", "math", "__name__",
]  # fmt: skip


@each_kind
@pytest.mark.parametrize("name", NAMES)
def test_any_name_will_do(kind, name):
    """For the function, for its argument, and for both."""
    body = "autograd.exp(ARG[0]) * abs(ARG[1]) + autograd.normal_cdf(ARG[1]) ** ARG[0]"
    for function, argument in ((name, "x"), ("f", name), (name, name)):
        scope = {"autograd": autograd, "abs": autograd.abs}
        exec(f"def {function}({argument}): return {body.replace('ARG', argument)}", scope)
        f = value_and_grad(scope[function])
        if "autograd" in (function, argument) or "abs" in (function, argument):
            continue
        assert_alike(run(f, kind, [0.5, -1.5])[0], f([0.5, -1.5]))


def test_functions_of_the_package_and_other_callables():
    assert_alike(autograd.compile(autograd.tanh)(0.5), tanh(0.5))
    assert_alike(
        autograd.compile(value_and_grad(autograd.logsumexp))([0.5, 1.0]), value_and_grad(autograd.logsumexp)([0.5, 1.0])
    )

    class Scaled:
        def __init__(self, by):
            self.by = by

        def __call__(self, x):
            return self.by * x

    assert autograd.compile(Scaled(Value(3.0)))(2.0) == 6.0
    assert autograd.compile(lambda *xs: xs[0] * xs[1])(2.0, 3.0) == 6.0
    assert autograd.compile(lambda x, y=4.0: x * y)(2.0) == 8.0
