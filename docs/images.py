"""The pictures in README and docs, drawn by the project itself: ``python -m docs.images``.

`make docs` does not write them: where a node stands is Graphviz's choice, and each version of it chooses anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nn
from autograd import Value, compile, mean, sigmoid, value_and_grad, vmap
from autograd.derive import name
from autograd.draw import draw
from nn.pictures import decision_boundary

FOLDER = Path(__file__).parent / "images"


def two_neurons() -> None:
    """The README's network: its graph, with the way of w₁."""
    w1, b1 = Value(0.5, label="w1"), Value(0.1, label="b1")
    w2, b2 = Value(-0.7, label="w2"), Value(0.2, label="b2")
    x, y = Value(1.5, label="x"), Value(1.0, label="y")
    a1 = name(sigmoid(name(w1 * x + b1, "z1")), "a1")
    a2 = name(w2 * a1 + b2, "a2")
    loss = name((a2 - y) ** 2, "L")
    draw(loss, highlight=w1, direction="LR").save(FOLDER / "two-neurons.svg")


def two_moons() -> None:
    """The tutorial's network, trained: which class it gives to each point."""
    model = nn.MLP(2, [16, 1], hidden="tanh", seed=1)
    data = nn.two_moons(60, seed=2)
    nn.fit(model, "log_loss_from_logits", data, nn.Adam(model.parameters(), lr=0.05), epochs=100)
    figure = decision_boundary(model, data)
    figure.set_size_inches(5, 3.5)
    figure.savefig(FOLDER / "two-moons.png", dpi=120)


def compiled_loss() -> None:
    """What the compiler finds in the loss of a small network."""
    model = nn.MLP(2, [16, 16, 1], hidden="tanh", seed=0)
    data = nn.two_moons(100, seed=0)

    def loss(inputs: Any, targets: Any) -> Any:
        return mean(vmap(lambda x, t: (model(x) - t) ** 2)(inputs, targets))

    program = compile(value_and_grad(loss), parameters=model)
    program(program.theta(), data.inputs, data.targets)
    program.explain().svg(FOLDER / "compiled-loss.svg")


def main() -> None:
    """Write the pictures."""
    FOLDER.mkdir(exist_ok=True)
    two_neurons()
    two_moons()
    compiled_loss()


if __name__ == "__main__":
    main()
