"""What was found in a function that was compiled, in words."""

from __future__ import annotations

from dataclasses import dataclass

from .as_arrays import ArrayCode
from .program import Plan


@dataclass(frozen=True)
class Explanation:
    """What was found in the recorded graph, and what became of it; print it."""

    name: str
    plan: Plan

    @property
    def kind(self) -> str:
        """What kind of program it is."""
        return "arrays" if isinstance(self.plan.code, ArrayCode) else "straight-line Python"

    def __str__(self) -> str:
        code = self.plan.code
        nodes = (
            f"{self.plan.recorded:,} recorded nodes → {self.plan.nodes:,} after sums, dots and equal nodes were joined"
        )
        if not isinstance(code, ArrayCode):
            lines = len(code.forward) + len(code.backward)
            return f"{self.name}: straight-line Python on floats\n{nodes} → {lines:,} lines\n{self.plan.why}"
        found = code.found
        parts = [
            _count(len(found.products), "matrix product"),
            _count(found.elementwise, "elementwise group"),
            _count(found.reductions, "sum"),
            _count(found.gathers, "gather"),
            _count(found.scatters, "scatter"),
        ]
        flops = f"{_round(found.flops)}" + (f" + {_round(found.flops_per_sample)} a sample" if self.plan.sizes else "")
        lines = [
            f"{self.name}: a program over arrays",
            f"{nodes} → {found.calls} array operations",
            ", ".join(parts),
            f"products: {', '.join(found.products)}" if found.products else "",
            f"estimated operations on numbers, forward: {flops}",
            self.plan.why,
        ]
        return "\n".join([line for line in lines if line])


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"


def _round(x: float) -> str:
    return f"{x:,.0f}"
