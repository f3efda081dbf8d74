"""Document 2: a neuron y = f(Σ w_i·x_i + b), then two in a row, under C = (1/2m) Σ (f(z_j) − y_j)².

The activation f is a sigmoid, ReLU (with ReLU′(0) = 1) or the identity; what holds for any f is checked for each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd import dot, relu, sigmoid
from autograd.proofread import Claim, Verdict, proofread, proofread_value, samples, together, vector
from nn import MSE, SGD, Dataset, History, Neuron, Sequential, fit

ONE = {"w": vector(2), "x": samples(vector(2)), "y": samples()}
TWO = {"w1": vector(2), "x": samples(vector(2)), "y": samples()}


@dataclass(frozen=True)
class Activation:
    """An activation and its derivative as the notes give it."""

    f: Callable[[Any], Any]
    prime: Callable[[float], float]


SIGMOID = Activation(sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z)))
RELU = Activation(lambda z: relu(z, at_zero=1.0), lambda z: 1.0 if z >= 0 else 0.0)
IDENTITY = Activation(lambda z: z, lambda z: 1.0)
ACTIVATIONS = (SIGMOID, RELU, IDENTITY)
PAIRS = ((SIGMOID, SIGMOID), (SIGMOID, IDENTITY), (RELU, SIGMOID), (RELU, IDENTITY), (IDENTITY, RELU))


def neuron(inputs: int, activation: str = "sigmoid", seed: int = 0) -> Neuron:
    """The first model: one neuron.

    >>> neuron(2)
    Neuron(2, activation='sigmoid')
    """
    return Neuron(inputs, activation, weights="normal", seed=seed)


def network(inputs: int, hidden: str = "sigmoid", output: str = "sigmoid", seed: int = 0) -> Sequential:
    """The second model: two neurons in a row.

    >>> network(2).summary().parameters
    5
    """
    return Sequential(
        Neuron(inputs, hidden, weights="normal", seed=seed), Neuron(1, output, weights="normal", seed=seed + 1)
    )


def train(model: Neuron | Sequential, data: Dataset, epochs: int = 500, lr: float = 1.0) -> History:
    """Gradient descent on C, with all of the data in every step.

    >>> from nn import blobs
    >>> history = train(neuron(2), blobs(20, seed=0, centres=2), epochs=100)
    >>> history.loss[-1] < history.loss[0] / 4
    True
    """
    return fit(model, MSE("half_mean"), data, SGD(model.parameters(), lr=lr), epochs, progress=False)


# --- one neuron -------------------------------------------------------------------------------------------------------


def cost(activation: Activation) -> Callable[..., Any]:
    """C for one neuron."""

    def C(w: Any, b: Any, x: Any, y: Any) -> Any:  # noqa: N802  # its name in the notes
        def residual(xj: Any, yj: Any) -> Any:
            z = dot(w, xj) + b
            return activation.f(z) - yj

        return sum(residual(xj, yj) ** 2 for xj, yj in zip(x, y, strict=True)) / (2 * len(x))

    return C


def formula(activation: Activation, term: Callable[..., float]) -> Callable[..., float]:
    """(1/m) Σ of a term in f(z), f′(z), x and y."""

    def claim(w: list[float], b: float, x: list[list[float]], y: list[float]) -> float:
        zs = [dot(w, xj) + b for xj in x]
        terms = [
            term(f=activation.f(z), prime=activation.prime(z), x=xj, y=yj) for z, xj, yj in zip(zs, x, y, strict=True)
        ]
        return sum(terms) / len(x)

    return claim


def for_each(check: Callable[[Activation], Verdict]) -> Verdict:
    """The verdict for all three activations together."""
    return together(*[check(activation) for activation in ACTIVATIONS], subject="with each f")


def weights_formula(activation: Activation) -> Callable[..., list[float]]:
    """D2.1: (1/m) Σ (f(z) − y)·f′(z)·x_i, for each i."""
    each = [formula(activation, lambda f, prime, x, y, i=i: (f - y) * prime * x[i]) for i in (0, 1)]
    return lambda w, b, x, y: [claim(w, b, x, y) for claim in each]


def bias_formula(activation: Activation) -> Callable[..., float]:
    """D2.2: (1/m) Σ (f(z) − y)·f′(z)."""
    return formula(activation, lambda f, prime, x, y: (f - y) * prime)


# --- two in a row -----------------------------------------------------------------------------------------------------


def cost_of_two(first: Activation, second: Activation, x_is_a_number: bool = False) -> Callable[..., Any]:
    """C for two neurons in a row. D2.9 needs an x that is a single number."""

    def C(w1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any) -> Any:  # noqa: N802  # its name in the notes
        def residual(xj: Any, yj: Any) -> Any:
            z1 = (w1 * xj if x_is_a_number else dot(w1, xj)) + b1
            a1 = first.f(z1)
            z2 = w2 * a1 + b2
            a2 = second.f(z2)
            return a2 - yj

        return sum(residual(xj, yj) ** 2 for xj, yj in zip(x, y, strict=True)) / (2 * len(x))

    return C


def formula_of_two(first: Activation, second: Activation, term: Callable[..., float]) -> Callable[..., float]:
    """(1/m) Σ (a₂ − y)·f₂′(z₂) times a term in w₂, f₁′(z₁), a₁ and a₀ = x."""

    def claim(w1: Any, b1: float, w2: float, b2: float, x: Any, y: list[float]) -> float:
        total = 0.0
        for xj, yj in zip(x, y, strict=True):
            z1 = (dot(w1, xj) if isinstance(xj, list) else w1 * xj) + b1
            a1 = first.f(z1)
            z2 = w2 * a1 + b2
            rest = term(w2=w2, prime1=first.prime(z1), a1=a1, a0=xj)
            total += (second.f(z2) - yj) * second.prime(z2) * rest
        return total / len(x)

    return claim


def first_weights_formula(first: Activation, second: Activation) -> Callable[..., list[float]]:
    """D2.6: (1/m) Σ (a₂ − y)·f₂′(z₂)·w₂·f₁′(z₁)·a₀, for each part of a₀ = x."""
    each = [formula_of_two(first, second, lambda w2, prime1, a0, i=i, **_: w2 * prime1 * a0[i]) for i in (0, 1)]
    return lambda w1, b1, w2, b2, x, y: [claim(w1, b1, w2, b2, x, y) for claim in each]


def for_pairs(wrt: str, term: Callable[..., float]) -> Verdict:
    """The verdict on a formula of the second network, for pairs of activations together."""
    return together(
        *[proofread(cost_of_two(f1, f2), wrt, formula_of_two(f1, f2, term), inputs=TWO) for f1, f2 in PAIRS],
        subject="with pairs of f₁ and f₂",
    )


def output_of_two(w2: Any, a1: Any, b2: Any) -> Any:
    """a₂ = f₂(z₂), with a sigmoid."""
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)
    return a2


def first_output(w1: Any, x: Any, b1: Any) -> Any:
    """a₁ = f₁(z₁) with z₁ = w₁ᵀ·x + b₁, for one input and a sigmoid."""
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    return a1


CLAIMS = [
    Claim(
        "D2.1",
        "(6) ∂C/∂w_i = (1/m) Σ (f(z) − y)·f′(z)·x_i",
        lambda: for_each(lambda f: proofread(cost(f), "w", weights_formula(f), inputs=ONE)),
    ),
    Claim(
        "D2.2",
        "(7) ∂C/∂b = (1/m) Σ (f(z) − y)·f′(z)",
        lambda: for_each(lambda f: proofread(cost(f), "b", bias_formula(f), inputs=ONE)),
    ),
    Claim(
        "D2.3",
        "(9) σ′(x) = σ(x)·(1 − σ(x))",
        lambda: proofread(lambda x: sigmoid(x), "x", lambda x: sigmoid(x) * (1 - sigmoid(x)), subject="σ′(x)"),
    ),
    Claim(
        "D2.4",
        "(10, 11) ReLU(x) = max(0, x), with the derivative 0 for x < 0 and 1 for x ≥ 0",
        lambda: together(
            proofread_value(lambda x: relu(x), lambda x: max(0.0, x), subject="ReLU"),
            proofread(lambda x: relu(x), "x", lambda x: 0.0 if x < 0 else 1.0, subject="ReLU′(x)"),
        ),
        expected="kink",
    ),
    Claim(
        "D2.5",
        "(24) a₂ = f₂(z₂) = w₂·f₁(z₁) + b₂",
        lambda: proofread_value(output_of_two, lambda w2, a1, b2: w2 * a1 + b2, subject="a₂"),
        expected="wrong",
        corrected="a₂ = f₂(z₂) = f₂(w₂·f₁(z₁) + b₂)",
        check_corrected=lambda: proofread_value(output_of_two, lambda w2, a1, b2: sigmoid(w2 * a1 + b2), subject="a₂"),
    ),
    Claim(
        "D2.6",
        "(25) ∂C/∂w₁ = (1/m) Σ (a₂ − y)·f₂′(z₂)·w₂·f₁′(z₁)·a₀ with a₀ = x",
        lambda: together(
            *[proofread(cost_of_two(*fs), "w1", first_weights_formula(*fs), inputs=TWO) for fs in PAIRS],
            subject="with pairs of f₁ and f₂",
        ),
    ),
    Claim(
        "D2.7",
        "(26) ∂C/∂w₂ = (1/m) Σ (a₂ − y)·f₂′(z₂)·a₁",
        lambda: for_pairs("w2", lambda a1, **_: a1),
    ),
    Claim(
        "D2.8",
        "(27) for b₁: (1/m) Σ (a₂ − y)·f₂′(z₂)·w₂·f₁′(z₁)",
        lambda: for_pairs("b1", lambda w2, prime1, **_: w2 * prime1),
    ),
    Claim(
        "D2.9",
        "(28) for b₂: (1/m) Σ (a₂ − y)·f₂′(z₂)·x",
        lambda: proofread(
            cost_of_two(SIGMOID, SIGMOID, x_is_a_number=True),
            "b2",
            formula_of_two(SIGMOID, SIGMOID, lambda a0, **_: a0),
            inputs={"x": samples(), "y": samples()},
        ),
        expected="wrong",
        corrected="for b₂: (1/m) Σ (a₂ − y)·f₂′(z₂)",
        check_corrected=lambda: for_pairs("b2", lambda **_: 1.0),
    ),
    Claim(
        "D2.10",
        "(22) a₁ = f₁(w₁ᵀ·b₁)",
        lambda: proofread_value(first_output, lambda w1, b1: sigmoid(w1 * b1), subject="a₁"),
        expected="wrong",
        corrected="a₁ = f₁(w₁ᵀ·x + b₁)",
        check_corrected=lambda: proofread_value(first_output, lambda w1, x, b1: sigmoid(w1 * x + b1), subject="a₁"),
    ),
]
