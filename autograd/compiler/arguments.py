"""What a compiled function is called with: lists, tuples, dicts and arrays of numbers, and anything else as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..value import Value
from .array_argument import Argument
from .containers import fold, rebuilt
from .structure import is_number
from .trace import Trace

_DEEP = 16  # indices after one another in an expression; Python's parser has a limit


class Keywords(dict[str, Any]):
    """The arguments that a call gave by name and that the function takes by name only."""


def applied(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function for arguments of which the last may be `Keywords`."""

    def call(*args: Any) -> Any:
        return f(*args[:-1], **args[-1]) if args and isinstance(args[-1], Keywords) else f(*args)

    return call


class Keys:
    """Keys of dicts, as Python: a literal, or an item of a list that the program is given."""

    def __init__(self) -> None:
        self.listed: list[Any] = []
        """Those that have no literal."""
        self._place: dict[int, int] = {}

    def text(self, key: Any) -> str:
        """A key as Python."""
        if type(key) in (str, bool) or key is None or (type(key) is int and abs(key) < 1 << 64):
            return repr(key)
        if id(key) not in self._place:
            self._place[id(key)] = len(self.listed)
            self.listed.append(key)
        return f"keys[{self._place[id(key)]}]"


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where something is among the arguments: an argument, or at an index or key of another place."""

    above: Place | None
    here: Any
    """The argument's number, an index, or a key."""
    text: str
    """As Python: where it is from the last place that has a name of its own."""
    depth: int = 0

    @property
    def steps(self) -> tuple[Any, ...]:
        """The way there: the indices and keys, one after another."""
        found = []
        place: Place | None = self
        while place is not None:
            found.append(place.here)
            place = place.above
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A number or an array among the arguments: where it is, and what stands for it in the recording."""

    place: Place
    given: Any
    """A Value for a number, an `Argument` for an array."""
    row: str = ""
    """Where the list is, if the number is one of a list of numbers."""

    @property
    def path(self) -> str:
        """Where it is, as Python."""
        return self.place.text


class Lift:
    """Puts Values and `Argument`s in the place of numbers and arrays, and lists them."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.leaves: list[Leaf] = []
        self.keys = Keys()
        self.aliases: list[str] = []
        """Lines that give places deep inside names of their own."""

    def __call__(self, tree: Any, name: str, i: int) -> Any:
        """The same tree, the i-th argument, lifted."""
        return fold(tree, self._leaf, self._join, Place(None, i, name), self._step, _is_row)

    def _step(self, at: Place, key: Any) -> Place:
        """The place at an index or a key of a container."""
        text = f"{at.text}[{self.keys.text(key)}]"
        if (at.depth + 1) % _DEEP == 0:
            self.aliases.append(f"place{len(self.aliases)} = {text}")
            text = f"place{len(self.aliases) - 1}"
        return Place(at, key, text, at.depth + 1)

    def _leaf(self, x: Any, at: Place) -> Any:
        if isinstance(x, list | tuple):
            values = self.trace.values(np.array(x, dtype=float)).tolist()
            return self._join(x, [self._listed(Leaf(self._step(at, i), v, at.text)) for i, v in enumerate(values)], at)
        if isinstance(x, np.ndarray):
            self._check(x, at)
            return self._listed(Leaf(at, Argument(self.trace, x) if x.ndim else self.trace.values(float(x))))
        if isinstance(x, Value):
            raise TypeError(
                f"{at.text} is {x!r}, and a compiled function takes plain numbers: what comes out has no graph. Pass "
                f"{at.text}.data; or, if it is a parameter, use it in the function as it is and name it in parameters="
            )
        if is_number(x):
            return self._listed(Leaf(at, self.trace.values(float(x))))
        if hasattr(type(x), "__array__"):
            raise TypeError(
                f"{at.text} is a {type(x).__module__}.{type(x).__qualname__}, and a program takes NumPy's arrays: pass "
                f"np.asarray of it"
            )
        return x

    def _check(self, x: Any, at: Place) -> None:
        if x.dtype.kind not in "fiu":
            raise TypeError(
                f"{at.text} is an array of {x.dtype}, and a program takes arrays of real numbers"
                + ("; write .astype(float) if 0 and 1 are meant" if x.dtype.kind == "b" else "")
            )

    def _join(self, tree: Any, parts: Sequence[Any], at: Place) -> Any:
        try:
            return rebuilt(tree, parts)
        except TypeError:
            if isinstance(tree, Mapping):
                return dict(zip(tree, parts, strict=True))
            raise

    def _listed(self, leaf: Leaf) -> Any:
        self.leaves.append(leaf)
        return leaf.given


def _is_row(tree: Any) -> bool:
    """Whether it is a list of numbers, which are read at once."""
    return isinstance(tree, list | tuple) and len(tree) > 1 and all(map(is_number, tree))
