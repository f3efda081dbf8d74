"""The program as one formula: which node of one run corresponds to which of another, and what it is called.

A *place* is a number that stands for one subexpression of the formula, such as ``w·x + b``. The nodes of two runs, or
those of two samples within one run, have the same place if they were made in the same way. So "the factor x is missing"
can be said of all samples of all runs at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...expression import Apply, Expression, Number
from ...formula import formula, in_place
from ...primitives import Primitive, div
from ...value import Value
from ..evaluate import Run
from ..inputs import indexed
from .naming import Naming, symbol
from .tape import Operand, Place, Step, Tape

_LONGEST = 28  # a formula that takes more room than this is no name
_ROOM = 60  # … and one that takes more than this does not fit between parentheses either
_LARGE = 250

Key: TypeAlias = tuple[Any, ...]


@dataclass
class Part:
    """One subexpression: how it is made of other places and constants, and a node that is an example of it."""

    row: Primitive | None
    operands: tuple[Place | float, ...]
    example: Value
    name: str = ""

    @property
    def is_sum(self) -> bool:
        """Whether it is a sum, the terms of which go by their places and not by their positions."""
        return self.row is not None and self.row.name in ("add", "sum")

    @property
    def is_square(self) -> bool:
        """Whether it is something times itself."""
        x, *rest = self.operands or (None,)
        return self.row is not None and self.row.name == "mul" and isinstance(x, int) and rest == [x]


class Formula:
    """The places of a program's nodes, filled by reading runs: those with the fewest samples first."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.inputs: list[Place] = []
        self.data: set[Place] = set()
        """The inputs that differ from sample to sample."""
        self.called: dict[Value, str] = {}
        """The names of the nodes, once they are settled."""
        self._written: dict[Place, str] = {}
        self._places: dict[Key, Place] = {}
        self._terms: dict[Place, frozenset[Key]] = {}
        self._naming = Naming()

    def read(self, run: Run, target: Sequence[Value]) -> Tape:
        """The run as a list of steps, each with its place; ``target`` are the inputs to differentiate by."""
        steps: list[Step] = []
        index: dict[Value, int] = {}
        for name, path, leaf in indexed(run.inputs):
            sample, inner = (path[0], path[1:]) if name in run.point.by_sample else (None, path)
            label = name + (f"[{','.join(map(str, inner))}]" if inner else "")
            place = self._place(("input", label), Part(None, (), leaf, symbol(label)))
            if place not in self.inputs:
                self.inputs.append(place)
            if sample is not None:
                self.data.add(place)
            index[leaf] = len(steps)
            steps.append(Step(None, leaf.data, place, 0 if sample is None else 1 << sample, (), ()))
        for node in reversed(run.graph):
            if node not in index:
                operands = tuple([index[x] if isinstance(x, Value) else x for x in node.operands])
                samples = 0
                for x in operands:
                    samples |= steps[x].samples if isinstance(x, int) else 0
                place = self._place_of(node, operands, steps, run.point.n)
                index[node] = len(steps)
                steps.append(Step(node.primitive, node.data, place, samples, operands, node.partials))
        self._naming.read(run, {node: steps[i] for node, i in index.items()})
        root = index[run.y] if isinstance(run.y, Value) else None
        return Tape(steps, tuple([index[x] for x in target]), run.point.n, root, run.value)

    def settle_names(self) -> None:
        """Give each place the name that the program has for it, after all runs are read."""
        inputs = {place: self.parts[place].name for place in self.inputs}
        for place, name in self._naming.settled(inputs).items():
            self.parts[place].name = name
        self.called = {node: self.parts[place].name for node, place in self._naming.nodes.items()}

    # --- places -------------------------------------------------------------------------------------------------------

    def _place(self, key: Key, part: Part) -> Place:
        if key not in self._places:
            self._places[key] = len(self.parts)
            self.parts.append(part)
        return self._places[key]

    def _place_of(self, node: Value, operands: tuple[Operand, ...], steps: list[Step], n: int) -> Place:
        row = node.primitive
        if row is None or not operands:
            return self._place(("leaf", node.label or node.data), Part(None, (), node))
        part = Part(row, tuple([steps[x].place if isinstance(x, int) else x for x in operands]), node)
        keys = [("place", steps[x].place) if isinstance(x, int) else ("number", _digits(x)) for x in operands]
        if not part.is_sum:
            return self._place(self._known(row, keys, n), part)
        nothing = ("number", 0.0)  # with which sum() begins
        each = [self._terms.get(int(k[1]), {k}) if k[0] == "place" else {k} for k in keys if k != nothing]
        terms = frozenset[Key]().union(*each)  # however many samples there are, and in whatever order: the same sum
        place = self._place(("sum", terms), part)
        self._terms[place] = terms
        return place

    def _known(self, row: Primitive, keys: list[Key], n: int) -> Key:
        """The key under which a step was read before, where a constant such as 1/N differs with the samples."""
        plain = (row.name, *keys)
        free = len(keys) - len(row.constants)
        for i, (kind, c) in enumerate(keys[:free]):
            if kind == "number" and n > 1:
                for at_one in (c, c * n, c / n):
                    key = (row.name, *keys[:i], ("number", _digits(at_one)), *keys[i + 1 :])
                    if key in self._places:
                        return key
        return plain

    def named(self) -> Iterator[Place]:
        """The computed places that have a name."""
        return (place for place, part in enumerate(self.parts) if part.name and part.row is not None)

    @property
    def is_large(self) -> bool:
        """Whether it has so many places that to try each in the place of each other takes too long."""
        return len(self.parts) > _LARGE

    def depends(self, place: Place, on: Place) -> bool:
        """Whether one place is computed from another, or is that place."""
        below = [place]
        for each in below:  # which grows as it goes
            below += [x for x in self.parts[each].operands if isinstance(x, int) and x not in below]
        return on in below

    def consumers(self, place: Place) -> Iterator[tuple[Place, int]]:
        """Where a place is used: by which place, and as which operand."""
        for user, part in enumerate(self.parts):
            for k, operand in enumerate(part.operands):
                if isinstance(operand, int) and operand == place and user != place:
                    yield user, k

    # --- on the page --------------------------------------------------------------------------------------------------

    def expression(self, place: Place | float) -> Expression:
        """The subexpression: its name, or how it is made of the named ones below it."""
        return _simple(in_place(self.parts[place].example if isinstance(place, int) else place, self.called))

    def written(self, place: Place | float) -> str:
        """The subexpression on the page."""
        if not isinstance(place, int):
            return self.expression(place).text
        if place not in self._written:
            self._written[place] = self.expression(place).text
        return self._written[place]

    def made(self, place: Place) -> str:
        """How the subexpression is made, even if it has a name."""
        return _simple(formula(self.parts[place].example, self.called)).text

    def short(self, place: Place) -> str | None:
        """What the subexpression can be called in a sentence, if that is short enough."""
        text = self.written(place)
        return text if len(text) <= _LONGEST else None

    def argument(self, place: Place | float) -> str:
        """The subexpression between the parentheses of a function, where there is more room."""
        text = self.written(place)
        return text if len(text) <= _ROOM else "…"


def _simple(e: Expression) -> Expression:
    """The formula without the division by N = 1, of which the mean of one sample consists."""
    e = e.mapped(_simple)
    if isinstance(e, Apply) and e.row is div:
        above, below = e.operands
        return above if isinstance(below, Number) and below.value == 1.0 else e
    return e


def _digits(x: float) -> float:
    """The number without its last digits, which differ by how it was computed."""
    return float(f"{x:.12g}")
