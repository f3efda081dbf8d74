"""fit: what it does, what it reports, and what it refuses before it starts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value


def small(seed=1):
    return nn.MLP(2, [3, 1], hidden="tanh", seed=seed)


def data(n=7, seed=1):
    rng = np.random.default_rng(seed)
    return nn.Dataset(rng.standard_normal((n, 2)), rng.standard_normal(n))


def numbers(model):
    return [p.data for p in model.parameters()]


class TestWhatItDoes:
    @settings(max_examples=15)
    @given(
        n=st.integers(1, 6),
        epochs=st.integers(1, 3),
        reduction=st.sampled_from(["mean", "half_mean", "sum"]),
        penalty=st.sampled_from([None, nn.L2(0.1)]),
    )
    def test_the_same_as_a_loop_by_hand(self, n, epochs, reduction, penalty):
        fitted, by_hand = small(), small()
        samples, loss = data(n), nn.MSE(reduction)
        history = nn.fit(fitted, loss, samples, nn.SGD(fitted.parameters(), 0.1, momentum=0.5), epochs, penalty=penalty)
        optimiser = nn.SGD(by_hand.parameters(), 0.1, momentum=0.5)
        losses = []
        for _ in range(epochs):
            total = loss([by_hand(x) for x, _ in samples], samples.targets)
            if penalty:
                total = total + penalty(by_hand)
            by_hand.zero_grad()
            total.backward()
            optimiser.step()
            losses.append(total.data)
        assert numbers(fitted) == numbers(by_hand)
        assert history.loss == losses

    def test_a_pair_of_lists_will_do_for_data(self):
        a, b = small(), small()
        for model, samples in (a, data(3)), (b, (data(3).inputs.tolist(), data(3).targets)):
            nn.fit(model, "mse", samples, nn.Adam(model.parameters()), 2)
        assert numbers(a) == numbers(b)

    def test_minibatches_are_gone_through_in_their_order(self):
        seen = []

        class Spy(nn.MSE):
            def __call__(self, predictions, targets):
                seen.append(list(targets))
                return super().__call__(predictions, targets)

        model, samples = small(), data(5)
        nn.fit(model, Spy(), samples.batches(2, seed=3), nn.SGD(model.parameters(), 0.1), 2)
        batches = samples.batches(2, seed=3)
        assert seen == [batch.targets.tolist() for _ in range(2) for batch in batches]

    @pytest.mark.parametrize("options", [{}, {"seed": 5}, {"shuffle": False}])
    def test_batches_can_be_asked_for(self, options):
        a, b = small(), small()
        nn.fit(a, "mse", data(), nn.SGD(a.parameters(), 0.1), 3, batch_size=3, **options)
        batches = data().batches(3, seed=options.get("seed", 0), shuffle=options.get("shuffle", True))
        nn.fit(b, "mse", batches, nn.SGD(b.parameters(), 0.1), 3)
        assert numbers(a) == numbers(b)
        with pytest.raises(TypeError, match="in batches already"):
            nn.fit(a, "mse", batches, nn.SGD(a.parameters(), 0.1), 3, batch_size=3)

    def test_a_seed_makes_all_of_it(self):
        def trained(seed):
            model = small()
            nn.fit(model, "mse", data().batches(2, seed=seed), nn.Adam(model.parameters(), 0.1), 3)
            return numbers(model)

        assert trained(5) == trained(5)
        assert trained(5) != trained(6)

    def test_any_function_is_a_loss(self):
        a, b = small(), small()
        nn.fit(a, "mae", data(), nn.SGD(a.parameters(), 0.1), 2)

        def mine(predictions, targets):
            return sum(abs(y - p) for p, y in zip(predictions, targets, strict=True)) / len(targets)

        nn.fit(b, mine, data(), nn.SGD(b.parameters(), 0.1), 2)
        assert numbers(a) == pytest.approx(numbers(b), rel=1e-12)

    def test_anything_with_parameters_is_a_model(self):
        class Line:
            def __init__(self):
                self.w = Value(0.0)

            def __call__(self, x):
                return self.w * x[0]

            def parameters(self):
                return [self.w]

        model = Line()
        nn.fit(model, "mse", ([1.0, 2.0], [3.0, 6.0]), nn.SGD(model.parameters(), 0.1), 40)
        assert model.w.data == pytest.approx(3.0)

    def test_gradients_from_before_are_none_of_its_business(self):
        a, b = small(), small()
        for p in b.parameters():
            p.grad = 17.0
        for model in a, b:
            nn.fit(model, "mse", data(), nn.SGD(model.parameters(), 0.1), 2)
        assert numbers(a) == numbers(b)


class TestWhatItReports:
    def test_the_loss_of_an_epoch_is_that_before_its_step(self):
        model, samples = small(), data()
        before = nn.evaluate(model, "mse", samples)
        history = nn.fit(model, "mse", samples, nn.SGD(model.parameters(), 0.1), 1)
        assert history.loss == [before]
        assert nn.evaluate(model, "mse", samples) < before

    def test_the_validation_loss_is_that_after_it_and_without_penalty(self):
        model, held_back = small(), data(4, seed=2)
        after = []
        history = nn.fit(
            model,
            "mse",
            data(),
            nn.SGD(model.parameters(), 0.1),
            3,
            validation=held_back,
            penalty=nn.L2(0.1),
            callbacks=[lambda epoch: after.append(nn.evaluate(model, "mse", held_back))],
        )
        assert history.validation_loss == after

    @pytest.mark.parametrize("reduction", ["mean", "sum"])
    def test_with_batches_the_loss_is_that_of_all_samples(self, reduction):
        """With a rate too small to matter, each batch sees the same parameters."""
        model, samples, loss = small(), data(7), nn.MSE(reduction)
        whole = nn.evaluate(model, loss, samples)
        history = nn.fit(model, loss, samples.batches(3, seed=1), nn.SGD(model.parameters(), 1e-300), 2)
        assert history.loss == pytest.approx([whole, whole], rel=1e-12)
        assert len(history.batch_loss) == 6

    def test_the_loss_of_a_batch_is_that_before_its_step(self):
        model, samples = small(), data(4)
        history = nn.fit(model, "mse", samples.batches(2, shuffle=False), nn.SGD(model.parameters(), 0.1), 1)
        again = small()
        assert history.batch_loss[0] == nn.evaluate(again, "mse", samples[:2])
        nn.fit(again, "mse", samples[:2], nn.SGD(again.parameters(), 0.1), 1)
        assert history.batch_loss[1] == nn.evaluate(again, "mse", samples[2:])

    def test_the_rest_of_the_history(self):
        model = small()
        optimiser = nn.SGD(model.parameters(), nn.LinearDecay(0.4, 0.1, 3))
        history = nn.fit(model, "mse", data(), optimiser, 3)
        assert history.lr == pytest.approx([0.4, 0.3, 0.2])
        assert history.epochs == optimiser.steps == 3
        assert history.stopped == "all epochs done"
        assert history.seconds > 0.0
        assert history.validation_loss == []
        assert repr(history).startswith("History(3 epochs in 0.")

    def test_predictions_and_accuracy(self):
        model = nn.Linear(1, 2, weights=[[1.0], [-1.0]])
        assert nn.predict(model, [3.0, -1.0]).tolist() == [[3.0, -3.0], [-1.0, 1.0]]
        assert nn.predict(model, nn.Dataset([3.0], [0])).tolist() == [[3.0, -3.0]]
        assert nn.accuracy(model, ([3.0, -1.0, -2.0], [0, 1, 0])) == 2 / 3
        half = nn.Linear(1, 1, "sigmoid", weights=1.0)
        assert nn.accuracy(half, ([-1.0, 1.0, 2.0], [0, 0, 1]), threshold=0.5) == 2 / 3
        assert nn.accuracy(nn.Linear(1, 1, weights=1.0), ([-1.0, 1.0], [-1, 1])) == 1.0
        with pytest.raises(ValueError, match=r"labels 0 and 1, or −1 and 1, and the data have \[1.0, 2.0\]"):
            nn.accuracy(half, ([-1.0, 1.0], [1, 2]))
        with pytest.raises(ValueError, match="2 targets"):
            nn.accuracy(model, ([1.0], [[0, 1]]))


class TestBadInput:
    """Everything is refused before a parameter moves, and before the model sees a batch."""

    @pytest.fixture
    def model(self):
        model = small()
        before = numbers(model)
        yield model
        assert numbers(model) == before

    @pytest.fixture(autouse=True)
    def no_batch_is_looked_at(self, monkeypatch, request):
        def look(self, batch):
            raise AssertionError("the training has begun")

        if "a_loss_that_is_no_value" not in request.node.name:
            monkeypatch.setattr(nn.training.Eager, "loss_and_gradient", look)

    def refused(self, model, error, message, loss="mse", samples=None, optimiser=None, epochs=1, **rest):
        with pytest.raises(error, match=message):
            nn.fit(model, loss, samples or data(), optimiser or nn.SGD(model.parameters(), 0.1), epochs, **rest)

    @pytest.mark.parametrize(
        ("samples", "message"),
        [
            (([[1, 2], [3]], [0, 1]), "ragged"),
            (([[1, 2], [3, float("nan")]], [0, 1]), "data must be finite"),
            (([[1, 2], [3, 4]], [0, float("nan")]), "data must be finite"),
            (([], []), "empty"),
            (([[1, 2]], [0, 1]), "1 inputs and 2 targets"),
            (([[1, 2, 3]], [0]), r"takes 2 numbers, and this sample has 3"),
            (([1, 2], [0, 1]), r"takes 2 numbers, and this sample has 1"),
            (([[1, 2]], [[0, 1]]), r"the model has 1 output, and a sample of the data has 2 targets"),
        ],
        ids=str,
    )
    def test_data(self, model, samples, message):
        self.refused(model, ValueError, message, samples=samples)

    def test_an_empty_batch(self, model):
        with pytest.raises(ValueError, match="size of a batch must be at least 1"):
            nn.fit(model, "mse", data().batches(0, seed=0), nn.SGD(model.parameters(), 0.1), 1)

    @pytest.mark.parametrize("lr", [0, float("nan"), -1.0])
    def test_a_learning_rate(self, model, lr):
        with pytest.raises(ValueError, match="learning rate"):
            nn.fit(model, "mse", data(), nn.SGD(model.parameters(), lr), 1)

    def test_a_schedule_whose_first_rate_is_impossible(self, model):
        optimiser = nn.SGD(model.parameters(), lambda step: float("nan"))
        self.refused(model, ValueError, "learning rate of step 0", optimiser=optimiser)

    def test_a_loss(self, model):
        self.refused(model, ValueError, r"no loss called 'mee'; did you mean 'm[as]e'\?; the names are", loss="mee")
        self.refused(model, TypeError, r"write MSE\(\)", loss=nn.MSE)

    @pytest.mark.parametrize(
        ("loss", "targets"), [("hinge", [1, 0]), ("log_loss_from_logits", [0, -1]), ("log_loss", [0, 2])]
    )
    def test_labels_outside_the_classes(self, model, loss, targets):
        self.refused(model, ValueError, "the target of sample 1 is", loss=loss, samples=([[1, 2], [3, 4]], targets))

    def test_classes_that_the_model_has_not(self):
        model = nn.MLP(2, [3, 3])
        before = numbers(model)
        self.refused(
            model,
            ValueError,
            "classes from 0 to 2.*sample 1 is 3.0",
            loss="cross_entropy",
            samples=([[1, 2], [3, 4]], [0, 3]),
        )
        assert numbers(model) == before

    def test_cross_entropy_with_one_output(self, model):
        self.refused(model, ValueError, "LogLossFromLogits", loss="cross_entropy", samples=([[1, 2]], [0]))

    def test_validation_data(self, model):
        self.refused(
            model,
            ValueError,
            "validation data have the width 1, and those of the training data 2",
            validation=([1], [0]),
        )
        self.refused(model, ValueError, "ragged", validation=([[1, 2], [3]], [0, 1]))
        self.refused(
            model,
            ValueError,
            "target of sample 0 is 7.0",
            loss="log_loss_from_logits",
            samples=([[1, 2]], [1]),
            validation=([[1, 2]], [7]),
        )

    @pytest.mark.parametrize("epochs", [0, -1, 1.5, "3", None])
    def test_epochs(self, model, epochs):
        self.refused(model, (ValueError, TypeError), "epochs must be", epochs=epochs)

    def test_an_optimiser(self, model):
        for not_made in nn.SGD, "adam":
            with pytest.raises(TypeError, match=r"as in SGD\(model.parameters\(\), lr=0.1\)"):
                nn.fit(model, "mse", data(), not_made, 1)
        other = nn.SGD(small(2).parameters(), 0.1)
        self.refused(model, ValueError, r"13 of the 13 parameters .* are not the model's", optimiser=other)

    def test_a_model(self):
        with pytest.raises(TypeError, match="a model is called with one sample"):
            nn.fit(lambda x: x, "mse", data(), nn.SGD([Value(1.0)], 0.1), 1)

        class Plain(nn.Neuron):
            def __call__(self, x):
                return super().__call__(x).data

        model = Plain(2, seed=0)
        self.refused(model, TypeError, "must return a Value or a list of Values")

    def test_a_model_that_is_not_finite(self):
        model = small()
        optimiser = nn.SGD(model.parameters(), 0.1)
        model.layers[0].b[1].data = float("nan")
        with pytest.raises(ValueError, match=r"parameter b1\[2\] of the model must be finite"):
            nn.fit(model, "mse", data(), optimiser, 1)

    def test_callbacks_and_a_penalty(self, model):
        self.refused(model, TypeError, "a callback must be a function of an Epoch, and not 3", callbacks=[3])
        self.refused(
            model, TypeError, r"even with a single one: callbacks=\[<built-in function print>\]", callbacks=print
        )
        self.refused(model, TypeError, "a callback must be a function", callbacks=[nn.EarlyStopping])
        self.refused(model, TypeError, r"such as L2\(1e-4\), and not 0.1", penalty=0.1)

    def test_a_loss_that_is_no_value(self, model):
        with pytest.raises(TypeError, match=r"the loss is 3.0 of type float, and must be a Value"):
            nn.fit(model, lambda predictions, targets: 3.0, data(), nn.SGD(model.parameters(), 0.1), 1)


def test_no_callbacks_may_be_none():
    model = nn.Linear(1, 1, seed=0)
    assert len(nn.fit(model, "mse", ([1.0], [2.0]), nn.SGD(model.parameters(), 0.1), 2, callbacks=None).loss) == 2
