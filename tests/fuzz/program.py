"""Programs as data: the text of a function, what is asked of it, and with what it is called.

The text is Python on the public names of ``autograd``. The engine and the compiler run it as it stands, the oracle with
names of its own; and a person who is shown a failure pastes it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd import Value, no_grad

from . import oracle
from .jets import lift
from .oracle import tree_map
from .premises import Rounding, state
from .rows import rows


class Line(NamedTuple):
    """Two numbers with names."""

    slope: Any
    offset: Any


Other = namedtuple("Line", "slope offset")  # noqa: PYI024  # another class of the same name


def array(xs: Any, dtype: str = "float64") -> Any:
    """An array of numbers."""
    with np.errstate(over="ignore"):
        return np.array(xs, dtype=dtype)


def float32(x: float) -> Any:
    """The nearest number of half the digits."""
    with np.errstate(over="ignore"):
        return np.float32(x)


def strided(x: Any) -> Any:
    """The same numbers with gaps between them in memory."""
    return np.repeat(x, 2, axis=0)[::2]


def backwards(x: Any) -> Any:
    """The same numbers, the last one first in memory."""
    return np.ascontiguousarray(x[::-1])[::-1]


def columns(x: Any) -> Any:
    """The same numbers, column by column in memory."""
    return np.asfortranarray(x)


def readonly(x: Any) -> Any:
    """The same numbers, not to be written to."""
    x = x.copy()
    x.setflags(write=False)
    return x


HELPERS: dict[str, Any] = {
    **{f.__name__: f for f in (array, strided, backwards, columns, readonly)},
    "float32": float32,
    "float64": np.float64,
    "inf": inf,
    "nan": nan,
    "Line": Line,
    "Other": Other,
}


class Call(NamedTuple):
    """One call: the arguments as text, and the numbers of the Values from outside at that time."""

    args: str
    captured: tuple[float, ...] = ()
    theta: tuple[float, ...] = ()


@dataclass(frozen=True)
class Program:
    """A program and its calls."""

    source: str
    """The definition of ``f``; it may use the lists of Values ``C`` and, the parameters, ``P``."""
    wanted: str
    """What is asked: ``f`` itself, ``grad(f)``, …"""
    calls: tuple[Call, ...]
    kind: str = "arrays"
    """What to compile to: arrays, or straight-line Python on floats."""
    tags: tuple[str, ...] = ()
    """What the generator put into it, for counting."""

    @property
    def has_parameters(self) -> bool:
        """Whether the first argument is a vector of parameters."""
        return bool(self.calls[0].theta)


class Running:
    """A program in one mathematics: the engine's, or the oracle's."""

    def __init__(self, program: Program, names: dict[str, Any], make: Callable[[float], Any]) -> None:
        self.program, self.make = program, make
        self.names = {**HELPERS, **names, "C": [], "P": []}
        exec(_code(program.source, "exec"), self.names)
        self.f = eval(_code(program.wanted, "eval"), self.names)
        self.outside(program.calls[0])

    def outside(self, call: Call) -> None:
        """Give the Values from outside the numbers that they have at this call."""
        for name, numbers in (("C", call.captured), ("P", call.theta)):
            there = self.names[name]
            if not there:
                there += map(self.make, numbers)
            elif isinstance(there[0], Value):
                for value, x in zip(there, numbers, strict=True):
                    value.data = x
            else:
                there[:] = map(self.make, numbers)

    def arguments(self, call: Call) -> tuple[Any, ...]:
        """The arguments of a call."""
        return tuple(eval(_code(f"({call.args},)" if call.args else "()", "eval"), self.names))

    def with_parameters(self) -> Callable[..., Any]:
        """What is wanted as a function of the parameters, too: they come first, as in a compiled program."""
        if not self.program.has_parameters:
            return self.f
        inner = self.names["f"]

        def with_theta(theta: Sequence[Any], *args: Any) -> Any:
            before = self.names["P"][:]
            self.names["P"][:] = list(theta)
            try:
                return inner(*args)
            finally:
                self.names["P"][:] = before

        return eval(_code(self.program.wanted, "eval"), {**self.names, "f": with_theta})


_codes: dict[tuple[str, str], Any] = {}


def _code(text: str, mode: str) -> Any:
    found = _codes.get((text, mode))
    if found is None:
        if len(_codes) > 1000:
            _codes.clear()
        found = _codes[text, mode] = compile(text, "<program>", mode)
    return found


def engine(program: Program, own: dict[str, Any]) -> Running:
    """The program on the engine."""
    return Running(program, {**ENGINE, **own}, Value)


ENGINE = {name: getattr(autograd, name) for name in dir(autograd) if name in oracle.names or name in rows}


def eagerly(running: Running, call: Call) -> Any:
    """What the engine says: numbers. All arguments are Values, so that every operation is the engine's."""
    running.outside(call)
    args = lifted(running, call, Value)
    with no_grad():
        return tree_map(_number, running.with_parameters()(*args))


def openly(running: Running, call: Call) -> Any:
    """The same by Values that can be differentiated again."""
    running.outside(call)
    return tree_map(_number, running.with_parameters()(*lifted(running, call, Value)))


def lifted(running: Running, call: Call, make: Callable[[Any], Any]) -> list[Any]:
    """The arguments of a call, in one mathematics."""
    args = [tree_map(lambda x: make(float(x)), x) for x in running.arguments(call)]
    return [[make(x) for x in call.theta], *args] if call.theta else args


def _number(x: Any) -> Any:
    return x.data if isinstance(x, Value) else x


def truly(program: Program, call: Call, rounding: Rounding, limit: int, *, lenient: bool = False) -> Any:
    """What the oracle says: jets."""
    state.lenient, state.refused = lenient, ()
    state.rounding, state.operations, state.limit, state.growth, state.infinitesimals = rounding, 0, limit, 0.0, 0
    running = Running(program, {**oracle.names, **rows}, lift)
    running.outside(call)
    return tree_map(lift, running.with_parameters()(*lifted(running, call, lift)))


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each number with its place; arrays are lists here."""
    if isinstance(tree, dict):
        for key, x in tree.items():
            yield from leaves(x, f"{path}[{key!r}]")
    elif isinstance(tree, np.ndarray) and tree.ndim == 0:
        yield path, tree[()]
    elif isinstance(tree, list | tuple | np.ndarray):
        kind = type(tree).__name__ if isinstance(tree, tuple) else ""
        if not len(tree):
            yield f"{path}{kind}[]", None
        for i, x in enumerate(tree):
            yield from leaves(x, f"{path}{kind}[{i}]")
    else:
        yield path, tree


def classes(tree: Any) -> Any:
    """The classes of the tuples in a structure, so that one is not taken for another of its name."""
    if isinstance(tree, dict):
        return [classes(x) for x in tree.values()]
    if isinstance(tree, list | tuple):
        return [type(tree) if isinstance(tree, tuple) else list, *map(classes, tree)]
    return None


def script(program: Program) -> str:
    """The program as Python to paste: eagerly, and compiled."""
    lines = [
        "import numpy as np",
        "from autograd import *",
        "from autograd import compile",
        "from tests.fuzz.program import HELPERS",
        "globals().update(HELPERS)",
        "",
    ]
    first = program.calls[0]
    if "C[" in program.source:
        lines.append(f"C = [{', '.join(f'Value({x!r})' for x in first.captured)}]")
    if first.theta:
        lines.append(f"P = [{', '.join(f'Value({x!r})' for x in first.theta)}]")
    lines += [program.source, f"wanted = {program.wanted}", ""]
    lines.append(f"program = compile(wanted{', parameters=P' if first.theta else ''})  # to {program.kind}")
    for call in program.calls:
        if call.captured and call is not first:
            lines.append(f"for c, x in zip(C, {list(call.captured)}): c.data = x")
        theta = f"{list(call.theta)}, " if call.theta else ""
        lines.append(f"print(program({theta}{call.args}))")
        if not call.theta:
            lines.append(f"print(wanted({call.args}))")
    return "\n".join(lines) + "\n"
