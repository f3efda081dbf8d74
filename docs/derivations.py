"""The page derivations.md, with the derivation of every parameter of the documents' models.

``python -m docs.derivations`` prints it. Each model is run on about three samples with fixed numbers, and
differentiated with respect to each of its parameters in turn. The note's own formula is printed above the derivation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import autograd
from autograd import Value, dot, leaky_relu, relu, sigmoid, tanh
from autograd.derive import Derivation, derive, named
from nn.documents import TITLES, claims, house_prices, neuron, relu_neuron, two_neurons


@dataclass(frozen=True)
class Model:
    """A model as a function, numbers to run it on, its parameters, and the claims about them."""

    document: int
    title: str
    loss: Callable[..., Any]
    numbers: dict[str, Any]
    parameters: tuple[str, ...]
    notes: dict[str, str] = field(default_factory=dict)
    """The claim about each parameter."""

    def run(self) -> Value:
        """The loss, with the graph it was computed by."""
        result = named(self.loss, **self.numbers)
        assert isinstance(result, Value)
        return result

    def derivations(self) -> Iterator[tuple[str, Derivation]]:
        """Each parameter with its derivation."""
        loss = self.run()
        for parameter in self.parameters:
            yield parameter, derive(loss, parameter)


def one_neuron(w: Any, b: Any, i: Any, y: Any) -> Any:
    """Document 0's error, with its names for the intermediate results: p(i) and a(p)."""

    def residual(ir: Any, y: Any) -> Any:
        p = relu_neuron.p(w, b, ir)
        a = relu(p, at_zero=0.5)
        return a - y

    E = autograd.sum([residual(ir, yr) ** 2 for ir, yr in zip(i, y, strict=True)])
    return E


def tanh_net(W1: float, b1: float, W2: float, b2: float, x: float, y: float) -> Any:
    """Document 1's second net with its loss, for one sample: |y − LeakyReLU(Linear₂(tanh(Linear₁(x))), α)|."""
    m = W1 * x + b1
    l = tanh(m)  # noqa: E741  # its name in the notes
    k = W2 * l + b2
    M = leaky_relu(k, house_prices.ALPHA)
    a = y - M
    MAE = autograd.abs(a)
    return MAE


def deep(A1: Any, b1: Any, A2: Any, b2: Any, A3: Any, b3: Any, x: Any, y: Any) -> Any:
    """Document 3's network with its loss, in small: 1-3-3-1 in place of 1-64-64-1."""

    def residual(x: Any, y: Any) -> Any:
        z = [sigmoid(w * x + b) for w, b in zip(A1, b1, strict=True)]
        h = [sigmoid(dot(row, z) + b) for row, b in zip(A2, b2, strict=True)]
        f = dot(A3, h) + b3
        return f - y

    MSE = autograd.sum([residual(xj, yj) ** 2 for xj, yj in zip(x, y, strict=True)]) / len(x)
    return MSE


def units(activation: Callable[[Any], Any]) -> Callable[..., Any]:
    """Document 3's f(x) = uᵀ·activation(a·x + b), with the squared error as ℓ."""

    def l(a: Any, b: Any, u: Any, x: Any, y: Any) -> Any:  # noqa: E743  # its name in the notes
        h = [activation(aj * x + bj) for aj, bj in zip(a, b, strict=True)]
        f = dot(u, h)
        return (f - y) ** 2

    return l


X, Y = [0.5, -1.0, 2.0], [1.0, 0.0, -0.5]
NEURONS = {"w1": 0.5, "b1": 0.1, "w2": -0.7, "b2": 0.2}
NET = {"W1": 0.8, "b1": 0.1, "W2": -0.7, "b2": 0.2, "x": 1.5, "y": 1.0}
PAIRS = [[0.5, 1.0], [-1.0, 0.5], [2.0, -0.5]]
IN_A_ROW = {"w1[0]": "D2.6", "w1[1]": "D2.6", "b1": "D2.8", "w2": "D2.7", "b2": "D2.9"}
UNITS = {"a": [0.5, -0.4], "b": [0.1, 0.2], "u": [0.7, -0.3], "x": 1.5, "y": 1.0}
DEEP = {
    "A1": [0.5, -0.4, 0.3],
    "b1": [0.03, 0.03, 0.03],
    "A2": [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6], [-0.7, 0.8, 0.9]],
    "b2": [0.03, 0.03, 0.03],
    "A3": [0.6, -0.5, 0.4],
    "b3": 0.03,
    "x": X,
    "y": Y,
}

MODELS = [
    Model(
        0,
        "E = Σ (a − y)², a = ReLU(p), p = w·i + b, with ReLU′(0) = 1/2",
        one_neuron,
        {"w": [0.5, -0.4], "b": 0.1, "i": PAIRS, "y": Y},
        ("w[0]", "w[1]", "b"),
        {"w[0]": "D0.4", "w[1]": "D0.4", "b": "D0.5"},
    ),
    Model(
        1,
        "h = b + W·x, mean squared error",
        house_prices.MSE_of(house_prices.linear),
        {"W": 0.5, "b": 0.1, "x": X, "y": Y},
        ("W", "b"),
        {"W": "D1.5", "b": "D1.4"},
    ),
    Model(
        1,
        "h = σ(b + W·x), mean squared error",
        house_prices.MSE_of(house_prices.sigmoidal),
        {"W": 0.5, "b": 0.1, "x": X, "y": Y},
        ("W", "b"),
        {"W": "D1.7", "b": "D1.7"},
    ),
    Model(
        1,
        "h = b + W·x³, mean squared error",
        house_prices.MSE_of(house_prices.cubic),
        {"W": 0.5, "b": 0.1, "x": X, "y": Y},
        ("W", "b"),
        {"W": "D1.8", "b": "D1.8"},
    ),
    Model(
        1,
        "M = Linear₂(ReLU(Linear₁(x))), absolute error of one sample",
        house_prices.MAE,
        NET,
        ("W1", "b1", "W2", "b2"),
        {"W1": "D1.15", "b1": "D1.16", "W2": "D1.13", "b2": "D1.14"},
    ),
    Model(
        1,
        "M = LeakyReLU(Linear₂(tanh(Linear₁(x))), α), absolute error of one sample",
        tanh_net,
        NET,
        ("W1", "b1", "W2", "b2"),
        {"W1": "D1.21", "b1": "D1.23", "W2": "D1.19", "b2": "D1.20"},
    ),
    *[
        Model(
            2,
            f"one neuron, f = {name}",
            neuron.cost(activation),
            {"w": [0.5, -0.4], "b": 0.1, "x": PAIRS, "y": Y},
            ("w[0]", "w[1]", "b"),
            {"w[0]": "D2.1", "w[1]": "D2.1", "b": "D2.2"},
        )
        for name, activation in (("σ", neuron.SIGMOID), ("ReLU", neuron.RELU), ("the identity", neuron.IDENTITY))
    ],
    *[
        Model(
            2,
            f"two neurons in a row, {title}",
            neuron.cost_of_two(first, second),
            {"w1": [0.5, -0.4], "b1": 0.1, "w2": -0.7, "b2": 0.2, "x": PAIRS, "y": Y},
            ("w1[0]", "w1[1]", "b1", "w2", "b2"),
            IN_A_ROW,
        )
        for title, first, second in (
            ("f₁ = f₂ = σ", neuron.SIGMOID, neuron.SIGMOID),
            ("f₁ = ReLU, f₂ = σ", neuron.RELU, neuron.SIGMOID),
        )
    ],
    Model(
        3,
        "the MLP with two hidden layers of sigmoids, 1-3-3-1, mean squared error; one parameter of each kind",
        deep,
        DEEP,
        ("A1[0]", "b1[0]", "A2[0,1]", "b2[0]", "A3[0]", "b3"),
    ),
    Model(
        3,
        "f = uᵀ·ReLU(a·x + b)",
        units(relu),
        UNITS,
        ("a[0]", "a[1]", "b[0]", "b[1]", "u[0]", "u[1]"),
        {"a[0]": "D3.8", "a[1]": "D3.8", "b[0]": "D3.8", "b[1]": "D3.8"},
    ),
    Model(
        3,
        "f = uᵀ·LeakyReLU(a·x + b)",
        units(lambda z: leaky_relu(z, 0.01)),
        UNITS,
        ("a[0]", "a[1]"),
        {"a[0]": "D3.10", "a[1]": "D3.10"},
    ),
    Model(
        4,
        "regression: a₂ = z₂, mean squared error",
        two_neurons.MSE,
        {**NEURONS, "X": X, "y": Y},
        ("w1", "b1", "w2", "b2"),
        {"w1": "D4.4", "b1": "D4.5", "w2": "D4.1", "b2": "D4.2"},
    ),
    Model(
        4,
        "classification: a₂ = σ(z₂), log loss of one sample",
        two_neurons.L,
        {**NEURONS, "X": 1.5, "y": 1.0},
        ("w1", "b1", "w2", "b2"),
        {"w1": "D4.10", "b1": "D4.11", "w2": "D4.8", "b2": "D4.9"},
    ),
]


def page() -> str:
    """The page, as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# The derivations of the documents' models"
    yield ""
    yield "Generated by `make docs` from `docs/derivations.py`. A test generates the page again, and compares the last"
    yield "line of each derivation with the engine's gradient. Above each derivation is the formula that the note"
    yield "gives, even where it is wrong; `python -m nn.documents` prints the verdict on it."
    said = {claim.id: claim.says for claim in claims()}
    document = -1
    for model in MODELS:
        if model.document != document:
            document = model.document
            yield ""
            yield f"## Document {document}: {list(TITLES.values())[document]}"
        yield ""
        yield f"### {model.title}"
        for parameter, derivation in model.derivations():
            yield ""
            if parameter in model.notes:
                id_ = model.notes[parameter]
                yield f"The note ({id_}): {said[id_]}"
                yield ""
            yield "```text"
            yield derivation.text
            yield "```"


if __name__ == "__main__":
    print(page())
