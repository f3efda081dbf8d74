"""check_grads: what is right passes, what is wrong is named, and where there is nothing to compare it says so."""

from __future__ import annotations

import math
import re
from functools import partial

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import NonFiniteError, Value, primitive
from autograd.testing import check_grads, graphs
from autograd.testing.judging import judge
from autograd.testing.subject import Subject


def off_by(factor):
    """x², with a derivative that is off by a factor."""

    @primitive
    def square(m, x):
        return x * x, 2 * x * factor

    return square


# --- what is wrong ----------------------------------------------------------------------------------------------------


@given(graphs("x y", smooth=True), st.sampled_from([-1.0, 0.5, 2.0, 1 + 1e-5]), st.integers(0, 1))
def test_a_derivative_that_is_off_is_found_in_any_function(g, factor, which):
    """As far as differences can tell: where it is not 0, or far smaller than the function."""
    subject = Subject(g.expression, g.point)
    [slopes] = subject.slopes(subject.point, [()])
    curve, doubts = subject.curve([()], which), partial(subject.doubts, [()], which)
    right, wrong = [judge(curve, subject.point[which], [slopes[which] * by], 1e-7, doubts)[0] for by in (1.0, factor)]
    assert not right.wrong
    assert wrong.wrong or abs(slopes[which]) < 1e-6 * right.scale


def test_what_the_message_says():
    square = off_by(0.5)

    def loss(w, x):
        return square(w["a"][1] * x) + w["b"]

    with pytest.raises(AssertionError) as failure:
        check_grads(loss, ({"a": [7.0, 2.0], "b": 1.0}, 3.0))
    text = str(failure.value)
    assert "the derivative of loss with respect to w['a'][1] does not match" in text
    assert "w['a'][0] = 7.0, w['a'][1] = 2.0, w['b'] = 1.0, x = 3.0" in text
    assert "backprop     18.0" in text
    assert "differences  36.0, give or take" in text
    assert "ratio        1/2" in text


def test_a_second_derivative_that_is_off():
    @primitive
    def softened(m, x):
        """|x| with the derivative of |x|, but m.abs and m.sign instead of a constant: the second one is right, too."""
        return m.exp(x), m.where(x > 0.0, 1.0, 1.0) * m.exp(x)

    check_grads(softened, (0.5,))

    @primitive
    def frozen(m, x):
        return m.exp(x), float(m.exp(getattr(x, "data", x)))  # a number, where a formula belongs

    check_grads(frozen, (0.5,), order=1)
    with pytest.raises(AssertionError, match="the second derivative of frozen with respect to x and x does not match"):
        check_grads(frozen, (0.5,))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_every_order_is_checked(order):
    checked = check_grads(lambda x, y: autograd.exp(x * y) * autograd.tanh(y), (0.3, 0.7), order=order)
    assert checked.compared == sum(2 * (n + 1) for n in range(order))  # by symmetry: xx, xy and yy, each by x and y
    assert checked.worst < 1e-9


def test_one_part_in_a_million_is_seen():
    check_grads(off_by(1 + 1e-9), (1.5,), order=1)
    with pytest.raises(AssertionError):
        check_grads(off_by(1 + 1e-6), (1.5,), order=1)
    check_grads(off_by(1 + 1e-6), (1.5,), order=1, rtol=1e-4)


# --- what is right, and difficult -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: autograd.sin(1000 * x), 0.3),
        (lambda x: autograd.sin(x), 1e6),
        (lambda x: autograd.exp(x), 500.0),
        (lambda x: autograd.log(x), 1e-6),
        (lambda x: autograd.sqrt(x), 1e-12),
        (lambda x: 1 / x, 1e-3),
        (lambda x: autograd.tan(x), 1.5707),
        (lambda x: autograd.sigmoid(1e4 * x), 0.001),
        (lambda x: autograd.normal_pdf(1e6 * x), 1e-6),  # a bump between large steps
        (lambda x: autograd.relu(x), 1e-4),
        (lambda x: x * abs(x), 1e-5),
        (lambda x: autograd.sqrt(x * x), -1e-5),
        (lambda x: (x + 1e8) - 1e8, 1.0),
        (lambda x: x**20 * 1e-30, 3.0),
        (lambda x: x * 1e300, 3.0),
        (lambda x: x * x, 0.0),
        (lambda x: 3.0, 1.0),
        (lambda x: x * 0, 1.0),
    ],
)
def test_no_false_alarm(f, x):
    checked = check_grads(f, (x,))
    assert checked.compared == 2
    assert checked.worst < 1e-6


CANCELLING = {
    "softplus(x) - softplus(x - 1)": lambda x: autograd.softplus(x) - autograd.softplus(x - 1),
    "(x² + 1) - x²": lambda x: (x * x + 1) - x * x,
    "√(x² + 1) - |x|": lambda x: autograd.sqrt(x * x + 1) - abs(x),
    "log1p(x²) - x²": lambda x: autograd.log1p(x * x) - x * x,
    "1 - tanh(x)": lambda x: 1 - autograd.tanh(x),
    "sin(x)": autograd.sin,
    "x·cos(x)": lambda x: x * autograd.cos(x),
    "exp(sin(x))": lambda x: autograd.exp(autograd.sin(x)),
    "x / (1 + x²)": lambda x: x / (1 + x * x),
}


@given(st.sampled_from(sorted(CANCELLING)), st.floats(1.0, 10.0), st.integers(-12, 20), st.sampled_from([1.0, -1.0]))
def test_no_false_alarm_at_any_size(name, mantissa, exponent, sign):
    """Where rounding hides the function, or all steps are longer than its waves, differences have nothing to say."""
    try:
        check_grads(CANCELLING[name], (sign * mantissa * 10.0**exponent,))
    except NonFiniteError:
        assume(False)


@pytest.mark.parametrize("x", [40.3, 350229663.53554755, 1e12])
def test_waves_and_cancellation_are_still_compared(x):
    assert check_grads(autograd.sin, (x,)).compared == 2
    assert check_grads(CANCELLING["softplus(x) - softplus(x - 1)"], (x,), order=1).compared == 1


def test_a_function_that_rounds_to_steps_of_a_millionth():
    checked = check_grads(lambda x: (autograd.exp(x) + 1e10) - 1e10, (1.0,))
    assert checked.compared == 2
    assert 1e-9 < checked.worst < 1e-3


def test_an_infinite_slope_next_door_and_a_half_line():
    """Defined on one side of the point only, and flat there: that side is compared."""
    assert check_grads(lambda x: x**2.5, (0.0,), order=1).compared == 1

    @primitive
    def wrong(m, x):
        return m.pow(x, 2.5), 2.5 * m.pow(x, 1.5) + 1.0

    with pytest.raises(AssertionError, match="differences"):
        check_grads(wrong, (0.0,), order=1)


# --- kinks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "at", "kinks"),
    [
        (lambda x: autograd.relu(x), (0.0,), ["a kink: 0.0, .* from the left, 1.0, .* from the right", "a jump"]),
        (lambda x: autograd.relu(x, at_zero=1), (0.0,), ["a kink", "a jump"]),
        (lambda x: autograd.relu(x, at_zero=0.5), (0.0,), ["a jump"]),  # the derivative is right in the middle
        (lambda x: autograd.sign(x), (0.0,), ["a jump"]),
        (lambda x, y: autograd.maximum(x, 2 * y), (2.0, 1.0), ["a jump"] * 4),  # in the middle, too
        (lambda x: autograd.relu(x) * x, (0.0,), ["the second derivative of f with respect to x and x: a kink"]),
    ],
)
def test_a_kink_is_reported_and_no_failure(f, at, kinks):
    checked = check_grads(f, at)
    found = sorted(checked.kinks, key=len)
    assert len(found) == len(kinks)
    for pattern in kinks:
        assert any(re.search(pattern, text) for text in found), (pattern, found)


def test_a_wrong_derivative_beside_a_kink_is_no_kink():
    @primitive
    def hinge(m, x):
        return m.where(x > 0.0, x, 0.0), m.where(x > 0.0, 2.0, 0.0)

    assert check_grads(hinge, (-1e-3,)).compared == 2
    with pytest.raises(AssertionError, match="ratio        2"):
        check_grads(hinge, (1e-3,))


def test_what_cannot_be_told_is_not_counted():
    def noisy(x):
        return x + math.sin(1e17 * x.data) * 1e-3

    checked = check_grads(noisy, (1.0,), order=1)
    assert checked.compared == 0
    assert checked.undecided == ("the derivative of noisy with respect to x",)


# --- arguments --------------------------------------------------------------------------------------------------------


def test_arguments_by_name_and_structures():
    def f(w, *, x):
        return w[0] * x["a"] + w[1]

    assert check_grads(f, {"w": (1.0, 2), "x": {"a": 3.0}}, order=1).compared == 3
    assert check_grads(lambda *xs: xs[0] * xs[1], (1.0, 2.0), order=1).compared == 2
    with pytest.raises(AssertionError, match=r"with respect to xs\[1\] does not"):
        check_grads(lambda *xs: xs[0] + off_by(2)(xs[1]), (1.0, 2.0))


def test_the_values_of_a_model_are_used_as_they_are():
    w, b = Value(0.5, label="w"), Value(-1.0)
    parameters = [w, b]

    def loss(parameters):
        return autograd.tanh(w * 3 + b) * b  # not from its argument

    assert check_grads(loss, (parameters,)).compared == 6
    assert (w.data, b.data, w.grad, b.grad) == (0.5, -1.0, 0.0, 0.0)
    with pytest.raises(AssertionError, match=r"with respect to parameters\[0\] \(w\) does not"):
        check_grads(lambda parameters: off_by(3)(w), (parameters,))
    assert (w.data, b.data) == (0.5, -1.0)


def test_of_many_numbers_some_are_checked():
    def loss(xs):
        return autograd.sum([x * x * x for x in xs])

    numbers = [0.1 * (k + 1) for k in range(100)]
    assert check_grads(loss, (numbers,), order=1).compared == 30
    assert check_grads(loss, (numbers,), order=1, at_most=5).compared == 5
    assert check_grads(loss, (numbers,), at_most=3).compared == 3 + 9
    with pytest.raises(AssertionError, match=r"with respect to xs\[99\]"):  # the first and the last are always checked
        check_grads(lambda xs: loss(xs) + off_by(2)(xs[99]), (numbers,), at_most=2)
    with pytest.raises(AssertionError, match=r"xs\[11\] = .*, …\n"):
        check_grads(lambda xs: off_by(2)(xs[0]), (numbers,))


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda: check_grads(3, (1.0,)), TypeError, "check_grads needs a function, and got 3"),
        (lambda: check_grads(lambda x: x, 1.0), TypeError, r"as a tuple, such as \(x,\) .* got 1.0"),
        (lambda: check_grads(lambda x: x, "x"), TypeError, "as a tuple"),
        (lambda: check_grads(lambda x: [x, x], (1.0,)), TypeError, r"returns one number, and f returned \[Value"),
        (lambda: check_grads(lambda x: None, (1.0,)), TypeError, "f returned None of type NoneType"),
        (lambda: check_grads(lambda x: x > 0, (1.0,)), TypeError, "f returned True of type bool"),
        (lambda: check_grads(lambda x: x, (1.0, 2.0)), TypeError, r"f takes \(x\), but .* given 2 arguments"),
        (lambda: check_grads(lambda x: x, {"y": 2.0}), TypeError, r"f takes \(x\), and has no argument 'y'"),
        (lambda: check_grads(lambda x, y: x, {"x": 2.0}), TypeError, "missing 1 required positional argument: 'y'"),
        (lambda: check_grads(lambda x: x, ("1.0",)), TypeError, "check_grads: x needs one real number, not '1.0'"),
        (lambda: check_grads(lambda x: x[0], ([1.0, None],)), TypeError, r"check_grads: x\[1\] needs one real number"),
        (lambda: check_grads(lambda x: x, (math.nan,)), ValueError, "needs finite numbers, and x is nan"),
        (lambda: check_grads(lambda x: 1.0, ([],)), ValueError, r"no number among the arguments of f, \(\[\],\)"),
        (lambda: check_grads(lambda x: x, (1.0,), order=0), ValueError, "order needs a whole number .* got 0"),
        (lambda: check_grads(lambda x: x, (1.0,), order=1.5), ValueError, "order needs a whole number .* got 1.5"),
        (lambda: check_grads(lambda x: x, (1.0,), at_most=0), ValueError, "at_most needs a whole number"),
        (lambda: check_grads(lambda x: x, (1.0,), rtol=0), ValueError, "rtol is a relative tolerance .* got 0"),
        (lambda: check_grads(lambda x: x, (1.0,), rtol=2.0), ValueError, "rtol is a relative tolerance"),
        (
            lambda: check_grads(autograd.log, (-1.0,)),
            NonFiniteError,
            "there are no derivatives to check of log at x = -1.0: .*log is defined for x > 0",
        ),
        (lambda: check_grads(autograd.sqrt, (0.0,)), NonFiniteError, "no derivatives .* sqrt at x = 0.0: .*is inf"),
        (lambda: check_grads(lambda x: x**1.5, (0.0,)), NonFiniteError, "no derivatives .* f at x = 0.0"),
        (lambda: check_grads(lambda x: x * (1 / 0), (2.0,)), NonFiniteError, "no derivatives .* division by zero"),
        (lambda: check_grads(lambda x: x * math.inf, (2.0,)), NonFiniteError, "they are inf or nan"),
    ],
)
def test_bad_input(attempt, error, message):
    with pytest.raises(error, match=message):
        attempt()
