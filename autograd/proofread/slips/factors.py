"""A factor that is missing, or one too many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ..reading.quantities import Quantity, quantities
from ..reading.tape import Change, Edge, State, Tape
from .case import Case, Slip
from .changes import left_out, times
from .edges import factor_name

_TOGETHER = 4  # so many factors of the chain may be missing at once …
_LONG = 12  # … where the chain has no more than this


def missing_on_the_path(case: Case) -> Iterator[Slip]:
    """Some of the chain's local derivatives were left out: 1 stands in their place."""
    for edge in case.path:
        if case.constant(edge) == -1.0:
            yield Slip(f"the factor {factor_name(case, edge)} is missing", 1.0, _left_out(edge))
    chain = [edge for edge in reversed(case.path) if case.constant(edge) is None]  # as notes have it: the result first
    for edge in chain:
        yield Slip(f"the factor {factor_name(case, edge)} is missing", 1.0, _left_out(edge), simple=True)
    for count in range(2, min(len(chain), _TOGETHER) + 1) if len(chain) <= _LONG else ():
        for edges in combinations(chain, count):
            *most, last = [factor_name(case, edge) for edge in edges]
            yield Slip(f"the factors {', '.join(most)} and {last} are missing", 1.6 + 0.2 * count, _left_out(*edges))


def of_the_whole(case: Case) -> Iterator[Slip]:
    """Each sample's term is multiplied, or divided, by something that the program knows."""
    for q in quantities(case.formula):
        if case.component is None and not (q.plain and q.place is not None):
            continue
        likely = 1.1 if q.plain else 1.3
        yield Slip(f"the factor {q.name} is missing", likely, _everywhere(case, q, -1), simple=q.plain)
        unlikely = case.is_coarse(q.place) or (not q.plain and q.place is not None)  # y·(a − y) or a·|a|, say
        cost = 3.05 if unlikely else 1.2
        yield Slip(f"there is an extra factor {q.name}", cost, _everywhere(case, q, 1), simple=q.plain)


def _everywhere(case: Case, q: Quantity, power: int) -> Change:
    if case.component is not None:
        return Change(partials=dict.fromkeys(case.entries, times(q.read, power)))
    root = case.root

    def replace(tape: Tape, i: int, state: State) -> float:
        return state.values[i] * q.read(tape, i, state) ** power if i == tape.root else state.values[i]

    return Change(values={root: replace})


def _left_out(*edges: Edge) -> Change:
    return Change(partials=dict.fromkeys(edges, left_out))
