"""Training that is compiled: the same as eager training, but for the time."""

from __future__ import annotations

import random
import signal

import numpy as np
import pytest

import autograd
import nn
from tests import needs

SETTINGS = [
    ("sgd", lambda p: nn.SGD(p, 0.05, momentum=0.5)),
    ("adam", lambda p: nn.Adam(p, 0.01)),
    ("clipped", lambda p: nn.SGD(p, 0.05, clip=nn.ClipNorm(0.1))),
]


def both_ways(model, train):
    """What ``train`` returns, eager and compiled, for twins of the model, and the twins' numbers."""
    start = [p.data for p in model.parameters()]
    found = []
    for compiled in (False, True):
        for p, x in zip(model.parameters(), start, strict=True):
            p.data = x
        history = train(model, compiled)
        assert history.compiled is compiled
        found.append((history, [p.data for p in model.parameters()]))
    return found


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "gelu"])
@pytest.mark.parametrize(("name", "optimiser"), SETTINGS)
def test_is_the_same_as_eager_training(hidden, name, optimiser):
    model = nn.MLP(2, [5, 3, 1], hidden=hidden, seed=3)
    data = nn.two_moons(30, seed=1)

    def train(model, compiled):
        return nn.fit(
            model,
            "log_loss_from_logits",
            data.batches(8, seed=5),
            optimiser(model.parameters()),
            6,
            validation=nn.two_moons(10, seed=2),
            penalty=nn.L2(0.01),
            compiled=compiled,
        )

    (eager, theta), (compiled, same_theta) = both_ways(model, train)
    np.testing.assert_allclose(same_theta, theta, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(compiled.batch_loss, eager.batch_loss, rtol=1e-10)
    np.testing.assert_allclose(compiled.validation_loss, eager.validation_loss, rtol=1e-10)
    assert compiled.lr == eager.lr


@pytest.mark.parametrize("reduction", ["mean", "half_mean", "sum"])
@pytest.mark.parametrize("loss", [nn.MSE, nn.MAE, nn.Hinge, nn.LogLossFromLogits, nn.CrossEntropy])
def test_every_loss_and_normalisation(loss, reduction):
    outputs = 3 if loss is nn.CrossEntropy else 1
    model = nn.MLP(2, [4, outputs], hidden="tanh", seed=1)
    rng = np.random.default_rng(0)
    targets = (
        rng.integers(0, 3, 20) if outputs == 3 else rng.choice([-1.0, 1.0] if loss is nn.Hinge else [0.0, 1.0], 20)
    )
    data = nn.Dataset(rng.normal(size=(20, 2)), targets)

    def train(model, compiled):
        return nn.fit(model, loss(reduction), data, nn.SGD(model.parameters(), 0.01), 5, compiled=compiled)

    (eager, theta), (compiled, same_theta) = both_ways(model, train)
    np.testing.assert_allclose(same_theta, theta, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(compiled.loss, eager.loss, rtol=1e-10)


def test_a_loss_of_ones_own_of_all_predictions():
    model = nn.MLP(1, [3, 1], hidden="tanh", seed=2)
    data = nn.wave(12, seed=1)

    def worst(predictions, targets):
        return autograd.logsumexp([(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)])

    def train(model, compiled):
        return nn.fit(model, worst, data.batches(5, seed=1), nn.SGD(model.parameters(), 0.02), 5, compiled=compiled)

    (_, theta), (_, same_theta) = both_ways(model, train)
    np.testing.assert_allclose(same_theta, theta, rtol=1e-10, atol=1e-13)


def test_what_the_optimiser_is_not_given_stays():
    model = nn.MLP(1, [3, 1], hidden="tanh", seed=2)
    first, *rest = model.parameters()
    before = first.data
    nn.fit(model, "mse", nn.wave(12, seed=1), nn.SGD(rest, 0.02), 20, compiled=True)
    assert first.data == before


def test_callbacks_see_and_may_move_the_parameters():
    model = nn.MLP(1, [3, 1], hidden="tanh", seed=2)
    p = model.parameters()[0]
    seen = []

    def meddle(epoch):
        seen.append(p.data)
        p.data = 7.0

    nn.fit(model, "mse", nn.wave(40, seed=1), nn.SGD(model.parameters(), 1e-6), 3, callbacks=[meddle], compiled=True)
    assert seen[0] != 7.0
    assert seen[1] == pytest.approx(7.0, abs=1e-3)


class Moody(nn.Module):
    """Dropout by hand: another function at every call."""

    def __init__(self):
        self.net = nn.MLP(1, [4, 1], hidden="tanh", seed=0)
        self._random = random.Random(0)

    def __call__(self, x):
        return self.net(x) * self._random.random()


class Undecided(nn.Module):
    """A Python branch on a number."""

    def __init__(self):
        self.net = nn.MLP(1, [4, 1], hidden="tanh", seed=0)

    def __call__(self, x):
        y = self.net(x)
        return y if y > 0 else 2 * y


@pytest.mark.parametrize("kind", [Moody, Undecided])
def test_what_cannot_be_recorded_is_trained_eagerly_unless_one_insists(kind):
    model = kind()
    optimiser = nn.SGD(model.parameters(), 0.01)
    data = nn.wave(100, seed=1)
    assert not nn.fit(model, "mse", data, optimiser, 1).compiled
    with pytest.raises(autograd.FrozenError, match=r"compiled=False|autograd.where"):
        nn.fit(model, "mse", data, optimiser, 1, compiled=True)


def test_it_is_compiled_where_that_pays():
    model = nn.MLP(1, [4, 1], hidden="tanh", seed=0)
    optimiser = nn.SGD(model.parameters(), 0.01)
    assert nn.fit(model, "mse", nn.wave(100, seed=1), optimiser, 1).compiled
    assert not nn.fit(model, "mse", nn.wave(4, seed=1), optimiser, 1).compiled


def test_divergence_is_told_as_eager_training_tells_it():
    told = []
    for compiled in (False, True):
        model = nn.MLP(1, [3, 1], hidden="relu", seed=1)
        data = nn.Dataset([[1e3], [2e3], [3e3]], [1e3, 2e3, 3e3])
        with pytest.raises(nn.DivergedError) as caught:
            nn.fit(model, "mse", data, nn.SGD(model.parameters(), 10.0), 500, compiled=compiled)
        error = caught.value
        assert error.history.compiled is compiled
        assert all(np.isfinite(p.data) for p in model.parameters())
        told.append((error.epoch, error.primitive, "at sample" in str(error)))
    assert told[0] == told[1]


def test_ctrl_c_leaves_the_last_complete_step():
    model = nn.MLP(1, [3, 1], hidden="tanh", seed=1)
    optimiser = nn.SGD(model.parameters(), 0.05)
    update, steps = optimiser.update, []

    def interrupted(theta, gradient):
        if len(steps) == 5:
            signal.raise_signal(signal.SIGINT)
        steps.append(update(theta, gradient))
        return steps[-1]

    optimiser.update = interrupted
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        history = nn.fit(model, "mse", nn.wave(40, seed=1).batches(10, seed=1), optimiser, 50, compiled=True)
    finally:
        signal.signal(signal.SIGINT, before)
    assert history.stopped == "interrupted"
    assert len(history.batch_loss) == 5
    assert optimiser.theta().tolist() == steps[4].tolist()


def test_small_products_keep_to_one_thread():
    threadpoolctl = needs.package("threadpoolctl", "pip install '.[speed]'")
    seen = []

    def threads(epoch):
        seen.append({pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"})

    model = nn.MLP(1, [4, 1], hidden="tanh", seed=0)
    nn.fit(model, "mse", nn.wave(100, seed=1), nn.SGD(model.parameters(), 0.01), 1, callbacks=[threads])
    assert seen == [{1}]
