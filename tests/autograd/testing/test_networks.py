"""mlps: networks with data, and what bad options are told."""

from __future__ import annotations

import pytest
from hypothesis import find, given, settings
from hypothesis.errors import InvalidArgument

from autograd import Value
from autograd.testing import Network, check_grads, mlps
from nn import MSE


@given(mlps(layers=2, width=2, samples=2))
def test_what_is_drawn_fits_together(network):
    assert all(isinstance(y, Value) for y in network.predictions)
    assert len(network.inputs) == len(network.targets) <= 2
    assert {len(x) for x in network.inputs} == {network.widths[0]}
    assert len(network.model.layers) == len(network.widths) - 1 <= 2
    assert max(network.widths) <= 2
    assert [p.data for p in network.model.parameters()] == list(network.parameters)


@given(mlps())
def test_it_is_plain_data_that_can_be_pasted(network):
    again = eval(repr(network), {"Network": Network})
    assert again == network
    assert hash(again) == hash(network)
    assert [y.data for y in again.predictions] == [y.data for y in network.predictions]
    network.model.parameters()[0].data += 1.0  # which is the model's affair
    assert again == network
    assert network.build().parameters()[0].data == network.parameters[0]


@settings(max_examples=15)
@given(mlps(activations=["tanh", "softplus"]))
def test_the_gradients_of_a_loss(network):
    def loss(parameters):
        return MSE()(network.predictions, network.targets)

    assert check_grads(loss, (network.model.parameters(),), order=1).compared == len(network.model.parameters())


def test_the_smallest_network_is_the_simplest():
    network = find(mlps(), lambda network: True)
    assert network == Network((1, 1), "identity", (0.0, 0.0), ((0.0,),), (0.0,))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": 0}, "mlps: layers needs a whole number of 1 or more, and got 0"),
        ({"width": 1.5}, "mlps: width needs a whole number of 1 or more, and got 1.5"),
        ({"samples": True}, "mlps: samples needs a whole number of 1 or more, and got True"),
        ({"activations": "tanh"}, "a list of names"),
        ({"activations": []}, "a list of names"),
        ({"activations": ["tanhh"]}, "no activation 'tanhh'; there are identity"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(InvalidArgument, match=message):
        mlps(**options)
