"""A simulation loop, in which there are no matrices to find: the gradient by four parameters of 2000 Euler steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from . import by_hand, packages, with_autograd
from .agreement import agree
from .engines import load
from .figures import Measurement, Target
from .problems import PREDATION, STEPS, lotka_volterra
from .suite import Options, Suite
from .timing import on_a_large_stack, passes_within, side_by_side

WITHIN = 1e-9

PROGRAM, EAGER, PYTHON = "autograd, compiled", "autograd, eager", "Python by hand"
CASADI, JAX, TORCH, MICROGRAD = "CasADi, SX function", "JAX, jit of scan", "PyTorch", "micrograd"

Gradient = Callable[..., tuple[float, Sequence[float]]]


def run(options: Options) -> Iterator[Measurement]:
    steps = STEPS // 20 if options.quick else STEPS
    yield on_a_large_stack(lambda: _gradients(steps, options))


def gradients(steps: int) -> dict[str, Gradient]:
    """For each who is there: loss and gradient of the simulation."""
    found: dict[str, Gradient] = {
        PROGRAM: with_autograd.lotka_volterra_program(steps),
        EAGER: lambda *rates: with_autograd.lotka_volterra_eagerly(*rates, steps=steps),
        PYTHON: lambda *rates: by_hand.lotka_volterra_gradient(*rates, steps=steps),
    }
    if packages.installed("casadi"):
        from . import with_casadi

        found[CASADI] = with_casadi.lotka_volterra_program(steps)
    if packages.installed("jax"):
        from . import with_jax

        found[JAX] = with_jax.lotka_volterra_program(steps)
    if packages.installed("torch"):
        from . import with_torch

        found[TORCH] = lambda *rates: with_torch.lotka_volterra_gradient(*rates, steps=steps)
    micrograd = load("micrograd")
    if micrograd:
        found[MICROGRAD] = _by_engine(micrograd.make, steps)
    return found


def _by_engine(make: Callable[[float], object], steps: int) -> Gradient:
    def gradient(*rates: float) -> tuple[float, Sequence[float]]:
        leaves = [make(rate) for rate in rates]
        loss = lotka_volterra(*leaves, steps=steps)
        loss.backward()
        return loss.data, [x.grad for x in leaves]

    return gradient


def _gradients(steps: int, options: Options) -> Measurement:
    field = gradients(steps)
    found = {name: gradient(*PREDATION) for name, gradient in field.items()}
    agree({name: [float(loss), *map(float, slopes)] for name, (loss, slopes) in found.items()}, WITHIN)
    once = {name: _at_once(gradient) for name, gradient in field.items()}
    seconds = side_by_side(once, options.repeats, passes_within(once, 0.02 if options.quick else 0.2))
    return Measurement(
        f"Lotka–Volterra, {steps:,} explicit Euler steps, loss and gradient in 4 parameters",
        "ms",
        {name: [1e3 * s for s in xs] for name, xs in seconds.items()},
        [
            Target(PROGRAM, EAGER, at_least=20.0),
            Target(PROGRAM, CASADI, at_most=4.0),
            Target(PROGRAM, PYTHON),
            Target(PROGRAM, JAX),
            Target(PROGRAM, TORCH, at_least=1.0),
            Target(PROGRAM, MICROGRAD, at_least=1.0),
        ],
        [f"The losses and gradients agree to {WITHIN:.0e}."],
        key="irregular",
    )


def _at_once(gradient: Gradient) -> Callable[[], object]:
    return lambda: gradient(*PREDATION)


SUITE = Suite("irregular", "a simulation loop without matrices, beside CasADi and others", run, threads=(1,))
