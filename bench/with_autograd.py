"""This project: the losses are written for one sample and its scalars, and compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any

import autograd
from autograd import Value
from nn import MLP, SGD, Dataset, Minibatches, fit

from .moons import Training, rate_of_step
from .problems import STEPS, Job, lotka_volterra


def network(job: Job) -> MLP:
    """The job's network, with its numbers."""
    model = MLP(job.widths[0], list(job.widths[1:]), hidden="sigmoid")
    for parameter, x in zip(model.parameters(), job.theta.tolist(), strict=True):
        parameter.data = x
    return model


def squared_error(model: MLP) -> Callable[[Any, Any], Any]:
    """The mean of the squared errors of a batch, from that of a sample."""

    def of_sample(x: Any, t: Any) -> Any:
        return (model(x) - t[0]) ** 2

    def loss(inputs: Any, targets: Any) -> Any:
        return autograd.mean(autograd.vmap(of_sample)(inputs, targets))

    return loss


def gradient_program(model: MLP, dtype: str = "float64") -> Any:
    """What returns loss and gradient for θ, inputs and targets."""
    gradient = autograd.value_and_grad(squared_error(model))
    return autograd.compile(gradient, parameters=model.parameters(), dtype=dtype)


class Fit:
    """Document 3's job in a loop of one's own around the compiled loss and gradient."""

    def __init__(self, job: Job) -> None:
        self.program = gradient_program(network(job), str(job.theta.dtype))
        self.theta = job.theta.copy()
        self.batches, self.rate = job.batches(), job.rate
        self.losses: list[float] = []

    def epochs(self, n: int) -> None:
        for _ in range(n):
            for x, y in self.batches:
                loss, slope = self.program(self.theta, x, y)
                self.theta -= self.rate * slope
                self.losses.append(float(loss))


class Fitted:
    """Document 3's job by nn.fit, which goes on from where the model stands. ``began`` is when its first epoch did,
    with everything compiled.
    """

    def __init__(self, job: Job) -> None:
        self.model, self.batches, self.rate = network(job), _Marked(job), job.rate
        self.losses: list[float] = []

    @property
    def began(self) -> float:
        return self.batches.began

    def epochs(self, n: int) -> None:
        self.batches.began = 0.0
        optimiser = SGD(self.model.parameters(), lr=self.rate)
        self.losses += fit(self.model, "mse", self.batches, optimiser, n, progress=False, compiled=True).batch_loss


class _Marked(Minibatches):
    """The job's batches, which know when they were first asked for."""

    def __init__(self, job: Job) -> None:
        super().__init__(Dataset(job.inputs, job.targets), job.batch, shuffle=False)
        self.began = 0.0

    def __iter__(self) -> Iterator[Dataset]:
        self.began = self.began or perf_counter()
        return super().__iter__()


class Separate:
    """Two moons: the code for micrograd, compiled as it stands."""

    def __init__(self, samples: int = 100) -> None:
        training = Training(Value, samples=samples)
        self.program = autograd.compile(autograd.value_and_grad(training.loss), parameters=training.model.parameters())
        self.theta = self.program.theta()
        self.losses: list[float] = []

    def steps(self, n: int) -> None:
        for _ in range(n):
            loss, slope = self.program(self.theta)
            self.theta -= rate_of_step(len(self.losses)) * slope
            self.losses.append(float(loss))


def lotka_volterra_eagerly(*rates: float, steps: int = STEPS) -> tuple[float, Sequence[float]]:
    return _gradient_of_simulation(steps)(*rates)


def lotka_volterra_program(steps: int = STEPS) -> Callable[..., tuple[float, Sequence[float]]]:
    return autograd.compile(_gradient_of_simulation(steps))


def _gradient_of_simulation(steps: int) -> Callable[..., tuple[float, Sequence[float]]]:
    def loss(alpha: Any, beta: Any, gamma: Any, delta: Any) -> Any:
        return lotka_volterra(alpha, beta, gamma, delta, steps)

    return autograd.value_and_grad(loss, argnums=(0, 1, 2, 3))
