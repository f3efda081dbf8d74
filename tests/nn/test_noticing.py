"""What callbacks and others change while a network is trained is noticed: compiled training is eager training."""

from __future__ import annotations

import random
import threading
import types
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import FrozenError, Value

settings_module = types.ModuleType("settings_module")
settings_module.shift = 0.0
SLOPE = 1.0


class Slotted:
    __slots__ = ("gain",)

    def __init__(self):
        self.gain = 1.0


class Net(nn.Module):
    """A model that looks everywhere for its numbers."""

    power = 1.0

    def __init__(self):
        self.layers = [nn.Linear(2, 3, "tanh", seed=1), nn.Linear(3, 1, seed=2)]
        self.temperature = 1.0
        self.mask = np.ones(3)
        self.settings = {"scale": 1.0, "deep": [[0.0]]}
        self.dropped = False
        self.slotted = Slotted()
        self.offset = Value(0.25)
        self._lock = threading.Lock()
        self.forward = lambda x: x

    def __call__(self, x):
        h = [m * y for m, y in zip(self.mask.tolist(), self.layers[0](x), strict=True)]
        if self.dropped:
            h[0] = 0.0
        y = self.forward(self.layers[1](h)) / self.temperature * self.settings["scale"] * self.slotted.gain
        return y * self.power * SLOPE + self.settings["deep"][0][0] + settings_module.shift + self.offset


class Scaled(nn.MSE):
    """A loss with a number in an attribute, and one in a closure."""

    def __init__(self):
        super().__init__()
        self.weight = 1.0
        margin = 0.0

        def moved(by):
            nonlocal margin
            margin += by

        self.move, self.margin = moved, lambda: margin

    def of_one(self, prediction, target):
        return self.weight * (prediction - target - self.margin()) ** 2


def _slope(net, loss, penalty, x):
    global SLOPE
    SLOPE = x


def _replaced(net, loss, penalty, x):
    net.layers = [nn.Linear(2, 3, "sigmoid", seed=1), net.layers[1]]


def _swapped(net, loss, penalty, x):
    net.layers[0].w.reverse()


def _clipped(net, loss, penalty, x):
    for p in net.parameters():
        p.data = min(max(p.data, -x), x)


CHANGES = {
    "an attribute": lambda net, loss, penalty, x: setattr(net, "temperature", x),
    "an entry of an array": lambda net, loss, penalty, x: net.mask.__setitem__(0, x),
    "an array": lambda net, loss, penalty, x: setattr(net, "mask", np.array([x, 1.0, x])),
    "an entry of a dict": lambda net, loss, penalty, x: net.settings.update(scale=x),
    "an entry deep inside": lambda net, loss, penalty, x: net.settings["deep"][0].__setitem__(0, x),
    "a flag": lambda net, loss, penalty, x: setattr(net, "dropped", not net.dropped),
    "a slot": lambda net, loss, penalty, x: setattr(net.slotted, "gain", x),
    "a class": lambda net, loss, penalty, x: setattr(Net, "power", x),
    "a global variable": _slope,
    "a module": lambda net, loss, penalty, x: setattr(settings_module, "shift", x),
    "a function": lambda net, loss, penalty, x: setattr(net, "forward", lambda y: x * y),
    "an activation": lambda net, loss, penalty, x: setattr(net.layers[0], "activation", nn.Softplus()),
    "a layer": _replaced,
    "the order of neurons": _swapped,
    "a number of a Value that is trained": _clipped,
    "a Value that is trained": lambda net, loss, penalty, x: setattr(net, "offset", Value(x)),
    "an attribute of the loss": lambda net, loss, penalty, x: setattr(loss, "weight", x),
    "what the loss closes over": lambda net, loss, penalty, x: loss.move(x),
    "the reduction": lambda net, loss, penalty, x: setattr(loss, "reduction", "half_mean"),
    "a coefficient": lambda net, loss, penalty, x: penalty.__setitem__(0, x),
    "what nothing depends on": lambda net, loss, penalty, x: setattr(net, "seen", x),
    "nothing": lambda net, loss, penalty, x: setattr(net, "temperature", net.temperature * 1.0),
}


def trained(compiled, changes, seen=None):
    """A training in which, after each epoch, some things are changed."""
    global SLOPE
    SLOPE, settings_module.shift, Net.power = 1.0, 0.0, 1.0
    net, loss, coefficient = Net(), Scaled(), [1e-2]
    optimiser = nn.Adam(net.parameters(), 0.01)

    def change(epoch):
        if seen is not None:
            seen.append([p.grad for p in epoch.optimiser.parameters])
        for name, x in changes[epoch.number - 1]:
            if name == "the learning rate":
                optimiser.lr = x
            else:
                CHANGES[name](net, loss, coefficient, x)

    try:
        history = nn.fit(
            net,
            loss,
            nn.two_moons(70, seed=3).batches(35, seed=0),
            optimiser,
            len(changes) + 1,
            validation=nn.two_moons(6, seed=4),
            penalty=lambda m: coefficient[0] * autograd.dot(m.layers[1].w[0], m.layers[1].w[0]),
            callbacks=[lambda epoch: change(epoch) if epoch.number <= len(changes) else None],
            compiled=compiled,
        )
    finally:
        SLOPE, settings_module.shift, Net.power = 1.0, 0.0, 1.0
    return history, [p.data for p in optimiser.parameters]


def assert_the_same(changes):
    (eager, theta), (compiled, same) = trained(False, changes), trained(None, changes)
    assert not eager.compiled
    assert compiled.compiled
    np.testing.assert_allclose(compiled.batch_loss, eager.batch_loss, rtol=1e-9)
    np.testing.assert_allclose(compiled.validation_loss, eager.validation_loss, rtol=1e-9)
    np.testing.assert_allclose(same, theta, rtol=1e-9, atol=1e-12)
    assert compiled.lr == eager.lr


@pytest.mark.parametrize("name", [*CHANGES, "the learning rate"])
def test_a_change_after_an_epoch(name):
    assert_the_same([[(name, 0.5)], [], [(name, 0.75)]])


events = st.tuples(st.sampled_from([*CHANGES, "the learning rate"]), st.floats(0.25, 1.5))


@settings(max_examples=8)
@given(st.lists(st.lists(events, max_size=3), min_size=1, max_size=3))
def test_any_changes_after_any_epochs(changes):
    assert_the_same(changes)


def test_callbacks_see_the_gradient():
    eager, compiled = [], []
    trained(False, [[], []], eager)
    trained(None, [[], []], compiled)
    np.testing.assert_allclose(compiled, eager, rtol=1e-9, atol=1e-12)


def both_ways(make):
    """The losses and the parameters of an eager and of a compiled training of what ``make`` returns."""
    found = []
    for compiled in (False, None):
        model, loss, optimiser, options = make()
        data = options.pop("data", nn.wave(80, seed=1).batches(20, seed=2))
        history = nn.fit(model, loss, data, optimiser, 3, compiled=compiled, **options)
        found.append((history, [p.data for p in model.parameters()]))
    (eager, theta), (other, same) = found
    np.testing.assert_allclose(other.batch_loss, eager.batch_loss, rtol=1e-9)
    np.testing.assert_allclose(same, theta, rtol=1e-9, atol=1e-12)
    return other.compiled


def a_net():
    return nn.MLP(1, [4, 1], hidden="tanh", seed=0)


def test_what_the_last_callback_does_stays():
    def make():
        net = a_net()
        clip = lambda epoch: [setattr(p, "data", min(p.data, 0.01)) for p in net.parameters()]  # noqa: E731
        return net, "mse", nn.SGD(net.parameters(), 0.1), {"callbacks": [clip]}

    assert both_ways(make)


def test_a_penalty_that_reads_the_step():
    def make():
        net = a_net()
        optimiser = nn.SGD(net.parameters(), 0.1)
        return net, "mse", optimiser, {"penalty": lambda m: 0.01 * optimiser.steps * m.layers[0].w[0][0] ** 2}

    both_ways(make)


def test_a_schedule_that_changes_the_model():
    def make():
        net = nn.Sequential(a_net(), heat := nn.LeakyReLU(0.5))

        def rate(step):
            heat.slope = 0.5 / (step + 1)
            return 0.1

        return net, "mse", nn.SGD(net.parameters(), rate), {}

    both_ways(make)


class Meddling(nn.Minibatches):
    """Batches that move a parameter whenever one of them is taken."""

    def __init__(self, parameter):
        super().__init__(nn.wave(80, seed=1), 20, seed=2)
        self.parameter = parameter

    def __iter__(self):
        for batch in super().__iter__():
            self.parameter.data *= 0.5
            yield batch


def test_batches_that_move_a_parameter():
    def make():
        net = a_net()
        return net, "mse", nn.SGD(net.parameters(), 0.1), {"data": Meddling(net.layers[0].b[0])}

    both_ways(make)


class Random(nn.Module):
    """Draws at every call, or only counts."""

    def __init__(self, draw):
        self.net, self._rng, self._seen, self._draw = a_net(), random.Random(0), Counter(), draw

    def __call__(self, x):
        self._seen["calls"] += 1
        y = self.net(x)
        if self._draw == "noise":
            return y * (1.0 + 0.1 * self._rng.random())
        return y if self._seen["calls"] < 100 else 2.0 * y


@pytest.mark.parametrize("draw", ["noise", "count"])
def test_a_model_that_changes_when_it_is_called_is_trained_as_if_nobody_had_tried(draw):
    def make():
        model = Random(draw)
        return model, "mse", nn.SGD(model.parameters(), 0.1), {}

    assert not both_ways(make)
    model, loss, optimiser, _ = make()
    with pytest.raises(FrozenError, match=r"changes when it is called \(the model: _.*compiled=False"):
        nn.fit(model, loss, nn.wave(80, seed=1), optimiser, 1, compiled=True)


def test_a_model_that_remembers_its_last_output_is_compiled():
    class Remembering(nn.Sequential):
        def __call__(self, x):
            self.last = None
            self._last = super().__call__(x)
            return self._last

    def make():
        model = Remembering(a_net())
        return model, "mse", nn.SGD(model.parameters(), 0.1), {}

    assert both_ways(make)


def test_what_cannot_be_seen_is_compared_by_its_numbers():
    def make():
        model = a_net()

        def temperatures():
            t = 1.0
            while True:
                t *= 0.5 ** (yield t)

        source = temperatures()
        next(source)

        class Read(nn.Sequential):
            def __call__(self, x):
                return source.send(0) * super().__call__(x)

        net = Read(model)
        return net, "mse", nn.SGD(net.parameters(), 0.1), {"callbacks": [lambda epoch: source.send(1)]}

    assert both_ways(make)


def test_a_model_that_can_no_longer_be_recorded_is_trained_eagerly():
    class Turning(nn.Sequential):
        undecided = False

        def __call__(self, x):
            y = super().__call__(x)
            return y if not self.undecided or y > 0 else 2 * y

    def make():
        net = Turning(a_net())
        return net, "mse", nn.SGD(net.parameters(), 0.1), {"callbacks": [lambda epoch: setattr(net, "undecided", True)]}

    assert not both_ways(make)
