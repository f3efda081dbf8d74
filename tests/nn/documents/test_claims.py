"""Every claim of the documents: its verdict, which is computed here and pinned, and what changes it."""

from __future__ import annotations

import json
import re

import pytest

from autograd.proofread import proofread, proofread_value, read
from nn.documents import claims
from nn.documents.__main__ import main
from nn.documents.house_prices import DATA as PRICES
from nn.documents.house_prices import MSE_of, cubic, linear, mean_residual
from nn.documents.neuron import SIGMOID, cost_of_two, formula_of_two
from nn.documents.relu_neuron import DATA, best_bias, error, reduced
from nn.documents.two_neurons import step

ALL = claims()
COUNTS = {0: 7, 1: 23, 2: 10, 3: 10, 4: 11}
VERDICTS = {
    **{f"D{d}.{i}": "agrees" for d, count in COUNTS.items() for i in range(1, count + 1)},
    "D0.2": "kink",
    "D0.3": "constant",
    "D1.2": "wrong",
    "D1.8": "wrong",
    "D1.11": "wrong",
    "D1.12": "kink",
    **dict.fromkeys(("D1.13", "D1.14", "D1.15", "D1.16"), "constant"),
    "D1.22": "wrong",
    "D2.4": "kink",
    "D2.5": "wrong",
    "D2.9": "wrong",
    "D2.10": "wrong",
    **dict.fromkeys(("D4.1", "D4.2", "D4.4", "D4.5"), "constant"),
    "D3.4": "kink",
    "D4.6": "wrong",
}
SAID = {
    "D0.2": "ReLU′(0) = 1/2",
    "D0.3": "multiply by 2",
    "D1.2": "this is the derivative with respect to y, not x",
    "D1.8": "x stands where the gradient has x³",
    "D1.11": "a stands where the formula has |a|",
    "D1.12": "where it has no value",
    **dict.fromkeys(("D1.13", "D1.14", "D1.15", "D1.16"), "the factor ∂a/∂M = −1 is missing"),
    "D1.22": "there is an extra factor x",
    "D2.4": "ReLU′(0) = 1",
    "D2.5": "this is z₂, and not a₂",
    "D2.9": "there is an extra factor x",
    "D2.10": "b₁ stands where the formula has x",
    **dict.fromkeys(("D4.1", "D4.2", "D4.4", "D4.5"), "multiply by 2/N"),
    "D3.4": "where it has no value",
    "D4.6": "the factor lr is missing",
}


@pytest.fixture(scope="module")
def report():
    return {line.claim.id: line for line in read(ALL).lines}


def test_every_claim_has_its_id_once():
    assert [claim.id for claim in ALL] == [f"D{d}.{i}" for d, count in COUNTS.items() for i in range(1, count + 1)]


@pytest.mark.parametrize("claim_id", VERDICTS)
def test_the_verdict(report, claim_id):
    line = report[claim_id]
    assert line.verdict.kind == line.claim.expected == VERDICTS[claim_id]
    assert line.as_expected
    assert SAID.get(claim_id, "agrees") in str(line)


@pytest.mark.parametrize("claim_id", [i for i, kind in VERDICTS.items() if kind == "wrong"])
def test_beside_a_wrong_claim_stands_the_right_one(report, claim_id):
    line = report[claim_id]
    assert line.claim.corrected
    assert line.correction is not None
    assert line.correction.kind == "agrees"
    assert line.verdict.counterexample is not None


def test_a_changed_claim_has_another_verdict():
    """The verdicts are computed: the same programs with a slip in the formula, or without the printed one."""
    right = proofread(MSE_of(linear), "W", mean_residual(linear, lambda x: x), inputs=PRICES)
    slip = proofread(MSE_of(linear), "W", mean_residual(linear, lambda x: x * x), inputs=PRICES)
    assert (right.kind, slip.kind, slip.diagnosis) == ("agrees", "wrong", ("there is an extra factor x",))
    mended = proofread(MSE_of(cubic), "W", mean_residual(cubic, lambda x: x**3), inputs=PRICES)
    assert mended.kind == "agrees"
    two = dict.fromkeys(("x", "y"), PRICES["x"])
    program = cost_of_two(SIGMOID, SIGMOID, x_is_a_number=True)
    no_x = formula_of_two(SIGMOID, SIGMOID, lambda **_: 1.0)
    assert proofread(program, "b2", no_x, inputs=two).kind == "agrees"
    assert proofread_value(step, lambda lr, slope: lr * slope).kind == "constant"
    half = proofread(error, "b", lambda w, b, i, y: reduced(w, b, i, y, lambda ir: 1.0) / 2, inputs=DATA)
    assert str(half.factor) == "2"


def test_a_changed_solution_is_no_solution():
    def off(w, b, i, y):
        z = [2.0] * len(y)
        return best_bias(w, i, y, z) - best_bias(w, i, y, z)

    assert proofread_value(off, lambda: 0.0, inputs=DATA).kind == "agrees"
    assert proofread_value(off, lambda: 1e-6, inputs=DATA).kind == "wrong"


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_prints_every_claim_with_totals(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    for claim in ALL:
        assert claim.says in out
    assert "61 claims: 40 agrees, 9 agrees up to a constant factor, 4 agrees except at a kink, 8 wrong" in out


def test_one_document_and_one_claim(capsys):
    assert main(["--document", "4"]) == 0
    out = capsys.readouterr().out
    assert "D4.1 " in out
    assert "D2.9" not in out
    assert main(["--claim", "d2.9"]) == 0
    out = capsys.readouterr().out
    assert "there is an extra factor x" in out
    assert "claimed" in out
    assert "corrected" in out


def test_json_and_markdown(capsys):
    assert main(["--document", "0", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [(d["id"], d["verdict"]) for d in data][1] == ("D0.2", "kink")
    assert main(["--document", "1", "--markdown"]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| D")]
    assert len(rows) == COUNTS[1]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows)


def test_the_command_refuses_what_is_not_there(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--claim", "D9.9"])
    assert stopped.value.code == 2
    assert "there is no claim 'D9.9'; the claims are D0.1 to D4.11" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--document", "5"])
    with pytest.raises(LookupError, match="no document 7"):
        claims(7)


def test_the_exit_status_tells_of_a_verdict_that_is_not_the_recorded_one(monkeypatch, capsys):
    from dataclasses import replace

    from nn.documents import two_neurons

    spoiled = [replace(two_neurons.CLAIMS[2], expected="wrong"), *two_neurons.CLAIMS[3:]]
    monkeypatch.setattr(two_neurons, "CLAIMS", spoiled)
    assert main(["--document", "4"]) == 1
    assert "(recorded: wrong)" in capsys.readouterr().out
