"""Neurons and layers of neurons: activation(w·x + b).

The input is one sample: a list of numbers or Values, a NumPy row, or a bare number where there is one input. What has
one output returns it bare, as micrograd does, and what has several returns a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd import Value, dot

from .activations import GELU, Activation, Identity, LeakyReLU, ReLU, Softplus, activation
from .checks import Seed, as_array, generator, whole
from .initialisers import He, Xavier, start
from .module import Module

Outputs: TypeAlias = Value | Any
"""A Value; or a list of Values where there are several outputs, which a type checker cannot know."""


class Neuron(Module):
    """activation(w₁·x₁ + … + wₙ·xₙ + b), for n inputs.

    ``weights`` and ``bias`` say what to start from: an initialiser or its name, a number, or for the weights a list of
    numbers. What is drawn at random needs a ``seed``, a whole number or a generator. Where you say nothing the weights
    are He's for relu and its kin and Xavier's for the others, and the bias is 0.

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
        """Label the parameters as notes do, counting from 1: w1, w2, … and b; or, if it is neuron number 2 in a row,
        ``w2[1]``, ``w2[2]``, … and b2. A single weight is just w, or w2.

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
        """The arguments that make one like it."""
        return {"inputs": self.inputs, "activation": self.activation}

    def __repr__(self) -> str:
        return f"Neuron({self.inputs}{_shown(self.activation)})"


class Linear(Module):
    """A layer: each of its outputs is activation(w·x + b) with weights and a bias of its own.

    ``w[j][i]`` is the weight to output j from input i, and ``b[j]`` the bias of output j; see `Neuron` for what
    ``weights``, ``biases`` and ``seed`` may be. Layers that share a start share their numbers, so give the layers of
    one network different seeds or one generator. (`MLP` needs no seed, and does that.)

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
        """Label the parameters as notes do, counting from 1: in layer 2 ``w2[3,1]`` is the weight to output 3 from
        input 1, and ``b2[3]`` the bias there; an index that is always 1 is left out, so that w2 and b2 are those of a
        layer with one of each. `Sequential` and `MLP` number their layers in this way.

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
        """The arguments that make one like it."""
        return {"inputs": self.inputs, "outputs": self.outputs, "activation": self.activation}

    def __repr__(self) -> str:
        return f"Linear({self.inputs}, {self.outputs}{_shown(self.activation)})"


def sample(x: Any, width: int, owner: Module) -> Sequence[Any]:
    """One sample as a list of ``width`` numbers or Values."""
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
    """The activation, the weights' start, and one generator for the weights and then the biases."""
    module = activation(spec)
    if weights is None:
        weights = He() if isinstance(module, ReLU | LeakyReLU | GELU | Softplus) else Xavier()
    return module, weights, None if seed is None else generator(seed, "a layer")


def _shown(module: Module) -> str:
    """The activation as an argument that makes it again; nothing for the usual one."""
    if isinstance(module, Identity):
        return ""
    return f", activation={(module.name if isinstance(module, Activation) else None) or module!r}"
