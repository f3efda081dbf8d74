"""The rules of the optimisers, their rates and clips; what PyTorch makes of them is in test_against_pytorch.py."""

from __future__ import annotations

import copy
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import NonFiniteError, Value, gradients

MAKERS = {
    "plain": lambda ps, lr: nn.SGD(ps, lr),
    "momentum": lambda ps, lr: nn.SGD(ps, lr, momentum=0.9),
    "nesterov": lambda ps, lr: nn.SGD(ps, lr, momentum=0.9, nesterov=True),
    "decay": lambda ps, lr: nn.SGD(ps, lr, momentum=0.5, weight_decay=0.1),
    "adam": lambda ps, lr: nn.Adam(ps, lr),
    "adam decay": lambda ps, lr: nn.Adam(ps, lr, weight_decay=0.1),
    "adamw": lambda ps, lr: nn.AdamW(ps, lr),
}
makers = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def bowl(a, b):
    return (a - 1.0) ** 2 + 3.0 * (b + 2.0) ** 2 + a * b


class TestSimultaneous:
    """Document 1 insists: all derivatives are taken, and then all parameters are moved."""

    def test_every_derivative_is_taken_before_a_parameter_moves(self):
        a, b = Value(2.0), Value(0.5)
        slopes = gradients(bowl(a, b), [a, b])
        optimiser = nn.SGD([a, b], lr=0.1)
        bowl(a, b).backward()
        optimiser.step()
        assert [a.data, b.data] == [2.0 - 0.1 * slopes[0], 0.5 - 0.1 * slopes[1]]

    def test_what_goes_wrong_otherwise(self):
        """Moving W before the derivative by b is taken is a step of another kind, and not down the gradient."""
        xs, ys = [0.0, 1.0, 2.0], [1.0, 3.0, 5.0]

        def loss(w, b):
            return nn.MSE()([w * x + b for x in xs], ys)

        w, b = Value(0.0), Value(0.0)
        down = [-slope for slope in gradients(loss(w, b), [w, b])]
        nn.SGD([w, b], lr=0.2).step(gradients(loss(w, b), [w, b]))

        early_w, late_b = Value(0.0), Value(0.0)
        early_w.data -= 0.2 * gradients(loss(early_w, late_b), early_w)
        late_b.data -= 0.2 * gradients(loss(early_w, late_b), late_b)  # of another loss by now

        assert [w.data, b.data] == pytest.approx([0.2 * 26 / 3, 0.2 * 6])  # (2/N)·Σ… by hand
        assert [early_w.data, late_b.data] == pytest.approx([0.2 * 26 / 3, 0.2 * 38 / 15])
        assert w.data * down[1] == pytest.approx(b.data * down[0])
        assert early_w.data * down[1] != pytest.approx(late_b.data * down[0], rel=0.5)

    @makers
    def test_the_order_of_the_parameters_makes_no_difference(self, make):
        ends = []
        for order in (0, 1), (1, 0):
            ps = [Value(2.0), Value(0.5)]
            optimiser = make([ps[i] for i in order], 0.05)
            for _ in range(5):
                optimiser.zero_grad()
                bowl(*ps).backward()
                optimiser.step()
            ends.append([p.data for p in ps])
        assert ends[0] == ends[1]


class TestRules:
    def test_momentum_by_hand(self):
        w = Value(1.0)
        optimiser = nn.SGD([w], lr=0.5, momentum=0.5)
        optimiser.step([1.0])
        assert w.data == 0.5
        optimiser.step([1.0])  # v = 0.5·1 + 1
        assert w.data == 0.5 - 0.5 * 1.5

    def test_nesterov_by_hand(self):
        w = Value(1.0)
        optimiser = nn.SGD([w], lr=0.5, momentum=0.5, nesterov=True)
        optimiser.step([1.0])
        assert w.data == 1.0 - 0.5 * 1.5
        optimiser.step([1.0])
        assert w.data == 0.25 - 0.5 * (1.0 + 0.5 * 1.5)

    @given(slope=st.floats(1e-3, 1e3), sign=st.sampled_from([-1, 1]))
    def test_the_first_step_of_adam_has_the_length_of_the_rate(self, slope, sign):
        w = Value(3.0)
        nn.Adam([w], lr=0.25, eps=1e-12).step([sign * slope])
        assert w.data == pytest.approx(3.0 - sign * 0.25, rel=1e-8)

    def test_adamw_decays_apart_from_the_gradient(self):
        w = Value(2.0)
        nn.AdamW([w], lr=0.1, weight_decay=0.5).step([0.0])
        assert w.data == 2.0 * (1.0 - 0.1 * 0.5)
        nn.Adam([w], lr=0.1, weight_decay=0.5).step([0.0])
        assert w.data == pytest.approx(1.9 - 0.1)  # adapted, so a whole step

    @makers
    def test_each_goes_down_to_the_bottom(self, make):
        a, b = Value(2.0), Value(0.5)
        optimiser = make([a, b], 0.05)
        first = bowl(a, b).data
        for _ in range(300):
            optimiser.step(gradients(bowl(a, b), [a, b]))
        assert bowl(a, b).data < 0.2 * first

    def test_what_is_left_out_stays(self):
        model = nn.MLP(1, [2, 1], hidden="tanh", seed=1)
        frozen = [p.data for p in model.layers[0].parameters()]
        optimiser = nn.SGD(model.layers[1].parameters(), lr=0.1)
        nn.fit(model, "mse", ([1.0, 2.0], [1.0, 2.0]), optimiser, 3)
        assert [p.data for p in model.layers[0].parameters()] == frozen
        assert model.layers[1].b[0].data != 0.0


class TestState:
    @makers
    def test_one_can_stop_and_go_on_from_the_state(self, make):
        def run(ps, optimiser, steps):
            for _ in range(steps):
                optimiser.step(gradients(bowl(*ps), ps))
            return [p.data for p in ps]

        ps = [Value(2.0), Value(0.5)]
        through = run(ps, make(ps, 0.05), 8)
        ps = [Value(2.0), Value(0.5)]
        first = make(ps, 0.05)
        run(ps, first, 3)
        state = copy.deepcopy(first.state_dict())
        second = make(ps, 0.05)
        second.load_state_dict(state)
        assert second.steps == 3
        assert run(ps, second, 5) == through

    def test_that_does_not_fit_is_refused(self):
        optimiser = nn.Adam([Value(1.0)], lr=0.1)
        with pytest.raises(ValueError, match="m in this state must be one finite number for each of 1 parameters"):
            optimiser.load_state_dict({"steps": 1, "m": [1.0, 2.0]})
        with pytest.raises(TypeError, match="steps in an optimiser's state"):
            optimiser.load_state_dict({"m": [1.0]})
        assert optimiser.state_dict() == {"steps": 0}


class TestRates:
    def test_a_schedule_is_asked_for_every_step(self):
        w = Value(0.0)
        optimiser = nn.SGD([w], lr=lambda step: 1.0 / 2**step)
        moves = []
        for _ in range(4):
            before = w.data
            optimiser.step([1.0])
            moves.append(before - w.data)
        assert moves == [1.0, 0.5, 0.25, 0.125]

    def test_the_rate_of_micrograds_demo(self):
        schedule = nn.LinearDecay(1.0, 0.1, 100)
        for k in range(100):
            assert schedule(k) == pytest.approx(1.0 - 0.9 * k / 100)

    @given(start=st.floats(1e-6, 1e3), share=st.floats(0.0, 1.0), steps=st.integers(1, 50))
    def test_decays_begin_and_end_where_they_say_and_never_rise(self, start, share, steps):
        for kind in nn.LinearDecay, nn.CosineDecay:
            schedule = kind(start, start * share, steps)
            rates = [schedule(step) for step in range(steps + 3)]
            assert rates[0] == pytest.approx(start)
            assert rates[steps:] == pytest.approx([start * share] * 3)
            assert all(b <= a * (1 + 1e-12) for a, b in pairwise(rates))

    @given(start=st.floats(1e-6, 1e3), factor=st.floats(0.1, 1.0), every=st.integers(1, 9))
    def test_steps_and_bit_by_bit_meet_at_every_step_down(self, start, factor, every):
        bits, steps = nn.ExponentialDecay(start, factor, every), nn.StepDecay(start, factor, every)
        for n in range(4):
            assert bits(n * every) == pytest.approx(steps(n * every)) == pytest.approx(start * factor**n)
            assert steps(n * every + every - 1) == steps(n * every)

    def test_a_rate_can_be_set(self):
        optimiser = nn.SGD([Value(1.0)], lr=0.1)
        optimiser.lr = 0.01
        assert optimiser.lr == 0.01
        with pytest.raises(ValueError, match="learning rate"):
            optimiser.lr = 0.0

    @pytest.mark.parametrize("lr", [0, 0.0, -0.1, math.nan, math.inf])
    def test_an_impossible_rate(self, lr):
        for kind in nn.SGD, nn.Adam, nn.AdamW:
            with pytest.raises(ValueError, match=r"lr, the learning rate, must be (above 0|finite)"):
                kind([Value(1.0)], lr)

    @pytest.mark.parametrize("lr", ["0.1", None, True, [0.1]])
    def test_a_rate_that_is_no_number(self, lr):
        with pytest.raises(TypeError, match="lr, the learning rate, must be a number"):
            nn.SGD([Value(1.0)], lr)

    @pytest.mark.parametrize("rate", [math.nan, -0.1, math.inf])
    def test_a_schedule_that_goes_astray(self, rate):
        w = Value(1.0)
        optimiser = nn.SGD([w], lr=lambda step: 0.1 if step < 1 else rate)
        optimiser.step([1.0])
        with pytest.raises(ValueError, match=r"learning rate of step 1, given by .*lambda.*must"):
            optimiser.step([1.0])
        assert w.data == 0.9

    @pytest.mark.parametrize(
        "make",
        [
            lambda: nn.LinearDecay(0.0, 0.1, 10),
            lambda: nn.CosineDecay(1.0, -0.1, 10),
            lambda: nn.LinearDecay(1.0, 0.1, 0),
            lambda: nn.StepDecay(1.0, 0.0, 5),
            lambda: nn.ExponentialDecay(1.0, math.nan),
        ],
    )
    def test_an_impossible_schedule(self, make):
        with pytest.raises(ValueError, match="must"):
            make()


class TestClips:
    vectors = st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5).map(np.array)

    @given(vectors, st.floats(1e-3, 1e3))
    def test_no_gradient_is_longer_than_its_norm_and_its_direction_stays(self, gradient, most):
        clipped = nn.ClipNorm(most)(gradient)
        assert math.hypot(*clipped) <= most * (1 + 1e-12)
        if math.hypot(*gradient) <= most * (1 - 1e-12):
            assert np.array_equal(clipped, gradient)
        else:
            largest = abs(gradient).max()
            np.testing.assert_allclose(clipped / abs(clipped).max(), gradient / largest, rtol=1e-12, atol=1e-300)

    @given(vectors, st.floats(1e-3, 1e3))
    def test_no_number_is_beyond_the_range(self, gradient, most):
        clipped = nn.ClipValue(most)(gradient)
        assert np.all(abs(clipped) <= most)
        inside = abs(gradient) <= most
        assert np.array_equal(clipped[inside], gradient[inside])

    def test_an_optimiser_clips_before_all_else(self):
        a, b = Value(0.0), Value(0.0)
        optimiser = nn.SGD([a, b], lr=1.0, clip=nn.ClipNorm(1.0))
        optimiser.step([30.0, 40.0])
        assert [a.data, b.data] == pytest.approx([-0.6, -0.8])

    @pytest.mark.parametrize("most", [0.0, -1.0, math.nan])
    def test_an_impossible_clip(self, most):
        for kind in nn.ClipNorm, nn.ClipValue:
            with pytest.raises(ValueError, match="gradient must be"):
                kind(most)


class TestBadInput:
    def test_what_is_not_a_list_of_parameters(self):
        model = nn.Neuron(1, seed=0)
        with pytest.raises(TypeError, match=r"write model.parameters\(\)"):
            nn.SGD(model, 0.1)
        with pytest.raises(TypeError, match=r"write \[v\]"):
            nn.SGD(model.b, 0.1)
        with pytest.raises(TypeError, match=r"number 1 is 2.0 of type float"):
            nn.SGD([model.b, 2.0], 0.1)
        with pytest.raises(ValueError, match="empty"):
            nn.SGD([], 0.1)
        with pytest.raises(ValueError, match="twice"):
            nn.SGD([model.b, model.b], 0.1)
        with pytest.raises(ValueError, match="parameter b must be finite"):
            nn.SGD([Value(math.nan, label="b")], 0.1)

    @pytest.mark.parametrize(
        "settings", [{"momentum": 1.0}, {"momentum": -0.1}, {"weight_decay": -1.0}, {"nesterov": True}]
    )
    def test_impossible_settings_of_sgd(self, settings):
        with pytest.raises(ValueError, match=r"must|needs"):
            nn.SGD([Value(1.0)], 0.1, **settings)

    @pytest.mark.parametrize("settings", [{"betas": (1.0, 0.9)}, {"betas": (0.9, -0.1)}, {"eps": 0.0}])
    def test_impossible_settings_of_adam(self, settings):
        with pytest.raises(ValueError, match="must"):
            nn.Adam([Value(1.0)], **settings)

    @makers
    def test_a_gradient_that_is_not_finite_moves_nothing(self, make):
        a, b = Value(1.0), Value(2.0, label="bias")
        optimiser = make([a, b], 0.1)
        optimiser.step([1.0, 1.0])
        before, state = [a.data, b.data], copy.deepcopy(optimiser.state_dict())
        with pytest.raises(NonFiniteError, match="parameter bias is nan; nothing was moved"):
            optimiser.step([0.5, math.nan])
        assert [a.data, b.data] == before
        np.testing.assert_equal(optimiser.state_dict(), state)

    def test_a_step_that_would_overflow_moves_nothing(self):
        a, b = Value(1.0), Value(2.0)
        optimiser = nn.SGD([a, b], lr=1e200, momentum=0.9)
        with pytest.raises(
            NonFiniteError, match=r"learning rate 1e\+200 would overflow: parameter number 1 of 2 is -inf"
        ):
            optimiser.step([0.0, 1e200])
        assert [a.data, b.data] == [1.0, 2.0]
        assert optimiser.state_dict() == {"steps": 0}

    def test_a_gradient_of_another_length(self):
        with pytest.raises(ValueError, match=r"one derivative for each of 1 parameters.*\(2,\)"):
            nn.SGD([Value(1.0)], 0.1).step([1.0, 2.0])

    def test_a_rule_of_ones_own_that_says_nothing(self):
        with pytest.raises(NotImplementedError, match=r"moved\(theta, gradient, lr\)"):
            nn.Optimiser([Value(1.0)], 0.1).step([1.0])


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam, nn.AdamW])
def test_a_clip_and_a_schedule_are_functions(kind):
    for clip, advice in (1.0, r"clip=ClipNorm\(1.0\)"), ("norm", "ClipNorm"), (nn.ClipNorm, "ClipNorm"):
        with pytest.raises(TypeError, match=f"clip must be a function of the gradient, such as .*{advice}"):
            kind([Value(1.0)], lr=0.1, clip=clip)
    with pytest.raises(TypeError, match=r"LinearDecay is a class; write lr=LinearDecay\(…\)"):
        kind([Value(1.0)], lr=nn.LinearDecay)
