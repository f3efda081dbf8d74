"""How the cost of a compiled loss and gradient grows with width, depth and batch, beside the hand-written NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from . import by_hand, packages, with_autograd
from .agreement import agree
from .figures import Growth
from .problems import Job, one_batch
from .suite import Options, Suite
from .timing import passes_within, side_by_side

WITHIN = 1e-9

PROGRAM, NUMPY, TORCH = "autograd, compiled", "NumPy by hand", "PyTorch"

WIDTHS, DEPTHS, BATCHES = (8, 16, 32, 64, 128, 256), (1, 2, 4, 8, 16), (1, 8, 32, 128, 512, 2048)


def run(options: Options) -> Iterator[Growth]:
    quick = options.quick
    widths, depths, batches = ((4, 8), (1, 2), (1, 8)) if quick else (WIDTHS, DEPTHS, BATCHES)
    width, batch = (8, 16) if quick else (64, 128)
    what = "loss and gradient of a sigmoid network"
    yield _grow(
        f"Growth with width: {what}, 1-w-w-1, batch of {batch}",
        "width w",
        {w: one_batch((1, w, w, 1), batch) for w in widths},
        options,
        key="growth width",
    )
    yield _grow(
        f"Growth with depth: {what}, 1-{width}-…-{width}-1, batch of {batch}",
        "hidden layers",
        {d: one_batch((1, *[width] * d, 1), batch) for d in depths},
        options,
        key="growth depth",
    )
    yield _grow(
        f"Growth with the batch: {what}, 1-{width}-{width}-1",
        "batch",
        {b: one_batch((1, width, width, 1), b) for b in batches},
        options,
        key="growth batch",
    )


def gradients(job: Job) -> dict[str, Callable[[], tuple[float, Any]]]:
    """For each who is there: loss and gradient of the job's first batch, as one vector."""
    model = with_autograd.network(job)
    program = with_autograd.gradient_program(model)
    theta, layers, ((x, y), *_) = job.theta, job.layers(), job.batches()
    found: dict[str, Callable[[], tuple[float, Any]]] = {PROGRAM: lambda: program(theta, x, y)}
    if packages.installed("torch"):
        from . import with_torch

        found[TORCH] = with_torch.network_gradient(job)
    found[NUMPY] = lambda: by_hand.network_gradient(layers, x, y)
    return found


def flat(gradient: Any) -> list[float]:
    """A gradient, layer by layer or flat, as one list."""
    parts = [p for part in gradient for p in (part if isinstance(part, tuple) else (part,))]
    return np.concatenate([np.ravel(p) for p in parts]).tolist()


def _grow(title: str, what: str, jobs: dict[int, Job], options: Options, key: str) -> Growth:
    samples: dict[str, list[Sequence[float]]] = {}
    for job in jobs.values():
        field = gradients(job)
        found = {name: gradient() for name, gradient in field.items()}
        agree({name: [float(loss), *flat(slopes)] for name, (loss, slopes) in found.items()}, WITHIN)
        seconds = side_by_side(field, options.repeats, passes_within(field, 0.01 if options.quick else 0.1))
        for name, xs in seconds.items():
            samples.setdefault(name, []).append([1e3 * s for s in xs])
    return Growth(title, "ms", what, list(jobs), samples, key=key)


SUITE = Suite("growth", "how the cost grows with width, depth and batch", run, threads=(1, 2))
