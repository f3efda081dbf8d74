"""Slips in the gradients of one neuron with a weight for each feature."""

from autograd import dot, sigmoid, tanh

from .cases import Spoiled, one_over_n, two_over_n
from .programs import FEATURES, neuron, plain_neuron


def of_features(term, over=one_over_n):
    """(1/m) Σ of a term, for each of the two weights."""

    def claim(w, b, x, y):
        return [over(len(x)) * sum(term(k, w, b, xj, yj) for xj, yj in zip(x, y, strict=True)) for k in (0, 1)]

    return claim


def sigma(w, b, x):
    return sigmoid(dot(w, x) + b)


def delta(w, b, x, y):
    a = sigma(w, b, x)
    return (a - y) * a * (1 - a)


def th(w, b, x):
    return tanh(dot(w, x) + b)


RIGHT_NEURON = of_features(lambda k, w, b, x, y: delta(w, b, x, y) * x[k])
RIGHT_TANH = of_features(lambda k, w, b, x, y: (th(w, b, x) - y) * (1 - th(w, b, x) ** 2) * x[k], two_over_n)


def weights(slip, wrong, says, program=neuron, right=RIGHT_NEURON, wrt="w", named=True):
    return Spoiled(program, wrt, slip, right, wrong, says, FEATURES, named=named)


SPOILED = [
    weights(
        "the features exchanged",
        of_features(lambda k, w, b, x, y: delta(w, b, x, y) * x[1 - k]),
        "for w₀: x₁ stands where the gradient has x₀",
    ),
    weights(
        "the first feature throughout",
        of_features(lambda k, w, b, x, y: delta(w, b, x, y) * x[0]),
        "for w₁: x₀ stands where the gradient has x₁",
    ),
    weights("x forgotten", of_features(lambda k, w, b, x, y: delta(w, b, x, y)), "for w₁: the factor x₁ is missing"),
    weights(
        "the first sample's x",
        lambda w, b, x, y: [
            sum(delta(w, b, xj, yj) * x[0][k] for xj, yj in zip(x, y, strict=True)) / len(x) for k in (0, 1)
        ],
        "an index slip: the first sample's x₀",
    ),
    weights(
        "one weight for both",
        of_features(lambda k, w, b, x, y: delta([w[0], w[0]], b, x, y) * x[k]),
        "w₀ stands where the formula has w₁",
    ),
    weights(
        "the second weight forgotten in z",
        of_features(lambda k, w, b, x, y: delta([w[0], 0], b, x, y) * x[k]),
        "for w₀: the term w₁·x₁ is missing from w₀·x₀ + w₁·x₁",
    ),
    weights(
        "tanh′ = 1 − z²",
        of_features(lambda k, w, b, x, y: (th(w, b, x) - y) * (1 - (dot(w, x) + b) ** 2) * x[k], two_over_n),
        "tanh′(z) is 1 − a², and the claim has 1 − z²",
        plain_neuron,
        RIGHT_TANH,
    ),
    weights(
        "tanh′ = 1 − tanh",
        of_features(lambda k, w, b, x, y: (th(w, b, x) - y) * (1 - th(w, b, x)) * x[k], two_over_n),
        "tanh′(z) is 1 − a², and the claim has 1 − a",
        plain_neuron,
        RIGHT_TANH,
    ),
    weights(
        "σ′ for tanh′",
        of_features(lambda k, w, b, x, y: (th(w, b, x) - y) * sigma(w, b, x) * (1 - sigma(w, b, x)) * x[k], two_over_n),
        "σ′(z) stands where the gradient has tanh′(z)",
        plain_neuron,
        RIGHT_TANH,
    ),
    weights(
        "one component of the vector",
        lambda w, b, x, y: sum(delta(w, b, xj, yj) * xj[1] for xj, yj in zip(x, y, strict=True)) / len(x),
        "this is the derivative with respect to w₁, not w₀",
        right=lambda w, b, x, y: RIGHT_NEURON(w, b, x, y)[0],
        wrt="w[0]",
    ),
]
