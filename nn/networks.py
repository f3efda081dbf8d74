"""Layers in a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Never

from .activations import Activation, activation
from .checks import Seed, generator, whole
from .layers import Linear, Neuron, Outputs
from .module import Module, indented


class Sequential(Module):
    """Modules in a row: each gets what the one before it returned.

    An activation may be given by its name or as a function of one number. If there are several layers of neurons, the
    labels of their parameters number them from 1.

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
            raise ValueError("a Sequential needs at least one module, and here is none")
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
        """The modules; None if one comes twice, since they would then share their parameters."""
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

    ``MLP(2, [16, 16, 1])`` is micrograd's: two inputs, hidden layers of 16 relus, one linear output. All random numbers
    come from one stream, that of ``seed``, which is 0 unless you give another: two networks made in the same way are
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
                f"an MLP takes the number of inputs, and then the numbers of neurons, layer by layer, in one list: "
                f"write MLP({inputs!r}, {widths}), and anything else by its name, as in hidden='tanh'; not {given!r}"
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
            return super().__repr__()  # somebody changed it
        named = ""
        for name, module, usual in (
            *[("hidden", module, "relu") for module in hidden.values()],
            ("output", layers[-1].activation, "identity"),
        ):
            spec = module.name if isinstance(module, Activation) and module.name else module
            named += f", {name}={spec!r}" if spec != usual else ""
        return f"{type(self).__name__}({layers[0].inputs}, {[layer.outputs for layer in layers]}{named})"
