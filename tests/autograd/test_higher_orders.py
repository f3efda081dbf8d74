"""Second and third derivatives of the smooth primitives against multiprecision.

0 and large arguments are among the points on purpose. A rule that takes ``m.abs`` for ``m.magnitude``, cuts an operand
off or treats a special case as a constant has the right derivative and the wrong second one, and only there.
"""

from __future__ import annotations

from itertools import product

import pytest

import autograd
from autograd import Value, grad, gradients, primitive
from autograd.primitives import remove_row, table
from autograd.value import apply
from tests.autograd.exact import derivative, oracle
from tests.autograd.multiprecision import mp

BITS = 800  # so that 1 − tanh² 200 and its derivatives have digits left after numerical differentiation
SINGLES = [(s * x,) for x in (0.0, 1e-3, 0.3, 1.0, 2.5, 8.0, 20.0, 50.0, 200.0) for s in (1, -1) if x or s > 0]
PAIRS = list(product((0.0, 0.5, 2.0, -0.25, -30.0), (0.0, 0.5, 1.0, 3.0, -2.0)))
LISTS = [(0.5, -0.25, 2.0, 1.0), (0.0, 0.0, 0.0, 0.0), (30.0, -2.0, 25.0, 1.0), (-200.0, 5.0, 200.0, 2.0)]
ENDLESS = {("sqrt", 0.0), *[("pow", 0.0, c) for c in (0.5, 1 / 3, 0.1)]}  # at which the slope is infinite already
_BELLS = ["sech_squared", "normal_pdf"]
_STEPS = ["tanh", "atan", "sigmoid", "normal_cdf"]
LEVEL_FAR_OUT = [*_BELLS, *_STEPS, "softplus", "logsigmoid", "gelu"]
"""Whose second derivatives vanish on either side."""

smooth_rows = pytest.mark.parametrize("row", [row for row in table.values() if row.smooth], ids=lambda row: row.name)


def points(row):
    """Operands and, apart from them, constants."""
    count = len(row.operands) - len(row.constants)
    free = LISTS if row.nary else {1: SINGLES, 2: PAIRS}.get(count, [(0.5,) * count])
    for xs, constants in product(free, product(*row.constants.values())):
        if row.domain.contains(*xs, *constants) and (row.name, *xs, *constants) not in ENDLESS:
            yield xs, constants


def assert_close(computed, true, what):
    assert abs(computed - true) <= 1e-12 * max(abs(true), 1e-190), f"{what}: {computed} for {mp.nstr(true, 17)}"


@smooth_rows
def test_second_derivatives(row):
    value, seen = oracle(row).value, 0
    for xs, constants in points(row):
        nodes = [Value(x) for x in xs]
        slopes = gradients(apply(row, [*nodes, *constants]), nodes, create_graph=True)
        for i, slope in enumerate(slopes):
            for j, computed in enumerate(gradients(slope, nodes)):
                with mp.workprec(BITS):
                    true = derivative(value, (*xs, *constants), i, j)
                assert_close(computed, true, f"∂²{row.name}/∂{i}∂{j} at {xs}, {constants}")
                seen += 1
    assert seen > 5


@pytest.mark.parametrize(
    "name", ["exp", "tanh", "sigmoid", "softplus", "logsigmoid", "gelu", "atan", "log1p", "tan", "pow"]
)
def test_third_derivatives(name):
    row = table[name]
    for (x,), constants in points(row):
        if abs(x) > 50 or (name, x, *constants) == ("pow", 0.0, -1.0):
            continue
        third = grad(grad(grad(lambda x, constants=constants: apply(row, [x, *constants]))))(x)
        with mp.workprec(BITS):
            true = derivative(oracle(row).value, (x, *constants), 0, 0, 0)
        assert_close(third, true, f"{name}‴ at {x}, {constants}")


@pytest.mark.parametrize("name", ["div", "power", "logsumexp", "softmax_cross_entropy"])
def test_mixed_third_derivatives(name):
    row = table[name]
    for xs, constants in [(xs, constants) for xs, constants in points(row) if max(map(abs, xs)) <= 30]:
        nodes = [Value(x) for x in xs]
        slope = apply(row, [*nodes, *constants])
        for i in (0, 1, 0):
            slope = gradients(slope, nodes[i], create_graph=True)
        with mp.workprec(BITS):
            true = derivative(oracle(row).value, (*xs, *constants), 0, 1, 0)
        assert_close(slope.data, true, f"∂³{name} at {xs}, {constants}")


def test_orders_of_one_function():
    """tanh at 0, by its series x − x³/3 + 2x⁵/15 − …"""
    f, orders = autograd.tanh, []
    for _ in range(5):
        f = grad(f)
        orders.append(f(0.0))
    assert orders == pytest.approx([1.0, 0.0, -2.0, 0.0, 16.0], abs=1e-13)


@pytest.mark.parametrize("name", LEVEL_FAR_OUT)
def test_far_out_every_order_is_there_and_next_to_nothing(name):
    """Neither x·x nor 2x nor a power of x may stop what becomes 0."""
    f = getattr(autograd, name)
    for _ in range(3):
        f = grad(f)
        for x in (1e81, 1.4e154, 1e160, 1.7e308):
            assert abs(grad(f)(x)) < 1e-150
            assert abs(grad(f)(-x)) < 1e-150


def test_where_two_are_equal_their_sum_may_be_too_large():
    for f in autograd.minimum, autograd.maximum:
        assert grad(grad(lambda x, f=f: f(x, x)))(1e308) == 0.0


def test_an_abs_in_a_smooth_formula_is_caught():
    """softplus, right in its value and slope everywhere, and wrong in its curvature at 0."""

    @primitive
    def careless(m, x):
        e = m.exp(-m.abs(x))
        return m.where(x > 0.0, x, 0.0) + m.log1p(e), m.where(x >= 0.0, 1.0, e) / (1.0 + e)

    try:
        assert grad(careless)(0.0) == 0.5
        with pytest.raises(AssertionError, match=r"∂²careless/∂0∂0 at \(0.0,\), \(\): 0.0 for 0.25"):
            test_second_derivatives(table["careless"])
    finally:
        remove_row("careless")
