"""What is asked wrongly is an error that says so; what a claim cannot answer is part of the verdict."""

import math

import pytest

import autograd
from autograd import log, sqrt
from autograd.proofread import among, between, number, proofread, proofread_value, samples, vector

from .programs import DATA, linear


def loss(w, b, x, y):
    return (w * x + b - y) ** 2


def right(w, b, x, y):
    return 2 * (w * x + b - y) * x


# --- the question -----------------------------------------------------------------------------------------------------


def test_a_claim_with_other_parameters():
    with pytest.raises(TypeError, match="the claim takes 'z', which is no input of loss: those are w, b, x, y"):
        proofread(loss, "w", lambda w, z: w)
    with pytest.raises(TypeError, match=r"the claim needs a name for each of its inputs, and has \*args"):
        proofread(loss, "w", lambda *args: 0)


def test_a_parameter_that_is_not_there():
    with pytest.raises(TypeError, match="'v' is no input of loss: those are w, b, x, y"):
        proofread(loss, "v", right)
    with pytest.raises(TypeError, match=r"there is no w\[0\]: w is one number"):
        proofread(loss, "w[0]", right)
    with pytest.raises(TypeError, match=r"there is no w\[2\]: w is a list of 2"):
        proofread(lambda w: w[0], "w[2]", lambda w: 1.0, inputs={"w": vector(2)})
    with pytest.raises(TypeError, match=r"there is no x\[0\]\[5\]: x is a list of 1, each a list of 2"):
        proofread(lambda x: x[0][0], "x[0][5]", lambda x: 1.0, inputs={"x": samples(vector(2))})
    with pytest.raises(
        TypeError,
        match=r"'w\[first\]' is no input: write w for a whole vector, and w\[0\] for its first number",
    ):
        proofread(lambda w: w[0], "w[first]", lambda w: 1.0, inputs={"w": vector(2)})


def test_a_program_that_does_not_depend_on_the_parameter():
    with pytest.raises(ValueError, match="∂f/∂b: the program does not depend on b, so that its derivative is 0"):
        proofread(lambda w, b: w * 2, "b", lambda w, b: 0.0)
    with pytest.raises(ValueError, match=r"was another input meant, or \.data used in place of a Value"):
        proofread(lambda w: w.data * 2, "w", lambda w: 2.0)


@pytest.mark.parametrize("result", [None, "3", [1.0], (1.0, 2.0), True, 1j])
def test_a_program_that_returns_no_number(result):
    with pytest.raises(TypeError, match="the program of ∂f/∂x must return one number, and returned"):
        proofread(lambda x: result, "x", lambda x: 1.0)


def test_a_program_that_is_defined_nowhere():
    with pytest.raises(ValueError, match=r"failed at all of \d+ points, the last time with: log\(-") as raised:
        proofread(lambda x: log(-x * x - 1), "x", lambda x: 1 / x)
    assert "inputs={'x': between(0.1, 2)}" in str(raised.value)
    assert isinstance(raised.value.__cause__, ArithmeticError)


def test_a_program_that_is_broken():
    with pytest.raises(NameError, match="nothing"):
        proofread(lambda x: nothing, "x", lambda x: 1.0)  # noqa: F821
    with pytest.raises(TypeError, match="math record no derivatives"):
        proofread(lambda x: math.exp(x), "x", lambda x: 1.0)


def test_things_that_are_no_programs():
    with pytest.raises(TypeError, match="the program f must be a Python function with named parameters"):
        proofread(3, "x", lambda x: 1.0)
    with pytest.raises(TypeError, match=r"needs a name for each of its inputs, and has \*\*kwargs"):
        proofread(lambda **kwargs: 1.0, "x", lambda x: 1.0)
    with pytest.raises(TypeError, match="the claim must be a Python function"):
        proofread(loss, "w", 2.0)


def test_inputs_that_are_none():
    with pytest.raises(TypeError, match="inputs speak of 'v', and loss takes w, b, x, y"):
        proofread(loss, "w", right, inputs={"v": number})
    with pytest.raises(
        TypeError, match=r"inputs say what kind of input 'x' is, and \(0, 1\) is none: write number, bet"
    ):
        proofread(loss, "w", right, inputs={"x": (0, 1)})
    with pytest.raises(ValueError, match=r"needs low < high, and got 2 and 2"):
        between(2, 2)
    with pytest.raises(ValueError, match="at least one number to choose from"):
        among()
    with pytest.raises(ValueError, match="a size of at least 1, and got 0"):
        vector(0)
    with pytest.raises(ValueError, match="samples of samples make no sense"):
        samples(samples())
    with pytest.raises(ValueError, match="a vector of samples is the other way round"):
        vector(2, samples())


# --- the claim --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [None, "2", [1.0], (1.0,), {}, True, print])
def test_a_claim_that_returns_no_number(said):
    with pytest.raises(TypeError, match="the claim about ∂loss/∂w must return one number, and returned"):
        proofread(loss, "w", lambda w: said)


@pytest.mark.parametrize("said", [1.0, [1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]], [1.0, "2"], [1.0, None]])
def test_a_claim_of_another_shape(said):
    with pytest.raises(TypeError, match="the claim about ∂f/∂w must return a list like w, of 2 numbers, and returned"):
        proofread(lambda w: w[0] * w[1], "w", lambda w: said, inputs={"w": vector(2)})


def test_numbers_of_every_make_are_numbers():
    np = pytest.importorskip("numpy")
    from fractions import Fraction

    assert proofread(lambda w: w[0] * w[1], "w", lambda w: np.array([w[1], w[0]]), inputs={"w": vector(2)})
    assert proofread(lambda w: w[0] * w[1], "w", lambda w: (w[1], w[0]), inputs={"w": vector(2)})
    assert proofread(lambda x: x / 2, "x", lambda x: Fraction(1, 2))
    assert proofread(lambda x: 3 * x, "x", lambda x: np.float64(3))
    assert proofread(lambda x: 3 * x, "x", lambda x: np.array(3.0))
    assert proofread(lambda x: 3 * x, "x", lambda: 3)


def test_a_claim_may_return_a_value():
    from autograd import Value

    assert proofread(lambda x: 3 * x, "x", lambda: Value(3.0))


def test_a_claim_that_is_broken_is_shown_where():
    with pytest.raises(NameError) as raised:
        proofread(loss, "w", lambda w: nothing)  # noqa: F821
    assert "This was raised by the claim about ∂loss/∂w, at w = " in raised.value.__notes__[0]


def test_a_claim_without_a_value_at_one_point():
    verdict = proofread(lambda x: x * x, "x", lambda x: 2 * x * x / x)
    assert verdict.kind == "wrong"
    [said] = verdict.diagnosis
    assert said.startswith("the claim has no value at x = 0: float division by zero; where it has one it agrees, at ")


def test_a_claim_without_a_value_anywhere():
    verdict = proofread(lambda x: x * x, "x", lambda x: math.log(-1 - x * x))
    assert verdict.kind == "wrong"
    assert verdict.diagnosis == ("the claim has no value at x = 0: ValueError: math domain error",)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_claim_that_is_nan_or_infinite(bad):
    verdict = proofread(lambda x: x * x, "x", lambda x: bad if x == 1 else 2 * x)
    assert verdict.kind == "wrong"
    assert verdict.counterexample.claimed == str(bad)
    assert verdict.counterexample.point.inputs == {"x": 1.0}


def test_a_claim_that_is_complex():
    verdict = proofread(lambda x: x * x * x, "x", lambda x: 3 * (x**6) ** (1 / 3) + (x**0.5).imag)
    assert verdict.kind != "agrees"
    verdict = proofread_value(lambda x: x, lambda x: x**0.5 * x**0.5)
    assert verdict.kind == "wrong"
    assert "a complex number" in verdict.diagnosis[0]


def test_a_claim_with_an_index_out_of_range():
    def shifted(w, b, x, y):
        return 2 / len(x) * sum((w * x[i + 1] + b - y[i]) * x[i] for i in range(len(x)))

    verdict = proofread(linear, "w", shifted, inputs=DATA)
    assert verdict.kind == "wrong"
    assert "IndexError: list index out of range" in verdict.diagnosis[0]


def test_a_claim_of_a_domain_of_its_own():
    """sqrt(x)² is x, where it is anything."""
    assert proofread_value(lambda x: sqrt(x) ** 2, lambda x: x)
    assert proofread_value(lambda x: sqrt(x) ** 2, lambda x: x).skipped > 0


def test_inputs_with_a_default_are_inputs_if_they_are_asked_for():
    def program(x, k=3.0):
        return k * x * x

    assert proofread(program, "x", lambda x: 6 * x)
    assert proofread(program, "x", lambda x, k: 2 * k * x, inputs={"k": number})
    assert proofread(program, "k", lambda x: x * x)


@pytest.mark.parametrize(
    "loss",
    [
        lambda w, x, y: sum([(w * a - b) ** 2 for a, b in zip(x, y, strict=True)]),
        lambda w, x, y: (w * x[0] - y[0]) ** 2,
        lambda w, x, y: (w - 1) ** 2 * len(x),
        lambda w, x, y: autograd.dot(x, y) * w,
        lambda w, x, y: w * x * y,  # it is the claim that takes lists
    ],
)
def test_lists_that_were_not_spoken_of(loss):
    def by_hand(w, x, y):
        return 2 * sum([(w * a - b) * a for a, b in zip(x, y, strict=True)])

    with pytest.raises(TypeError, match=r"here; for a list write inputs=\{'y': samples\(\)\}.*vector\(n\)"):
        proofread(loss, "w", by_hand)


def test_another_type_error_of_the_program_stays_as_it_is():
    with pytest.raises(TypeError) as caught:
        proofread(lambda w: w + "a", "w", lambda w: 1.0)
    assert "samples()" not in str(caught.value)
