"""How long it takes from a program as it is written to its first result: tracing, compiling, and the first call.

Each sample is taken in a fresh interpreter, after the imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import fresh, packages, with_autograd
from .figures import Measurement, Target
from .problems import PREDATION, document_3, two_moons
from .suite import Options, Suite

JOB, MOONS, IRREGULAR = "job", "moons", "irregular"
AUTOGRAD, JAX, CASADI = "autograd", "jax", "casadi"
SHOWN = {AUTOGRAD: "autograd", JAX: "JAX", CASADI: "CasADi"}


@dataclass(frozen=True, slots=True)
class Work:
    name: str
    title: str
    size: int
    engines: tuple[str, ...]
    at_most: float | None = None


WORKS = (
    *(
        Work(JOB, f"document 3's network, a step on a batch of {batch}", batch, (AUTOGRAD, JAX), at_most=0.3)
        for batch in (1, 128, 4096)
    ),
    Work(MOONS, "two moons, 100 samples written out as for micrograd", 100, (AUTOGRAD, JAX), at_most=1.0),
    Work(IRREGULAR, "Lotka–Volterra, 2000 Euler steps", 2000, (AUTOGRAD, CASADI, JAX)),
)
QUICK = (
    Work(JOB, "document 3's network, a step on a batch of 4", 4, (AUTOGRAD, JAX), at_most=0.3),
    Work(MOONS, "two moons, 4 samples written out as for micrograd", 4, (AUTOGRAD, JAX), at_most=1.0),
    Work(IRREGULAR, "Lotka–Volterra, 20 Euler steps", 20, (AUTOGRAD, CASADI, JAX)),
)


def run(options: Options) -> Iterator[Measurement]:
    for work in QUICK if options.quick else WORKS:
        engines = [name for name in work.engines if name == AUTOGRAD or packages.installed(name)]
        samples: dict[str, list[float]] = {SHOWN[name]: [] for name in engines}
        for _ in range(min(options.repeats, 5)):
            for name in engines:
                found = fresh.sample("first", work.name, name, str(work.size), threads=1)
                samples[SHOWN[name]].append(found["seconds"])
        targets = [Target("autograd", at_most=work.at_most)] if work.at_most else []
        yield Measurement(
            f"From the code to the first result: {work.title}",
            "s",
            samples,
            [*targets, *(Target("autograd", SHOWN[name]) for name in work.engines[1:])],
            key=f"tracing {work.name} {work.size}",
        )


def first_call(work: str, engine: str, size: int) -> Callable[[], Any]:
    """What makes the program and calls it once; whatever is there before the program is written is there now."""
    if engine == JAX:
        from . import with_jax

        with_jax.warm_up()
        return _first_of_jax(work, size)
    if engine == CASADI:
        from . import with_casadi

        return lambda: with_casadi.lotka_volterra_program(size)(*PREDATION)
    if work == JOB:
        job = document_3(samples=size, batch=size)
        model, (batch,) = with_autograd.network(job), job.batches()
        return lambda: with_autograd.gradient_program(model)(job.theta, *batch)
    if work == MOONS:
        return lambda: with_autograd.Separate(size).steps(1)
    return lambda: with_autograd.lotka_volterra_program(size)(*PREDATION)


def _first_of_jax(work: str, size: int) -> Callable[[], Any]:
    from . import with_jax

    if work == JOB:
        job = document_3(samples=size, batch=size)
        return lambda: with_jax.Fit(job).epochs(1)
    if work == MOONS:
        moons = two_moons(size)
        return lambda: with_jax.Separate(moons).steps(1)
    return lambda: with_jax.lotka_volterra_program(size)(*PREDATION)


SUITE = Suite("tracing", "how long it takes to trace and to compile", run)
