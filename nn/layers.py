"""Neurons, layers of neurons, and networks of layers. A neuron computes activation(w·x + b).

The input is one sample: a list of numbers or Values, a NumPy row, or a bare number where there is one input. A layer
with one output returns it bare, as in micrograd; a layer with several returns a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Never, TypeAlias

import numpy as np

from autograd import Value, dot

from .activations import GELU, Activation, Identity, LeakyReLU, ReLU, Softplus, activation
from .checks import Seed, as_array, generator, whole
from .initialisers import He, Xavier, start
from .module import Module, indented

Outputs: TypeAlias = Value | Any
"""A Value, or a list of Values where there are several outputs; a type checker cannot know which."""


class Neuron(Module):
    """activation(w₁·x₁ + … + wₙ·xₙ + b), for n inputs.

    ``weights`` and ``bias`` are what the parameters start from: an initialiser or its name, a number, or for the
    weights a list of numbers. Random numbers need a ``seed``, a whole number or a generator. By default the weights
    start from `He` if the activation is relu, leaky_relu, gelu or softplus, otherwise from `Xavier`; the bias from 0.

    >>> from nn import Neuron
    >>> neuron = Neuron(2, "sigmoid", weights=[1.0, -1.0], bias=0.5)
    >>> round(neuron([0.5, 1.0]).data, 6)
    0.5
    >>> [p.label for p in neuron.parameters()]
    ['w1', 'w2', 'b']
    """

    def __init__(
        self,
        inputs: int,
        activation: Any = "identity",
        *,
        weights: Any = None,
        bias: Any = 0.0,
        seed: Seed | None = None,
    ) -> None:
        inputs = whole(inputs, "the number of inputs")
        self.activation, weights, seed = _prepared(activation, weights, seed)
        what = f"Neuron({inputs}): its weights"
        self.w = [Value(x) for x in start(weights, (inputs,), seed, what)]
        self.b = Value(start(bias, (), seed, f"Neuron({inputs}): its bias"))
        self.label()

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return len(self.w)

    def __call__(self, x: Any) -> Value:
        """The output for one sample."""
        y: Value = self.activation(dot(self.w, sample(x, self.inputs, self)) + self.b)
        return y

    def label(self, number: int | None = None) -> None:
        """Label the parameters as in notes, counting from 1: w1, w2, … and b. In a network, the parameters of neuron
        number 2 are ``w2[1]``, ``w2[2]``, … and b2. A single weight is w, or w2.

        >>> from nn import Neuron, Sequential
        >>> [p.label for p in Sequential(Neuron(2, seed=0), Neuron(1, seed=1)).parameters()]
        ['w1[1]', 'w1[2]', 'b1', 'w2', 'b2']
        """
        layer = "" if number is None else str(number)
        self.b.label = f"b{layer}"
        for i, w in enumerate(self.w, 1):
            index = "" if self.inputs == 1 else f"[{i}]" if layer else str(i)
            w.label = f"w{layer}{index}"

    def config(self) -> dict[str, Any]:
        """The arguments that make a module like this one."""
        return {"inputs": self.inputs, "activation": self.activation}

    def __repr__(self) -> str:
        return f"Neuron({self.inputs}{_shown(self.activation)})"


class Linear(Module):
    """A layer: each of its outputs is activation(w·x + b), with its own weights and bias.

    ``w[j][i]`` is the weight from input i to output j, and ``b[j]`` the bias of output j. See `Neuron` for what
    ``weights``, ``biases`` and ``seed`` may be. Layers with the same seed start from the same numbers: give the layers
    of a network different seeds, or one generator, as `MLP` does.

    >>> from nn import Linear
    >>> layer = Linear(2, 3, weights=[[1, 0], [0, 1], [1, 1]])
    >>> [y.data for y in layer([10.0, 20.0])]
    [10.0, 20.0, 30.0]
    >>> layer
    Linear(2, 3)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: Any = "identity",
        *,
        weights: Any = None,
        biases: Any = 0.0,
        seed: Seed | None = None,
    ) -> None:
        inputs, outputs = whole(inputs, "the number of inputs"), whole(outputs, "the number of outputs")
        self.activation, weights, seed = _prepared(activation, weights, seed)
        what = f"Linear({inputs}, {outputs}): its"
        self.w = [[Value(x) for x in row] for row in start(weights, (outputs, inputs), seed, f"{what} weights")]
        self.b = [Value(x) for x in start(biases, (outputs,), seed, f"{what} biases")]
        self.label()

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return len(self.w[0])

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return len(self.b)

    def __call__(self, x: Any) -> Outputs:
        """The output for one sample."""
        x = sample(x, self.inputs, self)
        outputs: list[Value] = [self.activation(dot(row, x) + b) for row, b in zip(self.w, self.b, strict=True)]
        return outputs[0] if len(outputs) == 1 else outputs

    def label(self, number: int | None = None) -> None:
        """Label the parameters as in notes, counting from 1: in layer 2, ``w2[3,1]`` is the weight from input 1 to
        output 3, and ``b2[3]`` the bias of output 3. An index that is always 1 is left out: a layer with one input and
        one output has w2 and b2. `Sequential` and `MLP` number their layers in this way.

        >>> from nn import MLP
        >>> [p.label for p in MLP(1, [1, 1]).parameters()]
        ['w1', 'b1', 'w2', 'b2']
        >>> MLP(2, [16, 1]).layers[0].w[2][0].label
        'w1[3,1]'
        """
        layer = "" if number is None else str(number)
        for j, (row, b) in enumerate(zip(self.w, self.b, strict=True), 1):
            output = [j] if self.outputs > 1 else []
            b.label = _label("b", layer, output)
            for i, w in enumerate(row, 1):
                w.label = _label("w", layer, [*output, i] if self.inputs > 1 else output)

    def config(self) -> dict[str, Any]:
        """The arguments that make a module like this one."""
        return {"inputs": self.inputs, "outputs": self.outputs, "activation": self.activation}

    def __repr__(self) -> str:
        return f"Linear({self.inputs}, {self.outputs}{_shown(self.activation)})"


def sample(x: Any, width: int, owner: Module) -> Sequence[Any]:
    """``x`` as a sequence of ``width`` numbers or Values."""
    if isinstance(x, np.ndarray):
        x = as_array(x, "the inputs").tolist()
    numbers: Sequence[Any] = (x,) if isinstance(x, str) or not isinstance(x, Sequence) else x
    if numbers and isinstance(numbers[0], list | tuple | np.ndarray):
        raise ValueError(
            f"{owner!r} takes one sample at a time, and this is a list of {len(numbers)}: write [model(x) for x in xs]"
        )
    if len(numbers) != width:
        raise ValueError(
            f"{owner!r} takes {width} number{'s' * (width != 1)}, and this sample has {len(numbers)}: {_short(numbers)}"
        )
    return numbers


def _short(x: Sequence[Any]) -> str:
    text = repr(list(x[:8]))
    return text if len(x) <= 8 else f"{text[:-1]}, …]"


def _label(letter: str, layer: str, indices: list[int]) -> str:
    return f"{letter}{layer}[{','.join(map(str, indices))}]" if indices else f"{letter}{layer}"


def _prepared(spec: Any, weights: Any, seed: Seed | None) -> tuple[Module, Any, Seed | None]:
    """The activation, the initialiser of the weights, and one generator for weights and biases."""
    module = activation(spec)
    if weights is None:
        weights = He() if isinstance(module, ReLU | LeakyReLU | GELU | Softplus) else Xavier()
    return module, weights, None if seed is None else generator(seed, "a layer")


def _shown(module: Module) -> str:
    """The activation as an argument in a repr; an empty string for the identity."""
    if isinstance(module, Identity):
        return ""
    return f", activation={(module.name if isinstance(module, Activation) else None) or module!r}"


class Sequential(Module):
    """Modules in a row: each is called with what the one before it returned.

    An activation may be given by its name or as a function of one number. If several of the modules are neurons or
    layers of neurons, the labels of their parameters contain the number of the module, from 1.

    >>> from nn import Linear, Sequential
    >>> model = Sequential(Linear(2, 3, seed=1), "tanh", Linear(3, 1, seed=2))
    >>> model
    Sequential(
        Linear(2, 3),
        Tanh(),
        Linear(3, 1),
    )
    >>> [p.label for p in model.parameters()][-4:]
    ['w2[1]', 'w2[2]', 'w2[3]', 'b2']
    """

    def __init__(self, *layers: Any) -> None:
        if not layers:
            raise ValueError("a Sequential needs at least one module, and none is given")
        if len(layers) == 1 and isinstance(layers[0], list | tuple):
            raise TypeError("a Sequential takes its modules one by one: write a * before the list, Sequential(*layers)")
        self.layers: list[Module] = [activation(layer) for layer in layers]
        neurons = [layer for layer in self.layers if isinstance(layer, Linear | Neuron)]
        if len(neurons) > 1:
            for number, layer in enumerate(neurons, 1):
                layer.label(number)

    def __call__(self, x: Any) -> Any:
        """What the last module returns."""
        for layer in self.layers:
            x = layer(x)
        return x

    def config(self) -> dict[str, Any] | None:
        """The modules; None if one occurs twice, since parameters are then shared."""
        if len({id(layer) for layer in self.layers}) < len(self.layers):
            return None
        return {"layers": self.layers}

    @classmethod
    def from_config(cls, layers: list[Module]) -> Sequential:
        """The network with these layers."""
        return cls(*layers)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(\n" + "".join([f"{indented(repr(layer))},\n" for layer in self.layers]) + ")"


class MLP(Sequential):
    """A multilayer perceptron: layers with ``hidden`` as their activation, and a last one with ``output``.

    ``MLP(2, [16, 16, 1])`` is micrograd's network: two inputs, two hidden layers of 16 neurons with relu, one linear
    output. All random numbers are drawn from one generator, seeded by ``seed``: two networks made in the same way are
    equal. For ``weights`` and ``biases`` see `Neuron`.

    >>> from nn import MLP, Normal
    >>> model = MLP(2, [16, 16, 1])
    >>> len(model.parameters()), model([0.5, -1.0]).data == MLP(2, [16, 16, 1])([0.5, -1.0]).data
    (337, True)

    The network of document 3:

    >>> MLP(1, [64, 64, 1], hidden="sigmoid", weights=Normal(), biases=0.03, seed=3).summary().parameters
    4353
    """

    def __init__(
        self,
        inputs: int,
        sizes: Sequence[int],
        *more: Never,
        hidden: Any = "relu",
        output: Any = "identity",
        weights: Any = None,
        biases: Any = 0.0,
        seed: Seed = 0,
    ) -> None:
        if more or isinstance(sizes, str | bytes) or not isinstance(sizes, Sequence):
            given = [*sizes, *more] if isinstance(sizes, list | tuple) else [sizes, *more]
            widths = [size for size in given if isinstance(size, int)] or [16, 16, 1]
            raise TypeError(
                f"an MLP takes the number of inputs, and then a list of the number of neurons in each layer: write "
                f"MLP({inputs!r}, {widths}), not {given!r}; other arguments need their names, as in hidden='tanh'"
            )
        if not sizes:
            raise ValueError("an MLP needs at least one layer, and sizes is empty")
        widths = [
            whole(inputs, "the number of inputs"),
            *[whole(size, f"sizes[{i}], a number of neurons,") for i, size in enumerate(sizes)],
        ]
        within, last, rng = activation(hidden), activation(output), generator(seed, "an MLP")
        super().__init__(
            *[
                Linear(
                    widths[i],
                    widths[i + 1],
                    within if i < len(sizes) - 1 else last,
                    weights=weights,
                    biases=biases,
                    seed=rng,
                )
                for i in range(len(sizes))
            ]
        )

    if TYPE_CHECKING:

        def __call__(self, x: Any) -> Outputs:
            """What the last layer returns."""

    @classmethod
    def from_config(cls, layers: list[Module]) -> Sequential:
        """The network with these layers."""
        made = cls.__new__(cls)
        Sequential.__init__(made, *layers)
        return made

    def __repr__(self) -> str:
        layers = [layer for layer in self.layers if isinstance(layer, Linear)]
        hidden = {repr(layer.activation): layer.activation for layer in layers[:-1]}
        if len(layers) < len(self.layers) or len(hidden) > 1:
            return super().__repr__()  # its layers were changed
        named = ""
        for name, module, usual in (
            *[("hidden", module, "relu") for module in hidden.values()],
            ("output", layers[-1].activation, "identity"),
        ):
            spec = module.name if isinstance(module, Activation) and module.name else module
            named += f", {name}={spec!r}" if spec != usual else ""
        return f"{type(self).__name__}({layers[0].inputs}, {[layer.outputs for layer in layers]}{named})"
