"""How the things of nn print: so that a reader of a log or a notebook knows what they are."""

from __future__ import annotations

import pytest

import nn
from autograd import Value


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        (nn.L2(0.5), "L2(0.5)"),
        (nn.MSE(), "MSE()"),
        (nn.MSE("sum"), "MSE('sum')"),
        (nn.Standardiser(nn.Dataset([1.0, 3.0], [0, 1])), "Standardiser(mean=[2.0], deviation=[1.0])"),
        (nn.xor(), "Dataset(4 samples of 2 inputs and 1 target)"),
        (nn.xor()[:1], "Dataset(1 sample of 2 inputs and 1 target)"),
        (nn.Dataset([1.0], [[1, 2]]).batches(3, seed=0), "Minibatches(Dataset(1 sample of 1 input and 2 targets), 3)"),
        (nn.SGD([Value(1.0)], 0.5), "SGD(1 parameter, lr=0.5)"),
        (
            nn.Adam([Value(1.0)], nn.StepDecay(0.5, 0.1, 3)),
            "Adam(1 parameter, lr=StepDecay(start=0.5, factor=0.1, every=3))",
        ),
        (nn.ClipNorm(1.0), "ClipNorm(most=1.0)"),
        (nn.Normal(0.1), "Normal(std=0.1, mean=0.0)"),
        (nn.ReLU(), "ReLU()"),
        (nn.LeakyReLU(0.2, at_zero=1.0), "LeakyReLU(alpha=0.2, at_zero=1.0)"),
        (nn.Activation(abs), "Activation(abs)"),
        (nn.History(stopped="interrupted"), "History(no epoch completed, stopped: interrupted)"),
        (
            nn.History([2.0], [3.0], seconds=1.0, stopped="enough"),
            "History(1 epoch in 1.0 s, loss 2.0 → 2.0, validation loss 3.0, stopped: enough)",
        ),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_a_thing_prints_as_what_it_is(thing, text):
    assert repr(thing) == text


def test_an_activation_is_made_of_a_function():
    with pytest.raises(TypeError, match="is a function of one number, and 3 is not a function"):
        nn.Activation(3)
