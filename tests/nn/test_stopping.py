"""How a training ends before its time: numbers that are not finite, Ctrl-C, callbacks, early stopping."""

from __future__ import annotations

import copy
import pickle
import signal

import numpy as np
import pytest

import nn
from autograd import NonFiniteError, Value, log, sqrt


class Line(nn.Module):
    """f(w·x + b), of which f may fail."""

    def __init__(self, f=lambda z: z, w=1.0, b=0.0):
        self.w, self.b = Value(w, label="w"), Value(b, label="b")
        self._f = f

    def __call__(self, x):
        return self._f(self.w * x[0] + self.b)


def numbers(model):
    return [p.data for p in model.parameters()]


class TestDivergence:
    def test_the_last_good_parameters_are_kept(self):
        """A rate that is too large: the parameters swing further and further, until the loss overflows."""
        model = Line()
        samples = ([1.0, 2.0], [30.0, 40.0])
        optimiser = nn.SGD(model.parameters(), lr=3.0, momentum=0.5)
        seen = []
        put = optimiser.put

        def watched(theta):
            seen.append((numbers(model), copy.deepcopy(optimiser.state_dict())))
            put(theta)

        optimiser.put = watched
        with pytest.raises(nn.DivergedError) as caught:
            nn.fit(model, "mse", samples, optimiser, 500, compiled=False)
        error = caught.value
        assert error.primitive == "pow"
        assert error.history.stopped == f"diverged in epoch {error.epoch}"
        assert error.history.epochs == error.epoch - 1 > 50
        before_last_step, _ = seen[error.epoch - 2]
        assert numbers(model) == before_last_step
        _, state_after_the_step_before = seen[error.epoch - 3]
        assert optimiser.steps == error.epoch - 2
        np.testing.assert_equal(optimiser.state_dict(), state_after_the_step_before)
        assert nn.evaluate(model, "mse", samples) == error.history.loss[-1]
        assert f"training stopped in epoch {error.epoch}, batch 1 of 1: at sample " in str(error)
        assert f"with the loss {error.history.loss[-1]!r}" in str(error)

    def test_epoch_batch_sample_and_origin_are_named(self):
        model = Line(log)
        samples = nn.Dataset([1.0, 2.0, 3.0, 4.0, -1.0, 5.0], [0.0] * 6)
        with pytest.raises(nn.DivergedError) as caught:
            nn.fit(model, "mse", samples.batches(2, shuffle=False), nn.SGD(model.parameters(), 1e-9), 5)
        error = caught.value
        assert (error.epoch, error.batch, error.primitive) == (1, 3, "log")
        assert error.operands == pytest.approx((-1.0,))
        assert "epoch 1, batch 3 of 3: at sample 4 of the data: log(-0.99999999" in str(error)

    def test_the_sample_is_that_of_the_whole_data_and_not_of_the_batch(self):
        model = Line(log)
        samples = nn.Dataset([1.0, -7.0, 2.0, 3.0], [0.0] * 4)
        with pytest.raises(nn.DivergedError, match="at sample 1 of the data: log"):
            nn.fit(model, "mse", samples[[3, 2, 1]].batches(1, seed=1), nn.SGD(model.parameters(), 1e-9), 1)

    def test_the_sample_is_named_when_the_loss_fails(self):
        model = Line(w=0.1)
        with pytest.raises(nn.DivergedError, match=r"at sample 1 of the data: .*LogLossFromLogits") as caught:
            nn.fit(model, "log_loss", ([0.5, 0.0, 0.7], [1, 1, 0]), nn.SGD(model.parameters(), 0.1), 3)
        assert caught.value.primitive == "log"
        assert numbers(model) == [0.1, 0.0]

    def test_a_gradient_that_is_not_finite(self):
        model = Line(sqrt, w=0.0)
        with pytest.raises(nn.DivergedError, match=r"epoch 1.*backprop through sqrt\(0.0\).*were not changed"):
            nn.fit(model, "mse", ([1.0], [5.0]), nn.SGD(model.parameters(), 0.1), 3)
        assert numbers(model) == [0.0, 0.0]

    def test_a_step_that_would_overflow(self):
        model = Line()
        optimiser = nn.SGD(model.parameters(), lr=1e300)
        with pytest.raises(nn.DivergedError, match=r"epoch 1.*would overflow: parameter w.*were not changed"):
            nn.fit(model, "mse", ([1e5], [-1e5]), optimiser, 3)
        assert numbers(model) == [1.0, 0.0]
        assert optimiser.steps == 0

    def test_a_loss_of_ones_own_that_is_infinite(self):
        model = Line()

        def loss(predictions, targets):
            return predictions[0] * Value(float("inf"))

        with pytest.raises(nn.DivergedError, match="the loss is inf"):
            nn.fit(model, loss, ([1.0], [1.0]), nn.SGD(model.parameters(), 0.1), 1)

    def test_in_the_validation(self):
        model = Line(log)
        with pytest.raises(nn.DivergedError, match="epoch 1, the validation after it: at sample 1"):
            nn.fit(
                model,
                "mse",
                ([1.0], [1.0]),
                nn.SGD(model.parameters(), 0.1),
                2,
                validation=([1.0, -1.0], [0.0, 0.0]),
            )
        assert numbers(model) == [1.0, 0.0]  # for which the training loss was fine

    def test_it_is_a_non_finite_error_that_can_be_pickled(self):
        model = Line(log, w=-1.0)
        with pytest.raises(NonFiniteError) as caught:
            nn.fit(model, "mse", ([1.0], [1.0]), nn.SGD(model.parameters(), 0.1), 1)
        twin = pickle.loads(pickle.dumps(caught.value))
        assert type(twin) is nn.DivergedError
        assert str(twin) == str(caught.value)
        assert (twin.epoch, twin.batch, twin.primitive, twin.operands) == (1, 1, "log", (-1.0,))


class TestCtrlC:
    @pytest.fixture(autouse=True)
    def python_listens(self):
        """A job in the background of a shell is born deaf to Ctrl-C, and so would be the tests in it."""
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)

    def trained(self, steps):
        model = nn.MLP(1, [3, 1], hidden="tanh", seed=1)
        optimiser = nn.Adam(model.parameters(), 0.1)
        nn.fit(model, "mse", nn.wave(4, seed=1).batches(2, shuffle=False), optimiser, steps // 2, compiled=False)
        return numbers(model)

    def test_leaves_the_model_of_the_last_complete_step(self, capsys):
        """The interrupt comes in the middle of a step, when some parameters are written and some are not."""
        model = nn.MLP(1, [3, 1], hidden="tanh", seed=1)
        optimiser = nn.Adam(model.parameters(), 0.1)
        put, calls = optimiser.put, []

        def interrupted(theta):
            calls.append(None)
            if len(calls) == 5:
                put(np.concatenate([theta[:4], optimiser.theta()[4:]]))
                signal.raise_signal(signal.SIGINT)
            put(theta)

        optimiser.put = interrupted
        batches = nn.wave(4, seed=1).batches(2, shuffle=False)
        history = nn.fit(model, "mse", batches, optimiser, 50, compiled=False)
        assert history.stopped == "interrupted"
        assert (history.epochs, len(history.batch_loss), optimiser.steps) == (2, 4, 4)
        assert numbers(model) == self.trained(4)
        assert "interrupted after 4 steps" in capsys.readouterr().err

    def test_one_can_go_on_afterwards(self, capsys):
        model = nn.MLP(1, [3, 1], hidden="tanh", seed=1)
        optimiser = nn.Adam(model.parameters(), 0.1)
        batches = nn.wave(4, seed=1).batches(2, shuffle=False)

        def stop_at_two(epoch):
            if epoch.number == 2:
                signal.raise_signal(signal.SIGINT)

        assert nn.fit(model, "mse", batches, optimiser, 50, callbacks=[stop_at_two], compiled=False).epochs == 2
        nn.fit(model, "mse", batches, optimiser, 3, compiled=False)
        assert numbers(model) == self.trained(10)

    def test_keeps_what_a_callback_did(self, capsys):
        model = Line()
        optimiser = nn.SGD(model.parameters(), 0.1)

        def meddle(epoch):
            model.w.data = 7.0

        def loss(predictions, targets):
            if model.w.data == 7.0:
                signal.raise_signal(signal.SIGINT)
            return nn.MSE()(predictions, targets)

        nn.fit(model, loss, ([1.0], [0.0]), optimiser, 5, callbacks=[meddle])
        assert model.w.data == 7.0


class TestCallbacks:
    def test_are_called_after_every_epoch_in_order(self):
        model, calls = Line(), []
        history = nn.fit(
            model,
            "mse",
            ([1.0, 2.0], [0.0, 0.0]),
            nn.SGD(model.parameters(), 0.1),
            3,
            validation=([1.0], [0.0]),
            callbacks=[
                lambda e: calls.append((e.number, e.of, e.loss, e.validation_loss)),
                lambda e: calls.append(e.model),
            ],
        )
        assert calls[1::2] == [model] * 3
        expected = zip(range(1, 4), [3] * 3, history.loss, history.validation_loss, strict=True)
        assert calls[::2] == list(expected)

    def test_can_stop_it(self):
        model = Line()
        history = nn.fit(
            model,
            "mse",
            ([1.0], [0.0]),
            nn.SGD(model.parameters(), 0.1),
            9,
            callbacks=[lambda e: e.stop("enough") if e.number == 4 else None],
        )
        assert (history.epochs, history.stopped) == (4, "enough")

    def test_may_return_anything(self):
        model = Line()
        history = nn.fit(
            model, "mse", ([1.0], [0.0]), nn.SGD(model.parameters(), 0.1), 3, callbacks=[lambda e: "not a wish to stop"]
        )
        assert history.epochs == 3

    def test_an_error_in_one_is_the_users_and_leaves_the_model_whole(self):
        model = Line()

        def fail(epoch):
            raise RuntimeError("mine")

        with pytest.raises(RuntimeError, match="mine"):
            nn.fit(model, "mse", ([1.0], [0.0]), nn.SGD(model.parameters(), 0.1), 3, callbacks=[fail])
        assert numbers(model) == [0.8, -0.2]

    def test_know_of_the_beginning_and_the_end(self):
        calls = []

        class Spy(nn.Callback):
            def begin(self, optimiser, history, has_validation):
                calls.append(("begin", has_validation))

            def end(self, optimiser, history):
                calls.append(("end", history.stopped))

        model = Line()
        nn.fit(model, "mse", ([1.0], [0.0]), nn.SGD(model.parameters(), 0.1), 3, callbacks=[Spy()])
        assert calls == [("begin", False), ("end", "all epochs done")]


class TestEarlyStopping:
    def run(self, losses, epochs=50, **options):
        """A training whose validation loss takes this course; the only parameter counts the epochs."""
        model = Line(w=0.0)
        optimiser = nn.SGD([model.w], 1.0)
        stopping = nn.EarlyStopping(**options)
        course = iter(losses)

        class Course(nn.MSE):
            def __call__(self, predictions, targets):
                if len(predictions) == 2:  # the validation
                    return Value(next(course))
                return -predictions[0]

        history = nn.fit(
            model,
            Course(),
            ([1.0], [0.0]),
            optimiser,
            epochs,
            validation=([1.0, 1.0], [0.0, 0.0]),
            callbacks=[stopping],
        )
        return history, stopping, model.w.data

    def test_stops_when_patience_is_over_and_restores_the_best(self):
        history, stopping, w = self.run([5.0, 3.0, 4.0, 3.5, 3.2, 1.0], patience=3)
        assert history.epochs == 5
        assert history.stopped == "no lower validation loss for 3 epochs"
        assert (stopping.best, stopping.best_epoch, w) == (3.0, 2, 2.0)

    def test_waits_for_what_comes_within_its_patience(self):
        history, stopping, _ = self.run([5.0, 6.0, 6.0, 4.0, 6.0, 6.0, 6.0, 1.0], patience=3)
        assert (history.epochs, stopping.best_epoch) == (7, 4)

    def test_a_little_lower_is_not_lower(self):
        history, stopping, w = self.run([5.0, 4.9, 4.8, 4.7], patience=2, min_delta=0.5)
        assert (history.epochs, stopping.best_epoch, w) == (3, 1, 1.0)

    def test_can_leave_the_parameters_alone(self):
        _, _, w = self.run([5.0, 6.0, 7.0], patience=2, restore_best=False)
        assert w == 3.0

    def test_restores_the_best_when_all_epochs_are_done_too(self):
        history, _, w = self.run([5.0, 3.0, 4.0], epochs=3, patience=9)
        assert (history.stopped, w) == ("all epochs done", 2.0)

    def test_can_watch_the_training_loss_whose_parameters_are_those_before_the_epoch(self):
        model = Line(w=4.0)
        optimiser = nn.SGD([model.w], 0.25)  # (w·x)² with x = 1: w is halved by each step
        stopping = nn.EarlyStopping(patience=2, watch="loss", min_delta=1.5)
        history = nn.fit(model, "mse", ([1.0], [0.0]), optimiser, 20, callbacks=[stopping])
        assert history.loss == [16.0, 4.0, 1.0, 0.25, 0.0625]
        assert (stopping.best_epoch, model.w.data) == (3, 1.0)

    def test_begins_afresh_when_it_is_used_again(self):
        stopping = nn.EarlyStopping(patience=2, watch="loss")
        for _ in range(2):
            model = Line(w=4.0)
            nn.fit(model, "mse", ([1.0], [0.0]), nn.SGD([model.w], 0.25), 3, callbacks=[stopping])
            assert (stopping.best, stopping.best_epoch) == (1.0, 3)

    def test_needs_something_to_watch(self):
        model = Line()
        with pytest.raises(ValueError, match=r"no validation data: give fit validation=…, or .* watch='loss'"):
            nn.fit(model, "mse", ([1.0], [0.0]), nn.SGD(model.parameters(), 0.1), 1, callbacks=[nn.EarlyStopping(2)])
        assert numbers(model) == [1.0, 0.0]

    @pytest.mark.parametrize(
        "options", [{"patience": 0}, {"patience": 1, "min_delta": -1.0}, {"patience": 1, "watch": "los"}]
    )
    def test_impossible_settings(self, options):
        with pytest.raises(ValueError, match=r"must|did you mean 'loss'"):
            nn.EarlyStopping(**options)
