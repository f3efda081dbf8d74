"""The pictures in README and docs, drawn by the project itself: ``python -m docs.images``.

`make docs` does not write them: where a node stands is Graphviz's choice, and each version of it chooses anew.
"""

from __future__ import annotations

from pathlib import Path

from autograd import Value, sigmoid
from autograd.derive import name
from autograd.draw import draw

FOLDER = Path(__file__).parent / "images"


def main() -> None:
    """Write the pictures."""
    w1, b1 = Value(0.5, label="w1"), Value(0.1, label="b1")
    w2, b2 = Value(-0.7, label="w2"), Value(0.2, label="b2")
    x, y = Value(1.5, label="x"), Value(1.0, label="y")
    a1 = name(sigmoid(name(w1 * x + b1, "z1")), "a1")
    a2 = name(w2 * a1 + b2, "a2")
    loss = name((a2 - y) ** 2, "L")
    FOLDER.mkdir(exist_ok=True)
    draw(loss, highlight=w1, direction="LR").save(FOLDER / "two-neurons.svg")


if __name__ == "__main__":
    main()
