"""Predictions: by a program or by the model itself, as numbers, labels and probabilities, of arrays and data frames."""

from __future__ import annotations

import copy
import gc
import pickle
import random
import weakref

import numpy as np
import pytest

import autograd
import nn
from autograd import NonFiniteError, Value, no_grad
from nn.execution import plain

N = 100
INPUTS = np.random.default_rng(0).normal(size=(N, 3))


def one_by_one(model, inputs=INPUTS):
    with no_grad():
        return np.array([plain(model(x)) for x in inputs.tolist()], dtype=float)


def agree(model, inputs=INPUTS):
    np.testing.assert_allclose(nn.predict(model, inputs), one_by_one(model, inputs), rtol=1e-12, atol=1e-12)


class Net(nn.Module):
    """A network, with a number beside it."""

    def __init__(self, outputs=2):
        self.net = nn.MLP(3, [5, outputs], hidden="tanh", seed=1)
        self.scale = 1.0

    def __call__(self, x):
        y = self.net(x)
        return [self.scale * v for v in y] if isinstance(y, list) else self.scale * y


class TestByAProgram:
    @pytest.mark.parametrize("outputs", [1, 2])
    @pytest.mark.parametrize("n", [1, 63, 64, 100])
    def test_it_is_what_the_model_says(self, outputs, n):
        agree(Net(outputs), INPUTS[:n])

    @pytest.mark.parametrize("loss", ["mse", "cross_entropy", "log_loss_from_logits"])
    def test_the_loss_is(self, loss):
        model = Net(3 if loss == "cross_entropy" else 1)
        targets = np.arange(N) % (3 if loss == "cross_entropy" else 2)
        by_hand = nn.losses.loss(loss)([model(x) for x in INPUTS.tolist()], targets).data
        assert nn.evaluate(model, loss, (INPUTS, targets)) == pytest.approx(by_hand, rel=1e-12)

    @pytest.mark.parametrize(
        "activation", ["tanh", autograd.exp, lambda x: autograd.log1p(x**2)], ids=["tanh", "exp", "a function"]
    )
    def test_a_program_is_made_once(self, monkeypatch, activation):
        made = []
        compile_ = autograd.compile
        monkeypatch.setattr(autograd, "compile", lambda f: made.append(f) or compile_(f))
        model = Net()
        model.net.layers[0].activation = nn.activations.activation(activation)
        for _ in range(3):
            agree(model)
            model.net.layers[0].w[0][0].data += 1.0
        assert len(made) == 1
        model.scale = 2.0
        agree(model)
        assert len(made) == 2

    @pytest.mark.parametrize(
        "change",
        [
            lambda model: setattr(model, "scale", 3.0),
            lambda model: setattr(model.net.layers[0], "activation", nn.Softplus()),
            lambda model: model.net.layers[1].b.reverse(),
            lambda model: setattr(model.net.layers[0].w[0][1], "data", 7.0),
            lambda model: setattr(model.net, "layers", nn.MLP(3, [4, 2], seed=2).layers),
            lambda model: model.load_state_dict({k: v + 1.0 for k, v in model.state_dict().items()}),
        ],
    )
    def test_what_is_changed_is_noticed(self, change):
        model = Net()
        agree(model)
        change(model)
        agree(model)

    @pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
    def test_a_copy_has_a_program_of_its_own(self, twin):
        model = Net()
        before = nn.predict(model, INPUTS)
        other = twin(model)
        other.scale = 2.0
        np.testing.assert_allclose(nn.predict(other, INPUTS), 2.0 * before, rtol=1e-12)
        np.testing.assert_array_equal(nn.predict(model, INPUTS), before)

    def test_a_model_that_is_dropped_goes(self):
        model = Net()
        nn.predict(model, INPUTS)
        gone = weakref.ref(model)
        del model
        gc.collect()
        assert gone() is None

    def test_it_leaves_the_parameters_alone(self):
        model = Net()
        names = [name for name, _ in model.named_parameters()]
        agree(model)
        assert [name for name, _ in model.named_parameters()] == names
        assert repr(model) == repr(Net())

    def test_a_model_that_decides_by_numbers(self):
        net = nn.MLP(3, [4, 1], hidden="tanh", seed=1)

        def model(x):
            y = net(x)
            return y if y > 0 else -3.0 * y

        agree(model)

    def test_a_model_that_draws_random_numbers_draws_what_it_did(self):
        def drawn(predict):
            rng, net = random.Random(5), nn.MLP(3, [4, 1], seed=1)
            return predict(lambda x: net(x) * rng.random())

        np.testing.assert_array_equal(drawn(lambda model: nn.predict(model, INPUTS)), drawn(one_by_one))

    @pytest.mark.parametrize(
        "model",
        [
            lambda x: 3.0,
            lambda x: 2.0 * x[0],
            lambda x: (x[0], x[1] * Value(2.0)),
            lambda x: np.array([x[0], 1.0]),
            lambda x: [x[0]] * 3,
            lambda x: float(np.tanh(x[0])),
        ],
    )
    def test_any_function(self, model):
        agree(model)

    def test_bare_numbers_and_whole_ones(self):
        model = nn.MLP(1, [3, 1], seed=1)
        agree(model, np.linspace(-1, 1, N))
        agree(model, np.arange(N))
        np.testing.assert_allclose(nn.predict(model, list(range(N))), one_by_one(model, np.arange(N)), rtol=1e-12)

    def test_table_look_ups_by_whole_numbers(self):
        rows = [Value(float(i)) for i in range(5)]
        agree(lambda x: rows[x], np.arange(N) % 5)

    def test_an_error_is_the_models(self):
        with pytest.raises(NonFiniteError, match="log"):
            nn.predict(lambda x: Value(x[0]).log(), INPUTS)
        with pytest.raises(ValueError, match="takes 2 numbers, and this sample has 3"):
            nn.predict(nn.MLP(2, [1]), INPUTS)

    def test_inputs_that_are_not_finite(self):
        inputs = INPUTS.copy()
        inputs[3, 1] = np.nan
        with no_grad():
            expected = one_by_one(nn.Linear(3, 1, seed=0), inputs)
        np.testing.assert_array_equal(nn.predict(nn.Linear(3, 1, seed=0), inputs), expected)


class TestClasses:
    def trained(self, labels, **options):
        numbers = np.arange(90) % len(labels)
        centres = np.array([[0.0, 0.0], [3.0, 3.0], [-3.0, 3.0]])
        inputs = centres[numbers] + np.random.default_rng(1).normal(size=(90, 2)) / 2
        given = np.array(labels)[numbers]
        model = nn.MLP(2, [8, len(labels) if len(labels) > 2 else 1], hidden="tanh", seed=1)
        loss = "cross_entropy" if len(labels) > 2 else "log_loss_from_logits"
        nn.fit(model, loss, (inputs, given), nn.Adam(model.parameters(), 0.1), 20, batch_size=30, **options)
        return model, inputs, given

    @pytest.mark.parametrize("labels", [["ant", "bee", "cow"], ["no", "yes"]])
    def test_labels_go_in_and_come_out(self, labels):
        model, inputs, given = self.trained(labels)
        assert model.classes == tuple(labels)
        predicted = nn.predict_classes(model, inputs)
        assert set(predicted) <= set(labels)
        assert np.mean(predicted == given) > 0.9
        assert nn.accuracy(model, (inputs, given)) == np.mean(predicted == given)
        few = given == labels[1]  # only one class among them
        assert nn.accuracy(model, (inputs[few], given[few])) == np.mean(predicted[few] == given[few])
        probabilities = nn.predict_probabilities(model, inputs)
        assert probabilities.shape == (90, len(labels))
        np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
        np.testing.assert_array_equal(np.array(labels)[probabilities.argmax(axis=1)], predicted)

    def test_validation_data_are_numbered_in_the_same_way(self):
        held_back = ([[3.0, 3.0]], ["bee"])
        model, _, _ = self.trained(["ant", "bee", "cow"], validation=held_back)
        assert nn.evaluate(model, "cross_entropy", held_back) < 1.0
        with pytest.raises(ValueError, match=r"'dog', which is not among the classes \('ant', 'bee', 'cow'\)"):
            nn.accuracy(model, ([[3.0, 3.0]], ["dog"]))
        same, _, _ = self.trained(["ant", "bee", "cow"], validation=nn.Dataset(*held_back))
        assert nn.evaluate(same, "cross_entropy", nn.Dataset(*held_back)) == nn.evaluate(
            model, "cross_entropy", held_back
        )

    @pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
    def test_the_labels_are_saved(self, tmp_path, suffix):
        if suffix == ".safetensors":
            pytest.importorskip("safetensors", reason="pip install 'scalar-autograd[files]'")
        model, inputs, _ = self.trained(["ant", "bee", "cow"])
        nn.save(model, tmp_path / f"m{suffix}")
        twin = nn.load(tmp_path / f"m{suffix}")
        assert twin.classes == model.classes
        np.testing.assert_array_equal(nn.predict_classes(twin, inputs), nn.predict_classes(model, inputs))

    def test_labels_that_the_model_cannot_have(self):
        model = nn.Linear(1, 3, seed=0)
        with pytest.raises(ValueError, match=r"not trained on labels.*model.classes = \('a', 'b'\)"):
            nn.accuracy(model, ([1.0, 2.0], ["a", "b"]))
        with pytest.raises(ValueError, match="2 labels, 3 outputs"):
            nn.predict_classes(model, [1.0], classes=["a", "b"])

    def test_numbers_without_labels(self):
        assert nn.predict_classes(nn.Linear(1, 2, weights=[[1.0], [-1.0]]), [3.0, -1.0]).tolist() == [0, 1]
        assert nn.predict_classes(nn.Neuron(1, weights=1.0), [3.0, -1.0], classes=[-1, 1]).tolist() == [1, -1]

    def test_a_network_that_ends_with_a_sigmoid_gives_probabilities(self):
        model = nn.MLP(1, [2, 1], output="sigmoid", seed=1)
        inputs = np.linspace(-3, 3, 10)
        p = nn.predict(model, inputs)
        np.testing.assert_allclose(nn.predict_probabilities(model, inputs)[:, 1], p)
        np.testing.assert_array_equal(nn.predict_classes(model, inputs), p > 0.5)
        assert nn.accuracy(model, (inputs, p > 0.5)) == 1.0

    def test_large_outputs(self):
        model = nn.Neuron(1, weights=1e4)
        np.testing.assert_array_equal(nn.predict_probabilities(model, [1.0, -1.0]), [[0.0, 1.0], [1.0, 0.0]])


class TestDataFrames:
    pd = pytest.importorskip("pandas", reason="pip install pandas")

    def test_rows_are_samples_everywhere(self):
        frame = self.pd.DataFrame(INPUTS, columns=["a", "b", "c"])
        y = self.pd.Series(np.where(INPUTS[:, 0] > 0, "up", "down"), index=np.arange(N) + 1000)
        a, b = nn.MLP(3, [4, 1], seed=1), nn.MLP(3, [4, 1], seed=1)
        standardised = nn.Standardiser(frame)
        np.testing.assert_array_equal(standardised(frame), nn.Standardiser(nn.Dataset(INPUTS, y))(INPUTS))
        for model, x, targets in (a, frame, y), (b, INPUTS, y.tolist()):
            nn.fit(model, "log_loss_from_logits", (x, targets), nn.Adam(model.parameters()), 3, validation=(x, targets))
        np.testing.assert_array_equal(nn.predict(a, frame), nn.predict(b, INPUTS))
        assert nn.evaluate(a, "log_loss_from_logits", (frame, y)) == nn.evaluate(b, "log_loss_from_logits", (INPUTS, y))
        assert nn.accuracy(a, (frame, y)) == nn.accuracy(b, (INPUTS, y))
        assert nn.accuracy_score(y, nn.predict_classes(a, frame)) == nn.accuracy(a, (frame, y))

    @pytest.mark.parametrize("dtype", ["category", "object", "string"])
    def test_labels_of_any_dtype(self, dtype):
        y = self.pd.Series(["b", "a", "b"], dtype=dtype)
        data = nn.Dataset([1, 2, 3], y)
        assert (data.classes, data.targets.tolist()) == (("a", "b"), [1.0, 0.0, 1.0])
        assert nn.Dataset([1, 2, 3], y.to_frame()).classes == ("a", "b")

    def test_numbers_of_any_dtype(self):
        frame = self.pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5], "c": [True, False]})
        assert nn.Dataset(frame, self.pd.Series([1, 0], dtype="Int64")).inputs.tolist() == [[1, 0.5, 1], [2, 1.5, 0]]
        assert nn.predict(nn.Linear(3, 1, weights=1.0), frame).tolist() == [2.5, 3.5]

    def test_what_is_missing_or_no_number(self):
        with pytest.raises(ValueError, match="inputs of sample 1, number 0, are nan"):
            nn.Dataset(self.pd.DataFrame({"a": [1.0, None], "b": [1.0, 2.0]}), [0, 1])
        with pytest.raises(TypeError, match=r"inputs of sample 0 hold 'x'.*get_dummies"):
            nn.predict(nn.Linear(2, 1, seed=0), self.pd.DataFrame({"a": ["x"], "b": [1.0]}))
        with pytest.raises(TypeError, match=r"target of sample 1 is (nan|None|<NA>), and others are labels"):
            nn.Dataset([1, 2], self.pd.Series(["a", None]))


def test_masked_arrays_are_refused():
    masked = np.ma.array([[1.0], [2.0]], mask=[[True], [False]])
    model = nn.Linear(1, 1, seed=0)
    for use in (
        lambda: nn.Dataset(masked, [0, 1]),
        lambda: nn.Dataset([1, 2], masked),
        lambda: nn.Dataset([masked[0], masked[1]], [0, 1]),
        lambda: model(masked[0]),
        lambda: nn.predict(model, masked),
        lambda: nn.Standardiser(masked),
        lambda: nn.Standardiser(nn.Dataset([1, 2], [0, 1]))(masked),
        lambda: nn.fit(model, "mse", (masked, [0, 1]), nn.SGD(model.parameters(), 0.1), 1),
    ):
        with pytest.raises(TypeError, match="masked"):
            use()


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("hidden", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_classes_are_predicted_from_finite_numbers(outputs, hidden, bad):
    model = nn.MLP(2, [4, outputs], hidden=hidden, seed=1)
    found = []
    for n in 3, 100:  # by the model, and by a program
        inputs = np.zeros((n, 2))
        inputs[1, 0] = bad
        found.append(nn.predict(model, inputs)[:3])
        for form in np.array, np.ndarray.tolist, iter:
            for use in nn.predict_classes, nn.predict_probabilities:
                with pytest.raises(ValueError, match=f"inputs of sample 1 contain {bad}"):
                    use(model, form(inputs))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-12)
    assert np.all(np.isnan(found[0][1])) or not np.isnan(bad)


def test_a_model_that_returns_nan_predicts_no_class():
    with pytest.raises(ValueError, match="outputs of sample 0 contain nan"):
        nn.predict_classes(lambda x: float("nan"), [1.0])


def test_arguments_that_are_no_model_or_no_inputs():
    model = nn.Linear(1, 1, seed=0)
    for use in nn.predict, nn.predict_classes, nn.predict_probabilities:
        with pytest.raises(TypeError, match=r"of type ndarray; write predict\(model, inputs\)"):
            use(np.zeros((2, 1)), model)
        for inputs in None, 3.0, "abc":
            with pytest.raises(TypeError, match="inputs must have an entry for each sample"):
                use(model, inputs)
