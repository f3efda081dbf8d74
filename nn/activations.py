"""Activations: the functions that neurons apply to their weighted sums.

An activation may be given by its name ("relu"), as a module (`ReLU(at_zero=0.5)`) or as a function of one number
(`autograd.tanh`, or your own).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

import autograd
from autograd import Value

from .checks import finite, known
from .module import Module

ACTIVATIONS: dict[str, type[_Named]] = {}
"""The activations that have a name."""
_BY_FUNCTION: list[tuple[Callable[..., Any], type[_Named]]] = []


class Activation(Module):
    """A function of one number as a module: it is applied to a number, or to each number of a list.

    >>> from nn import Activation
    >>> double = Activation(lambda x: 2 * x)
    >>> double(1.5), double([1.0, Value(2.0)])
    (3.0, [2.0, Value(4.0, grad=0.0, op='mul')])
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        if not callable(function):
            raise TypeError(f"an activation is a function of one number, and {function!r} is not a function")
        self._function = function

    def of(self, x: Any) -> Any:
        """The function of one number.

        >>> from nn import Sigmoid
        >>> Sigmoid().of(0.0)
        0.5
        """
        return self._function(x)

    def __call__(self, x: Any) -> Any:
        """The function of a number, or of each number of a list."""
        if isinstance(x, np.ndarray):
            x = x.tolist()
        if isinstance(x, list | tuple):
            return [self(each) for each in x]
        return self.of(x)

    @property
    def name(self) -> str | None:
        """The name that stands for this activation; None if no name does.

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


class _Named(Activation):
    """An activation that has a name. ``class Tanh(_Named, name="tanh", function=autograd.tanh)`` is all it takes."""

    _usual: ClassVar[dict[str, float | None]] = {}
    """Its settings, with their usual values."""

    def __init_subclass__(cls, name: str | None = None, function: Callable[..., Any] | None = None) -> None:
        super().__init_subclass__()
        if name is not None and function is not None:
            cls._function = staticmethod(function)
            ACTIVATIONS[name] = cls
            _BY_FUNCTION.append((function, cls))

    def __init__(self) -> None:
        pass

    def config(self) -> dict[str, Any]:
        """The settings that differ from the usual ones."""
        return {name: getattr(self, name) for name, usual in self._usual.items() if getattr(self, name) != usual}


class Identity(_Named, name="identity", function=lambda x: x):
    """x itself.

    >>> from nn import Identity
    >>> Identity()(3.0)
    3.0
    """


class Sigmoid(_Named, name="sigmoid", function=autograd.sigmoid):
    """σ(x) = 1/(1 + e⁻ˣ).

    >>> from nn import Sigmoid
    >>> Sigmoid()([0.0, 0.0])
    [0.5, 0.5]
    """


class ReLU(_Named, name="relu", function=autograd.relu):
    """x where x is positive, else 0. Its derivative at 0 is ``at_zero``: 0 in PyTorch, ½ in document 0, 1 in document
    2.

    >>> from nn import ReLU
    >>> x = Value(0.0)
    >>> ReLU(at_zero=0.5)(x).backward()
    >>> x.grad
    0.5
    """

    _usual: ClassVar[dict[str, float | None]] = {"at_zero": 0.0}

    def __init__(self, at_zero: float = 0.0) -> None:
        self.at_zero = finite(at_zero, "at_zero")

    def of(self, x: Any) -> Any:
        """x or 0."""
        return x.relu(self.at_zero) if isinstance(x, Value) else autograd.relu(x, self.at_zero)


class LeakyReLU(_Named, name="leaky_relu", function=autograd.leaky_relu):
    """x where x is positive, else alpha·x. Its derivative at 0 is ``at_zero``; if that is None, it is alpha.

    >>> from nn import LeakyReLU
    >>> LeakyReLU(0.5)([-2.0, 2.0])
    [-1.0, 2.0]
    """

    _usual: ClassVar[dict[str, float | None]] = {"alpha": 0.01, "at_zero": None}

    def __init__(self, alpha: float = 0.01, at_zero: float | None = None) -> None:
        self.alpha = finite(alpha, "alpha")
        self.at_zero = None if at_zero is None else finite(at_zero, "at_zero")

    def of(self, x: Any) -> Any:
        """x or alpha·x."""
        return autograd.leaky_relu(x, self.alpha, self.alpha if self.at_zero is None else self.at_zero)


class Tanh(_Named, name="tanh", function=autograd.tanh):
    """tanh x.

    >>> from nn import Tanh
    >>> Tanh()(0.0)
    0.0
    """


class Softplus(_Named, name="softplus", function=autograd.softplus):
    """log(1 + eˣ), a smooth relu.

    >>> from nn import Softplus
    >>> Softplus()(1000.0)
    1000.0
    """


class GELU(_Named, name="gelu", function=autograd.gelu):
    """x·Φ(x), computed exactly and not by the approximation with tanh.

    >>> from nn import GELU
    >>> GELU()(0.0)
    0.0
    """


class Cubic(_Named, name="cubic", function=lambda x: x**3):
    """x³, the feature of document 1's cubic model b + W·x³.

    >>> from nn import Linear, Sequential
    >>> cubic = Sequential("cubic", Linear(1, 1, weights=2.0, biases=1.0))
    >>> cubic(3.0).data
    55.0
    """


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
        named = next((made for function, made in _BY_FUNCTION if function is spec), None)
        return Activation(spec) if named is None else named()
    return ACTIVATIONS[known(spec, ACTIVATIONS, "activation")]()
