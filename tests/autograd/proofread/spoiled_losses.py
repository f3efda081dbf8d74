"""Slips in the gradients of absolute errors, penalties and classifiers."""

import math

from autograd import sigmoid

from .cases import Spoiled
from .programs import (
    CLASSES,
    LABELLED,
    LABELLED_SAMPLES,
    lasso,
    leaky,
    log_loss,
    log_loss_of_samples,
    mae_net,
    ridge,
    softmax,
    softmax_by_hand,
)


def sign(a):
    return 1.0 if a > 0 else -1.0 if a < 0 else 0.0


def mae_claim(term):
    def claim(W1, b1, W2, b2, x, y):
        q = W1 * x + b1
        z = max(q, 0.0)
        return term(a=y - (W2 * z + b2), z=z, p=1.0 if q > 0 else 0.0, W2=W2, x=x, W1=W1)

    return claim


MAE = [
    Spoiled(
        mae_net,
        "W2",
        "∂a/∂M = −1 forgotten",
        mae_claim(lambda a, z, **_: -sign(a) * z),
        mae_claim(lambda a, z, **_: sign(a) * z),
        "the factor ∂a/∂M = −1 is missing",
        kind="constant",
    ),
    Spoiled(
        mae_net,
        "W1",
        "W₂ forgotten",
        mae_claim(lambda a, W2, p, x, **_: -sign(a) * W2 * p * x),
        mae_claim(lambda a, p, x, **_: -sign(a) * p * x),
        "the factor W₂ is missing",
    ),
    Spoiled(
        mae_net,
        "b1",
        "x added",
        mae_claim(lambda a, W2, p, **_: -sign(a) * W2 * p),
        mae_claim(lambda a, W2, p, x, **_: -sign(a) * W2 * p * x),
        "there is an extra factor x",
    ),
    Spoiled(
        mae_net,
        "W2",
        "the sign of a forgotten",
        mae_claim(lambda a, z, **_: -sign(a) * z),
        mae_claim(lambda z, **_: -z),
        "the factor sign(a) is missing",
    ),
]


def probability(w, b, x):
    return sigmoid(w * x + b)


CLASSIFIERS = [
    Spoiled(
        log_loss,
        "w",
        "a′ not cancelled: an extra a·(1 − a)",
        lambda w, b, x, y: (probability(w, b, x) - y) * x,
        lambda w, b, x, y: (probability(w, b, x) - y) * probability(w, b, x) * (1 - probability(w, b, x)) * x,
        "there is an extra factor σ′(z)",
        LABELLED,
    ),
    Spoiled(
        log_loss,
        "w",
        "the 1 − y half forgotten",
        lambda w, b, x, y: (probability(w, b, x) - y) * x,
        lambda w, b, x, y: -y * (1 - probability(w, b, x)) * x,
        "the path through 1 − a is forgotten",
        LABELLED,
    ),
    Spoiled(
        log_loss,
        "b",
        "∂(1 − a)/∂a = −1 forgotten",
        lambda w, b, x, y: probability(w, b, x) - y,
        lambda w, b, x, y: -y * (1 - probability(w, b, x)) - (1 - y) * probability(w, b, x),
        "the factor ∂(1 − a)/∂a = −1 is missing",
        LABELLED,
    ),
    Spoiled(
        log_loss,
        "w",
        "1/a forgotten in log′",
        lambda w, b, x, y: (probability(w, b, x) - y) * x,
        lambda w, b, x, y: (
            (-y + (1 - y) / (1 - probability(w, b, x))) * probability(w, b, x) * (1 - probability(w, b, x)) * x
        ),
        "the factor log′(a) is missing",
        LABELLED,
    ),
    Spoiled(
        log_loss_of_samples,
        "w",
        "y − a for a − y",
        lambda w, b, x, y: sum((probability(w, b, xi) - yi) * xi for xi, yi in zip(x, y, strict=True)) / len(x),
        lambda w, b, x, y: sum((yi - probability(w, b, xi)) * xi for xi, yi in zip(x, y, strict=True)) / len(x),
        "the sign is flipped",
        LABELLED_SAMPLES,
        "constant",
    ),
]


def shares(*z):
    whole = sum(math.exp(each) for each in z)
    return [math.exp(each) / whole for each in z]


def logits(w, b, x):
    return [wk * x + bk for wk, bk in zip(w, b, strict=True)]


def softmax_claim(term):
    def claim(w, b, x):
        p = shares(*logits(w, b, x))
        return [term(k, p[k], p, x) for k in range(3)]

    return claim


SOFTMAX_RIGHT = softmax_claim(lambda k, pk, p, x: (pk - (k == 1)) * x)

SOFTMAX = [
    Spoiled(
        softmax,
        "w",
        "x forgotten",
        SOFTMAX_RIGHT,
        softmax_claim(lambda k, pk, p, x: pk - (k == 1)),
        "the factor x is missing",
        CLASSES,
    ),
    Spoiled(
        softmax,
        "w",
        "p for p − 1 at the target",
        SOFTMAX_RIGHT,
        softmax_claim(lambda k, pk, p, x: pk * x),
        "is e^z₁/(e^z₀ + e^z₁ + e^z₂) − 1, and the claim has e^z₁/(e^z₀ + e^z₁ + e^z₂)",
        CLASSES,
    ),
    Spoiled(
        softmax,
        "w",
        "the target's share throughout",
        SOFTMAX_RIGHT,
        softmax_claim(lambda k, pk, p, x: (p[1] - (k == 1)) * x),
        "",
        CLASSES,
        named=False,
    ),
    Spoiled(
        softmax,
        "b",
        "p·(1 − p), as for a single share",
        softmax_claim(lambda k, pk, p, x: pk - (k == 1)),
        softmax_claim(lambda k, pk, p, x: pk * (1 - pk)),
        "",
        CLASSES,
        named=False,
    ),
    Spoiled(
        softmax,
        "b",
        "x added",
        softmax_claim(lambda k, pk, p, x: pk - (k == 1)),
        SOFTMAX_RIGHT,
        "there is an extra factor x",
        CLASSES,
    ),
    Spoiled(
        softmax_by_hand,
        "z1",
        "the numerator's path forgotten",
        lambda z1, z2, z3: shares(z1, z2, z3)[0] - 1,
        lambda z1, z2, z3: shares(z1, z2, z3)[0],
        "and the term (e^z₁)′/s is missing",
    ),
    Spoiled(
        softmax_by_hand,
        "z2",
        "another logit's share",
        lambda z1, z2, z3: shares(z1, z2, z3)[1],
        lambda z1, z2, z3: shares(z1, z2, z3)[2],
        "this is the derivative with respect to z₃, not z₂",
    ),
]


def leaky_claim(term):
    def claim(w, b, x, y):
        z = w * x + b
        return term(z, (z if z > 0 else 0.1 * z) - y, x)

    return claim


def leaky_case(slip, wrong, says, named=True):
    right = leaky_claim(lambda z, e, x: 2 * e * (1 if z > 0 else 0.1) * x)
    return Spoiled(leaky, "w", slip, right, leaky_claim(wrong), says, named=named)


LEAKY = [
    leaky_case(
        "ReLU′ for LeakyReLU′",
        lambda z, e, x: 2 * e * (z > 0) * x,
        "ReLU′(z) stands where the gradient has LeakyReLU′(z)",
    ),
    leaky_case("LeakyReLU′ forgotten", lambda z, e, x: 2 * e * x, "the factor LeakyReLU′(z) is missing"),
    leaky_case(
        "−α for α",
        lambda z, e, x: 2 * e * (1 if z > 0 else -0.1) * x,
        "it agrees where z > 0, and not where z < 0",
        named=False,
    ),
]

PENALTIES = [
    Spoiled(
        ridge,
        "w",
        "the penalty forgotten",
        lambda w, b, x, y, c: 2 * (w * x + b - y) * x + 2 * c * w,
        lambda w, b, x, y, c: 2 * (w * x + b - y) * x,
        "the path through w² is forgotten",
    ),
    Spoiled(
        ridge,
        "w",
        "the penalty without its 2",
        lambda w, b, x, y, c: 2 * (w * x + b - y) * x + 2 * c * w,
        lambda w, b, x, y, c: 2 * (w * x + b - y) * x + c * w,
        "∂(w²)/∂w is 2·w, and the claim has w",
    ),
    Spoiled(
        ridge,
        "b",
        "the penalty where there is none",
        lambda w, b, x, y: 2 * (w * x + b - y),
        lambda w, b, x, y: 2 * (w * x + b - y) + 2 * b,
        "there is a term too many: 2·b",
    ),
    Spoiled(
        lasso,
        "w",
        "the sign of w forgotten",
        lambda w, x, y, c: 2 * (w * x - y) * x + c * sign(w),
        lambda w, x, y, c: 2 * (w * x - y) * x + c,
        "the factor sign(w) is missing",
    ),
    Spoiled(
        lasso,
        "w",
        "the penalty's weight forgotten",
        lambda w, x, y, c: 2 * (w * x - y) * x + c * sign(w),
        lambda w, x, y: 2 * (w * x - y) * x + sign(w),
        "the factor c is missing",
    ),
]

SPOILED = [*MAE, *CLASSIFIERS, *SOFTMAX, *LEAKY, *PENALTIES]
