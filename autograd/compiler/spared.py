"""What a program need not find finite: the parts of a rule whose derivatives were recorded.

1/(1 + x²) is 0 at 1e200, although x² is inf. As long as nobody differentiates it again, the engine computes such a rule
on floats, and looks at what comes out of it alone. In a program each part of it is a node like any other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from ..value import Value
from .graph import Graph


class RuleParts:
    """The nodes that rules left when they were called with Values, but for the derivatives that they returned."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._results: set[Value] = set()

    def add(self, after: int, last: int, results: Iterable[Any]) -> None:
        """What was recorded after one serial and up to another is of a rule that returned these results."""
        if last > after:
            self._begins.append(after)
            self._ends.append(last)
            self._results.update(x for x in results if isinstance(x, Value))

    def __bool__(self) -> bool:
        return bool(self._begins)

    def __contains__(self, v: Value) -> bool:
        k = bisect_right(self._begins, v._serial - 1) - 1
        return k >= 0 and v._serial <= self._ends[k] and v not in self._results


def spared_places(graph: Graph, at: Mapping[Value, int], parts: RuleParts, place: Any) -> dict[int, list[int]]:
    """For each buffer, by the batch that it is for, the places that hold nothing but parts of rules."""
    if not parts:
        return {}
    operands_of = {n: operands for g in graph.groups for n, operands in zip(g.members, g.operands, strict=True)}
    looked_at = {n for v, n in at.items() if v not in parts}
    standing = set(at.values())
    for n in range(len(graph.row) - 1, -1, -1):  # what stands for no recorded node is as what it is an operand of
        if n in looked_at:
            looked_at.update([x for x in operands_of[n] if x not in standing])
    kept = {(graph.axis[n], int(place[n])) for n in looked_at if n >= 0}
    kept |= {(graph.axis[n], int(place[n])) for n, row in enumerate(graph.row) if row is None}
    found: dict[int, list[int]] = {}
    for n, axis in enumerate(graph.axis):
        if (axis, int(place[n])) not in kept:
            found.setdefault(axis, []).append(int(place[n]))
    return {axis: sorted(set(places)) for axis, places in found.items()}
