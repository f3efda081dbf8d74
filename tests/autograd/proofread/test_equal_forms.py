"""Right formulas in other forms than the engine's: expanded, factored, by other functions. None is a false alarm."""

import math
from math import cos, cosh, exp, expm1, fsum, hypot, prod, sin, sqrt, tanh

import pytest

import autograd
from autograd import dot, leaky_relu, log, logsumexp, maximum, relu, sigmoid, softplus
from autograd.proofread import among, between, proofread, proofread_value, samples, vector

from .cases import each
from .programs import (
    CLASSES,
    DATA,
    FEATURES,
    LABELLED,
    LABELLED_SAMPLES,
    POSITIVE,
    cubic,
    gaussian,
    half,
    identity,
    linear,
    log_loss,
    log_loss_of_samples,
    logistic,
    mae,
    neuron,
    norm,
    plain_neuron,
    product,
    quotient,
    residual_block,
    ridge,
    rmse,
    softmax,
    softmax_by_hand,
    swish,
    total,
    two,
    two_claim,
)


def s(z):
    """σ by its definition."""
    return 1 / (1 + exp(-z))


def th(z):
    """tanh by exponentials."""
    return (exp(2 * z) - 1) / (exp(2 * z) + 1)


def moments(w, b, x, y):
    """The gradient of the line from sums alone."""
    n, sx, sxx = len(x), sum(x), sum(xi * xi for xi in x)
    sxy = sum(xi * yi for xi, yi in zip(x, y, strict=True))
    return 2 * w * sxx / n + 2 * b * sx / n - 2 * sxy / n


def backwards(w, b, x, y):
    """The same from the last sample to the first, with the 2 and the 1/N inside."""
    out = 0.0
    for xi, yi in reversed(list(zip(x, y, strict=True))):
        out += 2 * xi * (w * xi + b - yi) / len(x)
    return out


def neuron_by_matrix(w, b, x, y):
    """Σ of the deltas times the rows, as one would write it with arrays."""
    a = [s(fsum(p * q for p, q in zip(w, xj, strict=True)) + b) for xj in x]
    delta = [(aj - yj) * aj * (1 - aj) / len(x) for aj, yj in zip(a, y, strict=True)]
    return [fsum(d * xj[k] for d, xj in zip(delta, x, strict=True)) for k in (0, 1)]


def step_by_step(w1, b1, w2, b2, x, y):
    """Backprop as a person does it, one δ after the other."""
    out = 0.0
    for xj, yj in zip(x, y, strict=True):
        a1 = s(w1 * xj + b1)
        a2 = s(w2 * a1 + b2)
        delta2 = (a2 - yj) * (a2 - a2 * a2)
        delta1 = delta2 * w2 * (a1 - a1**2)
        out += delta1 * xj
    return out / len(y)


def shares(z):
    top = max(z)
    e = [exp(each - top) for each in z]
    return [each / sum(e) for each in e]


EQUAL = {
    # of the line
    "expanded": (linear, "w", each(lambda w, b, x, y: 2 * w * x * x + 2 * b * x - 2 * x * y, lambda n: 1 / n), DATA),
    "from moments": (linear, "w", moments, DATA),
    "in another order": (linear, "w", backwards, DATA),
    "minus, twice": (linear, "b", each(lambda w, b, x, y: -2 * (y - (b + x * w)), lambda n: 1 / n), DATA),
    "with fsum": (linear, "b", lambda w, b, x, y: 2 * fsum(map(lambda p, q: w * p + b - q, x, y)) / len(x), DATA),
    "the 1/2 cancelled": (half, "w", lambda w, b, x, y: moments(w, b, x, y) / 2, DATA),
    "the sum as N means": (total, "w", lambda w, b, x, y: len(x) * moments(w, b, x, y), DATA),
    "of each input": (
        linear,
        "x",
        lambda w, b, x, y: [2 * w * (w * p + b - q) / len(x) for p, q in zip(x, y, strict=True)],
        DATA,
    ),
    "as a tuple": (
        linear,
        "y",
        lambda w, b, x, y: tuple([2 * (q - w * p - b) / len(x) for p, q in zip(x, y, strict=True)]),
        DATA,
    ),
    "x³ as a product": (
        cubic,
        "w",
        each(lambda w, b, x, y: 2 * x * x * x * (w * x * x * x + b - y), lambda n: 1 / n),
        DATA,
    ),
    "by the residual of the mean": (
        rmse,
        "b",
        lambda w, b, x, y: (
            sum(w * p + b - q for p, q in zip(x, y, strict=True))
            / sqrt(len(x) * sum((w * p + b - q) ** 2 for p, q in zip(x, y, strict=True)))
        ),
        DATA,
    ),
    "the penalty apart": (ridge, "w", lambda w, b, x, y, c: 2 * (w * (x * x + c) + x * (b - y)), {}),
    "by indicators": (
        mae,
        "b",
        lambda w, b, x, y: sum((q < w * p + b) - (q > w * p + b) for p, q in zip(x, y, strict=True)) / len(x),
        DATA,
    ),
    "copysign for sign": (
        mae,
        "w",
        lambda w, b, x, y: (
            sum(0 if q == w * p + b else math.copysign(p, p * (w * p + b - q)) for p, q in zip(x, y, strict=True))
            / len(x)
        ),
        DATA,
    ),
    # of sigmoids
    "σ′ by exponentials": (
        logistic,
        "w",
        each(lambda w, b, x, y: 2 * (s(w * x + b) - y) * exp(-w * x - b) * s(w * x + b) ** 2 * x, lambda n: 1 / n),
        DATA,
    ),
    "σ′ by cosh": (
        logistic,
        "b",
        each(lambda w, b, x, y: (s(w * x + b) - y) / (1 + cosh(w * x + b)), lambda n: 1 / n),
        DATA,
    ),
    "σ′ by tanh": (
        logistic,
        "b",
        each(lambda w, b, x, y: (s(w * x + b) - y) * (1 - tanh((w * x + b) / 2) ** 2) / 2, lambda n: 1 / n),
        DATA,
    ),
    "as arrays": (neuron, "w", neuron_by_matrix, FEATURES),
    "1 − a² expanded": (
        plain_neuron,
        "b",
        lambda w, b, x, y: (
            sum(2 * (t - q) - 2 * t * t * (t - q) for t, q in zip([th(dot(w, p) + b) for p in x], y, strict=True))
            / len(x)
        ),
        FEATURES,
    ),
    "δ after δ": (two(sigmoid, sigmoid), "w1", step_by_step, DATA),
    "4/(eᶻ + e⁻ᶻ)²": (
        two(autograd.tanh, identity),
        "b1",
        two_claim(autograd.tanh, identity, lambda e, w2, z1, **_: 4 * e * w2 / (exp(z1) + exp(-z1)) ** 2),
        DATA,
    ),
    "ReLU′ by a comparison": (
        two(relu, sigmoid),
        "w1",
        two_claim(relu, sigmoid, lambda e, p2, w2, z1, x, **_: e * p2 * w2 * (z1 > 0) * x),
        DATA,
    ),
    "ReLU′ by sign": (
        lambda z: relu(z, at_zero=0.5),
        "z",
        lambda z: (1 + autograd.sign(z)) / 2,
        {},
    ),
    # of classifiers
    "uncancelled": (
        log_loss,
        "w",
        lambda w, b, x, y: ((1 - y) / (1 - s(w * x + b)) - y / s(w * x + b)) * s(w * x + b) * s(-w * x - b) * x,
        LABELLED,
    ),
    "σ(−z) for 1 − σ(z)": (log_loss, "b", lambda w, b, x, y: (1 - y) * s(w * x + b) - y * s(-w * x - b), LABELLED),
    "by classes": (
        log_loss_of_samples,
        "w",
        lambda w, b, x, y: (
            (sum(p * s(w * p + b) for p in x) - sum(p for p, q in zip(x, y, strict=True) if q == 1)) / len(x)
        ),
        LABELLED_SAMPLES,
    ),
    "shares without overflow": (
        softmax,
        "b",
        lambda w, b, x: [
            p - t for p, t in zip(shares([p * x + q for p, q in zip(w, b, strict=True)]), (0, 1, 0), strict=True)
        ],
        CLASSES,
    ),
    "minus the others": (
        softmax_by_hand,
        "z1",
        lambda z1, z2, z3: -(exp(z2) + exp(z3)) / (exp(z1) + exp(z2) + exp(z3)),
        {},
    ),
    "as a sigmoid of the difference": (softmax_by_hand, "z2", lambda z1, z2, z3: s(z2 - log(exp(z1) + exp(z3))), {}),
    "e to the power of the loss": (
        lambda z: logsumexp(z),
        "z",
        lambda z: [exp(x - logsumexp(z)) for x in z],
        {"z": vector(3)},
    ),
    # of rules
    "factored": (product, "x", lambda x, k: x * (2 * sin(k * x) + k * x * cos(k * x)), {}),
    "by a double angle": (lambda x: autograd.sin(x) ** 2, "x", lambda x: sin(2 * x), {}),
    "in two fractions": (
        quotient,
        "x",
        lambda x, k: cos(x) / (x * x + k) - 2 * x * sin(x) / (x * x + k) ** 2,
        POSITIVE,
    ),
    "of a product of logs": (
        lambda p: autograd.log(p[0] * p[1] * p[2]),
        "p",
        lambda p: [prod(p) / x / prod(p) for x in p],
        {"p": vector(3, between(0.1, 3))},
    ),
    "the swish by itself": (swish, "x", lambda x, b: s(b * x) * (1 + b * x * s(-b * x)), {}),
    "sech²": (residual_block, "x", lambda x, w, v: 1 + v * w / cosh(w * x) ** 2, {}),
    "the bell by itself": (
        gaussian,
        "s",
        lambda x, mu, s: gaussian(x, mu, s) * (x - mu) ** 2 / s**3,
        {"s": POSITIVE["k"]},
    ),
    "the unit vector": (norm, "y", lambda x, y: y / hypot(x, y), {}),
    "a power by logs": (
        lambda x, k: x**k,
        "k",
        lambda x, k: exp(k * math.log(x)) * math.log(x),
        {"x": between(0.2, 3)},
    ),
    "softplus by expm1": (lambda x: softplus(x), "x", lambda x: 1 + 1 / (expm1(x) - exp(x) - exp(x)), {}),
    "max by cases": (lambda x, y: maximum(x, y), "x", lambda x, y: 0.5 * (1 + (x > y) - (x < y)), {}),
    "a clipped leak": (
        lambda x: leaky_relu(x, 0.25),
        "x",
        lambda x: 1.0 if x > 0 else 0.25,
        {},
    ),
    "an integer": (lambda x: 3 * x, "x", lambda: 3, {}),
}


@pytest.mark.parametrize("form", EQUAL)
def test_an_equal_form_is_no_false_alarm(form):
    program, wrt, claim, inputs = EQUAL[form]
    verdict = proofread(program, wrt, claim, inputs=inputs)
    assert verdict.kind == "agrees", str(verdict)
    assert verdict.points >= 60
    assert verdict.worst < 1e-9


def test_there_are_enough_of_them():
    assert len(EQUAL) >= 40


VALUES = {
    "tanh by exponentials": (lambda x: autograd.tanh(x), lambda x: 1 - 2 / (1 + exp(2 * x)), {}),
    "ReLU by |x|": (lambda x: relu(x), lambda x: (x + abs(x)) / 2, {}),
    "ReLU of ReLU": (lambda x: relu(relu(x)), lambda x: max(0.0, x), {}),
    "σ by tanh": (lambda x: sigmoid(x), lambda x: (1 + tanh(x / 2)) / 2, {}),
    "the log loss by softplus": (log_loss, lambda w, b, x, y: softplus(w * x + b) - y * (w * x + b), LABELLED),
    "the variance": (
        lambda x: sum((xi - sum(x) / len(x)) ** 2 for xi in x) / len(x),
        lambda x: sum(xi * xi for xi in x) / len(x) - (sum(x) / len(x)) ** 2,
        {"x": samples()},
    ),
    "max by |x − y|": (lambda x, y: maximum(x, y), lambda x, y: (x + y + abs(x - y)) / 2, {}),
    "a label by its square": (lambda y: y, lambda y: y * y, {"y": among(0, 1)}),
}


@pytest.mark.parametrize("form", VALUES)
def test_an_equal_value_is_no_false_alarm(form):
    program, claim, inputs = VALUES[form]
    verdict = proofread_value(program, claim, inputs=inputs)
    assert verdict.kind == "agrees", str(verdict)
