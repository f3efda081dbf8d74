"""What a model is made of, as plain data: to be kept beside its parameters, and to make the model from again."""

from __future__ import annotations

from typing import Any

from .activations import GELU, Cubic, Identity, LeakyReLU, ReLU, Sigmoid, Softplus, Tanh
from .layers import Linear, Neuron
from .module import Module, parameter_arrays
from .networks import MLP, Sequential

KINDS: dict[str, type[Module]] = {
    kind.__name__: kind
    for kind in (Neuron, Linear, Sequential, MLP, Identity, Sigmoid, ReLU, LeakyReLU, Tanh, Softplus, GELU, Cubic)
}
"""The modules that can be described. A subclass of one may do anything, and so it cannot."""


def describe(model: Module) -> dict[str, Any] | None:
    """The model as data, such that `build` makes one like it; None where that cannot be, as for a class of your own.

    >>> from nn import Neuron
    >>> describe(Neuron(2, "tanh", seed=0))
    {'kind': 'Neuron', 'inputs': 2, 'activation': {'kind': 'Tanh'}}
    """
    description = _described(model)
    if description is None or shapes(build(description)) != shapes(model):
        return None  # somebody changed it, or it shares parameters
    return description


def _described(model: Module) -> dict[str, Any] | None:
    config = model.config() if KINDS.get(type(model).__name__) is type(model) else None
    if config is None:
        return None
    description: dict[str, Any] = {"kind": type(model).__name__}
    for name, thing in config.items():
        parts = [_described(part) if isinstance(part, Module) else part for part in _as_list(thing)]
        if any(part is None for part in parts):
            return None
        description[name] = parts if isinstance(thing, list) else parts[0]
    return description


def build(description: Any) -> Module:
    """The model that was described. Its parameters are 0.

    >>> from nn import MLP
    >>> build(describe(MLP(2, [4, 1], hidden="tanh")))
    MLP(2, [4, 1], hidden='tanh')
    """
    if not isinstance(description, dict) or description.get("kind") not in KINDS:
        raise ValueError(f"this describes no module: {description!r}")
    kind = KINDS[description["kind"]]
    config: dict[str, Any] = {}
    for name, thing in description.items():
        if name != "kind":
            parts = [build(part) if isinstance(part, dict) else part for part in _as_list(thing)]
            config[name] = parts if isinstance(thing, list) else parts[0]
    if issubclass(kind, Sequential):
        return kind.from_config(**config)
    if issubclass(kind, Linear | Neuron):
        return kind(**config, weights=0.0)
    return kind(**config)


def shapes(model: Module) -> dict[str, tuple[int, ...]]:
    """The names and shapes of a model's parameters.

    >>> from nn import Linear
    >>> shapes(Linear(2, 3, seed=0))
    {'w': (3, 2), 'b': (3,)}
    """
    return {array.name: array.shape for array in parameter_arrays(model)}


def _as_list(thing: Any) -> list[Any]:
    return thing if isinstance(thing, list) else [thing]
