"""What a compiled function is called with: lists, tuples, dicts and arrays of numbers, and anything else as it is.

The structure of the arguments says which program is to be run. Everything but numbers is part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from ..real import refuse_masked
from ..value import Value
from .array_argument import Argument
from .trace import Trace


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A number or an array among the arguments: where it is, as Python, and what stands for it in the recording."""

    path: str
    given: Any
    """A Value for a number, an `Argument` for an array."""
    steps: tuple[Any, ...]
    """The way there: the indices and keys, one after another."""
    row: str = ""
    """Where the list is, if the number is one of a list of numbers."""


def key_text(key: Any, keys: list[Any]) -> str:
    """A key as Python."""
    if type(key) in (str, int, bool) or key is None:
        return repr(key)
    if key not in keys:
        keys.append(key)
    return f"keys[{keys.index(key)}]"


def is_number(x: Any) -> bool:
    """Whether this is a number that a program takes."""
    return type(x) is float or (isinstance(x, Real) and not isinstance(x, bool))


def structure(tree: Any) -> Any:
    """What a program depends on beside numbers: two calls with equal structures run the same program."""
    if type(tree) is float:
        return 0
    if isinstance(tree, np.ndarray):
        refuse_masked(tree)
        return tree.shape, tree.dtype.kind
    if isinstance(tree, Mapping):
        return (dict, *[(key, structure(branch)) for key, branch in tree.items()])
    if isinstance(tree, list | tuple):
        if set(map(type, tree)) == {float}:
            return type(tree), (0,) * len(tree)
        return type(tree), tuple([structure(branch) for branch in tree])
    if is_number(tree):
        return 0
    return _Same(tree)


class _Same:
    """Something that is part of the structure as it is: equal to itself, and to its equals if it can be hashed."""

    __slots__ = ("it",)

    def __init__(self, it: Any) -> None:
        self.it = it

    def __hash__(self) -> int:
        try:
            return hash(self.it)
        except TypeError:
            return id(self.it)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Same):
            return False
        return self.it is other.it or (type(self.it) is type(other.it) and bool(self.it == other.it))


class Lift:
    """Puts Values and `Argument`s in the place of numbers and arrays, and lists them."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.leaves: list[Leaf] = []
        self.keys: list[Any] = []
        """Keys of dicts that Python has no literal for."""

    def __call__(self, tree: Any, path: str, steps: tuple[Any, ...]) -> Any:
        """The same tree, lifted; ``path`` is where it is, as Python."""
        if isinstance(tree, np.ndarray):
            if tree.dtype.kind not in "fiu":
                raise TypeError(
                    f"{path} is an array of {tree.dtype}, and a program takes arrays of real numbers"
                    + ("; write .astype(float) if 0 and 1 are meant" if tree.dtype.kind == "b" else "")
                )
            given = Argument(self.trace, tree) if tree.ndim else self.trace.values(float(tree))
            return self._listed(Leaf(path, given, steps))
        if isinstance(tree, Mapping):
            return {
                key: self(branch, f"{path}[{key_text(key, self.keys)}]", (*steps, key)) for key, branch in tree.items()
            }
        if isinstance(tree, list | tuple):
            if len(tree) > 1 and all(map(is_number, tree)):
                values = self.trace.values(np.array(tree, dtype=float)).tolist()
                branches = [self._listed(Leaf(f"{path}[{i}]", v, (), path)) for i, v in enumerate(values)]
            else:
                branches = [self(branch, f"{path}[{i}]", (*steps, i)) for i, branch in enumerate(tree)]
            return type(tree)(*branches) if hasattr(tree, "_fields") else type(tree)(branches)
        if isinstance(tree, Value):
            raise TypeError(
                f"{path} is {tree!r}, and a compiled function takes plain numbers: what comes out has no graph. Pass "
                f"{path}.data; or, if it is a parameter, use it in the function as it is and name it in parameters="
            )
        return self._listed(Leaf(path, self.trace.values(float(tree)), steps)) if is_number(tree) else tree

    def _listed(self, leaf: Leaf) -> Any:
        self.leaves.append(leaf)
        return leaf.given
