"""Labels and the names of columns: what a model remembers of the data that it was trained on."""

from __future__ import annotations

import numpy as np
import pytest

import nn

X = np.array([[0.0, 5.0], [1.0, 3.0], [2.0, 4.0], [3.0, 1.0]])
REGRESSION = [nn.MSE, nn.MAE, nn.Hinge]


class Cube(nn.Loss):
    """A loss of one's own."""

    def of_one(self, prediction, target):
        return (prediction - target) ** 3


def trained(targets, outputs=1, inputs=X, epochs=3, **options):
    loss = "cross_entropy" if outputs > 1 else "log_loss_from_logits"
    model = nn.Linear(2, outputs, seed=0)
    nn.fit(model, loss, (inputs, targets), nn.SGD(model.parameters(), 0.1), epochs, **options)
    return model


class TestLabelsAreNoNumbers:
    @pytest.mark.parametrize("loss", [*[kind() for kind in REGRESSION], Cube(), lambda p, t: nn.MSE()(p, t)])
    @pytest.mark.parametrize(
        "targets", [["0.25", "0.5", "1", "2"], ["a", "b", "a", "b"], np.array(["1", "2", "3", "4"])]
    )
    def test_only_losses_of_classification_take_them(self, loss, targets):
        model = nn.Linear(2, 1, seed=0)
        first = str(targets[0])
        with pytest.raises(
            TypeError, match=f"the target of sample 0 is the text '{first}'.*needs numbers; write float"
        ):
            nn.fit(model, loss, (X, targets), nn.SGD(model.parameters(), 0.1), 1)
        with pytest.raises(TypeError, match=f"the target of sample 0 is the text '{first}'"):
            nn.evaluate(model, loss, (X, targets))
        model.classes = tuple(sorted(set(map(str, targets))))
        with pytest.raises(TypeError, match=f"the target of sample 0 is the text '{first}'"):
            nn.evaluate(model, loss, (X, targets))

    def test_numbers_as_labels_neither(self):
        data = nn.Dataset(X, [10, 20, 10, 20], classes=[10, 20])
        model = nn.Linear(2, 1, seed=0)
        with pytest.raises(TypeError, match=r"the target of sample 0 is the label 10: MSE\(\) needs numbers"):
            nn.fit(model, "mse", data, nn.SGD(model.parameters(), 0.1), 1)

    def test_true_and_false_are_numbers_and_labels(self):
        targets = [True, False, True, False]
        model = trained(targets)
        assert nn.predict_classes(model, X).dtype == bool
        assert nn.accuracy(model, (X, targets)) == np.mean(nn.predict_classes(model, X) == targets)
        assert nn.accuracy(model, (X, targets)) == nn.accuracy(model, (X, [1.0, 0.0, 1.0, 0.0]))
        assert nn.evaluate(model, "mse", (X, targets)) == nn.evaluate(model, "mse", (X, [1.0, 0.0, 1.0, 0.0]))
        assert trained([True] * 4).classes == (False, True)


class TestLabelsKeepTheirOutputs:
    @pytest.mark.parametrize("batched", [False, True])
    def test_training_on_uses_the_same_outputs(self, batched):
        model = trained(["a", "b", "c", "a"], outputs=3)
        data = nn.Dataset(X, ["c", "b", "c", "b"])
        assert data.classes == ("b", "c")
        before = nn.evaluate(model, "cross_entropy", (X, ["c", "b", "c", "b"]))
        given = data.batches(4, seed=0) if batched else data
        history = nn.fit(model, "cross_entropy", given, nn.SGD(model.parameters(), 0.1), 1)
        assert history.loss[0] == pytest.approx(before)
        assert model.classes == ("a", "b", "c")
        assert data.classes == ("b", "c")

    def test_new_labels_are_an_error(self):
        model = trained(["a", "b", "a", "b"])
        for targets in ["a", "d", "a", "d"], [0, 1, 0, 1], [True, False, True, True]:
            with pytest.raises(ValueError, match=r"which is not among the classes \('a', 'b'\)"):
                nn.fit(model, "log_loss_from_logits", (X, targets), nn.SGD(model.parameters(), 0.1), 1)
        assert model.classes == ("a", "b")

    @pytest.mark.parametrize(
        ("labels", "outputs", "message"),
        [
            ("abcd", 2, "4 labels, 2 outputs"),
            ("abcd", 1, "4 labels, 1 output"),
            ("aabb", 3, "2 labels, 3 outputs"),
            ("aaaa", 2, "1 label, 2 outputs"),
        ],
    )
    def test_one_output_for_each(self, labels, outputs, message):
        with pytest.raises(ValueError, match=message):
            trained(list(labels), outputs)

    def test_a_single_label(self):
        model = trained(["a"] * 4)
        assert nn.predict_classes(model, X * 100).tolist() == ["a"] * 4

    def test_labels_of_another_kind(self):
        text, numbers = trained(["a", "b", "a", "b"]), trained([0, 1, 0, 1])
        for model, targets in (text, [0, 1, 0, 1]), (numbers, ["a", "b", "a", "b"]), (numbers, ["0", "1", "0", "1"]):
            for use in nn.accuracy, lambda model, data: nn.evaluate(model, "log_loss_from_logits", data):
                for data in (X, targets), nn.Dataset(X, targets):
                    with pytest.raises(ValueError, match=r"not among the classes|was not trained on labels"):
                        use(model, data)
        with pytest.raises(ValueError, match="was not trained on labels"):
            trained([0, 1, 0, 1], validation=(X, ["a", "b", "a", "b"]))


class TestColumnsHaveNames:
    pd = pytest.importorskip("pandas", reason="pip install pandas")

    def frame(self, *names):
        return self.pd.DataFrame(X, columns=["p", "q"])[list(names)]

    def test_they_are_taken_by_name_everywhere(self, tmp_path):
        right, other, y = self.frame("p", "q"), self.frame("q", "p"), [0.0, 1.0, 0.0, 1.0]
        model = trained(y, inputs=right)
        nn.save(model, tmp_path / "model.npz")
        validated = trained(y, inputs=right, validation=(other, y))
        for m in model, nn.load(tmp_path / "model.npz"), validated:
            assert m.columns == ("p", "q")
            for given in other, right, X, nn.Dataset(other, y):
                np.testing.assert_array_equal(nn.predict(m, given), nn.predict(m, X))
            for data in (other, y), nn.Dataset(other, y):
                assert nn.evaluate(m, "mse", data) == nn.evaluate(m, "mse", (X, y))
                assert nn.accuracy(m, data) == nn.accuracy(m, (X, y))
        again = nn.fit(validated, "mse", (other, y), nn.SGD(validated.parameters(), 0.1), 1, validation=(right, y))
        assert again.loss[0] == nn.evaluate(model, "mse", (X, y))
        assert validated.columns == ("p", "q")

    def test_in_a_standardiser(self):
        standardised = nn.Standardiser(self.frame("p", "q"))
        expected = nn.Standardiser(nn.Dataset(X, np.zeros(4)))(X)
        np.testing.assert_array_equal(standardised(X), expected)
        np.testing.assert_array_equal(standardised(self.frame("q", "p")), expected)
        data = standardised(nn.Dataset(self.frame("q", "p"), np.zeros(4)))
        np.testing.assert_array_equal(data.inputs, expected)
        assert data.columns == ("p", "q")

    def test_other_names_are_an_error(self):
        model, y = trained([0, 1, 0, 1], inputs=self.frame("p", "q")), [0, 1, 0, 1]
        wrong = self.frame("p", "q").rename(columns={"q": "r"})
        for use in (
            lambda: nn.predict(model, wrong),
            lambda: nn.accuracy(model, (wrong, y)),
            lambda: nn.evaluate(model, "mse", nn.Dataset(wrong, y)),
            lambda: nn.fit(model, "mse", (wrong, y), nn.SGD(model.parameters(), 0.1), 1),
            lambda: trained(y, inputs=self.frame("p", "q"), validation=(wrong, y)),
            lambda: nn.Standardiser(self.frame("p", "q"))(wrong),
            lambda: nn.predict(model, self.frame("p", "q", "q")),
        ):
            with pytest.raises(ValueError, match="columns of these inputs are"):
                use()

    def test_columns_that_are_only_numbered(self):
        assert nn.Dataset(self.pd.DataFrame(X), [0, 1, 0, 1]).columns is None
