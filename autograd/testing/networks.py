"""Networks with data: for tests of code that uses `nn`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from .checks import check_count

if TYPE_CHECKING:
    from nn import MLP

ACTIVATIONS = ("identity", "tanh", "sigmoid", "softplus", "gelu", "relu", "leaky_relu")
_NUMBERS = st.integers(-40, 40).map(lambda k: k / 20)  # short decimals between −2 and 2, which shrink towards 0


@dataclass(frozen=True)
class Network:
    """A multilayer perceptron and samples for it, as plain data; its repr can be pasted into a test.

    ``widths`` holds the number of inputs and the sizes of the layers. Each sample has its inputs and one target.

    >>> from autograd.testing import Network
    >>> network = Network((1, 1), "tanh", (2.0, 0.5), ((1.0,), (3.0,)), (0.0, 1.0))
    >>> [y.data for y in network.predictions]
    [2.5, 6.5]
    """

    widths: tuple[int, ...]
    hidden: str
    parameters: tuple[float, ...]
    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[float, ...]

    def build(self) -> MLP:
        """Return a new model with these parameters."""
        from nn import MLP  # nn imports autograd, and is imported only where it is tested

        model = MLP(self.widths[0], self.widths[1:], hidden=self.hidden, weights=0.0)
        for parameter, x in zip(model.parameters(), self.parameters, strict=True):
            parameter.data = x
        return model

    @cached_property
    def model(self) -> MLP:
        """The model of this network, built once."""
        return self.build()

    @property
    def predictions(self) -> list[Any]:
        """The model's output for each sample."""
        return [self.model(x) for x in self.inputs]


@st.composite
def _networks(draw: st.DrawFn, layers: int, width: int, samples: int, activations: tuple[str, ...]) -> Network:
    def some(n: int) -> tuple[float, ...]:
        return tuple([draw(_NUMBERS) for _ in range(n)])

    widths = (*draw(st.lists(st.integers(1, width), min_size=1, max_size=layers)), 1)
    hidden = draw(st.sampled_from(activations))
    parameters = some(sum((before + 1) * after for before, after in pairwise(widths)))
    count = draw(st.integers(1, samples))
    return Network(widths, hidden, parameters, tuple([some(widths[0]) for _ in range(count)]), some(count))


def mlps(
    *, layers: int = 3, width: int = 3, samples: int = 3, activations: Sequence[str] = ACTIVATIONS
) -> st.SearchStrategy[Network]:
    """Draw small multilayer perceptrons of `nn` with data; the options limit layers, neurons per layer and samples.

    >>> from hypothesis import find
    >>> from autograd.testing import check_grads
    >>> network = find(mlps(activations=["tanh"]), lambda network: True)
    >>> network.widths
    (1, 1)
    >>> check_grads(lambda parameters: network.predictions[0], (network.model.parameters(),)).compared
    6
    """
    for name, limit in (("layers", layers), ("width", width), ("samples", samples)):
        check_count("mlps", name, limit)
    if isinstance(activations, str) or not activations:
        raise InvalidArgument(f"mlps: activations needs a list of names, such as ['tanh']; got {activations!r}")
    for name in activations:
        if name not in ACTIVATIONS:
            raise InvalidArgument(f"mlps: there is no activation {name!r}; there are {', '.join(ACTIVATIONS)}")
    return _networks(layers, width, samples, tuple(activations))
