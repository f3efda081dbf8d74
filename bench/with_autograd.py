"""This project: the losses are written for one sample and its scalars, and compiled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd import Value
from nn import MLP, SGD, Dataset, Epoch, History, Minibatches, fit

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
    """Document 3's job by nn.fit, which is held in a callback whenever it has done what was asked for."""

    def __init__(self, job: Job) -> None:
        self.losses: list[float] = []
        self._job = job
        self._wanted = 0
        self._begin, self._end = threading.Semaphore(0), threading.Semaphore(0)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def epochs(self, n: int) -> None:
        self._wanted = n
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._begin.release()
        self._end.acquire()
        if self._error:
            raise self._error

    def stop(self) -> None:
        """Let nn.fit come to its end."""
        self._wanted = 0
        self._begin.release()
        self._thread.join()

    def _run(self) -> None:
        try:
            whole_job(self._job, 1_000_000, self._after_epoch)
        except BaseException as error:
            self._error = error
        self._end.release()

    def _after_epoch(self, epoch: Epoch) -> None:
        self.losses += epoch.history.batch_loss[-self._job.steps_per_epoch :]
        self._wanted -= 1
        if self._wanted == 0:
            self._end.release()
            self._begin.acquire()
            if self._wanted == 0:
                epoch.stop("enough")


def whole_job(job: Job, epochs: int, *callbacks: Callable[[Epoch], Any]) -> History:
    """The job as a user of nn gives it."""
    model = network(job)
    batches = Minibatches(Dataset(job.inputs, job.targets), job.batch, shuffle=False)
    optimiser = SGD(model.parameters(), lr=job.rate)
    return fit(model, "mse", batches, optimiser, epochs, callbacks=callbacks, progress=False, compiled=True)


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
