"""The counterexample: it holds, and is as small and round as can be."""

import pytest

import autograd
from autograd import relu, sigmoid
from autograd.proofread import among, between, proofread, proofread_value, vector

from .programs import DATA, FEATURES, linear, log_loss, neuron
from .test_spoiled import SPOILED


def numbers(tree):
    return [x for branch in tree for x in numbers(branch)] if isinstance(tree, list) else [tree]


def of(verdict):
    assert verdict.counterexample is not None
    return verdict.counterexample


@pytest.mark.parametrize("case", SPOILED, ids=str)
def test_it_holds(case):
    """What is said of the point is what the formulas give there: the claim one number, the right formula another."""
    example = of(case.verdict)

    def at_the_point(formula):
        names = formula.__code__.co_varnames[: formula.__code__.co_argcount]
        said = formula(**{name: example.point.inputs[name] for name in names})
        path = [int(i) for i in example.where[len(case.wrt) :].replace("]", "").split("[") if i]
        for i in path:
            said = said[i]
        return said

    assert at_the_point(case.right) == pytest.approx(example.truth, abs=1e-12)
    if not isinstance(example.claimed, str):
        assert at_the_point(case.wrong) == pytest.approx(example.claimed, abs=1e-12)
        assert example.claimed != pytest.approx(example.truth, rel=1e-3)


@pytest.mark.parametrize("case", SPOILED, ids=str)
def test_it_is_round(case):
    point = of(case.verdict).point
    assert point.n <= 2
    assert all(2 * x == round(2 * x) and abs(x) <= 3 for x in numbers(list(point.inputs.values())))
    assert sum(x != 0 for x in numbers(list(point.inputs.values()))) <= 5


def test_no_number_in_it_could_be_simpler():
    example = of(proofread(lambda x, y: x * x * y, "x", lambda x, y: 2 * x * y + x * (x - 1)))
    assert example.point.inputs == {"x": -1.0, "y": 0.0}
    assert (example.claimed, example.truth) == (2.0, 0.0)


def test_one_sample_is_enough_where_one_is():
    point = of(proofread(linear, "w", lambda w, b, x, y: 0.0, inputs=DATA)).point
    assert str(point) == "w = 0, b = 0, x = [1], y = [1]"


def test_two_samples_where_it_takes_two():
    def no_mean(w, b, x, y):
        return sum(2 * (w * p + b - q) * p for p, q in zip(x, y, strict=True))

    assert of(proofread(linear, "w", no_mean, inputs=DATA)).point.n == 2


def test_the_number_of_several_is_named():
    def claim(w, b, x, y):
        def term(k, xj, yj):
            a = sigmoid(w[0] * xj[0] + w[1] * xj[1] + b)
            return (a - yj) * a * (1 - a) * xj[k]

        first, second = (sum(term(k, xj, yj) for xj, yj in zip(x, y, strict=True)) / len(x) for k in (0, 1))
        return [first, 2 * second]

    verdict = proofread(neuron, "w", claim, inputs=FEATURES)
    assert of(verdict).where == "w[1]"
    assert ": for w[1] claimed 0.25, true 0.125" in str(verdict)
    assert verdict.diagnosis[0].startswith("for w₁: there is a factor 2 too many")


def test_inputs_stay_what_they_are():
    point = of(proofread(log_loss, "w", lambda w, b, x, y: y, inputs={"y": among(0, 1), "x": between(1.5, 2.5)})).point
    assert point.inputs["y"] in (0, 1)
    assert 1.5 <= point.inputs["x"] <= 2.5
    assert point.inputs["x"] == 2


def test_an_interval_without_round_numbers():
    point = of(proofread(lambda x: x * x, "x", lambda x: x + 1e-3, inputs={"x": between(0.1, 0.2)})).point
    assert 0.1 <= point.inputs["x"] <= 0.2


def test_it_is_not_on_a_kink_if_the_claim_fails_elsewhere():
    example = of(proofread(lambda x, b: relu(x + b), "x", lambda x, b: 1.0))
    assert example.point.inputs["x"] + example.point.inputs["b"] < 0


def test_it_is_on_the_kink_if_the_claim_fails_nowhere_else():
    example = of(proofread(lambda x, b: relu(x + b), "x", lambda x, b: float(x + b >= 0)))
    assert example.point.inputs["x"] + example.point.inputs["b"] == 0
    assert (example.claimed, example.truth) == (1.0, 0.0)


def test_it_is_in_the_domain():
    example = of(proofread(lambda x: autograd.log(x), "x", lambda x: x))
    assert example.point.inputs == {"x": 2.0}
    assert (example.claimed, example.truth) == (2.0, 0.5)


def test_a_wrong_number_is_shown_rather_than_none_at_all():
    example = of(proofread_value(lambda x: x, lambda x: x * x / x + 1))
    assert example.claimed == 2.0
    example = of(proofread_value(lambda x: x, lambda x: x * x / x))
    assert example.claimed == "float division by zero"
    assert str(example) == "at x = 0: claimed no value (float division by zero), true 0"


def test_minus_zero_is_zero():
    example = of(proofread(lambda x, y: -x * y, "x", lambda x, y: 1.0, inputs={"y": among(0)}))
    assert str(example) == "at x = 0, y = 0: claimed 1, true 0"


def test_vectors_of_vectors():
    def program(W, x):
        return sum(W[i][j] * x[i] * x[j] for i in (0, 1) for j in (0, 1))

    inputs = {"W": vector(2, vector(2)), "x": vector(2)}
    right = lambda W, x: [[p * q for q in x] for p in x]  # noqa: E731  # a formula
    assert proofread(program, "W", right, inputs=inputs)
    verdict = proofread(program, "W", lambda W, x: [[x[0] * x[0], x[0]], [x[1] * x[0], x[1] * x[1]]], inputs=inputs)
    assert of(verdict).where == "W[0][1]"
    assert verdict.diagnosis == ("for W[0,1]: the factor x₁ is missing",)
