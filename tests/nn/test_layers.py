"""Neurons, layers and networks against the same in NumPy; and all the ways to hand them a sample."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, gradients
from nn.activations import ACTIVATIONS

NUMPY = {
    "identity": lambda x: x,
    "sigmoid": lambda x: 1.0 / (1.0 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0.0),
    "leaky_relu": lambda x: np.where(x > 0.0, x, 0.01 * x),
    "tanh": np.tanh,
    "softplus": lambda x: np.log1p(np.exp(x)),
    "gelu": lambda x: x * np.vectorize(lambda t: 0.5 * math.erfc(-t / math.sqrt(2.0)))(x),
    "cubic": lambda x: x**3,
}

seeds = st.integers(0, 2**32)
widths = st.integers(1, 4)
activations = st.sampled_from(sorted(ACTIVATIONS))


def numbers(outputs):
    return nn.execution.plain(outputs)


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_every_activation_is_compared():
    assert NUMPY.keys() == ACTIVATIONS.keys()


@given(inputs=widths, outputs=widths, activation=activations, seed=seeds)
def test_a_layer_is_a_matrix_product_and_a_function(inputs, outputs, activation, seed):
    rng = np.random.default_rng(seed)
    layer = nn.Linear(inputs, outputs, activation, weights="normal", biases="normal", seed=rng)
    x = rng.standard_normal(inputs)
    state = layer.state_dict()
    assert state["w"].shape == (outputs, inputs)
    expected = NUMPY[activation](state["w"] @ x + state["b"])
    close(numbers(layer(x)), expected[0] if outputs == 1 else expected)


@given(inputs=widths, activation=activations, seed=seeds)
def test_a_neuron_is_a_layer_of_one(inputs, activation, seed):
    neuron = nn.Neuron(inputs, activation, bias=0.25, seed=seed)
    w = neuron.state_dict()["w"]
    layer = nn.Linear(inputs, 1, activation, weights=[w], biases=[0.25])
    x = np.linspace(-1.0, 1.0, inputs)
    assert numbers(neuron(x)) == numbers(layer(x))


@given(sizes=st.lists(widths, min_size=1, max_size=3), hidden=activations, output=activations, seed=seeds)
def test_an_mlp_is_its_layers_in_a_row(sizes, hidden, output, seed):
    model = nn.MLP(2, sizes, hidden=hidden, output=output, biases="normal", seed=seed)
    x = expected = np.array([0.3, -0.8])
    state = model.state_dict()
    for i in range(len(sizes)):
        function = NUMPY[output if i == len(sizes) - 1 else hidden]
        expected = function(state[f"layers.{i}.w"] @ expected + state[f"layers.{i}.b"])
    close(np.atleast_1d(numbers(model(x))), expected)


@pytest.mark.parametrize(
    "x",
    [
        [0.5, -1.0],
        (0.5, -1.0),
        np.array([0.5, -1.0]),
        np.array([0.5, -1.0], dtype=np.float32),
        np.array([[0.5, -1.0]])[0],
        [np.float64(0.5), -1],
        [Value(0.5), Value(-1.0)],
        [Value(0.5), -1.0],
        np.array([Value(0.5), Value(-1.0)]),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "model", [nn.Neuron(2, "tanh", seed=3), nn.Linear(2, 3, "tanh", seed=3), nn.MLP(2, [3, 2])], ids=repr
)
def test_a_sample_may_come_in_any_form(model, x):
    assert numbers(model(x)) == numbers(model([0.5, -1.0]))


@pytest.mark.parametrize(
    "model", [nn.Neuron(1, weights=2.0), nn.Linear(1, 2, weights=2.0), nn.MLP(1, [3, 2])], ids=repr
)
@pytest.mark.parametrize("x", [1.5, np.float64(1.5), np.array(1.5), Value(1.5)], ids=repr)
def test_one_input_may_come_bare(model, x):
    assert numbers(model(x)) == numbers(model([1.5]))


def test_one_output_comes_bare_and_several_as_a_list():
    assert isinstance(nn.MLP(2, [16, 16, 1])([1.0, 2.0]), Value)
    assert isinstance(nn.Linear(2, 1, seed=0)([1.0, 2.0]), Value)
    outputs = nn.MLP(2, [16, 3])([1.0, 2.0])
    assert isinstance(outputs, list)
    assert len(outputs) == 3


def test_the_gradient_flows_to_the_inputs_too():
    x = [Value(1.0), Value(2.0)]
    layer = nn.Linear(2, 1, weights=[[3.0, 4.0]])
    assert gradients(layer(x), x) == [3.0, 4.0]


def test_a_neuron_takes_its_sum_in_one_node():
    neuron = nn.Neuron(5, seed=0)
    assert neuron([1.0] * 5).operands[0].primitive.name == "dot"


def test_a_network_as_micrograd_has_it():
    model = nn.MLP(2, [16, 16, 1])
    assert len(model.parameters()) == 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1
    assert [layer.activation for layer in model.layers[:-1]] == [model.layers[0].activation] * 2
    assert isinstance(model.layers[0].activation, nn.ReLU)
    assert isinstance(model.layers[-1].activation, nn.Identity)
    score = model([1.0, -2.0])
    model.zero_grad()
    score.backward()
    assert any(p.grad for p in model.parameters())
    for p in model.parameters():
        p.data -= 0.1 * p.grad
    assert model([1.0, -2.0]).data < score.data
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())


def test_names_modules_and_functions_are_the_same_activation():
    def made(activation):
        return numbers(nn.Linear(2, 2, activation, seed=1)([0.5, 0.25]))

    assert made("tanh") == made(nn.Tanh()) == made(autograd.tanh) == made(lambda x: x.tanh())


@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0])
def test_the_slope_of_relu_at_zero_is_what_the_document_says(at_zero):
    x = Value(0.0)
    nn.Neuron(1, nn.ReLU(at_zero), weights=1.0)(x).backward()
    assert x.grad == at_zero


@pytest.mark.parametrize("at_zero", [None, 1.0])
def test_and_that_of_leaky_relu(at_zero):
    x = Value(0.0)
    nn.LeakyReLU(0.2, at_zero)(x).backward()
    assert x.grad == (0.2 if at_zero is None else at_zero)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_takes_numbers_values_lists_and_arrays(name):
    function = ACTIVATIONS[name]()
    plain = [function(x) for x in (-0.7, 0.0, 1.3)]
    close(plain, NUMPY[name](np.array([-0.7, 0.0, 1.3])))
    assert all(type(y) is float for y in plain)
    assert numbers(function([Value(-0.7), Value(0.0), Value(1.3)])) == plain
    assert function(np.array([-0.7, 0.0, 1.3])) == plain


def test_the_cubic_model_of_document_1():
    model = nn.Sequential("cubic", nn.Linear(1, 1, weights=2.0, biases=-1.0))
    assert model(3.0).data == 2.0 * 27.0 - 1.0
    assert [p.label for p in model.parameters()] == ["w", "b"]


class TestLabels:
    def labels(self, model):
        return [p.label for p in model.parameters()]

    def test_of_neurons(self):
        assert self.labels(nn.Neuron(1, seed=0)) == ["w", "b"]
        assert self.labels(nn.Neuron(3, seed=0)) == ["w1", "w2", "w3", "b"]

    def test_of_the_two_neurons_of_documents_2_and_4(self):
        assert self.labels(nn.MLP(1, [1, 1])) == ["w1", "b1", "w2", "b2"]
        assert self.labels(nn.Sequential(nn.Neuron(1, seed=0), nn.Neuron(1, seed=0))) == ["w1", "b1", "w2", "b2"]

    def test_of_layers(self):
        assert self.labels(nn.Linear(2, 2, seed=0)) == ["w[1,1]", "w[1,2]", "w[2,1]", "w[2,2]", "b[1]", "b[2]"]
        assert self.labels(nn.MLP(1, [2, 1])) == ["w1[1]", "w1[2]", "b1[1]", "b1[2]", "w2[1]", "w2[2]", "b2"]

    def test_are_all_different_in_a_network(self):
        labels = self.labels(nn.MLP(3, [4, 2, 5, 1]))
        assert len(set(labels)) == len(labels)


class TestBadInput:
    @pytest.mark.parametrize("model", [nn.Neuron(2, seed=0), nn.Linear(2, 3, seed=0), nn.MLP(2, [3, 1])], ids=repr)
    @pytest.mark.parametrize("x", [[1.0], [1.0, 2.0, 3.0], [], 1.0, np.zeros(3)], ids=repr)
    def test_of_the_wrong_width(self, model, x):
        with pytest.raises(ValueError, match=r"takes 2 numbers, and this sample has [013]"):
            model(x)

    @pytest.mark.parametrize("xs", [[[1.0, 2.0], [3.0, 4.0]], np.zeros((2, 2)), [(1.0, 2.0)] * 5], ids=repr)
    def test_several_samples_at_once(self, xs):
        with pytest.raises(ValueError, match=r"one sample at a time.*\[model\(x\) for x in xs\]"):
            nn.MLP(2, [3, 1])(xs)

    def test_that_is_no_number(self):
        with pytest.raises(TypeError, match="'two'"):
            nn.MLP(2, [3, 1])([1.0, "two"])
        with pytest.raises(ValueError, match="takes 2 numbers"):
            nn.MLP(2, [3, 1])("ab")

    @pytest.mark.parametrize("size", [0, -3])
    def test_sizes_below_one(self, size):
        for make in (
            lambda: nn.Neuron(size, seed=0),
            lambda: nn.Linear(2, size, seed=0),
            lambda: nn.Linear(size, 2, seed=0),
            lambda: nn.MLP(size, [1]),
            lambda: nn.MLP(2, [4, size, 1]),
        ):
            with pytest.raises(ValueError, match=f"must be at least 1, and {size} is not"):
                make()

    @pytest.mark.parametrize("size", [2.0, "2", True, None])
    def test_sizes_that_are_no_whole_numbers(self, size):
        with pytest.raises(TypeError, match="must be a whole number"):
            nn.Linear(size, 1, seed=0)

    def test_sizes_that_are_no_list(self):
        for sizes, meant in (
            ((16,), "[16]"),
            ((16, 1), "[16, 1]"),
            (([16, 1], "tanh"), "[16, 1]"),
            (("16",), "[16, 16, 1]"),
        ):
            with pytest.raises(TypeError, match=re.escape(f"write MLP(2, {meant}), not ")):
                nn.MLP(2, *sizes)
        with pytest.raises(ValueError, match="at least one layer"):
            nn.MLP(2, [])

    def test_an_unknown_activation(self):
        with pytest.raises(
            ValueError, match=r"'rellu'; did you mean 'relu'\?; the names are 'identity', 'sigmoid', 'relu'"
        ):
            nn.Linear(1, 1, "rellu", seed=0)
        with pytest.raises(ValueError, match=r"did you mean 'tanh'\?"):
            nn.MLP(1, [1], output="Tanh")
        with pytest.raises(TypeError, match="3 of type int is not a valid activation"):
            nn.Linear(1, 1, 3, seed=0)
        with pytest.raises(TypeError, match=r"write ReLU\(\)"):
            nn.Linear(1, 1, nn.ReLU, seed=0)

    def test_a_sequence_of_nothing_or_of_a_list(self):
        with pytest.raises(ValueError, match="at least one module"):
            nn.Sequential()
        with pytest.raises(TypeError, match=r"Sequential\(\*layers\)"):
            nn.Sequential([nn.ReLU(), nn.ReLU()])

    @pytest.mark.parametrize("alpha", [float("nan"), float("inf"), "0.1"])
    def test_a_slope_that_is_no_finite_number(self, alpha):
        with pytest.raises((ValueError, TypeError), match="alpha must be"):
            nn.LeakyReLU(alpha)
