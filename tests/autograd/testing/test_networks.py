"""mlps: networks with data, and what bad options are told."""

from __future__ import annotations

import pytest
from hypothesis import find, given, settings
from hypothesis.errors import InvalidArgument

from autograd import Value
from autograd.testing import check_grads, mlps
from nn import MSE


@given(mlps(layers=2, width=2, samples=2))
def test_what_is_drawn_fits_together(network):
    assert all(isinstance(y, Value) for y in network.predictions)
    assert len(network.inputs) == len(network.targets) <= 2
    assert {len(x) for x in network.inputs} == {network.model.layers[0].inputs}
    assert len(network.model.layers) <= 2


@settings(max_examples=15)
@given(mlps(activations=["tanh", "softplus"]))
def test_the_gradients_of_a_loss(network):
    def loss(parameters):
        return MSE()(network.predictions, network.targets)

    assert check_grads(loss, (network.model.parameters(),), order=1).compared == len(network.model.parameters())


def test_the_smallest_network_is_the_simplest():
    network = find(mlps(), lambda network: True)
    assert len(network.model.parameters()) == 2
    assert [p.data for p in network.model.parameters()] == [0.0, 0.0]
    assert (network.inputs, network.targets) == ([[0.0]], [0.0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": 0}, r"mlps\(layers=0\)"),
        ({"width": 1.5}, r"mlps\(width=1.5\)"),
        ({"samples": True}, r"mlps\(samples=True\)"),
        ({"activations": "tanh"}, "a list of names"),
        ({"activations": []}, "a list of names"),
        ({"activations": ["tanhh"]}, "no activation 'tanhh'; it knows identity"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(InvalidArgument, match=message):
        mlps(**options)
