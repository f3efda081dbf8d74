"""CasADi: the simulation on its scalar symbols (SX), its own reverse mode, and its virtual machine to run it."""

from __future__ import annotations

from collections.abc import Callable

import casadi
import numpy as np

from .problems import STEPS, lotka_volterra


def lotka_volterra_program(steps: int = STEPS) -> Callable[..., tuple[float, list[float]]]:
    rates = casadi.SX.sym("rates", 4)
    loss = lotka_volterra(*casadi.vertsplit(rates), steps=steps)
    both = casadi.Function("both", [rates], [loss, casadi.gradient(loss, rates)])

    def gradient(*numbers: float) -> tuple[float, list[float]]:
        value, slopes = both(np.array(numbers))
        return float(value), slopes.full().ravel().tolist()

    return gradient
