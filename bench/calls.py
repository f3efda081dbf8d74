"""What a call costs beside the arithmetic, once the program is there; and that it is traced once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import autograd

from . import by_hand, with_autograd
from .agreement import agree
from .figures import Measurement, Target
from .problems import document_3
from .suite import Options, Suite
from .timing import passes_within, side_by_side

PROGRAM, IN_PLACE, DIFFERENCE = "autograd, compiled", "NumPy by hand, out=", "the difference"


class RetracedError(Exception):
    """A program was traced again for arguments of a structure that it knew."""


def run(options: Options) -> Iterator[Measurement]:
    yield _of_numbers(options)
    yield _of_a_small_network(options)


def _of_numbers(options: Options) -> Measurement:
    traced = Counted(lambda x, y: x * y + autograd.sin(x))
    program = autograd.compile(autograd.value_and_grad(traced, argnums=(0, 1)))
    loss, slopes = program(2.0, 3.0)
    eagerly, eager_slopes = autograd.value_and_grad(traced.f, argnums=(0, 1))(2.0, 3.0)
    agree({"eager": [eagerly, *eager_slopes], "compiled": [float(loss), *map(float, slopes)]}, 1e-12)
    calls: dict[str, Callable[[], Any]] = {PROGRAM: lambda: program(2.0, 3.0)}
    seconds = _timed(calls, traced, options)
    return Measurement(
        "A call of a small program of two numbers, x·y + sin x and its gradient",
        "µs",
        {name: [1e6 * s for s in xs] for name, xs in seconds.items()},
        [Target(PROGRAM, at_most=20.0)],
        key="call numbers",
    )


def _of_a_small_network(options: Options) -> Measurement:
    job = document_3(samples=8, width=4, batch=8)
    model, hand = with_autograd.network(job), by_hand.FitInPlace(job)
    traced = Counted(with_autograd.squared_error(model))
    program = autograd.compile(autograd.value_and_grad(traced), parameters=model.parameters())
    ((x, y),) = job.batches()
    theta = program.theta()
    loss, slope = program(theta, x, y)
    expected, expected_slope = hand.gradient(x, y)
    agree({IN_PLACE: [expected, *expected_slope], PROGRAM: [float(loss), *slope]}, 1e-9)
    calls: dict[str, Callable[[], Any]] = {
        PROGRAM: lambda: program(theta, x, y),
        IN_PLACE: lambda: hand.gradient(x, y),
    }
    known = traced.calls
    program(theta, x[:5], y[:5])
    traced.refuse_more_than(known)
    seconds = _timed(calls, traced, options)
    samples = {name: [1e6 * s for s in xs] for name, xs in seconds.items()}
    samples[DIFFERENCE] = [a - b for a, b in zip(samples[PROGRAM], samples[IN_PLACE], strict=True)]
    return Measurement(
        "A call of a small network, 1-4-4-1 on a batch of 8, loss and gradient",
        "µs",
        samples,
        [Target(DIFFERENCE, at_most=20.0)],
        ["It was traced at the first call only, and not for a batch of 5."],
        key="call network",
    )


class Counted:
    """A function that counts its calls."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f = f
        self.calls = 0

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        return self.f(*args)

    def refuse_more_than(self, calls: int) -> None:
        if self.calls > calls:
            raise RetracedError(f"the function was called {self.calls - calls} times more after it had been traced")


def _timed(calls: dict[str, Callable[[], Any]], traced: Counted, options: Options) -> dict[str, list[float]]:
    known = traced.calls
    seconds = side_by_side(calls, options.repeats, passes_within(calls, 0.02 if options.quick else 0.2))
    traced.refuse_more_than(known)
    return seconds


SUITE = Suite("calls", "what a call costs beside the arithmetic", run, threads=(1,))
