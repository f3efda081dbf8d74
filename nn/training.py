"""`fit`, the training loop, and the error that it raises when the training diverges."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from copy import copy
from time import monotonic
from typing import Any, Protocol

import numpy as np

from autograd import NonFiniteError, Value, no_grad

from .callbacks import Callback, Epoch, History, Progress, display
from .checks import Seed, finite, whole
from .data import Dataset, Minibatches, check_classes, dataset, remembered
from .execution import Compiled, Eager, engine, one_thread_if_small
from .losses import Loss, check_labels
from .losses import loss as loss_for
from .module import Module
from .optimisers import Optimiser, Vector
from .state import State


class Model(Protocol):
    """What can be trained: a `Module`, or any other object with parameters that is called with one sample."""

    def __call__(self, x: Any, /) -> Any:
        """The output for one sample."""
        ...

    def parameters(self) -> list[Value]:
        """The parameters."""
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
    callbacks: Iterable[Callable[[Epoch], Any]] | None = None,
    progress: bool | None = None,
    compiled: bool | None = None,
) -> History:
    """Train a model for ``epochs`` epochs, with a step of the optimiser after every batch.

    - ``loss``: a loss, its name, or a function of the predictions and the targets of a batch.
    - ``data``: a `Dataset` or a pair (inputs, targets) of arrays, lists or data frames; or `Minibatches`. Targets that
      are labels are replaced by numbers (see `Dataset`), and ``model.classes`` is set to the labels; ``model.columns``
      is set to the names of the columns of a data frame. A model that has these already keeps them: other data must
      have labels and names that are among them. Set the two to None to train the model for other data.
    - ``batch_size``: the number of samples in a batch; by default, all samples are one batch. ``shuffle`` says whether
      each epoch has a new random order, which is drawn from ``seed``.
    - ``optimiser``: moves the parameters that it was made with. Other parameters of the model do not change.
    - ``validation``: a data set whose loss is computed after every epoch.
    - ``penalty``: a function of the model that is added to the training loss, such as ``L2(1e-4)``.
    - ``callbacks``: functions that are called with an `Epoch` after each epoch; see also `Callback` and
      `EarlyStopping`.
    - ``progress``: whether to show the progress; by default, if standard error is a terminal.
    - ``compiled``: whether to compile the training (see `autograd.compile`), which makes it tens to thousands of times
      faster with the same accuracy. By default it is compiled if that saves time and is possible: the loss is one of
      nn's, and no branch of the model depends on its numbers. The numbers of the parameters are then written back at
      the end of the training or, if there are callbacks, after each epoch. If something that the program depends on
      changes meanwhile (an attribute of the model, a layer, a number that the loss or the penalty reads from a closure
      or a global variable), it is recorded again.

    The training loss of a batch is computed before the step that it leads to. All arguments are checked before the
    training starts. If a loss, a gradient or a step is not finite, `fit` raises a `DivergedError`, and the model has
    the last parameters with a finite loss and gradient. Ctrl-C ends the training after the last complete step, and
    ``fit`` returns its history as usual.

    >>> from nn import MLP, SGD, fit, xor
    >>> model = MLP(2, [4, 1], hidden="tanh", seed=1)
    >>> history = fit(model, "log_loss_from_logits", xor(), SGD(model.parameters(), lr=1.0), epochs=200)
    >>> [model(x).data > 0 for x, _ in xor()]
    [False, True, True, False]
    """
    if isinstance(data, Minibatches):
        if batch_size is not None:
            raise TypeError(f"the data are in batches already, {data!r}: leave out batch_size={batch_size!r}")
        matched = _for_model(data.data, model)
        if matched is not data.data:  # otherwise the caller's own object, whatever it keeps while it is iterated over
            data = copy(data)
            data.data = matched
    else:
        data = _for_model(dataset(data), model)
        if batch_size is not None:
            data = Minibatches(data, batch_size, seed=seed, shuffle=shuffle)
    return _Training(model, loss, data, optimiser, epochs, validation, penalty, callbacks, compiled).run(progress)


class _Training:
    """One call of `fit`: its arguments, checked, and the state of the training."""

    def __init__(
        self,
        model: Model,
        loss: Any,
        data: Dataset | Minibatches,
        optimiser: Optimiser,
        epochs: int,
        validation: Any,
        penalty: Callable[[Any], Any] | None,
        callbacks: Iterable[Callable[[Epoch], Any]] | None,
        compiled: bool | None,
    ) -> None:
        self.began = monotonic()
        self.model = model
        self.epochs = whole(epochs, "epochs")
        self.loss = loss_for(loss)
        everything_at_once = data.data if isinstance(data, Minibatches) else data
        self.batches: Minibatches | list[Dataset] = data if isinstance(data, Minibatches) else [data]
        self.validation = (
            None
            if validation is None
            else dataset(validation).matched(everything_at_once.classes, everything_at_once.columns)
        )
        self.optimiser = optimiser
        if callable(callbacks):
            raise TypeError(f"callbacks must be a list, even with a single one: callbacks=[{callbacks!r}]")
        self.callbacks = list(callbacks or ())
        everything = _check_parameters(model, optimiser)
        _check_functions(penalty, self.callbacks)
        _rehearse(model, self.loss, everything_at_once, self.validation)
        for name in ("classes", "columns"):
            if isinstance(model, Module) and isinstance(
                getattr(model, name), tuple | None
            ):  # it may use the name itself
                setattr(model, name, getattr(everything_at_once, name))
        self.eager = Eager(model, self.loss, penalty, everything, optimiser.parameters)
        self.everything_at_once, self.compiled = everything_at_once, compiled
        self.history = History()
        theta = optimiser.theta()
        self._choose(theta, self.epochs * len(everything_at_once))
        # Two moments to return to: after the last complete step; and the last one with a finite loss and gradient.
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
            print(f"interrupted after {self.optimiser.steps} steps; the model keeps its parameters", file=sys.stderr)
        for callback in self.callbacks:
            if isinstance(callback, Callback):
                callback.end(self.optimiser, self.history)
        return self.history

    def _multiplications(self) -> int:
        """The approximate number of multiplications in a step: one for each parameter and sample."""
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
                self.good = self.now  # so this moment has a finite loss and gradient on this batch
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
        """Choose how to continue: compiled or eagerly, and what to check for changes at every step."""
        self.steps = engine(self.eager, self.everything_at_once, samples, theta, self.compiled)
        self.history.compiled = not self.steps.live
        self.seen = 0
        self.every_step, self.written_back = False, self.steps.live or bool(self.callbacks)
        """Whether to check for changes at every step; and whether to write the numbers back into the parameters after
        every epoch. At the end of the training they are always written back."""
        if isinstance(self.steps, Compiled):
            own = {"the optimiser": self.optimiser, "the batches": self.batches, "the history": self.history}
            assert self.steps.state is not None
            self.every_step = State(own, but=self.optimiser.parameters).may_change(self.steps.state)
            self.written_back = self.written_back or self.every_step
            if not self.written_back:
                self.steps.state = None

    def _theta(self) -> Vector:
        """The parameters' numbers, after a check whether the model, the loss or the penalty has changed since the
        program was recorded. A callback can change them after an epoch, and a schedule, for example, at any step. They
        are then recorded again or, if few samples remain, trained eagerly from here.
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
        """The error to raise, after the last parameters with a finite loss and gradient are restored."""
        moved = not np.array_equal(self.good[0], self.now[0])
        self._go_back(self.good)
        self.history.stopped = f"diverged in epoch {number}"
        if moved:
            loss = self.history.batch_loss[-1]
            kept = f"The parameters from before the last step, with the loss {loss!r}, were restored"
        else:
            kept = "The parameters were not changed"
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
    """All parameters of the model, after a check that those of the optimiser are among them."""
    if not callable(model) or not hasattr(model, "parameters"):
        raise TypeError(f"a model is called with one sample and has a method parameters(); {model!r} is not a model")
    if not isinstance(optimiser, Optimiser):
        raise TypeError(
            f"optimiser must be an Optimiser, made with the parameters that it moves, as in "
            f"SGD(model.parameters(), lr=0.1), and not {optimiser!r}"
        )
    _ = optimiser.lr  # which raises an error if the first rate of a schedule is not valid
    everything = list(model.parameters())
    mine = set(everything)
    strange = sum(parameter not in mine for parameter in optimiser.parameters)
    if strange:
        raise ValueError(
            f"{strange} of the {len(optimiser.parameters)} parameters that the optimiser moves are not the model's: "
            f"make it with {type(optimiser).__name__}(model.parameters(), …) for this model"
        )
    for i, parameter in enumerate(everything):
        finite(parameter.data, f"parameter {parameter.label or i} of the model")
    return everything


def _for_model(data: Dataset, model: Model) -> Dataset:
    """The data with the labels and columns of the model, if it was trained before."""
    classes = remembered(model, "classes", data.classes)
    return data.matched(data.classes if classes is None else classes, remembered(model, "columns"))


def _check_functions(penalty: Any, callbacks: Sequence[Any]) -> None:
    if penalty is not None and not callable(penalty):
        raise TypeError(f"a penalty must be a function of the model, such as L2(1e-4), and not {penalty!r}")
    for callback in callbacks:
        if not callable(callback) or isinstance(callback, type):
            raise TypeError(f"a callback must be a function of an Epoch, and not {callback!r}")


def _rehearse(model: Model, loss: Any, data: Dataset, validation: Dataset | None) -> None:
    """Run the model on one sample, to find errors before the training starts."""
    output: Any = None
    with no_grad(), suppress(NonFiniteError):  # the training explains it better
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
        check_labels(loss, part)
        if output is not None and part.classes is not None:
            check_classes(part.classes, len(outputs))
        if output is not None and isinstance(loss, Loss):
            loss.check(part.targets, len(outputs))


class DivergedError(NonFiniteError):
    """The training stopped because a loss, a gradient or a step was not finite.

    The model has the last parameters with a finite loss and gradient. ``epoch`` and ``batch`` count from 1, ``history``
    is the history up to the error; ``primitive`` and ``operands`` are as in `NonFiniteError`.

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
