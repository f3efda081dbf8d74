"""Every row, compiled: by NumPy and on floats, over the whole range, at kinks and ties; and rows of a user."""

from __future__ import annotations

import math
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, hessian, value_and_grad, vmap
from autograd.primitives import lookup, remove_row, table
from autograd.testing import points_for
from autograd.testing.expressions import perform
from tests.autograd.compiler.comparing import (
    KINDS,
    FellBackError,
    assert_alike,
    attempt,
    each_kind,
    forced,
    run,
    share,
    without_the_eager_path,
)
from tests.autograd.exact import oracle
from tests.autograd.multiprecision import number
from tests.autograd.operands import operands
from tests.autograd.test_higher_orders import LEVEL_FAR_OUT

ROWS = list(table.values())
KINKED = [row for row in ROWS if row.kinks]


def each(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


def split(row, xs):
    cut = len(xs) - len(row.constants)
    return list(xs[:cut]), xs[cut:]


def of_list(row, constants):
    """The row as a function of a list."""
    return lambda xs: perform(row, (*xs, *constants)) + 0.0 * xs[0]  # sign′ is 0, and a graph is needed to see it


def finite(row, xs):
    """The row's own value and derivatives, if all of them are finite."""
    try:
        results = row.rule(autograd.floats.floats, *xs)
    except (ArithmeticError, ValueError):
        return None
    return results if all(map(math.isfinite, results)) else None


def terms(row, xs, results):
    """The size of what each result is the sum of."""
    found = [float(t) for t in oracle(row).terms(*map(number, xs))] or [0.0] * len(results)
    if row.name == "sum":
        found[0] = sum(map(abs, xs))
    return found


@each(ROWS)
@each_kind
def test_value_and_derivatives_over_the_whole_range(row, kind):
    """Both printers, and the forms for arrays, against the rule on floats: arrays to a few units in the last place, and
    floats to the last bit.
    """

    def shape(xs):
        return len(xs), split(row, xs)[1]

    calls = [xs for xs in operands(row, 300) if finite(row, xs) is not None]
    assert len(calls) > 40
    compared = 0
    for (_, constants), group in groupby(sorted(calls, key=shape), key=shape):
        compiled = autograd.compile(value_and_grad(lambda xs, constants=constants: perform(row, (*xs, *constants))))
        for xs in group:
            free, _ = split(row, xs)
            try:
                with forced(kind), without_the_eager_path():
                    found = compiled(free)
            except FellBackError:  # something on the way is too large, where the rule has a way around
                continue
            compared += 1
            expected = finite(row, xs)
            for got, want, term in zip([found[0], *found[1]], expected, terms(row, xs, expected), strict=False):
                allowed = 3e-15 * max(abs(want), term) + 8 * math.ulp(0.0) if kind == "arrays" else 0.0
                assert abs(got - want) <= allowed, (row.name, xs, got, want)
    assert compared > 0.8 * len(calls)


@each(ROWS)
@given(data=st.data())
@share(0.3)
def test_first_and_second_derivatives(row, data):
    xs, constants = split(row, data.draw(points_for(row)))
    f = of_list(row, constants)
    for asked in (value_and_grad(f), hessian(f)):
        expected = attempt(asked, xs)
        for kind in KINDS:
            if isinstance(expected, Exception):  # x^½ at 0, where the second derivative is infinite
                with forced(kind), pytest.raises(type(expected)):
                    autograd.compile(asked)(xs)
            else:
                assert_alike(run(asked, kind, xs)[0], expected, size=max(1.0, *map(abs, xs)))


@each_kind
def test_what_is_detached_follows_the_argument_and_hands_nothing_down(kind):
    def f(x):
        return x.detach() * x + (3.0 * x).detach()

    for asked in (value_and_grad(f), hessian(f)):
        program = autograd.compile(asked)
        for x in (2.0, 3.0):
            with forced(kind), without_the_eager_path():
                assert_alike(program(x), asked(x))
    several = autograd.compile(vmap(value_and_grad(f)))
    assert_alike(several(np.array([2.0, 3.0])), vmap(value_and_grad(f))([2.0, 3.0]))


@each_kind
@pytest.mark.parametrize("name", LEVEL_FAR_OUT)
def test_far_out_second_derivatives_are_those_of_the_engine(name, kind):
    f = grad(grad(getattr(autograd, name)))
    for x in (1e81, 3e84, 1e155, 1e308):
        assert run(f, kind, x)[0] == pytest.approx(f(x), rel=1e-14, abs=0.0)
        assert run(vmap(f), "arrays", np.array([-x, 0.5]))[0] == pytest.approx([f(-x), f(0.5)], rel=1e-14, abs=0.0)


@each(KINKED)
@given(data=st.data())
@share(0.2)
def test_at_kinks_and_ties_the_convention_is_that_of_the_row(row, data):
    xs, constants = split(row, data.draw(points_for(row, aim="kink")))
    f = of_list(row, constants)
    expected = value_and_grad(f)(xs)
    with without_the_eager_path():
        for kind in KINDS:
            assert_alike(run(value_and_grad(f), kind, xs)[0], expected)
        for_each = vmap(value_and_grad(f))
        several = np.array([xs, [x + 1 for x in xs], xs])
        assert_alike(run(for_each, "arrays", several)[0], for_each(several.tolist()))


@each_kind
@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0, -2.0])
def test_at_zero(kind, at_zero):
    assert run(grad(lambda x: autograd.relu(x, at_zero=at_zero)), kind, 0.0)[0] == at_zero
    assert run(grad(lambda x: autograd.leaky_relu(x, 0.1, at_zero=at_zero)), kind, -0.0)[0] == at_zero
    assert run(grad(lambda x: autograd.leaky_relu(x, 0.1)), kind, 0.0)[0] == 0.1
    assert run(grad(autograd.maximum, argnums=(0, 1)), kind, 2.0, 2.0)[0] == (0.5, 0.5)
    assert run(grad(abs), kind, 0.0)[0] == 0.0


@each_kind
def test_the_class_of_a_sample_may_be_an_argument(kind):
    def loss(xs, target):
        return autograd.softmax_cross_entropy(xs, target)

    for target in (0, 2, 1.0):
        found, _ = run(value_and_grad(loss), kind, [0.3, -1.0, 2.0], target)
        assert_alike(found, value_and_grad(loss)([0.3, -1.0, 2.0], target))


@each_kind
@pytest.mark.parametrize("exponent", [2, 3, 0, 1, -1, 0.5, -1.7, 4, 1 / 3])
def test_powers(kind, exponent):
    for x in (0.5, 3.0, 1e-3):
        for asked in (value_and_grad, hessian):
            found, _ = run(asked(lambda x: x**exponent), kind, x)
            assert_alike(found, asked(lambda x: x**exponent)(x))
        found, _ = run(value_and_grad(lambda x, y: x**y, argnums=(0, 1)), kind, x, float(exponent))
        assert_alike(found, value_and_grad(lambda x, y: Value(1.0) * x**y, argnums=(0, 1))(x, float(exponent)))
    for whole in (2, 3, -1):
        assert run(grad(lambda x, n: x**n), kind, -2.0, whole)[0] == whole * (-2.0) ** (whole - 1)


# --- rows of a user ---------------------------------------------------------------------------------------------------


@pytest.fixture
def own_rows():
    """Rows for the length of a test."""
    before = set(table)
    yield autograd.primitive
    for name in set(table) - before:
        remove_row(name)


@each_kind
def test_a_users_row_of_others(own_rows, kind):
    @own_rows
    def own_swish(m, x):
        s = m.sigmoid(x)
        return x * s, s + x * s * m.sigmoid(-x)

    @own_rows(constants={"slope": (1.0, 2.0)})
    def own_ramp(m, x, slope=1.0):
        return m.where(x > 0.0, slope * x, 0.0), m.where(x > 0.0, slope, 0.0)

    def f(x, y):
        return own_swish(x) * own_ramp(y, 3.0) + own_swish(own_swish(x * y))

    for asked in (value_and_grad(f, argnums=(0, 1)), hessian(f, argnums=(0, 1))):
        with without_the_eager_path():
            assert_alike(run(asked, kind, 1.5, 0.7)[0], asked(1.5, 0.7))


@pytest.mark.parametrize("array_base", [None, lambda x: np.vectorize(math.erf)(x)])
@each_kind
def test_a_users_row_with_a_base(own_rows, kind, array_base):
    @own_rows(base=math.erf, array_base=array_base)
    def own_erf(m, x):
        return m.own_erf(x), 2 / math.sqrt(math.pi) * m.exp(-x * x)

    def f(xs):
        return autograd.sum([own_erf(x) * x for x in xs])

    for asked in (value_and_grad(f), hessian(f)):
        with without_the_eager_path():
            assert_alike(run(asked, kind, [0.5, -1.25, 2.0])[0], asked([0.5, -1.25, 2.0]))
    with without_the_eager_path():
        found, _ = run(vmap(value_and_grad(own_erf)), "arrays", np.array([0.5, -2.0]))
    assert_alike(found, vmap(value_and_grad(own_erf))([0.5, -2.0]))


@each_kind
def test_a_users_row_that_is_defined_again(own_rows, kind):
    @own_rows
    def own_times(m, x):
        return 2.0 * x, 2.0

    assert run(value_and_grad(own_times), kind, 3.0)[0] == (6.0, 2.0)

    @own_rows
    def own_times(m, x):
        return 5.0 * x, 5.0

    assert run(value_and_grad(own_times), kind, 3.0)[0] == (15.0, 5.0)
    assert lookup("own_times").rule(autograd.floats.floats, 1.0) == (5.0, 5.0)


@each_kind
def test_a_users_row_with_a_base_that_is_defined_again(own_rows, kind):
    @own_rows(base=lambda x: 2.0 * x)
    def own_twice(m, x):
        return m.own_twice(x), 2.0

    assert run(value_and_grad(lambda x: own_twice(x) * x), kind, 3.0)[0] == (18.0, 12.0)

    @own_rows(base=lambda x: 5.0 * x)
    def own_twice(m, x):  # noqa: F811  # that is the point
        return m.own_twice(x), 5.0

    assert run(value_and_grad(lambda x: own_twice(x) * x), kind, 3.0)[0] == (45.0, 30.0)


# --- rows that take their operands as one array -----------------------------------------------------------------------

STACKING = [row for row in ROWS if row.stacks]


def stack_of_seven(row, xs, t):
    """Operands of every kind, some of them twice, and a target that is computed."""
    mixed = [xs[0], 2.0, xs[1] * xs[2], xs[1], -1.0, xs[0], xs[2]]
    return perform(row, (*mixed, *[t] * len(row.constants)))


@each(STACKING)
@each_kind
def test_a_stack_of_operands_of_several_kinds(row, kind):
    xs, weights = [0.5, -1.0, 2.0], [1.0, 0.25]

    def f(xs, weights):
        return weights[0] * stack_of_seven(row, xs, 3.0) + weights[1] * stack_of_seven(row, xs[::-1], 6.0)

    for asked in (value_and_grad(f, argnums=(0, 1)), hessian(f)):
        assert_alike(run(asked, kind, xs, weights)[0], asked(xs, weights), size=1.0)


@each(STACKING)
def test_a_stack_for_each_sample(row):
    shared, xs, targets = [0.5, -0.25], np.array([[1.0, 2.0, 3.0], [-1.0, 0.0, 1.0]]), np.array([0.0, 4.0])

    def loss(shared, xs, targets):
        of_sample = vmap(lambda x, t: stack_of_seven(row, [shared[0] * x[0], shared[1], x[2]], t) * x[1])
        of_all = vmap(lambda x, t: stack_of_seven(row, [*shared, 1.0], t) * x[1])
        return autograd.mean(of_sample(xs, targets)) + autograd.mean(of_all(xs, targets))

    asked = value_and_grad(loss, argnums=(0, 1))
    found, _ = run(asked, "arrays", shared, xs, targets)
    assert_alike(found, asked(shared, xs, targets), size=1.0)


@each(STACKING)
@each_kind
def test_a_program_does_not_grow_with_the_operands(row, kind):
    """Not in its operations: one call, however many operands it has."""

    def f(xs):
        return perform(row, (*xs, *[1.0] * len(row.constants)))

    calls = []
    for n in (10, 300):
        xs = np.linspace(-1.0, 1.0, n)
        found, program = run(value_and_grad(f), kind, xs)
        assert_alike(found, value_and_grad(f)(xs))
        calls.append(program.source.count(f"{row.name}_in_full("))
    assert calls == [1, 1]
