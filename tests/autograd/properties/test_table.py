"""Every row of the table at points that the row itself tells: inside of its domain, at its edge, outside, on a kink."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, target
from hypothesis import strategies as st

from autograd import NonFiniteError, Value
from autograd.primitives import EVERYWHERE, table
from autograd.testing import check_grads, points_for
from autograd.testing.expressions import perform
from autograd.testing.reach import in_domain, outcome

ROWS = list(table.values())
KINKED = [row for row in ROWS if row.kinks]
# With a Value as exponent, 0ʸ and the whole powers of negative numbers have a value, but no derivative by the exponent.
LENIENT = {"power"}
LIMITED = [row for row in ROWS if row.domain is not EVERYWHERE and not row.nary]  # n-ary rows limit how many, not which


def each(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.name)


def attempt(function):
    """What a function returns, and the error that refuses to."""
    try:
        return function(), None
    except NonFiniteError as refusal:
        return None, refusal


def split(row, point):
    """The operands that may vary, and the constants."""
    cut = len(point) - len(row.constants)
    return point[:cut], point[cut:]


@each(ROWS)
@given(data=st.data())
def test_derivatives_of_order_one_and_two(row, data):
    xs, constants = split(row, data.draw(points_for(row)))
    assume(row.name != "pow" or constants[0] in (0.0, 1.0, 2.0) or xs[0] != 0.0)  # x^½ has no second derivative at 0
    checked = check_grads(lambda *xs: perform(row, (*xs, *constants)), xs)
    target(math.log10(checked.worst + 1e-20), label="worst difference from finite differences")
    assert checked.compared > 0
    assert not checked.kinks


@each(KINKED)
@given(data=st.data())
def test_the_derivative_at_a_kink_is_what_the_row_says_or_lies_in_the_middle(row, data):
    xs, constants = split(row, data.draw(points_for(row, aim="kink")))
    told = dict(zip(row.constants, constants, strict=True)).get("at_zero")
    partials = perform(row, (*map(Value, xs), *constants)).partials
    for i, x in enumerate(xs):
        below, above = [outcome(row, (*xs[:i], x + h, *xs[i + 1 :], *constants))[1 + i] for h in (-1e-6, 1e-6)]
        assert partials[i] == pytest.approx((below + above) / 2 if told is None else told, abs=1e-5)


@each(LIMITED)
@given(data=st.data())
def test_outside_of_its_domain_a_row_is_refused_with_a_reason(row, data):
    point = data.draw(points_for(row, aim="outside"))
    xs, constants = split(row, point)
    labelled = [Value(x, label=f"number {i}") for i, x in enumerate(xs)]
    for operands in point, (*labelled, *constants):
        made, refusal = attempt(lambda operands=operands: perform(row, operands))
        if refusal is None:
            assert row.name in LENIENT
            assert not isinstance(made, Value) or not math.isfinite(made.partials[1]) or xs[0] == 0.0
            continue
        assert refusal.primitive == row.name
        assert refusal.operands == point
        assert row.domain.text in str(refusal)
        assert ("is 'number 0'" in str(refusal)) == (operands is not point)


@each(LIMITED)
@given(data=st.data())
def test_up_to_the_edge_of_its_domain_a_row_has_a_value_or_one_too_large(row, data):
    xs, constants = split(row, data.draw(points_for(row, aim="edge")))
    nodes = list(map(Value, xs))
    made, refusal = attempt(lambda: perform(row, (*nodes, *constants)))
    if refusal is not None:
        assert "too large" in str(refusal)
        return
    assert math.isfinite(made.data)
    if all(map(math.isfinite, made.partials[: len(xs)])):
        made.backward()
        assert [x.grad for x in nodes] == list(made.partials[: len(xs)])
    else:
        with pytest.raises(NonFiniteError, match=f"backprop through {row.name}"):
            made.backward()
        assert all(x.grad == 0.0 for x in nodes)


@st.composite
def anything(draw, row):
    """Operands of any size, inside and outside; a constant is one of its typical values."""
    constants = [draw(st.sampled_from(values)) for values in row.constants.values()]
    count = len(row.operands) - len(constants)
    if row.nary:
        count = draw(st.sampled_from([2, 4] if row.name == "dot" else [2, 1, 3, 4]))
    return (*[draw(st.floats()) for _ in range(count)], *constants)


@each(ROWS)
@given(data=st.data())
def test_the_non_finite_rule(row, data):
    """Finite numbers give a finite number or an error; and inside of the domain the error is of size only."""
    point = data.draw(anything(row))
    xs, constants = split(row, point)
    finite = all(map(math.isfinite, xs))
    assume(in_domain(row, point) or not row.nary)  # which has a ValueError of its own
    made, refusal = attempt(lambda: perform(row, (*map(Value, xs), *constants)))
    plain, plainly = attempt(lambda: perform(row, point))
    assert str(refusal) == str(plainly)
    if refusal is not None:
        assert finite
        assert refusal.operands == point
        assert ("too large" in str(refusal)) == in_domain(row, point)
    else:
        assert made.data == plain or (math.isnan(made.data) and math.isnan(plain))
        assert not finite or math.isfinite(made.data)
        assert not finite or in_domain(row, point) or row.name in LENIENT
