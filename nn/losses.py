"""Losses over samples, and the penalty that can be added to one.

With ŷ the prediction and y the target of a sample, and m samples, a loss is one of

- ``mean``       (1/m) Σ ℓ(ŷ, y), as in documents 1, 3 and 4;
- ``half_mean``  (1/2m) Σ ℓ(ŷ, y), as in document 2: the 1/2 cancels the 2 in the derivative of the square;
- ``sum``        Σ ℓ(ŷ, y).

Where a sample has several outputs, its ℓ is the sum over them: the mean is taken over samples only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import NonFiniteError, Value

from .checks import known, not_negative
from .data import Dataset, not_numbers
from .module import Module

Reduction: TypeAlias = Literal["mean", "half_mean", "sum"]
REDUCTIONS = ("mean", "half_mean", "sum")


class Loss:
    """The base class of losses. A loss is called with the predictions and the targets of all samples.

    For a loss of your own, define the loss of a single output in ``of_one``:

    >>> from nn import Loss
    >>> class Quartic(Loss):
    ...     def of_one(self, prediction, target):
    ...         return (prediction - target) ** 4
    >>> Quartic()([1.0, 3.0], [0.0, 1.0])
    8.5
    """

    name: ClassVar[str] = ""
    takes_labels: ClassVar[bool] = False
    """Whether a target may be the position of a label among the classes, as for losses of classification."""

    def __init__(self, reduction: Reduction = "mean") -> None:
        self.reduction: Reduction = reduction
        known(reduction, REDUCTIONS, "reduction")

    def of_one(self, prediction: Any, target: Any) -> Any:
        """ℓ for one output.

        >>> from nn import MSE
        >>> MSE().of_one(3.0, 1.0)
        4.0
        """
        raise NotImplementedError(
            f"{type(self).__name__} needs a method of_one(prediction, target) for the loss of one output"
        )

    def of_sample(self, prediction: Any, target: Any) -> Any:
        """ℓ for one sample: the sum over its outputs.

        >>> from nn import MSE
        >>> MSE().of_sample([3.0, 5.0], [1.0, 4.0])
        5.0
        """
        predictions, targets = _listed(prediction), _listed(target)
        if len(predictions) != len(targets):
            raise ValueError(f"a sample has {len(predictions)} predictions and {len(targets)} targets")
        if len(predictions) == 1:
            return self.of_one(predictions[0], targets[0])
        return autograd.sum([self.of_one(p, t) for p, t in zip(predictions, targets, strict=True)])

    def __call__(self, predictions: Any, targets: Any) -> Any:
        """The loss of all samples: a Value, or a float if no prediction is a Value."""
        predictions, targets = _listed(predictions), _listed(targets)
        if len(predictions) != len(targets):
            raise ValueError(f"there are {len(predictions)} predictions and {len(targets)} targets")
        if not predictions:
            raise ValueError("a loss needs at least one sample, and the predictions are empty")
        total = autograd.sum([self.of_sample(p, t) for p, t in zip(predictions, targets, strict=True)])
        return total if self.reduction == "sum" else total / self._divisor(len(predictions))

    def _divisor(self, samples: int) -> float:
        return {"mean": 1.0, "half_mean": 2.0}[self.reduction] * samples

    def of_batches(self, losses: Sequence[float], sizes: Sequence[int]) -> float:
        """The loss of all samples, from the losses and sizes of batches.

        >>> from nn import MSE
        >>> MSE().of_batches([1.0, 4.0], [2, 1]), MSE("sum").of_batches([1.0, 4.0], [2, 1])
        (2.0, 5.0)
        """
        if self.reduction == "sum":
            return sum(losses)
        return fsum([loss * (size / sum(sizes)) for loss, size in zip(losses, sizes, strict=True)])

    def check(self, targets: NDArray[np.float64], outputs: int) -> None:
        """Raise an error for targets that do not suit this loss and a model with this number of outputs.

        >>> from nn import Hinge
        >>> Hinge().check(np.array([1.0, 0.0]), 1)
        Traceback (most recent call last):
        ValueError: Hinge() needs the labels −1 and 1, and the target of sample 1 is 0.0. For the labels 0 and 1 use
        LogLossFromLogits, or convert them with 2·y − 1.
        """
        width = 1 if targets.ndim == 1 else targets.shape[1]
        if width != outputs:
            raise ValueError(
                f"the model has {outputs} output{'s' * (outputs != 1)}, and a sample of the data has {width} "
                f"target{'s' * (width != 1)}: {self!r} needs one target for each output"
            )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), self.reduction))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'' if self.reduction == 'mean' else repr(self.reduction)})"


class MSE(Loss):
    """The mean squared error: ℓ = (ŷ − y)².

    >>> from nn import MSE
    >>> MSE()([1.0, 2.0], [0.0, 4.0]), MSE("half_mean")([1.0, 2.0], [0.0, 4.0]), MSE("sum")([1.0, 2.0], [0.0, 4.0])
    (2.5, 1.25, 5.0)
    """

    name = "mse"

    def of_one(self, prediction: Any, target: Any) -> Any:
        """(ŷ − y)²."""
        return (prediction - target) ** 2


class MAE(Loss):
    """The mean absolute error: ℓ = |y − ŷ|.

    >>> from nn import MAE
    >>> MAE()([1.0, 2.0], [0.0, 4.0])
    1.5
    """

    name = "mae"

    def of_one(self, prediction: Any, target: Any) -> Any:
        """|y − ŷ|."""
        return autograd.abs(target - prediction)


class LogLoss(Loss):
    """The log loss of probabilities, such as σ returns: ℓ = −((1 − y)·log(1 − ŷ) + y·log ŷ), for targets from 0 to 1.

    Where σ is rounded to 0 or 1, this loss is infinite or 0. `LogLossFromLogits`, the same loss as a function of the
    argument of σ, does not have this problem.

    >>> from nn import LogLoss
    >>> round(LogLoss()([0.5, 0.8], [0, 1]), 6)
    0.458145
    """

    name = "log_loss"
    takes_labels = True

    def of_one(self, prediction: Any, target: Any) -> Any:
        """−((1 − y)·log(1 − ŷ) + y·log ŷ)."""
        try:
            if not isinstance(target, Value):  # 0·log 0 is 0
                if target == 1.0:
                    return -autograd.log(prediction)
                if target == 0.0:
                    return -autograd.log1p(-prediction)
            return -((1.0 - target) * autograd.log1p(-prediction) + target * autograd.log(prediction))
        except NonFiniteError as error:
            raise NonFiniteError(
                f"{error}. The log loss of the target {target!r} needs a prediction between 0 and 1, and σ can be "
                f"rounded to 0 or 1: LogLossFromLogits, given the argument of σ, does not have this problem",
                primitive=error.primitive,
                operands=error.operands,
            ) from error

    def check(self, targets: NDArray[np.float64], outputs: int) -> None:
        """Raise an error for targets that are not from 0 to 1."""
        super().check(targets, outputs)
        _check_each(self, targets, (targets >= 0.0) & (targets <= 1.0), "targets from 0 to 1", _FOR_SIGNS)


class LogLossFromLogits(Loss):
    """The log loss of σ(ŷ), for targets from 0 to 1: accurate for every ŷ.

    >>> from nn import LogLossFromLogits
    >>> LogLossFromLogits()([100.0], [1])
    3.720075976020836e-44
    """

    name = "log_loss_from_logits"
    takes_labels = True

    def of_one(self, prediction: Any, target: Any) -> Any:
        """−((1 − y)·log(1 − σ(ŷ)) + y·log σ(ŷ))."""
        return autograd.binary_cross_entropy_with_logits(prediction, target)

    def check(self, targets: NDArray[np.float64], outputs: int) -> None:
        """Raise an error for targets that are not from 0 to 1."""
        super().check(targets, outputs)
        _check_each(self, targets, (targets >= 0.0) & (targets <= 1.0), "targets from 0 to 1", _FOR_SIGNS)


class CrossEntropy(Loss):
    """Softmax cross-entropy: ℓ = −log(exp ŷ_c / Σ_j exp ŷ_j), where the target c is the class, counted from 0.

    >>> from nn import CrossEntropy
    >>> round(CrossEntropy()([[1.0, 1.0], [3.0, 0.0]], [0, 1]), 6)
    1.870867
    """

    name = "cross_entropy"
    takes_labels = True

    def of_sample(self, prediction: Any, target: Any) -> Any:
        """−log of the probability that softmax gives to the class."""
        if not isinstance(prediction, Sequence | np.ndarray):
            raise ValueError(
                "CrossEntropy needs one output for each class, so at least two; for a single output use "
                "LogLossFromLogits"
            )
        return autograd.softmax_cross_entropy(prediction, target)

    def check(self, targets: NDArray[np.float64], outputs: int) -> None:
        """Raise an error for targets that are not the numbers of classes from 0 to ``outputs`` − 1."""
        if outputs == 1:
            self.of_sample(0.0, 0.0)
        if targets.ndim > 1:
            raise ValueError(
                f"{self!r} needs one class for each sample, and here a sample has {targets.shape[1]} targets; "
                f"convert one-hot targets with numpy.argmax(targets, axis=1)"
            )
        fine = (targets == np.floor(targets)) & (targets >= 0) & (targets < outputs)
        _check_each(self, targets, fine, f"classes from 0 to {outputs - 1}, as the model has {outputs} outputs", "")


class Hinge(Loss):
    """The hinge loss of a support vector machine: ℓ = max(0, 1 − y·ŷ), for the labels y = −1 and 1.

    >>> from nn import Hinge
    >>> Hinge()([2.0, 0.5, 0.5], [1, 1, -1])
    0.6666666666666666
    """

    name = "hinge"

    def of_one(self, prediction: Any, target: Any) -> Any:
        """max(0, 1 − y·ŷ)."""
        return autograd.relu(1.0 - target * prediction)

    def check(self, targets: NDArray[np.float64], outputs: int) -> None:
        """Raise an error for targets that are not −1 or 1."""
        super().check(targets, outputs)
        _check_each(self, targets, abs(targets) == 1.0, "the labels −1 and 1", _FOR_PROBABILITIES)


LOSSES: dict[str, type[Loss]] = {
    kind.name: kind for kind in (MSE, MAE, LogLoss, LogLossFromLogits, CrossEntropy, Hinge)
}
"""The losses that have a name."""


def loss(spec: Any) -> Callable[[Any, Any], Any]:
    """The loss for a name, a `Loss`, or a function of the predictions and the targets.

    >>> from nn.losses import loss
    >>> loss("mse")
    MSE()
    """
    if isinstance(spec, type) and issubclass(spec, Loss):
        raise TypeError(f"{spec.__name__} is a class; write {spec.__name__}() for the loss")
    if callable(spec):
        made: Callable[[Any, Any], Any] = spec
        return made
    return LOSSES[known(spec, LOSSES, "loss")]()


def check_labels(loss: Any, data: Dataset) -> None:
    """Raise an error if the targets are labels and the loss would take their positions for numbers."""
    wrong = None if getattr(loss, "takes_labels", False) else not_numbers(data)
    if wrong is not None:
        i, label = wrong
        raise TypeError(
            f"the target of sample {i} is the {'text' if isinstance(label, str) else 'label'} {label!r}: {loss!r} "
            f"needs numbers; write float(…), or use a loss for classes, such as 'cross_entropy'"
        )


_FOR_SIGNS = "For the labels −1 and 1 use Hinge, or convert them with (y + 1)/2."
_FOR_PROBABILITIES = "For the labels 0 and 1 use LogLossFromLogits, or convert them with 2·y − 1."


def _check_each(loss: Loss, targets: NDArray[np.float64], fine: Any, what: str, advice: str) -> None:
    for place in np.argwhere(~fine):
        raise ValueError(
            f"{loss!r} needs {what}, and the target of sample {place[0]} is {float(targets[tuple(place)])!r}. {advice}"
        )


def _listed(x: Any) -> Sequence[Any]:
    """``x`` as a sequence: an array becomes a list, and one number a tuple of one."""
    if hasattr(x, "tolist"):  # an array, or its stand-in while a function is recorded
        x = x.tolist()
    return x if isinstance(x, Sequence) else (x,)


class L2:
    """The penalty strength·Σ θ², over the parameters of a model or a list of parameters: `fit` adds it to the loss.

    >>> from nn import L2, Neuron
    >>> model = Neuron(2, weights=[3.0, 4.0], bias=1.0)
    >>> L2(0.5)(model).data, L2(0.5)(model.w).data
    (13.0, 12.5)
    """

    def __init__(self, strength: float) -> None:
        self.strength = not_negative(strength, "the strength of a penalty")

    def __call__(self, parameters: Module | Sequence[Value]) -> Any:
        """strength·Σ θ²."""
        values = parameters if isinstance(parameters, Sequence) else parameters.parameters()
        return self.strength * autograd.dot(values, values)

    def __repr__(self) -> str:
        return f"L2({self.strength!r})"
