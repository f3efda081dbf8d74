"""The losses against their formulas in NumPy, with each normalisation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import NonFiniteError, Value, gradients
from nn.losses import LOSSES

sizes = st.integers(1, 5)
seeds = st.integers(0, 2**32)


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def drawn(name, m, seed):
    """Predictions, targets, and each sample's loss by the formula."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(m)
    y = rng.standard_normal(m)
    t = rng.integers(0, 2, m).astype(float)
    if name == "mse":
        return x, y, (x - y) ** 2
    if name == "mae":
        return x, y, abs(y - x)
    if name == "hinge":
        return x, 2 * t - 1, np.maximum(0.0, 1 - (2 * t - 1) * x)
    p = 1 / (1 + np.exp(-x))
    if name == "log_loss":
        return p, t, -((1 - t) * np.log(1 - p) + t * np.log(p))
    if name == "log_loss_from_logits":
        return x, t, -((1 - t) * np.log(1 - p) + t * np.log(p))
    scores, classes = rng.standard_normal((m, 3)), rng.integers(0, 3, m)
    return scores, classes, -np.log(softmax(scores)[np.arange(m), classes])


@given(name=st.sampled_from(sorted(LOSSES)), m=sizes, seed=seeds)
def test_each_loss_is_its_formula_with_each_normalisation(name, m, seed):
    predictions, targets, each = drawn(name, m, seed)
    for reduction, expected in [
        ("mean", each.sum() / m),
        ("half_mean", each.sum() / (2 * m)),
        ("sum", each.sum()),
    ]:
        assert LOSSES[name](reduction)(predictions, targets) == pytest.approx(expected, rel=1e-12)


@given(name=st.sampled_from(sorted(LOSSES)), m=sizes, seed=seeds)
def test_values_and_plain_numbers_give_the_same(name, m, seed):
    predictions, targets, _ = drawn(name, m, seed)
    as_values = np.vectorize(Value, otypes=[object])(predictions).tolist()
    loss = LOSSES[name]()
    of_values = loss(as_values, targets)
    assert isinstance(of_values, Value)
    assert of_values.data == loss(predictions.tolist(), targets.tolist())


@given(name=st.sampled_from(sorted(LOSSES)), m=st.integers(2, 9), cut=st.integers(1, 8), seed=seeds)
def test_the_losses_of_batches_make_the_loss_of_all(name, m, cut, seed):
    predictions, targets, _ = drawn(name, m, seed)
    cut = min(cut, m - 1)
    for reduction in "mean", "half_mean", "sum":
        loss = LOSSES[name](reduction)
        parts = [loss(predictions[:cut], targets[:cut]), loss(predictions[cut:], targets[cut:])]
        assert loss.of_batches(parts, [cut, m - cut]) == pytest.approx(loss(predictions, targets), rel=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "half_mean", "sum"])
def test_the_loss_of_one_batch_is_its_own_and_that_of_huge_ones_no_overflow(reduction):
    loss = nn.MSE(reduction)
    assert loss.of_batches([0.6772290504693264], [3]) == 0.6772290504693264
    assert loss.of_batches([1.5e308] * 3, [7] * 3) == pytest.approx(np.inf if reduction == "sum" else 1.5e308)


@given(m=sizes, k=st.integers(2, 4), seed=seeds)
def test_with_several_outputs_the_mean_is_over_samples(m, k, seed):
    rng = np.random.default_rng(seed)
    predictions, targets = rng.standard_normal((2, m, k))
    assert nn.MSE()(predictions, targets) == pytest.approx(((predictions - targets) ** 2).sum() / m, rel=1e-12)
    assert nn.MAE("sum")(predictions, targets) == pytest.approx(abs(predictions - targets).sum(), rel=1e-12)


def test_a_single_sample_needs_no_list():
    x = Value(3.0)
    assert nn.MSE("half_mean")(x, 1.0).data == 2.0
    assert gradients(nn.MSE("half_mean")(x, 1.0), x) == 2.0


@pytest.mark.parametrize(("reduction", "factor"), [("mean", 2 / 3), ("half_mean", 1 / 3), ("sum", 2.0)])
def test_the_derivative_has_the_factor_of_the_document(reduction, factor):
    """2/N in document 1, 1/m in document 2, and no N at all."""
    w = Value(0.5)
    xs, ys = [1.0, 2.0, -1.0], [2.0, 0.0, 1.0]
    slope = gradients(nn.MSE(reduction)([w * x for x in xs], ys), w)
    expected = factor * sum((0.5 * x - y) * x for x, y in zip(xs, ys, strict=True))
    assert slope == pytest.approx(expected, rel=1e-14)


class TestLogLoss:
    def test_between_the_labels(self):
        p, t = 0.7, 0.25
        assert nn.LogLoss()([p], [t]) == pytest.approx(-(t * np.log(p) + (1 - t) * np.log(1 - p)), rel=1e-14)

    @pytest.mark.parametrize("t", [0.0, 0.25, 1.0])
    def test_of_a_target_that_is_a_value(self, t):
        assert nn.LogLoss()([0.7], [Value(t)]).data == pytest.approx(nn.LogLoss()([0.7], [t]), rel=1e-14)

    def test_has_no_term_for_what_is_certain(self):
        assert nn.LogLoss()([1.0, 0.0], [1.0, 0.0]) == 0.0

    @pytest.mark.parametrize(("p", "t"), [(1.0, 0.0), (0.0, 1.0), (1.5, 0.0), (-0.5, 1.0)])
    def test_of_what_is_certain_and_wrong_is_an_error_that_helps(self, p, t):
        with pytest.raises(NonFiniteError, match="LogLossFromLogits") as caught:
            nn.LogLoss()([Value(p)], [t])
        assert caught.value.primitive in ("log", "log1p")
        assert caught.value.operands

    def test_from_logits_has_no_such_edge(self):
        x = Value(-1000.0)
        loss = nn.LogLossFromLogits()([x], [1.0])
        assert loss.data == 1000.0
        assert gradients(loss, x) == -1.0


class TestBadInput:
    @pytest.mark.parametrize("loss", [LOSSES[name]() for name in LOSSES], ids=repr)
    def test_lists_of_different_lengths(self, loss):
        with pytest.raises(ValueError, match="2 predictions and 1 targets"):
            loss([[0.5, 0.5], [0.5, 0.5]], [1.0])

    def test_no_samples(self):
        with pytest.raises(ValueError, match="needs at least one sample"):
            nn.MSE()([], [])

    def test_outputs_and_targets_that_do_not_fit(self):
        with pytest.raises(ValueError, match="2 predictions and 3 targets"):
            nn.MSE()([[1.0, 2.0]], [[1.0, 2.0, 3.0]])

    def test_an_unknown_normalisation(self):
        with pytest.raises(ValueError, match=r"no reduction called 'halfmean'; did you mean 'half_mean'\?"):
            nn.MSE("halfmean")

    def test_an_unknown_name(self):
        message = r"no loss called 'mes'; did you mean 'mse'\?; the names are 'mse', 'mae', 'log_loss'"
        with pytest.raises(ValueError, match=message):
            nn.losses.loss("mes")
        with pytest.raises(TypeError, match="None of type NoneType is not a valid loss"):
            nn.losses.loss(None)
        with pytest.raises(TypeError, match=r"write MSE\(\)"):
            nn.losses.loss(nn.MSE)

    def test_cross_entropy_of_one_output(self):
        with pytest.raises(ValueError, match="LogLossFromLogits"):
            nn.CrossEntropy()([Value(1.0)], [0])

    @pytest.mark.parametrize(
        ("loss", "targets", "message"),
        [
            (nn.LogLoss(), [0.0, 1.0, -1.0], r"targets from 0 to 1, and the target of sample 2 is -1.0.*Hinge"),
            (nn.LogLossFromLogits(), [0.0, 1.5], r"sample 1 is 1.5"),
            (nn.Hinge(), [1.0, 0.0], r"labels −1 and 1, and the target of sample 1 is 0.0.*LogLossFromLogits"),
            (nn.CrossEntropy(), [0.0, 3.0], r"classes from 0 to 2, as the model has 3 outputs.*sample 1 is 3.0"),
            (nn.CrossEntropy(), [0.0, -1.0], r"sample 1 is -1.0"),
            (nn.CrossEntropy(), [0.5], r"sample 0 is 0.5"),
        ],
        ids=str,
    )
    def test_labels_outside_the_classes(self, loss, targets, message):
        outputs = 3 if isinstance(loss, nn.CrossEntropy) else 1
        with pytest.raises(ValueError, match=message):
            loss.check(np.array(targets), outputs)

    def test_targets_for_another_number_of_outputs(self):
        with pytest.raises(ValueError, match=r"2 outputs, and a sample of the data has 1 target"):
            nn.MSE().check(np.zeros(3), 2)
        with pytest.raises(ValueError, match=r"numpy.argmax\(targets, axis=1\)"):
            nn.CrossEntropy().check(np.eye(3), 3)
        nn.MSE().check(np.zeros((3, 2)), 2)

    @pytest.mark.parametrize("strength", [-1.0, float("nan"), "much"])
    def test_an_impossible_penalty(self, strength):
        with pytest.raises((ValueError, TypeError), match="strength of a penalty"):
            nn.L2(strength)

    def test_a_loss_of_ones_own_without_a_formula(self):
        with pytest.raises(NotImplementedError, match=r"Loss needs a method of_one"):
            nn.Loss()([1.0], [1.0])


def test_losses_are_equal_when_they_are_the_same():
    assert nn.MSE("sum") == nn.MSE("sum")
    assert nn.MSE("sum") != nn.MSE()
    assert nn.MSE() != nn.MAE()
    assert len({nn.MSE(), nn.MSE(), nn.MAE()}) == 2
    assert repr(nn.MSE("half_mean")) == "MSE('half_mean')"
