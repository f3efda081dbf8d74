"""What the peers compute, and NumPy by hand, is what the engine computes."""

from itertools import pairwise

import numpy as np
import pytest

import nn
from autograd import Value, gradients, value_and_grad
from bench import by_hand, packages, problems, with_autograd
from bench.moons import Training
from nn.documents import deep_networks
from tests import needs as needed

needs = {
    name: needed.packages(name, install=f"pip install {requirement}")
    for name, requirement in packages.REQUIREMENTS.items()
}
close = {"rel": 1e-10, "abs": 1e-12}


def torch():
    from bench import with_torch

    return with_torch


def jax():
    from bench import with_jax

    return with_jax


def casadi():
    from bench import with_casadi

    return with_casadi


@pytest.fixture(scope="module")
def job():
    return problems.document_3(samples=20, width=5, batch=8)  # and a batch of 4 at the end


@pytest.fixture(scope="module")
def eager_losses(job):
    """Of two epochs."""
    model = with_autograd.network(job)
    batches = nn.Minibatches(nn.Dataset(job.inputs, job.targets), job.batch, shuffle=False)
    return nn.fit(model, "mse", batches, nn.SGD(model.parameters(), lr=job.rate), 2, progress=False).batch_loss


def eager_gradient(job, x, y):
    model = with_autograd.network(job)
    loss = sum((model(a) - b) ** 2 for a, (b,) in zip(x.tolist(), y.tolist(), strict=True)) / len(x)
    return loss.data, gradients(loss, model.parameters())


def flat(layers):
    return np.concatenate([np.ravel(p) for layer in layers for p in layer]).tolist()


# --- document 3's job -------------------------------------------------------------------------------------------------


def test_the_job_is_document_3s():
    job = problems.document_3()
    assert job.widths == (1, 64, 64, 1)
    assert (len(job.inputs), job.batch, job.rate) == (512, 128, deep_networks.RATE)
    assert job.theta.tolist() == [p.data for p in deep_networks.network().parameters()]
    assert np.array_equal(job.targets, nn.wave_truth(job.inputs))
    assert [x.shape for x, _ in job.batches()] == [(128, 1)] * job.steps_per_epoch == [(128, 1)] * 4


def test_layers_are_views_of_the_parameters_in_the_models_order(job):
    theta = np.arange(len(job.theta), dtype=float)
    layers = job.layers(theta)
    model = with_autograd.network(job)
    for p, x in zip(model.parameters(), theta.tolist(), strict=True):
        p.data = x
    for (w, b), layer in zip(layers, model.layers, strict=True):
        assert w.tolist() == [[v.data for v in row] for row in layer.w]
        assert b.tolist() == [v.data for v in layer.b]
    layers[0][0][0, 0] = -7.0
    assert theta[0] == -7.0


@pytest.mark.parametrize("index", [0, -1])
def test_the_derivatives_by_hand_are_right(job, index):
    x, y = job.batches()[index]
    loss, gradient = eager_gradient(job, x, y)
    for of_hand in (by_hand.Fit(job).gradient, lambda x, y: by_hand.network_gradient(job.layers(), x, y)):
        found, layers = of_hand(x, y)
        assert found == pytest.approx(loss, **close)
        assert flat(layers) == pytest.approx(gradient, **close)
    found, slope = by_hand.FitInPlace(job).gradient(x, y)
    assert found == pytest.approx(loss, **close)
    assert slope.tolist() == pytest.approx(gradient, **close)


@pytest.mark.parametrize("widths", [(1, 6, 1), (2, 3, 4, 5, 2)])
def test_the_derivatives_by_hand_are_right_at_any_depth(widths):
    job = problems.one_batch(widths, 7)
    model = with_autograd.network(job)
    ((x, y),) = job.batches()
    total = Value(0.0)
    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        outputs = model(a)
        for output, target in zip(outputs if isinstance(outputs, list) else [outputs], b, strict=True):
            total = total + (output - target) ** 2
    loss, layers = by_hand.network_gradient(job.layers(), x, y)
    assert loss == pytest.approx(total.data / 7, **close)
    assert flat(layers) == pytest.approx([g / 7 for g in gradients(total, model.parameters())], **close)


@needs["torch"]
def test_pytorchs_gradient_is_the_same(job):
    x, y = job.batches()[0]
    loss, gradient = eager_gradient(job, x, y)
    found, slopes = torch().network_gradient(job)()
    assert found == pytest.approx(loss, **close)
    assert np.concatenate([s.numpy().ravel() for s in slopes]).tolist() == pytest.approx(gradient, **close)


TRAINERS = {
    "by hand": lambda job: by_hand.Fit(job),
    "by hand, out=": lambda job: by_hand.FitInPlace(job),
    "PyTorch, sliced": pytest.param(lambda job: torch().Fit(job, loader=False), marks=needs["torch"]),
    "PyTorch, DataLoader": pytest.param(lambda job: torch().Fit(job, loader=True), marks=needs["torch"]),
    "JAX, a step": pytest.param(lambda job: jax().Fit(job), marks=needs["jax"]),
}


@pytest.mark.parametrize("make", TRAINERS.values(), ids=TRAINERS)
def test_everyone_trains_as_nn_does(make, job, eager_losses):
    trainer = make(job)
    trainer.epochs(2)
    assert trainer.losses == pytest.approx(eager_losses, **close)


@needs["jax"]
def test_jaxs_whole_loop_trains_as_nn_does():
    job = problems.document_3(samples=16, width=5, batch=8)  # a scan needs batches of one size
    step, loop = jax().Fit(job), jax().FitInOne(job, epochs=3)
    step.epochs(3)
    loop.epochs(3)
    assert loop.losses == pytest.approx(step.losses, **close)
    assert len(loop.losses) == 6


@pytest.mark.parametrize("make", TRAINERS.values(), ids=TRAINERS)
def test_in_float32_everyone_computes_in_float32(make, job, eager_losses):
    trainer = make(job.in_float32())
    trainer.epochs(1)
    expected = eager_losses[: job.steps_per_epoch]
    assert trainer.losses == pytest.approx(expected, rel=1e-3)
    assert trainer.losses != pytest.approx(expected, rel=1e-10)


# --- two moons --------------------------------------------------------------------------------------------------------

SEPARATORS = {
    "by hand": lambda moons: by_hand.Separate(moons),
    "by hand, out=": lambda moons: by_hand.SeparateInPlace(moons),
    "PyTorch": pytest.param(lambda moons: torch().Separate(moons), marks=needs["torch"]),
    "JAX": pytest.param(lambda moons: jax().Separate(moons), marks=needs["jax"]),
}


@pytest.mark.parametrize("make", SEPARATORS.values(), ids=SEPARATORS)
def test_everyone_separates_the_moons_as_the_scalar_code_does(make):
    training, trainer = Training(Value, samples=8), make(problems.two_moons(8))
    trainer.steps(5)
    assert trainer.losses == pytest.approx([training.step() for _ in range(5)], **close)
    assert len(set(trainer.losses)) == 5


# --- the simulation ---------------------------------------------------------------------------------------------------

SIMULATIONS = {
    "by hand": lambda steps: lambda *rates: by_hand.lotka_volterra_gradient(*rates, steps=steps),
    "PyTorch": pytest.param(
        lambda steps: lambda *rates: torch().lotka_volterra_gradient(*rates, steps=steps), marks=needs["torch"]
    ),
    "JAX": pytest.param(lambda steps: jax().lotka_volterra_program(steps), marks=needs["jax"]),
    "CasADi": pytest.param(lambda steps: casadi().lotka_volterra_program(steps), marks=needs["casadi"]),
}


@pytest.mark.parametrize("make", SIMULATIONS.values(), ids=SIMULATIONS)
def test_everyone_has_the_same_derivatives_of_the_simulation(make):
    steps = 60
    both = value_and_grad(lambda *rates: problems.lotka_volterra(*rates, steps=steps), argnums=(0, 1, 2, 3))
    expected, expected_slopes = both(*problems.PREDATION)
    value, slopes = make(steps)(*problems.PREDATION)
    assert value == pytest.approx(expected, **close)
    assert slopes == pytest.approx(list(expected_slopes), **close)


def test_the_simulation_goes_round_and_stays_finite():
    losses = [problems.lotka_volterra(*problems.PREDATION, steps=steps) for steps in range(0, problems.STEPS + 1, 100)]
    assert losses[0] == 34.0  # (10 − 5)² + (5 − 2)²
    assert max(losses) < 1e4
    assert any(a > b for a, b in pairwise(losses))
    assert any(a < b for a, b in pairwise(losses))
