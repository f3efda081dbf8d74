"""What can stand in the place of a value or of a local derivative: the vocabulary in which slips are written."""

from __future__ import annotations

from ..reading.quantities import Reading
from ..reading.tape import Bend, Replace, State, Tape


def scaled(c: float) -> Bend:
    """The local derivative times a number: −1 flips its sign, 0 closes the path."""
    return lambda tape, i, k, partial, state: c * partial


def times(read: Reading, power: int = 1) -> Bend:
    """The local derivative, times or divided by something."""

    def bend(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
        return partial * float(read(tape, i, state)) ** power

    return bend


def exchanged(read: Reading) -> Bend:
    """Something else in the place of the local derivative."""
    return lambda tape, i, k, partial, state: read(tape, i, state)


def left_out(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
    """1 in the place of the local derivative."""
    return 1.0


def number(c: float) -> Replace:
    """A number in the place of a value."""
    return lambda tape, i, state: c


def other(read: Reading) -> Replace:
    """Something else in the place of a value: as it was before anything was changed."""
    return lambda tape, i, state: read(tape, i, tape.state)


def negative(tape: Tape, i: int, state: State) -> float:
    """The value with the other sign."""
    return -state.values[i]
