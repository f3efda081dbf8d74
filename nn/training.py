"""fit, the training loop, and the error that it raises when numbers overflow."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, Protocol

import numpy as np

from autograd import NonFiniteError, Value, no_grad

from .callbacks import Callback, Epoch, History, Progress, display
from .checks import Seed, finite, whole
from .data import Dataset, Minibatches, dataset
from .execution import Compiled, Eager, engine, one_thread_if_small
from .losses import Loss
from .losses import loss as loss_for
from .module import Module
from .optimisers import Optimiser, Vector
from .state import State


class Model(Protocol):
    """What can be trained: a `Module`, or anything else with parameters that takes one sample."""

    def __call__(self, x: Any, /) -> Any:
        """The output for one sample."""
        ...

    def parameters(self) -> list[Value]:
        """All that can be trained."""
        ...


def fit(
    model: Model,
    loss: Any,
    data: Any,
    optimiser: Optimiser,
    epochs: int,
    *,
    batch_size: int | None = None,
    shuffle: bool = True,
    seed: Seed = 0,
    validation: Any = None,
    penalty: Callable[[Any], Any] | None = None,
    callbacks: Iterable[Callable[[Epoch], Any]] = (),
    progress: bool | None = None,
    compiled: bool | None = None,
) -> History:
    """Train a model: ``epochs`` times through the data, with a step of the optimiser after every batch.

    - ``loss``: a loss or its name, or a function of the predictions and the targets of a batch.
    - ``data``: a `Dataset` or a pair (inputs, targets) of arrays, lists or data frames; or `Minibatches`. Targets that
      are labels become numbers (see `Dataset`), and the model remembers the labels in ``model.classes``.
    - ``batch_size``: how many samples make a step; all, if you don't say. Then ``shuffle`` says whether they come in a
      new order each epoch, and ``seed`` which.
    - ``optimiser``: it has the parameters that are to move. What it is not given stays as it is.
    - ``validation``: a data set whose loss is taken after every epoch.
    - ``penalty``: a function of the model that is added to the training loss, such as ``L2(1e-4)``.
    - ``callbacks``: functions of an `Epoch`, called after each one; see also `Callback` and `EarlyStopping`.
    - ``progress``: whether to show it. If you don't say, it is shown where standard error is a terminal.
    - ``compiled``: whether the training is compiled (see `autograd.compile`), which makes it tens to thousands of times
      as fast, and as exact. If you don't say, it is where that pays and can be done: the loss is one of nn's, and the
      model takes no decision by its numbers. The parameters then hold what they are at the end of the training, or, if
      there are callbacks, of each epoch. What callbacks or others change on the way (attributes of the model, layers,
      a number that the loss or the penalty finds in a closure or a global variable) is noticed, and recorded again.

    The training loss of a batch is that before the step that it leads to. Everything is looked at before the training
    starts. If a loss, a gradient or a step is not finite, `DivergedError` tells where, and the model has the last
    parameters for which all was well. Ctrl-C ends the training after the last complete step, and ``fit`` returns as
    usual.

    >>> from nn import MLP, SGD, fit, xor
    >>> model = MLP(2, [4, 1], hidden="tanh", seed=1)
    >>> history = fit(model, "log_loss_from_logits", xor(), SGD(model.parameters(), lr=1.0), epochs=200)
    >>> [model(x).data > 0 for x, _ in xor()]
    [False, True, True, False]
    """
    if isinstance(data, Minibatches):
        if batch_size is not None:
            raise TypeError(
                f"the data come in batches already, {data!r}, so there is no batch_size={batch_size!r} to say"
            )
    else:
        data = dataset(data)
        if batch_size is not None:
            data = Minibatches(data, batch_size, seed=seed, shuffle=shuffle)
    return _Training(model, loss, data, optimiser, epochs, validation, penalty, callbacks, compiled).run(progress)


class _Training:
    """One call of `fit`: all that it was given, looked at, and where it stands."""

    def __init__(
        self,
        model: Model,
        loss: Any,
        data: Dataset | Minibatches,
        optimiser: Optimiser,
        epochs: int,
        validation: Any,
        penalty: Callable[[Any], Any] | None,
        callbacks: Iterable[Callable[[Epoch], Any]],
        compiled: bool | None,
    ) -> None:
        self.began = monotonic()
        self.model = model
        self.epochs = whole(epochs, "epochs")
        self.loss = loss_for(loss)
        everything_at_once = data.data if isinstance(data, Minibatches) else data
        self.batches: Minibatches | list[Dataset] = data if isinstance(data, Minibatches) else [data]
        self.validation = None if validation is None else dataset(validation, everything_at_once.classes)
        self.optimiser = optimiser
        if callable(callbacks):
            raise TypeError(f"callbacks are a list, even if there is just one: callbacks=[{callbacks!r}]")
        self.callbacks = list(callbacks)
        everything = _check_parameters(model, optimiser)
        _check_functions(penalty, self.callbacks)
        _rehearse(model, self.loss, everything_at_once, self.validation)
        if isinstance(model, Module) and isinstance(model.classes, tuple | None):  # else it means another thing by it
            model.classes = everything_at_once.classes
        self.eager = Eager(model, self.loss, penalty, everything, optimiser.parameters)
        self.everything_at_once, self.compiled = everything_at_once, compiled
        self.history = History()
        theta = optimiser.theta()
        self._choose(theta, self.epochs * len(everything_at_once))
        # Two moments to go back to: after the last complete step, and before it, where loss and gradient were finite.
        self.now = self.good = self._moment(theta)
        for callback in self.callbacks:
            if isinstance(callback, Callback):
                callback.begin(optimiser, self.history, self.validation is not None)

    def run(self, progress: bool | None) -> History:
        shown = display(progress, self.epochs)
        try:
            with one_thread_if_small(self._multiplications()):
                self.history.stopped = self._epochs(shown)
        except KeyboardInterrupt:
            self._go_back(self.now)
            self.history.stopped = "interrupted"
        finally:
            shown.close()
            if not self.written_back:
                self._write_back(self.now[0])
            self.history.seconds = monotonic() - self.began
        if self.history.stopped == "interrupted":
            print(f"interrupted after {self.optimiser.steps} steps; the model keeps what it learned", file=sys.stderr)
        for callback in self.callbacks:
            if isinstance(callback, Callback):
                callback.end(self.optimiser, self.history)
        return self.history

    def _multiplications(self) -> int:
        """How many a step takes, roughly: one for each parameter and sample."""
        samples = self.batches.size if isinstance(self.batches, Minibatches) else len(self.batches[0])
        return len(self.optimiser.parameters) * samples

    def _epochs(self, shown: Progress) -> str:
        for number in range(1, self.epochs + 1):
            epoch = self._epoch(number)
            shown.update(number, epoch.loss, epoch.validation_loss)
            for callback in self.callbacks:
                callback(epoch)
            if epoch.stopped:
                return epoch.stopped
        return "all epochs done"

    def _epoch(self, number: int) -> Epoch:
        losses, sizes, lr = [], [], 0.0
        theta = self._theta()
        self.now = self._moment(theta)
        try:
            for batch in self.batches:
                if self.every_step or self.steps.live:
                    theta = self._theta()
                loss, gradient = self.steps.loss_and_gradient(theta, batch)
                self.good = self.now  # as far as this batch can tell
                lr = self.optimiser.lr
                theta = self.optimiser.update(theta, gradient)
                if self.steps.live:
                    self.optimiser.put(theta)
                elif self.every_step:
                    self._write_back(theta)
                self.now = self._moment(theta)
                losses.append(loss)
                sizes.append(len(batch))
                self.seen += len(batch)
                self.history.batch_loss.append(loss)
        except NonFiniteError as error:
            i = len(losses) + 1
            raise self._diverged(error, number, i, f"batch {i} of {len(self.batches)}") from error
        if self.written_back and not self.every_step:
            self._write_back(theta)
        validation_loss = None
        if self.validation is not None:
            try:
                validation_loss = self.steps.loss(theta, self.validation)
            except NonFiniteError as error:
                raise self._diverged(error, number, len(losses), "the validation after it") from error
            self.history.validation_loss.append(validation_loss)
        whole_loss = (self.loss if isinstance(self.loss, Loss) else Loss()).of_batches(losses, sizes)
        self.history.loss.append(whole_loss)
        self.history.lr.append(lr)
        return Epoch(number, self.epochs, whole_loss, validation_loss, self.model, self.optimiser, self.history)

    def _choose(self, theta: Vector, samples: int) -> None:
        """How to go on: compiled or not, and who may change something on the way."""
        self.steps = engine(self.eager, self.everything_at_once, samples, theta, self.compiled)
        self.history.compiled = not self.steps.live
        self.seen = 0
        self.every_step, self.written_back = False, self.steps.live or bool(self.callbacks)
        """Whether there is something to be noticed at every step; and whether the parameters hold their numbers after
        every epoch. At the end of the training they do anyway."""
        if isinstance(self.steps, Compiled):
            own = {"the optimiser": self.optimiser, "the batches": self.batches, "the history": self.history}
            assert self.steps.state is not None
            self.every_step = State(own, but=self.optimiser.parameters).may_change(self.steps.state)
            self.written_back = self.written_back or self.every_step
            if not self.written_back:
                self.steps.state = None

    def _theta(self) -> Vector:
        """The parameters' numbers, after a look whether somebody has changed the model, the loss or the penalty, so
        that a program is no longer one of them. Callbacks may do so after every epoch, and the schedule of a learning
        rate, say, at every step. Then they are recorded again; or, if that has not paid, trained eagerly from here.
        """
        if not self.written_back:
            return self.now[0]
        theta = self.optimiser.theta()
        if isinstance(self.steps, Compiled) and not self.steps.still_holds(theta, self.everything_at_once):
            self._choose(theta, self.seen)
        return theta

    def _write_back(self, theta: Vector) -> None:
        if isinstance(self.steps, Compiled):
            self.optimiser.put(theta)
            self.steps.put_gradient()

    def _diverged(self, error: NonFiniteError, number: int, i: int, where: str) -> DivergedError:
        """The error to raise, with the model back where all was well."""
        moved = not np.array_equal(self.good[0], self.now[0])
        self._go_back(self.good)
        self.history.stopped = f"diverged in epoch {number}"
        if moved:
            loss = self.history.batch_loss[-1]
            kept = f"The parameters are again those before the last step, with the loss {loss!r}"
        else:
            kept = "The parameters were left as they are"
        return DivergedError(
            f"training stopped in epoch {number}, {where}: {error}. {kept}. "
            f"If the loss was growing, try a learning rate below {self.optimiser.lr!r}, or clip the gradient.",
            cause=error,
            epoch=number,
            batch=i,
            history=self.history,
        )

    def _moment(self, theta: Vector) -> tuple[Vector, dict[str, Any]]:
        return theta, self.optimiser.state_dict()

    def _go_back(self, moment: tuple[Vector, dict[str, Any]]) -> None:
        self.now = moment
        theta, state = moment
        self.optimiser.put(theta)
        self.optimiser.load_state_dict(state)


def _check_parameters(model: Model, optimiser: Optimiser) -> list[Value]:
    """All parameters of the model, after a look that they are what the optimiser moves."""
    if not callable(model) or not hasattr(model, "parameters"):
        raise TypeError(f"a model takes one sample and has parameters(), and {model!r} does not")
    if not isinstance(optimiser, Optimiser):
        raise TypeError(
            f"an optimiser is made for the parameters that it moves, as in SGD(model.parameters(), lr=0.1), "
            f"and this is {optimiser!r}"
        )
    _ = optimiser.lr  # a schedule tells its first rate, or what is wrong with it
    everything = list(model.parameters())
    mine = set(everything)
    strange = sum(parameter not in mine for parameter in optimiser.parameters)
    if strange:
        raise ValueError(
            f"{strange} of the {len(optimiser.parameters)} parameters that the optimiser moves are not the model's: "
            f"make it with {type(optimiser).__name__}(model.parameters(), …) for this very model"
        )
    for i, parameter in enumerate(everything):
        finite(parameter.data, f"parameter {parameter.label or i} of the model")
    return everything


def _check_functions(penalty: Any, callbacks: Sequence[Any]) -> None:
    if penalty is not None and not callable(penalty):
        raise TypeError(f"a penalty is a function of the model, such as L2(1e-4), and not {penalty!r}")
    for callback in callbacks:
        if not callable(callback) or isinstance(callback, type):
            raise TypeError(f"a callback is a function of an Epoch, and not {callback!r}")


def _rehearse(model: Model, loss: Any, data: Dataset, validation: Dataset | None) -> None:
    """One sample through the model, so that what does not fit is found before anything moves."""
    output: Any = None
    with no_grad(), suppress(NonFiniteError):  # which the training explains better
        output = model(data.inputs[0].tolist())
        outputs = list(output) if isinstance(output, Sequence | np.ndarray) else [output]
        if not any(isinstance(y, Value) for y in outputs):
            raise TypeError(
                f"the model returned {output!r} for the first sample, and must return a Value or a list of Values, "
                f"computed from its parameters"
            )
    for part, name in (data, "training"), (validation, "validation"):
        if part is None:
            continue
        if part.width != data.width:
            raise ValueError(
                f"inputs of the {name} data have the width {part.width}, and those of the training data {data.width}"
            )
        if output is not None and isinstance(loss, Loss):
            loss.check(part.targets, len(output) if isinstance(output, Sequence | np.ndarray) else 1)


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
