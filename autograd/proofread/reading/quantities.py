"""What a wrong factor could be: the inputs, the nodes and the local derivatives of a program, with their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import nan

from ...floats import floats
from ...formula import is_function
from ...primitives import Primitive, table
from .formula import Formula
from .tape import Place, State, Tape

Reading = Callable[[Tape, int, State], float]
"""A number for step i of a tape: that of its own sample, where there are several."""


@dataclass(frozen=True)
class Quantity:
    """Something with a number for each sample of each run: ``x``, ``a₁``, ``σ′(z₁)``."""

    name: str
    read: Reading
    place: Place | None = None
    """The place whose value it is, if it is one."""
    plain: bool = True
    """Whether it is an input or has a name of its own, and so is a likely thing to write by mistake."""


def value_of(place: Place) -> Reading:
    """The value at a place, for the sample at hand."""

    def read(tape: Tape, i: int, state: State) -> float:
        found = tape.find(place, i)
        return nan if found is None else state.values[found]

    return read


def total_of(place: Place) -> Reading:
    """The value at a place, added up over the samples."""

    def read(tape: Tape, i: int, state: State) -> float:
        return sum({tape.steps[j].samples: state.values[j] for j in tape.at.get(place, [])}.values())

    return read


def total_at(place: Place) -> Callable[[Tape], float]:
    """The value at a place, added up over the samples of a tape; nan where the tape does not come there."""
    total = total_of(place)
    return lambda tape: total(tape, 0, tape.state) if place in tape.at else nan


def slope_at(row: Primitive, constants: tuple[float, ...], at: Reading) -> Reading:
    """The derivative of a function, taken at something."""

    def read(tape: Tape, i: int, state: State) -> float:
        return float(row.rule(floats, at(tape, i, state), *constants)[1])

    return read


def quantities(formula: Formula) -> list[Quantity]:
    """All that a factor could be, the likeliest first: inputs, named nodes, derivatives of functions, the rest."""
    found = places(formula)
    plain = [q for q in found if q.plain]
    return [*plain, *_derivatives(formula, plain), *[q for q in found if not q.plain]]


def places(formula: Formula) -> list[Quantity]:
    """The inputs, the named nodes and, unless there are too many, the nodes whose formula is short."""
    found = [Quantity(formula.parts[i].name, value_of(i), i) for i in formula.inputs]
    found += [Quantity(formula.parts[i].name, value_of(i), i) for i in formula.named()]
    if formula.is_large:
        return found
    named = {q.place for q in found}
    for place, part in enumerate(formula.parts):
        if place not in named and part.row is not None and (text := formula.short(place)):
            found.append(Quantity(text, value_of(place), place, plain=False))
    return found


def functions(formula: Formula) -> list[tuple[Place, Primitive, tuple[float, ...], Place]]:
    """Where the program takes a function of one number: the place, the function, its constants and its argument."""
    found = []
    for place, part in enumerate(formula.parts):
        row, operands = part.row, part.operands
        if row is not None and is_function(row) and isinstance(operands[0], int):
            constants = tuple([float(c) for c in operands[1:]])
            found.append((place, row, constants, operands[0]))
    return found


def steps(formula: Formula) -> list[tuple[Place, Place]]:
    """The places that are made of one other: ``|a|``, ``eᶻ``, ``z²``, ``σ(z)``; each with that other."""
    found = []
    for place, part in enumerate(formula.parts):
        row, operands = part.row, part.operands
        if row is None or row.nary or row.name in ("neg", "identity") or len(operands) - len(row.constants) != 1:
            continue
        if isinstance(operands[0], int):
            found.append((place, operands[0]))
    return found


def familiar() -> list[Primitive]:
    """The functions whose derivatives are mistaken for one another."""
    return [table[name] for name in ("sigmoid", "tanh", "relu", "sin", "cos", "log")]


def prime(row: Primitive, operand: str) -> str:
    """``σ′(z₁)``."""
    return f"{row.notation.text}′({operand})"


def _derivatives(formula: Formula, arguments: list[Quantity]) -> Iterator[Quantity]:
    """The derivative of each function: first where the program takes it, then everywhere else."""
    taken = functions(formula)
    once = set()
    for _, row, constants, argument in taken:
        if text := formula.short(argument):
            once.add((row.name, argument))
            yield Quantity(prime(row, text), slope_at(row, constants, value_of(argument)), plain=False)
    for _, row, constants, _ in taken:
        for q in arguments:
            if q.place is not None and (row.name, q.place) not in once:
                once.add((row.name, q.place))
                yield Quantity(prime(row, q.name), slope_at(row, constants, q.read), plain=False)
