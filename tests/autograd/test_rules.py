"""One rule for every kind of number: in multiprecision it is right, and the kinds agree."""

from __future__ import annotations

import math
from itertools import groupby, product

import numpy as np
import pytest

import autograd
from autograd import NonFiniteError, Value, gradients
from autograd.arrays import arrays
from autograd.compiler.kernel import Term
from autograd.expression import Symbol
from autograd.floats import Ieee, floats, ieee
from autograd.functions import values
from autograd.primitives import Mathematics, builtin, table
from autograd.value import apply
from tests.autograd.exact import exact, oracle
from tests.autograd.multiprecision import mp, multiprecision, number
from tests.autograd.operands import operands

every_row = pytest.mark.parametrize("row", table.values(), ids=lambda row: row.name)


def split(row, xs):
    """The operands that a derivative flows to, and the constants."""
    cut = len(xs) - len(row.constants)
    return xs[:cut], xs[cut:]


def everyday(row, count):
    """Operands of a size that people compute with, at which nothing is infinite: kinks and ties are among them."""
    chosen = [xs for xs in operands(row, 4 * count) if all(abs(x) < 50 for x in xs)]
    chosen = [xs for xs in chosen if all(map(math.isfinite, patiently(row, xs)))]
    assert len(chosen) > count // 4
    return chosen[:count]


def patiently(row, xs):
    free, constants = split(row, xs)
    return [float(result) for result in row.rule(ieee, *map(Ieee, free), *constants)]


def assert_equal(row, xs, results, expected):
    """To 40 digits of the result, or of the terms that cancel in it."""
    terms = [*oracle(row).terms(*map(number, xs))] or [0] * len(expected)
    for i, (a, b, term) in enumerate(zip(results, expected, terms[-len(expected) :], strict=True)):
        assert abs(a - b) <= mp.mpf(1e-40) * max(abs(a), abs(b), term), (row.name, xs, i)


@every_row
def test_what_is_shown_is_what_is_computed(row):
    seen = 0
    for xs in everyday(row, 200):
        big = list(map(number, xs))
        y, *partials = row.rule(multiprecision, *big)
        try:
            shown = row.shown(multiprecision, y, *big)
        except ZeroDivisionError:  # 0·0⁻¹, which stands for the 0 that the rule gives
            assert row.name == "pow"
            assert xs == (0.0, 0.0)
            continue
        seen += 1
        assert_equal(row, xs, shown, partials)
    assert seen > 30


@pytest.mark.parametrize("row", [row for row in table.values() if row.name in builtin], ids=lambda row: row.name)
def test_the_rule_is_right_in_multiprecision(row):
    for xs in everyday(row, 200):
        big = list(map(number, xs))
        right = [exact[row.name].value(*big), *exact[row.name].partials(*big)]
        assert_equal(row, xs, row.rule(multiprecision, *big), right)


@every_row
def test_the_patient_floats_agree_with_the_fast_ones(row):
    compared = 0
    for xs in operands(row, 400):
        try:
            fast = row.rule(floats, *xs)
        except (ArithmeticError, ValueError):
            continue
        np.testing.assert_array_equal(patiently(row, xs), fast, err_msg=f"{row.name}{xs}")  # bit by bit; nan is nan
        compared += 1
    assert compared > 50


def test_sums_of_what_is_not_finite():
    """What ``math.fsum`` says depends on the order, and it refuses some: the sum is what IEEE says of the exact one."""
    for xs in product((1e308, -1e308, math.inf, -math.inf, math.nan, 1.0), repeat=3):
        if all(map(math.isfinite, xs)):
            continue
        expected = sum(x for x in xs if not math.isfinite(x))
        np.testing.assert_equal(float(autograd.sum(xs)), expected)
        np.testing.assert_equal(autograd.sum(list(map(Value, xs))).data, expected)
        np.testing.assert_equal(autograd.dot([Value(x) for x in xs], [1.0, 1.0, 1.0]).data, expected)


def test_products_that_are_too_large_are_the_error_of_the_dot():
    for xs in ([1e308, 1e308, 1e200], [1e200, -1e308, -1e308], [1e200, 1e308, -1e308]):
        with pytest.raises(NonFiniteError, match="dot"):
            autograd.dot(list(map(Value, xs)), [x if abs(x) < 1e300 else 1.0 for x in xs])


@every_row
def test_values_agree_with_floats(row):
    """The value bit by bit, as `gradients` asks of a row; the derivatives may have another form."""
    for xs in everyday(row, 200):
        free, constants = split(row, xs)
        results = (row.on_values or row.rule)(values, *map(Value, free), *constants)
        value, *partials = [r.data if isinstance(r, Value) else r for r in results]
        expected, *slopes = row.rule(floats, *xs)
        terms = [*oracle(row).terms(*map(number, xs))] or [0] * len(results)
        assert value == expected, (row.name, xs)
        for slope, partial, term in zip(slopes, partials, terms[1:], strict=True):
            allowed = 5 * math.ulp(max(abs(slope), float(term))) if row.on_values else 0.0
            assert abs(partial - slope) <= allowed, (row.name, xs)


@every_row
def test_derivatives_in_inf_and_nan_are_the_same_on_values(row):
    count = 2 if row.nary else len(row.operands) - len(row.constants)
    for xs in product([math.inf, -math.inf, math.nan, 2.0], repeat=count):
        for constants in product(*row.constants.values()):
            leaves = [*map(Value, xs)]
            y = apply(row, [*leaves, *constants])
            slopes = gradients(y, leaves)
            on_values = [slope.data for slope in gradients(y, leaves, create_graph=True)]
            assert [repr(abs(x)) for x in on_values] == [repr(abs(x)) for x in slopes], (row.name, xs, constants)


@every_row
def test_arrays_agree_with_floats(row):
    """NumPy's functions differ from those of ``math`` in the last place or two, and its sums from ``fsum``."""

    def shape(xs):
        return len(xs), split(row, xs)[1]

    for (_, constants), group in groupby(sorted(everyday(row, 200), key=shape), key=shape):
        calls = list(group)
        columns = [np.array(column) for column in zip(*[split(row, xs)[0] for xs in calls], strict=True)]
        with np.errstate(all="ignore"):
            results = np.array(np.broadcast_arrays(*row.rule(arrays, *columns, *constants), *columns[:1])[:-1])
        for xs, got in zip(calls, results.T, strict=True):
            terms = [*oracle(row).terms(*map(number, xs))] or [0] * len(got)
            if row.name == "sum":
                terms[0] = sum(map(abs, xs))
            for computed, expected, term in zip(got, row.rule(floats, *xs), terms, strict=True):
                assert abs(computed - expected) <= 2e-15 * max(abs(expected), float(term)), (row.name, xs)


@pytest.mark.parametrize("m", Mathematics.instances, ids=lambda m: m.kind)
def test_a_sum_takes_its_numbers_one_by_one_or_as_one_iterable(m):
    """As the rows of many operands do, of which logsumexp is one: m.sum(a, b) is m.sum([a, b])."""
    kinds = {
        "names": Symbol("x"),
        "Values": Value(2.0),
        "arrays": np.array([2.0, 3.0]),
        "terms": Term.of("number", 2.0),
    }
    x = kinds.get(m.kind, 2.0)

    def shown(y):
        return y.text if m.kind == "names" else y.data if m.kind == "Values" else np.array(y).tolist()

    as_list = shown(m.sum([x, x, x]))
    assert shown(m.sum(x, x, x)) == shown(m.sum((x, x, x))) == shown(m.sum(y for y in (x, x, x))) == as_list
    assert shown(m.sum(x)) == shown(m.sum([x]))
    assert len(np.shape(shown(m.sum(x)))) == (m.kind == "arrays")
