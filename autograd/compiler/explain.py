"""What was found in a function that was compiled, in words and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .as_arrays import ArrayCode
from .build import Plan
from .graph import DOT, SUM, Group
from .own_rows import LANE_SUM

_MOST = 60  # boxes; more would be no picture


@dataclass(frozen=True)
class Explanation:
    """What was found in the recorded graph, and what became of it: print it, or look at ``svg()``; a notebook shows it.

    >>> from autograd import compile, dot
    >>> f = compile(lambda W, x: [dot(row, x) for row in W])
    >>> _ = f([[1.0] * 9] * 9, [2.0] * 9)
    >>> print(f.explain())  # doctest: +ELLIPSIS
    <lambda>: a program over arrays
    9 recorded operations → 9 after the terms of long sums were joined → 1 array operation
    1 matrix product, 0 elementwise groups, 0 sums, 0 gathers, 0 scatters
    products: 9×9×1
    estimated operations on numbers, forward: 162
    ...
    """

    name: str
    plan: Plan

    @property
    def kind(self) -> str:
        """What kind of program it is: ``arrays`` or ``straight-line Python``."""
        return "arrays" if isinstance(self.plan.code, ArrayCode) else "straight-line Python"

    def __str__(self) -> str:
        code, plan = self.plan.code, self.plan
        joined = f"{plan.nodes:,} after the terms of long sums were joined"
        operations = f"{_count(plan.recorded, 'recorded operation')} → {joined}"
        if not isinstance(code, ArrayCode):
            written = len(code.forward) + len(code.backward)
            return f"{self.name}: straight-line Python on floats\n{operations} → {_count(written, 'line')}\n{plan.why}"
        found = code.found
        parts = [
            _count(len(found.products), "matrix product"),
            _count(found.elementwise, "elementwise group"),
            _count(found.reductions, "sum"),
            _count(found.gathers, "gather"),
            _count(found.scatters, "scatter"),
        ]
        flops = f"{found.flops:,.0f}" + (f" + {found.flops_per_sample:,.0f} a sample" if plan.sizes else "")
        lines = [
            f"{self.name}: a program over arrays",
            f"{operations} → {_count(found.calls, 'array operation')}",
            ", ".join(parts),
            f"products: {', '.join(found.products)}" if found.products else "",
            f"estimated operations on numbers, forward: {flops}",
            plan.why,
        ]
        return "\n".join([line for line in lines if line])

    __repr__ = __str__  # so that it shows itself at the prompt

    @property
    def dot(self) -> str:
        """The picture in Graphviz's language: a box for each array operation forward, an arrow for what it reads."""
        code = self.plan.code
        groups = [g for g in code.graph.groups if g.row is not None]
        head = ['digraph { rankdir=TB; node [shape=box, style=rounded, fontname="sans-serif"]; edge [color="#888888"];']
        if not isinstance(code, ArrayCode) or len(groups) > _MOST:
            size = len(code.forward) + len(code.backward)
            return "\n".join([*head, f'  p [label="{self.kind}: {size:,} lines, of {len(groups):,} groups"];', "}"])
        number = {id(g): i for i, g in enumerate(code.graph.groups)}
        lines = [f'  g{number[id(g)]} [label="{self._label(g)}"];' for g in code.graph.groups if g.members]
        arrows = {
            (code.graph.group[x], number[id(g)]): None for g in groups for row in g.operands for x in row if x >= 0
        }
        return "\n".join([*head, *lines, *[f"  g{a} -> g{b};" for a, b in arrows], "}"])

    def svg(self, path: str | Path | None = None) -> str:
        """The picture as SVG, written to a file if you name one.

        >>> from autograd import compile
        >>> f = compile(lambda xs: sum([x * x for x in xs]))
        >>> _ = f([1.0] * 50)
        >>> f.explain().svg().startswith("<?xml")
        True
        """
        from ..draw.render import render

        drawn = render(self.dot, "svg").decode()
        if path is not None:
            Path(path).write_text(drawn, encoding="utf-8")
        return drawn

    _repr_svg_ = svg

    def _label(self, g: Group) -> str:
        count = f"{len(g.members):,}" + (" × batch" if g.axis >= 0 else "")
        if g.row is None:
            return f"{'numbers' if g.constants[0] == 'input' else g.constants[0]}\\n{count}"
        if g.row is DOT:
            return f"matrix product\\n{count} sums of {len(g.operands[0]) // 2}"
        if g.row in (SUM, LANE_SUM):
            return f"sum\\n{count}"
        from ..draw.source import quoted

        return f"{quoted(g.row.name)[1:-1]}\\n{count}"  # a row may be called anything


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"
