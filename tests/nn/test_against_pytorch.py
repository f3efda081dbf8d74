"""Same start, same data, same result as PyTorch 2.13.0, after 20 steps of each optimiser."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

import nn
from tests import needs

HERE = Path(__file__).parent / "reference"
REFERENCE = json.loads((HERE / "pytorch.json").read_text())
START = REFERENCE["start"]
KEYS = ("losses", "w1", "b1", "w2", "b2")


def trained(kind, settings):
    hidden = nn.Linear(2, 4, "tanh", weights=START["w1"], biases=START["b1"])
    output = nn.Linear(4, 1, weights=START["w2"], biases=START["b2"])
    model = nn.Sequential(hidden, output)
    optimiser = getattr(nn, kind)(model.parameters(), **settings)
    batches = nn.Dataset(START["inputs"], START["targets"]).batches(6, shuffle=False)
    history = nn.fit(model, nn.MSE(), batches, optimiser, epochs=10)
    state = model.state_dict()
    return history.batch_loss, [state[f"layers.{i}.{name}"] for i in (0, 1) for name in ("w", "b")]


@pytest.mark.parametrize("name", REFERENCE["runs"])
def test_twenty_steps_end_where_those_of_pytorch_end(name):
    run = REFERENCE["runs"][name]
    losses, weights = trained(run["optimiser"], run["settings"])
    assert len(losses) == 20
    for ours, theirs in zip([losses, *weights], [run[key] for key in KEYS], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=0.0)


def test_each_setting_ends_elsewhere_so_that_each_is_tested():
    ends = [run["losses"][-1] for run in REFERENCE["runs"].values()]
    assert len(set(ends)) == len(ends)


def test_the_numbers_are_what_pytorch_makes_of_it():
    torch = needs.package("torch", f"pip install torch=={REFERENCE['torch']}")
    if not torch.__version__.startswith(REFERENCE["torch"]):
        pytest.skip(f"NOT tested here: the numbers are those of torch {REFERENCE['torch']}, not {torch.__version__}")
    spec = importlib.util.spec_from_file_location("pytorch_reference", HERE / "pytorch.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    again = module.reference()
    assert again["start"] == START
    for name, run in REFERENCE["runs"].items():
        for key in KEYS:
            np.testing.assert_allclose(again["runs"][name][key], run[key], rtol=1e-12, atol=0.0)
