"""Activations: what a neuron does to its sum.

Wherever one is asked for, it may be given by its name ("relu"), as a module (`ReLU(at_zero=0.5)`) or as a function of
one number (`autograd.tanh`, or your own).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import Value

from .checks import finite, known
from .module import Module


class Activation(Module):
    """A function of one number as a module: it takes a number, or a list and then every number in it.

    >>> from nn import Activation
    >>> double = Activation(lambda x: 2 * x)
    >>> double(1.5), double([1.0, Value(2.0)])
    (3.0, [2.0, Value(4.0, grad=0.0, op='mul')])
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        if not callable(function):
            raise TypeError(f"an activation is a function of one number, and {function!r} is no function")
        self._function = function

    def of(self, x: Any) -> Any:
        """The function of one number.

        >>> from nn import Sigmoid
        >>> Sigmoid().of(0.0)
        0.5
        """
        return self._function(x)

    def __call__(self, x: Any) -> Any:
        """The function of a number, or of each in a list."""
        if isinstance(x, np.ndarray):
            x = x.tolist()
        if isinstance(x, list | tuple):
            return [self(each) for each in x]
        return self.of(x)

    @property
    def name(self) -> str | None:
        """Its name, if it has one and is what that name stands for.

        >>> from nn import ReLU
        >>> ReLU().name, ReLU(at_zero=0.5).name
        ('relu', None)
        """
        return next((name for name, made in ACTIVATIONS.items() if type(self) is made and not self.config()), None)

    def __repr__(self) -> str:
        config = self.config()
        if config is None:
            return f"{type(self).__name__}({getattr(self._function, '__name__', repr(self._function))})"
        return f"{type(self).__name__}({', '.join([f'{name}={value!r}' for name, value in config.items()])})"


class _Plain(Activation):
    """One that is told by its name alone."""

    def __init__(self) -> None:
        super().__init__(self.of)

    def config(self) -> dict[str, Any]:
        return {}


class Identity(_Plain):
    """x itself.

    >>> from nn import Identity
    >>> Identity()(3.0)
    3.0
    """

    def of(self, x: Any) -> Any:
        """x."""
        return x


class Sigmoid(_Plain):
    """σ(x) = 1/(1 + e⁻ˣ).

    >>> from nn import Sigmoid
    >>> Sigmoid()([0.0, 0.0])
    [0.5, 0.5]
    """

    def of(self, x: Any) -> Any:
        """σ(x)."""
        return autograd.sigmoid(x)


class Tanh(_Plain):
    """tanh x.

    >>> from nn import Tanh
    >>> Tanh()(0.0)
    0.0
    """

    def of(self, x: Any) -> Any:
        """tanh x."""
        return autograd.tanh(x)


class Softplus(_Plain):
    """log(1 + eˣ), a smooth relu.

    >>> from nn import Softplus
    >>> Softplus()(1000.0)
    1000.0
    """

    def of(self, x: Any) -> Any:
        """log(1 + eˣ)."""
        return autograd.softplus(x)


class GELU(_Plain):
    """x·Φ(x), exactly and not by tanh.

    >>> from nn import GELU
    >>> GELU()(0.0)
    0.0
    """

    def of(self, x: Any) -> Any:
        """x·Φ(x)."""
        return autograd.gelu(x)


class Cubic(_Plain):
    """x³, the feature of document 1's cubic model b + W·x³.

    >>> from nn import Linear, Sequential
    >>> cubic = Sequential("cubic", Linear(1, 1, weights=2.0, biases=1.0))
    >>> cubic(3.0).data
    55.0
    """

    def of(self, x: Any) -> Any:
        """x³."""
        return x**3


class ReLU(_Plain):
    """x where x is positive, else 0. Its derivative at 0 is ``at_zero``: 0 in PyTorch, ½ in document 0, 1 in document
    2.

    >>> from nn import ReLU
    >>> x = Value(0.0)
    >>> ReLU(at_zero=0.5)(x).backward()
    >>> x.grad
    0.5
    """

    def __init__(self, at_zero: float = 0.0) -> None:
        super().__init__()
        self.at_zero = finite(at_zero, "at_zero")

    def of(self, x: Any) -> Any:
        """x or 0."""
        return x.relu(self.at_zero) if isinstance(x, Value) else autograd.relu(x, self.at_zero)

    def config(self) -> dict[str, Any]:
        """``at_zero``, if it is not 0."""
        return {} if self.at_zero == 0.0 else {"at_zero": self.at_zero}


class LeakyReLU(_Plain):
    """x where x is positive, else alpha·x. Its derivative at 0 is ``at_zero`` and, unless you say otherwise, alpha.

    >>> from nn import LeakyReLU
    >>> LeakyReLU(0.5)([-2.0, 2.0])
    [-1.0, 2.0]
    """

    def __init__(self, alpha: float = 0.01, at_zero: float | None = None) -> None:
        super().__init__()
        self.alpha = finite(alpha, "alpha")
        self.at_zero = None if at_zero is None else finite(at_zero, "at_zero")

    def of(self, x: Any) -> Any:
        """x or alpha·x."""
        return autograd.leaky_relu(x, self.alpha, self.alpha if self.at_zero is None else self.at_zero)

    def config(self) -> dict[str, Any]:
        """What is not as usual."""
        given = {"alpha": (self.alpha, 0.01), "at_zero": (self.at_zero, None)}
        return {name: value for name, (value, usual) in given.items() if value != usual}


ACTIVATIONS: dict[str, Callable[[], Activation]] = {
    "identity": Identity,
    "sigmoid": Sigmoid,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "tanh": Tanh,
    "softplus": Softplus,
    "gelu": GELU,
    "cubic": Cubic,
}
"""The activations that go by a name."""


_OF_FUNCTIONS: list[tuple[Any, Callable[[], Activation]]] = [
    (autograd.sigmoid, Sigmoid),
    (autograd.relu, ReLU),
    (autograd.leaky_relu, LeakyReLU),
    (autograd.tanh, Tanh),
    (autograd.softplus, Softplus),
    (autograd.gelu, GELU),
]


def activation(spec: Any) -> Module:
    """The activation for a name, a module or a function.

    >>> from nn.activations import activation
    >>> activation("tanh"), activation(autograd.tanh), activation(abs)
    (Tanh(), Tanh(), Activation(abs))
    """
    if isinstance(spec, Module):
        return spec
    if isinstance(spec, type) and issubclass(spec, Module):
        raise TypeError(f"{spec.__name__} is a class; write {spec.__name__}() for the activation")
    if callable(spec):
        named = next((made for function, made in _OF_FUNCTIONS if function is spec), None)
        return Activation(spec) if named is None else named()
    return ACTIVATIONS[known(spec, ACTIVATIONS, "activation")]()
