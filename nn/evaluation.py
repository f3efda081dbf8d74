"""What a model makes of data, without training: predictions, classes, loss, accuracy, in plain numbers.

Many samples go through a program, where one can be made of the model; it is kept in the model, and made anew when
anything that it depends on has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import NonFiniteError, Value, no_grad

from .activations import Sigmoid
from .checks import as_array, finite
from .data import Dataset, dataset, table
from .losses import loss as loss_for
from .networks import Sequential
from .state import State, Unseen
from .threads import one_thread_if_small

_WORTH_IT = 64  # samples: below that a recording does not pay
_AT_ONCE = 512  # samples, so that the numbers in between take little memory


def predict(model: Callable[[Any], Any], inputs: Any) -> NDArray[np.float64]:
    """The model's output for each input: an array of one number, or one row, for each. The rows of a data frame are
    inputs, as those of an array.

    >>> from nn import Neuron, predict
    >>> predict(Neuron(1, weights=2.0, bias=1.0), [0.0, 1.0, 2.0])
    array([1., 3., 5.])
    """
    if isinstance(inputs, Dataset):
        inputs = inputs.inputs
    elif callable(getattr(inputs, "to_numpy", None)):
        inputs = table(inputs, "inputs")
    elif isinstance(inputs, np.ndarray):
        inputs = as_array(inputs, "the inputs")
    elif not isinstance(inputs, Sequence):
        inputs = list(inputs)
    found = _by_program(model, inputs)
    if found is None:
        with no_grad():
            found = np.array([plain(model(x)) for x in _rows(inputs)], dtype=np.float64)
    return found


def predict_classes(
    model: Callable[[Any], Any], inputs: Any, *, classes: Sequence[Any] | None = None, threshold: float | None = None
) -> NDArray[Any]:
    """The class that the model puts each input into: a label, if the model was trained on labels (``model.classes``) or
    you list them in ``classes``, and else its number.

    With several outputs it is the place of the largest; with one, 1 if it is above the threshold of `accuracy`, and
    else 0.

    >>> from nn import Neuron, predict_classes
    >>> predict_classes(Neuron(1, weights=1.0), [-2.0, 3.0], classes=["no", "yes"])
    array(['no', 'yes'], dtype='<U3')
    """
    outputs = predict(model, inputs)
    numbers = _numbers(model, outputs, threshold)
    classes = remembered(model) if classes is None else tuple(classes)
    if classes is None:
        return numbers
    _check_classes(classes, outputs)
    labels: NDArray[Any] = np.array(classes)[numbers]
    return labels


def predict_probabilities(model: Callable[[Any], Any], inputs: Any) -> NDArray[np.float64]:
    """The probability of each class for each input, for a model that was trained with `CrossEntropy`,
    `LogLossFromLogits` or `LogLoss`: a row of them for each, which adds up to 1.

    They are the softmax of several outputs, and 1 − σ and σ of one; but if σ is the last thing that the network does,
    then its output is the probability.

    >>> from nn import Neuron, predict_probabilities
    >>> predict_probabilities(Neuron(1, weights=1.0), [0.0, 50.0]).round(3)
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    outputs = predict(model, inputs)
    if outputs.ndim == 1 and _gives_probabilities(model):
        return np.column_stack([1.0 - outputs, outputs])
    scores = np.column_stack([np.zeros_like(outputs), outputs]) if outputs.ndim == 1 else outputs
    powers = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return np.asarray(powers / np.sum(powers, axis=1, keepdims=True))


def evaluate(model: Callable[[Any], Any], loss: Any, data: Any) -> float:
    """The loss of the model on a data set.

    >>> from nn import Neuron, evaluate
    >>> evaluate(Neuron(1, weights=2.0), "mse", ([1.0, 2.0], [2.0, 5.0]))
    0.5
    """
    data, loss = dataset(data, remembered(model)), loss_for(loss)
    with no_grad():
        found = _by_program(model, data.inputs)
        predictions = [model(x) for x, _ in data] if found is None else _values(found.tolist())
        return float(plain(loss(predictions, data.targets.tolist())))


def accuracy(model: Callable[[Any], Any], data: Any, *, threshold: float | None = None) -> float:
    """The share of samples that are put into the right class.

    With several outputs, the place of the largest is the class. With one, an output above ``threshold`` stands for the
    label 1, and any other for 0 or −1: a threshold of 0 suits logits and the hinge loss, and 0.5 suits probabilities.
    If you don't say, it is 0.5 for a network whose last step is σ, and else 0.

    >>> from nn import Neuron, accuracy
    >>> accuracy(Neuron(1, weights=1.0), ([-2.0, 1.0, 3.0], [0, 0, 1]))
    0.6666666666666666
    """
    data = dataset(data, remembered(model))
    outputs = predict(model, data)
    if data.targets.ndim > 1:
        raise ValueError(f"accuracy needs one class for each sample, and here are {data.targets.shape[1]} targets")
    if data.classes is not None:
        _check_classes(data.classes, outputs)
    numbers = _numbers(model, outputs, threshold)
    if outputs.ndim == 2:
        return float(np.mean(numbers == data.targets))
    labels = set(data.targets.tolist())
    if not (labels <= {0.0, 1.0} or labels <= {-1.0, 1.0}):
        raise ValueError(f"one output tells the labels 0 and 1 apart, or −1 and 1; here are {sorted(labels)[:5]}")
    return float(np.mean((numbers == 1) == (data.targets > 0.0)))


def plain(output: Any) -> Any:
    """An output as plain numbers.

    >>> from nn.evaluation import plain
    >>> plain([Value(1.0), 2.0])
    [1.0, 2.0]
    """
    if isinstance(output, Value):
        return output.data
    if isinstance(output, Sequence | np.ndarray):
        return [plain(x) for x in output]
    return output


def remembered(model: Any) -> tuple[Any, ...] | None:
    """The labels that a model was trained on."""
    classes = getattr(model, "classes", None)
    return classes if isinstance(classes, tuple) else None


def _numbers(model: Any, outputs: NDArray[np.float64], threshold: float | None) -> NDArray[Any]:
    """The number of the class for each output."""
    if threshold is None:
        threshold = 0.5 if _gives_probabilities(model) else 0.0
    threshold = finite(threshold, "threshold")
    return np.argmax(outputs, axis=1) if outputs.ndim == 2 else (outputs > threshold).astype(int)


def _check_classes(classes: Sequence[Any], outputs: NDArray[np.float64]) -> None:
    able = outputs.shape[1] if outputs.ndim == 2 else 2
    if len(classes) != able:
        raise ValueError(
            f"the model tells {able} classes apart, and the labels are {tuple(classes)}: give the data the classes of "
            f"the training, as in Dataset(inputs, targets, classes=train.classes)"
        )


def _gives_probabilities(model: Any) -> bool:
    """Whether σ is the last thing that a network does."""
    while isinstance(model, Sequential):
        model = model.layers[-1]
    return isinstance(model, Sigmoid) or isinstance(getattr(model, "activation", None), Sigmoid)


def _rows(inputs: Any) -> Any:
    return inputs.tolist() if isinstance(inputs, np.ndarray) else inputs


def _values(predictions: list[Any]) -> list[Any]:
    return [list(map(Value, p)) if isinstance(p, list) else Value(p) for p in predictions]


# --- by a program -----------------------------------------------------------------------------------------------------


def _by_program(model: Any, inputs: Any) -> NDArray[np.float64] | None:
    """The outputs, if a program pays and can be made; else None."""
    if len(inputs) < _WORTH_IT:
        return None
    try:
        array = np.asarray(inputs)
    except ValueError:  # ragged
        return None
    if array.dtype.kind not in "iuf" or array.ndim not in (1, 2) or not np.all(np.isfinite(array)):
        return None
    return _predictor(model)(model, array.astype(np.float64))


def _predictor(model: Any) -> Predictor:
    """The one that the model keeps; a new one, if it can keep none."""
    attributes = getattr(model, "__dict__", None)
    if not isinstance(attributes, dict) or "__eq__" in {
        name for kind in type(model).__mro__[:-1] for name in vars(kind)
    }:
        return Predictor()  # whoever compares its attributes should not find another
    predictor: Predictor = attributes.setdefault("_predictor", Predictor())
    return predictor


class Predictor(Unseen):
    """The program of a model that was made last. A copy of the model makes one of its own."""

    def __init__(self) -> None:
        self._model: Any = None
        self._state: State | None = None
        self._program: Any = None
        self._turns = RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        return Predictor, ()

    def __call__(self, model: Any, inputs: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The outputs; None where the model has to be asked itself."""
        with self._turns:
            if self._model is not model or self._state is None or self._state.opaque or self._state.changed():
                self._record(model, inputs)
            program, state = self._program, self._state
        if program is None or state is None:
            return None
        try:
            with one_thread_if_small(state.numbers * _AT_ONCE):
                parts = [program(inputs[i : i + _AT_ONCE]) for i in range(0, len(inputs), _AT_ONCE)]
        except (NonFiniteError, ArithmeticError):  # the model itself says it better
            return None
        return np.concatenate(parts)

    def _record(self, model: Any, inputs: NDArray[np.float64]) -> None:
        """Make a program, and try on a few samples whether it does what the model does. That leaves no trace."""
        self._model, self._state, self._program = model, State({"the model": model}), None
        few = inputs[np.linspace(0, len(inputs) - 1, 4).astype(int)]
        try:
            with no_grad():
                expected = np.array([plain(model(x)) for x in few.tolist()], dtype=np.float64)
            program = autograd.compile(autograd.vmap(lambda x: _output(model, x)))
            found = program(few)
            if np.shape(found) == expected.shape and np.allclose(found, expected, rtol=1e-9, atol=1e-9):
                self._program = program
        except Exception:  # a model may do anything when it meets what stands for a number
            self._program = None
        finally:
            if self._state.changed_by_itself():
                self._program = None
            self._state.restore()


def _output(model: Any, x: Any) -> Any:
    y = model(x.tolist() if isinstance(x, np.ndarray) else x)
    return list(y) if isinstance(y, tuple | np.ndarray) else y
