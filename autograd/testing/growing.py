"""Draw an expression operation by operation, at a point where each operation can be computed.

Hypothesis draws a list of seeds. Each seed selects the next operation, and how far back its operands are. A seed is
valid after any other seeds, so a failing example shrinks by dropping seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..primitives import Primitive, table
from .expressions import Expression, Graph, Operand, Step, tidied
from .reach import Point, comfortable

Pick = int | float  # an operand: how far back it is, or a constant
Seed = tuple[Primitive, Pick, Pick, list[Pick]]

_BACK = (0, 1, 2, 0, 1, 0, 3, 4, 5, 6)  # mostly recent results, so that the operations are connected
_INTERNAL = {"identity"}  # no operator and no function of the package calls it


@dataclass(frozen=True, slots=True)
class Plan:
    """The options for an expression to draw."""

    variables: tuple[str, ...]
    max_size: int
    primitives: tuple[Primitive, ...]
    """The primitives to choose from; if empty, all that are in the table when the example is drawn."""
    smooth: bool
    constants: Point
    margin: float
    bound: float

    def rows(self) -> tuple[Primitive, ...]:
        """Return the primitives to choose from."""
        rows = self.primitives or tuple([row for name, row in table.items() if name not in _INTERNAL])
        rows = tuple([row for row in rows if row.smooth or not self.smooth])
        if not rows:
            raise InvalidArgument("every given primitive has a kink, and smooth=True asks for one without")
        return rows


@st.composite
def drawn(draw: st.DrawFn, plan: Plan, points: st.SearchStrategy[Point]) -> Graph:
    """Draw a graph with these options, at one of the points."""
    rows = plan.rows()
    seeds = draw(_seeds(rows, plan.constants, plan.max_size))
    point = draw(points)
    return Graph(_grown(plan, point, rows, seeds), point)


@lru_cache(maxsize=64)  # creating a strategy takes longer than drawing from it
def _seeds(rows: tuple[Primitive, ...], constants: Point, max_size: int) -> st.SearchStrategy[list[Seed]]:
    pick = st.sampled_from([*_BACK, *constants])
    seed = st.tuples(st.sampled_from(rows), pick, pick, st.lists(pick, max_size=2))
    return st.lists(seed, min_size=1, max_size=max_size)


def _grown(plan: Plan, point: Point, rows: Sequence[Primitive], seeds: Sequence[Seed]) -> Expression:
    """Return an expression of the seeds' operations that can be computed.

    Results that no other operation uses are joined to the final result.
    """
    known: dict[Operand, float] = dict(zip(plan.variables, point, strict=True))
    steps: list[Step] = []

    def grow(row: Primitive, operands: tuple[Operand, ...]) -> bool:
        result = comfortable(row, [known[x] if isinstance(x, str) else x for x in operands], plan.margin, plan.bound)
        if result is not None:
            steps.append(Step(f"{len(steps)}", row.name, operands))
            known[steps[-1].name] = result[0]
        return result is not None

    for row, first, second, more in seeds:
        grow(row, _operands(row, [first, second, *more], list(known)))
    if not steps:
        any(grow(row, _operands(row, [0, 0], plan.variables)) for row in rows)
    joining = [row for row in rows if row.arity == 2 and not row.constants]
    for row, *_ in seeds:
        used = {x for step in steps for x in step.operands}
        loose = [step.name for step in steps[:-1] if step.name not in used]
        if not loose or len(steps) >= plan.max_size:
            break
        start = rows.index(row) % max(len(joining), 1)
        any(grow(one, (loose[0], steps[-1].name)) for one in [*joining[start:], *joining[:start]])
    assume(steps)  # reject the example if nothing can be computed there
    return tidied(plan.variables, steps, steps[-1].name)


def _operands(row: Primitive, picks: Sequence[Pick], names: Sequence[Operand]) -> tuple[Operand, ...]:
    """Return the operands that a seed selects: names, counted from the latest, and constants."""
    count = len(picks) if row.nary else len(row.operands) - len(row.constants)
    found = [pick if isinstance(pick, float) else names[-1 - pick % len(names)] for pick in picks[:count]]
    must_be_named = 1 if row.name == "power" else 0  # with a constant exponent the primitive is pow
    if not isinstance(found[must_be_named], str) and (must_be_named or not any(isinstance(x, str) for x in found)):
        found[must_be_named] = names[-1]
    whole = [pick for pick in picks if isinstance(pick, int)] or [0]
    return (*found, *[values[whole[-1] % len(values)] for values in row.constants.values()])
