"""No false explanations: what is named holds at any points, and what nobody could explain is not explained."""

import math

import pytest
from hypothesis import given, settings

from autograd import grad, relu, sigmoid
from autograd.proofread import among, proofread, proofread_value, samples, vector

from .cases import each
from .programs import CLASSES, DATA, LABELLED, linear, log_loss, logistic, product, softmax, two, two_claim
from .random_programs import programs
from .test_properties import program_of
from .test_spoiled import SPOILED

GIBBERISH = {
    "a line": (linear, "w", each(lambda w, b, x, y: math.sin(3.7 * w) * x + y * b), DATA),
    "a curve": (logistic, "w", each(lambda w, b, x, y: math.cos(w + 2 * b) * math.exp(x / 3) - y), DATA),
    "two neurons": (
        two(sigmoid, sigmoid),
        "w1",
        two_claim(sigmoid, sigmoid, lambda e, w1, b1, x, **_: math.sin(e) * w1 + 0.3 * x * b1),
        DATA,
    ),
    "labels": (log_loss, "w", lambda w, b, x, y: math.tan(0.3 * w * x) + b * y, LABELLED),
    "a product": (product, "x", lambda x, k: math.atan(x + k * k), {}),
    "several numbers": (
        softmax,
        "w",
        lambda w, b, x: [math.sin(p * q + x) for p, q in zip(w, b, strict=True)],
        CLASSES,
    ),
}


@pytest.mark.parametrize("name", GIBBERISH)
def test_gibberish_is_wrong_and_nothing_more_is_said(name):
    program, wrt, claim, inputs = GIBBERISH[name]
    verdict = proofread(program, wrt, claim, inputs=inputs)
    assert (verdict.kind, verdict.diagnosis) == ("wrong", ())
    assert verdict.counterexample is not None


@settings(max_examples=15)
@given(programs(), programs())
def test_an_explanation_does_not_depend_on_the_points(twin, other):
    """A coincidence at the points of one seed would be none at those of another."""
    program, claim = program_of(twin), grad(program_of(other))

    def said(seed):
        verdict = proofread(program, "w", claim, seed=seed)
        return [line for line in verdict.diagnosis if not line.startswith("it ")]  # where it agrees, at how many points

    assert said(0) == said(7)


@pytest.mark.parametrize("case", SPOILED, ids=str)
def test_little_is_said(case):
    """One slip is one line, and at most two more for the parameters of which the claim is the derivative."""
    assert len(case.verdict.diagnosis) <= 3
    assert all(0 < len(line) <= 160 for line in case.verdict.diagnosis)


def test_whole_numbers_at_which_all_coincides_prove_nothing():
    """At 0 and 1, x² is x."""
    verdict = proofread(lambda x, w: w * x, "w", lambda x: x * x, inputs={"x": among(-1, 0, 1)})
    assert verdict.kind == "wrong"
    assert "there is an extra factor x" in verdict.diagnosis
    assert proofread(lambda x, w: w * x, "w", lambda x: x**3, inputs={"x": among(-1, 0, 1)})


def test_a_label_is_no_factor_where_it_only_hides_a_path():
    """y·(a − y) is −y·(1 − a) for y of 0 and 1; what happened is that half of the loss is missing."""
    verdict = proofread(log_loss, "w", lambda w, b, x, y: -y * (1 - sigmoid(w * x + b)) * x, inputs={"y": among(0, 1)})
    assert verdict.diagnosis == ("the path through 1 − a is forgotten",)


def test_a_dead_unit_proves_nothing():
    """Where it is off, any claim with ReLU′ in it is 0, and so is the truth."""

    def program(u, a, x):
        z = a * x
        return u * relu(z)

    verdict = proofread(program, "a", lambda u, a, x: u * u * (a * x > 0) * x)
    assert verdict.diagnosis == ("there is an extra factor u",)


def test_where_it_agrees_is_told_if_nothing_else_can_be():
    claim = each(lambda w, b, x, y: 2 * (w * x + b - y) * abs(x), lambda n: 1 / n)
    assert proofread(linear, "w", claim, inputs=DATA).diagnosis == ("it agrees where x > 0, and not where x < 0",)

    def by_label(w, b, x, y):
        return (sigmoid(w * x + b) - y) * (x if y == 1 else math.sin(x))

    assert proofread(log_loss, "w", by_label, inputs=LABELLED).diagnosis == (
        "it agrees where y = 1, and not where y = 0",
    )

    def of_several(w, b, x, y):
        right = 2 * sum((w * p + b - q) * p for p, q in zip(x, y, strict=True)) / len(x)
        return right if len(x) == 1 else math.sin(right)

    assert proofread(linear, "w", of_several, inputs=DATA).diagnosis == (
        "it is right for one sample and wrong for several: look at the sum and its indices",
    )


def test_two_slips_at_once():
    def no_slope_and_no_target(w, b, x, y):
        return 2 / len(x) * sum(sigmoid(w * p + b) * p for p in x)

    [said] = proofread(logistic, "w", no_slope_and_no_target, inputs=DATA).diagnosis
    assert set(said.split(", and ")) == {"the factor σ′(z) is missing", "the term y is missing from a − y"}


def test_a_slip_and_a_constant():
    claim = each(lambda w, b, x, y: -(w * x + b - y), lambda n: 1.0)
    [said] = proofread(linear, "w", claim, inputs=DATA).diagnosis
    assert said == (
        "the factor x is missing, and the sign is flipped, and the factor 2 of the square (w·x + b − y)² is missing, "
        "and the 1/N of the mean is missing"
    )


def test_slips_in_values():
    def unit(w, x, b):
        z = w * x + b
        a = sigmoid(z)
        return a

    def said(claim):
        return proofread_value(unit, claim).diagnosis

    assert said(lambda w, x, b: w * x + b) == ("this is z, and not a = σ(z)",)
    assert said(lambda w, x: sigmoid(w * x)) == ("the term b is missing from w·x + b",)
    assert said(lambda w, x, b: sigmoid(w * x - b)) == ("the sign of b is flipped in w·x + b",)
    assert said(lambda x, b: sigmoid(x + b)) == ("the factor w is missing from w·x",)
    assert said(lambda w, b: sigmoid(w * w + b)) == ("w stands where the formula has x",)
    assert said(lambda w, x, b: x * sigmoid(w * x + b)) == ("there is an extra factor x",)
    assert said(lambda w, x, b: sigmoid(w * x + b) + 2 * w) == ("there is a term too many: 2·w",)


def test_slips_in_values_of_samples():
    def cost(w, x, y):
        return sum((w * p - q) ** 2 for p, q in zip(x, y, strict=True)) / len(x)

    def said(claim):
        return proofread_value(cost, claim, inputs=DATA).diagnosis

    assert said(lambda w, x, y: (w * x[0] - y[0]) ** 2 / len(x)) == (
        "the sum over the samples is forgotten: only the first sample's term is there",
    )
    assert said(lambda w, x, y: sum((w * p - y[0]) ** 2 for p in x) / len(x)) == (
        "an index slip: the first sample's y stands in every term, in place of each sample's own",
    )
    assert said(lambda w, x, y: sum(w * p - q for p, q in zip(x, y, strict=True)) / len(x)) == (
        "w·x − y stands where the formula has (w·x − y)²",
    )
    assert said(lambda w, x, y: sum((w * p - q) ** 2 for p, q in zip(x, y, strict=True))) == (
        "the 1/N of the mean is missing",
    )


def test_many_wrong_numbers_are_not_all_explained():
    def program(w, x):
        return sum(p * q for p, q in zip(w, x, strict=True)) ** 2

    verdict = proofread(
        program,
        "w",
        lambda w, x: [2 * sum(p * q for p, q in zip(w, x, strict=True))] * 5,
        inputs={"w": vector(5), "x": vector(5)},
    )
    assert verdict.diagnosis == (
        "for w₀: the factor x₀ is missing",
        "for w₁: the factor x₁ is missing",
        "and 3 more of the numbers are wrong",
    )


def test_the_derivative_by_each_sample():
    data = {"x": samples(), "y": samples()}
    verdict = proofread(
        linear, "x", lambda w, b, x, y: [2 / len(x) * (w * p + b - q) for p, q in zip(x, y, strict=True)], inputs=data
    )
    assert verdict.diagnosis == ("the factor w is missing",)
