"""nan, inf and numbers at the ends of the range: what goes in comes out as eagerly, in every kind of program."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

import autograd
from autograd import NonFiniteError, compile, log, sigmoid, value_and_grad, vmap, where
from autograd.primitives import remove_row, table
from autograd.testing.expressions import perform
from tests.autograd.compiler.comparing import assert_alike, attempt, each_kind, forced

SPECIAL = [math.nan, math.inf, -math.inf, 0.0, 1.5, -2.0]


def assert_the_same(found, expected):
    """The same numbers, nan included, or the same error."""
    if isinstance(expected, Exception):
        assert str(found) == str(expected)
    else:
        assert_alike(found, expected)


def calls(row):
    """Special operands, of which one at least is nan or inf, and the row's constants."""
    count = 3 if row.nary else len(row.operands) - len(row.constants)
    count += row.name == "dot"
    constants = tuple([values[0] for values in row.constants.values()])
    for xs in product(SPECIAL[:5] if count > 2 else SPECIAL, repeat=count):
        if not all(map(math.isfinite, xs)) and (count < 4 or len(set(map(repr, xs))) > 2):
            yield list(xs), constants


@each_kind
@pytest.mark.parametrize("row", list(table.values()), ids=lambda row: row.name)
def test_every_row_on_nan_and_inf(row, kind):
    programs = {}
    for xs, constants in calls(row):
        f = value_and_grad(lambda xs, constants=constants: perform(row, (*xs, *constants)))
        key = constants, len(xs)
        compiled = programs.setdefault(key, autograd.compile(f))
        with forced(kind):
            assert_the_same(attempt(compiled, xs), attempt(f, xs))


CHOICES = {
    "larger": lambda m, a, b: m.where(a > b, a, b),
    "larger, from the other side": lambda m, a, b: m.where(b < a, a, b),
    "larger, or the first": lambda m, a, b: m.where(a >= b, a, b),
    "smaller": lambda m, a, b: m.where(a < b, a, b),
    "not larger": lambda m, a, b: m.where(a > b, b, a),
    "above a bound": lambda m, a, b: m.where(a > 1.0, a, 1.0) - b,
    "larger, or a bound": lambda m, a, b: m.where(b < a, a, 1.0) - b,
    "below a bound": lambda m, a, b: m.where(a < 1.0, a, 1.0) - b,
    "not above a bound": lambda m, a, b: m.where(a > 1.0, 1.0, a) - b,
    "not below a bound": lambda m, a, b: m.where(a <= 1.0, 1.0, a) - b,
    "a step": lambda m, a, b: m.where(a >= 0.0, 0.0, 1.0) + m.where(b <= 0.0, 0.0, 1.0),
    "a step with a value at zero": lambda m, a, b: m.where(a > 0.0, 1.0, m.where(a == 0.0, 0.5, 0.0)),
    "three ways": lambda m, a, b: m.where(a > b, a, m.where(b >= a, b, 7.0)),
    "two bounds": lambda m, a, b: m.where(a > 1.0, 1.0, m.where(a < -1.0, -1.0, a)),
    "of both": lambda m, a, b: m.maximum(a, m.minimum(b, 1.0)),
}


@each_kind
@pytest.mark.parametrize("name", CHOICES)
def test_a_comparison_with_nan_is_false(name, kind):
    """In a rule of one's own, and in a function."""
    choice = CHOICES[name]

    @autograd.primitive
    def mask_of_mine(m, a, b):
        y = choice(m, a, b)
        return y, m.where(a > b, 2.0, 3.0), y

    try:
        for f in (mask_of_mine, lambda a, b: choice(autograd, a, b)):
            one, many = value_and_grad(f, argnums=(0, 1)), vmap(value_and_grad(f, argnums=(0, 1)))
            compiled, compiled_many = autograd.compile(one), autograd.compile(many)
            points = list(product(SPECIAL, repeat=2))
            with forced(kind):
                for a, b in points:
                    assert_the_same(attempt(compiled, a, b), attempt(one, a, b))
            assert_alike(compiled_many(*np.array(points).T), many(*np.array(points).T.tolist()))
    finally:
        remove_row("mask_of_mine")


STEPS = {
    "a choice": lambda m, x: (m.where(x > 0.0, x, m.exp(x)), m.where(x > 0.0, 1.0, m.exp(x))),
    "a fact": lambda m, x: (m.where(x > 0.0, 1.0, 0.0), m.where(x > 0.0, x, 2.0)),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", ["mask", "H", "V", "dH", "lanes", "data", "total", "index", "kept"])
def test_a_row_of_ones_own_may_have_any_name(name, step):
    """The arrays of a program are called after the rows that they are of."""

    def rule(m, x):
        return STEPS[step](m, x)

    rule.__name__ = name
    mine = autograd.primitive(rule)
    data = np.array([0.5, -1.0])

    def f(w, xs):
        of_data = autograd.sum(vmap(lambda x: mine(x * w[0]))(data))
        return of_data * autograd.sum(vmap(lambda x: autograd.sum([where(mine(a * x) > 1, a, x) for a in w]))(xs))

    try:
        asked = value_and_grad(f, argnums=(0, 1))
        args = [1.0, -2.0, 3.0], np.array([2.0, -3.0, 4.0])
        assert_alike(autograd.compile(asked)(*args), asked(*args))
    finally:
        remove_row(name)


def test_sigmoid_is_1_where_it_rounds_to_1():
    """So that 1 − σ(x) is 0 in a program where it is 0 eagerly, and its logarithm the same error."""
    x = np.linspace(37.5, 1400.0, 1001)
    assert np.all(compile(vmap(sigmoid))(x) == 1.0)
    with pytest.raises(NonFiniteError, match=r"log\(0.0\) is -inf"):
        compile(vmap(lambda x: log(1.0 - sigmoid(x))))(x)
