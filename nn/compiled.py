"""The loss of a batch and its gradient, the fast way: recorded for one sample, and run as matrix products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import FrozenError, NonFiniteError

from .data import Dataset
from .eager import Eager
from .losses import Loss
from .optimiser import Vector
from .state import State

_SAMPLES = 4  # for a look whether the program computes what the model does
WORTH_IT = 64  # samples to go through, all epochs together: below that a recording does not pay
_FRACTION = {"mean": 1.0, "half_mean": 0.5}


class Compiled:
    """What `Eager` is, and as exact; only faster. It is for the model, the loss and the penalty as they are now."""

    live = False
    """Whether the parameters have to hold their numbers at every step."""

    def __init__(self, eager: Eager, state: State) -> None:
        self._eager = eager
        self.state: State | None = state
        """What it is a program of; None where nobody can change that."""
        self.gradient: Vector | None = None
        """The one that was asked for last."""
        objective = autograd.value_and_grad(self._objective(eager.penalty))
        self._training = autograd.compile(objective, parameters=eager.wrt)
        self._value = autograd.compile(self._objective(None), parameters=eager.wrt)

    def _objective(self, penalty: Callable[[Any], Any] | None) -> Callable[[Any, Any], Any]:
        model, loss = self._eager.model, self._eager.loss_function

        def of_batch(inputs: Any, targets: Any) -> Any:
            if isinstance(loss, Loss) and type(loss).__call__ is Loss.__call__:
                total = self._reduced(
                    loss, autograd.vmap(lambda x, t: loss.of_sample(model(_listed(x)), _listed(t)))(inputs, targets)
                )
            else:  # a loss of all predictions, whatever that is: written out, sample by sample
                total = loss([model(_listed(x)) for x in inputs], list(map(_listed, targets)))
            return total if penalty is None else total + penalty(model)

        return of_batch

    def _reduced(self, loss: Loss, samples: Any) -> Any:
        if loss.reduction == "sum":
            return autograd.sum(samples)
        return _FRACTION[loss.reduction] * autograd.mean(samples)

    def loss(self, theta: Vector, batch: Dataset) -> float:
        """The loss on a batch, without penalty."""
        try:
            return float(self._value(theta, batch.inputs, batch.targets))
        except NonFiniteError:  # eager knows the sample
            self._eager.hold(theta)
            return self._eager.loss(theta, batch)

    def loss_and_gradient(self, theta: Vector, batch: Dataset) -> tuple[float, Vector]:
        """The loss on a batch, with the penalty, and its gradient."""
        try:
            value, gradient = self._training(theta, batch.inputs, batch.targets)
        except NonFiniteError:
            self._eager.hold(theta)
            return self._eager.loss_and_gradient(theta, batch)
        self.gradient = gradient
        return value, gradient

    def put_gradient(self) -> None:
        """Have the parameters hold the gradient that was asked for last, as after a backward pass."""
        if self.gradient is not None:
            for parameter, x in zip(self._eager.wrt, self.gradient.tolist(), strict=True):
                parameter.grad = x

    def still_holds(self, theta: Vector, data: Dataset) -> bool:
        """Whether model, loss and penalty are what was recorded."""
        if self.state is None:
            return True
        return not self.state.changed() and not (self.state.opaque and not self.agrees(theta, data))

    def agrees(self, theta: Vector, data: Dataset) -> bool:
        """Whether it computes what the model does, on some samples: a model that draws random numbers, say, or counts
        its calls, is another one every time.
        """
        few = data[:_SAMPLES]
        self._eager.hold(theta)
        loss, gradient = self.loss_and_gradient(theta, few)
        same_loss, same_gradient = self._eager.loss_and_gradient(theta, few)
        scale = 1e-9 * max(1.0, float(np.max(np.abs(same_gradient))))
        return abs(loss - same_loss) <= 1e-9 * max(1.0, abs(same_loss)) and bool(
            np.all(np.abs(gradient - same_gradient) <= scale)
        )


def engine(eager: Eager, data: Dataset, samples: int, theta: Vector, compiled: bool | None) -> Eager | Compiled:
    """The way to train: compiled, if that is wanted or pays and can be done. To find out leaves no trace: what a model
    counts or draws when it is called is as it was.
    """
    if compiled is False or (compiled is None and (samples < WORTH_IT or not isinstance(eager.loss_function, Loss))):
        return eager
    state = eager.state()
    try:
        made = Compiled(eager, state)
        agrees = made.agrees(theta, data)
    except NonFiniteError:
        return eager if compiled is None else made
    except Exception:  # a model may do anything when it meets what stands for a number
        if compiled is None:
            return eager
        raise
    finally:
        changes = state.changed_by_itself()
        state.restore()
    if compiled and (changes or not agrees):
        why = (
            f"the model changes when it is called ({changes})"
            if changes
            else "the model gives other numbers every time that it is called with the same sample, as with random "
            "numbers of its own"
        )
        raise FrozenError(f"{why}; compiled=True would record one of its moods. Train it with compiled=False")
    return made if agrees and not changes else eager


def _listed(x: Any) -> Any:
    """A row as a list of numbers; a number as it is."""
    return x.tolist() if isinstance(x, np.ndarray) else x
