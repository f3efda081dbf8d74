"""Kinks: a claim that differs only there is right by another convention, which is named; and the points find them."""

import pytest

import autograd
from autograd import leaky_relu, maximum, relu, tanh
from autograd.proofread import between, proofread, proofread_value, samples, vector


def step(at_zero, below=0.0):
    """A slope of 1 above 0, ``below`` under it and ``at_zero`` at 0."""
    return lambda z: 1.0 if z > 0 else below if z < 0 else at_zero


CONVENTIONS = {
    "ReLU′(0) = 1/2": (lambda z: relu(z), step(0.5)),
    "ReLU′(0) = 1": (lambda z: relu(z), step(1.0)),
    "ReLU′(0) = 0": (lambda z: relu(z, at_zero=1.0), step(0.0)),
    "LeakyReLU′(0) = 1": (lambda z: leaky_relu(z, 0.1), step(1.0, 0.1)),
    "LeakyReLU′(0) = 11/20": (lambda z: leaky_relu(z, 0.1), step(0.55, 0.1)),
    "|x|′ = 1 at 0": (lambda z: abs(z), step(1.0, -1.0)),
    "|x|′ = −1 at 0": (lambda z: abs(z), step(-1.0, -1.0)),
    "∂max/∂a = 1 at a tie": (lambda z: maximum(z, 0.5), lambda z: float(z >= 0.5)),
    "∂min/∂a = 0 at a tie": (lambda z: autograd.minimum(z, 0.5), lambda z: float(z < 0.5)),
}


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_convention_is_named(convention):
    program, claim = CONVENTIONS[convention]
    verdict = proofread(program, "z", claim)
    assert verdict.kind == "kink"
    assert verdict.convention == convention
    assert f"agrees except at a kink: it takes {convention}" in str(verdict)
    assert not verdict


def test_the_engine_s_own_convention_agrees():
    assert proofread(lambda z: relu(z), "z", step(0.0))
    assert proofread(lambda z: abs(z), "z", step(0.0, -1.0))
    assert proofread(lambda a, b: maximum(a, b), "a", lambda a, b: 1.0 if a > b else 0.5 if a == b else 0.0)


def test_the_convention_inside_a_loss():
    def loss(w, b, x, y):
        return sum((relu(w * p + b) - q) ** 2 for p, q in zip(x, y, strict=True)) / len(x)

    def claim(at_zero):
        slope = step(at_zero)

        def of(w, b, x, y):
            terms = [2 * (max(w * p + b, 0) - q) * slope(w * p + b) * p for p, q in zip(x, y, strict=True)]
            return sum(terms) / len(x)

        return of

    data = {"x": samples(), "y": samples()}
    assert proofread(loss, "w", claim(0.0), inputs=data)
    for at_zero, said in (0.5, "1/2"), (1.0, "1"):
        verdict = proofread(loss, "w", claim(at_zero), inputs=data)
        assert (verdict.kind, verdict.convention) == ("kink", f"ReLU′(0) = {said}")


def test_two_kinks_have_a_convention_each():
    def program(x, y):
        return relu(x) * abs(y) + relu(y)

    verdict = proofread(program, "y", lambda x, y: max(x, 0) * (1 if y >= 0 else -1) + step(0.5)(y))
    assert verdict.kind == "kink"
    assert verdict.convention == "ReLU′(0) = 1/2 and |x|′ = 1 at 0"


def test_no_value_at_the_kink():
    verdict = proofread(lambda a: abs(a), "a", lambda a: a / abs(a))
    assert (verdict.kind, verdict.convention) == ("kink", None)
    assert verdict.headline == "agrees except at a kink, where it has no value"
    assert "at a = 0: claimed no value (float division by zero), true 0" in str(verdict)


def test_no_convention_makes_it_right():
    verdict = proofread(lambda z: relu(z), "z", step(7.0))
    assert (verdict.kind, verdict.convention) == ("kink", None)
    assert verdict.headline == "agrees except at a kink"


def test_a_claim_that_is_wrong_beside_the_kink_too_is_wrong():
    assert proofread(lambda z: relu(z), "z", step(0.5, below=0.1)).kind == "wrong"
    assert proofread(lambda z: 3 * relu(z), "z", step(0.5)).kind == "constant"


# --- the points find the kinks ----------------------------------------------------------------------------------------


def test_a_kink_between_round_numbers_is_found():
    verdict = proofread(lambda x: relu(x - 0.3), "x", lambda x: float(x >= 0.3))
    assert (verdict.kind, verdict.convention) == ("kink", "ReLU′(0) = 1")
    assert verdict.counterexample is not None
    assert verdict.counterexample.point.inputs["x"] == pytest.approx(0.3)


def test_a_kink_of_many_inputs_is_found():
    def program(w, b, x):
        return relu(sum(p * q for p, q in zip(w, x, strict=True)) + b)

    inputs = {"w": vector(7), "x": vector(7)}
    verdict = proofread(
        program, "b", lambda w, b, x: float(sum(p * q for p, q in zip(w, x, strict=True)) + b >= 0), inputs=inputs
    )
    assert (verdict.kind, verdict.convention) == ("kink", "ReLU′(0) = 1")


def test_both_sides_of_a_far_kink_are_tried():
    """Between −3 and 3 this unit is dead, and a claim of 0 would be right."""
    assert proofread(lambda x: relu(x - 100), "x", lambda: 0.0).kind == "wrong"
    assert proofread(lambda x: relu(x - 100), "x", lambda x: float(x > 100)).kind == "agrees"


def test_nobody_leaves_an_interval_for_the_sake_of_a_kink():
    seen = []

    def program(x):
        seen.append(x.data)
        return relu(x - 2)

    assert proofread(program, "x", lambda: 0.0, inputs={"x": between(-1, 1)})
    assert all(-1 <= x <= 1 for x in seen)


def test_a_curved_way_to_a_kink_does_no_harm():
    assert proofread(lambda x: relu(tanh(x) - 0.5), "x", lambda x: (1 - tanh(x) ** 2) * (tanh(x) > 0.5))


# --- programs that choose by themselves -------------------------------------------------------------------------------


def by_if(z):
    return z if z > 0 else 0 * z


@pytest.mark.parametrize(
    ("at_zero", "side"),
    [(1.0, "from the right"), (0.5, "halfway between the left one and the right one")],
)
def test_a_kink_of_an_if_is_a_kink_too(at_zero, side):
    verdict = proofread(by_if, "z", step(at_zero))
    assert (verdict.kind, verdict.convention) == ("kink", f"the derivative {side}")
    assert proofread(by_if, "z", step(0.0)).kind == "agrees"


def test_a_kink_of_an_if_in_some_of_several_numbers():
    def program(p):
        return by_if(p[0]) + by_if(p[1]) ** 2

    verdict = proofread(program, "p", lambda p: [step(1.0)(p[0]), 2 * max(p[1], 0)], inputs={"p": vector(2)})
    assert (verdict.kind, verdict.convention) == ("kink", "the derivative from the right")


def test_a_jump_is_no_kink():
    verdict = proofread(lambda z: z + 1 if z > 0 else z, "z", lambda z: 1.0 if z else 7.0)
    assert verdict.kind == "wrong"
    assert any("it agrees at" in line for line in verdict.diagnosis)


def test_a_smooth_program_has_no_kink_where_its_slope_vanishes():
    verdict = proofread(lambda z: z * z, "z", lambda z: 2 * z if z else 1e-3)
    assert verdict.kind == "wrong"


def test_values_have_no_conventions():
    assert proofread_value(lambda z: relu(z), lambda z: z if z > 0 else 0.0 if z < 0 else 1.0).kind == "kink"
