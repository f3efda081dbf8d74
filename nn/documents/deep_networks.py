"""Document 3: a homework on deep networks.

An MLP 1-64-64-1 with sigmoids and a linear output, weights from N(0, 1) and biases 0.03, learns f(x) = (x − 2)·cos 4x
from 512 inputs x ~ N(0, 1), by SGD with rate 0.1 and batches of 128, in 1000 epochs, with and without noise in the
targets. The other exercises are on cross-entropy, the derivative of a maximum, sigmoid and tanh networks, and dead
units.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import autograd
from autograd import dot, grad, leaky_relu, relu, sigmoid, softmax_cross_entropy, softplus, tanh
from autograd.proofread import Claim, Verdict, between, limit, proofread, proofread_value, together, vector
from nn import MLP, SGD, Dataset, History, Linear, Minibatches, Sequential, fit, wave

# --- the training -----------------------------------------------------------------------------------------------------

SAMPLES, BATCH, RATE, EPOCHS = 512, 128, 0.1, 1000


def network(seed: int = 0, width: int = 64) -> MLP:
    """The document's MLP.

    >>> network().summary().parameters
    4353
    """
    return MLP(1, [width, width, 1], hidden="sigmoid", weights="normal", biases=0.03, seed=seed)


@dataclass(frozen=True)
class Training:
    """A trained network, with its data and its history."""

    model: MLP
    data: Dataset
    validation: Dataset
    history: History


def train(
    epochs: int = EPOCHS,
    *,
    noise: float = 0.0,
    seed: int = 0,
    width: int = 64,
    n: int = SAMPLES,
    batch: int = BATCH,
    progress: bool | None = None,
) -> Training:
    """Train the document's network. ``noise`` is the standard deviation of the noise in the training targets.

    There are N/5 validation samples, without noise. Without compilation an epoch takes seconds: use fewer epochs or a
    smaller ``width`` for a first trial.

    >>> result = train(2, width=4, n=16, batch=8)
    >>> len(result.history.validation_loss), len(result.validation)
    (2, 3)
    """
    data, validation = wave(n, seed=seed, noise=noise), wave(n // 5, seed=seed + 1)
    model = network(seed, width)
    history = fit(
        model,
        "mse",
        Minibatches(data, batch, seed=seed),
        SGD(model.parameters(), lr=RATE),
        epochs,
        validation=validation,
        progress=progress,
    )
    return Training(model, data, validation, history)


# --- dead units -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """The parameters (a_j, b_j) of hidden unit j of f(x) = uᵀ·activation(a·x + b), before and after a training."""

    before: tuple[float, float]
    after: tuple[float, float]

    @property
    def moved(self) -> bool:
        """Whether a_j or b_j changed at all."""
        return self.before != self.after


def dead_unit(activation: str = "relu", steps: int = 1000, *, lr: float = 0.01, seed: int = 0) -> Unit:
    """Train f(x) = uᵀ·ReLU(a·x + b) by SGD, one sample at a time, where a_1·X_i + b_1 < 0 for every sample.

    >>> dead_unit("relu", steps=50).moved
    False
    >>> dead_unit("leaky_relu", steps=50).moved
    True
    """
    data = wave(16, seed=seed)
    lowest = float(min(data.inputs[:, 0]))
    hidden = Linear(1, 4, activation, weights="normal", biases=0.5, seed=seed)
    model = Sequential(hidden, Linear(4, 1, weights="normal", biases=0.0, seed=seed + 1))
    a, b = hidden.w[0][0], hidden.b[0]
    a.data, b.data = -1.0, lowest - 1.0  # −x + b₁ < 0 for all samples
    before = a.data, b.data
    one_by_one = Minibatches(data, 1, seed=seed)
    epochs = -(-steps // len(one_by_one))
    fit(model, "mse", one_by_one, SGD(model.parameters(), lr=lr), epochs, progress=False)
    return Unit(before, (a.data, b.data))


# --- a sigmoid network as a tanh network ------------------------------------------------------------------------------


def sigmoid_to_tanh(model: Sequential) -> Sequential:
    """The tanh network that computes the same function as a sigmoid network: D3.7, from σ(z) = (1 + tanh(z/2))/2.

    >>> model = network(width=3)
    >>> twin = sigmoid_to_tanh(model)
    >>> abs(model(0.7).data - twin(0.7).data) < 1e-12
    True
    """
    linear = [layer for layer in model.layers if isinstance(layer, Linear)]
    if len(linear) < len(model.layers) or [str(layer.activation) for layer in linear] != [
        "Sigmoid()" if layer is not linear[-1] else "Identity()" for layer in linear
    ]:
        raise ValueError(f"sigmoid_to_tanh needs sigmoid layers followed by a linear one, and the model is {model!r}")
    converted = []
    for number, layer in enumerate(linear):
        weights = [[w.data for w in row] for row in layer.w]
        a, d = convert(weights, [b.data for b in layer.b], number == 0, number == len(linear) - 1)
        converted.append(
            Linear(layer.inputs, layer.outputs, "tanh" if layer is not linear[-1] else "identity", weights=a, biases=d)
        )
    return Sequential(*converted)


def convert(a: Any, b: Any, first: bool, last: bool) -> tuple[Any, Any]:
    """C and d for one layer: C₁ = A₁/2, d₁ = b₁/2; C = A/4, d = b/2 + A·1/4; C_L = A_L/2, d_L = b_L + A_L·1/2.

    >>> convert([[4.0, 8.0]], [2.0], first=False, last=False)
    ([[1.0, 2.0]], [4.0])
    """
    if first and last:
        return a, b
    scale = 2 if first or last else 4
    sums = [sum(row) for row in a]
    c = [[w / scale for w in row] for row in a]
    if first:
        return c, [bias / 2 for bias in b]
    if last:
        return c, [bias + total / 2 for bias, total in zip(b, sums, strict=True)]
    return c, [bias / 2 + total / 4 for bias, total in zip(b, sums, strict=True)]


def three_layers(activation: Callable[[Any], Any]) -> Callable[..., Any]:
    """A network 1-2-2-1 as a function of its weights A_l, its biases b_l and its input."""

    def y(A1: Any, b1: Any, A2: Any, b2: Any, A3: Any, b3: Any, x: Any) -> Any:
        one = [activation(dot(row, [x]) + b) for row, b in zip(A1, b1, strict=True)]
        two = [activation(dot(row, one) + b) for row, b in zip(A2, b2, strict=True)]
        return dot(A3[0], two) + b3[0]

    return y


def converted_layers(A1: Any, b1: Any, A2: Any, b2: Any, A3: Any, b3: Any, x: float) -> Any:
    """D3.7: the same network with tanh and the converted weights."""
    C1, d1 = convert(A1, b1, first=True, last=False)
    C2, d2 = convert(A2, b2, first=False, last=False)
    C3, d3 = convert(A3, b3, first=False, last=True)
    return three_layers(tanh)(C1, d1, C2, d2, C3, d3, x)


THREE_LAYERS = {
    "A1": vector(2, vector(1)),
    "b1": vector(2),
    "A2": vector(2, vector(2)),
    "b2": vector(2),
    "A3": vector(1, vector(2)),
    "b3": vector(1),
}


# --- the claims -------------------------------------------------------------------------------------------------------


def parameter_count() -> Verdict:
    """D3.1: the model has as many parameters as the document says, and more than N."""
    parameters = network().summary().parameters
    return together(
        proofread_value(lambda: parameters, lambda: 64 * 1 + 64 * 64 + 64 * 1 + 64 + 64 + 1, subject="parameters"),
        proofread_value(lambda: float(parameters > SAMPLES), lambda: 1.0, subject="whether p > N"),
    )


def cross_entropy(f: Any) -> Any:
    """ℓ(f, y), for the class y = 0."""
    return softmax_cross_entropy(f, 0)


def cross_entropy_is_positive() -> Verdict:
    """D3.2: the formula is the engine's, and its value is positive and finite."""

    def formula(f: Sequence[float]) -> float:
        return -math.log(math.exp(f[0]) / sum(map(math.exp, f)))

    def positive(f: Sequence[float]) -> float:
        loss = cross_entropy(f)
        return abs(loss) if 0 < loss < math.inf else math.nan

    logits = {"f": vector(4)}
    return together(
        proofread_value(cross_entropy, formula, inputs=logits, subject="ℓ(f, y)"),
        proofread_value(cross_entropy, positive, inputs=logits, subject="0 < ℓ(f, y) < ∞"),
    )


def cross_entropy_of_a_sure_class() -> Verdict:
    """D3.3: the formula for k = 4 classes, and its limit."""
    k = 4

    def sure(lam: Any) -> Any:
        return softmax_cross_entropy([lam] + [0.0] * (k - 1), 0)

    return together(
        proofread_value(sure, lambda lam: math.log(1 + (k - 1) * math.exp(-lam)), subject="ℓ(λ·e_y, y)"),
        proofread_value(lambda: limit(sure, to=math.inf), lambda: 0.0, subject="lim ℓ(λ·e_y, y)"),
    )


BRANCHES: tuple[Callable[[Any], Any], ...] = (
    lambda x: x * x,
    lambda x: 1.0 - x,
    lambda x: 0.5 * x + 0.8,
)


def largest(x: Any) -> Any:
    """f(x) = max(f_1(x), …, f_k(x))."""
    value = BRANCHES[0](x)
    for branch in BRANCHES[1:]:
        value = autograd.maximum(value, branch(x))
    return value


def slope_of_largest(x: float) -> float:
    """D3.4: f_I′(x), where I is the single arg max; where two are equal, the claim does not apply."""
    values = [branch(x) for branch in BRANCHES]
    if values.count(max(values)) > 1:
        raise ValueError("two branches have the largest value")
    return float(grad(BRANCHES[values.index(max(values))])(x))


def softplus_is_smoother() -> Verdict:
    """D3.6: the derivative of softplus has the Lipschitz constant 1/4; that of ReLU jumps by 1 at 0."""

    def change(z: Any) -> Any:
        return grad(grad(softplus))(z)

    def jump() -> float:
        return limit(lambda h: grad(relu)(h) - grad(relu)(-h))

    return together(
        proofread_value(change, lambda z: min(change(z), 0.25), inputs={"z": between(-20, 20)}, subject="|f″| ≤ 1/4"),
        proofread_value(jump, lambda: 1.0, subject="the jump of ReLU′ at 0"),
    )


def hidden_layer(activation: Callable[[Any], Any]) -> Callable[..., Any]:
    """ℓ = (f(x) − y)² of f(x) = uᵀ·activation(a·x + b), with three hidden units."""

    def l(a: Any, b: Any, u: Any, x: Any, y: Any) -> Any:  # noqa: E743  # its name in the notes
        f = dot(u, [activation(aj * x + bj) for aj, bj in zip(a, b, strict=True)])
        return (f - y) ** 2

    return l


def hidden_slopes(activation: Callable[[Any], Any], below: float, by: str) -> Callable[..., list[float]]:
    """(∂ℓ/∂f)·u_j·x (or without x, for b) where a_j·x + b_j > 0, and ``below`` times that elsewhere."""

    def claim(a: list[float], b: list[float], u: list[float], x: float, y: float) -> list[float]:
        f = dot(u, [activation(aj * x + bj) for aj, bj in zip(a, b, strict=True)])
        slope = 2 * (f - y)
        last = x if by == "a" else 1.0
        return [slope * uj * last * (1.0 if aj * x + bj > 0 else below) for aj, bj, uj in zip(a, b, u, strict=True)]

    return claim


UNITS = {"a": vector(3), "b": vector(3), "u": vector(3)}
ALPHA = 0.01


def leaky(z: Any) -> Any:
    """Leaky ReLU with the slope α."""
    return leaky_relu(z, ALPHA)


def dead_stays_dead() -> Verdict:
    """D3.9: the distance that a_j and b_j have moved after 1000 steps of SGD."""
    unit = dead_unit("relu", steps=1000)
    distance = math.dist(unit.before, unit.after)
    return proofread_value(lambda: distance, lambda: 0.0, subject="the distance of a dead unit")


CLAIMS = [
    Claim("D3.1", "the MLP has 64·1 + 64·64 + 64·1 weights and 64 + 64 + 1 biases: 4353 > N", parameter_count),
    Claim("D3.2", "ℓ(f, y) = −log(exp f_y / Σ_j exp f_j) is positive and finite", cross_entropy_is_positive),
    Claim("D3.3", "ℓ(λ·e_y, y) = log(1 + (k − 1)·e^−λ), which goes to 0", cross_entropy_of_a_sure_class),
    Claim(
        "D3.4",
        "f = max(f_1, …, f_k) has f′(x) = f_I′(x), where I is the single arg max",
        lambda: proofread(largest, "x", slope_of_largest, subject="f′(x)"),
        expected="kink",
    ),
    Claim(
        "D3.5",
        "ReLU is idempotent: σ(σ(z)) = σ(z)",
        lambda: proofread_value(lambda z: relu(relu(z)), lambda z: relu(z), subject="ReLU(ReLU(z))"),
    ),
    Claim("D3.6", "softplus has a Lipschitz-continuous derivative, ReLU's is not continuous", softplus_is_smoother),
    Claim(
        "D3.7",
        "a sigmoid MLP is a tanh MLP: C₁ = A₁/2, d₁ = b₁/2; C_l = A_l/4, d_l = b_l/2 + A_l·1/4; C_L = A_L/2, "
        "d_L = b_L + A_L·1/2",
        lambda: proofread_value(three_layers(sigmoid), converted_layers, inputs=THREE_LAYERS, subject="the network"),
    ),
    Claim(
        "D3.8",
        "∂ℓ/∂a_j = (∂ℓ/∂f)·u_j·x and ∂ℓ/∂b_j = (∂ℓ/∂f)·u_j where a_j·x + b_j > 0, else 0",
        lambda: together(
            proofread(hidden_layer(relu), "a", hidden_slopes(relu, 0.0, "a"), inputs=UNITS),
            proofread(hidden_layer(relu), "b", hidden_slopes(relu, 0.0, "b"), inputs=UNITS),
        ),
    ),
    Claim("D3.9", "a dead ReLU unit never changes through all of SGD", dead_stays_dead),
    Claim(
        "D3.10",
        "with leaky ReLU: ∂ℓ/∂a_j = (∂ℓ/∂f)·u_j·α·x where a_j·x + b_j < 0",
        lambda: proofread(hidden_layer(leaky), "a", hidden_slopes(leaky, ALPHA, "a"), inputs=UNITS),
    ),
]
