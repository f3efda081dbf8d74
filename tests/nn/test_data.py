"""Data sets, batches, splits and standardisation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value

counts = st.integers(1, 40)
seeds = st.integers(0, 2**32)


def numbered(n):
    """A data set whose targets are the numbers of its samples."""
    return nn.Dataset(np.arange(n) * 10.0, np.arange(n))


class TestDataset:
    @pytest.mark.parametrize(
        "inputs", [[1, 2, 3], [[1], [2], [3]], np.array([1, 2, 3]), (1.0, 2.0, 3.0), range(1, 4)], ids=repr
    )
    @pytest.mark.parametrize(
        "targets", [[0, 1, 0], [[0], [1], [0]], [False, True, False], np.array([0.0, 1.0, 0.0])], ids=repr
    )
    def test_numbers_come_in_any_form(self, inputs, targets):
        data = nn.Dataset(inputs, targets)
        assert data.inputs.tolist() == [[1.0], [2.0], [3.0]]
        assert data.targets.tolist() == [0.0, 1.0, 0.0]
        assert (len(data), data.width) == (3, 1)
        assert list(data) == [([1.0], 0.0), ([2.0], 1.0), ([3.0], 0.0)]

    def test_fractions_and_generators_do_too(self):
        assert nn.Dataset([Fraction(1, 2)], [1]).inputs[0, 0] == 0.5
        assert nn.Dataset((x * x for x in range(3)), range(3)).inputs[:, 0].tolist() == [0.0, 1.0, 4.0]

    def test_several_targets_stay_rows(self):
        data = nn.Dataset([1, 2], [[1, 2], [3, 4]])
        assert list(data) == [([1.0], [1.0, 2.0]), ([2.0], [3.0, 4.0])]
        assert repr(data) == "Dataset(2 samples of 1 input and 2 targets)"

    def test_it_is_a_copy_and_stays_as_it_is(self):
        inputs = np.zeros((2, 2))
        data = nn.Dataset(inputs, [0, 1])
        inputs[0, 0] = 5.0
        assert data.inputs[0, 0] == 0.0
        with pytest.raises(ValueError, match="read-only"):
            data.inputs[0, 0] = 5.0

    def test_samples_can_be_chosen(self):
        data = numbered(5)
        assert data[1:3].targets.tolist() == [1.0, 2.0]
        assert data[[4, 0]].inputs[:, 0].tolist() == [40.0, 0.0]
        assert data[data.targets > 2].targets.tolist() == [3.0, 4.0]
        assert data[[4, 0, 2]][1:].indices.tolist() == [0, 2]
        with pytest.raises(TypeError, match=r"write data\[\[3\]\]"):
            data[3]
        with pytest.raises(ValueError, match="none was selected"):
            data[:0]


class TestBadData:
    @pytest.mark.parametrize(
        ("inputs", "message"),
        [
            ([[1, 2], [3]], "ragged: sample 1 has 1 number, and sample 0 has 2 numbers"),
            ([[1], 2], "ragged: sample 1 has one bare number, and sample 0 has 1 number"),
            ([[1, [2]], [3, [4, 5]]], "ragged"),
            ([[1, 2], [3, float("nan")]], r"inputs of sample 1, number 1, are nan: data must be finite"),
            ([1, float("inf")], r"inputs of sample 1 are inf"),
            (np.zeros((2, 2, 2)), "3 dimensions"),
            ([[], []], "the rows are empty"),
        ],
        ids=str,
    )
    def test_inputs_that_are_no_table(self, inputs, message):
        with pytest.raises(ValueError, match=message):
            nn.Dataset(inputs, [0, 1])

    @pytest.mark.parametrize("thing", ["x", None, 1j, [1], Value(1.0), {}], ids=repr)
    def test_what_is_no_number(self, thing):
        with pytest.raises((TypeError, ValueError), match=r"not a number|complex|ragged"):
            nn.Dataset([[1.0], [thing]], [0, 1])

    def test_values_get_advice(self):
        with pytest.raises(TypeError, match=r"sample 1 hold Value.*write .data"):
            nn.Dataset([1.0, Value(2.0)], [0, 1])

    @pytest.mark.parametrize("thing", ["abc", 5, None])
    def test_what_is_no_list(self, thing):
        with pytest.raises(TypeError, match="must be a list with an entry for each sample"):
            nn.Dataset(thing, [0, 1])

    def test_nothing_at_all(self):
        for empty in ([], np.zeros((0, 2))):
            with pytest.raises(ValueError, match="empty"):
                nn.Dataset(empty, [])

    def test_targets_without_inputs(self):
        with pytest.raises(ValueError, match="3 inputs and 2 targets"):
            nn.Dataset([1, 2, 3], [0, 1])
        with pytest.raises(ValueError, match="targets of sample 1 are nan"):
            nn.Dataset([1, 2], [0, float("nan")])

    def test_what_is_no_data(self):
        with pytest.raises(TypeError, match="a Dataset, or a pair"):
            nn.data.dataset(5)


class TestBatches:
    @given(n=counts, size=st.integers(1, 50), seed=seeds)
    def test_every_sample_comes_once_an_epoch(self, n, size, seed):
        batches = numbered(n).batches(size, seed=seed)
        for _ in range(2):
            parts = list(batches)
            assert len(parts) == len(batches)
            assert sorted(np.concatenate([part.targets for part in parts])) == list(range(n))
            assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)
            assert all(np.array_equal(part.inputs[:, 0], part.targets * 10.0) for part in parts)
            assert all(np.array_equal(part.indices, part.targets) for part in parts)

    @given(n=counts, size=st.integers(1, 40), seed=seeds)
    def test_the_rest_can_be_dropped(self, n, size, seed):
        if size > n:
            with pytest.raises(ValueError, match="would drop all of it"):
                numbered(n).batches(size, seed=seed, drop_last=True)
        else:
            parts = list(numbered(n).batches(size, seed=seed, drop_last=True))
            assert [len(part) for part in parts] == [size] * (n // size)

    @given(seed=seeds)
    def test_the_order_comes_from_the_seed_and_changes(self, seed):
        def orders(seed):
            batches = numbered(20).batches(20, seed=seed)
            return [next(iter(batches)).targets.tolist() for _ in range(3)]

        first = orders(seed)
        assert first == orders(seed) == orders(np.random.default_rng(seed))
        assert first != orders(seed + 1)
        assert first[0] != first[1] != first[2]

    def test_the_order_can_be_kept(self):
        for _ in range(2):
            assert [b.targets.tolist() for b in numbered(3).batches(2, shuffle=False)] == [[0.0, 1.0], [2.0]]

    def test_a_pair_will_do(self):
        assert len(nn.Minibatches(([1, 2, 3], [0, 1, 0]), 2, seed=0)) == 2

    def test_impossible_ones(self):
        with pytest.raises(ValueError, match="size of a batch must be at least 1, and 0"):
            numbered(3).batches(0, seed=0)
        with pytest.raises(TypeError, match=r"shuffling: random numbers .* no seed"):
            numbered(3).batches(2)


class TestSplit:
    @given(n=st.integers(2, 60), share=st.floats(0.01, 0.99), seed=seeds)
    def test_every_sample_is_in_one_part(self, n, share, seed):
        data = numbered(n)
        if not 0 < round(share * n) < n:
            with pytest.raises(ValueError, match="each needs at least one"):
                data.split(share, seed=seed)
            return
        train, validation = data.split(share, seed=seed)
        assert len(validation) == round(share * n)
        assert sorted([*train.targets, *validation.targets]) == list(range(n))
        again = data.split(share, seed=seed)
        assert np.array_equal(again[1].targets, validation.targets)

    @pytest.mark.parametrize("share", [float("nan"), "half"])
    def test_an_impossible_share(self, share):
        with pytest.raises((ValueError, TypeError), match="share for validation must be"):
            numbered(5).split(share, seed=0)


class TestStandardiser:
    @given(n=st.integers(2, 30), scale=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3), seed=seeds)
    def test_columns_get_mean_0_and_deviation_1(self, n, scale, shift, seed):
        x = shift + scale * np.random.default_rng(seed).standard_normal((n, 2))
        data = nn.Dataset(x, np.zeros(n))
        standardised = nn.Standardiser(data)
        z = standardised(data).inputs
        slack = 1e-12 * (1 + abs(shift) / scale)
        assert abs(z.mean(axis=0)).max() < 1e3 * slack
        assert z.std(axis=0) == pytest.approx([1.0, 1.0], rel=1e3 * slack)
        np.testing.assert_allclose(standardised.inverse(z), x, rtol=1e-9, atol=1e-9 * scale)
        np.testing.assert_allclose(standardised(x[0]), z[0])

    def test_of_the_largest_and_the_smallest_numbers(self):
        for size in 1e308, 1e-300:
            data = nn.Dataset([-size, size], [0, 0])
            assert nn.Standardiser(data)(data).inputs[:, 0].tolist() == [-1.0, 1.0]

    def test_targets_stay(self):
        data = numbered(4)
        assert nn.Standardiser(data)(data).targets.tolist() == data.targets.tolist()

    @pytest.mark.parametrize("constant", [0.1, 7.0, 1e300])
    def test_a_constant_column_becomes_0(self, constant):
        data = nn.Dataset([[constant, i] for i in range(7)], range(7))
        assert nn.Standardiser(data)(data).inputs[:, 0].tolist() == [0.0] * 7

    def test_the_training_data_decide(self):
        train, other = nn.Dataset([0.0, 2.0], [0, 0]), nn.Dataset([1.0, 5.0], [0, 0])
        assert nn.Standardiser(train)(other).inputs[:, 0].tolist() == [0.0, 4.0]

    def test_inputs_of_another_width(self):
        standardised = nn.Standardiser(numbered(3))
        for x in ([1.0, 2.0], nn.Dataset([[1, 2]], [0]), 3.0):
            with pytest.raises(ValueError, match="for inputs of 1 numbers"):
                standardised(x)


class TestDatasets:
    def test_the_wave_of_document_3(self):
        data = nn.wave(500, seed=1)
        x = data.inputs[:, 0]
        assert np.array_equal(data.targets, (x - 2) * np.cos(4 * x))
        assert abs(x.mean()) < 0.2
        assert abs(x.std() - 1.0) < 0.15

    @pytest.mark.parametrize("make", [nn.wave, nn.house_prices])
    def test_noise_moves_the_targets_only(self, make):
        clean, noisy = make(2000, seed=1), make(2000, seed=1, noise=0.3)
        assert np.array_equal(clean.inputs, noisy.inputs)
        assert (noisy.targets - clean.targets).std() == pytest.approx(0.3, rel=0.1)

    def test_house_prices_are_cubic(self):
        data = nn.house_prices(50, seed=1, w=2.0, b=-3.0)
        assert data.targets == pytest.approx(-3.0 + 2.0 * data.inputs[:, 0] ** 3)
        assert 0.5 <= data.inputs.min() < data.inputs.max() <= 2.0

    @given(n=st.integers(2, 60), seed=seeds)
    def test_moons_lie_on_their_half_circles(self, n, seed):
        data = nn.two_moons(n, seed=seed, noise=0.0, labels=(-1, 1))
        x, y = data.inputs.T
        lower = data.targets == 1.0
        assert lower.sum() == n // 2
        assert np.hypot(x, y)[~lower] == pytest.approx(np.ones(n - n // 2))
        assert np.all(y[~lower] >= 0.0)
        assert np.hypot(x - 1.0, y - 0.5)[lower] == pytest.approx(np.ones(n // 2))
        assert np.all(y[lower] <= 0.5)

    def test_blobs_are_about_their_centres(self):
        centres = [[0.0, 0.0, 1.0], [50.0, 0.0, -1.0]]
        data = nn.blobs(400, seed=1, centres=centres, spread=0.5)
        for k, centre in enumerate(centres):
            points = data.inputs[data.targets == k]
            assert len(points) == 200
            assert points.mean(axis=0) == pytest.approx(centre, abs=0.15)
            assert points.std(axis=0) == pytest.approx([0.5] * 3, rel=0.2)

    def test_blobs_may_choose_their_centres(self):
        assert set(nn.blobs(10, seed=1, centres=4).targets) == {0.0, 1.0, 2.0, 3.0}

    def test_xor(self):
        assert [(a != b) == y for (a, b), y in nn.xor()] == [True] * 4
        assert nn.xor(labels=(-1, 1)).targets.tolist() == [-1.0, 1.0, 1.0, -1.0]

    @pytest.mark.parametrize("make", [nn.wave, nn.house_prices, nn.two_moons, nn.blobs])
    def test_a_seed_makes_the_data(self, make):
        first, again, other = make(30, seed=3), make(30, seed=np.random.default_rng(3)), make(30, seed=4)
        assert np.array_equal(first.inputs, again.inputs)
        assert np.array_equal(first.targets, again.targets)
        assert not np.array_equal(first.inputs, other.inputs)

    @pytest.mark.parametrize(
        "make",
        [
            lambda: nn.wave(0, seed=0),
            lambda: nn.wave(5, seed=-1),
            lambda: nn.wave(5, seed=0, noise=-1.0),
            lambda: nn.house_prices(5, seed=0, w=float("nan")),
            lambda: nn.two_moons(1, seed=0),
            lambda: nn.blobs(2, seed=0, centres=3),
            lambda: nn.blobs(5, seed=0, centres=[1, 2]),
            lambda: nn.blobs(5, seed=0, centres=[[1, 2], [3]]),
            lambda: nn.blobs(5, seed=0, spread=0.0),
        ],
    )
    def test_impossible_ones(self, make):
        with pytest.raises(ValueError, match=r"must|need|are a number"):
            make()


@pytest.mark.parametrize("rows", [[[1.0, 2.0], [3.0, 5.0]], [[1.0, 2.0], [3.0, 5.0], [0.0, 1.0]], [1.0, 2.0]], ids=repr)
def test_a_standardiser_takes_a_list_of_rows_as_inputs(rows):
    made, expected = nn.Standardiser(rows), nn.Standardiser(np.array(rows))
    assert (made.mean.tolist(), made.deviation.tolist()) == (expected.mean.tolist(), expected.deviation.tolist())
    with pytest.raises(TypeError, match="inputs must be a list"):
        nn.Standardiser(None)
