"""micrograd's demonstration: two half moons of points, told apart by a 2-16-16-1 network.

The network and the step are written as they are for micrograd: numbers one by one, the sum of a neuron by ``+`` and
``*``, the largest-margin loss of a support vector machine plus L2, the whole batch at each step. Given a ``dot``, a
neuron takes its sum with that instead; nothing else changes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

Make = Callable[[float], Any]
Dot = Callable[[Any, Any], Any]

PENALTY = 1e-4  # the weight of L2


def rate_of_step(k: int) -> float:
    """The learning rate; the demonstration ends after 100 steps, and what is timed goes on at the last rate."""
    return max(0.1, 1.0 - 0.9 * k / 100)


def moons(samples: int, seed: int = 0, noise: float = 0.1) -> tuple[list[list[float]], list[float]]:
    """Points on two interleaved half circles, and 1 or −1 for the half circle that each belongs to."""
    rng = random.Random(seed)
    points, sides = [], []
    for i in range(samples):
        angle = math.pi * (i // 2) / max(1, (samples - 1) // 2)
        side = 1.0 if i % 2 else -1.0
        x, y = (1.0 - math.cos(angle), 0.5 - math.sin(angle)) if i % 2 else (math.cos(angle), math.sin(angle))
        points.append([x + rng.gauss(0.0, noise), y + rng.gauss(0.0, noise)])
        sides.append(side)
    return points, sides


class Neuron:
    def __init__(self, make: Make, dot: Dot | None, rng: random.Random, inputs: int, nonlinear: bool) -> None:
        self.w = [make(rng.uniform(-1.0, 1.0)) for _ in range(inputs)]
        self.b = make(0.0)
        self.dot = dot
        self.nonlinear = nonlinear

    def __call__(self, x: Sequence[Any]) -> Any:
        if self.dot:
            total = self.dot(self.w, x) + self.b
        else:
            total = sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
        return total.relu() if self.nonlinear else total

    def parameters(self) -> list[Any]:
        return [*self.w, self.b]


class MLP:
    def __init__(self, make: Make, dot: Dot | None, rng: random.Random, widths: Sequence[int]) -> None:
        last = len(widths) - 2
        self.layers = [
            [Neuron(make, dot, rng, widths[i], nonlinear=i < last) for _ in range(widths[i + 1])]
            for i in range(last + 1)
        ]

    def __call__(self, x: Sequence[Any]) -> Any:
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0]

    def parameters(self) -> list[Any]:
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]

    def zero_grad(self) -> None:
        for p in self.parameters():
            p.grad = 0.0


class Training:
    """A network on its way: `step` is what is timed."""

    def __init__(
        self,
        make: Make,
        dot: Dot | None = None,
        samples: int = 100,
        widths: Sequence[int] = (2, 16, 16, 1),
        seed: int = 1,
    ) -> None:
        self.make = make
        self.points, self.sides = moons(samples)
        self.model = MLP(make, dot, random.Random(seed), widths)
        self.steps = 0

    def loss(self) -> Any:
        """Forward, on the whole batch."""
        inputs = [list(map(self.make, point)) for point in self.points]
        scores = list(map(self.model, inputs))
        losses = [(1 + -side * score).relu() for side, score in zip(self.sides, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        penalty = PENALTY * sum(p * p for p in self.model.parameters())
        return data_loss + penalty

    def step(self) -> float:
        """Forward, backward and update; returns the loss."""
        loss = self.loss()
        self.model.zero_grad()
        loss.backward()
        rate = rate_of_step(self.steps)
        for p in self.model.parameters():
            p.data -= rate * p.grad
        self.steps += 1
        return float(loss.data)

    def weights(self) -> list[float]:
        return [p.data for p in self.model.parameters()]
