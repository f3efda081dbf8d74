"""What an expert writes in NumPy, with the derivatives worked out on paper.

Each job stands here twice: plainly, with an array for each quantity, and with ``out=``, where nothing is allocated and
all parameters are one vector. The sigmoid is the naive one, 1/(1 + e^−z), whose overflow at large −z is harmless.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .moons import PENALTY, rate_of_step
from .problems import LENGTH, STEPS, Array, Job, Layer, Moons


def sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))


class Fit:
    """Document 3's job, plainly: three layers, the first of which has one input and the last one output."""

    def __init__(self, job: Job) -> None:
        self.layers = [(w.copy(), b.copy()) for w, b in job.layers()]
        self.batches = job.batches()
        self.rate = job.rate
        self.losses: list[float] = []

    def gradient(self, x: Array, y: Array) -> tuple[float, list[Layer]]:
        (w1, b1), (w2, b2), (w3, b3) = self.layers
        a1 = sigmoid(x * w1.T + b1)
        a2 = sigmoid(a1 @ w2.T + b2)
        r = a2 @ w3.T + b3 - y
        d3 = r * (2.0 / len(x))
        d2 = d3 * w3 * a2 * (1.0 - a2)
        d1 = d2 @ w2 * a1 * (1.0 - a1)
        gradient = [(d1.T @ x, d1.sum(0)), (d2.T @ a1, d2.sum(0)), (d3.T @ a2, d3.sum(0))]
        return float(np.mean(r * r)), gradient

    def step(self, x: Array, y: Array) -> None:
        loss, gradient = self.gradient(x, y)
        for (w, b), (dw, db) in zip(self.layers, gradient, strict=True):
            w -= self.rate * dw
            b -= self.rate * db
        self.losses.append(loss)

    @np.errstate(over="ignore")
    def epochs(self, n: int) -> None:
        for _ in range(n):
            for x, y in self.batches:
                self.step(x, y)


class FitInPlace:
    """Document 3's job with ``out=``."""

    def __init__(self, job: Job) -> None:
        self.theta = job.theta.copy()
        self.slope = np.empty_like(self.theta)
        self.layers, self.slopes = job.layers(self.theta), job.layers(self.slope)
        self.batches = job.batches()
        self.rate = job.rate
        kind, width = self.theta.dtype, job.widths[1]
        self.a1, self.a2, self.d1, self.d2 = (np.empty((job.batch, width), kind) for _ in range(4))
        self.f = np.empty((job.batch, 1), kind)
        self.losses: list[float] = []

    def gradient(self, x: Array, y: Array) -> tuple[float, Array]:
        (w1, b1), (w2, b2), (w3, b3) = self.layers
        (dw1, db1), (dw2, db2), (dw3, db3) = self.slopes
        n = len(x)
        a1, a2, d1, d2, f = self.a1[:n], self.a2[:n], self.d1[:n], self.d2[:n], self.f[:n]
        np.multiply(x, w1.T, out=a1)
        _sigmoid_of_sum(a1, b1)
        np.matmul(a1, w2.T, out=a2)
        _sigmoid_of_sum(a2, b2)
        np.matmul(a2, w3.T, out=f)
        np.add(f, b3, out=f)
        np.subtract(f, y, out=f)
        loss = float(np.vdot(f, f)) / n
        np.multiply(f, 2.0 / n, out=f)
        np.matmul(f.T, a2, out=dw3)
        np.add.reduce(f, 0, out=db3)
        np.multiply(f, w3, out=d2)
        _times_slope_of_sigmoid(d2, a2)
        np.matmul(d2.T, a1, out=dw2)
        np.add.reduce(d2, 0, out=db2)
        np.matmul(d2, w2, out=d1)
        _times_slope_of_sigmoid(d1, a1)
        np.matmul(d1.T, x, out=dw1)
        np.add.reduce(d1, 0, out=db1)
        return loss, self.slope

    def step(self, x: Array, y: Array) -> None:
        loss, slope = self.gradient(x, y)
        np.multiply(slope, self.rate, out=slope)
        np.subtract(self.theta, slope, out=self.theta)
        self.losses.append(loss)

    @np.errstate(over="ignore")
    def epochs(self, n: int) -> None:
        for _ in range(n):
            for x, y in self.batches:
                self.step(x, y)


def _sigmoid_of_sum(z: Array, b: Array) -> None:
    np.add(z, b, out=z)
    np.negative(z, out=z)
    np.exp(z, out=z)
    np.add(z, 1.0, out=z)
    np.divide(1.0, z, out=z)


def _times_slope_of_sigmoid(d: Array, a: Array) -> None:
    """d·a·(1 − a); a is not needed any more."""
    np.multiply(d, a, out=d)
    np.subtract(1.0, a, out=a)
    np.multiply(d, a, out=d)


def network_gradient(layers: Sequence[Layer], x: Array, y: Array) -> tuple[float, list[Layer]]:
    """The mean squared error of a sigmoid network of any depth, and its gradient, plainly."""
    *hidden, (w, b) = layers
    outputs = [x]
    for v, c in hidden:
        outputs.append(sigmoid(outputs[-1] @ v.T + c))
    r = outputs[-1] @ w.T + b - y
    d = r * (2.0 / len(x))
    gradient = [(d.T @ outputs[-1], d.sum(0))]
    for k in reversed(range(len(hidden))):
        a = outputs[k + 1]
        d = d @ layers[k + 1][0] * a * (1.0 - a)
        gradient.append((d.T @ outputs[k], d.sum(0)))
    return float(np.sum(r * r)) / len(x), gradient[::-1]


class Separate:
    """Two moons, plainly."""

    def __init__(self, moons: Moons) -> None:
        self.layers = [(w.copy(), b.copy()) for w, b in moons.layers]
        self.points, self.sides = moons.points, moons.sides
        self.losses: list[float] = []

    def gradient(self) -> tuple[float, list[Layer]]:
        (w1, b1), (w2, b2), (w3, b3) = self.layers
        x, y = self.points, self.sides
        a1 = np.maximum(x @ w1.T + b1, 0.0)
        a2 = np.maximum(a1 @ w2.T + b2, 0.0)
        margin = 1.0 - y * (a2 @ w3.T + b3)
        d3 = (margin > 0.0) * y * (-1.0 / len(x))
        d2 = d3 * w3 * (a2 > 0.0)
        d1 = d2 @ w2 * (a1 > 0.0)
        squares = sum([np.vdot(p, p) for layer in self.layers for p in layer])
        loss = float(np.mean(np.maximum(margin, 0.0)) + PENALTY * squares)
        slopes = [(d1.T @ x, d1.sum(0)), (d2.T @ a1, d2.sum(0)), (d3.T @ a2, d3.sum(0))]
        twice = 2.0 * PENALTY
        return loss, [(dw + twice * w, db + twice * b) for (w, b), (dw, db) in zip(self.layers, slopes, strict=True)]

    def steps(self, n: int) -> None:
        for _ in range(n):
            loss, gradient = self.gradient()
            rate = rate_of_step(len(self.losses))
            for (w, b), (dw, db) in zip(self.layers, gradient, strict=True):
                w -= rate * dw
                b -= rate * db
            self.losses.append(loss)


class SeparateInPlace:
    """Two moons with ``out=``."""

    def __init__(self, moons: Moons) -> None:
        self.theta = np.concatenate([p.ravel() for layer in moons.layers for p in layer])
        self.slope = np.empty_like(self.theta)
        job = Job(
            (2, *(len(b) for _, b in moons.layers)), self.theta, moons.points, moons.sides, len(moons.points), 1.0
        )
        self.layers, self.slopes = job.layers(self.theta), job.layers(self.slope)
        self.points, self.sides = moons.points, moons.sides
        n = len(self.points)
        self.a1, self.a2, self.d1, self.d2 = (np.empty((n, len(self.layers[0][1]))) for _ in range(4))
        self.on1, self.on2 = np.empty_like(self.a1, dtype=bool), np.empty_like(self.a2, dtype=bool)
        self.margin, self.d3, self.late = np.empty((n, 1)), np.empty((n, 1)), np.empty((n, 1), dtype=bool)
        self.pull = self.sides * (-1.0 / n)
        self.losses: list[float] = []

    def gradient(self) -> tuple[float, Array]:
        (w1, b1), (w2, b2), (w3, b3) = self.layers
        (dw1, db1), (dw2, db2), (dw3, db3) = self.slopes
        x, a1, a2, d1, d2, d3, margin = self.points, self.a1, self.a2, self.d1, self.d2, self.d3, self.margin
        np.matmul(x, w1.T, out=a1)
        np.add(a1, b1, out=a1)
        np.maximum(a1, 0.0, out=a1)
        np.matmul(a1, w2.T, out=a2)
        np.add(a2, b2, out=a2)
        np.maximum(a2, 0.0, out=a2)
        np.matmul(a2, w3.T, out=margin)
        np.add(margin, b3, out=margin)
        np.multiply(margin, self.sides, out=margin)
        np.subtract(1.0, margin, out=margin)
        np.maximum(margin, 0.0, out=margin)
        loss = float(np.add.reduce(margin, None)) / len(x) + PENALTY * float(np.vdot(self.theta, self.theta))
        np.greater(margin, 0.0, out=self.late)
        np.multiply(self.pull, self.late, out=d3)
        np.matmul(d3.T, a2, out=dw3)
        np.add.reduce(d3, 0, out=db3)
        np.multiply(d3, w3, out=d2)
        np.greater(a2, 0.0, out=self.on2)
        np.multiply(d2, self.on2, out=d2)
        np.matmul(d2.T, a1, out=dw2)
        np.add.reduce(d2, 0, out=db2)
        np.matmul(d2, w2, out=d1)
        np.greater(a1, 0.0, out=self.on1)
        np.multiply(d1, self.on1, out=d1)
        np.matmul(d1.T, x, out=dw1)
        np.add.reduce(d1, 0, out=db1)
        self.slope += 2.0 * PENALTY * self.theta
        return loss, self.slope

    def steps(self, n: int) -> None:
        for _ in range(n):
            loss, slope = self.gradient()
            slope *= rate_of_step(len(self.losses))
            self.theta -= slope
            self.losses.append(loss)


def lotka_volterra_gradient(
    alpha: float, beta: float, gamma: float, delta: float, steps: int = STEPS
) -> tuple[float, list[float]]:
    """The simulation in plain floats and its adjoint, which goes back over the states."""
    h = LENGTH
    x, y = 10.0, 5.0
    xs, ys = [x], [y]
    for _ in range(steps):
        eaten = x * y
        x, y = x + h * (alpha * x - beta * eaten), y + h * (gamma * eaten - delta * y)
        xs.append(x)
        ys.append(y)
    u, v = 2.0 * (x - 5.0), 2.0 * (y - 2.0)  # the derivatives by the state after a step
    da = db = dc = dd = 0.0
    for k in range(steps - 1, -1, -1):
        x, y = xs[k], ys[k]
        eaten = x * y
        da += u * x
        db -= u * eaten
        dc += v * eaten
        dd -= v * y
        meet = h * (gamma * v - beta * u)
        u, v = u + h * alpha * u + meet * y, v - h * delta * v + meet * x
    loss = (xs[-1] - 5.0) ** 2 + (ys[-1] - 2.0) ** 2
    return loss, [h * da, h * db, h * dc, h * dd]
