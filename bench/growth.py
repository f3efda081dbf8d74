"""How the cost of a compiled loss and gradient grows with width, depth and batch, beside the hand-written NumPy; and
how that of a derivative inside of a loop grows, when the loop is differentiated in its turn; and how the time to the
first result grows with the length of a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import accumulate
from typing import Any

import numpy as np

import autograd

from . import by_hand, packages, with_autograd
from .agreement import agree
from .figures import Growth
from .problems import Job, one_batch
from .suite import Options, Suite
from .timing import passes_within, side_by_side

WITHIN = 1e-9

PROGRAM, NUMPY, TORCH = "autograd, compiled", "NumPy by hand", "PyTorch"

INNER_GRAD, INNER_JVP, INNER_COMPILED = "grad inside", "jvp inside", "grad inside, compiled"
BY_HAND = "the inner derivative by hand"

STEPS, LENGTHS = (100, 400, 1600), (500, 1000, 2000)
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
    yield _nested((10, 20, 40) if quick else STEPS, options)
    yield _first((10, 20, 40) if quick else LENGTHS, options)


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


def swing(slope: Callable[[Callable[[Any], Any]], Callable[[Any], Any]], steps: int) -> Callable[[Any], Any]:
    """A weight on a spring, in so many steps, as a function of the stiffness; the force is the slope of the energy."""

    def end(stiffness: Any) -> Any:
        x, v = 1.0, 0.0
        for _ in range(steps):
            x, v = x + 0.01 * v, v - 0.01 * slope(lambda x: stiffness * x * x)(x)
        return x

    return end


def nested(steps: int) -> dict[str, Callable[[], Any]]:
    """The derivative of where the weight ends, by the stiffness, with the inner derivative taken in each way."""

    def jvp(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda x: autograd.jvp(f, (x,), (1.0,))[1]

    def by_hand(stiffness: Any) -> Any:
        x, v = 1.0, 0.0
        for _ in range(steps):
            x, v = x + 0.01 * v, v - 0.01 * (2.0 * stiffness * x)
        return x

    program = autograd.compile(autograd.grad(swing(autograd.grad, steps)))
    return {
        INNER_GRAD: lambda: autograd.grad(swing(autograd.grad, steps))(1.0),
        INNER_JVP: lambda: autograd.grad(swing(jvp, steps))(1.0),
        INNER_COMPILED: lambda: program(1.0),
        BY_HAND: lambda: autograd.grad(by_hand)(1.0),
    }


def _chain(xs: Any) -> Any:
    x = xs[0]
    for y in xs:
        x = autograd.where(x > y, 0.99 * x, x + y)
    return x


LONG: dict[str, Callable[[Any], Any]] = {
    "logsumexp": lambda xs: autograd.logsumexp(list(xs)),
    "sum of squares": lambda xs: sum(x * x for x in xs),
    "dots without a pattern": lambda xs: sum(
        autograd.dot(xs[i : i + 3], xs[-i - 3 : -i]) for i in range(1, len(xs) - 3)
    ),
    "Horner": lambda xs: reduce(lambda y, x: y * 0.5 + x, xs),
    "a chain of where": _chain,
}
"""Functions of n numbers, of which a program should take n times as long to be made as for one."""


RESULTS, STRUCTURES = "as many results", "as many structures of one program"


def first_calls(n: int) -> dict[str, Callable[[], Any]]:
    """From each of the functions to its value and gradient at n numbers, by a new program."""
    xs = np.linspace(-1.0, 1.0, n)

    def first(f: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: autograd.compile(autograd.value_and_grad(f))(xs)

    def structures() -> None:
        program = autograd.compile(lambda numbers: sum(numbers.values()))
        for i in range(n):
            program({f"x{i}": 1.0})

    return {
        **{name: first(f) for name, f in LONG.items()},
        RESULTS: lambda: autograd.compile(lambda xs: list(accumulate(xs, lambda y, x: y * 0.5 + x)))(xs),
        STRUCTURES: structures,
    }


def flat(gradient: Any) -> list[float]:
    """A gradient, layer by layer or flat, as one list."""
    parts = [p for part in gradient for p in (part if isinstance(part, tuple) else (part,))]
    return np.concatenate([np.ravel(p) for p in parts]).tolist()


def _grow(title: str, what: str, jobs: dict[int, Job], options: Options, key: str) -> Growth:
    def field(size: int) -> dict[str, Callable[[], Any]]:
        found = gradients(jobs[size])
        results = {name: gradient() for name, gradient in found.items()}
        agree({name: [float(loss), *flat(slopes)] for name, (loss, slopes) in results.items()}, WITHIN)
        return found

    return Growth(title, "ms", what, list(jobs), _timed(field, list(jobs), options), key=key)


def _nested(sizes: Sequence[int], options: Options) -> Growth:
    def field(steps: int) -> dict[str, Callable[[], Any]]:
        found = nested(steps)
        agree({name: [slope()] for name, slope in found.items()}, WITHIN)
        return found

    return Growth(
        "Growth with the steps of a simulation that takes a derivative at each, and is differentiated",
        "ms",
        "steps",
        sizes,
        _timed(field, sizes, options),
        key="growth nested",
    )


def _first(sizes: Sequence[int], options: Options) -> Growth:
    samples = _timed(first_calls, sizes, options)
    each = {name: [[1e3 * x / n for x in xs] for n, xs in zip(sizes, at, strict=True)] for name, at in samples.items()}
    title = "Growth of the time to the first result with the numbers that a function takes: constant is linear"
    return Growth(title, "µs a number", "numbers", sizes, each, key="growth first")


def _timed(
    field: Callable[[int], dict[str, Callable[[], Any]]], sizes: Sequence[int], options: Options
) -> dict[str, list[Sequence[float]]]:
    """For each contestant its samples at each size, in milliseconds."""
    samples: dict[str, list[Sequence[float]]] = {}
    for size in sizes:
        contestants = field(size)
        passes = passes_within(contestants, 0.01 if options.quick else 0.1)
        for name, xs in side_by_side(contestants, options.repeats, passes).items():
            samples.setdefault(name, []).append([1e3 * s for s in xs])
    return samples


SUITE = Suite("growth", "how the cost grows with width, depth, batch, nesting and length", run, threads=(1, 2))
