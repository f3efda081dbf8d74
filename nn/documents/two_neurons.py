"""Document 4: two neurons in a row, under a squared error and under a log loss.

z₁ = w₁·X + b₁, a₁ = σ(z₁), z₂ = w₂·a₁ + b₂. For regression a₂ = z₂ and MSE = (1/N) Σ (y − a₂)²; for classification
a₂ = σ(z₂) and L = −[(1 − y)·log(1 − a₂) + y·log a₂]. The notes drop constant coefficients on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import log, sigmoid
from autograd.proofread import Claim, among, between, proofread, proofread_value, samples, together
from nn import MLP, SGD, Dataset, History, fit

DATA = {"X": samples(), "y": samples()}
LABELLED = {"y": among(0, 1)}


def network(loss: str = "mse", seed: int = 0) -> MLP:
    """The two neurons as a model: with a linear output for ``mse``, and a sigmoid one for ``log_loss``.

    >>> network()
    MLP(1, [1, 1], hidden='sigmoid')
    """
    if loss not in ("mse", "log_loss"):
        raise ValueError(f"document 4 has the losses mse and log_loss, not {loss!r}")
    return MLP(1, [1, 1], hidden="sigmoid", output="identity" if loss == "mse" else "sigmoid", seed=seed)


def train(loss: str, data: Dataset, epochs: int = 500, lr: float = 0.5, seed: int = 0) -> tuple[MLP, History]:
    """Train the network with one of its losses, by gradient descent on all of the data.

    >>> from nn import Dataset
    >>> data = Dataset([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1])
    >>> model, history = train("log_loss", data, epochs=400)
    >>> [round(model(x).data) for x, _ in data]
    [0, 0, 1, 1]
    """
    model = network(loss, seed)
    return model, fit(model, loss, data, SGD(model.parameters(), lr=lr), epochs, progress=False)


def MSE(w1: Any, b1: Any, w2: Any, b2: Any, X: Any, y: Any) -> Any:  # noqa: N802  # its name in the notes
    """The loss for regression."""

    def residual(x: Any, y: Any) -> Any:
        z1 = w1 * x + b1
        a1 = sigmoid(z1)
        a2 = w2 * a1 + b2
        return y - a2

    return sum(residual(xi, yi) ** 2 for xi, yi in zip(X, y, strict=True)) / len(X)


def L(w1: Any, b1: Any, w2: Any, b2: Any, X: Any, y: Any) -> Any:  # noqa: N802  # its name in the notes
    """The loss for classification, of one sample."""
    z1 = w1 * X + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)
    return -((1 - y) * log(1 - a2) + y * log(a2))


def summed(term: Callable[..., float]) -> Callable[..., float]:
    """Σ of a term over the samples; the term is a formula in a₂, y, a₁, w₂ and X."""

    def claim(w1: float, b1: float, w2: float, b2: float, X: list[float], y: list[float]) -> float:
        total = 0.0
        for xi, yi in zip(X, y, strict=True):
            a1 = sigmoid(w1 * xi + b1)
            total += term(a2=w2 * a1 + b2, y=yi, a1=a1, w2=w2, X=xi)
        return total

    return claim


def classified(term: Callable[..., float]) -> Callable[..., float]:
    """The same for the log loss of one sample."""

    def claim(w1: float, b1: float, w2: float, b2: float, X: float, y: float) -> float:
        a1 = sigmoid(w1 * X + b1)
        return term(a2=sigmoid(w2 * a1 + b2), y=y, a1=a1, w2=w2, X=X)

    return claim


def bracket(a2: Any, y: Any) -> Any:
    """D4.7's (1 − y)/(1 − a₂) − y/a₂."""
    return (1 - y) / (1 - a2) - y / a2


def step(lr: Any, slope: Any) -> Any:
    """The step of gradient descent: −lr·∂L/∂θ."""
    return -lr * slope


CLAIMS = [
    Claim(
        "D4.1",
        "MSE: ∂L/∂w₂ = Σ (a₂ − y)·a₁",
        lambda: proofread(MSE, "w2", summed(lambda a2, y, a1, **_: (a2 - y) * a1), inputs=DATA),
        expected="constant",
    ),
    Claim(
        "D4.2",
        "MSE: ∂L/∂b₂ = Σ (a₂ − y)",
        lambda: proofread(MSE, "b2", summed(lambda a2, y, **_: a2 - y), inputs=DATA),
        expected="constant",
    ),
    Claim(
        "D4.3",
        "σ′(z) = σ(z)·(1 − σ(z))",
        lambda: proofread(lambda z: sigmoid(z), "z", lambda z: sigmoid(z) * (1 - sigmoid(z)), subject="σ′(z)"),
    ),
    Claim(
        "D4.4",
        "MSE: ∂L/∂w₁ = Σ (a₂ − y)·w₂·a₁·(1 − a₁)·X",
        lambda: proofread(MSE, "w1", summed(lambda a2, y, a1, w2, X: (a2 - y) * w2 * a1 * (1 - a1) * X), inputs=DATA),
        expected="constant",
    ),
    Claim(
        "D4.5",
        "MSE: ∂L/∂b₁ = Σ (a₂ − y)·w₂·a₁·(1 − a₁)",
        lambda: proofread(MSE, "b1", summed(lambda a2, y, a1, w2, **_: (a2 - y) * w2 * a1 * (1 - a1)), inputs=DATA),
        expected="constant",
    ),
    Claim(
        "D4.6",
        "update rule: w ← w − lr·∂L/∂w, and b ← b − ∂L/∂b",
        lambda: together(
            proofread_value(step, lambda lr, slope: -lr * slope, subject="the step of w"),
            proofread_value(step, lambda slope: -slope, subject="the step of b", inputs={"lr": between(0.01, 2.0)}),
        ),
        expected="wrong",
        corrected="b ← b − lr·∂L/∂b",
        check_corrected=lambda: proofread_value(step, lambda lr, slope: -lr * slope, subject="the step of b"),
    ),
    Claim(
        "D4.7",
        "log loss: ∂L/∂w₂ = ((1 − y)/(1 − a₂) − y/a₂)·∂a₂/∂w₂, and the bracket is (a₂ − y)/(a₂·(1 − a₂))",
        lambda: together(
            proofread(L, "w2", classified(lambda a2, y, a1, **_: bracket(a2, y) * a2 * (1 - a2) * a1), inputs=LABELLED),
            proofread_value(
                bracket,
                lambda a2, y: (a2 - y) / (a2 * (1 - a2)),
                inputs={"a2": between(0.01, 0.99), "y": among(0, 1)},
            ),
        ),
    ),
    Claim(
        "D4.8",
        "log loss: ∂L/∂w₂ = (a₂ − y)·a₁",
        lambda: proofread(L, "w2", classified(lambda a2, y, a1, **_: (a2 - y) * a1), inputs=LABELLED),
    ),
    Claim(
        "D4.9",
        "log loss: ∂L/∂b₂ = a₂ − y",
        lambda: proofread(L, "b2", classified(lambda a2, y, **_: a2 - y), inputs=LABELLED),
    ),
    Claim(
        "D4.10",
        "log loss: ∂L/∂w₁ = (a₂ − y)·w₂·a₁·(1 − a₁)·X",
        lambda: proofread(
            L, "w1", classified(lambda a2, y, a1, w2, X: (a2 - y) * w2 * a1 * (1 - a1) * X), inputs=LABELLED
        ),
    ),
    Claim(
        "D4.11",
        "log loss: ∂L/∂b₁ = (a₂ − y)·w₂·a₁·(1 − a₁)",
        lambda: proofread(
            L, "b1", classified(lambda a2, y, a1, w2, **_: (a2 - y) * w2 * a1 * (1 - a1)), inputs=LABELLED
        ),
    ),
]
