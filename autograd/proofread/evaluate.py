"""Run the program that a claim is about: with every input as a Value, so that there is a graph to read."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from numbers import Real
from typing import Any, TypeAlias

from ..backprop import ancestry, gradients, leading_to
from ..recording import recording
from ..value import Value
from ..variables import lifted, names_from_variables
from .inputs import Point

Program: TypeAlias = Callable[[Mapping[str, Any]], Any]
"""A function of its arguments by name."""
Partials: TypeAlias = Callable[[Value], Sequence[float | None]]
"""The local derivatives of a node; those by its constants are None, or left out."""


@dataclass
class Run:
    """The program at one point: its inputs as Values, its result and the graph between them."""

    point: Point
    inputs: dict[str, Any]
    y: Value | float
    names: dict[Value, str] = field(default_factory=dict)
    """What the program called its Values, if that was asked for."""

    @property
    def value(self) -> float:
        """The result as a number."""
        return self.y.data if isinstance(self.y, Value) else self.y

    def slope(self, target: list[Value]) -> list[float]:
        """The derivative of the result with respect to some of the inputs."""
        return gradients(self.y, target) if isinstance(self.y, Value) else [0.0] * len(target)

    def slopes(self, nodes: Iterable[Value], partials_of: Partials) -> dict[Value, float]:
        """The derivative of the result by each of the nodes, newest first, with other local derivatives in them."""
        found: dict[Value, float] = {self.y: 1.0} if isinstance(self.y, Value) else {}
        for node in nodes:
            for x, partial in zip(node.operands, partials_of(node), strict=False):
                if isinstance(x, Value) and partial is not None:
                    found[x] = found.get(x, 0.0) + found.get(node, 0.0) * partial
        return found

    def depends_on(self, target: Iterable[Value]) -> bool:
        """Whether there is a path from the target to the result."""
        return not set(self.graph).isdisjoint(target)

    @cached_property
    def graph(self) -> list[Value]:
        """The result and all that it was computed from, newest first."""
        return ancestry(self.y) if isinstance(self.y, Value) else []

    def nodes(self, target: Sequence[Value]) -> list[Value]:
        """The target, the result and what lies between them, newest first."""
        needed = leading_to(target, self.graph)
        return [node for node in self.graph if node in needed]


def parameters_of(f: Callable[..., Any], what: str) -> dict[str, bool]:
    """The names of a function's parameters, which are the inputs, and whether each has to be given."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        raise TypeError(
            f"{what} must be a Python function with named parameters; {f!r} does not show its own"
        ) from None
    for p in parameters:
        if p.kind not in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
            raise TypeError(f"{what} needs a name for each of its inputs, and has {p}")
    return {p.name: p.default is p.empty for p in parameters}


def by_name(f: Callable[..., Any]) -> Program:
    """The function of its arguments by name. They go in by position where they can: what `grad` returns needs it."""
    parameters = inspect.signature(f).parameters.values()
    order = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]

    def program(named: Mapping[str, Any]) -> Any:
        first = list(takewhile(named.__contains__, order))
        return f(*[named[name] for name in first], **{name: x for name, x in named.items() if name not in first})

    return program


def run(f: Program, point: Point, name: str, *, named: bool = False) -> Run:
    """Run the program with every input as a Value; ``named`` to collect the names of its variables."""
    alone = point.by_sample if point.n == 1 else ()  # of one sample there is no need to say which
    inputs = {i: [lifted(i, x[0])] if i in alone else lifted(i, x) for i, x in point.inputs.items()}
    names: dict[Value, str] = {}
    try:
        with recording():
            if named:
                with names_from_variables() as names:
                    y = f(inputs)
            else:
                y = f(inputs)
    except TypeError as error:
        if advice := point.said_too_little(error):
            raise TypeError(f"{name}: {error}; {advice}") from error
        raise
    if isinstance(y, Value):
        return Run(point, inputs, y, names)
    if is_number(y):
        return Run(point, inputs, float(y), names)
    raise TypeError(f"{name} must return one number, and returned {y!r} of type {type(y).__name__}")


def is_number(x: object) -> bool:
    """Whether this is a real number; True and False are none."""
    return isinstance(x, Real) and not isinstance(x, bool)


def parted(path: str) -> tuple[str, tuple[int, ...]]:
    """The name of an input, and the place in it.

    >>> parted("w"), parted("w[0][1]")
    (('w', ()), ('w', (0, 1)))
    """
    name, bracket, rest = path.partition("[")
    places = bracket + rest
    if not re.fullmatch(r"(\[\d+\])*", places):
        raise TypeError(f"{path!r} is no input: write w for a whole vector, and w[0] for its first number")
    return name, tuple(map(int, re.findall(r"\d+", places)))


def at(tree: Mapping[str, Any], path: str) -> Any:
    """What stands at ``w`` or ``w[0]`` in the inputs, or in their derivatives."""
    name, places = parted(path)
    found = tree[name]
    for i in places:
        if not isinstance(found, list) or i >= len(found):
            raise TypeError(f"there is no {path}: {name} is {_described(tree[name])}")
        found = found[i]
    return found


def _described(x: Any) -> str:
    if not isinstance(x, list):
        return "one number"
    inner = f", each {_described(x[0])}" if isinstance(x[0], list) else ""
    return f"a list of {len(x)}{inner}"
