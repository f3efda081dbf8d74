"""Limits: of difference quotients, to some twelve digits, and as a number grows; what has none is refused."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import grad
from autograd.proofread import limit, proofread

SMOOTH = {
    "sin": (math.sin, math.cos),
    "exp": (math.exp, math.exp),
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    "cube": (lambda x: x**3 - x, lambda x: 3 * x * x - 1),
    "sigmoid": (autograd.sigmoid, grad(autograd.sigmoid)),
}


@settings(max_examples=60)
@given(st.sampled_from(sorted(SMOOTH)), st.floats(-3, 3))
def test_a_difference_quotient_is_the_derivative(name, x):
    f, slope = SMOOTH[name]
    found = limit(lambda h: (f(x + h) - f(x)) / h)
    assert found == pytest.approx(slope(x), rel=1e-11, abs=1e-11)


def test_a_limit_from_one_side():
    assert limit(lambda h: abs(h) / h) == 1.0
    assert limit(lambda h: -abs(-h) / h) == -1.0


@pytest.mark.parametrize(
    ("f", "value"),
    [
        (lambda h: math.sin(h) / h, 1.0),
        (lambda h: (1 - math.cos(h)) / h**2, 0.5),
        (lambda h: (1 + h) ** (1 / h), math.e),
        (lambda h: 5.0, 5.0),
        (lambda h: 0.0, 0.0),
        (lambda h: h, 0.0),
        (lambda h: 1 / (3 - 40 * h), 1 / 3),
    ],
)
def test_towards_0(f, value):
    assert limit(f) == pytest.approx(value, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(
    ("f", "value"),
    [
        (lambda x: math.log1p(3 * math.exp(-x)), 0.0),
        (math.tanh, 1.0),
        (math.atan, math.pi / 2),
        (lambda x: (2 * x * x + 1) / (x * x - 3), 2.0),
        (lambda n: (1 + 1 / n) ** n, math.e),
        (lambda x: 7.0, 7.0),
    ],
)
def test_towards_infinity(f, value):
    assert limit(f, to=math.inf) == pytest.approx(value, rel=1e-10, abs=1e-11)


@pytest.mark.parametrize("f", [lambda h: 1 / h, lambda h: math.sin(1 / h), lambda h: math.log(h), lambda h: math.nan])
def test_what_has_no_limit_at_0(f):
    with pytest.raises(ValueError, match=r"f does not settle as h falls: the last values are .*; it may have no limit"):
        limit(f)


def test_what_has_no_limit_at_infinity():
    with pytest.raises(ValueError, match="does not settle"):
        limit(lambda x: x, to=math.inf)
    with pytest.raises(ValueError, match=r"f\(1024\) is too large for a float64, so f may grow without bound"):
        limit(math.exp, to=math.inf)


@pytest.mark.parametrize("to", [1.0, -math.inf, math.nan])
def test_elsewhere_there_is_no_limit_to_be_had(to):
    with pytest.raises(ValueError, match=r"write f\(to \+ h\) for the limit elsewhere"):
        limit(math.sin, to=to)


def test_the_definition_of_a_derivative_is_a_claim():
    def f(x, y):
        return x * x * y + y

    assert proofread(f, "x", lambda x, y: limit(lambda h: (f(x + h, y) - f(x, y)) / h))
    verdict = proofread(f, "x", lambda x, y: limit(lambda h: (f(x, y + h) - f(x, y)) / h))
    assert verdict.diagnosis == ("this is the derivative with respect to y, not x",)
