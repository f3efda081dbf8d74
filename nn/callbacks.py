"""What `fit` reports: the `History` that it returns, the `Epoch` that it gives to callbacks, and what it displays."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib import import_module
from math import inf
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import known, not_negative, whole
from .optimisers import Optimiser

_LINES = 20  # at most, however many epochs there are


@dataclass
class History:
    """The course of a training, epoch by epoch. It grows during the training.

    >>> from nn import History
    >>> History(loss=[4.0, 1.0], seconds=0.5, stopped="all epochs done")
    History(2 epochs in 0.5 s, loss 4.0 → 1.0, stopped: all epochs done)
    """

    loss: list[float] = field(default_factory=list)
    """The training loss of each epoch, with the penalty, over all batches. The loss of a batch is computed before the
    step that it leads to: with one batch in an epoch, ``loss[0]`` is the loss before the training."""
    validation_loss: list[float] = field(default_factory=list)
    """The loss on the validation data *after* the last step of each epoch, without the penalty; empty if there are no
    validation data."""
    batch_loss: list[float] = field(default_factory=list)
    """The loss of every batch in every epoch, before its step."""
    lr: list[float] = field(default_factory=list)
    """The learning rate of the last step of each epoch."""
    seconds: float = 0.0
    """The duration, with compilation."""
    compiled: bool = False
    """Whether the training was compiled."""
    stopped: str = ""
    """Why the training ended: ``all epochs done``, ``interrupted``, or the reason that a callback gave."""

    @property
    def epochs(self) -> int:
        """The number of completed epochs.

        >>> from nn import History
        >>> History(loss=[4.0, 1.0]).epochs
        2
        """
        return len(self.loss)

    def __repr__(self) -> str:
        if not self.loss:
            return f"History(no epoch completed, stopped: {self.stopped})"
        validation = f", validation loss {self.validation_loss[-1]:.6}" if self.validation_loss else ""
        return (
            f"History({self.epochs} epoch{'s' * (self.epochs != 1)} in {self.seconds:.1f} s, "
            f"loss {self.loss[0]:.6} → {self.loss[-1]:.6}{validation}, stopped: {self.stopped})"
        )


@dataclass
class Epoch:
    """The state of a training after an epoch: what callbacks are called with.

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
    """The number of epochs that `fit` was asked for."""
    loss: float
    """The training loss: see `History.loss`."""
    validation_loss: float | None
    """The validation loss after the epoch; None if there are no validation data."""
    model: Any
    optimiser: Optimiser
    history: History
    stopped: str = field(default="", init=False)

    def stop(self, reason: str) -> None:
        """Stop the training after this epoch.

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
    """A callback that is also called when a training begins and ends.

    >>> from nn import Callback
    >>> class Record(Callback):
    ...     def begin(self, optimiser, history, has_validation):
    ...         self.losses = []
    ...     def __call__(self, epoch):
    ...         self.losses.append(epoch.loss)
    """

    def begin(self, optimiser: Optimiser, history: History, has_validation: bool) -> None:
        """Called before the first epoch. An error raised here stops the training before it starts."""

    def __call__(self, epoch: Epoch) -> None:
        """Called after each epoch."""

    def end(self, optimiser: Optimiser, history: History) -> None:
        """Called after the last epoch, even if the training was stopped early, but not after an error."""


class EarlyStopping(Callback):
    """Stop the training when the loss has not fallen by more than ``min_delta`` for ``patience`` epochs, and restore
    the parameters of the best epoch, unless ``restore_best=False``.

    It watches the validation loss or, with ``watch="loss"``, the training loss. The training loss belongs to the
    parameters before the steps of an epoch.

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
        """The loss of the best epoch. A loss that is lower by ``min_delta`` or less does not replace it."""
        self.best_epoch = 0
        """The number of that epoch, counted from 1."""
        self._theta: NDArray[np.float64] | None = None  # the parameters that have the loss ``best``
        self._before: NDArray[np.float64] | None = None  # the parameters before this epoch's steps

    def begin(self, optimiser: Optimiser, history: History, has_validation: bool) -> None:
        """Reset, and check that there is a loss to watch."""
        if self.watch == "validation_loss" and not has_validation:
            raise ValueError(
                "early stopping watches the validation loss, and there are no validation data: give fit "
                "validation=…, or EarlyStopping watch='loss'"
            )
        self.best, self.best_epoch = inf, 0
        self._theta, self._before = None, optimiser.theta()

    def __call__(self, epoch: Epoch) -> None:
        """Keep the parameters if they are the best so far; stop after ``patience`` epochs without better ones."""
        after = epoch.optimiser.theta()
        loss, theta = (epoch.loss, self._before) if self.watch == "loss" else (epoch.validation_loss, after)
        self._before = after
        assert loss is not None  # `begin` has checked this
        if loss < self.best - self.min_delta:
            self.best, self.best_epoch, self._theta = loss, epoch.number, theta
        elif epoch.number - self.best_epoch >= self.patience:
            epoch.stop(f"no lower {self.watch.replace('_', ' ')} for {self.patience} epochs")

    def end(self, optimiser: Optimiser, history: History) -> None:
        """Restore the best parameters."""
        if self.restore_best and self._theta is not None:
            optimiser.put(self._theta)


class Progress:
    """A display that shows nothing; the base class of the others."""

    def update(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        """Called after an epoch."""

    def close(self) -> None:
        """Called at the end."""


class Bar(Progress):
    """A bar with the losses and the remaining time."""

    def __init__(self, tqdm: Any, epochs: int) -> None:
        self._bar = tqdm(total=epochs, unit="epoch", file=sys.stderr, dynamic_ncols=True)

    def update(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        """Called after an epoch."""
        self._bar.set_postfix_str(_losses(loss, validation_loss), refresh=False)
        self._bar.update(1)

    def close(self) -> None:
        """Called at the end."""
        self._bar.close()


class Lines(Progress):
    """Lines with the losses and the remaining time, at most 20 in a training."""

    def __init__(self, epochs: int) -> None:
        self._epochs, self._began = epochs, monotonic()

    def update(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        """Called after an epoch."""
        if epoch * _LINES // self._epochs == (epoch - 1) * _LINES // self._epochs:
            return
        seconds = (monotonic() - self._began) / epoch * (self._epochs - epoch)
        minutes, rest = divmod(round(seconds), 60)
        print(
            f"epoch {epoch}/{self._epochs}  {_losses(loss, validation_loss)}  {minutes}:{rest:02} left",
            file=sys.stderr,
            flush=True,
        )


def _losses(loss: float, validation_loss: float | None) -> str:
    return f"loss {loss:.4g}" + ("" if validation_loss is None else f", validation {validation_loss:.4g}")


def display(wanted: bool | None, epochs: int) -> Progress:
    """The display for a training. ``wanted`` is whether to show one; None means if standard error is a terminal."""
    if wanted is None:
        wanted = sys.stderr is not None and sys.stderr.isatty()
    if not wanted:
        return Progress()
    try:
        tqdm = import_module("tqdm").tqdm
    except ImportError:
        return Lines(epochs)
    return Bar(tqdm, epochs)
