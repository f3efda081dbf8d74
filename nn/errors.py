"""The errors of training and of files."""

from __future__ import annotations

from typing import Any

from autograd import NonFiniteError

from .history import History


class DivergedError(NonFiniteError):
    """A loss, a gradient or a step was not finite, and the training stopped there.

    The model has the last parameters whose loss and gradient were finite. ``epoch`` and ``batch`` count from 1, and
    ``history`` is what there is of it; ``primitive`` and ``operands`` are as in `NonFiniteError`.

    >>> from nn import DivergedError, Neuron, SGD, fit
    >>> model = Neuron(1, weights=1.0)
    >>> try:
    ...     fit(model, "mse", ([1.0, 2.0], [1.0, -1.0]), SGD(model.parameters(), lr=1e200), epochs=10)
    ... except DivergedError as error:
    ...     error.epoch, model.w[0].data
    (2, 1.0)
    """

    def __init__(self, message: str, *, cause: NonFiniteError, epoch: int, batch: int, history: History) -> None:
        super().__init__(message, primitive=cause.primitive, operands=cause.operands)
        self.epoch = epoch
        self.batch = batch
        self.history = history

    def __reduce__(self) -> tuple[Any, ...]:
        cause = NonFiniteError("", primitive=self.primitive, operands=self.operands)
        return _diverged, (str(self), cause, self.epoch, self.batch, self.history)


def _diverged(message: str, cause: NonFiniteError, epoch: int, batch: int, history: History) -> DivergedError:
    return DivergedError(message, cause=cause, epoch=epoch, batch=batch, history=history)


class ModelFileError(ValueError):
    """A file holds no model, or not the one that was asked for.

    >>> from nn import ModelFileError, load
    >>> issubclass(ModelFileError, ValueError)
    True
    """
