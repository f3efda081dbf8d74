"""Data sets, batches of them, and standardisation. Data are checked once, when a `Dataset` is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value

from .checks import Seed, as_array, finite, generator, whole


class Dataset:
    """Inputs and their targets, sample by sample: numbers, all of them finite, in rows of one width.

    >>> from nn import Dataset
    >>> data = Dataset([[0, 0], [0, 1], [1, 0]], [0, 1, 1])
    >>> data, len(data), data.inputs.shape, data.targets.shape
    (Dataset(3 samples of 2 inputs and 1 target), 3, (3, 2), (3,))
    >>> Dataset([[1.0, 2.0], [3.0]], [0, 1])
    Traceback (most recent call last):
    ValueError: the inputs are ragged: sample 1 has 1 number, and sample 0 has 2 numbers

    The rows of a data frame are samples. Targets that are labels, such as strings, are replaced by their positions in
    ``classes``, which is the sorted list of labels unless you give it. Pass the training data's ``classes`` to all
    other data sets:

    >>> train = Dataset([[0.0], [1.0], [2.0]], ["cat", "dog", "cat"])
    >>> train.classes, train.targets
    (('cat', 'dog'), array([0., 1., 0.]))
    >>> Dataset([[3.0]], ["dog"], classes=train.classes).targets
    array([1.])
    """

    def __init__(self, inputs: Any, targets: Any, *, classes: Sequence[Any] | None = None) -> None:
        self.columns = names(inputs)
        """The names of the inputs, if they were given as a data frame whose columns have names; otherwise None."""
        self.inputs = table(inputs, "inputs")
        """One row for each sample."""
        if self.inputs.ndim == 1:
            self.inputs = self.inputs[:, np.newaxis]
        targets, self.classes = _encoded(targets, classes)
        """The labels, where a target is the position of a label; None where the targets were given as numbers."""
        self.targets = table(targets, "targets")
        """One number for each sample, or one row where a sample has several targets."""
        if self.targets.ndim == 2 and self.targets.shape[1] == 1:
            self.targets = self.targets[:, 0]
        if len(self.inputs) != len(self.targets):
            raise ValueError(
                f"there are {len(self.inputs)} inputs and {len(self.targets)} targets, and each input needs a target"
            )
        if not len(self.inputs):
            raise ValueError("a data set needs at least one sample, and this one is empty")
        self.indices = np.arange(len(self.inputs))
        """The position of each sample in the data set that this one was taken from."""
        self.inputs.flags.writeable = self.targets.flags.writeable = False

    @property
    def width(self) -> int:
        """How many numbers an input has.

        >>> from nn import xor
        >>> xor().width
        2
        """
        return int(self.inputs.shape[1])

    def __len__(self) -> int:
        return len(self.inputs)

    def __iter__(self) -> Iterator[tuple[list[float], Any]]:
        """The samples one by one as plain numbers: a list of inputs, and a target."""
        return zip(self.inputs.tolist(), self.targets.tolist(), strict=True)

    def __getitem__(self, which: slice | Sequence[int] | NDArray[Any]) -> Dataset:
        """The selected samples as a data set: ``data[:10]``, ``data[[2, 5]]``, ``data[data.targets == 1]``."""
        if isinstance(which, int | np.integer):
            raise TypeError(
                f"data[{which}] would be one sample, not a data set: write data[[{which}]] for a data set of one sample"
            )
        part = self._part(which)
        if not len(part.inputs):
            raise ValueError("a data set needs at least one sample, and none was selected")
        part.inputs.flags.writeable = part.targets.flags.writeable = False
        return part

    def _part(self, which: Any) -> Dataset:
        """The selected samples, which may be none; a slice gives a view."""
        part = object.__new__(Dataset)
        part.inputs, part.targets, part.indices = self.inputs[which], self.targets[which], self.indices[which]
        part.classes, part.columns = self.classes, self.columns
        return part

    def with_inputs(self, inputs: Any) -> Dataset:
        """The same targets with other inputs.

        >>> from nn import xor
        >>> xor().with_inputs(xor().inputs[:, :1])
        Dataset(4 samples of 1 input and 1 target)
        """
        other = Dataset(inputs, self.targets)
        other.classes, other.indices = self.classes, self.indices
        if other.columns is None and other.width == self.width:
            other.columns = self.columns
        return other

    def matched(self, classes: tuple[Any, ...] | None, columns: tuple[str, ...] | None) -> Dataset:
        """The same samples for a model that was trained on data with these ``classes`` and ``columns``: the columns
        are in that order, and each target is the position of its label there. A name or a label that the training data
        did not have is an error.

        >>> from nn import Dataset
        >>> Dataset([[3.0]], ["dog"]).matched(("cat", "dog"), None).targets
        array([1.])
        """
        if classes == self.classes and columns in (None, self.columns):
            return self
        other = self._part(slice(None))
        if columns is not None and self.columns is not None:
            other.inputs, other.columns = ordered(self.inputs, self.columns, columns), columns
        if classes is None:
            wrong = not_numbers(self)
            if wrong is not None:
                raise ValueError(
                    f"the target of sample {wrong[0]} is the label {wrong[1]!r}, and the model was not trained on "
                    f"labels; if its outputs stand for labels, set model.classes = {self.classes}"
                )
        elif self.targets.ndim == 1 and classes != self.classes:
            labels = self.targets.tolist()
            if self.classes is not None:
                labels = [self.classes[int(position)] for position in labels]
            other.targets = np.array(_encoded(labels, classes)[0], dtype=np.float64)
        other.classes = classes
        other.inputs.flags.writeable = other.targets.flags.writeable = False
        return other

    def split(self, validation: float, *, seed: Seed) -> tuple[Dataset, Dataset]:
        """Two data sets, for training and for validation. The second has a random share of the samples, rounded to a
        whole number of them.

        >>> from nn import two_moons
        >>> train, validation = two_moons(100, seed=0).split(0.2, seed=1)
        >>> len(train), len(validation)
        (80, 20)
        """
        held_back = round(finite(validation, "the share for validation") * len(self))
        if not 0 < held_back < len(self):
            raise ValueError(
                f"a share of {validation!r} of {len(self)} samples leaves {len(self) - held_back} for training and "
                f"{held_back} for validation; each needs at least one"
            )
        order = generator(seed, "a random split").permutation(len(self))
        return self[np.sort(order[held_back:])], self[np.sort(order[:held_back])]

    def batches(
        self, size: int, *, seed: Seed | None = None, shuffle: bool = True, drop_last: bool = False
    ) -> Minibatches:
        """The samples in batches: see `Minibatches`.

        >>> from nn import wave
        >>> wave(512, seed=0).batches(128, seed=1)
        Minibatches(Dataset(512 samples of 1 input and 1 target), 128)
        """
        return Minibatches(self, size, seed=seed, shuffle=shuffle, drop_last=drop_last)

    def __repr__(self) -> str:
        several = 1 if self.targets.ndim == 1 else self.targets.shape[1]
        return (
            f"Dataset({len(self)} sample{'s' * (len(self) != 1)} of {self.width} input{'s' * (self.width != 1)} and "
            f"{several} target{'s' * (several != 1)})"
        )


class Minibatches:
    """A data set in batches of ``size``. Each iteration has a new random order, drawn from ``seed``, unless
    ``shuffle=False``.

    The last batch is smaller if the size does not divide the number of samples; ``drop_last=True`` leaves it out.

    >>> from nn import Dataset
    >>> batches = Dataset([10.0, 20.0, 30.0, 40.0, 50.0], [1, 2, 3, 4, 5]).batches(2, seed=0)
    >>> [len(batch) for batch in batches]
    [2, 2, 1]
    >>> len(batches), sorted(target for batch in batches for _, target in batch)
    (3, [1.0, 2.0, 3.0, 4.0, 5.0])
    """

    def __init__(
        self, data: Dataset, size: int, *, seed: Seed | None = None, shuffle: bool = True, drop_last: bool = False
    ) -> None:
        self.data = dataset(data)
        self.size = whole(size, "the size of a batch")
        self.drop_last = drop_last
        self._rng = generator(seed, "shuffling") if shuffle else None
        if drop_last and size > len(self.data):
            raise ValueError(f"{self.data!r} is smaller than a batch of {size}, so drop_last=True would drop all of it")

    def __len__(self) -> int:
        full, rest = divmod(len(self.data), self.size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Dataset]:
        order = np.arange(len(self.data)) if self._rng is None else self._rng.permutation(len(self.data))
        shuffled = self.data[order]
        for i in range(len(self)):
            yield shuffled._part(slice(i * self.size, (i + 1) * self.size))

    def __repr__(self) -> str:
        return f"Minibatches({self.data!r}, {self.size})"


def dataset(data: Any) -> Dataset:
    """``data`` as a data set: a data set itself, or a pair of inputs and targets."""
    if isinstance(data, Dataset):
        return data
    if isinstance(data, tuple | list) and len(data) == 2:
        return Dataset(*data)
    raise TypeError(f"data must be a Dataset, or a pair (inputs, targets), not {type(data).__name__}")


def remembered(model: Any, name: str, otherwise: Any = None) -> Any:
    """The ``classes`` or ``columns`` of the data that a model was trained on. A model of another kind than `Module` may
    have no such attribute, and a model may use the name for something else.
    """
    found = getattr(model, name, otherwise)
    return found if isinstance(found, tuple | None) else otherwise


def names(inputs: Any) -> tuple[str, ...] | None:
    """The names of the columns of a data frame; None for other inputs, and for columns that are only numbered."""
    columns = getattr(inputs, "columns", None) if callable(getattr(inputs, "to_numpy", None)) else None
    listed = () if columns is None else tuple(columns)
    return listed if listed and all(isinstance(name, str) for name in listed) else None


def ordered(inputs: NDArray[Any], given: tuple[str, ...] | None, columns: tuple[str, ...] | None) -> NDArray[Any]:
    """Inputs whose columns have the names ``given``, in the order ``columns``. If one of the two is None, they stay as
    they are.
    """
    if given is None or columns is None or given == columns:
        return inputs
    missing = [name for name in columns if name not in given]
    strange = [name for name in given if name not in columns]
    if missing or strange or len(given) != len(columns):
        raise ValueError(
            f"the columns of these inputs are {list(given)}, and those of the training data {list(columns)}"
            + (f"; missing: {missing}" if missing else "")
            + (f"; unknown: {strange}" if strange else "")
            + ". Select the columns, as in frame[names]; or give an array, whose columns are taken by position"
        )
    return np.ascontiguousarray(inputs[:, [given.index(name) for name in columns]])


def not_numbers(data: Dataset) -> tuple[int, Any] | None:
    """The first sample whose label is something else than the number that replaces it, and that label."""
    if data.classes is not None and data.targets.ndim == 1:
        for i, position in enumerate(data.targets.tolist()):
            if data.classes[int(position)] != position:
                return i, data.classes[int(position)]
    return None


def check_classes(classes: Sequence[Any], outputs: int) -> None:
    """Raise an error if a model with this number of outputs cannot predict these classes: one output tells two."""
    if len(classes) != max(outputs, 2) and not len(classes) == outputs == 1:
        raise ValueError(
            f"{len(classes)} label{'s' * (len(classes) != 1)}, {outputs} output{'s' * (outputs != 1)}: a model needs "
            f"one output for each label, or a single output for two labels; the labels are {tuple(classes)}"
        )


def _encoded(targets: Any, classes: Sequence[Any] | None) -> tuple[Any, tuple[Any, ...] | None]:
    """The targets as numbers, and the labels whose positions these numbers are."""
    if classes is None and _are_bools(targets):
        classes = (False, True)
    if classes is None and not _has_strings(targets):
        return targets, None
    labels = _labels(targets)
    if classes is None:
        for i, label in enumerate(labels):
            if not isinstance(label, str):
                raise TypeError(f"the target of sample {i} is {label!r}, and others are labels: is this one missing?")
        classes = sorted(set(labels))
    listed = _labels(classes)
    numbers = {label: i for i, label in enumerate(listed)}
    if len(numbers) < len(listed):
        raise ValueError(f"a label occurs twice among the classes: {listed}")
    for i, label in enumerate(labels):
        if label not in numbers:
            raise ValueError(f"the target of sample {i} is {label!r}, which is not among the classes {tuple(listed)}")
    return [numbers[label] for label in labels], tuple(listed)


def _has_strings(targets: Any) -> bool:
    if isinstance(targets, str | bytes) or getattr(getattr(targets, "dtype", None), "kind", "") in tuple("biufc"):
        return False
    listed = hasattr(targets, "__array__") or isinstance(targets, Sequence)
    return listed and any(isinstance(label, str) for label in _labels(targets))


def _are_bools(targets: Any) -> bool:
    """Whether the targets are one true or false for each sample."""
    if not hasattr(targets, "__array__") and not isinstance(targets, Sequence):
        return False
    if getattr(getattr(targets, "dtype", None), "kind", "b") not in "bO":
        return False
    labels = [] if isinstance(targets, str | bytes) else _labels(targets)
    return bool(labels) and all(isinstance(label, bool) for label in labels)


def _labels(given: Any) -> list[Any]:
    """One label for each sample, as Python objects."""
    if hasattr(given, "__array__") or hasattr(given, "to_numpy"):
        array = as_array(given, "labels")
        return list((array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array).tolist())
    return [x.item() if isinstance(x, np.generic) else x for x in given]


def table(given: Any, what: str) -> NDArray[np.float64]:
    """``given`` as a new array of finite numbers, with one or two dimensions."""
    if not hasattr(given, "__array__") and not hasattr(given, "to_numpy"):
        if isinstance(given, str | bytes) or not hasattr(given, "__iter__"):
            raise TypeError(f"{what} must be a list with an entry for each sample, and not {given!r}")
        given = list(given)
        _check_ragged(given, what)
    try:
        array = as_array(given, f"the {what}")
    except ValueError:
        raise ValueError(f"the {what} are ragged: the rows of a sample have different lengths") from None
    if array.dtype.kind not in "biuf":
        _check_numbers(array, what)
    table = np.array(array, dtype=np.float64, order="C")
    if table.ndim not in (1, 2):
        raise ValueError(
            f"{what} must be one number or one row of numbers for each sample, and this array has {table.ndim} "
            f"dimensions"
        )
    if table.ndim == 2 and table.shape[1] == 0 and len(table):
        raise ValueError(f"{what} need at least one number for each sample, and the rows are empty")
    for place in np.argwhere(~np.isfinite(table)):
        where = f", number {place[1]}," if len(place) > 1 else ""
        raise ValueError(
            f"the {what} of sample {place[0]}{where} are {float(table[tuple(place)])!r}: data must be finite"
        )
    return table


def _check_ragged(rows: Sequence[Any], what: str) -> None:
    widths = [_width(row) for row in rows]
    for i, width in enumerate(widths):
        if width != widths[0]:
            raise ValueError(f"the {what} are ragged: sample {i} has {width}, and sample 0 has {widths[0]}")


def _width(row: Any) -> str:
    if isinstance(row, str | bytes) or not hasattr(row, "__len__"):
        return "one bare number"
    return f"{len(row)} number{'s' * (len(row) != 1)}"


def _check_numbers(array: NDArray[Any], what: str) -> None:
    """Accept numbers of other types, such as fractions; otherwise name the first thing that is not a number."""
    for place in np.ndindex(array.shape):
        x = array[place]
        if not isinstance(x, Real):
            advice = "; write .data for its number" if isinstance(x, Value) else ""
            if isinstance(x, str):
                advice = "; encode each category as a number or as a column of its own, as pandas.get_dummies does"
            raise TypeError(
                f"the {what} of sample {place[0]} hold {x!r} of type {type(x).__name__}, which is not a number{advice}"
            )


class Standardiser:
    """(x − mean)/deviation, column by column, with the mean and the standard deviation of the inputs it is made from.

    Make it from the training data, and apply it to all inputs of the model. The variance is divided by the number of
    samples m, not m − 1. A constant column becomes 0.

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
        """``data`` is a data set, a pair (inputs, targets), or only inputs: an array, a list of rows or a data
        frame. The names of the columns of a data frame are kept, and other data frames are put in their order.
        """
        pair = isinstance(data, tuple) and len(data) == 2
        if pair or isinstance(data, Dataset):
            data = dataset(data)
            inputs, self.columns = data.inputs, data.columns
        else:
            inputs, self.columns = table(data, "inputs"), names(data)
            inputs = Dataset(inputs, np.zeros(len(inputs))).inputs
        constant = np.max(inputs, axis=0) == np.min(inputs, axis=0)
        size = np.maximum(np.max(np.abs(inputs), axis=0), np.finfo(float).tiny)  # so that no square overflows
        self.mean: NDArray[np.float64] = np.where(constant, inputs[0], size * np.mean(inputs / size, axis=0))
        self.deviation: NDArray[np.float64] = np.where(constant, 1.0, size * np.std(inputs / size, axis=0))

    def __call__(self, x: Any) -> Any:
        """A data set with its inputs standardised; or an array, for one input or several."""
        if isinstance(x, Dataset):
            x = x.matched(x.classes, self.columns)
            self._check(x.inputs)
            return x.with_inputs(self(x.inputs))
        return (self._check(x) - self.mean) / self.deviation

    def inverse(self, x: Any) -> NDArray[np.float64]:
        """The original inputs, from standardised ones.

        >>> from nn import Dataset, Standardiser
        >>> standardised = Standardiser(Dataset([1.0, 3.0], [0, 1]))
        >>> standardised.inverse(standardised([4.0]))
        array([4.])
        """
        return self._check(x) * self.deviation + self.mean

    def _check(self, x: Any) -> NDArray[np.float64]:
        array = ordered(as_array(x, "the inputs"), names(x), self.columns).astype(np.float64, order="C")
        if array.ndim == 0 or array.shape[-1] != len(self.mean):
            raise ValueError(
                f"this Standardiser is for inputs of {len(self.mean)} numbers; this array has the shape {array.shape}"
            )
        return array

    def __repr__(self) -> str:
        return f"Standardiser(mean={self.mean.tolist()}, deviation={self.deviation.tolist()})"
