"""The claim is right of something else: the derivative by another parameter, or the value of a node on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import nan

from ..reading.quantities import places, total_at
from ..reading.tape import Change, Place, Tape
from .case import Case, Slip


def other_parameters(case: Case) -> Iterator[Slip]:
    """The derivative with respect to another input, or to a named node on the way; not to the data."""
    own = {tape.steps[tape.targets[case.component or 0]].place for tape in case.tapes}
    for q in places(case.formula):
        if q.plain and q.place is not None and q.place not in own and q.place not in case.formula.data:
            said = f"this is the derivative with respect to {q.name}, not {case.wrt}"
            if case.leads_through(q.place):
                said += f": the factor ∂{q.name}/∂{case.wrt} is missing"
            yield Slip(said, 2.0 if q.place in case.formula.inputs else 2.6, prediction=_slope(q.place))


def values_themselves(case: Case) -> Iterator[Slip]:
    """A value on the way, in place of the derivative or of the value at the end."""
    for q in places(case.formula):
        if q.place is None or q.place == case.root or case.samples_of(q.place) == 1 < case.longest.n:
            continue
        if case.component is None:
            root = case.formula.parts[case.root]
            whole = f"{root.name} = {case.formula.made(case.root)}" if root.name else case.formula.written(case.root)
            yield Slip(f"this is {q.name}, and not {whole}", 0.9, prediction=total_at(q.place))
        else:
            yield Slip(f"this is {q.name} itself, and not a derivative", 2.4, prediction=total_at(q.place))


def _slope(place: Place) -> Callable[[Tape], float]:
    def slope(tape: Tape) -> float:
        steps = tape.at.get(place)
        if not steps:
            return nan
        slopes = tape.slopes(Change())
        return sum(slopes[i] for i in steps)  # of one place computed twice, each has its share

    return slope
