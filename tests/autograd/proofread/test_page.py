"""A whole page: its claims with their ids, read at once."""

import json
import re

import pytest

from autograd import relu, sigmoid
from autograd.proofread import Claim, Report, proofread, read

from .test_verdict import Tags


def square(x):
    return x**2


CLAIMS = [
    Claim("1", "(x²)′ = 2·x", lambda: proofread(square, "x", lambda x: 2 * x)),
    Claim("2", "(x²)′ = x", lambda: proofread(square, "x", lambda x: x), expected="constant"),
    Claim(
        "3",
        "σ′ = σ*(1 + σ) | a_b",
        lambda: proofread(lambda z: sigmoid(z), "z", lambda z: sigmoid(z) * (1 + sigmoid(z))),
        expected="wrong",
        corrected="σ′ = σ·(1 − σ)",
        check_corrected=lambda: proofread(lambda z: sigmoid(z), "z", lambda z: sigmoid(z) * (1 - sigmoid(z))),
    ),
    Claim("4", "ReLU′(0) = 1", lambda: proofread(lambda z: relu(z), "z", lambda z: float(z >= 0)), expected="kink"),
]


@pytest.fixture(scope="module")
def report():
    return read(CLAIMS)


def test_the_totals(report):
    assert report.totals == ("4 claims: 1 agrees, 1 agrees up to a constant factor, 1 agrees except at a kink, 1 wrong")
    assert read(CLAIMS[:1]).totals == "1 claim: 1 agrees"
    assert read([]).totals == "0 claims: "
    assert report.as_expected


def test_in_a_terminal(report):
    lines = str(report).splitlines()
    assert repr(report) == str(report)  # what the prompt shows
    assert repr(report.lines[0].verdict) == str(report.lines[0].verdict)
    assert lines[0] == "1  (x²)′ = 2·x"
    assert lines[1] == "   ✓ agrees"
    assert "   ✗ wrong: σ′(z) is" in str(report)
    assert "— right: σ′ = σ·(1 − σ)" in str(report)
    assert lines[-1] == report.totals


def test_one_line_in_full(report):
    text = str(report.lines[2])
    assert text.startswith("3  σ′ = σ*(1 + σ) | a_b\n  ✗ ∂f/∂z: wrong\n    → ")
    assert "\n  corrected: σ′ = σ·(1 − σ)\n  ✓ ∂f/∂z: agrees" in text
    assert "recorded" not in text


def test_a_verdict_that_is_not_the_recorded_one_is_shown():
    surprise = read([Claim("1", "(x²)′ = x", CLAIMS[1].check)])
    assert not surprise.as_expected
    assert "(recorded: agrees)" in str(surprise)
    assert "(recorded: agrees)" in str(surprise.lines[0])
    assert "(recorded: agrees)" in surprise.markdown


def test_a_correction_that_is_wrong_is_not_as_expected():
    claim = Claim("1", "", CLAIMS[2].check, "wrong", "still wrong", CLAIMS[2].check)
    assert not read([claim]).as_expected


def test_as_markdown(report):
    head, rule, *rows, blank, totals = report.markdown.splitlines()
    assert (head, rule, blank, totals) == ("| id | claim | verdict |", "|---|---|---|", "", report.totals)
    assert len(rows) == len(CLAIMS)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows)
    assert r"σ\*(1 + σ) \| a_b" in rows[2]


def test_a_claim_of_several_lines_stays_one_row():
    rows = read([Claim("1", "first\nsecond", CLAIMS[0].check)]).markdown.splitlines()
    assert rows[2] == "| 1 | first second | ✓ agrees |"


def test_in_a_notebook(report):
    tags = Tags(report._repr_html_())
    assert tags.seen.count("tr") == len(CLAIMS) + 1
    assert tags.seen.count("td") == 3 * len(CLAIMS)
    assert "σ′ = σ*(1 + σ) | a_b" in tags.words
    odd = read([Claim("<i>", "<script>", CLAIMS[0].check)])
    assert {"i", "script"}.isdisjoint(Tags(odd._repr_html_()).seen)


def test_as_json(report):
    data = json.loads(report.json)
    assert [each["id"] for each in data] == ["1", "2", "3", "4"]
    assert [each["verdict"] for each in data] == ["agrees", "constant", "wrong", "kink"]
    assert all(each["as_recorded"] for each in data)
    assert data[1]["factor"] == "2"
    assert data[2]["corrected"] == "σ′ = σ·(1 − σ)"
    assert data[2]["correction"]["verdict"] == "agrees"
    assert data[2]["counterexample"]["true"] == 0.25
    assert data[3]["convention"] == "ReLU′(0) = 1"


def test_a_report_is_made_of_lines(report):
    assert isinstance(report, Report)
    assert [line.claim.id for line in report.lines] == ["1", "2", "3", "4"]
