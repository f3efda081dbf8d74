"""Arrays or floats: what a program would cost either way, in microseconds.

The figures are those of one machine; `measured` tells those of the machine at hand. What counts is their ratio.
"""

from __future__ import annotations

from timeit import repeat

import numpy as np

from .graph import Graph

CALL = 0.9
"""One call of NumPy on small arrays."""
ELEMENT = 0.001
"""One more element in it."""
OPERATION = 0.028
"""One operation on floats in a line of Python."""
CALLS_FORWARD, CALLS_BACKWARD = 1.3, 2.2
"""Calls for a group of nodes, on the average of networks and simulations."""


def cheaper_as_floats(graph: Graph, gradient: bool) -> tuple[bool, str]:
    """Whether straight-line Python is the better program, and why."""
    groups = [g for g in graph.groups if g.row is not None]
    operations = sum(len(g.members) * max(1, len(g.operands[0])) for g in groups)
    calls = len(groups) * (CALLS_FORWARD + gradient * CALLS_BACKWARD)
    arrays = calls * CALL + operations * ELEMENT * (3 if gradient else 1)
    floats = operations * OPERATION * (3 if gradient else 1)
    why = (
        f"{operations:,} operations in {len(groups):,} groups: about {arrays:,.0f} µs as arrays, "
        f"{floats:,.0f} µs as straight-line Python"
    )
    return floats < arrays, why


def measured() -> dict[str, float]:
    """The figures of this machine: the fastest of some repeats, in microseconds.

    >>> here = measured()
    >>> here["OPERATION"] < here["CALL"]
    True
    """
    few, many = np.ones(8), np.ones(8192)
    chain = "; ".join(["x = x * y + z"] * 50)

    def best(line: str, times: int, **names: object) -> float:
        return 1e6 * min(repeat(line, globals={"np": np, **names}, number=times, repeat=5)) / times

    call = best("np.multiply(a, a, out=a)", 20_000, a=few)
    more = best("np.multiply(a, a, out=a)", 2_000, a=many)
    return {
        "CALL": call,
        "ELEMENT": (more - call) / len(many),
        "OPERATION": best(f"def f(x, y, z):\n    {chain}\nf(1.0, 0.5, 0.25)", 2_000) / 100,
    }
