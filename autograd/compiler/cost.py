"""Arrays or floats: what a program would cost either way, in microseconds.

The figures were measured with ``python -m bench calls``, and what counts is their ratio.
"""

from __future__ import annotations

from .graph import Graph

CALL = 0.9
"""One call of NumPy on small arrays."""
ELEMENT = 0.001
"""One more element in it."""
OPERATION = 0.028
"""One operation on floats in a line of Python."""
CALLS_FORWARD, CALLS_BACKWARD = 1.3, 2.2
"""Calls for a group of nodes."""


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
