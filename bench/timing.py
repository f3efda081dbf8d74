"""The clock, and the conditions under which it runs.

Contestants take turns in one process: a round is one sample of each, and every round starts with another one. A sample
is some passes of a loop that is already running, such as steps in the middle of a training: the garbage of the
contestant before is collected and a first pass made off the clock. Beyond that the garbage collector is as Python has
it by default, and works on the clock. So does the freeing of a graph: at once for an engine without cycles, when the
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
from time import perf_counter
from typing import Any, TypeVar

T = TypeVar("T")

_STACK = 256 * 1024 * 1024
_RECURSION_LIMIT = 500_000


def side_by_side(contestants: Mapping[str, Callable[[], Any]], rounds: int, passes: int = 1) -> dict[str, list[float]]:
    """Seconds per pass: for each contestant, one sample a round."""
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(rounds):
        for name in order:
            contestant = contestants[name]
            gc.collect()
            contestant()
            start = perf_counter()
            for _ in range(passes):
                contestant()
            samples[name].append((perf_counter() - start) / passes)
        order.append(order.pop(0))
    return samples


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
