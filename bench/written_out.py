"""micrograd's demonstration, two moons: the code for micrograd, batch written out sample by sample, is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import by_hand, packages, with_autograd
from .agreement import agree
from .engines import load
from .figures import Measurement, Target
from .moons import Training
from .problems import two_moons
from .suite import Options, Suite
from .timing import on_a_large_stack, passes_within, side_by_side

SAMPLES = 100
COMPARED, WITHIN = 3, 1e-9  # steps
AT_ONCE = 50  # steps in a pass, as in a training: JAX need not wait for the end of each

PROGRAM, EAGER, NUMPY, IN_PLACE = "autograd, compiled", "autograd, eager", "NumPy by hand", "NumPy by hand, out="
TORCH, JAX, MICROGRAD = "PyTorch", "JAX, jit of a step", "micrograd"


def run(options: Options) -> Iterator[Measurement]:
    samples = SAMPLES // 5 if options.quick else SAMPLES
    yield on_a_large_stack(lambda: _steps(samples, options))


def trainings(samples: int) -> dict[str, tuple[Callable[[int], Any], Callable[[], list[float]]]]:
    """For each who is there: what takes so many steps, and the losses so far."""
    moons = two_moons(samples)
    field: dict[str, Any] = {
        PROGRAM: with_autograd.Separate(samples),
        NUMPY: by_hand.Separate(moons),
        IN_PLACE: by_hand.SeparateInPlace(moons),
    }
    if packages.installed("torch"):
        from . import with_torch

        field[TORCH] = with_torch.Separate(moons)
    if packages.installed("jax"):
        from . import with_jax

        field[JAX] = with_jax.Separate(moons)
    found = {name: (each.steps, _losses_of(each)) for name, each in field.items()}
    for name, engine in (EAGER, load("autograd")), (MICROGRAD, load("micrograd")):
        if engine:
            found[name] = _scalar_training(Training(engine.make, samples=samples))
    return found


def _losses_of(trainer: Any) -> Callable[[], list[float]]:
    return lambda: trainer.losses


def _scalar_training(training: Training) -> tuple[Callable[[int], Any], Callable[[], list[float]]]:
    losses: list[float] = []

    def steps(n: int) -> None:
        losses.extend(training.step() for _ in range(n))

    return steps, lambda: losses


def _steps(samples: int, options: Options) -> Measurement:
    field = trainings(samples)
    for steps, _ in field.values():
        steps(COMPARED)
    agree({name: losses()[:COMPARED] for name, (_, losses) in field.items()}, WITHIN)
    at_once = {name: 1 if name in (EAGER, MICROGRAD) else AT_ONCE for name in field}
    runs: dict[str, Callable[[], Any]] = {name: _run(steps, at_once[name]) for name, (steps, _) in field.items()}
    seconds = side_by_side(runs, options.repeats, passes_within(runs, 0.02 if options.quick else 0.2))
    return Measurement(
        f"Two moons as in micrograd's demonstration, 2-16-16-1, a step on {samples} samples, compiled as written",
        "ms per step",
        {name: [1e3 * s / at_once[name] for s in xs] for name, xs in seconds.items()},
        [
            Target(PROGRAM, NUMPY, at_most=2.0),
            Target(PROGRAM, IN_PLACE),
            Target(PROGRAM, MICROGRAD, at_least=5000.0),
            Target(PROGRAM, TORCH, at_most=1.0),
            Target(PROGRAM, JAX),
            Target(PROGRAM, EAGER, at_least=1.0),
        ],
        [f"The losses of the first {COMPARED} steps agree to {WITHIN:.0e}."],
        key="moons",
    )


def _run(steps: Callable[[int], Any], n: int) -> Callable[[], None]:
    return lambda: steps(n)


SUITE = Suite("moons", "micrograd's demonstration compiled as it is written, beside its peers", run, threads=(1, 2))
