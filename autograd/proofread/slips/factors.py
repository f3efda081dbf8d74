"""A factor that is missing, or one too many."""

from __future__ import annotations

from collections.abc import Iterator

from ..reading.quantities import Quantity, Reading, quantities
from ..reading.tape import Bend, Change, State, Tape
from .case import Case, Slip
from .edges import factor_name


def missing_on_the_path(case: Case) -> Iterator[Slip]:
    """A local derivative of the chain was left out: 1 stands in its place."""
    for edge in case.path:
        constant = case.constant(edge)
        if constant == 1.0:
            continue
        if constant is None or constant == -1.0:
            said = f"the factor {factor_name(case, edge)} is missing"
            yield Slip(said, 1.0, Change(partials={edge: _one}), simple=constant is None)


def of_the_whole(case: Case) -> Iterator[Slip]:
    """Each sample's term is multiplied, or divided, by something that the program knows."""
    for q in quantities(case.formula):
        if case.component is None and not (q.plain and q.place is not None):
            continue
        yield Slip(f"the factor {q.name} is missing", 1.1, _everywhere(case, q, -1), simple=q.plain)
        unlikely = case.is_coarse(q.place) or (not q.plain and q.place is not None)  # y·(a − y) or a·|a|, say
        cost = 3.05 if unlikely else 1.2
        yield Slip(f"there is an extra factor {q.name}", cost, _everywhere(case, q, 1), simple=q.plain)


def times(read: Reading, power: int = 1) -> Bend:
    """The local derivative, times or divided by something."""

    def bend(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
        return partial * float(read(tape, i, state)) ** power

    return bend


def _everywhere(case: Case, q: Quantity, power: int) -> Change:
    if case.component is not None:
        return Change(partials=dict.fromkeys(case.entries, times(q.read, power)))
    root = case.root

    def replace(tape: Tape, i: int, state: State) -> float:
        return state.values[i] * q.read(tape, i, state) ** power if i == tape.root else state.values[i]

    return Change(values={root: replace})


def _one(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
    return 1.0
