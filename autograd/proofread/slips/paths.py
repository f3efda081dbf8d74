"""Several paths lead from the parameter to the result, and the claim takes some of them, or one with the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator

from ..reading.tape import Change, Edge
from .case import Case, Slip
from .changes import scaled
from .edges import quotient


def forgotten_paths(case: Case) -> Iterator[Slip]:
    """A path is left out, or all but one are."""
    for edges in _branches(case):
        for edge in edges:
            name = _path(case, edge, edges)
            forgotten = Change(partials={edge: scaled(0.0)})
            yield Slip(f"{name} is forgotten", 2.0, forgotten, simple=True)
            others = Change(partials={other: scaled(0.0) for other in edges if other != edge})
            if len(edges) > 2:
                yield Slip(f"only {name} is there; there are {len(edges)} paths, to be added up", 2.0, others)
            flipped = Change(partials={edge: scaled(-1.0)})
            yield Slip(f"{name} has the wrong sign", 2.4, flipped)
    for edge in case.path:
        if case.constant(edge) not in (None, -1.0):
            continue
        flipped = Change(partials={edge: scaled(-1.0)})
        yield Slip(f"the sign of {quotient(case.formula, edge)} is flipped", 2.6, flipped)


def _branches(case: Case) -> Iterator[list[Edge]]:
    """The edges that part at one place: the places that use it, on the way to the result."""
    uses: dict[int, list[Edge]] = {}
    for edge in case.path:
        uses.setdefault(case.operand(edge), []).append(edge)
    yield from (edges for edges in uses.values() if len(edges) > 1)


def _path(case: Case, edge: Edge, edges: list[Edge]) -> str:
    """What to call the path that takes this one of the edges that part."""
    place, k = edge
    formula = case.formula
    through = formula.written(place)
    if formula.parts[place].is_square:
        return f"the path through the {('first', 'second')[k]} factor of {through}"
    if any(other[0] != place and formula.depends(place, on=other[0]) for other in edges):
        return f"the path from {formula.written(case.operand(edge))} straight to {through}"
    return f"the path through {through}"
