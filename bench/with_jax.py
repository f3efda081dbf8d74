"""JAX, as its users write it: a loss, its gradient, and one jit around a step, or around a whole loop of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from .moons import PENALTY, rate_of_step
from .problems import LENGTH, STEPS, Job, Moons

# XLA takes its number of threads when it starts.
if os.environ.get("OMP_NUM_THREADS") == "1":
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

Parameters = list[tuple[jax.Array, jax.Array]]


def _network(parameters: Parameters, activation: Callable[[jax.Array], jax.Array], x: jax.Array) -> jax.Array:
    *hidden, (w, b) = parameters
    for v, c in hidden:
        x = activation(x @ v.T + c)
    return x @ w.T + b


def squared_error(parameters: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean((_network(parameters, jax.nn.sigmoid, x) - y) ** 2)


def _descended(parameters: Parameters, gradient: Parameters, rate: Any) -> Parameters:
    return jax.tree.map(lambda p, g: p - rate * g, parameters, gradient)


def warm_up() -> None:
    """Let JAX start whatever it starts at its first computation."""
    jax.block_until_ready(jax.jit(lambda x: x + 1.0)(jnp.ones(3)))


class Fit:
    """Document 3's job with one jit around a step."""

    def __init__(self, job: Job) -> None:
        self.parameters = [(jnp.array(w), jnp.array(b)) for w, b in job.layers()]
        self.batches = [(jnp.array(x), jnp.array(y)) for x, y in job.batches()]
        rate = job.rate
        self._losses: list[jax.Array] = []

        @partial(jax.jit, donate_argnums=0)
        def step(parameters: Parameters, x: jax.Array, y: jax.Array) -> tuple[Parameters, jax.Array]:
            loss, gradient = jax.value_and_grad(squared_error)(parameters, x, y)
            return _descended(parameters, gradient, rate), loss

        self.step = step

    def epochs(self, n: int) -> None:
        for _ in range(n):
            for x, y in self.batches:
                self.parameters, loss = self.step(self.parameters, x, y)
                self._losses.append(loss)
        jax.block_until_ready(self.parameters)

    @property
    def losses(self) -> list[float]:
        return [float(loss) for loss in self._losses]


class FitInOne:
    """Document 3's job with one jit around so many epochs: Python is left once for all of them."""

    def __init__(self, job: Job, epochs: int) -> None:
        self.parameters = [(jnp.array(w), jnp.array(b)) for w, b in job.layers()]
        batches = job.batches()
        x, y = jnp.stack([x for x, _ in batches]), jnp.stack([y for _, y in batches])
        rate = job.rate
        self.at_once = epochs
        self.losses: list[float] = []

        def step(parameters: Parameters, batch: tuple[jax.Array, jax.Array]) -> tuple[Parameters, jax.Array]:
            loss, gradient = jax.value_and_grad(squared_error)(parameters, *batch)
            return _descended(parameters, gradient, rate), loss

        @partial(jax.jit, donate_argnums=0)
        def run(parameters: Parameters) -> tuple[Parameters, jax.Array]:
            return jax.lax.scan(lambda p, _: jax.lax.scan(step, p, (x, y)), parameters, None, length=epochs)

        self.run = run

    def epochs(self, n: int) -> None:
        assert n == self.at_once
        self.parameters, losses = self.run(self.parameters)
        self.losses += np.ravel(losses).tolist()


class Separate:
    """Two moons with one jit around a step."""

    def __init__(self, moons: Moons) -> None:
        self.parameters = [(jnp.array(w), jnp.array(b)) for w, b in moons.layers]
        points, sides = jnp.array(moons.points), jnp.array(moons.sides)
        self._losses: list[jax.Array] = []

        def objective(parameters: Parameters) -> jax.Array:
            margins = jax.nn.relu(1.0 - sides * _network(parameters, jax.nn.relu, points))
            return jnp.mean(margins) + PENALTY * sum(jnp.sum(p * p) for p in jax.tree.leaves(parameters))

        @partial(jax.jit, donate_argnums=0)
        def step(parameters: Parameters, rate: float) -> tuple[Parameters, jax.Array]:
            loss, gradient = jax.value_and_grad(objective)(parameters)
            return _descended(parameters, gradient, rate), loss

        self.step = step

    def steps(self, n: int) -> None:
        for _ in range(n):
            self.parameters, loss = self.step(self.parameters, rate_of_step(len(self._losses)))
            self._losses.append(loss)
        jax.block_until_ready(self.parameters)

    @property
    def losses(self) -> list[float]:
        return [float(loss) for loss in self._losses]


def lotka_volterra_program(steps: int = STEPS) -> Callable[..., tuple[float, list[float]]]:
    """The simulation by ``lax.scan``: JAX cannot have the loop written out, since it would compile for minutes."""

    def loss(rates: jax.Array) -> jax.Array:
        alpha, beta, gamma, delta = rates

        def step(state: tuple[jax.Array, jax.Array], _: None) -> tuple[tuple[jax.Array, jax.Array], None]:
            x, y = state
            eaten = x * y
            return (x + LENGTH * (alpha * x - beta * eaten), y + LENGTH * (gamma * eaten - delta * y)), None

        (x, y), _ = jax.lax.scan(step, (jnp.array(10.0), jnp.array(5.0)), None, length=steps)
        return (x - 5.0) ** 2 + (y - 2.0) ** 2

    both = jax.jit(jax.value_and_grad(loss))

    def gradient(*rates: float) -> tuple[float, list[float]]:
        value, slopes = both(np.array(rates))
        return float(value), slopes.tolist()

    return gradient
