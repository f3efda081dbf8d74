"""What a model makes of data, without training: predictions, loss, accuracy, in plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value, no_grad

from .checks import finite
from .data import Dataset, dataset
from .losses import loss as loss_for


def predict(model: Callable[[Any], Any], inputs: Any) -> NDArray[np.float64]:
    """The model's output for each input: an array of one number, or one row, for each.

    >>> from nn import Neuron, predict
    >>> predict(Neuron(1, weights=2.0, bias=1.0), [0.0, 1.0, 2.0])
    array([1., 3., 5.])
    """
    if isinstance(inputs, Dataset):
        inputs = inputs.inputs
    rows = inputs.tolist() if isinstance(inputs, np.ndarray) else inputs
    with no_grad():
        return np.array([plain(model(x)) for x in rows], dtype=np.float64)


def evaluate(model: Callable[[Any], Any], loss: Any, data: Any) -> float:
    """The loss of the model on a data set.

    >>> from nn import Neuron, evaluate
    >>> evaluate(Neuron(1, weights=2.0), "mse", ([1.0, 2.0], [2.0, 5.0]))
    0.5
    """
    data, loss = dataset(data), loss_for(loss)
    with no_grad():
        predictions = [model(x) for x, _ in data]
        return float(plain(loss(predictions, data.targets.tolist())))


def accuracy(model: Callable[[Any], Any], data: Any, *, threshold: float = 0.0) -> float:
    """The share of samples that are put into the right class.

    With several outputs, the place of the largest is the class. With one, an output above ``threshold`` stands for the
    label 1, and any other for 0 or −1: a threshold of 0 suits logits and the hinge loss, and 0.5 suits probabilities.

    >>> from nn import Neuron, accuracy
    >>> accuracy(Neuron(1, weights=1.0), ([-2.0, 1.0, 3.0], [0, 0, 1]))
    0.6666666666666666
    """
    data, threshold = dataset(data), finite(threshold, "threshold")
    outputs = predict(model, data)
    if data.targets.ndim > 1:
        raise ValueError(f"accuracy needs one class for each sample, and here are {data.targets.shape[1]} targets")
    if outputs.ndim == 2:
        return float(np.mean(np.argmax(outputs, axis=1) == data.targets))
    labels = set(data.targets.tolist())
    if not (labels <= {0.0, 1.0} or labels <= {-1.0, 1.0}):
        raise ValueError(f"one output tells the labels 0 and 1 apart, or −1 and 1; here are {sorted(labels)[:5]}")
    return float(np.mean((outputs > threshold) == (data.targets > 0.0)))


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
