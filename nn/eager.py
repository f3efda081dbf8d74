"""The loss of a batch and its gradient, the plain way: a graph is recorded for every batch, and walked back.

compiled.py has the fast way.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from autograd import NonFiniteError, Value, no_grad

from .data import Dataset
from .losses import Loss
from .optimiser import Vector
from .state import State


class Eager:
    """What `fit` needs to know of a model: its loss on a batch, and the gradient of that."""

    live = True
    """Whether the parameters have to hold their numbers at every step."""

    def __init__(
        self,
        model: Callable[[Any], Any],
        loss: Callable[[Any, Any], Any],
        penalty: Callable[[Any], Any] | None,
        everything: list[Value],
        wrt: list[Value],
    ) -> None:
        """``everything`` is all parameters of the model, and ``wrt`` those that the gradient is asked for."""
        self.model = model
        self.loss_function = loss
        self.penalty = penalty
        self._everything = everything
        self.wrt = wrt

    def state(self) -> State:
        """What the loss depends on beside the parameters' numbers and the batch."""
        things = {"the model": self.model, "the loss": self.loss_function, "the penalty": self.penalty}
        return State({**things, "the optimiser's parameters": self.wrt})

    def hold(self, theta: Vector) -> None:
        """Have the parameters hold these numbers."""
        for parameter, x in zip(self.wrt, theta.tolist(), strict=True):
            parameter.data = x

    def loss(self, theta: Vector, batch: Dataset) -> float:
        """The loss on a batch, without penalty, where the parameters hold ``theta``."""
        with no_grad():
            return _finite(self._recorded(batch))

    def loss_and_gradient(self, theta: Vector, batch: Dataset) -> tuple[float, Vector]:
        """The loss on a batch, with the penalty, and its gradient, where the parameters hold ``theta``."""
        loss = self._recorded(batch)
        if self.penalty is not None:
            loss = loss + self.penalty(self.model)
        number = _finite(loss)
        for parameter in (*self._everything, *self.wrt):  # a callback may have given the optimiser others
            parameter.grad = 0.0
        loss.backward()
        return number, np.array([parameter.grad for parameter in self.wrt])

    def _recorded(self, batch: Dataset) -> Any:
        predictions: list[Any] = []
        targets = batch.targets.tolist()
        try:
            for x in batch.inputs.tolist():
                predictions.append(self.model(x))
        except NonFiniteError as error:
            raise _at(batch, len(predictions), error) from error
        try:
            return self.loss_function(predictions, targets)
        except NonFiniteError as error:
            if isinstance(self.loss_function, Loss):
                for i, (prediction, target) in enumerate(zip(predictions, targets, strict=True)):
                    try:
                        self.loss_function.of_sample(prediction, target)
                    except NonFiniteError:
                        raise _at(batch, i, error) from error
            raise


def _at(batch: Dataset, i: int, error: NonFiniteError) -> NonFiniteError:
    """The same error with the number of the sample."""
    message = f"at sample {batch.indices[i]} of the data: {error}"
    return NonFiniteError(message, primitive=error.primitive, operands=error.operands)


def _finite(loss: Any) -> float:
    if not isinstance(loss, Value):
        raise TypeError(
            f"the loss is {loss!r} of type {type(loss).__name__}, and must be one Value, computed from the model's "
            f"parameters; .data drops out of the graph, and so does what is computed from it"
        )
    if not isfinite(loss.data):
        raise NonFiniteError(f"the loss is {loss.data!r}")
    return loss.data
