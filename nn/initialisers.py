"""Initialisers: the numbers that parameters start from.

An initialiser is a function of a shape and a generator that returns an array of that shape. The shape is (outputs,
inputs) for the weights of a layer, and (outputs,) for its biases. A number may be given in place of an initialiser, for
every parameter, or nested lists, for each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .checks import Seed, finite, generator, known, not_negative, positive

Shape: TypeAlias = tuple[int, ...]
Initialiser: TypeAlias = Callable[[Shape, np.random.Generator], NDArray[np.float64]]
Distribution: TypeAlias = Literal["normal", "uniform"]


@dataclass(frozen=True)
class Normal:
    """Drawn from N(mean, std²): by default from N(0, 1), as the weights of document 3.

    >>> from nn import Normal
    >>> Normal(std=0.1)((2, 3), np.random.default_rng(0)).shape
    (2, 3)
    """

    std: float = 1.0
    mean: float = 0.0

    def __post_init__(self) -> None:
        not_negative(self.std, "std")
        finite(self.mean, "mean")

    def __call__(self, shape: Shape, rng: np.random.Generator) -> NDArray[np.float64]:
        """The numbers for parameters of this shape."""
        return rng.normal(self.mean, self.std, shape)


@dataclass(frozen=True)
class Uniform:
    """Drawn evenly between low and high: by default from −1 to 1, as in micrograd.

    >>> from nn import Uniform
    >>> x = Uniform(2.0, 3.0)((1000,), np.random.default_rng(0))
    >>> bool(2.0 <= x.min() < x.max() < 3.0)
    True
    """

    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if finite(self.low, "low") > finite(self.high, "high"):
            raise ValueError(f"low must not be above high, and {self.low!r} is above {self.high!r}")

    def __call__(self, shape: Shape, rng: np.random.Generator) -> NDArray[np.float64]:
        """The numbers for parameters of this shape."""
        return rng.uniform(self.low, self.high, shape)


@dataclass(frozen=True)
class Constant:
    """One number everywhere, such as the 0.03 of document 3's biases.

    >>> from nn import Constant, Linear
    >>> Linear(1, 3, seed=0, biases=Constant(0.03)).state_dict()["b"]
    array([0.03, 0.03, 0.03])
    """

    value: float

    def __post_init__(self) -> None:
        finite(self.value, "a constant start")

    def __call__(self, shape: Shape, rng: np.random.Generator | None = None) -> NDArray[np.float64]:
        """The numbers for parameters of this shape."""
        return np.full(shape, float(self.value))


@dataclass(frozen=True)
class Xavier:
    """Glorot and Bengio's initialisation, for sigmoid, tanh and linear layers: variance gain²·2/(inputs + outputs).

    >>> from nn import Xavier
    >>> w = Xavier()((200, 300), np.random.default_rng(0))
    >>> round(float(w.std() * (500 / 2) ** 0.5), 2)
    1.0
    """

    distribution: Distribution = "uniform"
    gain: float = 1.0

    def __post_init__(self) -> None:
        _check(self.distribution, self.gain)

    def __call__(self, shape: Shape, rng: np.random.Generator) -> NDArray[np.float64]:
        """The numbers for parameters of this shape."""
        return _draw(self.distribution, self.gain * (2.0 / (shape[-1] + _outputs(shape))) ** 0.5, shape, rng)


@dataclass(frozen=True)
class He:
    """He et al.'s initialisation, for layers with relu, which halves the variance: gain²·2/inputs.

    >>> from nn import He
    >>> w = He("uniform")((200, 300), np.random.default_rng(0))
    >>> round(float(w.std() * (300 / 2) ** 0.5), 2)
    1.0
    """

    distribution: Distribution = "normal"
    gain: float = 1.0

    def __post_init__(self) -> None:
        _check(self.distribution, self.gain)

    def __call__(self, shape: Shape, rng: np.random.Generator) -> NDArray[np.float64]:
        """The numbers for parameters of this shape."""
        return _draw(self.distribution, self.gain * (2.0 / shape[-1]) ** 0.5, shape, rng)


INITIALISERS: dict[str, Callable[[], Initialiser]] = {
    "normal": Normal,
    "uniform": Uniform,
    "xavier": Xavier,
    "glorot": Xavier,
    "he": He,
}
"""The initialisers that have a name."""


def start(spec: Any, shape: Shape, seed: Seed | None, what: str) -> Any:
    """The numbers that ``spec`` describes, as nested lists; ``what`` names the parameters in errors."""
    if isinstance(spec, str):
        spec = INITIALISERS[known(spec, INITIALISERS, "initialiser")]()
    if isinstance(spec, Real):
        spec = Constant(finite(spec, what))
    if isinstance(spec, Constant):
        return spec(shape).tolist()
    if isinstance(spec, type) or not callable(spec):
        numbers = _given(spec, what)
    else:
        numbers = np.asarray(spec(shape, generator(seed, what)), dtype=np.float64)
    if numbers.shape != shape:
        raise ValueError(f"{what} need numbers of shape {shape}, and {_short(spec)} has the shape {numbers.shape}")
    if not np.all(np.isfinite(numbers)):
        raise ValueError(f"{what} must be finite, and in {_short(spec)} there is inf or nan")
    return numbers.tolist()


def _given(spec: Any, what: str) -> NDArray[np.float64]:
    """The numbers of a list or an array."""
    if isinstance(spec, type):
        raise TypeError(f"{what}: {spec.__name__} is a class; write {spec.__name__}()")
    try:
        return np.array(spec, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"{what} start from an initialiser such as Normal(), its name, one number, or nested lists of numbers "
            f"with rows of one length, and not from {_short(spec)}"
        ) from None


def _outputs(shape: Shape) -> int:
    """The number of neurons that the weights are for: one, if the shape has only one number."""
    return shape[0] if len(shape) > 1 else 1


def _draw(distribution: str, std: float, shape: Shape, rng: np.random.Generator) -> NDArray[np.float64]:
    if distribution == "normal":
        return rng.normal(0.0, std, shape)
    limit = std * 3.0**0.5  # a uniform distribution up to ±limit has this deviation
    return rng.uniform(-limit, limit, shape)


def _check(distribution: str, gain: float) -> None:
    known(distribution, ("normal", "uniform"), "distribution")
    positive(gain, "gain")


def _short(spec: Any) -> str:
    text = " ".join(repr(spec).split())
    return text if len(text) <= 60 else f"{text[:60]}…"
