"""What the documents train, and what everybody tries first, trained until the known answer comes out."""

from __future__ import annotations

import numpy as np
import pytest

import nn

SIZES = np.linspace(0.5, 2.0, 12)


def fitted(model, targets, lr, epochs, loss=None):
    data = nn.Dataset(SIZES, targets)
    nn.fit(model, loss or nn.MSE(), data, nn.SGD(model.parameters(), lr, momentum=0.9), epochs)
    w, b = (p.data for p in model.parameters())
    return w, b


def test_the_linear_house_price_model_finds_its_truth():
    w, b = fitted(nn.Linear(1, 1, weights=0.0), 3.0 * SIZES - 2.0, 0.1, 300)
    assert (w, b) == pytest.approx((3.0, -2.0), abs=1e-6)


def test_the_sigmoid_one():
    truth = 1.0 / (1.0 + np.exp(-(1.5 * SIZES - 1.0)))
    w, b = fitted(nn.Linear(1, 1, "sigmoid", weights=0.0), truth, 5.0, 600)
    assert (w, b) == pytest.approx((1.5, -1.0), abs=1e-4)


def test_and_the_cubic_one():
    data = nn.house_prices(12, seed=2, w=0.5, b=1.0)
    model = nn.Sequential("cubic", nn.Linear(1, 1, weights=0.0))
    nn.fit(model, "mse", data, nn.SGD(model.parameters(), 0.02, momentum=0.9), 300)
    w, b = (p.data for p in model.parameters())
    assert (w, b) == pytest.approx((0.5, 1.0), abs=1e-6)


def test_of_the_three_the_cubic_one_fits_cubic_prices_best():
    data = nn.house_prices(12, seed=2, noise=0.05)
    losses = {}
    for name, model, lr in [
        ("linear", nn.Linear(1, 1, weights=0.0), 0.1),
        ("sigmoid", nn.Linear(1, 1, "sigmoid", weights=0.0), 0.1),
        ("cubic", nn.Sequential("cubic", nn.Linear(1, 1, weights=0.0)), 0.02),
    ]:
        nn.fit(model, "mse", data, nn.SGD(model.parameters(), lr, momentum=0.9), 150)
        losses[name] = nn.evaluate(model, "mse", data)
    assert losses["cubic"] < losses["linear"] / 5
    assert losses["cubic"] < losses["sigmoid"] / 5


def test_half_mean_with_twice_the_rate_is_mean():
    ends = [
        fitted(nn.Linear(1, 1, weights=0.0), 3.0 * SIZES, lr, 5, nn.MSE(reduction))
        for reduction, lr in [("mean", 0.05), ("half_mean", 0.1)]
    ]
    assert ends[0] == pytest.approx(ends[1], rel=1e-12)


def test_the_two_neurons_of_document_4_learn_to_tell_classes_apart():
    model = nn.MLP(1, [1, 1], hidden="sigmoid", output="sigmoid", weights=nn.Normal(), seed=3)
    data = nn.Dataset([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1])
    nn.fit(model, "log_loss", data, nn.SGD(model.parameters(), 2.0), 200)
    assert nn.accuracy(model, data, threshold=0.5) == 1.0
    assert nn.evaluate(model, "log_loss", data) < 0.05


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_xor_is_solved(seed):
    model = nn.MLP(2, [4, 1], hidden="tanh", seed=seed)
    nn.fit(model, "log_loss_from_logits", nn.xor(), nn.Adam(model.parameters(), 0.1), 120)
    assert nn.accuracy(model, nn.xor()) == 1.0
    assert nn.evaluate(model, "log_loss_from_logits", nn.xor()) < 0.1


def test_two_moons_are_told_apart_to_the_last_point():
    """micrograd's job: 2-16-16-1 with relu, the hinge loss, an L2 penalty, a falling rate."""
    model = nn.MLP(2, [16, 16, 1], seed=1)
    data = nn.two_moons(60, seed=1, labels=(-1, 1))

    def stop_when_all_are_right(epoch):
        if epoch.loss < 0.1 and nn.accuracy(model, data) == 1.0:
            epoch.stop("all are right")

    optimiser = nn.SGD(model.parameters(), nn.LinearDecay(0.5, 0.05, 150), momentum=0.9)
    history = nn.fit(model, "hinge", data, optimiser, 150, penalty=nn.L2(1e-4), callbacks=[stop_when_all_are_right])
    assert history.stopped == "all are right"
    assert nn.accuracy(model, data) == 1.0


def test_three_blobs_are_told_apart_by_softmax():
    data = nn.blobs(45, seed=1, centres=[[0, 0], [3, 3], [0, 3]], spread=0.4)
    model = nn.Linear(2, 3, seed=1)
    nn.fit(model, "cross_entropy", data, nn.Adam(model.parameters(), 0.2), 40)
    assert nn.accuracy(model, data) == 1.0


def test_a_small_network_follows_the_wave_of_document_3():
    data = nn.wave(24, seed=1)
    model = nn.MLP(1, [12, 1], hidden="tanh", weights=nn.Normal(2.0), seed=2)
    history = nn.fit(model, "mse", data, nn.Adam(model.parameters(), 0.05), 150)
    assert history.loss[-1] < 0.1 * np.var(data.targets)
