"""Slips in the gradients of two neurons in a row, and of deeper and wider networks."""

import math

from autograd import relu, sigmoid, tanh

from .cases import Spoiled
from .programs import DATA, HIDDEN, deep, hidden, identity, two, two_claim


def two_case(f1, f2, wrt, slip, right, wrong, says):
    return Spoiled(two(f1, f2), wrt, slip, two_claim(f1, f2, right), two_claim(f1, f2, wrong), says, DATA)


def of_w1(e, p1, p2, w2, x, **_):
    return e * p2 * w2 * p1 * x


def of_b1(e, p1, p2, w2, **_):
    return e * p2 * w2 * p1


def of_w2(e, p2, a1, **_):
    return e * p2 * a1


def of_b2(e, p2, **_):
    return e * p2


TWO = [
    two_case(sigmoid, sigmoid, "b2", "x added", of_b2, lambda e, p2, x, **_: e * p2 * x, "there is an extra factor x"),
    two_case(
        sigmoid,
        sigmoid,
        "w1",
        "w₁ for w₂",
        of_w1,
        lambda e, p1, p2, w1, x, **_: e * p2 * w1 * p1 * x,
        "w₁ stands where the gradient has w₂",
    ),
    two_case(
        sigmoid,
        tanh,
        "w1",
        "f₂′ forgotten",
        of_w1,
        lambda e, p1, w2, x, **_: e * w2 * p1 * x,
        "the factor tanh′(z₂) is missing",
    ),
    two_case(
        tanh,
        sigmoid,
        "w1",
        "f₁′ forgotten",
        of_w1,
        lambda e, p2, w2, x, **_: e * p2 * w2 * x,
        "the factor tanh′(z₁) is missing",
    ),
    two_case(
        sigmoid,
        identity,
        "w1",
        "w₂ forgotten",
        of_w1,
        lambda e, p1, p2, x, **_: e * p2 * p1 * x,
        "the factor w₂ is missing",
    ),
    two_case(
        relu,
        sigmoid,
        "b1",
        "ReLU′ forgotten",
        of_b1,
        lambda e, p2, w2, **_: e * p2 * w2,
        "the factor ReLU′(z₁) is missing",
    ),
    two_case(
        sigmoid,
        sigmoid,
        "w1",
        "f₂′(z₁) for f₂′(z₂)",
        of_w1,
        lambda e, p1, w2, x, **_: e * p1 * w2 * p1 * x,
        "σ′(z₁) stands where the gradient has σ′(z₂)",
    ),
    two_case(
        tanh,
        tanh,
        "w1",
        "f₁′(a₁) for f₁′(z₁)",
        of_w1,
        lambda e, p2, w2, a1, x, **_: e * p2 * w2 * (1 - tanh(a1) ** 2) * x,
        "tanh′(a₁) stands where the gradient has tanh′(z₁)",
    ),
    two_case(
        sigmoid, tanh, "w2", "x for a₁", of_w2, lambda e, p2, x, **_: e * p2 * x, "x stands where the gradient has a₁"
    ),
    two_case(
        sigmoid,
        sigmoid,
        "w2",
        "f₁ not applied to z₁",
        of_w2,
        lambda e, p2, z1, **_: e * p2 * z1,
        "z₁ stands where the gradient has a₁",
    ),
    two_case(tanh, identity, "w2", "a₁ forgotten", of_w2, lambda e, p2, **_: e * p2, "the factor a₁ is missing"),
    two_case(
        identity,
        sigmoid,
        "w1",
        "x forgotten",
        of_w1,
        lambda e, p1, p2, w2, **_: e * p2 * w2 * p1,
        "the factor x is missing",
    ),
    two_case(
        relu,
        tanh,
        "b1",
        "f₂ not applied in the residual",
        of_b1,
        lambda z2, y, p1, p2, w2, **_: (z2 - y) * p2 * w2 * p1,
        "z₂ stands where the formula has a₂",
    ),
    two_case(
        sigmoid,
        sigmoid,
        "b1",
        "b₂ for b₁",
        of_b1,
        of_b2,
        "this is the derivative with respect to b₂, not b₁",
    ),
    two_case(
        sigmoid,
        sigmoid,
        "w1",
        "b₂ for w₂",
        of_w1,
        lambda e, p1, p2, b2, x, **_: e * p2 * b2 * p1 * x,
        "b₂ stands where the gradient has w₂",
    ),
    two_case(
        sigmoid,
        tanh,
        "w1",
        "f₂′ and w₂ forgotten",
        of_w1,
        lambda e, p1, x, **_: e * p1 * x,
        "the factors tanh′(z₂) and w₂ are missing",
    ),
]


def s(z):
    return 1 / (1 + math.exp(-z))


def deep_claim(term):
    def claim(w1, w2, w3, x):
        a1 = s(w1 * x)
        a2 = s(w2 * a1)
        a3 = s(w3 * a2)
        return term(a1, a2, a3, w1, w2, w3, x)

    return claim


DEEP_RIGHT = deep_claim(lambda a1, a2, a3, w1, w2, w3, x: a3 * (1 - a3) * w3 * a2 * (1 - a2) * w2 * a1 * (1 - a1) * x)


def deep_case(slip, wrong, says):
    return Spoiled(deep, "w1", slip, DEEP_RIGHT, deep_claim(wrong), says)


DEEP = [
    deep_case(
        "the middle derivative forgotten",
        lambda a1, a2, a3, w1, w2, w3, x: a3 * (1 - a3) * w3 * w2 * a1 * (1 - a1) * x,
        "the factor σ′(w₂·a₁) is missing",
    ),
    deep_case(
        "both weights forgotten",
        lambda a1, a2, a3, w1, w2, w3, x: a3 * (1 - a3) * a2 * (1 - a2) * a1 * (1 - a1) * x,
        "the factors w₃ and w₂ are missing",
    ),
    deep_case(
        "a whole layer forgotten",
        lambda a1, a2, a3, w1, w2, w3, x: a3 * (1 - a3) * w3 * a1 * (1 - a1) * x,
        "the factors σ′(w₂·a₁) and w₂ are missing",
    ),
    deep_case(
        "three factors forgotten",
        lambda a1, a2, a3, w1, w2, w3, x: a3 * (1 - a3) * a1 * (1 - a1) * x,
        "the factors w₃, σ′(w₂·a₁) and w₂ are missing",
    ),
]


def hidden_claim(term):
    def claim(u, a, b, x, y):
        q = [ak * x + bk for ak, bk in zip(a, b, strict=True)]
        h = [max(each, 0.0) for each in q]
        e = sum(uk * hk for uk, hk in zip(u, h, strict=True)) - y
        return [term(k, e, u, q, h, x) for k in (0, 1)]

    return claim


OF_A = hidden_claim(lambda k, e, u, q, h, x: 2 * e * u[k] * (q[k] > 0) * x)


def hidden_case(slip, wrong, says, wrt="a", right=OF_A):
    return Spoiled(hidden, wrt, slip, right, hidden_claim(wrong), says, HIDDEN)


WIDE = [
    hidden_case("u forgotten", lambda k, e, u, q, h, x: 2 * e * (q[k] > 0) * x, "for a₀: the factor u₀ is missing"),
    hidden_case(
        "ReLU′ forgotten",
        lambda k, e, u, q, h, x: 2 * e * u[k] * x,
        "for a₁: the factor ReLU′(a₁·x + b₁) is missing",
    ),
    hidden_case(
        "the other unit's ReLU′",
        lambda k, e, u, q, h, x: 2 * e * u[k] * (q[1 - k] > 0) * x,
        "for a₀: ReLU′(a₁·x + b₁) stands where the gradient has ReLU′(a₀·x + b₀)",
    ),
    hidden_case(
        "the other unit's u",
        lambda k, e, u, q, h, x: 2 * e * u[1 - k] * (q[k] > 0) * x,
        "for a₁: u₀ stands where the gradient has u₁",
    ),
    hidden_case(
        "ReLU not applied",
        lambda k, e, u, q, h, x: 2 * e * q[k],
        "for u₀: a₀·x + b₀ stands where the gradient has h₀",
        "u",
        hidden_claim(lambda k, e, u, q, h, x: 2 * e * h[k]),
    ),
]

SPOILED = [*TWO, *DEEP, *WIDE]
