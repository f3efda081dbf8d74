"""Derivatives inside of a compiled function, of what vmap returns and through it: as eagerly, for batches of any size.

What would need a number for each pair of samples is refused.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import autograd
from autograd import FrozenError, dot, grad, hessian, hvp, jacobian, jvp, mean, no_grad, tanh, value_and_grad, vmap
from autograd.tree import tree_map
from tests.autograd.compiler.comparing import assert_alike

XS = np.array([0.5, -1.5, 2.0])
W, B = [0.5, -0.25], 1.5


def over(f):
    """What a function of a sample is over the batch."""
    return lambda w, b, xs: vmap(lambda x: f(w, b, x))(xs)


RESULTS = {
    "a batch": over(lambda w, b, x: tanh(w[0] * x) * b),
    "a batch of lists": over(lambda w, b, x: [w[0] * x, tanh(w[1] * b), 2.0]),
    "a batch of arrays": over(lambda w, b, x: np.array([w[0] * x * b, w[1] * x])),
    "a batch of matrices": over(lambda w, b, x: [[w[0] * x, b], [w[1] * x, b * x]]),
    "a tuple of batches": over(lambda w, b, x: (w[0] * x, b * b)),
    "a dict of batches": over(lambda w, b, x: {"a": w[0] * x, "b": (b, [w[1] * x, x])}),
    "lists of no regular shape": over(lambda w, b, x: [w[0] * x, [b, x * w[1]]]),
    "a constant": over(lambda w, b, x: 3.0),
    "what all samples share": over(lambda w, b, x: w[0] * b),
    "the sample": over(lambda w, b, x: x),
    "a sum": lambda w, b, xs: autograd.sum(vmap(lambda x: tanh(w[0] * x + b))(xs)),
    "a mean": lambda w, b, xs: mean(vmap(lambda x: tanh(w[0] * x) * x + b * b)(xs)),
    "a batch and a number": lambda w, b, xs: (vmap(lambda x: w[0] * x)(xs), w[1] * b),
    "an array of sums": lambda w, b, xs: np.array([mean(vmap(lambda x: w[0] * x * b)(xs)), w[1]]),
    "a list of sums": lambda w, b, xs: [autograd.sum(vmap(lambda x, k=k: tanh(w[k] * x))(xs)) for k in range(2)],
    "a batch of a batch": lambda w, b, xs: vmap(lambda h: h * w[1] - b)(vmap(lambda x: tanh(w[0] * x))(xs)),
    "a batch in a dict": lambda w, b, xs: {"y": vmap(lambda x: w[0] * x)(xs), "of": {"b": b * w[1]}},
    "vmap inside of vmap": over(lambda w, b, x: autograd.sum(vmap(lambda v: v * x * b)(np.array(w, dtype=object)))),
    "a batch beside its sum": lambda w, b, xs: vmap(lambda x: tanh(w[0] * x))(xs),
}
DIRECTION = [1.0, -2.0], 0.5, np.array([0.1, 0.2, -0.3])
BY = {"what is shared": 1, "all that is shared": 2, "the batch, too": 3}
ASKED = {
    "jvp": lambda f, n, args: jvp(lambda *of: f(*of, *args[n:]), args[:n], DIRECTION[:n]),
    "the jvp of a jvp": lambda f, n, args: jvp(
        lambda *first: jvp(lambda *of: f(*of, *args[n:]), first, DIRECTION[:n]), args[:n], DIRECTION[:n]
    ),
    "jacobian": lambda f, n, args: jacobian(f, argnums=tuple(range(n)))(*args),
    "jacobian by one": lambda f, n, args: jacobian(f, argnums=n - 1)(*args),
    "the jacobian of a jacobian": lambda f, n, args: jacobian(jacobian(f, argnums=n - 1), argnums=0)(*args),
    "jvp of jacobian": lambda f, n, args: jvp(
        lambda *of: jacobian(f, argnums=0)(*of, *args[n:]), args[:n], DIRECTION[:n]
    ),
}
OF_NUMBERS = {
    "grad": lambda f, n, args: grad(f, argnums=tuple(range(n)))(*args),
    "value_and_grad": lambda f, n, args: value_and_grad(f, argnums=n - 1)(*args),
    "hessian": lambda f, n, args: hessian(f, argnums=n - 1)(*args),
    "hvp": lambda f, n, args: hvp(lambda *of: f(*of, *args[n:]), args[:n], DIRECTION[:n]),
}
CASES = [
    *product(ASKED, RESULTS, BY),
    *product(OF_NUMBERS, ["a sum", "a mean"], BY),
]


@pytest.mark.parametrize(("asked", "result", "by"), CASES)
def test_as_eagerly(asked, result, by):
    f, n, derived = RESULTS[result], BY[by], {**ASKED, **OF_NUMBERS}[asked]

    def function(w, b, xs):
        return derived(f, n, (w, b, xs))

    compiled = autograd.compile(function)
    for w, b, xs in ((W, B, XS), ([-1.0, 2.0], 0.75, XS[::-1] + 1.0)):
        with no_grad():
            expected = function(w, b, xs)
        assert_alike(compiled(w, b, xs), tree_map(float, expected), size=1.0)
    assert compiled.recordings == 1


@pytest.mark.parametrize("asked", ["jvp", "jacobian"])
@pytest.mark.parametrize("result", RESULTS)
def test_in_batches_of_every_size(asked, result):
    def function(w, b, xs):
        return ASKED[asked](RESULTS[result], 2, (w, b, xs))

    compiled = autograd.compile(function)
    for xs in (XS, XS[:2], np.concatenate([XS, XS])):
        with no_grad():
            assert_alike(compiled(W, B, xs), tree_map(float, function(W, B, xs)), size=1.0)
    assert compiled.recordings == 1


# --- what a batch hands on to the next --------------------------------------------------------------------------------


def hidden(w, xs):
    return vmap(lambda x: tanh(w * x))(xs)


BY_RESULTS = {
    "a gradient": lambda w, xs: grad(lambda hs: mean(vmap(lambda h: h**3)(hs)))(hidden(w, xs)),
    "value and gradient": lambda w, xs: value_and_grad(lambda hs: autograd.sum(vmap(lambda h, x: h * h * x)(hs, xs)))(
        hidden(w, xs)
    ),
    "by what is the same for all": lambda w, xs: grad(lambda hs: mean(vmap(lambda h, x: h * h * x)(hs, xs)))(
        vmap(lambda x: w)(xs)
    ),
    "by a constant": lambda w, xs: grad(lambda hs: mean(vmap(lambda h: h * h * w)(hs)))(vmap(lambda x: 3.0)(xs)),
    "by a list for each": lambda w, xs: grad(lambda hs: mean(vmap(lambda h: h[0] * h[1])(hs)))(
        vmap(lambda x: [w * x, x])(xs)
    ),
    "a penalty on it": value_and_grad(
        lambda w, xs: autograd.sum(
            vmap(lambda d: d * d)(grad(lambda hs: mean(vmap(lambda h: h**3)(hs)))(hidden(w, xs)))
        )
    ),
    "jvp": lambda w, xs: jvp(lambda hs: vmap(lambda h: h * h)(hs), (hidden(w, xs),), (hidden(1.0, xs),)),
    "a sum in the batch": lambda w, xs: vmap(lambda x: x / autograd.sum(vmap(lambda h: h * w)(hidden(w, xs))))(xs),
    "jvp of what has the mean taken off": lambda w, xs: jvp(
        lambda w: vmap(lambda x: w * x - mean(hidden(w, xs)))(xs), (w,), (1.0,)
    ),
    "the gradient of each through its own sum": lambda w, xs: vmap(
        lambda x: grad(lambda w: x * autograd.sum(vmap(lambda y: tanh(y * w))(xs)))(w)
    )(xs),
    "arrays that the function brings along": lambda w, xs: mean(
        vmap(lambda x: autograd.sum(vmap(lambda y: w * x * y)(XS)))(XS)
    ),
}


@pytest.mark.parametrize("name", BY_RESULTS)
def test_by_what_a_vmap_returned(name):
    f = BY_RESULTS[name]
    compiled = autograd.compile(f)
    for w, xs in ((0.5, XS), (-1.25, XS[::-1] + 1.0)):
        with no_grad():
            assert_alike(compiled(w, xs), tree_map(float, f(w, xs)), size=1.0)


def centred(w, xs):
    middle = mean(vmap(lambda x: w * x)(xs))
    return vmap(lambda x: w * x - middle)(xs)


PAIRS = {
    "a jacobian by a batch": lambda w, xs: jacobian(lambda hs: vmap(lambda h: h * h)(hs))(hidden(w, xs)),
    "a hessian by a batch": lambda w, xs: hessian(lambda hs: mean(vmap(lambda h: h * h)(hs)))(hidden(w, xs)),
    "through a mean": lambda w, xs: jacobian(lambda w: centred(w, xs))(w),
    "a batch for each sample": lambda w, xs: vmap(lambda x, hs: vmap(lambda h: h * w)(hs), in_axes=(0, None))(
        xs, hidden(w, xs)
    ),
    "each with each": lambda w, xs: (lambda hs: mean(vmap(lambda x: autograd.sum(vmap(lambda h: h * x)(hs)))(xs)))(
        hidden(w, xs)
    ),
    "each with each of its own batch": lambda w, xs: (
        lambda hs: mean(vmap(lambda x: autograd.sum(vmap(lambda h: h * x)(hs)))(hs))
    )(hidden(w, xs)),
    "each moved by each": lambda w, xs: (
        lambda hs: vmap(lambda x: jvp(lambda w: autograd.sum(vmap(lambda h: h * w)(hs)), (w,), (x,)))(xs)
    )(hidden(w, xs)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_pairs_of_samples_are_refused(name):
    with pytest.raises(FrozenError, match="sample") as caught:
        autograd.compile(PAIRS[name])(0.5, XS)
    assert "object at" not in str(caught.value)
    assert "Lanes" not in str(caught.value)


# --- what a derivative inside of a function depends on ----------------------------------------------------------------

INSIDE = {
    "value_and_grad": lambda xs: value_and_grad(lambda t: t * xs[0] * xs[1])(2.0),
    "jacobian": lambda xs: jacobian(lambda t: [t * xs[0], xs[1] * t * t])(2.0),
    "jvp": lambda xs: jvp(lambda t: t * xs[0] + t * t * xs[1], (2.0,), (1.0,)),
    "jvp along": lambda xs: jvp(lambda t: t * t, (2.0,), (1.0 * xs[0],)),
    "jvp of a batch": lambda xs: jvp(lambda t: vmap(lambda x: t * x)(xs), (2.0,), (1.0,)),
    "jvp of a mean": lambda xs: jvp(lambda t: mean(vmap(lambda x: t * t * x)(xs)), (2.0,), (1.0,)),
    "jvp of what does not move": lambda xs: jvp(lambda t: vmap(lambda x: x * x)(xs), (2.0,), (1.0,)),
    "hvp": lambda xs: hvp(lambda t: t * t * xs[0], (2.0,), (1.0,)),
    "hessian": lambda xs: hessian(lambda t: t * t * xs[0])(2.0),
    "of each sample": lambda xs: vmap(lambda x: value_and_grad(lambda t: t * x + xs[0])(2.0))(xs),
    "of an array brought along": lambda xs: mean(vmap(lambda y: value_and_grad(lambda t: t * y * xs[0])(2.0)[0])(XS)),
}


@pytest.mark.parametrize("name", INSIDE)
def test_numbers_that_a_function_uses_first_inside_of_a_derivative_are_not_frozen(name):
    f = INSIDE[name]
    compiled = autograd.compile(f)
    for xs in (XS, XS + 1.0, -XS):
        with no_grad():
            assert_alike(compiled(xs), tree_map(float, f(xs)))
    assert compiled.recordings == 1


def test_weights_of_a_layer():
    """The jacobian by a dict of lists is a list of dicts, for each sample."""

    def f(p, xs):
        return jacobian(lambda p: vmap(lambda x: [tanh(dot(w, x) + p["b"]) for w in p["W"]])(xs))(p)

    p, xs = {"W": [[0.5, -1.0], [0.25, 2.0]], "b": 0.1}, np.array([[1.0, 2.0], [-0.5, 0.25], [0.0, 1.0]])
    found = autograd.compile(f)(p, xs)
    assert_alike(found, f(p, xs))
    assert type(found) is list
    assert type(found[0][0]["W"]) is list
