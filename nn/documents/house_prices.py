"""Document 1: house prices by a linear, a sigmoid and a cubic model, then two nets with one hidden layer.

The models are h(x) = b + W·x, σ(b + W·x) and b + W·x³, each with MSE = (1/N) Σ (h(x_i) − y_i)², fitted by gradient
descent that computes both gradients before either parameter moves. The nets are M(x) = Linear₂(ReLU(Linear₁(x)))
and M(x) = LeakyReLU(Linear₂(tanh(Linear₁(x))), α), with MAE and SGD.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd
from autograd import leaky_relu, relu, sigmoid, sign, tanh
from autograd.proofread import Claim, Verdict, limit, proofread, proofread_value, samples, together
from nn import SGD, Dataset, History, Linear, Module, Neuron, Sequential, fit

DATA = {"x": samples(), "y": samples()}
ALPHA = 0.1  # the slope of the leaky ReLU; the document does not give a number

# The results that the document prints. Its data are not given, so they can be quoted but not reproduced.
PRINTED = {
    "linear": {"W": 2.939305864784624, "b": -3.2979591578193053, "loss": 1.103000695674468},
    "sigmoid": {"W": 1.1346469402126882, "b": -4.6482628586296135, "loss": 0.014018127818400896},
}


# --- the fits ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fit:
    """A fitted model, with its W, its b and its history."""

    model: Module
    history: History

    @property
    def W(self) -> float:  # noqa: N802  # its name in the notes
        """The weight."""
        return self.model.parameters()[0].data

    @property
    def b(self) -> float:
        """The bias."""
        return self.model.parameters()[1].data


def model(kind: str) -> Module:
    """``linear`` b + W·x, ``sigmoid`` σ(b + W·x) or ``cubic`` b + W·x³, starting from W = b = 0.

    >>> model("cubic")(2.0).data
    0.0
    """
    if kind == "linear":
        return Neuron(1, weights=0.0)
    if kind == "sigmoid":
        return Neuron(1, "sigmoid", weights=0.0)
    if kind == "cubic":
        return Sequential("cubic", Linear(1, 1, weights=0.0))
    raise ValueError(f"document 1 has the models linear, sigmoid and cubic, and not {kind!r}")


def fit_prices(kind: str, data: Dataset, epochs: int = 2000, lr: float = 0.05) -> Fit:
    """Fit a model by gradient descent on all of the data; both gradients are computed before W or b moves.

    >>> from nn import house_prices
    >>> cubic = fit_prices("cubic", house_prices(20, seed=0, w=0.5, b=1.0))
    >>> round(cubic.W, 6), round(cubic.b, 6)
    (0.5, 1.0)
    """
    made = model(kind)
    history = fit(made, "mse", data, SGD(made.parameters(), lr=lr), epochs, progress=False)
    return Fit(made, history)


# --- the programs that the claims are about ---------------------------------------------------------------------------


def linear(W: Any, b: Any, x: Any) -> Any:
    """h(x) = b + W·x."""
    return b + W * x


def sigmoidal(W: Any, b: Any, x: Any) -> Any:
    """h(x) = σ(b + W·x)."""
    a = b + W * x
    return sigmoid(a)


def cubic(W: Any, b: Any, x: Any) -> Any:
    """h(x) = b + W·x³."""
    return b + W * x**3


def MSE_of(h: Callable[..., Any]) -> Callable[..., Any]:  # noqa: N802  # its name in the notes
    """The mean squared error of a model, as a function of its parameters and the data."""

    def MSE(W: Any, b: Any, x: Any, y: Any) -> Any:  # noqa: N802  # its name in the notes
        return sum((h(W, b, xi) - yi) ** 2 for xi, yi in zip(x, y, strict=True)) / len(x)

    return MSE


def mean_residual(h: Callable[..., Any], times: Callable[[float], float]) -> Callable[..., Any]:
    """(2/N) Σ (h(x_i) − y_i)·times(x_i)."""

    def claim(W: float, b: float, x: list[float], y: list[float]) -> Any:
        return 2 / len(x) * sum((h(W, b, xi) - yi) * times(xi) for xi, yi in zip(x, y, strict=True))

    return claim


# --- the nets, for one sample -----------------------------------------------------------------------------------------


def MAE(W1: Any, b1: Any, W2: Any, b2: Any, x: Any, y: Any) -> Any:  # noqa: N802  # its name in the notes
    """|y − M(x)| for the ReLU net and one sample."""
    q = W1 * x + b1
    z = relu(q)
    M = W2 * z + b2
    a = y - M
    return autograd.abs(a)


def by_hand(term: Callable[..., float]) -> Callable[..., float]:
    """A formula in a, z, q, W₂ and x."""

    def claim(W1: float, b1: float, W2: float, b2: float, x: float, y: float) -> float:
        q = W1 * x + b1
        z = relu(q)
        return term(a=y - (W2 * z + b2), z=z, q=q, W2=W2, x=x)

    return claim


def prime(q: float) -> float:
    """ReLU′(q), with 0 at 0."""
    return 1.0 if q > 0 else 0.0


def tanh_net(W1: Any, b1: Any, W2: Any, b2: Any, x: Any) -> Any:
    """y′ = LeakyReLU(Linear₂(tanh(Linear₁(x))), α)."""
    m = W1 * x + b1
    l = tanh(m)  # noqa: E741  # its name in the notes
    k = W2 * l + b2
    return leaky_relu(k, ALPHA)


def of_tanh_net(term: Callable[..., float]) -> Callable[..., float]:
    """A formula in LeakyReLU′(k), tanh(m), tanh′(m), W₂ and x."""

    def claim(W1: float, b1: float, W2: float, b2: float, x: float) -> float:
        m = W1 * x + b1
        k = W2 * tanh(m) + b2
        return term(leaky=1.0 if k > 0 else ALPHA, tanh_m=tanh(m), tanh_prime=1 - tanh(m) ** 2, W2=W2, x=x)

    return claim


def surface(x: Any, y: Any) -> Any:
    """A function of two variables, for the definition of their derivatives."""
    return x * x * y + 3 * y * y - 2 * x * y


def mae(x: Any, y: Any, W: Any, b: Any) -> Any:
    """MAE over samples, of a linear model."""

    def error(xi: Any, yi: Any) -> Any:
        a = yi - (W * xi + b)
        return autograd.abs(a)

    return sum(error(xi, yi) for xi, yi in zip(x, y, strict=True)) / len(x)


def sigma_prime() -> Verdict:
    """D1.6: both forms."""
    one = proofread(lambda a: sigmoid(a), "a", lambda a: math.exp(-a) / (1 + math.exp(-a)) ** 2, subject="σ′(a)")
    other = proofread(lambda a: sigmoid(a), "a", lambda a: sigmoid(a) * (1 - sigmoid(a)), subject="σ′(a)")
    return together(one, other, subject="both forms of σ′(a)")


def sigmoid_slopes() -> Verdict:
    """D1.7: both slopes."""

    def slope(W: float, b: float, x: float) -> Any:
        return sigmoidal(W, b, x) * (1 - sigmoidal(W, b, x))

    return together(proofread(sigmoidal, "b", slope), proofread(sigmoidal, "W", lambda W, b, x: slope(W, b, x) * x))


def cubic_slopes(power: int) -> Verdict:
    """∂MSE/∂b and ∂MSE/∂W of the cubic model, where the last factor of the latter is x to a power."""
    return together(
        proofread(MSE_of(cubic), "b", mean_residual(cubic, lambda x: 1.0), inputs=DATA),
        proofread(MSE_of(cubic), "W", mean_residual(cubic, lambda x: x**power), inputs=DATA),
    )


def tanh_by_exponentials(x: float) -> float:
    """(eˣ − e⁻ˣ)/(eˣ + e⁻ˣ)."""
    return (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x))


def leaky_by_cases() -> Verdict:
    """D1.18: the function and its derivative."""

    def f(x: Any) -> Any:
        return leaky_relu(x, ALPHA)

    return together(
        proofread_value(f, lambda x: x if x > 0 else ALPHA * x, subject="LeakyReLU(x)"),
        proofread(f, "x", lambda x: 1.0 if x > 0 else ALPHA, subject="LeakyReLU′(x)"),
    )


CLAIMS = [
    Claim(
        "D1.1",
        "f_x = lim (f(x + h, y) − f(x, y))/h",
        lambda: proofread(surface, "x", lambda x, y: limit(lambda h: (surface(x + h, y) - surface(x, y)) / h)),
    ),
    Claim(
        "D1.2",
        "f_x = lim (f(x, y + h) − f(x, y))/h, as the second one is written too",
        lambda: proofread(surface, "x", lambda x, y: limit(lambda h: (surface(x, y + h) - surface(x, y)) / h)),
        expected="wrong",
        corrected="f_y = lim (f(x, y + h) − f(x, y))/h",
        check_corrected=lambda: proofread(
            surface, "y", lambda x, y: limit(lambda h: (surface(x, y + h) - surface(x, y)) / h)
        ),
    ),
    Claim(
        "D1.3",
        "of W·x + b: dW = x, dx = W, db = 1",
        lambda: together(
            proofread(linear, "W", lambda x: x),
            proofread(linear, "x", lambda W: W),
            proofread(linear, "b", lambda: 1.0),
        ),
    ),
    Claim(
        "D1.4",
        "linear: ∂MSE/∂b = (2/N) Σ (b + W·x_i − y_i)",
        lambda: proofread(MSE_of(linear), "b", mean_residual(linear, lambda x: 1.0), inputs=DATA),
    ),
    Claim(
        "D1.5",
        "linear: ∂MSE/∂W = (2/N) Σ (b + W·x_i − y_i)·x_i",
        lambda: proofread(MSE_of(linear), "W", mean_residual(linear, lambda x: x), inputs=DATA),
    ),
    Claim("D1.6", "σ′(a) = e⁻ᵃ/(1 + e⁻ᵃ)² = σ(a)·(1 − σ(a))", sigma_prime),
    Claim("D1.7", "∂σ(b + W·x)/∂b = σ·(1 − σ), ∂σ(b + W·x)/∂W = σ·(1 − σ)·x", sigmoid_slopes),
    Claim(
        "D1.8",
        "cubic: dW and db are the same as for the linear model, (2/N) Σ (h(x_i) − y_i)·x_i and (2/N) Σ (h(x_i) − y_i)",
        lambda: cubic_slopes(power=1),
        expected="wrong",
        corrected="cubic: ∂MSE/∂W = (2/N) Σ (h(x_i) − y_i)·x_i³",
        check_corrected=lambda: cubic_slopes(power=3),
    ),
    Claim("D1.9", "∂(W·x³ + b)/∂x = W·3·x²", lambda: proofread(cubic, "x", lambda W, x: W * 3 * x**2)),
    Claim(
        "D1.10",
        "ReLU(x) = x for x ≥ 0, 0 for x < 0",
        lambda: proofread_value(lambda x: relu(x), lambda x: x if x >= 0 else 0.0, subject="ReLU(x)"),
    ),
    Claim(
        "D1.11",
        "MAE(y′, y) = (1/N) Σ (y_i − y′_i)",
        lambda: proofread_value(
            mae,
            lambda x, y, W, b: sum(yi - (W * xi + b) for xi, yi in zip(x, y, strict=True)) / len(x),
            inputs=DATA,
            subject="MAE",
        ),
        expected="wrong",
        corrected="MAE(y′, y) = (1/N) Σ |y_i − y′_i|",
        check_corrected=lambda: proofread_value(
            mae,
            lambda x, y, W, b: sum(abs(yi - (W * xi + b)) for xi, yi in zip(x, y, strict=True)) / len(x),
            inputs=DATA,
            subject="MAE",
        ),
    ),
    Claim(
        "D1.12",
        "d|a|/da = a/|a|",
        lambda: proofread(lambda a: autograd.abs(a), "a", lambda a: a / abs(a), subject="|a|′"),
        expected="kink",
    ),
    Claim(
        "D1.13",
        "with a = y − M(x): ∂MAE/∂W₂ = (a/|a|)·z",
        lambda: proofread(MAE, "W2", by_hand(lambda a, z, **_: a / abs(a) * z)),
        expected="constant",
        corrected="∂MAE/∂W₂ = −sign(a)·z",
        check_corrected=lambda: proofread(MAE, "W2", by_hand(lambda a, z, **_: -sign(a) * z)),
    ),
    Claim(
        "D1.14",
        "∂MAE/∂b₂ = a/|a|",
        lambda: proofread(MAE, "b2", by_hand(lambda a, **_: a / abs(a))),
        expected="constant",
        corrected="∂MAE/∂b₂ = −sign(a)",
        check_corrected=lambda: proofread(MAE, "b2", by_hand(lambda a, **_: -sign(a))),
    ),
    Claim(
        "D1.15",
        "∂MAE/∂W₁ = (a/|a|)·W₂·ReLU′(q)·x",
        lambda: proofread(MAE, "W1", by_hand(lambda a, W2, q, x, **_: a / abs(a) * W2 * prime(q) * x)),
        expected="constant",
        corrected="∂MAE/∂W₁ = −sign(a)·W₂·ReLU′(q)·x",
        check_corrected=lambda: proofread(MAE, "W1", by_hand(lambda a, W2, q, x, **_: -sign(a) * W2 * prime(q) * x)),
    ),
    Claim(
        "D1.16",
        "∂MAE/∂b₁ = (a/|a|)·W₂·ReLU′(q)",
        lambda: proofread(MAE, "b1", by_hand(lambda a, W2, q, **_: a / abs(a) * W2 * prime(q))),
        expected="constant",
        corrected="∂MAE/∂b₁ = −sign(a)·W₂·ReLU′(q)",
        check_corrected=lambda: proofread(MAE, "b1", by_hand(lambda a, W2, q, **_: -sign(a) * W2 * prime(q))),
    ),
    Claim(
        "D1.17",
        "tanh(x) = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ), tanh′(x) = 1 − (eˣ − e⁻ˣ)²·(eˣ + e⁻ˣ)⁻²",
        lambda: together(
            proofread_value(lambda x: tanh(x), tanh_by_exponentials, subject="tanh(x)"),
            proofread(lambda x: tanh(x), "x", lambda x: 1 - tanh_by_exponentials(x) ** 2, subject="tanh′(x)"),
        ),
    ),
    Claim(
        "D1.18",
        "LeakyReLU(x) = x for x > 0, α·x for x ≤ 0; its derivative is 1 for x > 0, α for x ≤ 0",
        leaky_by_cases,
    ),
    Claim(
        "D1.19",
        "∂y′/∂W₂ = LeakyReLU′(k)·tanh(m)",
        lambda: proofread(tanh_net, "W2", of_tanh_net(lambda leaky, tanh_m, **_: leaky * tanh_m)),
    ),
    Claim(
        "D1.20",
        "∂y′/∂b₂ = LeakyReLU′(k)",
        lambda: proofread(tanh_net, "b2", of_tanh_net(lambda leaky, **_: leaky)),
    ),
    Claim(
        "D1.21",
        "∂y′/∂W₁ = LeakyReLU′(k)·W₂·tanh′(m)·x",
        lambda: proofread(
            tanh_net, "W1", of_tanh_net(lambda leaky, W2, tanh_prime, x, **_: leaky * W2 * tanh_prime * x)
        ),
    ),
    Claim(
        "D1.22",
        "∂y′/∂b₁ = LeakyReLU′(k)·W₂·tanh′(m)·x, as first printed",
        lambda: proofread(
            tanh_net, "b1", of_tanh_net(lambda leaky, W2, tanh_prime, x, **_: leaky * W2 * tanh_prime * x)
        ),
        expected="wrong",
        corrected="∂y′/∂b₁ = LeakyReLU′(k)·W₂·tanh′(m), as on the line after (D1.23)",
        check_corrected=lambda: proofread(
            tanh_net, "b1", of_tanh_net(lambda leaky, W2, tanh_prime, **_: leaky * W2 * tanh_prime)
        ),
    ),
    Claim(
        "D1.23",
        "∂y′/∂b₁ = LeakyReLU′(k)·W₂·tanh′(m), as printed on the line after",
        lambda: proofread(tanh_net, "b1", of_tanh_net(lambda leaky, W2, tanh_prime, **_: leaky * W2 * tanh_prime)),
    ),
]
