"""How a model is run on a batch: sample by sample, recording a graph, or by a compiled program over arrays.

`Eager` and `Compiled` compute the loss of a batch and its gradient, for `fit`; `outputs_by_program` the outputs for
many inputs, for `predict`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from math import isfinite
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import FrozenError, NonFiniteError, Value, no_grad

from .data import Dataset
from .losses import Loss
from .optimisers import Vector
from .state import State, Unseen

WORTH_IT = 64  # samples, through all epochs: for fewer, the time to record a program is not won back
_SAMPLES = 4  # on which a program is compared with the model
_AT_ONCE = 512  # samples that a program is given, which bounds the memory for intermediate results
_SMALL = 4_000_000  # multiplications in a step; above this a second thread makes it faster
_FRACTION = {"mean": 1.0, "half_mean": 0.5}


class Eager:
    """The loss of a model on a batch and its gradient, from a graph that is recorded for every batch."""

    live = True
    """Whether the parameters must have their current numbers at every step."""

    def __init__(
        self,
        model: Callable[[Any], Any],
        loss: Callable[[Any, Any], Any],
        penalty: Callable[[Any], Any] | None,
        everything: list[Value],
        wrt: list[Value],
    ) -> None:
        """``everything`` has all parameters of the model, and ``wrt`` those of the gradient."""
        self.model = model
        self.loss_function = loss
        self.penalty = penalty
        self._everything = everything
        self.wrt = wrt

    def state(self) -> State:
        """What the loss depends on, besides the numbers of the parameters and the batch."""
        things = {"the model": self.model, "the loss": self.loss_function, "the penalty": self.penalty}
        return State({**things, "the optimiser's parameters": self.wrt})

    def hold(self, theta: Vector) -> None:
        """Set the parameters to these numbers."""
        for parameter, x in zip(self.wrt, theta.tolist(), strict=True):
            parameter.data = x

    def loss(self, theta: Vector, batch: Dataset) -> float:
        """The loss on a batch, without the penalty. The parameters must have the numbers ``theta``."""
        with no_grad():
            return _finite(self._recorded(batch))

    def loss_and_gradient(self, theta: Vector, batch: Dataset) -> tuple[float, Vector]:
        """The loss on a batch, with the penalty, and its gradient. The parameters must have the numbers ``theta``."""
        loss = self._recorded(batch)
        if self.penalty is not None:
            loss = loss + self.penalty(self.model)
        number = _finite(loss)
        for parameter in (*self._everything, *self.wrt):  # a callback can have changed the optimiser's list
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
    """The same error, with the number of the sample in its message."""
    message = f"at sample {batch.indices[i]} of the data: {error}"
    return NonFiniteError(message, primitive=error.primitive, operands=error.operands)


def _finite(loss: Any) -> float:
    if not isinstance(loss, Value):
        raise TypeError(
            f"the loss is {loss!r} of type {type(loss).__name__}, and must be a Value computed from the model's "
            f"parameters; a result computed from .data is not in the graph"
        )
    if not isfinite(loss.data):
        raise NonFiniteError(f"the loss is {loss.data!r}")
    return loss.data


class Compiled:
    """The same as `Eager` by a program, which is recorded once from the current model, loss and penalty."""

    live = False
    """Whether the parameters must have their current numbers at every step."""

    def __init__(self, eager: Eager, state: State) -> None:
        self._eager = eager
        self.state: State | None = state
        """What the program was recorded from; None if nothing can change it during the training."""
        self.gradient: Vector | None = None
        """The last gradient that was computed."""
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
            else:  # a function of all predictions: the model is recorded for each sample
                total = loss([model(_listed(x)) for x in inputs], list(map(_listed, targets)))
            return total if penalty is None else total + penalty(model)

        return of_batch

    def _reduced(self, loss: Loss, samples: Any) -> Any:
        if loss.reduction == "sum":
            return autograd.sum(samples)
        return _FRACTION[loss.reduction] * autograd.mean(samples)

    def loss(self, theta: Vector, batch: Dataset) -> float:
        """The loss on a batch, without the penalty."""
        try:
            return float(self._value(theta, batch.inputs, batch.targets))
        except NonFiniteError:  # Eager names the sample
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
        """Write the last gradient into ``.grad`` of the parameters, as a backward pass does."""
        if self.gradient is not None:
            for parameter, x in zip(self._eager.wrt, self.gradient.tolist(), strict=True):
                parameter.grad = x

    def still_holds(self, theta: Vector, data: Dataset) -> bool:
        """Whether the model, the loss and the penalty are still the recorded ones."""
        if self.state is None:
            return True
        return not self.state.changed() and not (self.state.opaque and not self.agrees(theta, data))

    def agrees(self, theta: Vector, data: Dataset) -> bool:
        """Whether the program computes what the model does, on some samples. It does not if the model draws random
        numbers or counts its calls, for example.
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
    """How to train: compiled if ``compiled`` is true or, by default, if that saves time and is possible. The calls of
    the model that decide this are undone: counters and random generators are restored.
    """
    if compiled is False or (compiled is None and (samples < WORTH_IT or not isinstance(eager.loss_function, Loss))):
        return eager
    state = eager.state()
    try:
        made = Compiled(eager, state)
        agrees = made.agrees(theta, data)
    except NonFiniteError:
        return eager if compiled is None else made
    except Exception:  # a model may raise anything when it is called with stand-ins for numbers
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
            else "the model returns different numbers when it is called again with the same sample, as if it drew "
            "random numbers"
        )
        raise FrozenError(f"{why}, and compiled=True would record only one of its states. Train it with compiled=False")
    return made if agrees and not changes else eager


def _listed(x: Any) -> Any:
    """A row as a list; a number unchanged."""
    return x.tolist() if isinstance(x, np.ndarray) else x


@contextmanager
def one_thread_if_small(multiplications: int) -> Iterator[None]:
    """Run NumPy's products in one thread, if they are small and the package ``threadpoolctl`` is installed: a second
    thread makes small products no faster, and on a busy machine each waits for the other.

    >>> with one_thread_if_small(64 * 64 * 128):
    ...     pass
    """
    if multiplications >= _SMALL or find_spec("threadpoolctl") is None:
        yield
        return
    with import_module("threadpoolctl").threadpool_limits(limits=1, user_api="blas"):
        yield


def plain(output: Any) -> Any:
    """An output with its Values replaced by their numbers.

    >>> from nn.evaluation import plain
    >>> plain([Value(1.0), 2.0])
    [1.0, 2.0]
    """
    if isinstance(output, Value):
        return output.data
    if isinstance(output, Sequence | np.ndarray):
        return [plain(x) for x in output]
    return output


def outputs_by_program(model: Any, inputs: Any) -> NDArray[np.float64] | None:
    """The outputs, if a program saves time and can be recorded; otherwise None."""
    if len(inputs) < WORTH_IT:
        return None
    try:
        array = np.asarray(inputs)
    except ValueError:  # ragged
        return None
    if array.dtype.kind not in "iuf" or array.ndim not in (1, 2) or not np.all(np.isfinite(array)):
        return None
    return _predictor(model)(model, array.astype(np.float64))


def _predictor(model: Any) -> Predictor:
    """The predictor that is stored in the model; a new one, if the model cannot store one."""
    attributes = getattr(model, "__dict__", None)
    if not isinstance(attributes, dict) or "__eq__" in {
        name for kind in type(model).__mro__[:-1] for name in vars(kind)
    }:
        return Predictor()  # an attribute more could change how models compare
    predictor: Predictor = attributes.setdefault("_predictor", Predictor())
    return predictor


class Predictor(Unseen):
    """The last program recorded from a model. A copy of the model records its own."""

    def __init__(self) -> None:
        self._model: Any = None
        self._state: State | None = None
        self._program: Any = None
        self._turns = RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        return Predictor, ()

    def __call__(self, model: Any, inputs: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The outputs; None if the model itself must be called."""
        with self._turns:
            if self._model is not model or self._state is None or self._state.opaque or self._state.changed():
                self._record(model, inputs)
            program, state = self._program, self._state
        if program is None or state is None:
            return None
        try:
            with one_thread_if_small(state.numbers * _AT_ONCE):
                parts = [program(inputs[i : i + _AT_ONCE]) for i in range(0, len(inputs), _AT_ONCE)]
        except (NonFiniteError, ArithmeticError):  # the error of the model itself says more
            return None
        return np.concatenate(parts)

    def _record(self, model: Any, inputs: NDArray[np.float64]) -> None:
        """Record a program, and compare it with the model on a few samples. The effects of these calls are undone."""
        self._model, self._state, self._program = model, State({"the model": model}), None
        few = inputs[np.linspace(0, len(inputs) - 1, 4).astype(int)]
        try:
            with no_grad():
                expected = np.array([plain(model(x)) for x in few.tolist()], dtype=np.float64)
            program = autograd.compile(autograd.vmap(lambda x: _output(model, x)))
            found = program(few)
            if np.shape(found) == expected.shape and np.allclose(found, expected, rtol=1e-9, atol=1e-9):
                self._program = program
        except Exception:  # a model may raise anything when it is called with stand-ins for numbers
            self._program = None
        finally:
            if self._state.changed_by_itself():
                self._program = None
            self._state.restore()


def _output(model: Any, x: Any) -> Any:
    y = model(x.tolist() if isinstance(x, np.ndarray) else x)
    return list(y) if isinstance(y, tuple | np.ndarray) else y
