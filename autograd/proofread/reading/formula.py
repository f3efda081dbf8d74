"""The program as one formula: which node of one run corresponds to which of another, and what it is called.

A *place* is a number that stands for one subexpression of the formula, such as ``w·x + b``. The nodes of two runs, or
those of two samples within one run, have the same place if they were made in the same way. So "the factor x is missing"
can be said of all samples of all runs at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...expression import Apply, Expression, Number, Symbol
from ...primitives import Primitive
from ...value import Value
from ..evaluate import Run
from ..inputs import indexed
from .tape import Operand, Place, Step, Tape

_LONGEST = 28  # a formula that takes more room than this is no name
_DEEPEST = 12

Key: TypeAlias = tuple[Any, ...]


@dataclass
class Part:
    """One subexpression: how it is made, in terms of other places and constants."""

    row: Primitive | None
    operands: tuple[Place | float, ...]
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
        self._places: dict[Key, Place] = {}
        self._terms: dict[Place, frozenset[Key]] = {}
        self._called: dict[Place, str] = {}

    def read(self, run: Run, target: Sequence[Value]) -> Tape:
        """The run as a list of steps, each with its place; ``target`` are the inputs to differentiate by."""
        n = run.point.n
        steps: list[Step] = []
        index: dict[Value, int] = {}
        for name, path, leaf in indexed(run.inputs):
            sample, inner = (path[0], path[1:]) if name in run.point.by_sample else (None, path)
            called = name + "".join(f"[{i}]" for i in inner)
            place = self._place(("input", called), Part(None, (), symbol(called)))
            if place not in self.inputs:
                self.inputs.append(place)
            if sample is not None:
                self.data.add(place)
            index[leaf] = len(steps)
            steps.append(Step(None, leaf.data, place, 0 if sample is None else 1 << sample, (), ()))
        for node in run.graph():
            if node in index:
                continue
            operands = tuple([index[x] if isinstance(x, Value) else x for x in node.operands])
            samples = 0
            for x in operands:
                samples |= steps[x].samples if isinstance(x, int) else 0
            place = self._place_of(node, operands, steps, n)
            index[node] = len(steps)
            steps.append(Step(node.primitive, node.data, place, samples, operands, node.partials))
        self._name(run, steps, index)
        root = index[run.y] if isinstance(run.y, Value) else None
        return Tape(steps, tuple([index[x] for x in target]), n, root, run.value)

    def _place(self, key: Key, part: Part) -> Place:
        if key not in self._places:
            self._places[key] = len(self.parts)
            self.parts.append(part)
        return self._places[key]

    def _place_of(self, node: Value, operands: tuple[Operand, ...], steps: list[Step], n: int) -> Place:
        row = node.primitive
        if row is None or not operands:
            return self._place(("leaf", node.label or node.data), Part(None, (node.data,), symbol(node.label or "")))
        places = tuple([steps[x].place if isinstance(x, int) else x for x in operands])
        keys = [("place", steps[x].place) if isinstance(x, int) else ("number", _digits(x)) for x in operands]
        if row.name in ("add", "sum"):  # however many samples there are, and in whatever order: the same sum
            terms = frozenset[Key]().union(
                *[self._terms.get(int(k[1]), {k}) if k[0] == "place" else {k} for k in keys if k != ("number", 0.0)]
            )
            place = self._place(("sum", terms), Part(row, places))
            self._terms[place] = terms
            return place
        return self._place(self._known(row, keys, n), Part(row, places))

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

    # --- names --------------------------------------------------------------------------------------------------------

    def _name(self, run: Run, steps: list[Step], index: dict[Value, int]) -> None:
        known = set(self.inputs)
        for node, i in index.items():
            if node.label and steps[i].place not in known:
                self._called[steps[i].place] = node.label
        for node, (text, listed, position) in run.names.items():
            if node not in index or steps[index[node]].place in known:
                continue
            if listed is not None:
                if run.point.by_sample and run.point.n == 1:
                    continue  # of one sample nobody can tell zs[0] from a layer's first unit: another run will
                samples = [steps[index[x]].samples if isinstance(x, Value) and x in index else 0 for x in listed]
                if samples != [1 << j for j in range(run.point.n)]:
                    text = f"{text}[{position}]"
            self._called.setdefault(steps[index[node]].place, text)

    def settle_names(self) -> None:
        """Give each place the name that the program has for it; two places of one name are numbered."""
        by_name: dict[str, list[Place]] = {}
        for place, text in sorted(self._called.items()):
            by_name.setdefault(symbol(text), []).append(place)
        taken = {self.parts[place].name for place in self.inputs} | by_name.keys()
        for name, places in by_name.items():
            names = [name] if len(places) == 1 else [symbol(f"{name}{i}") for i in range(1, len(places) + 1)]
            if len(places) > 1 and (taken & set(names) or not name.isalpha()):
                continue
            for place, each in zip(places, names, strict=True):
                if len(places) > 1 or name not in {self.parts[i].name for i in self.inputs}:
                    self.parts[place].name = each

    def expression(self, place: Place | float, depth: int = 0) -> Expression:
        """The subexpression in terms of the named ones below it."""
        if not isinstance(place, int):
            return Number(place)
        part = self.parts[place]
        if part.name:
            return Symbol(part.name)
        if part.row is None:
            return Number(part.operands[0]) if part.operands else Symbol("…")
        return self._made(part, depth)

    def _made(self, part: Part, depth: int) -> Expression:
        assert part.row is not None
        if depth > _DEEPEST:
            return Symbol("…" * _LONGEST)
        operands = part.operands
        if part.row.name == "add" and operands[0] == 0.0 and not isinstance(operands[0], int):  # how sum() begins
            return self.expression(operands[1], depth + 1)
        if part.row.name == "div" and operands[1] == 1.0 and not isinstance(operands[1], int):  # the mean of one sample
            return self.expression(operands[0], depth + 1)
        return Apply(part.row, tuple([self.expression(x, depth + 1) for x in operands]))

    def written(self, place: Place | float) -> str:
        """The subexpression on the page: its name, or how it is made."""
        return self.expression(place).text

    def made(self, place: Place) -> str:
        """How the subexpression is made, even if it has a name."""
        part = self.parts[place]
        return self._made(part, 0).text if part.row is not None else self.written(place)

    def short(self, place: Place) -> str | None:
        """What the subexpression can be called in a sentence, if that is short enough."""
        text = self.written(place)
        return text if len(text) <= _LONGEST else None

    def named(self) -> Iterator[Place]:
        """The computed places that have a name."""
        return (place for place, part in enumerate(self.parts) if part.name and part.row is not None)

    def depends(self, place: Place, on: Place) -> bool:
        """Whether one place is computed from another."""
        below = [x for x in self.parts[place].operands if isinstance(x, int) and x != place]
        return place == on or (self.parts[place].row is not None and any(self.depends(x, on) for x in below))

    def consumers(self, place: Place) -> Iterator[tuple[Place, int]]:
        """Where a place is used: by which place, and as which operand."""
        for user, part in enumerate(self.parts):
            for k, operand in enumerate(part.operands):
                if isinstance(operand, int) and operand == place and user != place:
                    yield user, k


def symbol(label: str) -> str:
    """A label as it is written in notes: ``w1`` as w₁, ``x[0]`` as x₀, ``W[0][1]`` as W₀₁.

    >>> symbol("w1"), symbol("x[0]"), symbol("W[0][1]"), symbol("w1[0]"), symbol("z_hat")
    ('w₁', 'x₀', 'W₀₁', 'w₁[0]', 'z_hat')
    """
    name, *indices = label.replace("]", "").split("[")
    if not indices or not all(len(i) == 1 and i.isdigit() for i in indices):
        return Symbol(label).text
    if name.isalpha():
        return Symbol(f"{name}_{''.join(indices)}").text
    return Symbol(name).text + "".join(f"[{i}]" for i in indices)


def _digits(x: float) -> float:
    """The number without its last digits, which differ by how it was computed."""
    return float(f"{x:.12g}")
