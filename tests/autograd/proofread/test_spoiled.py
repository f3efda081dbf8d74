"""Spoiled formulas: every one is caught, and nearly every slip is named."""

import pytest

from autograd.proofread import proofread

from . import spoiled_losses, spoiled_neurons, spoiled_regressions, spoiled_rules, spoiled_two_neurons
from .cases import Spoiled

SPOILED: list[Spoiled] = [
    *spoiled_regressions.SPOILED,
    *spoiled_neurons.SPOILED,
    *spoiled_two_neurons.SPOILED,
    *spoiled_losses.SPOILED,
    *spoiled_rules.SPOILED,
]


def test_there_are_enough_of_them_and_nearly_all_slips_are_named():
    assert len(SPOILED) >= 60
    assert sum(case.named for case in SPOILED) >= len(SPOILED) - 5
    assert all(case.says for case in SPOILED if case.named)


@pytest.mark.parametrize("case", SPOILED, ids=str)
def test_the_right_formula_agrees(case):
    verdict = proofread(case.program, case.wrt, case.right, inputs=case.inputs)
    assert verdict.kind == "agrees", str(verdict)


@pytest.mark.parametrize("case", SPOILED, ids=str)
def test_the_slip_is_caught_and_named(case):
    verdict = case.verdict
    assert verdict.kind == case.kind, str(verdict)
    assert verdict.counterexample is not None
    assert not case.says or any(case.says in line for line in verdict.diagnosis), str(verdict)


@pytest.mark.parametrize("case", SPOILED[::5], ids=str)
def test_other_points_make_no_difference(case):
    first, other = case.verdict, proofread(case.program, case.wrt, case.wrong, inputs=case.inputs, seed=99)
    assert (first.kind, first.factor, first.diagnosis) == (other.kind, other.factor, other.diagnosis)
