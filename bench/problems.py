"""What is to be computed: the numbers that every peer starts from, and nothing of how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn import MLP, wave
from nn.documents.deep_networks import BATCH, RATE, SAMPLES, network

from .moons import Training

Array = NDArray[Any]
Layer = tuple[Array, Array]  # weights, a row for each neuron, and biases


@dataclass(frozen=True)
class Job:
    """A sigmoid network, the data that it shall fit by least squares, the size of a batch, and the rate of descent.

    The parameters are one vector, layer by layer, the weights row by row and then the biases. The batches come in one
    fixed order, so that all who train take the same steps.
    """

    widths: Sequence[int]
    theta: Array
    inputs: Array
    targets: Array
    batch: int
    rate: float

    def batches(self) -> list[tuple[Array, Array]]:
        """Inputs and targets, each with a row for each sample."""
        starts = range(0, len(self.inputs), self.batch)
        return [(self.inputs[i : i + self.batch], self.targets[i : i + self.batch]) for i in starts]

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.inputs) // self.batch)

    def layers(self, theta: Array | None = None) -> list[Layer]:
        """The weights and biases as arrays that are views of a vector of parameters."""
        return list(_layers(self.theta if theta is None else theta, self.widths))

    def in_float32(self) -> Job:
        theta, inputs, targets = (x.astype(np.float32) for x in (self.theta, self.inputs, self.targets))
        return replace(self, theta=theta, inputs=inputs, targets=targets)


def document_3(samples: int = SAMPLES, width: int = 64, batch: int = BATCH) -> Job:
    """The job of document 3, as nn.documents.deep_networks has it."""
    data = wave(samples, seed=0)
    theta = np.array([p.data for p in network(0, width).parameters()])
    return Job((1, width, width, 1), theta, data.inputs, data.targets[:, np.newaxis], batch, RATE)


def one_batch(widths: Sequence[int], batch: int) -> Job:
    """One batch for a network of any width and depth, with a rate at which nothing diverges."""
    model = MLP(widths[0], list(widths[1:]), hidden="sigmoid", seed=0)
    rng = np.random.default_rng(1)
    inputs, targets = rng.standard_normal((batch, widths[0])), rng.standard_normal((batch, widths[-1]))
    return Job(widths, np.array([p.data for p in model.parameters()]), inputs, targets, batch, 1e-3)


def _layers(theta: Array, widths: Sequence[int]) -> Iterator[Layer]:
    k = 0
    for inputs, outputs in pairwise(widths):
        weights = theta[k : k + inputs * outputs].reshape(outputs, inputs)
        k += inputs * outputs
        yield weights, theta[k : k + outputs]
        k += outputs


@dataclass(frozen=True)
class Moons:
    """micrograd's demonstration (moons.py) in arrays: its network, its points, and 1 or −1 for each."""

    layers: list[Layer]
    points: Array
    sides: Array


def two_moons(samples: int = 100) -> Moons:
    training = Training(float, samples=samples)
    layers = [(np.array([n.w for n in layer]), np.array([n.b for n in layer])) for layer in training.model.layers]
    return Moons(layers, np.array(training.points), np.array(training.sides)[:, np.newaxis])


STEPS, LENGTH = 2000, 0.005  # of the simulation
PREDATION = (1.1, 0.4, 0.1, 0.4)  # α, β, γ, δ


def lotka_volterra(alpha: Any, beta: Any, gamma: Any, delta: Any, steps: int = STEPS) -> Any:
    """How far hunters and hunted are, after so many explicit Euler steps, from where they should be."""
    x, y = 10.0, 5.0
    for _ in range(steps):
        eaten = x * y
        x, y = x + LENGTH * (alpha * x - beta * eaten), y + LENGTH * (gamma * eaten - delta * y)
    return (x - 5.0) * (x - 5.0) + (y - 2.0) * (y - 2.0)
