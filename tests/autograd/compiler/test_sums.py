"""What a program adds up, and in which order: docs/explanation/sums-in-programs.md, as properties."""

from __future__ import annotations

import math
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import autograd
from autograd import (
    NonFiniteError,
    Value,
    compile,
    dot,
    exp,
    grad,
    log,
    log1p,
    maximum,
    mean,
    relu,
    sqrt,
    tanh,
    value_and_grad,
    vmap,
)
from autograd.compiler import as_arrays, derivatives, order, reading
from tests.autograd.compiler.comparing import assert_alike, each_kind, run, share, without_the_eager_path

UNIT = Fraction(1, 2**53)


@contextmanager
def without_runs():
    """However many terms are alike, they are not taken together inside."""
    with pytest.MonkeyPatch.context() as patch:
        for module in reading, order, derivatives, as_arrays:
            patch.setattr(module, "FEW", 10**9)
        yield


# --- programs that lose digits, and must lose the same ----------------------------------------------------------------

UNARY = {
    "neg": lambda a: -a,
    "abs": abs,
    "relu": relu,
    "sqrt": lambda a: sqrt(abs(a) + 1.0),
    "square": lambda a: a * a,
    "thrice": lambda a: a + a + a,
}
BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / (abs(b) + 0.5),
    "maximum": maximum,
    "a + b - a": lambda a, b: a + b - a,
    "fma": lambda a, b: a + b * a + b,
}
lengths = st.sampled_from([1.0, 3.0, 1e8, 1e-8, 1e-12, -1.0, 0.0, 0.1])
numbers = lengths | st.floats(-2, 2)
steps = st.tuples(st.sampled_from([*UNARY, *BINARY]), st.integers(0, 99), st.integers(0, 99), st.none() | lengths)


def perform(program, xs):
    """Each step takes earlier results, more often the last few, or a constant on one side."""
    found = list(xs)
    for name, i, j, constant in program:
        a, b = (found[-1 - k % (6 if k % 3 else len(found)) % len(found)] for k in (i, j))
        if name in UNARY:
            found.append(UNARY[name](a))
        elif constant is None:
            found.append(BINARY[name](a, b))
        else:
            found.append(BINARY[name](*((a, constant) if j % 2 else (constant, a))))
    return found[-1]


programs = st.lists(steps, min_size=1, max_size=25)
points = st.lists(numbers, min_size=1, max_size=3)


def eagerly(f, *args):
    try:
        return f(*args)
    except NonFiniteError:
        reject()


def assert_same(found, expected):
    """To the last bit, but for the sign of 0."""
    assert_alike(found, expected, rtol=0.0)


@each_kind
@given(program=programs, point=points)
@share(2)
def test_what_is_written_is_added_as_it_is_written(program, point, kind):
    """With primitives that NumPy and math round alike: the same bits, in the value and in every derivative."""
    asked = value_and_grad(lambda xs: perform(program, xs))
    expected = eagerly(asked, point)
    with without_runs(), without_the_eager_path():
        assert_same(run(asked, kind, point)[0], expected)


@given(program=programs, point=points, others=st.lists(numbers, min_size=3, max_size=3))
@share(1)
def test_so_it_is_for_each_sample(program, point, others):
    asked = vmap(value_and_grad(lambda xs: perform(program, xs)))
    xs = np.array([point, others[: len(point)]])
    values, slopes = eagerly(asked, xs)
    with without_runs(), without_the_eager_path():
        found = compile(asked)(xs)
    assert_same([list(map(float, found[0])), found[1].tolist()], [list(values), [list(row) for row in slopes]])


@given(program=programs, rows=st.lists(st.tuples(numbers, numbers), min_size=2, max_size=6))
@share(1)
def test_so_it_is_for_many_alike(program, rows):
    """The same steps for several rows, with numbers that all of them share."""

    def f(shared, rows):
        found = [perform(program, [shared[0], x, y, shared[1]]) for x, y in rows]
        return found[0] - found[1] + (found[-1] - found[0] * found[1])

    args = [1.0, 1e8], [list(row) for row in rows]
    asked = value_and_grad(f, argnums=(0, 1))
    expected = eagerly(asked, *args)
    with without_runs(), without_the_eager_path():
        assert_same(run(asked, "arrays", *args)[0], expected)


@each_kind
@given(program=programs, point=points)
@share(1)
def test_derivatives_of_derivatives_too(program, point, kind):

    def f(xs):
        first, *_, last = [*grad(lambda ys: perform(program, ys))(xs), 1.0]
        return first - last

    asked = value_and_grad(f)
    expected = eagerly(asked, point)
    with without_runs(), without_the_eager_path():
        assert_same(run(asked, kind, point)[0], expected)


# --- formulas that somebody stabilised --------------------------------------------------------------------------------


def bce(z, t):
    return maximum(z, 0.0) - z * t + log1p(exp(-abs(z)))


def kahan(xs):
    total, lost = xs[0], 0.0
    for x in xs[1:]:
        y = x - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total


def two_sum(a, b):
    s = a + b
    back = s - a
    return s, (a - (s - back)) + (b - back)


def split(a):
    c = 134217729.0 * a
    high = c - (c - a)
    return high, a - high


def two_product(a, b):
    p = a * b
    (a1, a2), (b1, b2) = split(a), split(b)
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


def log_softmax(xs):
    largest = maximum(maximum(xs[0], xs[1]), xs[2])
    shifted = [x - largest for x in xs]
    return shifted[0] - log(exp(shifted[0]) + exp(shifted[1]) + exp(shifted[2]))


FORMULAS = {
    "bce, sure and right": (lambda x: bce(x[0], 1.0), [30.0, 0.0, 0.0]),
    "bce, very sure": (lambda x: bce(x[0], 1.0), [100.0, 0.0, 0.0]),
    "bce, wrong": (lambda x: bce(x[0], 1.0), [-40.0, 0.0, 0.0]),
    "softplus of −|z|": (lambda x: log1p(exp(-abs(x[0] - x[1]))), [50.0, 0.5, 0.0]),
    "Kahan": (lambda x: kahan([x[0], *[x[1]] * 9]) - x[0], [1e8, 0.1, 0.0]),
    "the error of a sum": (lambda x: two_sum(x[0], x[1])[1] * 1e16, [1e8, 0.1, 0.0]),
    "the error of a product": (lambda x: two_product(x[0], x[1])[1] * 1e16, [1.1, 0.3, 0.0]),
    "(a − b) + ε": (lambda x: relu((x[0] - x[1]) + 1e-9), [1e8, 1e8, 0.0]),
    "1/((a − b) + ε)": (lambda x: 1.0 / ((x[0] - x[1]) + 1e-12), [5000.0, 5000.0, 0.0]),
    "a root over a small number": (lambda x: sqrt((x[0] - x[1]) * (x[0] - x[1]) + 1e-20), [7.3, 7.3, 0.0]),
    "log softmax": (log_softmax, [800.0, -3.0, 1e-3]),
    "a difference of products": (lambda x: x[0] * x[1] - x[1] * x[0] + x[2], [1e8 / 3, 0.1, 1e-12]),
    "three terms": (lambda x: x[0] + x[1] + x[2], [1e16, -1e16, 1e-3]),
    "constants too large to be added": (lambda x: 1.0 / (x[0] + 1e308 + 1e308), [-1e308, 0.0, 0.0]),
    "equal parts": (lambda x: sqrt(x[0]) * 1e8 - sqrt(x[0]) * x[1], [0.5, 1e8, 0.0]),
}
each_formula = pytest.mark.parametrize("name", FORMULAS)


@each_kind
@each_formula
def test_a_stabilised_formula_keeps_its_digits(name, kind):
    f, x = FORMULAS[name]
    asked = value_and_grad(f)
    with without_the_eager_path():
        found, _ = run(asked, kind, x)
    assert_alike(found, asked(x))


@each_formula
def test_for_each_sample_of_a_batch(name):
    f, x = FORMULAS[name]
    value, slopes = value_and_grad(f)(x)
    with without_the_eager_path():
        values, found = compile(vmap(value_and_grad(f)))(np.array([x, x, x]))
    assert_alike([float(values[2]), found[2].tolist()], [value, slopes])


@each_kind
@each_formula
def test_among_sums_that_are_runs(name, kind):
    """Before, after and around it: neurons, a penalty, and a sum over samples."""
    f, x = FORMULAS[name]
    weights = [[0.5, -0.25, 0.125], [0.25, 1.0, -0.5], [1.0, 0.5, 0.25], [0.5, 0.5, -1.0]]
    tiny = 2.0**-30

    def loss(x, weights):
        hidden = [sum(w * xi for w, xi in zip(row, [v * 2.0**-1000 for v in x], strict=True)) for row in weights]
        rest = sum(h * h for h in hidden) + sum(w * w for row in weights for w in row) * tiny
        return [f(x), rest + 1.0, *[w + h for w, h in zip(weights[0], hidden, strict=False)]]

    with without_the_eager_path():
        found, _ = run(lambda x, weights: loss(x, weights), kind, x, weights)
        slope, _ = run(grad(lambda x, weights: loss(x, weights)[0]), kind, x, weights)
    assert_alike(found, loss(x, weights))
    assert_alike(slope, grad(f)(x))


def test_inside_a_network_over_a_batch():
    """The logit is a sum of products; what the loss makes of it is as good as eagerly."""
    rng = np.random.default_rng(0)
    weights, xs, ts = rng.normal(size=(6, 5)).tolist(), 3 * rng.normal(size=(7, 5)), np.ones(7)

    def loss(weights, xs, ts):
        def of_sample(x, t):
            hidden = [tanh(dot(row, x)) for row in weights]
            return bce(30.0 + sum(hidden), t) + 1e-20 * sum(h * h for h in hidden)

        return mean(vmap(of_sample)(xs, ts))

    with without_the_eager_path():
        value, slopes = run(value_and_grad(loss), "arrays", weights, xs, ts)[0]
    expected, _ = value_and_grad(loss)(weights, xs, ts)
    assert 0 < expected < 1e-10
    assert_alike(value, expected)
    assert np.isfinite(slopes).all()


# --- runs -------------------------------------------------------------------------------------------------------------

terms = st.lists(st.floats(-1e3, 1e3) | st.sampled_from([1e16, -1e16, 1e-12, 1.0]), min_size=4, max_size=40)
WAYS = {
    "Python's sum": lambda b, xs: sum(xs) + b,
    "from a start": lambda b, xs: sum(xs, b),
    "from the right": lambda b, xs: b + _from_the_right(xs),
    "autograd's sum": lambda b, xs: b + autograd.sum(xs),
    "a mean": lambda b, xs: b + mean(xs) * len(xs),
    "among others": lambda b, xs: sum(xs, b * 2.0 - b) + (b - b),
}


def _from_the_right(xs):
    total = xs[-1]
    for x in reversed(xs[:-1]):
        total = x + total
    return total


@pytest.mark.parametrize("way", WAYS)
@given(xs=terms, b=st.floats(-10, 10))
@share(0.3)
def test_a_run_is_off_by_no_more_than_its_terms_allow(way, xs, b):
    found, _ = run(WAYS[way], "arrays", b, xs)
    exact = sum(map(Fraction, xs)) + Fraction(b)
    allowed = (len(xs) + 6) * UNIT * (sum(abs(Fraction(x)) for x in xs) + 4 * abs(Fraction(b)))
    assert abs(Fraction(found) - exact) <= allowed


@given(xs=terms, b=st.floats(-10, 10))
@share(0.3)
def test_a_run_of_products_is_off_by_no_more_than_its_terms_allow(xs, b):
    ws = [math.cos(i) for i in range(len(xs))]
    found, program = run(lambda b, ws, xs: sum((w * x for w, x in zip(ws, xs, strict=True)), b), "arrays", b, ws, xs)
    assert len(program._last.code.found.products) == 1
    exact = [Fraction(w) * Fraction(x) for w, x in zip(ws, xs, strict=True)]
    allowed = (len(xs) + 2) * UNIT * (sum(map(abs, exact)) + abs(Fraction(b)))
    assert abs(Fraction(found) - (sum(exact) + Fraction(b))) <= allowed


@given(xs=terms, b=st.floats(-10, 10))
@share(0.5)
def test_on_floats_a_long_sum_is_what_the_engine_says(xs, b):
    for way in WAYS.values():
        assert run(way, "floats", b, xs)[0] == number_of(way(Value(b), list(map(Value, xs))))
    both = run(lambda xs: dot(xs, xs[::-1]), "floats", xs)[0]
    assert both == dot(list(map(Value, xs)), xs[::-1]).data


def number_of(y):
    return y.data if isinstance(y, Value) else y


@each_kind
def test_a_run_has_its_place_in_the_written_order(kind):
    """What stands before and after a run is added before and after it."""

    def f(a, b, xs):
        return a + sum(xs[1:], xs[0]) - a + b, (a + xs[0] + xs[1] + xs[2] + xs[3] + xs[4]) + b

    args = 1e16, 1.0, [0.25, 0.5, 0.125, 1.0, 0.0625]
    assert_same(run(f, kind, *args)[0], f(*args))
    assert f(*args)[0] != sum(args[2]) + 1.0  # where it is added first, digits are lost, and that is as written


def test_three_terms_are_no_run():
    for xs in ([1e16, 1.0, -1e16], [1.0, 1e16, -1e16], [1e16, -1e16, 1.0]):
        for f in (lambda xs: xs[0] + xs[1] + xs[2], lambda xs: xs[0] * xs[0] + xs[1] * xs[0] + xs[2] * xs[0]):
            assert_same(run(value_and_grad(f), "arrays", xs)[0], value_and_grad(f)(xs))


@each_kind
def test_the_newest_hands_down_first(kind):
    """A derivative is the sum of its parts from the newest to the oldest, in programs as in the engine."""

    def f(x, a):
        first = x * a[0]
        second = tanh(tanh(tanh(x * 0.0))) + relu(x) * a[1]
        third = abs(x) * a[2] + x * a[3]
        return first + second + third

    for a in ([1e16, 1.0, -1e16, 1.0], [1.0, 1e16, 1.0, -1e16], [1.0, -1e16, 1.0, 1e16]):
        assert_same(run(grad(f), kind, 2.0, a)[0], grad(f)(2.0, a))


@each_kind
@pytest.mark.parametrize("nothing", [lambda: autograd.dot([], []), lambda: autograd.sum([])])
def test_sums_of_no_terms_are_0(nothing, kind):
    assert run(lambda x: [nothing(), x + nothing()], kind, 2.0)[0] == [0.0, 2.0]
    assert run(value_and_grad(lambda x: x * x + nothing()), kind, 2.0)[0] == (4.0, 4.0)


@each_kind
def test_equal_products_of_which_the_newest_is_entered_first(kind):
    def f(w, xs):
        return autograd.logsigmoid((0.5 + w) * autograd.dot([w, xs[0]], xs) / autograd.abs(w))

    found, _ = run(autograd.hessian(f, argnums=(1, 0)), kind, 1.0, [0.25, 0.5])
    assert_alike(found, autograd.hessian(f, argnums=(1, 0))(1.0, [0.25, 0.5]))


def test_adding_in_turn_takes_no_more_operations_for_more_numbers():
    """Each number is handed something by its own term and by its neighbour's, and what it hands down waits for both."""

    def f(x):
        return sum((b - a * a) * (b - a * a) * 100.0 + (1.0 - a) * (1.0 - a) for a, b in pairwise(x))

    calls = []
    for n in (20, 200):
        x = np.linspace(-1.0, 2.0, n)
        found, program = run(value_and_grad(f), "arrays", x)
        expected = value_and_grad(f)(x)
        assert_alike(found[1].tolist(), list(expected[1]))
        calls.append(program.explain().plan.code.found.calls)
    assert calls[0] == calls[1]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_adding_in_turn_for_batches_of_every_size(count):
    def of_sample(x):
        return (0.5 * x[0] + x[1] * x[1]) + (0.25 * x[0] + 2.0 * x[1])

    xs = np.linspace(-1.0, 2.0, 2 * count).reshape(count, 2)
    asked = value_and_grad(lambda xs: autograd.sum(vmap(of_sample)(xs)))
    found, _ = run(asked, "arrays", xs)
    expected = asked(xs)
    assert_alike([found[0], *found[1].ravel().tolist()], [expected[0], *np.ravel(expected[1]).tolist()])
