"""The clock, and the conditions under which it runs.

Contestants take turns in one process: a round is one sample of each, and every round starts with another one. A sample
is some passes of a loop that is already running, such as steps in the middle of a training: the garbage of the
contestant before is collected, its idle threads are given time to fall asleep (those of BLAS spin for a while, in case
that there is more to do), and a first pass is made off the clock. Beyond that the garbage collector is as Python has
it by default, and works on the clock; but what was loaded before the first round is frozen, so that no contestant pays
for a look at the modules of the others. So does the freeing of a graph: at once for an engine without cycles, when the
collector comes for one with.

Peers walk their graphs by recursion. So all contestants run in a thread with a large stack and under a high recursion
limit, needed or not.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, sleep
from typing import Any, TypeVar

T = TypeVar("T")

_PAUSE = 0.05  # seconds
_STACK = 256 * 1024 * 1024
_RECURSION_LIMIT = 500_000


def side_by_side(
    contestants: Mapping[str, Callable[[], Any]], rounds: int, passes: int | Mapping[str, int] = 1
) -> dict[str, list[float]]:
    """Seconds per pass: for each contestant, one sample a round, of so many passes."""
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    number = passes if isinstance(passes, Mapping) else dict.fromkeys(contestants, passes)
    order = list(contestants)
    gc.collect()
    gc.freeze()
    try:
        for _ in range(rounds):
            for name in order:
                contestant = contestants[name]
                gc.collect()
                sleep(_PAUSE)
                contestant()
                samples[name].append(_seconds(contestant, number[name]) / number[name])
            order.append(order.pop(0))
    finally:
        gc.unfreeze()
    return samples


class LateStart:
    """A contestant that has to compile something in every pass: the clock starts when it says that it began."""

    def __init__(self, run: Callable[[], Any], began: Callable[[], float]) -> None:
        self.run, self.began = run, began

    def __call__(self) -> None:
        self.run()


def _seconds(contestant: Callable[[], Any], passes: int) -> float:
    if isinstance(contestant, LateStart):
        return sum([_after_its_start(contestant) for _ in range(passes)])
    repetitions = range(passes)
    start = perf_counter()
    for _ in repetitions:
        contestant()
    return perf_counter() - start


def _after_its_start(contestant: LateStart) -> float:
    contestant()
    return perf_counter() - contestant.began()


def passes_within(contestants: Mapping[str, Callable[[], Any]], seconds: float) -> dict[str, int]:
    """How many passes make a sample of about so long; at least 1."""
    found = {}
    for name, contestant in contestants.items():
        contestant()  # whatever is done at first use
        passes, taken = 1, _seconds(contestant, 1)
        while taken < seconds / 4:
            passes *= 2
            taken = _seconds(contestant, passes)
        found[name] = max(1, round(passes * seconds / taken))
    return found


def on_a_large_stack(work: Callable[[], T]) -> T:
    """What ``work`` returns, run where deep recursion does no harm."""
    limit, stack = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(work).result()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(stack)
