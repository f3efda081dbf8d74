"""Networks with data, for tests of what is built on `nn`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

if TYPE_CHECKING:
    from nn import MLP

ACTIVATIONS = ("identity", "tanh", "sigmoid", "softplus", "gelu", "relu", "leaky_relu")
_NUMBERS = st.integers(-40, 40).map(lambda k: k / 20)  # short decimals between −2 and 2, which shrink towards 0


@dataclass(frozen=True)
class Network:
    """A network, and samples to try it on: ``inputs`` has a list of numbers for each, and ``targets`` one number."""

    model: MLP
    inputs: list[list[float]]
    targets: list[float]

    @property
    def predictions(self) -> list[Any]:
        """The model's output for each sample."""
        return [self.model(x) for x in self.inputs]


@st.composite
def _networks(draw: st.DrawFn, layers: int, width: int, samples: int, activations: Sequence[str]) -> Network:
    from nn import MLP  # nn stands on autograd, and is loaded only where somebody tests it

    widths = draw(st.lists(st.integers(1, width), min_size=1, max_size=layers))
    sizes = [*widths[1:], 1]
    model = MLP(widths[0], sizes, hidden=draw(st.sampled_from(activations)), weights=0.0)
    for parameter in model.parameters():
        parameter.data = draw(_NUMBERS)
    count = draw(st.integers(1, samples))
    inputs = [[draw(_NUMBERS) for _ in range(widths[0])] for _ in range(count)]
    return Network(model, inputs, [draw(_NUMBERS) for _ in range(count)])


def mlps(
    *, layers: int = 3, width: int = 3, samples: int = 3, activations: Sequence[str] = ACTIVATIONS
) -> st.SearchStrategy[Network]:
    """Small multilayer perceptrons of `nn` with data: at most so many layers, neurons in a layer, and samples.

    >>> from autograd.testing import check_grads, mlps
    >>> from hypothesis import given, settings
    >>> from nn import MSE
    >>> @settings(max_examples=5, deadline=None)
    ... @given(mlps(activations=["tanh"]))
    ... def test_a_loss(network):
    ...     def loss(parameters):
    ...         return MSE()(network.predictions, network.targets)
    ...     check_grads(loss, (network.model.parameters(),), order=1)
    >>> test_a_loss()
    """
    for name, limit in (("layers", layers), ("width", width), ("samples", samples)):
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            raise InvalidArgument(f"mlps({name}={limit!r}): it needs a whole number from 1 on")
    if isinstance(activations, str) or not activations:
        raise InvalidArgument(f"mlps(activations={activations!r}): it needs a list of names, such as ['tanh']")
    unknown = [name for name in activations if name not in ACTIVATIONS]
    if unknown:
        raise InvalidArgument(f"mlps knows no activation {unknown[0]!r}; it knows {', '.join(ACTIVATIONS)}")
    return _networks(layers, width, samples, tuple(activations))
