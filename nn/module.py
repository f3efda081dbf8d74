"""Module, a thing with parameters: it finds them in its attributes, names them, counts them, and loads and stores their
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value

from .checks import as_array, nearest


class Module:
    """The base class of everything with parameters: a neuron, a layer, a network, or a model of your own.

    A subclass has Values as attributes, and computes its output for one sample in ``__call__``:

    >>> from nn import Module
    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.w, self.b = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.w * x + self.b
    >>> model = Line()
    >>> model(3.0).data, dict(model.named_parameters())
    (7.0, {'w': Value(2.0, grad=0.0), 'b': Value(1.0, grad=0.0)})

    A parameter is a Value in an attribute, in a list, tuple or dict in an attribute, or in a module in one of these.
    Attributes whose names begin with ``_`` are ignored: use them for Values that are not parameters.
    """

    classes: tuple[Any, ...] | None = None
    """The labels of the outputs, in order, if the model was trained on a data set with `Dataset.classes`."""
    columns: tuple[str, ...] | None = None
    """The names of the inputs, in order, if the model was trained on a data frame."""

    def __call__(self, x: Any) -> Any:
        """The output for one sample."""
        raise NotImplementedError(f"{type(self).__name__} needs a method __call__(self, x) that computes its output")

    def parameters(self) -> list[Value]:
        """Every parameter once, in a fixed order: those of the module itself, as its attributes were assigned, then
        those of the modules inside it.

        >>> from nn import MLP
        >>> len(MLP(2, [16, 16, 1]).parameters())
        337
        """
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Each parameter with its name, which is its path: ``layers.0.w.3.1`` is ``layers[0].w[3][1]``.

        >>> from nn import MLP
        >>> [name for name, parameter in MLP(1, [1, 1]).named_parameters()]
        ['layers.0.w.0.0', 'layers.0.b.0', 'layers.1.w.0.0', 'layers.1.b.0']
        """
        seen: set[Value] = set()
        for array in parameter_arrays(self):
            for index, parameter in zip(np.ndindex(array.shape), array.parameters, strict=True):
                if parameter not in seen:
                    seen.add(parameter)
                    yield ".".join([array.name, *map(str, index)]), parameter

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module, with an empty name, and each module inside it, with its name.

        >>> from nn import Linear, Sequential
        >>> model = Sequential(Linear(2, 3, seed=0), "relu")
        >>> [name for name, module in model.named_modules()]
        ['', 'layers.0', 'layers.0.activation', 'layers.1']
        """
        return _modules(self, "", set())

    def zero_grad(self) -> None:
        """Set ``.grad`` of every parameter to 0.

        >>> from nn import Neuron
        >>> model = Neuron(1, weights=2.0)
        >>> model(3.0).backward()
        >>> model.zero_grad()
        >>> [p.grad for p in model.parameters()]
        [0.0, 0.0]
        """
        for parameter in self.parameters():
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, NDArray[np.float64]]:
        """A copy of the parameters' numbers, as one array for each attribute that has parameters.

        >>> from nn import Linear
        >>> Linear(2, 1, weights=[[0.5, -0.5]]).state_dict()
        {'w': array([[ 0.5, -0.5]]), 'b': array([0.])}
        """
        return {
            array.name: np.array([p.data for p in array.parameters]).reshape(array.shape)
            for array in parameter_arrays(self)
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Set the parameters to the numbers of a `state_dict`, whose names and shapes must be those of this module. If
        there is an error, no parameter is changed.

        >>> from nn import Neuron
        >>> model, twin = Neuron(2, seed=1), Neuron(2, seed=2)
        >>> twin.load_state_dict(model.state_dict())
        >>> twin([1.0, 2.0]).data == model([1.0, 2.0]).data
        True
        """
        arrays = list(parameter_arrays(self))
        _check_names([array.name for array in arrays], list(state), type(self).__name__)
        numbers: dict[Value, float] = {}
        for array in arrays:
            for parameter, x in zip(array.parameters, _numbers(state[array.name], array), strict=True):
                if numbers.setdefault(parameter, x) != x:
                    raise ValueError(
                        f"{array.name} shares a parameter with another name, and this state has different numbers for "
                        f"the two: {numbers[parameter]!r} and {x!r}"
                    )
        for parameter, x in numbers.items():
            parameter.data = x

    def summary(self) -> Summary:
        """A table of the layers and the number of parameters in each.

        >>> from nn import MLP
        >>> MLP(1, [64, 64, 1], hidden="sigmoid").summary()
        name      layer                                   parameters
        layers.0  Linear(1, 64, activation='sigmoid')            128
        layers.1  Linear(64, 64, activation='sigmoid')          4160
        layers.2  Linear(64, 1)                                   65
        MLP       in all                                        4353
        """
        return summarise(self)

    def config(self) -> dict[str, Any] | None:
        """The arguments that make a module like this one (with other numbers in its parameters), as plain data and
        modules; None if these cannot describe it. `nn.save` writes them, and `nn.load` reads them.

        >>> from nn import Linear
        >>> Linear(2, 3, "tanh", seed=0).config()
        {'inputs': 2, 'outputs': 3, 'activation': Tanh()}
        """
        return None

    def __repr__(self) -> str:
        inside = [f"{name}={module!r}" for name, module in _children(self)]
        if sum(map(len, inside)) <= 80 and not any("\n" in each for each in inside):
            return f"{type(self).__name__}({', '.join(inside)})"
        return f"{type(self).__name__}(\n" + "".join([f"{indented(each)},\n" for each in inside]) + ")"


def indented(text: str) -> str:
    """The text, indented by four spaces."""
    return "    " + text.replace("\n", "\n    ")


@dataclass(frozen=True, slots=True)
class ParameterArray:
    """The parameters of one attribute, in the order and with the shape of the array of their numbers."""

    name: str
    shape: tuple[int, ...]
    parameters: list[Value]


def parameter_arrays(module: Module) -> Iterator[ParameterArray]:
    """The parameters of a module, attribute by attribute; a module that occurs twice is visited once."""
    for name, inner in modules_of(module):
        for attribute, thing in _attributes(inner):
            yield from _arrays(thing, f"{name}.{attribute}" if name else attribute)


def modules_of(module: Module) -> Iterator[tuple[str, Module]]:
    """`Module.named_modules`, even if a subclass overrides it."""
    return _modules(module, "", set())


def _attributes(module: Module) -> Iterator[tuple[str, Any]]:
    return ((name, thing) for name, thing in vars(module).items() if not name.startswith("_"))


def _modules(module: Module, name: str, seen: set[int]) -> Iterator[tuple[str, Module]]:
    if id(module) in seen:
        return
    seen.add(id(module))
    yield name, module
    for inner_name, inner in _children(module):
        yield from _modules(inner, f"{name}.{inner_name}" if name else inner_name, seen)


def _children(module: Module) -> Iterator[tuple[str, Module]]:
    for attribute, thing in _attributes(module):
        yield from _modules_in(thing, attribute)


def _modules_in(thing: Any, name: str) -> Iterator[tuple[str, Module]]:
    if isinstance(thing, Module):
        yield name, thing
    else:
        for key, inner in _items(thing):
            yield from _modules_in(inner, f"{name}.{key}")


def _arrays(thing: Any, name: str) -> Iterator[ParameterArray]:
    shape = _shape(thing, name)
    if shape is not None:
        yield ParameterArray(name, shape, list(_flat(thing)))
    else:
        for key, inner in _items(thing):
            yield from _arrays(inner, f"{name}.{key}")


def _items(thing: Any) -> list[tuple[Any, Any]]:
    """The items of a container with their keys; an empty list for anything else."""
    if isinstance(thing, Mapping):
        return list(thing.items())
    if isinstance(thing, list | tuple) or (isinstance(thing, np.ndarray) and thing.dtype == object):
        return list(enumerate(thing))
    return []


def _shape(thing: Any, name: str) -> tuple[int, ...] | None:
    """The shape of a parameter, or of nested lists of parameters whose rows have one length; None for others."""
    if isinstance(thing, Value):
        if thing.primitive is not None:
            raise ValueError(
                f"{name} is {thing!r}, which is the result of an operation and cannot be a parameter. Append .detach() "
                f"to make it one, or rename the attribute to _{name.split('.')[-1]} if it is not a parameter."
            )
        return ()
    if isinstance(thing, Mapping):
        return None
    shapes = {_shape(inner, f"{name}.{key}") for key, inner in _items(thing)}
    if len(shapes) != 1:
        return None
    (inner_shape,) = shapes
    return None if inner_shape is None else (len(thing), *inner_shape)


def _flat(thing: Any) -> Iterator[Value]:
    if isinstance(thing, Value):
        yield thing
    else:
        for inner in thing:
            yield from _flat(inner)


def _check_names(mine: list[str], given: list[str], model: str) -> None:
    missing = [name for name in mine if name not in given]
    strange = [name for name in given if name not in mine]
    if missing or strange:
        parts = []
        if missing:
            parts.append(f"it lacks {', '.join(map(repr, missing))}")
        if strange:
            parts.append(f"it has {', '.join([repr(name) + nearest(name, missing) for name in strange])}")
        raise ValueError(
            f"this is not the state of this {model}: {', and '.join(parts)}. The {model} has {', '.join(mine)}."
        )


def _numbers(given: Any, array: ParameterArray) -> list[float]:
    """The numbers for one array, after their shape and values are checked."""
    try:
        numbers = as_array(given, array.name)
        if numbers.dtype.kind in "SUM":
            raise ValueError(f"these are of type {numbers.dtype}")
        numbers = numbers.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{array.name} must be an array of numbers of shape {array.shape}: {error}") from None
    if numbers.shape != array.shape:
        raise ValueError(f"{array.name} has the shape {array.shape} in the model and {numbers.shape} in this state")
    for index in np.argwhere(~np.isfinite(numbers)):
        place = ".".join([array.name, *map(str, index)])
        raise ValueError(f"{place} is {float(numbers[tuple(index)])!r} in this state, and a parameter must be finite")
    return list(map(float, numbers.ravel()))


@dataclass(frozen=True)
class Summary:
    """The layers of a model with their numbers of parameters; it prints as a table.

    >>> from nn import MLP
    >>> MLP(1, [1, 1]).summary().rows
    (('layers.0', "Linear(1, 1, activation='relu')", 2), ('layers.1', 'Linear(1, 1)', 2))
    """

    model: str
    rows: tuple[tuple[str, str, int], ...]
    """The name, the repr and the number of parameters of each module that has parameters of its own."""

    @property
    def parameters(self) -> int:
        """The total number of parameters.

        >>> from nn import MLP
        >>> MLP(2, [16, 16, 1]).summary().parameters
        337
        """
        return sum(count for _, _, count in self.rows)

    def __str__(self) -> str:
        lines = [
            ("name", "layer", "parameters"),
            *[(name, layer, str(count)) for name, layer, count in self.rows],
            (self.model, "in all", str(self.parameters)),
        ]
        names, layers, counts = (max(len(line[i]) for line in lines) for i in range(3))
        return "\n".join([f"{name:{names}}  {layer:{layers}}  {count:>{counts}}" for name, layer, count in lines])

    __repr__ = __str__


def summarise(model: Module) -> Summary:
    """The summary of a model: a row for each module that has parameters of its own."""
    owners: dict[str, int] = {}
    seen: set[Value] = set()
    modules = dict(modules_of(model))
    for array in parameter_arrays(model):
        owner = max((name for name in modules if not name or array.name.startswith(f"{name}.")), key=len)
        new = set(array.parameters) - seen
        seen |= new
        owners[owner] = owners.get(owner, 0) + len(new)
    rows = [(name or "(itself)", _line(modules[name]), count) for name, count in owners.items()]
    return Summary(type(model).__name__, tuple(rows))


def _line(module: Module) -> str:
    text = " ".join(repr(module).split())
    return text if len(text) <= 60 else f"{type(module).__name__}(…)"
