"""Compiled equals eager: random expressions and graphs, and programs whose nested loops are to become array operations.

To 1e-12 relative; where terms cancel, to what the rounding of the terms allows, for a program may add in another order.
"""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import autograd
from autograd import (
    NonFiniteError,
    Value,
    dot,
    grad,
    gradients,
    hessian,
    jacobian,
    logsumexp,
    maximum,
    mean,
    sigmoid,
    tanh,
    value_and_grad,
    vmap,
    where,
)
from autograd.testing import graphs
from tests.autograd.compiler.comparing import (
    KINDS,
    assert_alike,
    assert_within_rounding,
    attempt,
    each_kind,
    run,
    share,
    without_the_eager_path,
)


def slopes_of(y, xs):
    """The derivatives as Values, whose own graphs tell what their rounding may be."""
    try:
        return list(gradients(y, xs, create_graph=True))
    except NonFiniteError:
        reject()


# --- random graphs ----------------------------------------------------------------------------------------------------


@each_kind
@given(g=graphs("x y z", max_size=12))
def test_value_and_gradient_of_a_random_graph(g, kind):
    y, xs = g.build()
    expected = y, slopes_of(y, xs)
    found, _ = run(value_and_grad(lambda xs: g.expression(*xs)), kind, list(g.point))
    assert_within_rounding(found, expected)
    slope, _ = run(grad(g.expression, argnums=(2, 0)), kind, *g.point)
    assert_within_rounding(slope, (expected[1][2], expected[1][0]))


@each_kind
@given(g=graphs("x y", max_size=10))
def test_every_node_of_a_random_graph(g, kind):
    ys = g.expression.nodes(*g.build()[1])
    found, _ = run(lambda xs: g.expression.nodes(*xs), kind, list(g.point))
    assert_within_rounding(found, ys)


@each_kind
@given(g=graphs("x y", max_size=5, smooth=True))
@share(0.4)
def test_second_derivatives_of_a_random_graph(g, kind):
    y, xs = g.build()
    rows = [[*slopes_of(slope, xs)] if isinstance(slope, Value) else [0.0] * len(xs) for slope in slopes_of(y, xs)]
    found, _ = run(hessian(lambda xs: g.expression(*xs)), kind, list(g.point))
    assert_within_rounding(found, rows)


@each_kind
@given(g=graphs("x y", max_size=5))
@share(0.4)
def test_the_jacobian_of_every_node(g, kind):
    _, xs = g.build()
    expected = {name: slopes_of(y, xs) for name, y in g.expression.nodes(*xs).items()}
    found, _ = run(jacobian(lambda xs: g.expression.nodes(*xs)), kind, list(g.point))
    assert_within_rounding(found, expected)


@given(g=graphs("x y", max_size=8), others=st.lists(st.tuples(*[st.floats(-3, 3)] * 2), max_size=3))
@share(0.8)
def test_a_batch_of_a_random_graph(g, others):
    """The graph's own point is fine; the others may be anywhere, and then one error is as good as the other."""

    def total(w, xs):
        return mean(vmap(lambda x: g.expression(w[0] * x[0], x[1]))(xs))

    args = [1.0], np.array([g.point, *others])
    expected = attempt(value_and_grad(total, argnums=(0, 1)), *args)
    compiled = autograd.compile(value_and_grad(total, argnums=(0, 1)))
    found = attempt(compiled, *args)
    if isinstance(expected, NonFiniteError):
        assert isinstance(found, NonFiniteError)
        return
    w, xs = Value(1.0), np.array([[Value(x) for x in row] for row in args[1].tolist()])
    y = total([w], xs)
    slopes = slopes_of(y, [w, *xs.ravel()])
    flat = [found[0], found[1][0][0], *found[1][1].ravel()]
    assert_within_rounding(flat, [y, *slopes])
    assert repr(compiled(*args)) == repr(found)


# --- loops over matrices ----------------------------------------------------------------------------------------------

ACTIVATIONS = {
    "tanh": tanh,
    "sigmoid": sigmoid,
    "square": lambda x: x * x,
    "maximum": lambda x: maximum(x, 0.3),
    "where": lambda x: where(x > 0.1, x, 0.5 * x),
    "identity": lambda x: x,
}


def transposed(m):
    return [list(column) for column in zip(*m, strict=True)]


def picked(m, seed):
    """Entries in no order, some of them several times: what no view can be."""
    rng = Random(seed)
    return [[m[rng.randrange(len(m))][rng.randrange(len(row))] for _ in row] for row in m]


MOVES = {
    "activation": lambda m, f, k: [[f(x) for x in row] for row in m],
    "gram": lambda m, f, k: [[dot(a, b) for b in m] for a in m],
    "product written out": lambda m, f, k: [
        [sum([a * b for a, b in zip(row, other, strict=True)]) for other in m] for row in m
    ],
    "transpose": lambda m, f, k: transposed(m),
    "a bias for each column": lambda m, f, k: [[x + f(b) for x, b in zip(row, m[0], strict=True)] for row in m],
    "a factor for each row": lambda m, f, k: [[x * row[0] for x in row] for row in m],
    "gather": lambda m, f, k: picked(m, k),
    "from the mean": lambda m, f, k: [[x - mean(row) for x in row] for row in m],
    "back to front": lambda m, f, k: [row[::-1] for row in m[::-1]],
    "every second": lambda m, f, k: [row[::2] for row in m],
    "a layer": lambda m, f, k: [
        [f(dot([0.5 - 0.25 * (i % 3)] * len(row), row) + 0.1 * i) for i in range(1 + k % 4)] for row in m
    ],
    "neighbours": lambda m, f, k: [
        [f(x) - f(y) for x, y in zip(row, m[i - 1], strict=True)] for i, row in enumerate(m)
    ],
    "softmax": lambda m, f, k: [[x - logsumexp(row) for x in row] for row in m],
    "repeated": lambda m, f, k: [row for row in m for _ in range(2)][:5],
}
moves = st.lists(
    st.tuples(st.sampled_from(sorted(MOVES)), st.sampled_from(sorted(ACTIVATIONS)), st.integers(0, 99)),
    min_size=1,
    max_size=4,
)
entries = st.sampled_from([0.0, 1.0, -1.0, 0.5]) | st.floats(-2, 2)


@st.composite
def matrices(draw):
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return [[draw(entries) for _ in range(columns)] for _ in range(rows)]


def moved(m, plan):
    m = [list(row) for row in m]
    for move, activation, k in plan:
        m = MOVES[move](m, ACTIVATIONS[activation], k)
        m = [[0.5 * tanh(x) for x in row] for row in m]
    return m


def weighed(m, plan):
    """A number of it, in which every entry counts otherwise."""
    return autograd.sum([(1 + i - 0.1 * j) * x for i, row in enumerate(moved(m, plan)) for j, x in enumerate(row)])


@each_kind
@given(m=matrices(), plan=moves)
@share(1.5)
def test_loops_over_a_matrix(m, plan, kind):
    found, _ = run(lambda m: moved(m, plan), kind, m)
    assert_alike(found, moved(m, plan), size=1.0)
    size = 100.0  # the weights, and what a term passes on: the entries are between −2 and 2
    for argument in (m, np.array(m)):
        found, _ = run(value_and_grad(lambda m: weighed(m, plan)), kind, argument)
        assert_alike(found, value_and_grad(lambda m: weighed(m, plan))(argument), size=size)


@given(w=matrices(), count=st.integers(1, 3), seed=st.integers(0, 99), plan=moves)
@share(1.5)
def test_loops_over_a_matrix_for_each_sample(w, count, seed, plan):
    samples = np.random.default_rng(seed).normal(size=(count, *np.shape(w)))

    def of_one(w, sample):
        rows = zip(moved(w, plan), moved(sample, plan), strict=True)
        return autograd.sum([dot(of_weights, of_sample) for of_weights, of_sample in rows])

    def loss(w, samples):
        return mean(vmap(of_one, in_axes=(None, 0))(w, samples))

    args = w, samples
    found, compiled = run(value_and_grad(loss, argnums=(0, 1)), "arrays", *args)
    assert_alike(found, value_and_grad(loss, argnums=(0, 1))(*args), size=100.0)
    twice = np.concatenate([samples, samples])
    assert_alike(compiled(w, twice)[0], found[0], size=100.0)
    assert compiled.recordings == 1


# --- other details ----------------------------------------------------------------------------------------------------


@each_kind
def test_equal_parts_are_computed_once_and_derived_rightly(kind):
    def f(x, y):
        a = tanh(x * y)
        return a * tanh(x * y) + tanh(y * x) / (2 + a)

    found, _ = run(value_and_grad(f, argnums=(0, 1)), kind, 0.3, -1.2)
    assert_alike(found, value_and_grad(f, argnums=(0, 1))(0.3, -1.2))


@each_kind
def test_long_sums_of_one_and_the_same(kind):
    def f(x, y):
        return x + x + x + x + x - y - y - y - y - y + x * y + x * y + x * y + x * y + 3.0 - 1.0

    found, _ = run(value_and_grad(f, argnums=(0, 1)), kind, 0.75, -2.0)
    assert_alike(found, (5 * 0.75 + 10 - 6 + 2, (5 + 4 * -2.0, -5 + 4 * 0.75)))


@each_kind
def test_what_does_not_depend_on_the_argument_has_the_derivative_zero(kind):
    assert run(value_and_grad(lambda x, y: 3.0), kind, 1.0, 2.0)[0] == (3.0, 0.0)
    assert run(value_and_grad(lambda x, y: y * y), kind, 1.0, 2.0)[0] == (4.0, 0.0)
    assert run(value_and_grad(lambda x, y: x, argnums=(0, 1)), kind, 1.0, 2.0)[0] == (1.0, (1.0, 0.0))
    assert run(value_and_grad(lambda x: autograd.sign(x) * 2), kind, -1.5)[0] == (-2.0, 0.0)


@each_kind
def test_a_long_chain_and_a_wide_sum(kind):
    def chain(x):
        for _ in range(300):
            x = x + 0.01 * (1 - x * x)
        return x

    def wide(xs):
        return autograd.sum([a * a for a in xs]) + dot(xs, xs[::-1])

    assert_alike(run(value_and_grad(chain), kind, 0.2)[0], value_and_grad(chain)(0.2))
    xs = np.linspace(-1, 2, 500)
    assert_alike(run(value_and_grad(wide), kind, xs)[0], value_and_grad(wide)(xs), size=1e3)


@pytest.mark.parametrize("f", [lambda x, y: where(x < 1, 1.0, 0.0), lambda x, y: autograd.relu(x) - y, lambda x, y: x])
def test_numbers_come_out_as_floats(f):
    for kind in KINDS:
        for asked in (f, grad(f), value_and_grad(f)):
            for _, x in autograd.tree.leaves(run(asked, kind, 0.5, 2.0)[0]):
                assert type(x) is float


@each_kind
def test_comparisons(kind):
    def f(x, y):
        return [
            where((x > 0) & (y > 0), x, y),
            where((x > 0) | (y > 0), x, y),
            where(x == y, 1.0, x * y),
            where(x != y, 2.0, x * y),
            where((x >= 1) & True, x, y * 2),
            where((y <= 1) | False, x, y * 2),
        ]

    compiled = autograd.compile(jacobian(f, argnums=(0, 1)))
    with without_the_eager_path():
        for point in [(1.0, 2.0), (-1.0, 2.0), (1.0, -2.0), (-1.0, -2.0), (1.0, 1.0), (0.0, 0.0)]:
            found, _ = run(jacobian(f, argnums=(0, 1)), kind, *point)
            assert_alike(found, jacobian(f, argnums=(0, 1))(*point))
            assert_alike(compiled(*point), found)
    assert compiled.recordings == 1
