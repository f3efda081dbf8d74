"""Every value and every local derivative of the table against multiprecision, over the whole range of float64."""

from __future__ import annotations

import math

import pytest

import autograd
from autograd import NonFiniteError, Value, primitive
from autograd.primitives import builtin, remove_row, table
from tests.autograd.accuracy import BOUNDS, END, EXCLUDED, PAGE, START, Measured, error, line, measure
from tests.autograd.exact import derivative, exact, lower_triangle, none, oracle
from tests.autograd.multiprecision import mp, number
from tests.autograd.operands import operands

POINTS = 1000


@pytest.mark.parametrize("row", table.values(), ids=lambda row: row.name)
def test_every_row_keeps_its_promise(row):
    """Run it with -s to see the figures."""
    measured = measure(row, operands(row, POINTS))
    print(f"\n{row.name:33}" + f"\n{'':33}".join(map(str, measured.all)))
    assert measured.points > POINTS // 10
    for result in measured.all:
        assert result.ulp <= result.bound, f"{row.name}: {result}"


def test_every_builtin_has_an_oracle_of_its_own_and_every_promise_a_row():
    assert set(exact) == builtin
    assert set(BOUNDS) <= builtin


def test_what_the_page_excludes_is_what_the_oracle_has_terms_for():
    with_terms = {name for name, of in exact.items() if of.terms is not none or of.second_terms is not none}
    assert set(EXCLUDED) == with_terms


def test_the_page_has_a_line_for_every_row_and_keeps_its_promises():
    page = PAGE.read_text(encoding="utf-8")
    found = [text.split("|")[1:-1] for text in page[page.index(START) : page.index(END)].splitlines() if "`" in text]
    promised = [line(Measured(row)).split("|")[1:-1] for row in table.values() if row.name in builtin]
    assert [(name, *rest) for name, _, _, _, *rest in found] == [(name, *rest) for name, _, _, _, *rest in promised]
    for name, *figures, bounds, _ in found:
        reached = [float(word.strip(",")) for figure in figures for word in figure.split() if word[0].isdigit()]
        assert all(ulp <= float(bound) for ulp, bound in zip(reached, bounds.split("/"), strict=True)), name


@pytest.mark.parametrize("row", [row for row in table.values() if row.name in builtin], ids=lambda row: row.name)
def test_the_oracle_is_right(row):
    """Its formulas for the derivatives against numerical differentiation of its values."""
    checked = 0
    for xs in operands(row, 400):
        at_kink = any(abs(kink.gap(*xs)) < 1e-6 for kink in row.kinks)
        if at_kink or not all(1e-6 < abs(x) < 20 for x in xs[: len(xs) - len(row.constants)]):
            continue
        for i, claimed in enumerate(exact[row.name].partials(*map(number, xs))):
            measured = derivative(exact[row.name].value, xs, i)
            assert abs(claimed - measured) < mp.mpf(1e-60) * max(1, abs(claimed)), (xs, i)
        count = len(xs) - len(row.constants)
        if count > 4:
            continue
        for (i, j), claimed in zip(lower_triangle(count), exact[row.name].seconds(*map(number, xs)), strict=True):
            measured = derivative(lambda *xs, i=i: exact[row.name].partials(*xs)[i], xs, j)
            assert abs(claimed - measured) < mp.mpf(1e-60) * max(1, abs(claimed)), (xs, i, j)
        checked += 1
    assert checked > 10


def test_the_ruler():
    one = number(1)
    assert error(1.0, one) == 0.0
    assert error(math.nextafter(1.0, 2.0), one) == 1.0
    assert error(1.0, one + mp.mpf(2) ** -53) == 0.5
    assert error(1.5, one, term=4) == 0.5 / math.ulp(4.0)
    assert error(math.nan, one) == error(math.inf, one) == error(1e-300, number(0)) == math.inf
    assert error(0.0, number("1e-400")) == error(1e-310, number("1e-320")) == 0.0  # below the normal numbers …
    assert error(1e-300, number("1e-400")) == error(1e308, number("1e400")) == math.inf  # … and beyond them
    assert error(math.inf, number("1e400")) == 0.0


# --- rows of a user's own ---------------------------------------------------------------------------------------------


@pytest.fixture
def own_rows():
    before = set(table)
    yield
    for name in set(table) - before:
        remove_row(name)


@pytest.mark.usefixtures("own_rows")
def test_a_row_of_ones_own_is_measured_too():
    @primitive
    def swish(m, x):
        s = m.sigmoid(x)
        return x * s, s + x * s * m.sigmoid(-x)

    @primitive(base=math.erf)
    def erf(m, x):
        return m.erf(x), 2.0 / m.sqrt(math.pi) * m.exp(-x * x)

    points = [(x,) for x in (-5.0, -0.3, 0.0, 0.7, 4.0)]
    for name, bound in ("swish", 4.0), ("erf", 20.0):
        results = measure(table[name], points).results
        assert all(result.ulp < bound for result in results), [str(result) for result in results]


@pytest.mark.usefixtures("own_rows")
def test_a_wrong_derivative_does_not_get_past_it():
    @primitive
    def cube(m, x):
        return x * x * x, 3.000001 * x * x

    value, dx = measure(table["cube"], [(0.5,), (2.0,)]).results
    assert value.ulp < 1.0
    assert dx.ulp > 1e9


# --- the edges of the range -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "xs"),
    [
        # where e^x, cosh x, tanh′ and σ′ come to the end of the range
        *[(name, (x,)) for name in ("exp", "expm1", "sinh", "cosh") for x in (709.7827, 709.79, 710.4758, 710.476)],
        *[(name, (s * x,)) for name in ("tanh", "sigmoid", "softplus", "logsigmoid", "gelu") for s in (1, -1)
          for x in (19.07, 37.6, 38.6, 354.3, 372.5, 708.5, 745.2, 1e4, 1e308)],
        # a power of 0, of a negative number, and with an exponent beyond which x − 1 is not a float64
        *[("pow", (0.0, c)) for c in (0.0, 1.0, 1.5, 2.0, 3.0)],
        *[("pow", (-0.0, c)) for c in (0.0, 1.0, 2.0, 3.0)],
        *[("pow", (x, c)) for x in (-3.0, -1e-100, -1e100) for c in (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)],
        *[("pow", (s * (1 + 1e-15), c)) for s in (1, -1) for c in (2.0**53, 2.0**53 + 4, 2.0**57 + 64, -(2.0**57))],
        *[("power", (1 + 1e-15, c)) for c in (2.0**53, 2.0**53 + 4, 2.0**57 + 64, -(2.0**57))],
        ("power", (2.0, 0.0)),
        *[("power", (0.0, y)) for y in (0.0, 0.5, 1.0, 2.0)],
        ("power", (1e-300, 1e-300)),
        # where x − largest loses digits, which exp would amplify
        ("logsumexp", (-700.1, 0.3, 1e-3)),
        ("softmax_cross_entropy", (0.3, -700.1, 0.0)),
        ("softmax_cross_entropy", (0.3, -700.1, 1.0)),
        ("logsumexp", (1e308, -1e308)),
        ("logsumexp", (710.0, 710.0)),
        # subnormal numbers
        *[(name, (5e-324,)) for name in ("sin", "tan", "sinh", "tanh", "atan", "expm1", "log1p", "log", "sqrt")],
        ("div", (5e-324, 5e-324)),
        ("div", (1e-310, 3e-5)),
        # sums whose parts are out of range, or of very different size
        ("sum", (1e308, 1e308, -1e308)),
        ("sum", (1e300, 1.0, -1e300)),
        ("dot", (1e200, 1.0, 1e-200, 1.0)),
        ("atan", (1e200,)),
        ("log1p", (-1 + 2**-53,)),
    ],
)  # fmt: skip
def test_edges(name, xs):
    for result in measure(table[name], [xs]).all:
        assert result.ulp <= result.bound, str(result)


def test_the_sign_of_zero():
    for f in autograd.sin, autograd.tan, autograd.sinh, autograd.tanh, autograd.atan, autograd.expm1, autograd.log1p:
        assert math.copysign(1.0, f(-0.0)) == -1.0, f
    assert math.copysign(1.0, autograd.abs(-0.0)) == 1.0


def test_a_slope_that_is_infinite_is_infinite():
    for x in (autograd.sqrt(Value(0.0)), Value(0.0) ** 0.5, Value(0.0) ** (1 / 3)):
        assert x.data == 0.0
        assert x.partials[0] == math.inf


def test_a_negative_number_to_a_whole_power_has_a_slope_by_the_base_alone():
    y = Value(-2.0) ** Value(3.0)
    assert (y.data, y.partials[0]) == (-8.0, 12.0)
    assert math.isnan(y.partials[1])


def test_what_is_too_large_is_refused():
    with pytest.raises(NonFiniteError, match="too large"):
        Value(1e300) * 1e300
    with pytest.raises(NonFiniteError, match="too large"):
        autograd.cosh(Value(711.0))
    assert oracle(table["cosh"]).value(number(711)) > 1.7e308
