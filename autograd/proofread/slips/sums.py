"""Several samples: what a claim made of the sum that it should have taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..reading.quantities import Reading, places, total_of
from ..reading.tape import Bend, Change, Place, Replace, State, Tape
from .case import Case, Slip
from .changes import other, times

_KEPT: dict[str, Callable[[int, int], bool]] = {
    "the sum over the samples is forgotten: only the first sample's term is there": lambda j, n: j == 0,
    "the sum over the samples is forgotten: only the last sample's term is there": lambda j, n: j == n - 1,
    "the sum leaves out the first sample": lambda j, n: j > 0,
    "the sum leaves out the last sample": lambda j, n: j < n - 1,
}

_INDICES: dict[str, Callable[[int, int], int]] = {
    "the first sample's": lambda j, n: 0,
    "the last sample's": lambda j, n: n - 1,
    "the next sample's": lambda j, n: (j + 1) % n,
    "the previous sample's": lambda j, n: (j - 1) % n,
}


def unfinished_sums(case: Case) -> Iterator[Slip]:
    """Only some of the samples are there."""
    for said, kept in _KEPT.items():
        if case.exits and case.component is not None:
            yield Slip(said, 2.0, Change(partials=dict.fromkeys(case.exits, _only(kept))))
        elif case.exits:
            yield Slip(said, 2.0, Change(values=dict.fromkeys({case.operand(e) for e in case.exits}, _those(kept))))


def wrong_indices(case: Case) -> Iterator[Slip]:
    """A factor of each sample's term is another sample's, or is summed on its own."""
    of_samples = [q for q in places(case.formula) if q.place is not None and case.samples_of(q.place) == 1]
    for whose, index in _INDICES.items():
        for q in of_samples:
            assert q.place is not None
            said = f"an index slip: {whose} {q.name} stands in every term, in place of each sample's own"
            elsewhere = _of_sample(q.place, index)
            if case.component is not None:
                yield Slip(said, 3.0, Change(partials=dict.fromkeys(case.entries, _quotient(elsewhere, q.read))))
            yield Slip(said, 3.1, Change(values={q.place: other(elsewhere)}))
    for q in of_samples:
        if case.component is not None and q.place is not None:
            said = f"{q.name} was summed on its own: Σ(…)·Σ{q.name} is not Σ(…·{q.name})"
            total = total_of(q.place)
            yield Slip(said, 3.0, Change(partials=dict.fromkeys(case.entries, _quotient(total, q.read))))


def _quotient(above: Reading, below: Reading) -> Bend:
    return times(lambda tape, i, state: above(tape, i, state) / below(tape, i, state))


def _of_sample(place: Place, index: Callable[[int, int], int]) -> Reading:
    def read(tape: Tape, i: int, state: State) -> float:
        samples = tape.steps[i].samples
        if samples.bit_count() != 1:
            return float("nan")
        wanted = 1 << index(samples.bit_length() - 1, tape.n)
        return next((state.values[j] for j in tape.at.get(place, []) if tape.steps[j].samples == wanted), float("nan"))

    return read


def _only(kept: Callable[[int, int], bool]) -> Bend:
    def bend(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
        x = tape.steps[i].operands[k]
        assert isinstance(x, int)
        return partial if kept(tape.steps[x].samples.bit_length() - 1, tape.n) else 0.0

    return bend


def _those(kept: Callable[[int, int], bool]) -> Replace:
    def replace(tape: Tape, i: int, state: State) -> float:
        return state.values[i] if kept(tape.steps[i].samples.bit_length() - 1, tape.n) else 0.0

    return replace
