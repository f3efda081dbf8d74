"""The committed page of derivations: it is the generated one, and its last lines are the engine's gradients."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import autograd
from autograd import gradients
from docs.derivations import MODELS, page
from nn.documents import claims

PAGE = Path(__file__).parents[1] / "docs" / "derivations.md"
EACH = [pytest.param(model, id=f"{model.document}: {model.title}") for model in MODELS]


@pytest.mark.parametrize("model", EACH)
def test_the_last_line_is_the_engine_s_gradient(model):
    loss = model.run()
    leaves = {node.label: node for node in autograd.ancestry(loss) if not node.operands}
    for parameter, derivation in model.derivations():
        expected = gradients(loss, leaves[parameter])
        last = derivation.text.split("\n\n")[1].splitlines()[-1]
        assert float(last.split("= ")[-1].replace("−", "-")) == expected == derivation.value
        run = {**vars(autograd), **derivation.numbers}
        assert eval(derivation.python, run) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("model", EACH)
def test_every_parameter_has_its_derivation(model):
    """All leaves but the data, or of a large network one of each kind."""
    data = {"x", "X", "y", "i"}
    names = {node.label for node in autograd.ancestry(model.run()) if not node.operands}
    parameters = {name for name in names if re.split(r"\[", name)[0] not in data}
    if "of each kind" in model.title:
        assert {name.split("[")[0] for name in parameters} == {name.split("[")[0] for name in model.parameters}
    elif model.parameters[-1] == "a[1]":
        assert set(model.parameters) < parameters
    else:
        assert set(model.parameters) == parameters


def test_every_document_is_there_and_every_note_is_a_claim():
    assert {model.document for model in MODELS} == {0, 1, 2, 3, 4}
    known = {claim.id for claim in claims()}
    for model in MODELS:
        assert set(model.notes) <= set(model.parameters)
        assert all(id_ in known and id_.startswith(f"D{model.document}.") for id_ in model.notes.values())


@pytest.mark.parametrize(
    "boxed",
    [
        "∂L/∂w₁ = ∂L/∂a₂ · ∂a₂/∂z₂ · ∂z₂/∂a₁ · ∂a₁/∂z₁ · ∂z₁/∂w₁",  # D4, page 6
        "= (a₂ − y) · w₂ · a₁(1 − a₁) · X",  # D4.10
        "= (a₂ − y) · a₁",  # D4.8
        "= ((1 − y)/(1 − a₂) − y/a₂) · a₂(1 − a₂) · a₁",  # D4.7
        "Σⱼ (a₂ⱼ − yⱼ) · w₂ · a₁ⱼ(1 − a₁ⱼ) · Xⱼ",  # D4.4
        "= 2/3 · Σⱼ (b + W·xⱼ − yⱼ)·xⱼ",  # D1.5
        "= −sign(a) · W₂ · ReLU′(q) · x",  # D1.15
        "= 1/3 · Σⱼ (a₂ⱼ − yⱼ) · a₂ⱼ(1 − a₂ⱼ) · w₂ · a₁ⱼ(1 − a₁ⱼ) · x[j,0]",  # D2.6
        "ReLU′(0) := 0.5",  # D0.2
        "ReLU′(0) := 1",  # D2.4
    ],
)
def test_the_notes_own_lines_are_on_the_page(boxed):
    assert boxed in page()


def test_the_committed_page_is_the_generated_one():
    assert PAGE.read_text(encoding="utf-8").strip() == page().strip()
