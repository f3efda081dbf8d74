"""The gradient of every loss, through every activation, in networks of one to three layers, against differences."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd.testing import check_grads
from nn.activations import ACTIVATIONS
from nn.losses import LOSSES

SAMPLES = 3
TARGETS = {
    "mse": lambda rng: rng.standard_normal(SAMPLES),
    "mae": lambda rng: rng.standard_normal(SAMPLES),
    "log_loss": lambda rng: np.array([0.0, 1.0, 0.3]),
    "log_loss_from_logits": lambda rng: np.array([0.0, 1.0, 0.3]),
    "cross_entropy": lambda rng: np.array([0, 2, 1]),
    "hinge": lambda rng: np.array([-1.0, 1.0, -1.0]),
}


def network(loss, activation, depth, rng):
    """Every layer has the activation, the last one too; what gives a log loss its probabilities comes behind it."""
    widths = [2, *[3] * (depth - 1), 3 if loss == "cross_entropy" else 1]
    layers = [
        nn.Linear(a, b, activation, weights=nn.Normal(0.7), biases=nn.Normal(0.3), seed=rng)
        for a, b in pairwise(widths)
    ]
    return nn.Sequential(*layers, *(["sigmoid"] if loss == "log_loss" else []))


def checked(loss, activation, depth, seed, order=1, reduction="mean"):
    rng = np.random.default_rng(seed)
    model = network(loss, activation, depth, rng)
    data = nn.Dataset(rng.uniform(-1.0, 1.0, (SAMPLES, 2)), TARGETS[loss](rng))
    total = LOSSES[loss](reduction)
    total.check(data.targets, 3 if loss == "cross_entropy" else 1)

    def whole_loss(parameters):
        return total([model(x) for x, _ in data], data.targets.tolist())

    return check_grads(whole_loss, (model.parameters(),), order=order)


def test_every_loss_has_targets_here():
    assert TARGETS.keys() == LOSSES.keys()


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("activation", [*ACTIVATIONS, nn.LeakyReLU(0.3)], ids=str)
@pytest.mark.parametrize("loss", LOSSES)
def test_backprop_agrees_with_differences(loss, activation, depth):
    found = checked(loss, activation, depth, seed=depth)
    assert found.compared > 0
    assert not found.kinks
    assert not found.undecided


@settings(max_examples=30)
@given(
    loss=st.sampled_from(sorted(LOSSES)),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    depth=st.integers(1, 3),
    seed=st.integers(0, 2**32),
)
def test_and_from_other_starts(loss, activation, depth, seed):
    checked(loss, activation, depth, seed)


@pytest.mark.parametrize("reduction", ["half_mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES)
def test_and_for_the_other_reductions(loss, reduction):
    assert checked(loss, "tanh", 2, seed=5, reduction=reduction).compared > 0


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus", "gelu", "cubic"])
def test_and_once_more_for_second_derivatives(activation):
    assert checked("mse", activation, 2, seed=7, order=2).compared > 13


def test_the_penalty_has_its_gradient_too():
    model = nn.MLP(2, [3, 1], seed=1)
    found = check_grads(lambda parameters: nn.L2(0.3)(model), (model.parameters(),), order=2)
    assert found.compared > 13


def test_a_loss_with_a_wrong_factor_would_be_found():
    class Wrong(nn.MSE):
        def of_one(self, prediction, target):
            return (prediction.detach() - target) * (prediction - target)

    model = nn.MLP(1, [2, 1], hidden="tanh", seed=1)
    with pytest.raises(AssertionError, match="ratio"):
        check_grads(lambda parameters: Wrong()([model(0.5)], [1.0]), (model.parameters(),))
