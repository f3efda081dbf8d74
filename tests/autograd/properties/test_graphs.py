"""Random graphs: what backprop says of them against oracles that know neither its rules nor its walk."""

from __future__ import annotations

import math
from contextlib import contextmanager
from fractions import Fraction

from hypothesis import given, reject, target
from hypothesis import strategies as st

from autograd import NonFiniteError, Value, gradients, hessian
from autograd.floats import Ieee, ieee
from autograd.testing import check_grads, expressions, graphs
from tests.autograd.properties.oracles import allowance, cancelled, exact_value, scale, sum_over_paths


@contextmanager
def what_is_too_large_left_out():
    """Where a derivative is as large as 1e308 the next one is an error, as it should be."""
    try:
        yield
    except NonFiniteError:
        reject()


def assert_within(errors):
    """Each error and what is allowed; Hypothesis is asked to raise the worst of them."""
    shares = [float(error / allowed) if allowed else math.inf if error else 0.0 for error, allowed in errors]
    worst = max(shares)
    target(math.log10(min(max(worst, 1e-30), 1e30)), label="worst error, as a power of ten of what is allowed")
    assert worst <= 1, errors


@given(graphs("x y z"))
def test_the_value_is_that_of_multiprecision(g):
    y, _ = g.build()
    exact = exact_value(g.expression, g.point)
    assert abs(y.data - exact) <= 1e-9 * max(1, abs(exact))


@given(graphs("x y"))
def test_first_derivatives_against_multiprecision(g):
    y, xs = g.build()
    errors = []
    for i, (x, slope) in enumerate(zip(xs, gradients(y, xs), strict=True)):
        exact, rounding = allowance(g.expression, g.point, i)
        errors.append((abs(slope - exact), 30 * rounding + 1e-14 * scale(y, x) + cancelled(y)))
    assert_within(errors)


@given(graphs("x y", smooth=True, max_size=6))
def test_second_derivatives_against_multiprecision(g):
    y, xs = g.build()
    errors = []
    with what_is_too_large_left_out():
        for i, slope in enumerate(gradients(y, xs, create_graph=True)):
            for j, x in enumerate(xs):
                exact, rounding = allowance(g.expression, g.point, i, j)
                errors.append(
                    (abs(gradients(slope, x) - exact), 100 * rounding + 1e-12 * scale(slope, x) + cancelled(slope))
                )
    assert_within(errors)


@given(graphs("x y z", max_size=12))
def test_the_walk_against_the_sum_over_all_paths(g):
    y, xs = g.build()
    y.backward()
    for x in xs:
        exact = sum_over_paths(y, x)
        assert abs(Fraction(x.grad) - exact) <= Fraction(1e-14 * scale(y, x)), (x, float(exact))


@given(graphs("x y z", max_size=10))
def test_against_finite_differences(g):
    with what_is_too_large_left_out():
        checked = check_grads(g.expression, g.point)
    target(math.log10(checked.worst + 1e-20), label="worst difference from finite differences")
    assert checked.compared + len(checked.undecided) + len(checked.kinks) == 3 + 3 * 3


@given(expressions("x y", max_size=12), st.tuples(st.floats(width=64), st.floats(width=64)))
def test_no_inf_and_no_nan_without_an_error_unless_they_were_put_in(e, point):
    """Numbers of every size go in; finite ones give finite ones, or an error that names the operation."""
    xs = [Value(x) for x in point]
    refusal = None
    try:
        y = e(*xs)
        y.backward()
    except NonFiniteError as error:
        refusal = error
    if refusal is not None:
        assert refusal.primitive in {step.primitive for step in e.steps}
        assert refusal.primitive in str(refusal)
        assert all(map(math.isfinite, refusal.operands))
        assert all(x.grad == 0.0 for x in xs)
    elif all(map(math.isfinite, point)):
        assert all(map(math.isfinite, [y.data, *[x.grad for x in xs]]))


@given(expressions("x y"), st.tuples(st.floats(), st.floats()))
def test_a_value_is_what_ieee_says(e, point):
    expected = float(e.evaluate(ieee, *map(Ieee, point)))
    try:
        y = e(*map(Value, point))
    except NonFiniteError:
        return
    assert y.data == expected or (math.isnan(y.data) and math.isnan(expected))


@given(graphs("x y z", max_size=10))
def test_hessians_are_symmetric(g):
    y, xs = g.build()
    with what_is_too_large_left_out():
        rows = hessian(lambda xs: g.expression(*xs))(list(g.point))
        slopes = gradients(y, xs, create_graph=True)
    for i, slope in enumerate(slopes):
        for j in range(i):
            allowed = 1e-12 * (scale(slope, xs[j]) + scale(slopes[j], xs[i]))
            assert abs(rows[i][j] - rows[j][i]) <= allowed, (rows, allowed)
