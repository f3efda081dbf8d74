"""What holds of any program: its own derivative agrees in any form, a constant is found, another formula is refused."""

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import grad, jvp
from autograd.proofread import Factor, proofread, proofread_value

from .random_programs import NAMES, Twin, programs

quick = settings(max_examples=15)


def program_of(twin: Twin):
    def program(w, b, x):
        return twin.one({"w": w, "b": b, "x": x})

    return program


def forward(twin: Twin, wrt: str):
    """The derivative of the other form, by forward mode."""

    def claim(w, b, x):
        point = (w, b, x)
        direction = tuple([float(name == wrt) for name in NAMES])
        return jvp(lambda w, b, x: twin.other({"w": w, "b": b, "x": x}) + 0.0 * w, point, direction)[1]

    return claim


@quick
@given(programs())
def test_its_own_derivative_agrees_in_another_form(twin):
    verdict = proofread(program_of(twin), "w", forward(twin, "w"))
    assert verdict.kind == "agrees", f"{twin}\n{verdict}"


@quick
@given(programs())
def test_its_own_value_agrees_in_another_form(twin):
    verdict = proofread_value(program_of(twin), lambda w, b, x: twin.other({"w": w, "b": b, "x": x}))
    assert verdict.kind == "agrees", f"{twin}\n{verdict}"


@quick
@given(programs(), st.fractions(-9, 9, max_denominator=9).filter(lambda c: c not in (0, 1)))
def test_a_constant_is_found(twin, c):
    slope = grad(program_of(twin))
    verdict = proofread(program_of(twin), "w", lambda w, b, x: slope(w, b, x) / float(c))
    assert verdict.kind == "constant", f"{twin}\n{verdict}"
    assert verdict.factor == Factor(Fraction(c))


@quick
@given(programs(), st.sampled_from(["b", "x"]))
def test_the_derivative_by_another_input_is_told(twin, other):
    program = program_of(twin)
    claim = grad(program, argnums=NAMES.index(other))
    points = [(0.3, -1.2, 0.7), (-0.9, 0.4, 1.1), (1.4, 0.8, -0.6), (-0.2, -0.5, -1.3)]
    assume(all(abs(claim(*p)) > 1e-3 for p in points))
    assume(any(abs(claim(*p) - grad(program)(*p)) > 1e-3 for p in points))
    verdict = proofread(program, "w", claim)
    assume(verdict.kind == "wrong")  # a slope that is only another's times a constant is that
    assert any(f"this is the derivative with respect to {other}, not w" in line for line in verdict.diagnosis), (
        f"{twin}\n{verdict}"
    )


@quick
@given(programs(), programs())
def test_the_derivative_of_another_program_is_refused(twin, other):
    slope, claim = grad(program_of(twin)), grad(program_of(other))
    points = [(0.3, -1.2, 0.7), (-0.9, 0.4, 1.1), (1.4, 0.8, -0.6), (-0.2, -0.5, -1.3)]
    assume(any(abs(slope(*p) - claim(*p)) > 1e-3 * (1 + abs(slope(*p))) for p in points))
    verdict = proofread(program_of(twin), "w", claim)
    assert verdict.kind in ("wrong", "constant"), f"{twin}\n{other}\n{verdict}"
    example = verdict.counterexample
    assert example is not None
    point = tuple([example.point.inputs[name] for name in NAMES])
    assert (example.claimed, example.truth) == (claim(*point), slope(*point))


@quick
@given(programs(), st.integers(0, 10**6))
def test_the_verdict_depends_on_the_seed_alone(twin, seed):
    claim = forward(twin, "b")
    first, again = (proofread(program_of(twin), "w", claim, seed=seed) for _ in (0, 1))
    assert first == again
