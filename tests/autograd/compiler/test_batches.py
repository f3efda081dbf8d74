"""Networks over batches: by vmap and mean, and written out sample by sample; one recording for all sizes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import (
    FrozenError,
    Value,
    dot,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    mean,
    tanh,
    value_and_grad,
    vmap,
    where,
)
from autograd.testing import mlps
from autograd.testing.networks import ACTIVATIONS
from tests.autograd.compiler.comparing import assert_alike, attempt, each_kind, run, share, without_the_eager_path

LOSSES = {
    "mse": lambda rng, n, o: rng.normal(size=(n, o)),
    "mae": lambda rng, n, o: rng.normal(size=(n, o)),
    "log_loss_from_logits": lambda rng, n, o: rng.integers(0, 2, size=(n, o)) * 1.0,
    "hinge": lambda rng, n, o: rng.choice([-1.0, 1.0], size=(n, o)),
    "cross_entropy": lambda rng, n, o: rng.integers(0, o, size=n) * 1.0,
}


@st.composite
def cases(draw):
    """A model, a loss, and how to draw samples for them."""
    widths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    name = draw(st.sampled_from(sorted(LOSSES)))
    hidden = draw(st.sampled_from(ACTIVATIONS))
    seed = draw(st.integers(0, 1000))
    inputs = draw(st.integers(1, 3))
    if name == "cross_entropy":
        widths[-1] += 1  # there are two classes at least
    model = nn.MLP(inputs, widths, hidden=hidden, seed=seed)
    rng = np.random.default_rng(seed)

    def samples(n):
        return rng.normal(size=(n, inputs)), LOSSES[name](rng, n, widths[-1])

    return model, nn.losses.loss(name), samples


def of_batch(model, loss, penalty=0.01):
    """The mean loss of a batch, and a penalty that has no batch."""

    def total(xs, ts):
        return mean(vmap(lambda x, t: loss.of_sample(model(x), t))(xs, ts)) + nn.L2(penalty)(model)

    return total


@given(case=cases(), sizes=st.lists(st.integers(1, 7), min_size=1, max_size=3))
@share(0.8)
def test_value_and_gradient_for_batches_of_every_size(case, sizes):
    model, loss, samples = case
    total = of_batch(model, loss)
    compiled = autograd.compile(value_and_grad(total), parameters=model)
    theta = compiled.theta()
    with without_the_eager_path():
        for n in [*sizes, sizes[0]]:
            xs, ts = samples(n)
            y = total(xs, ts)
            value, gradient = compiled(theta, xs, ts)
            assert_alike([value, *gradient], [y, *gradients(y, model.parameters())], size=1.0)
    assert compiled.recordings == 1
    assert compiled.explain().kind == "arrays"


@given(case=cases(), n=st.integers(1, 4))
@share(0.4)
def test_gradients_of_each_sample_and_by_the_inputs(case, n):
    model, loss, samples = case
    xs, ts = samples(n)
    each = vmap(value_and_grad(lambda x, t: loss.of_sample(model(x), t)))
    assert_alike(run(each, "arrays", xs, ts)[0], each(xs, ts), size=1.0)
    by_inputs = value_and_grad(of_batch(model, loss))
    assert_alike(run(by_inputs, "arrays", xs, ts)[0], by_inputs(xs, ts), size=1.0)
    found, compiled = run(vmap(model), "arrays", xs)
    assert_alike(found, vmap(model)(xs), size=1.0)
    assert len(compiled(np.concatenate([xs, xs]))) == 2 * n
    assert compiled.recordings == 1


@each_kind
@given(case=cases(), n=st.integers(1, 3))
@share(0.24)
def test_a_batch_that_is_written_out(case, n, kind):
    model, loss, samples = case
    xs, ts = samples(n)
    pairs = list(zip(xs.tolist(), ts.tolist(), strict=True))

    def total():
        return autograd.sum([loss.of_sample(model(x), t) for x, t in pairs]) / n + nn.L2(0.01)(model)

    compiled = autograd.compile(value_and_grad(total), parameters=model)
    (value, gradient), _ = run(value_and_grad(total), kind, compiled.theta(), parameters=model)
    y = total()
    assert_alike([value, *gradient], [y, *gradients(y, model.parameters())], size=1.0)

    def of_arguments(xs, ts):
        return loss([model(x) for x in xs], ts)

    lists = xs.tolist(), ts.tolist()
    assert_alike(run(value_and_grad(of_arguments), kind, *lists)[0], value_and_grad(of_arguments)(*lists), size=1.0)
    assert_alike(run(of_arguments, kind, xs, ts)[0], of_arguments(*lists), size=1.0)


@given(network=mlps())
@share(0.5)
def test_the_networks_of_the_strategies(network):
    model, xs, ts = network.build(), np.array(network.inputs), np.array(network.targets)

    def total(xs, ts):
        return mean(vmap(lambda x, t: (model(x) - t) ** 2)(xs, ts))

    (value, gradient), _ = run(
        value_and_grad(total), "arrays", [p.data for p in model.parameters()], xs, ts, parameters=model
    )
    y = total(xs, ts)
    slopes = gradients(y, model.parameters())
    assert_alike([value, *gradient], [y, *slopes], size=max(map(abs, [y.data, *slopes])))


# --- vmap in other ways -----------------------------------------------------------------------------------------------

XS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, -6.0]])
YS = np.array([[0.5, -1.0], [2.0, 0.0]])


def test_two_batches_of_different_sizes():
    def f(w, xs, ys):
        return mean(vmap(lambda x: dot(w, x))(xs)) * autograd.sum(vmap(lambda y: tanh(dot(w, y)))(ys))

    compiled = autograd.compile(value_and_grad(f, argnums=(0, 1, 2)))
    for xs, ys in ((XS, YS), (YS, XS), (XS[:1], XS), (XS, XS)):
        expected = value_and_grad(f, argnums=(0, 1, 2))([0.5, -0.25], xs, ys)
        assert_alike(compiled([0.5, -0.25], xs, ys), expected)
    assert compiled.recordings == 1


def test_what_is_a_batch_together_once_is_so_always():
    def f(xs, ys):
        apart = mean(vmap(lambda x: x[0] * x[1])(xs)) + mean(vmap(lambda y: y[0])(ys))
        return apart + mean(vmap(lambda x, y: dot(x, y))(xs, ys))

    assert_alike(run(value_and_grad(f), "arrays", XS, XS[::-1])[0], value_and_grad(f)(XS, XS[::-1]))
    with pytest.raises(ValueError, match="same number of samples in every array: xs has 3, ys has 2"):
        autograd.compile(f)(XS, YS)


def test_vmap_of_what_vmap_returned():
    def f(w, xs):
        hidden = vmap(lambda x: [tanh(w[0] * x[0]), w[1] * x[1]])(xs)
        return mean(vmap(lambda h, x: h[0] * h[1] + x[0])(hidden, xs))

    assert_alike(run(value_and_grad(f), "arrays", [0.5, 2.0], XS)[0], value_and_grad(f)([0.5, 2.0], XS))


def test_vmap_inside_of_vmap():
    def f(xs):
        return vmap(lambda x: autograd.sum(vmap(lambda a: a * a * x[0])(x)))(xs)

    found, compiled = run(f, "arrays", XS)
    assert_alike(found, f(XS))
    assert_alike(compiled(YS), f(YS))
    assert compiled.recordings == 1


def right_or_refused(f, *args):
    """What is not possible over a batch is an error that says so, and never another number."""
    found = attempt(autograd.compile(f), *args)
    if isinstance(found, FrozenError):
        assert "batch" in str(found)
    else:
        assert_alike(found, f(*args))


def test_a_batch_inside_of_another_batch_is_right_or_refused():
    def f(xs, ys):
        return autograd.sum(vmap(lambda x: autograd.sum(vmap(lambda y: x * y)(ys)))(xs))

    xs = np.array([1.0, 2.0, 3.0])
    for ys in (np.array([1.0, 5.0]), xs.copy(), xs):
        right_or_refused(f, xs, ys)
    right_or_refused(lambda xs: f(xs, xs), xs)


def test_a_sum_over_the_batch_inside_of_the_batch():
    """Softmax over the batch: the inner sum has nothing of the outer sample in it."""

    def f(xs):
        return vmap(lambda x: autograd.exp(x) / autograd.sum(vmap(autograd.exp)(xs)))(xs)

    xs = np.array([0.0, 1.0, -2.0])
    assert_alike(run(f, "arrays", xs)[0], f(xs))
    assert_alike(
        run(value_and_grad(lambda xs: mean(vmap(lambda s: s * s)(f(xs)))), "arrays", xs)[0],
        value_and_grad(lambda xs: mean(vmap(lambda s: s * s)(f(xs))))(xs),
    )


@pytest.mark.parametrize("in_axes", [(None, 0), [None, 0]])
def test_what_all_samples_share(in_axes):
    f = vmap(value_and_grad(lambda w, x: tanh(dot(w, x))), in_axes=in_axes)
    w = np.array([0.5, -1.0])
    found, compiled = run(f, "arrays", w, XS)
    assert_alike(found, f(w, XS))
    assert_alike(compiled(w, YS), f(w, YS))
    assert compiled.recordings == 1


def test_one_array_as_a_batch_and_as_a_whole():
    def f(xs):
        return mean(vmap(lambda x: dot(x, xs[0]) + xs[1][1])(xs))

    compiled = autograd.compile(value_and_grad(f))
    for xs in (XS, YS):  # its size is frozen then, so there is a program for each
        assert_alike(compiled(xs), value_and_grad(f)(xs))
    assert compiled.recordings == 2


def test_arrays_that_the_function_brings_along():
    w = Value(0.5)

    def total():
        return mean(vmap(lambda x, y: (w * x[0] - y) ** 2)(XS, XS[:, 1]))

    compiled = autograd.compile(value_and_grad(total), parameters=[w])
    value, gradient = compiled([0.5])
    y = total()
    assert_alike([value, *gradient], [y, *gradients(y, [w])])
    with pytest.raises(ValueError, match="same number of samples"):
        autograd.compile(lambda ys: mean(vmap(lambda x, y: x[0] * y[0])(XS, ys)))(YS)


def test_dicts_and_tuples_of_batches():
    def f(batch, both):
        each = vmap(lambda s, p: {"a": s["x"][0] * p[0], "b": (s["y"], p[1][1])})(batch, both)
        return {"a": mean(each["a"]), "b": mean(each["b"][1]), "each": each}

    batch, both = {"x": XS, "y": XS[:, 0]}, (XS[:, 1], XS)
    found, compiled = run(f, "arrays", batch, both)
    assert_alike(found, f(batch, both))
    assert_alike(
        compiled({"x": YS, "y": YS[:, 0]}, (YS[:, 1], YS))["each"], f({"x": YS, "y": YS[:, 0]}, (YS[:, 1], YS))["each"]
    )
    slopes = jacobian(lambda batch: mean(vmap(lambda s: s["x"][0] * s["y"])(batch)))
    assert_alike(run(slopes, "arrays", batch)[0], slopes(batch))


def test_sums_of_what_is_the_same_for_every_sample():
    def f(w, xs):
        return (
            autograd.sum(vmap(lambda x: w * w)(xs))
            + mean(vmap(lambda x: 3.0)(xs))
            + autograd.sum(vmap(lambda x: 2.0)(xs))
        )

    compiled = autograd.compile(value_and_grad(f))
    assert compiled(3.0, XS) == (27.0 + 3.0 + 6.0, 18.0)
    assert compiled(3.0, YS) == (18.0 + 3.0 + 4.0, 12.0)


@pytest.mark.parametrize(
    "of_one",
    [
        lambda x: dot(x, x) - tanh(x[0]),
        lambda x: tanh(x[0]) - dot(x, x),
        lambda x: dot(x, x) + tanh(x[0]),
        lambda x: autograd.sum([x[0]] * 4) + 0.5 * x[1],
        lambda x: autograd.sum([x[0], x[1], x[0], x[1]]) - x[1] * x[1] + 3.0,
        lambda x: (dot(x, x) - x[0]) * 2.0,
        lambda x: dot(x, x) - (dot(x, [1.0, 2.0]) - x[0]),
    ],
)
@pytest.mark.parametrize("reduced", [mean, autograd.sum])
def test_a_sum_in_the_place_of_its_term_starts_from_nothing_in_every_call(of_one, reduced):
    def f(xs):
        return reduced(vmap(of_one)(xs))

    compiled = autograd.compile(value_and_grad(f))
    for xs in (XS, XS, YS, XS):
        assert_alike(compiled(xs), value_and_grad(f)(xs), size=1.0)


def test_what_is_computed_with_the_buffers_is_there_at_every_call():
    def f(y, xs):
        same = mean(vmap(lambda x: 3.0)(xs))
        return [same - y, autograd.sum(vmap(lambda x: 2.0)(xs)) + y]

    compiled = autograd.compile(f)
    for y in (1.0, 1.0, 2.0):
        assert compiled(y, XS) == f(y, XS) == [3.0 - y, 6.0 + y]


def test_every_size_has_buffers_of_its_own():
    compiled = autograd.compile(lambda xs: mean(vmap(lambda x: x * x)(xs)))
    for n in [*range(1, 40), *range(1, 40)]:
        assert compiled(np.full(n, 3.0)) == 9.0
    assert compiled.recordings == 1


def test_arrays_of_every_layout():
    """Slices, transposes, Fortran order and integers, as a batch and as a whole."""
    f = value_and_grad(lambda xs: mean(vmap(lambda x: x[0] * x[1])(xs)))
    g = value_and_grad(lambda xs: autograd.sum([x[0] * x[1] for x in xs]))
    base = np.arange(24.0).reshape(4, 6)
    for xs in (base[:, ::3], base.T[:, 1:3], np.asfortranarray(base[:, :2]), base[::-1, 3:5], base[:, :2].astype(int)):
        assert_alike(run(f, "arrays", xs)[0], f(xs))
        for kind in ("arrays", "floats"):
            assert_alike(run(g, kind, xs)[0], g(xs))


@pytest.mark.parametrize("order", [2, 3])
def test_higher_derivatives_over_a_batch_are_right_or_refused(order):
    def f(w, xs):
        return mean(vmap(lambda x: tanh(w * x))(xs))

    derived = f
    for _ in range(order):
        derived = autograd.grad(derived)
    for xs in (np.array([0.3, -1.0, 2.0]), np.array([0.3])):
        right_or_refused(derived, 0.7, xs)


def test_many_gathers():
    """Each goes into an array with a name of its own, when there are more than ten, too."""
    rng = np.random.default_rng(0)
    picks = [rng.permutation([0, 1, 2, 3, 4, 4]).tolist() for _ in range(14)]

    def of_one(w, x):
        h = [w[i] * x[0] for i in (1, 0, 3, 4, 2)]
        for pick in picks:
            h = [tanh(h[i]) * h[j] for i, j in pairwise(pick)]
        return autograd.sum(h)

    def f(w, xs):
        return mean(vmap(of_one, in_axes=(None, 0))(w, xs))

    w = [0.5, -1.0, 2.0, 0.25, 1.5]
    found, compiled = run(value_and_grad(f, argnums=(0, 1)), "arrays", w, XS)
    assert "gathered12" in compiled.source
    assert_alike(found, value_and_grad(f, argnums=(0, 1))(w, XS), size=1.0)


def of_sample(w, x):
    return tanh(dot(w, x)) * x[0]


def total(w, xs):
    return mean(vmap(lambda x: of_sample(w, x))(xs))


COMPOSED = {
    "the gradient of each sample by what is shared": vmap(value_and_grad(of_sample), in_axes=(None, 0)),
    "the Hessian of each": vmap(hessian(of_sample), in_axes=(None, 0)),
    "the Hessian of each by the sample": vmap(hessian(of_sample, argnums=1), in_axes=(None, 0)),
    "the Jacobian of each": vmap(jacobian(lambda w, x: [of_sample(w, x), x[1] * w[0]]), in_axes=(None, 0)),
    "jvp": lambda w, xs: jvp(lambda w: total(w, xs), (w,), ([1.0, 2.0],)),
    "hvp": lambda w, xs: hvp(lambda w: total(w, xs), (w,), ([1.0, 2.0],)),
    "jvp of each": lambda w, xs: vmap(lambda x: jvp(lambda x: of_sample(w, x), (x,), ([1.0, 2.0],)))(xs),
    "a gradient in the function": lambda w, xs: grad(lambda w: total(w, xs))(w),
    "a penalty on the gradients by the samples": value_and_grad(
        lambda w, xs: mean(vmap(lambda x: autograd.sum([g * g for g in grad(of_sample, argnums=1)(w, x)]))(xs))
    ),
    "a penalty on the gradients of each": value_and_grad(
        lambda w, xs: mean(vmap(lambda x: autograd.sum([g * g for g in grad(of_sample)(w, x)]))(xs))
    ),
    "a loss after a step": value_and_grad(
        lambda w, xs: total([a - 0.1 * g for a, g in zip(w, grad(lambda w: total(w, xs))(w), strict=True)], xs)
    ),
    "the variance": value_and_grad(
        lambda w, xs: mean(vmap(lambda x: (x[0] * w[0] - mean(vmap(lambda y: y[0] * w[1])(xs))) ** 2)(xs)), (0, 1)
    ),
    "where by what is shared": value_and_grad(
        lambda w, xs: mean(vmap(lambda x: where(w[0] > 0, x[0] * w[0], x[1]))(xs))
    ),
    "where by the sample": value_and_grad(
        lambda w, xs: mean(vmap(lambda x: where(x[0] > w[0], x[0] * w[0], w[1]))(xs))
    ),
    "several axes": lambda w, xs: vmap(lambda x: np.outer(x, x))(xs),
    "the sample itself": lambda w, xs: vmap(lambda x: x)(xs),
}


@pytest.mark.parametrize("name", COMPOSED)
def test_derivatives_and_batches_compose(name):
    f = COMPOSED[name]
    found = run(f, "arrays", [0.5, -0.3], XS)[0]
    with autograd.no_grad():
        assert_alike(found, f([0.5, -0.3], XS), size=1.0)
