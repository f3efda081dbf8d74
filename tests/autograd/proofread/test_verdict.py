"""How a verdict prints: in a terminal, in a notebook, as Markdown and as data; odd names are no markup."""

import json
import re
from html.parser import HTMLParser

import pytest

from autograd import relu
from autograd.proofread import Verdict, proofread, samples, together

from .programs import DATA, linear


def verdict_of(kind):
    claims = {
        "agrees": lambda x: 2 * x,
        "constant": lambda x: x,
        "wrong": lambda x: 2,
    }
    if kind == "kink":
        return proofread(lambda z: relu(z), "z", lambda z: float(z >= 0))
    return proofread(lambda x: x**2, "x", claims[kind])


class Tags(HTMLParser):
    """The tags and the text of a piece of HTML."""

    def __init__(self, source):
        super().__init__()
        self.open, self.seen, self.words = [], [], []
        self.feed(source)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


TERMINAL = {
    "agrees": "✓ ∂f/∂x: agrees at 120 points (worst relative difference 0)",
    "constant": """\
∝ ∂f/∂x: agrees up to a constant factor: multiply by 2
  → the factor 2 of the square x² is missing
  at x = 1: claimed 1, true 2""",
    "kink": """\
∠ ∂f/∂z: agrees except at a kink: it takes ReLU′(0) = 1
  at z = 0: claimed 1, true 0""",
    "wrong": """\
✗ ∂f/∂x: wrong
  → the factor x is missing
  at x = 0: claimed 2, true 0""",
}


@pytest.mark.parametrize("kind", TERMINAL)
def test_in_a_terminal(kind):
    verdict = verdict_of(kind)
    assert verdict.kind == kind
    assert str(verdict) == TERMINAL[kind]
    assert bool(verdict) is (kind == "agrees")


@pytest.mark.parametrize("kind", TERMINAL)
def test_in_a_notebook(kind):
    verdict = verdict_of(kind)
    tags = Tags(verdict._repr_html_())
    first, *rest = [line.strip().removeprefix("→ ") for line in TERMINAL[kind].splitlines()]
    assert tags.words == [first, *rest]
    assert tags.seen.count("li") == len(rest)


@pytest.mark.parametrize("kind", TERMINAL)
def test_as_markdown(kind):
    first, *rest = [line.strip().removeprefix("→ ") for line in TERMINAL[kind].splitlines()]
    lines = verdict_of(kind).markdown.splitlines()
    assert lines[0] == f"**{first}**"
    assert lines[2:] == [f"- {line}" for line in rest]


@pytest.mark.parametrize("kind", TERMINAL)
def test_as_data(kind):
    verdict = verdict_of(kind)
    data = json.loads(json.dumps(verdict.data))
    assert data["verdict"] == kind
    assert data["subject"] == verdict.subject
    assert data["points"] == verdict.points
    assert data["diagnosis"] == list(verdict.diagnosis)
    assert data["factor"] == ("2" if kind == "constant" else None)
    assert data["convention"] == ("ReLU′(0) = 1" if kind == "kink" else None)
    if kind == "wrong":
        assert data["counterexample"] == {"inputs": {"x": 0.0}, "claimed": 2.0, "true": 0.0, "of": None}


def test_in_a_table():
    assert {kind: verdict_of(kind).short for kind in TERMINAL} == {
        "agrees": "agrees",
        "constant": "agrees up to the constant 2",
        "kink": "agrees except at a kink (ReLU′(0) = 1)",
        "wrong": "wrong",
    }


def test_the_subject_may_be_given_and_may_be_anything():
    odd = "<b>∂*L*|\\`w_[0]`\n& more"
    verdict = proofread(lambda x: x**2, "x", lambda x: x, subject=odd)
    assert odd in str(verdict)
    html = Tags(verdict._repr_html_())
    assert "b" not in html.seen
    assert odd in html.words[0]
    head = verdict.markdown.splitlines()[0]
    assert head.startswith(r"**∝ \<b>∂\*L\*\|\\\`w\_\[0\]\` & more: agrees")
    assert not re.search(r"(?<!\\)[*<|`\[]", head.strip("*"))


def test_names_with_underscores_and_greek_letters():
    def y_hat_loss(w_1, beta, x_train):
        z_hat = w_1 * x_train + beta
        return z_hat**2

    verdict = proofread(y_hat_loss, "w_1", lambda w_1, beta, x_train: 2 * (w_1 * x_train + beta))
    assert verdict.diagnosis == (
        "the factor x_train is missing",
        "this is the derivative with respect to β, not w₁",
    )
    assert verdict.markdown.startswith("**✗ ∂y_hat_loss/∂w_1: wrong**")


def test_together_is_the_first_that_is_not_right():
    good, bad = verdict_of("agrees"), verdict_of("wrong")
    assert together(good, bad, good) is bad
    both = together(good, good, subject="both forms")
    assert str(both) == "✓ both forms: agrees at 240 points (worst relative difference 0)"
    assert together(good, good).subject == "∂f/∂x, ∂f/∂x"
    with pytest.raises(ValueError, match="at least one verdict"):
        together()


def test_a_verdict_tells_how_many_points_were_left_out():
    from autograd import log

    verdict = proofread(lambda x: log(x), "x", lambda x: 1 / x)
    assert verdict.points >= 40
    assert verdict.skipped > 0


def test_the_same_seed_gives_the_same_verdict():
    def run(seed):
        return proofread(linear, "w", lambda w, b, x, y: 2 * (w * x[0] + b - y[0]) * x[0], inputs=DATA, seed=seed)

    assert run(0) == run(0)
    assert run(0).points == run(5).points
    assert run(0).diagnosis == run(5).diagnosis


def test_other_seeds_draw_other_points():
    seen = set()

    def program(x):
        seen.add(tuple(each.data for each in x))
        return sum(x)

    for seed in (0, 1):
        proofread(program, "x", lambda x: [1.0] * len(x), inputs={"x": samples()}, seed=seed)
    assert len(seen) > 150


def test_a_verdict_is_a_value():
    assert isinstance(verdict_of("agrees"), Verdict)
    assert verdict_of("agrees") == verdict_of("agrees")
