"""What the documents run: the closed-form neuron, the fits, the training, dead units, and sigmoid as tanh."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import gradients
from nn import MLP, MSE, Dataset, Linear, Sequential, blobs, evaluate, house_prices
from nn.documents import deep_networks, neuron, two_neurons
from nn.documents import house_prices as prices
from nn.documents.relu_neuron import DeadNeuronError, solve

# --- document 0 -------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_at_the_solvers_rest_the_engines_gradient_is_zero(seed, width):
    rng = np.random.default_rng(seed)
    i = rng.normal(size=(12, width)).tolist()
    y = rng.uniform(0, 2, size=12).tolist()
    try:
        solution = solve(i, y, w=[0.5] * width, b=1.0)
    except DeadNeuronError:
        return
    if solution.settled:
        cell = solution.neuron()
        loss = MSE("sum")([cell(x) for x in i], y)
        assert all(abs(slope) < 1e-9 * (1 + loss.data) for slope in gradients(loss, cell.parameters()))


def test_the_solver_finds_a_neuron_that_made_the_data():
    rng = np.random.default_rng(1)
    i = rng.normal(size=(60, 2))
    y = np.maximum(i @ [1.5, -0.5] + 0.25, 0.0)
    solution = solve(i.tolist(), y.tolist(), w=[1.0, 0.0], b=0.5)
    assert solution.settled
    assert [*solution.w, solution.b] == pytest.approx([1.5, -0.5, 0.25], abs=1e-9)


def test_bad_input_for_the_solver():
    with pytest.raises(DeadNeuronError, match="the neuron is dead, z = 0 for all 2 samples"):
        solve([[1.0], [2.0]], [1.0, 1.0], w=[-1.0], b=-1.0)
    with pytest.raises(DeadNeuronError, match="w2 has no solution: its feature is 0 in every active sample"):
        solve([[1.0, 0.0], [2.0, 0.0]], [1.0, 1.0], w=[1.0, 1.0])
    with pytest.raises(ValueError, match="got 1 and 2"):
        solve([[1.0]], [1.0, 2.0], w=[1.0])
    with pytest.raises(ValueError, match="2 numbers"):
        solve([[1.0]], [1.0], w=[1.0, 2.0])
    with pytest.raises(ValueError, match="at least one"):
        solve([], [], w=[1.0])


# --- document 1 -------------------------------------------------------------------------------------------------------


def test_the_cubic_is_the_best_fit_of_prices_that_grow_with_the_cube():
    data = house_prices(20, seed=3, w=0.5, b=1.0)
    fits = {kind: prices.fit_prices(kind, data, epochs=1500) for kind in ("linear", "sigmoid", "cubic")}
    losses = {kind: evaluate(f.model, "mse", data) for kind, f in fits.items()}
    assert losses["cubic"] < 1e-9 < losses["linear"] < losses["sigmoid"]
    assert (fits["cubic"].W, fits["cubic"].b) == pytest.approx((0.5, 1.0), abs=1e-4)


def test_linear_and_sigmoid_find_their_own_truth():
    x = np.linspace(-2, 2, 15)
    straight = prices.fit_prices("linear", Dataset(x, 2.0 * x - 1.0), epochs=400, lr=0.2)
    assert (straight.W, straight.b) == pytest.approx((2.0, -1.0), abs=1e-6)
    curve = Dataset(x, 1 / (1 + np.exp(-(1.5 * x - 0.5))))
    bent = prices.fit_prices("sigmoid", curve, epochs=4000, lr=5.0)
    assert (bent.W, bent.b) == pytest.approx((1.5, -0.5), abs=1e-3)
    with pytest.raises(ValueError, match="linear, sigmoid and cubic, and not 'quartic'"):
        prices.model("quartic")


def test_both_gradients_are_taken_before_either_parameter_moves():
    """One step by hand, and by hand as document 1 warns against, which ends elsewhere."""
    data = Dataset([1.0, 2.0], [3.0, 5.0])
    step = prices.fit_prices("linear", data, epochs=1, lr=0.1)
    residuals = [-3.0, -5.0]
    db = 2 / 2 * sum(residuals)
    dw = 2 / 2 * sum(r * x for r, x in zip(residuals, (1.0, 2.0), strict=True))
    assert (step.W, step.b) == pytest.approx((-0.1 * dw, -0.1 * db), rel=1e-15)
    b = -0.1 * db
    one_after_the_other = 2 / 2 * sum((b - y) * x for x, y in ((1.0, 3.0), (2.0, 5.0)))
    assert pytest.approx(-0.1 * one_after_the_other, rel=1e-3) != step.W


# --- documents 2 and 4 ------------------------------------------------------------------------------------------------


def test_the_neurons_learn():
    data = blobs(20, seed=1, centres=2)
    for model in (neuron.neuron(2), neuron.network(2)):
        history = neuron.train(model, data, epochs=150)
        assert history.loss[-1] < history.loss[0] / 2
    with pytest.raises(ValueError, match="mse and log_loss, not 'mae'"):
        two_neurons.network("mae")
    model, history = two_neurons.train("mse", Dataset([-1.0, 0.0, 1.0], [0.1, 0.4, 0.9]), epochs=1000)
    assert history.loss[-1] < history.loss[0] / 10
    assert model.summary().parameters == 4


# --- document 3 -------------------------------------------------------------------------------------------------------


def test_the_training_of_document_3_in_small():
    clean = deep_networks.train(60, width=8, n=60, batch=20, seed=3)
    noisy = deep_networks.train(2, width=4, n=60, batch=20, seed=3, noise=0.5)
    assert min(clean.history.loss) < 0.8 * clean.history.loss[0]
    assert len(clean.validation) == 12
    assert clean.model.parameters()[-1].label == "b3"
    truth = deep_networks.wave(60, seed=3).targets
    np.testing.assert_array_equal(clean.data.targets, truth)
    assert np.std(noisy.data.targets - truth) == pytest.approx(0.5, rel=0.5)


def test_a_dead_unit_stays_where_it_is_bit_for_bit_and_a_leaky_one_recovers():
    dead = deep_networks.dead_unit("relu", steps=1000)
    assert dead.before == dead.after
    leaky = deep_networks.dead_unit("leaky_relu", steps=1000)
    assert leaky.before != leaky.after


@pytest.mark.parametrize("sizes", [[1], [4, 1], [3, 5, 1], [3, 4, 5, 2]])
def test_a_sigmoid_network_is_a_tanh_network(sizes):
    model = MLP(2, sizes, hidden="sigmoid", weights="normal", biases=0.3, seed=5)
    twin = deep_networks.sigmoid_to_tanh(model)
    for x in ([0.0, 0.0], [1.0, -2.0], [30.0, 4.0]):
        ours, theirs = np.atleast_1d(model(x)), np.atleast_1d(twin(x))
        assert [v.data for v in theirs] == pytest.approx([v.data for v in ours], abs=1e-12)


def test_only_sigmoid_networks_can_be_converted():
    with pytest.raises(ValueError, match="needs sigmoid layers"):
        deep_networks.sigmoid_to_tanh(MLP(1, [2, 1]))
    with pytest.raises(ValueError, match="needs sigmoid layers"):
        deep_networks.sigmoid_to_tanh(Sequential("cubic", Linear(1, 1, seed=1)))
