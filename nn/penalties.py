"""Penalties: what is added to a training loss to keep the parameters small. `fit` takes one as ``penalty=``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value, dot

from .checks import not_negative
from .module import Module


class L2:
    """The penalty strength·Σ θ², over the parameters of a model, or over a list of them that you choose.

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
        return self.strength * dot(values, values)

    def __repr__(self) -> str:
        return f"L2({self.strength!r})"
