"""A claim that is off by a constant, or by one for each number of samples: which, and where it comes from."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.proofread import Factor, proofread, proofread_value, samples, vector

from .cases import each
from .programs import DATA, half, linear, logistic, total

RIGHT = each(lambda w, b, x, y: 2 * (w * x + b - y) * x, lambda n: 1 / n)


def times(c):
    """The right formula, off by a factor that may depend on N."""
    return lambda w, b, x, y: c(len(x)) * RIGHT(w, b, x, y)


FACTORS = {
    "−1": lambda n: -1,
    "2": lambda n: 1 / 2,
    "1/2": lambda n: 2,
    "−2": lambda n: -1 / 2,
    "3/4": lambda n: 4 / 3,
    "−5/7": lambda n: -7 / 5,
    "1/N": lambda n: n,
    "2/N": lambda n: n / 2,
    "−2/N": lambda n: -n / 2,
    "1/(2·N)": lambda n: 2 * n,
    "N": lambda n: 1 / n,
    "2·N": lambda n: 1 / (2 * n),
    "N/2": lambda n: 2 / n,
    "−N": lambda n: -1 / n,
    "N^2": lambda n: 1 / n**2,
    "1/N^2": lambda n: n**2,
    "0.314159265": lambda n: 1 / 0.314159265,
}


@pytest.mark.parametrize("factor", FACTORS)
def test_the_factor_is_found(factor):
    verdict = proofread(linear, "w", times(FACTORS[factor]), inputs=DATA)
    assert verdict.kind == "constant"
    assert str(verdict.factor) == factor
    assert verdict.headline == f"agrees up to a constant factor: multiply by {factor}"
    for n in (1, 2, 5):
        assert verdict.factor.at(n) * FACTORS[factor](n) == pytest.approx(1.0)


@settings(max_examples=20)
@given(st.fractions(-12, 12, max_denominator=12).filter(lambda c: c not in (0, 1)), st.sampled_from([0, 1, -1]))
def test_any_fraction_and_power_of_n(c, power):
    verdict = proofread(linear, "w", times(lambda n: 1 / (float(c) * n**power)), inputs=DATA)
    assert verdict.factor == Factor(c, power)


REASONS = {
    "the factor 2 of the square (w·x + b − y)² is missing": (linear, times(lambda n: 1 / 2)),
    "the 1/N of the mean is missing": (linear, times(lambda n: n)),
    "there is a 1/N too many": (linear, times(lambda n: 1 / n)),
    "there is a 1/N too many: the program adds up, and takes no mean": (total, RIGHT),
    "there is a factor 2 too many: the program's 1/2 cancels the 2 of the square (w·x + b − y)²": (half, RIGHT),
    "there is a factor 3 too many": (linear, times(lambda n: 3)),
    "the constant factor 3/4 is missing": (linear, times(lambda n: 4 / 3)),
    "the sign is flipped": (linear, times(lambda n: -1)),
}


@pytest.mark.parametrize("reason", REASONS)
def test_where_it_comes_from(reason):
    program, claim = REASONS[reason]
    assert proofread(program, "w", claim, inputs=DATA).diagnosis == (reason,)


def test_every_part_of_the_factor_is_accounted_for():
    verdict = proofread(linear, "w", times(lambda n: -n / 2), inputs=DATA)
    assert verdict.diagnosis == (
        "the sign is flipped",
        "the factor 2 of the square (w·x + b − y)² is missing",
        "the 1/N of the mean is missing",
    )


def test_a_constant_of_the_program_is_named():
    def program(x):
        u = 0.3 * x
        return u**2

    assert proofread(program, "x", lambda x: 2 * 0.3 * x).diagnosis == ("the factor ∂u/∂x = 0.3 is missing",)
    assert proofread(lambda x: (5 - x) ** 2, "x", lambda x: 2 * (5 - x)).diagnosis == (
        "the factor ∂(5 − x)/∂x = −1 is missing: the sign is flipped",
    )


def test_a_minus_on_one_of_two_paths_is_no_reason_for_a_flipped_sign():
    verdict = proofread(lambda x: x**2 * (1 - x), "x", lambda x: 3 * x**2 - 2 * x)
    assert verdict.diagnosis == ("the sign is flipped",)


def test_cubes_and_products_have_their_factors_too():
    assert proofread(lambda x: x**3, "x", lambda x: x**2).diagnosis == ("the factor 3 of x³ is missing",)
    assert proofread(lambda x: x * x, "x", lambda x: x).diagnosis == ("the factor 2 of the square x·x is missing",)


def test_a_rounded_constant():
    [said] = proofread(lambda x: 3.14159265 * x, "x", lambda: 3.1416).diagnosis
    assert said == "it is off by 2e-06 of the true value: is a constant rounded?"


def test_a_constant_for_some_of_several_numbers_is_no_constant():
    def program(w, x):
        return (w[0] * x[0] + w[1] * x[1]) ** 2

    inputs = {"w": vector(2), "x": vector(2)}

    def claim(w, x):
        s = 2 * (w[0] * x[0] + w[1] * x[1])
        return [s * x[0], -s * x[1]]

    verdict = proofread(program, "w", claim, inputs=inputs)
    assert verdict.kind == "wrong"
    assert verdict.diagnosis == ("for w₁: the sign is flipped",)
    assert proofread(program, "w", lambda w, x: [-g for g in claim(w, x)], inputs=inputs).kind == "wrong"


def test_constants_of_values():
    def mean(x):
        return sum(x) / len(x)

    assert str(proofread_value(mean, lambda x: sum(x), inputs={"x": samples()}).factor) == "1/N"
    assert proofread_value(mean, lambda x: -sum(x) / len(x), inputs={"x": samples()}).diagnosis == (
        "the sign is flipped",
    )


def test_a_factor_that_is_no_constant():
    assert proofread(logistic, "w", RIGHT, inputs=DATA).factor is None


@pytest.mark.parametrize(
    ("factor", "written"),
    [
        (Factor(Fraction(1)), "1"),
        (Factor(Fraction(-1)), "−1"),
        (Factor(Fraction(3, 2)), "3/2"),
        (Factor(Fraction(1), 1), "N"),
        (Factor(Fraction(-1), 1), "−N"),
        (Factor(Fraction(1), -1), "1/N"),
        (Factor(Fraction(3, 2), -1), "3/(2·N)"),
        (Factor(Fraction(3, 2), 2), "3·N^2/2"),
        (Factor(0.25, -2), "0.25/N^2"),
        (Factor(1.5, 1), "1.5·N"),
    ],
)
def test_how_a_factor_is_written(factor, written):
    assert str(factor) == written
