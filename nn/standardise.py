"""Standardisation: inputs that have mean 0 and standard deviation 1, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import as_array
from .data import Dataset, dataset, table


class Standardiser:
    """(x − mean)/deviation, with the mean and the deviation of the inputs that it is made for.

    Make it for the training data, and use it on all inputs that the model will see. The deviation of a column is the
    root of its mean squared distance from the mean (divided by m, not m − 1); a column that is the same everywhere
    becomes 0.

    >>> from nn import Dataset, Standardiser
    >>> data = Dataset([[1.0, 7.0], [3.0, 7.0]], [0, 1])
    >>> standardised = Standardiser(data)
    >>> standardised(data).inputs
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> standardised([4.0, 7.0])
    array([2., 0.])
    """

    def __init__(self, data: Any) -> None:
        """``data`` is a data set, a pair (inputs, targets), or a table of inputs: an array or a data frame."""
        inputs = table(data, "inputs") if hasattr(data, "__array__") else dataset(data).inputs
        inputs = inputs[:, np.newaxis] if inputs.ndim == 1 else inputs
        constant = np.max(inputs, axis=0) == np.min(inputs, axis=0)
        size = np.maximum(np.max(np.abs(inputs), axis=0), np.finfo(float).tiny)  # so that no square overflows
        self.mean: NDArray[np.float64] = np.where(constant, inputs[0], size * np.mean(inputs / size, axis=0))
        self.deviation: NDArray[np.float64] = np.where(constant, 1.0, size * np.std(inputs / size, axis=0))

    def __call__(self, x: Any) -> Any:
        """A data set with standardised inputs, or an array for one input or several."""
        if isinstance(x, Dataset):
            self._check(x.inputs)
            return x.with_inputs(self(x.inputs))
        return (self._check(x) - self.mean) / self.deviation

    def inverse(self, x: Any) -> NDArray[np.float64]:
        """The inputs as they were.

        >>> from nn import Dataset, Standardiser
        >>> standardised = Standardiser(Dataset([1.0, 3.0], [0, 1]))
        >>> standardised.inverse(standardised([4.0]))
        array([4.])
        """
        return self._check(x) * self.deviation + self.mean

    def _check(self, x: Any) -> NDArray[np.float64]:
        array = as_array(x, "the inputs").astype(np.float64, order="C")
        if array.ndim == 0 or array.shape[-1] != len(self.mean):
            raise ValueError(
                f"this was made for inputs of {len(self.mean)} numbers, and here is an array of shape {array.shape}"
            )
        return array

    def __repr__(self) -> str:
        return f"Standardiser(mean={self.mean.tolist()}, deviation={self.deviation.tolist()})"
