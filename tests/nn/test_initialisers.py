"""What parameters start from: the distributions that the formulas say, from a seed, and the same again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn

SHAPE = (120, 80)
RANDOM = {
    nn.Normal(): (0.0, 1.0),
    nn.Normal(0.5, mean=2.0): (2.0, 0.5),
    nn.Uniform(): (0.0, (4 / 12) ** 0.5),
    nn.Uniform(2.0, 5.0): (3.5, (9 / 12) ** 0.5),
    nn.Xavier(): (0.0, (2 / 200) ** 0.5),
    nn.Xavier("normal", gain=3.0): (0.0, 3 * (2 / 200) ** 0.5),
    nn.He(): (0.0, (2 / 80) ** 0.5),
    nn.He("uniform"): (0.0, (2 / 80) ** 0.5),
}


@pytest.mark.parametrize("initialiser", RANDOM, ids=repr)
def test_mean_and_deviation_are_those_of_the_formula(initialiser):
    mean, deviation = RANDOM[initialiser]
    x = initialiser(SHAPE, np.random.default_rng(5))
    error = deviation / x.size**0.5
    assert abs(x.mean() - mean) < 4 * error
    assert abs(x.std() - deviation) < 4 * error


@pytest.mark.parametrize(
    ("initialiser", "limit"), [(nn.Xavier("uniform"), (6 / 200) ** 0.5), (nn.He("uniform"), (6 / 80) ** 0.5)], ids=repr
)
def test_uniform_ones_have_the_limits_of_the_formula(initialiser, limit):
    x = abs(initialiser(SHAPE, np.random.default_rng(5)))
    assert 0.99 * limit < x.max() < limit


@given(seed=st.integers(0, 2**64), name=st.sampled_from(["normal", "uniform", "xavier", "glorot", "he"]))
def test_the_same_seed_gives_the_same_numbers(seed, name):
    def made(seed):
        return nn.Linear(3, 2, weights=name, biases=name, seed=seed).state_dict()

    first, second, by_generator, other = made(seed), made(seed), made(np.random.default_rng(seed)), made(seed + 1)
    for key in first:
        assert np.array_equal(first[key], second[key])
        assert np.array_equal(first[key], by_generator[key])
        assert not np.array_equal(first[key], other[key])


def test_layers_that_share_a_generator_have_different_numbers():
    rng = np.random.default_rng(0)
    a, b = nn.Linear(2, 2, seed=rng), nn.Linear(2, 2, seed=rng)
    assert not np.array_equal(a.state_dict()["w"], b.state_dict()["w"])


def test_the_layers_of_an_mlp_have_different_numbers():
    state = nn.MLP(3, [3, 3, 3]).state_dict()
    assert not np.array_equal(state["layers.1.w"], state["layers.0.w"])
    assert not np.array_equal(state["layers.1.w"], state["layers.2.w"])


def test_weights_and_biases_of_a_layer_are_drawn_one_after_the_other():
    state = nn.Linear(1, 3, weights="normal", biases="normal", seed=4).state_dict()
    assert np.array_equal(np.concatenate([state["w"][:, 0], state["b"]]), np.random.default_rng(4).normal(0, 1, 6))


def test_an_mlp_without_a_seed_is_that_of_seed_0():
    assert nn.MLP(2, [3, 1])([1.0, 2.0]).data == nn.MLP(2, [3, 1], seed=0)([1.0, 2.0]).data


def test_the_start_of_document_3():
    state = nn.MLP(1, [64, 64, 1], hidden="sigmoid", weights="normal", biases=0.03, seed=1).state_dict()
    w = np.concatenate([state[f"layers.{i}.w"].ravel() for i in range(3)])
    b = np.concatenate([state[f"layers.{i}.b"] for i in range(3)])
    assert len(w) + len(b) == 4353
    assert np.all(b == 0.03)
    assert abs(w.std() - 1.0) < 0.05


@pytest.mark.parametrize(("activation", "ratio"), [("relu", 2 / 80), (nn.LeakyReLU(0.3), 2 / 80), ("tanh", 2 / 200)])
def test_the_usual_start_suits_the_activation(activation, ratio):
    w = nn.Linear(80, 120, activation, seed=0).state_dict()["w"]
    assert w.var() == pytest.approx(ratio, rel=0.05)
    assert not nn.Linear(2, 3, activation, seed=0).state_dict()["b"].any()


def test_very_numbers_a_number_and_a_function():
    layer = nn.Linear(2, 1, weights=np.array([[0.1, 0.2]]), biases=[3])
    assert layer.state_dict()["w"].tolist() == [[0.1, 0.2]]
    assert nn.Linear(2, 2, weights=1).state_dict()["w"].tolist() == [[1.0, 1.0], [1.0, 1.0]]
    counted = nn.Linear(3, 1, weights=lambda shape, rng: np.arange(3.0).reshape(shape), seed=0)
    assert counted.state_dict()["w"].tolist() == [[0.0, 1.0, 2.0]]


class TestBadInput:
    def test_no_seed(self):
        with pytest.raises(TypeError, match=r"Linear\(2, 3\): its weights: random numbers .* no seed.*seed=0"):
            nn.Linear(2, 3)

    @pytest.mark.parametrize("seed", [-1, 1.5, "0", True])
    def test_a_seed_that_is_none(self, seed):
        with pytest.raises((TypeError, ValueError), match="seed must be"):
            nn.Linear(2, 3, seed=seed)

    def test_an_unknown_name(self):
        with pytest.raises(ValueError, match=r"no initialiser called 'kaiming'; the names are 'normal', 'uniform'"):
            nn.Linear(2, 3, weights="kaiming", seed=0)
        with pytest.raises(ValueError, match=r"did you mean 'xavier'\?"):
            nn.Linear(2, 3, weights="xaviar", seed=0)

    @pytest.mark.parametrize("weights", [[1.0, 2.0], [[1.0], [2.0]], [[[1.0, 2.0]]], np.zeros((2, 1))], ids=repr)
    def test_numbers_of_another_shape(self, weights):
        with pytest.raises(ValueError, match=r"its weights need numbers of shape \(1, 2\)"):
            nn.Linear(2, 1, weights=weights)

    @pytest.mark.parametrize("weights", [[[1.0], [2.0, 3.0]], [["a", "b"]], {"w": 1}, ...], ids=repr)
    def test_what_is_no_start(self, weights):
        with pytest.raises(TypeError, match="its weights start from an initialiser"):
            nn.Linear(2, 1, weights=weights)

    def test_a_class_in_place_of_an_initialiser(self):
        with pytest.raises(TypeError, match=r"Normal is a class; write Normal\(\)"):
            nn.Linear(2, 1, weights=nn.Normal)

    @pytest.mark.parametrize("x", [float("nan"), float("inf")])
    def test_numbers_that_are_not_finite(self, x):
        for weights in (x, [[1.0, x]], lambda shape, rng: np.full(shape, x)):
            with pytest.raises(ValueError, match="finite"):
                nn.Linear(2, 1, weights=weights, seed=0)

    @pytest.mark.parametrize(
        "make",
        [
            lambda: nn.Normal(-1.0),
            lambda: nn.Normal(float("nan")),
            lambda: nn.Uniform(1.0, -1.0),
            lambda: nn.Constant(float("inf")),
            lambda: nn.He(gain=0.0),
            lambda: nn.Xavier("triangular"),
        ],
    )
    def test_impossible_settings(self, make):
        with pytest.raises(ValueError, match=r"must|no distribution"):
            make()
