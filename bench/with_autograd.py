"""This project: the losses are written for one sample and its scalars, and compiled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import autograd
from autograd import Value
from nn import MLP, SGD, Dataset, History, Minibatches, fit

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
    """Document 3's job by nn.fit, for so many epochs in all. It is held before an epoch that was not asked for yet."""

    def __init__(self, job: Job, epochs: int) -> None:
        self.losses: list[float] = []
        self._asked, self._done = threading.Semaphore(0), threading.Semaphore(0)
        self._error: BaseException | None = None
        batches = _Held(job, self._before_epoch)
        self._thread = threading.Thread(target=self._run, args=(job, batches, epochs), daemon=True)
        self._left = 0

    def epochs(self, n: int) -> None:
        self._left = n
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._asked.release()
        self._done.acquire()
        if self._error:
            raise self._error

    def _run(self, job: Job, batches: Minibatches, epochs: int) -> None:
        try:
            self.losses = whole_job(job, epochs, batches).batch_loss
        except BaseException as error:
            self._error = error
        self._done.release()

    def _before_epoch(self) -> None:
        if self._left == 0:
            self._done.release()
            self._asked.acquire()
        self._left -= 1


class _Held(Minibatches):
    """Batches that have something done before they are handed out."""

    def __init__(self, job: Job, before_epoch: Callable[[], None]) -> None:
        super().__init__(Dataset(job.inputs, job.targets), job.batch, shuffle=False)
        self._before_epoch = before_epoch

    def __iter__(self) -> Iterator[Dataset]:
        self._before_epoch()
        return super().__iter__()


def whole_job(job: Job, epochs: int, batches: Minibatches | None = None) -> History:
    """The job as a user of nn gives it."""
    model = network(job)
    if batches is None:
        batches = Minibatches(Dataset(job.inputs, job.targets), job.batch, shuffle=False)
    return fit(model, "mse", batches, SGD(model.parameters(), lr=job.rate), epochs, progress=False, compiled=True)


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
