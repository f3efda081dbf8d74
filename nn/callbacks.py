"""What `fit` calls after each epoch: any function of an `Epoch`, or a `Callback`."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import known, not_negative, whole
from .history import History
from .optimiser import Optimiser


@dataclass
class Epoch:
    """Where a training stands after an epoch.

    >>> from nn import Neuron, SGD, fit
    >>> model = Neuron(1, weights=0.0)
    >>> show = lambda epoch: print(f"{epoch.number}/{epoch.of}: {epoch.loss:.3f}")
    >>> history = fit(model, "mse", ([1, 2], [2, 4]), SGD(model.parameters(), 0.1), 3, callbacks=[show])
    1/3: 10.000
    2/3: 1.060
    3/3: 0.173
    """

    number: int
    """Counted from 1."""
    of: int
    """How many there are to be."""
    loss: float
    """The training loss: see `History.loss`."""
    validation_loss: float | None
    """The validation loss after the epoch, or None where there are no validation data."""
    model: Any
    optimiser: Optimiser
    history: History
    stopped: str = field(default="", init=False)

    def stop(self, reason: str) -> None:
        """Make this epoch the last one.

        >>> from nn import Neuron, SGD, fit
        >>> def good_enough(epoch):
        ...     if epoch.loss < 0.1:
        ...         epoch.stop("good enough")
        >>> model = Neuron(1, weights=0.0)
        >>> fit(model, "mse", ([1, 2], [2, 4]), SGD(model.parameters(), 0.1), 1000, callbacks=[good_enough]).stopped
        'good enough'
        """
        self.stopped = reason


class Callback:
    """A function of an `Epoch` that also wants to know when a training begins and ends.

    >>> from nn import Callback
    >>> class Record(Callback):
    ...     def begin(self, optimiser, history, has_validation):
    ...         self.losses = []
    ...     def __call__(self, epoch):
    ...         self.losses.append(epoch.loss)
    """

    def begin(self, optimiser: Optimiser, history: History, has_validation: bool) -> None:
        """Before the first epoch; an error here stops the training before it starts."""

    def __call__(self, epoch: Epoch) -> None:
        """After each epoch."""

    def end(self, optimiser: Optimiser, history: History) -> None:
        """After the last epoch, however it came to be the last; but not after an error."""


class EarlyStopping(Callback):
    """Stop when the loss has not gone down by more than ``min_delta`` for ``patience`` epochs, and put back the
    parameters of the best epoch (unless ``restore_best=False``).

    It watches the validation loss or, with ``watch="loss"``, the training loss, which is that of the parameters before
    an epoch's steps.

    >>> from nn import EarlyStopping, MLP, Adam, fit, wave
    >>> model = MLP(1, [3, 1], hidden="tanh")
    >>> stopping = EarlyStopping(patience=5, min_delta=0.01)
    >>> history = fit(
    ...     model, "mse", wave(20, seed=0), Adam(model.parameters(), 0.1), 500,
    ...     validation=wave(10, seed=1), callbacks=[stopping],
    ... )
    >>> history.epochs < 500, history.epochs == stopping.best_epoch + 5
    (True, True)
    """

    def __init__(
        self, patience: int, *, min_delta: float = 0.0, watch: str = "validation_loss", restore_best: bool = True
    ) -> None:
        self.patience = whole(patience, "patience")
        self.min_delta = not_negative(min_delta, "min_delta")
        self.watch = known(watch, ("validation_loss", "loss"), "loss to watch")
        self.restore_best = restore_best
        self.best = inf
        """The lowest loss, as far as ``min_delta`` lets one call it lower."""
        self.best_epoch = 0
        """The epoch that had it, counted from 1."""
        self._theta: NDArray[np.float64] | None = None  # what that loss is the loss of
        self._before: NDArray[np.float64] | None = None  # the parameters before this epoch's steps

    def begin(self, optimiser: Optimiser, history: History, has_validation: bool) -> None:
        """Start afresh, if there is something to watch."""
        if self.watch == "validation_loss" and not has_validation:
            raise ValueError(
                "early stopping watches the validation loss, and there are no validation data: give fit a "
                "validation=…, or EarlyStopping a watch='loss'"
            )
        self.best, self.best_epoch = inf, 0
        self._theta, self._before = None, optimiser.theta()

    def __call__(self, epoch: Epoch) -> None:
        """Keep the parameters if they are the best so far; stop if they have not been for too long."""
        after = epoch.optimiser.theta()
        loss, theta = (epoch.loss, self._before) if self.watch == "loss" else (epoch.validation_loss, after)
        self._before = after
        assert loss is not None  # `begin` saw to it
        if loss < self.best - self.min_delta:
            self.best, self.best_epoch, self._theta = loss, epoch.number, theta
        elif epoch.number - self.best_epoch >= self.patience:
            epoch.stop(f"no lower {self.watch.replace('_', ' ')} for {self.patience} epochs")

    def end(self, optimiser: Optimiser, history: History) -> None:
        """Put the best parameters back."""
        if self.restore_best and self._theta is not None:
            optimiser.put(self._theta)
