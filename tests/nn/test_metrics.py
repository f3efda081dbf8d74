"""The metrics have scikit-learn's names and values."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn

theirs = pytest.importorskip("sklearn.metrics", reason="pip install scikit-learn")
pd = pytest.importorskip("pandas", reason="pip install pandas")


def pairs(of):
    return st.integers(1, 30).flatmap(lambda n: st.tuples(*[st.lists(of, min_size=n, max_size=n)] * 2))


LABELS = [["cat", "dog", "eel"], [0, 1, 2], [-1, 1], [False, True], [3.0, 7.0]]
labelled = st.sampled_from(LABELS).flatmap(lambda labels: pairs(st.sampled_from(labels)))
numbers = st.floats(-1e3, 1e3)
SCORES = ["precision_score", "recall_score", "f1_score"]


def quietly(function, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **options)


@settings(max_examples=15)
@given(labelled, st.sampled_from([list, np.array, pd.Series]))
def test_of_classes(pair, made):
    true, predicted = map(made, pair)
    assert nn.accuracy_score(true, predicted) == quietly(theirs.accuracy_score, *pair)
    np.testing.assert_array_equal(nn.confusion_matrix(true, predicted), quietly(theirs.confusion_matrix, *pair))
    for name in SCORES:
        for average in (None, "macro", "micro", "weighted"):
            mine = quietly(getattr(nn, name), true, predicted, average=average)
            np.testing.assert_allclose(mine, quietly(getattr(theirs, name), *pair, average=average), rtol=1e-14)


@settings(max_examples=20)
@given(pairs(st.sampled_from(["no", "yes"])), st.sampled_from(SCORES))
def test_of_two_classes(pair, name):
    if "yes" in {*pair[0], *pair[1]}:
        mine = quietly(getattr(nn, name), *pair, pos_label="yes")
        np.testing.assert_allclose(mine, quietly(getattr(theirs, name), *pair, pos_label="yes"), rtol=1e-14)


def test_chosen_labels():
    true, predicted = ["a", "b", "c", "a"], ["a", "c", "c", "b"]
    for labels in (["c", "a"], ["a"], ["b", "c", "a"]):
        np.testing.assert_array_equal(
            nn.confusion_matrix(true, predicted, labels=labels),
            quietly(theirs.confusion_matrix, true, predicted, labels=labels),
        )
        for name in SCORES:
            for average in (None, "micro"):
                options = {"labels": labels, "average": average}
                mine = quietly(getattr(nn, name), true, predicted, **options)
                np.testing.assert_allclose(mine, quietly(getattr(theirs, name), true, predicted, **options))


@settings(max_examples=30)
@given(pairs(numbers) | pairs(st.tuples(numbers, numbers)), st.sampled_from([list, np.array, pd.DataFrame]))
def test_of_numbers(pair, made):
    true, predicted = map(made, pair)
    for name in ("mean_squared_error", "mean_absolute_error", "root_mean_squared_error"):
        mine, others = getattr(nn, name)(true, predicted), getattr(theirs, name)(*pair)
        assert mine == pytest.approx(others, rel=1e-12)
    if len(pair[0]) > 1:
        assert nn.r2_score(true, predicted) == pytest.approx(theirs.r2_score(*pair), rel=1e-9, abs=1e-9)


def test_a_share_of_nothing_is_0_with_a_warning():
    with pytest.warns(UserWarning, match="the precision of class 1 is 0/0"):
        assert nn.precision_score([0, 1], [0, 0]) == 0.0


@pytest.mark.parametrize(
    ("score", "true", "predicted", "message"),
    [
        (nn.accuracy_score, [0, 1], [0], r"shape \(2,\), and the predicted ones \(1,\)"),
        (nn.accuracy_score, [], [], "at least one sample"),
        (nn.accuracy_score, ["a", "b"], [0, 1], "labels and numbers cannot be compared"),
        (nn.confusion_matrix, [0, 1], [0.2, 0.9], "are they outputs"),
        (nn.accuracy_score, [[0, 1]], [[0, 1]], "predict_classes"),
        (nn.f1_score, [0, 1, 2], [0, 1, 2], "average='macro'"),
        (nn.f1_score, ["a", "b"], ["a", "b"], "pos_label=1 is not among the classes"),
        (lambda a, b: nn.f1_score(a, b, average="mean"), [0, 1], [0, 1], "no average called 'mean'"),
        (nn.r2_score, [1.0], [1.0], "two samples"),
        (nn.mean_squared_error, [1.0, np.nan], [1.0, 2.0], "inf or nan"),
        (nn.mean_squared_error, np.zeros((2, 2)), np.zeros(2), "shape"),
    ],
)
def test_what_is_refused(score, true, predicted, message):
    with pytest.raises(ValueError, match=message):
        score(true, predicted)


def test_masked_arrays_are_refused():
    with pytest.raises(TypeError, match="masked"):
        nn.mean_squared_error(np.ma.array([1.0, 2.0], mask=[True, False]), [1.0, 2.0])
