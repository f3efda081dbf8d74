"""What a model predicts for data, and how good the predictions are: outputs, classes, probabilities, loss, metrics.

The names, the arguments and the values of the metrics are scikit-learn's.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value, no_grad

from .activations import Sigmoid
from .checks import as_array, finite, known
from .data import Dataset, check_classes, dataset, names, ordered, remembered, table
from .execution import outputs_by_program, plain
from .layers import Sequential
from .losses import check_labels
from .losses import loss as loss_for

_AVERAGES = ("binary", "macro", "micro", "weighted")


def predict(model: Callable[[Any], Any], inputs: Any) -> NDArray[np.float64]:
    """The model's outputs: an array with one number, or one row of numbers, for each input. The inputs are a data set,
    a list, or the rows of an array or a data frame. If the model was trained on a data frame, the columns of another
    data frame are taken by name; otherwise columns are taken by position. Numbers in a list or an array may be inf or
    nan, and the outputs are then what the arithmetic of floats gives.

    >>> from nn import Neuron, predict
    >>> predict(Neuron(1, weights=2.0, bias=1.0), [0.0, 1.0, 2.0])
    array([1., 3., 5.])
    """
    inputs = _samples(model, inputs)
    found = outputs_by_program(model, inputs)
    if found is None:
        with no_grad():
            found = np.array([plain(model(x)) for x in _rows(inputs)], dtype=np.float64)
    return found


def predict_classes(
    model: Callable[[Any], Any], inputs: Any, *, classes: Sequence[Any] | None = None, threshold: float | None = None
) -> NDArray[Any]:
    """The predicted class of each input: a label, if the model was trained on labels (``model.classes``) or ``classes``
    lists them, otherwise the number of the class.

    The class is the position of the largest of several outputs. With one output, it is 1 if the output is above
    ``threshold``, otherwise 0; the default threshold is that of `accuracy`.

    >>> from nn import Neuron, predict_classes
    >>> predict_classes(Neuron(1, weights=1.0), [-2.0, 3.0], classes=["no", "yes"])
    array(['no', 'yes'], dtype='<U3')
    """
    outputs = _scores(model, inputs)
    numbers = _class_numbers(model, outputs, threshold)
    classes = remembered(model, "classes") if classes is None else tuple(classes)
    if classes is None:
        return numbers
    check_classes(classes, outputs.shape[1] if outputs.ndim == 2 else 1)
    labels: NDArray[Any] = np.array(classes)[np.minimum(numbers, len(classes) - 1)]
    return labels


def predict_probabilities(model: Callable[[Any], Any], inputs: Any) -> NDArray[np.float64]:
    """The probabilities of the classes, in a row for each input, for a model that was trained with `CrossEntropy`,
    `LogLossFromLogits` or `LogLoss`.

    They are the softmax of several outputs. For one output ŷ they are 1 − σ(ŷ) and σ(ŷ), or 1 − ŷ and ŷ if σ is the
    last operation of the network.

    >>> from nn import Neuron, predict_probabilities
    >>> predict_probabilities(Neuron(1, weights=1.0), [0.0, 50.0]).round(3)
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    outputs = _scores(model, inputs)
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
    given, loss = dataset(data), loss_for(loss)
    check_labels(loss, given)  # before the labels are compared with the model's, since a loss of numbers takes none
    data = _for_model(given, model)
    check_labels(loss, data)
    with no_grad():
        found = outputs_by_program(model, data.inputs)
        predictions = [model(x) for x, _ in data] if found is None else _values(found.tolist())
        return float(plain(loss(predictions, data.targets.tolist())))


def accuracy(model: Callable[[Any], Any], data: Any, *, threshold: float | None = None) -> float:
    """The share of samples whose class is predicted correctly.

    The predicted class is the position of the largest of several outputs. With one output, it is the label 1 if the
    output is above ``threshold``, otherwise 0 or −1. The default threshold is 0.5 if σ is the last operation of the
    network, since its output is then a probability, and 0 otherwise, for logits and the hinge loss.

    >>> from nn import Neuron, accuracy
    >>> accuracy(Neuron(1, weights=1.0), ([-2.0, 1.0, 3.0], [0, 0, 1]))
    0.6666666666666666
    """
    data = _for_model(data, model)
    outputs = predict(model, data)
    if data.targets.ndim > 1:
        raise ValueError(
            f"accuracy needs one class for each sample, and a sample of these data has {data.targets.shape[1]} targets"
        )
    if data.classes is not None:
        check_classes(data.classes, outputs.shape[1] if outputs.ndim == 2 else 1)
    numbers = _class_numbers(model, outputs, threshold)
    if outputs.ndim == 2:
        return float(np.mean(numbers == data.targets))
    labels = set(data.targets.tolist())
    if not (labels <= {0.0, 1.0} or labels <= {-1.0, 1.0}):
        raise ValueError(
            f"a model with one output predicts labels 0 and 1, or −1 and 1, and the data have {sorted(labels)[:5]}"
        )
    return float(np.mean((numbers == 1) == (data.targets > 0.0)))


def _for_model(data: Any, model: Any) -> Dataset:
    """``data`` as a data set with the columns and the labels that the model was trained on."""
    made = dataset(data)
    return made.matched(remembered(model, "classes", made.classes), remembered(model, "columns"))


def _samples(model: Any, inputs: Any) -> Any:
    """The inputs as an array or a sequence, with the columns that the model was trained on."""
    if not callable(model):
        raise TypeError(
            f"the first argument is the model, which is called with a sample, and this is of type "
            f"{type(model).__name__}; write predict(model, inputs)"
        )
    columns = remembered(model, "columns")
    if isinstance(inputs, Dataset):
        return ordered(inputs.inputs, inputs.columns, columns)
    if callable(getattr(inputs, "to_numpy", None)):
        return ordered(table(inputs, "inputs"), names(inputs), columns)
    if isinstance(inputs, np.ndarray):
        return as_array(inputs, "the inputs")
    if not hasattr(inputs, "__iter__") or isinstance(inputs, str | bytes):
        raise TypeError(f"the inputs must have an entry for each sample, as a list or an array has, and not {inputs!r}")
    return inputs if isinstance(inputs, Sequence) else list(inputs)


def _scores(model: Any, inputs: Any) -> NDArray[np.float64]:
    """The outputs to choose a class from: they and the inputs must be finite, as in the training."""
    inputs = _samples(model, inputs)
    outputs = predict(model, inputs)
    for numbers, what in (inputs, "inputs"), (outputs, "outputs"):
        try:
            array = np.asarray(numbers, dtype=np.float64)
        except (TypeError, ValueError):  # a model of your own takes inputs of any form
            continue
        for place in np.argwhere(~np.isfinite(array)):
            raise ValueError(
                f"the {what} of sample {place[0]} contain {float(array[tuple(place)])!r}, and a class is predicted "
                f"from finite numbers only"
            )
    return outputs


def _class_numbers(model: Any, outputs: NDArray[np.float64], threshold: float | None) -> NDArray[Any]:
    """The number of the class for each output."""
    if threshold is None:
        threshold = 0.5 if _gives_probabilities(model) else 0.0
    threshold = finite(threshold, "threshold")
    return np.argmax(outputs, axis=1) if outputs.ndim == 2 else (outputs > threshold).astype(int)


def _gives_probabilities(model: Any) -> bool:
    """Whether σ is the last operation of a network."""
    while isinstance(model, Sequential):
        model = model.layers[-1]
    return isinstance(model, Sigmoid) or isinstance(getattr(model, "activation", None), Sigmoid)


def _rows(inputs: Any) -> Any:
    return inputs.tolist() if isinstance(inputs, np.ndarray) else inputs


def _values(predictions: list[Any]) -> list[Any]:
    return [list(map(Value, p)) if isinstance(p, list) else Value(p) for p in predictions]


# --- metrics: the true values come first, then the predictions --------------------------------------------------------


def accuracy_score(true: Any, predicted: Any) -> float:
    """The share of samples whose class is predicted correctly.

    >>> from nn import accuracy_score
    >>> accuracy_score(["cat", "dog", "dog"], ["cat", "dog", "cat"])
    0.6666666666666666
    """
    a, b = _classes(true, predicted)
    return float(np.mean(a == b))


def confusion_matrix(true: Any, predicted: Any, *, labels: Sequence[Any] | None = None) -> NDArray[np.int64]:
    """The number of samples of each class (the row) for which each class (the column) was predicted. The classes are
    ``labels``, in their order; by default, all classes that occur, sorted.

    >>> from nn import confusion_matrix
    >>> confusion_matrix(["cat", "dog", "dog"], ["cat", "dog", "cat"])
    array([[1, 0],
           [1, 1]])
    """
    a, b = _classes(true, predicted)
    return _counts(a, b, _all(a, b) if labels is None else np.array(labels))


def precision_score(
    true: Any,
    predicted: Any,
    *,
    labels: Sequence[Any] | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
) -> Any:
    """Of the samples for which a class was predicted, the share that belong to it.

    By default it is the precision of ``pos_label``, one of two classes. Another ``average`` combines all classes:
    ``macro`` is the mean over the classes, ``weighted`` the mean weighted by their numbers of samples, ``micro`` counts
    over all samples, and None returns an array with one number for each class. If a class was predicted for no sample,
    its precision is 0, and there is a warning.

    >>> from nn import precision_score
    >>> precision_score([0, 1, 1, 0], [0, 1, 0, 1])
    0.5
    >>> precision_score(["a", "b", "b"], ["a", "b", "a"], average=None)
    array([0.5, 1. ])
    """
    return _averaged("precision", true, predicted, labels, pos_label, average)


def recall_score(
    true: Any,
    predicted: Any,
    *,
    labels: Sequence[Any] | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
) -> Any:
    """Of the samples of a class, the share for which it was predicted; see `precision_score` for the averages.

    >>> from nn import recall_score
    >>> recall_score([0, 1, 1, 1], [0, 1, 0, 1])
    0.6666666666666666
    """
    return _averaged("recall", true, predicted, labels, pos_label, average)


def f1_score(
    true: Any,
    predicted: Any,
    *,
    labels: Sequence[Any] | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
) -> Any:
    """The harmonic mean of precision and recall; see `precision_score` for the averages.

    >>> from nn import f1_score
    >>> f1_score([0, 1, 1, 1], [0, 1, 0, 1])
    0.8
    """
    return _averaged("F1", true, predicted, labels, pos_label, average)


def r2_score(true: Any, predicted: Any) -> float:
    """R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²: 1 for perfect predictions, and 0 for predictions as good as the mean.

    With several numbers for each sample it is the mean over the columns. For a column of equal true numbers it is 1 if
    they are predicted exactly, otherwise 0.

    >>> from nn import r2_score
    >>> r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    0.5
    """
    y, p = _numbers(true, predicted)
    if len(y) < 2:
        raise ValueError("R² compares the errors with the deviations from the mean, and needs at least two samples")
    left, around = np.sum((y - p) ** 2, axis=0), np.sum((y - np.mean(y, axis=0)) ** 2, axis=0)
    same = around == 0.0
    found = np.where(same, left == 0.0, 1.0 - left / np.where(same, 1.0, around))
    return float(np.mean(found))


def mean_squared_error(true: Any, predicted: Any) -> float:
    """The mean of (y − ŷ)² over samples and columns. (The loss `MSE` adds the columns.)

    >>> from nn import mean_squared_error
    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    y, p = _numbers(true, predicted)
    return float(np.mean((y - p) ** 2))


def root_mean_squared_error(true: Any, predicted: Any) -> float:
    """The square root of `mean_squared_error`, in the unit of the numbers; the mean of it over several columns.

    >>> from nn import root_mean_squared_error
    >>> root_mean_squared_error([1.0, 2.0], [3.0, 0.0])
    2.0
    """
    y, p = _numbers(true, predicted)
    return float(np.mean([sqrt(x) for x in np.mean((y - p) ** 2, axis=0)]))


def mean_absolute_error(true: Any, predicted: Any) -> float:
    """The mean of |y − ŷ| over samples and columns.

    >>> from nn import mean_absolute_error
    >>> mean_absolute_error([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    y, p = _numbers(true, predicted)
    return float(np.mean(np.abs(y - p)))


def _pair(true: Any, predicted: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    a, b = (as_array(x, what) for x, what in ((true, "the true ones"), (predicted, "the predicted ones")))
    a, b = (x[:, 0] if x.ndim == 2 and x.shape[1] == 1 else x for x in (a, b))
    if a.shape != b.shape or not a.ndim:
        raise ValueError(
            f"the true ones have the shape {a.shape}, and the predicted ones {b.shape}: the shapes must be equal"
        )
    if not len(a):
        raise ValueError("a metric needs at least one sample, and there is none")
    return a, b


def _classes(true: Any, predicted: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    a, b = _pair(true, predicted)
    if a.ndim != 1:
        raise ValueError(
            f"a sample has one class, and here are {a.shape[1]} numbers for each: write numpy.argmax(…, axis=1), or "
            f"use nn.predict_classes for the classes that a model predicts"
        )
    for x, what in (a, "true"), (b, "predicted"):
        if x.dtype.kind == "f" and not np.array_equal(x, np.floor(x)):
            raise ValueError(
                f"classes are labels or whole numbers, and the {what} ones are neither: are they outputs of a model?"
            )
    strings = [x.dtype.kind in "US" or any(isinstance(label, str) for label in x.tolist()) for x in (a, b)]
    if strings[0] != strings[1]:
        raise ValueError(
            f"the true classes are {a[:3].tolist()}…, and the predicted ones {b[:3].tolist()}…: labels and numbers "
            f"cannot be compared; nn.predict_classes returns labels if it is given classes=…"
        )
    return a, b


def _all(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    return np.array(sorted({*a.tolist(), *b.tolist()}))


def _counts(a: NDArray[Any], b: NDArray[Any], labels: NDArray[Any]) -> NDArray[np.int64]:
    place = {label: i for i, label in enumerate(labels.tolist())}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        if x in place and y in place:
            counts[place[x], place[y]] += 1
    return counts


def _averaged(
    what: str, true: Any, predicted: Any, labels: Sequence[Any] | None, pos_label: Any, average: str | None
) -> Any:
    if average is not None:
        known(average, _AVERAGES, "average")
    a, b = _classes(true, predicted)
    found = _all(a, b)
    if average == "binary":
        if len(found) > 2:
            raise ValueError(
                f"there are {len(found)} classes, {found.tolist()[:5]}: choose an average, such as average='macro'"
            )
        if pos_label not in found.tolist() and len(found) == 2:
            raise ValueError(f"pos_label={pos_label!r} is not among the classes {found.tolist()}")
        chosen = [pos_label]
    else:
        chosen = list(found if labels is None else labels)
    hits = np.array([np.sum((a == label) & (b == label)) for label in chosen])
    said = np.array([np.sum(b == label) for label in chosen])
    there = np.array([np.sum(a == label) for label in chosen])
    if average == "micro":
        hits, said, there = hits.sum(keepdims=True), said.sum(keepdims=True), there.sum(keepdims=True)
    each = {
        "precision": lambda: _share(what, hits, said, chosen),
        "recall": lambda: _share(what, hits, there, chosen),
        "F1": lambda: _share(what, 2 * hits, said + there, chosen),
    }[what]()
    if average is None:
        return each
    if average == "weighted":
        return float(np.average(each, weights=there)) if there.sum() else 0.0
    return float(np.mean(each))


def _share(what: str, part: NDArray[Any], whole: NDArray[Any], labels: list[Any]) -> NDArray[np.float64]:
    for label, n in zip(labels, whole, strict=False):
        if n == 0:
            warnings.warn(f"the {what} of class {label!r} is 0/0, as it has no samples, and is set to 0", stacklevel=4)
    return np.where(whole == 0, 0.0, part / np.where(whole == 0, 1, whole))


def _numbers(true: Any, predicted: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two as arrays with a row for each sample."""
    a, b = (np.asarray(x, dtype=np.float64) for x in _pair(true, predicted))
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise ValueError("these numbers contain inf or nan, and metrics need finite numbers")
    return (a[:, np.newaxis], b[:, np.newaxis]) if a.ndim == 1 else (a, b)
