"""Programs as Python modules: what both kinds share, which is how arguments are read and results are put together."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import arrays as on_arrays
from ..value import Value
from .arguments import Leaf
from .array_argument import Argument
from .containers import filled, fold, maker
from .structure import is_number
from .writer import number_text

if TYPE_CHECKING:
    from .build import Build

INDENT = "    "
NOT_FINITE = 'raise ArithmeticError("a result is not finite")'
_DEEP = 16  # brackets in brackets in an expression; Python's parser has a limit


def _size_at(steps: tuple[Any, ...]) -> Callable[[Sequence[Any]], int]:
    return lambda args: len(reduce(getitem, steps, args))


def _size_of(array: Any) -> Callable[[Sequence[Any]], int]:
    return lambda args: len(array)


def special_numbers(lines: Sequence[str]) -> set[str]:
    """Which of ``inf`` and ``nan`` stand in some lines."""
    return {x for x in ("inf", "nan") for line in lines if re.search(rf"\b{x}\b", line)}


class Source(ABC):
    """What the two kinds of program share."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.wanted = build.wanted
        self.namespace: dict[str, Any] = {"captured": ()}
        self.checked: list[str] = []
        self.inner: list[str] = []
        """Lines for what is deep inside of the results."""
        self.notes: list[str] = []
        """What a reader has to define who wants to run the source on its own."""

    def arguments(self) -> str:
        """The arguments of a run."""
        return ", ".join([*self.build.names, *(["captured=captured"] if self.build.captured else [])])

    def leaf_runs(self, leaves: Sequence[Leaf]) -> list[tuple[str, list[int]]]:
        """Numbers that are neighbours in a list are read at once: their path, and their nodes."""
        runs: dict[str, list[int]] = {}
        for leaf in leaves:
            if isinstance(leaf.given, Value):
                runs.setdefault(leaf.row or leaf.path, []).append(self.build.at[leaf.given])
        return list(runs.items())

    def sizes(self) -> list[list[tuple[str, Callable[[Sequence[Any]], int]]]]:
        """For each batch the arrays that have it as their first axis, and how to find its size in the arguments."""
        offset = int(self.wanted.parameters is not None)
        everything = [leaf for leaves in self.build.leaves for leaf in leaves]
        arrays = [leaf for leaf in everything if isinstance(leaf.given, Argument) and leaf.given.lanes is not None]
        found: list[list[tuple[str, Callable[[Sequence[Any]], int]]]] = []
        for axis in self.build.axes:
            mine = [leaf for leaf in arrays if leaf.given.axis.root() is axis]
            brought = [c for c in self.build.trace.constants if c.axis is not None and c.axis.root() is axis]
            found.append(
                [(leaf.path, _size_at((leaf.place.steps[0] + offset, *leaf.place.steps[1:]))) for leaf in mine]
                + [("an array that the function brought along", _size_of(c.array)) for c in brought]
            )
        return found

    def result(self) -> str:
        """What a run returns, as Python."""
        wanted = self.wanted
        value = self.tree(self.build.result) if wanted.argnums is None or wanted.value else ""
        if wanted.argnums is None:
            return value
        slopes = [self.slope(i) for i in wanted.argnums]
        slope = slopes[0] if wanted.one else f"({''.join([f'{s}, ' for s in slopes])})"
        return f"({value}, {slope})" if wanted.value else slope

    def tree(self, tree: Any) -> str:
        """What the function returned, with numbers of the program in place of Values."""
        return self._written(tree, self._leaf)

    def _leaf(self, x: Any, at: Any) -> str:
        """A result that is no list, tuple or dict."""
        if isinstance(x, Value):
            return self.number(self.build.at[x])
        if isinstance(x, Argument):
            x = x.materialise()
        if isinstance(x, np.ndarray):
            plain = all(isinstance(v, Value) or is_number(v) for v in x.flat)
            return self.array(x) if plain else self.array_of(x, self.tree)
        if is_number(x):
            return number_text(float(x))
        if x is None or type(x) in (bool, str):
            return repr(x)
        raise TypeError(f"a compiled function returns numbers in lists, tuples, dicts and arrays, and this is {x!r}")

    def _written(self, tree: Any, leaf: Callable[[Any, Any], str], grad: bool = False, at_once: bool = True) -> str:
        """A tree of numbers as Python; ``leaf`` writes what is no container. Lists of numbers are written ``at_once``,
        and what is deep inside comes first, unless each number is to be written where it is.
        """
        depth: dict[str, int] = {}

        def at_a_leaf(x: Any, at: Any) -> str:
            if isinstance(x, list):
                return self.numbers([self.build.at[v] for v in x], grad)
            return leaf(x, at)

        def join(node: Any, parts: list[str], at: Any) -> str:
            contents = filled(node, parts)
            if isinstance(node, Mapping):
                text = "{" + ", ".join([f"{self.build.keys.text(k)}: {x}" for k, x in contents.items()]) + "}"
            elif isinstance(node, list):
                text = f"[{', '.join(parts)}]"
            else:
                text = f"({', '.join(parts)}{',' * (len(parts) == 1)})"
            make = None if grad and isinstance(node, Mapping) else maker(node, filled(node, _branches(node)))
            if make is not None:
                text = f"{self._maker(node, make)}({text})"
            depth[text] = below = 1 + max([depth.get(x, 0) for x in parts], default=0)
            if below >= _DEEP and at_once:
                self.inner.append(f"part{len(self.inner)} = {text}")
                text = f"part{len(self.inner) - 1}"
            return text

        return str(fold(tree, at_a_leaf, join, step=lambda at, key: (at, key), whole=_of_values if at_once else None))

    def _maker(self, tree: Any, make: Callable[[Any], Any]) -> str:
        name = f"make{len(self.notes)}"
        self.namespace[name] = make
        kind = "dict" if isinstance(tree, Mapping) else "list" if isinstance(tree, list) else "tuple"
        self.notes.append(f"# Define {name}: it makes a {ascii(type(tree).__qualname__)[1:-1]} of a {kind}.")
        return name

    def head(self) -> list[str]:
        """What a reader has to define, and the numbers that were captured."""
        lines = list(self.notes)
        if self.build.keys.listed:
            self.namespace["keys"] = self.build.keys.listed
            lines.append(f"# Define keys, a list: {len(self.build.keys.listed)} keys of dicts that are no literals.")
        return ["", *lines] if lines else []

    def array_of(self, tree: Any, written: Callable[[Any], str]) -> str:
        """An array whose entries are lists or arrays themselves, each of them ``written``."""
        self.namespace["array_of"] = on_arrays.array_of
        return f"array_of([{', '.join(map(written, tree.flat))}], {tree.shape})"

    def imports(self) -> list[str]:
        """Of this project, what a program of either kind may need."""
        return ["", "from autograd.arrays import array_of"] if "array_of" in self.namespace else []

    def slope(self, i: int) -> str:
        """The derivative by the i-th argument."""
        if self.build._argument(i) < 0:
            return self.slope_of_parameters()
        own = self.build._argument(i)
        paths = {id(leaf.given): leaf.path for leaf in self.build.leaves[own]}

        def leaf(x: Any, at: Any) -> str:
            if isinstance(x, Value):
                return self.number(self.build.at[x], grad=True)
            if isinstance(x, Argument):
                return self.slope_of_array(x, paths[id(x)])
            raise TypeError(f"{_told(self.build.names[i], at)} is {x!r}, which is no number to differentiate by")

        return self._written(self.build.lifted[own], leaf, grad=True)

    # What differs:
    @abstractmethod
    def text(self) -> str:
        """The whole module."""

    @abstractmethod
    def number(self, n: int, grad: bool = False) -> str:
        """One number."""

    def numbers(self, nodes: Sequence[int], grad: bool = False) -> str:
        """A list of numbers."""
        return f"[{', '.join([self.number(n, grad) for n in nodes])}]"

    @abstractmethod
    def array(self, tree: Any) -> str:
        """An array of numbers."""

    @abstractmethod
    def slope_of_parameters(self) -> str:
        """The derivatives by the parameters."""

    @abstractmethod
    def slope_of_array(self, given: Argument, path: str) -> str:
        """The derivatives by an array."""


def _branches(node: Any) -> Sequence[Any]:
    return list(node.values()) if isinstance(node, Mapping) else node


def _of_values(tree: Any) -> bool:
    return type(tree) is list and bool(tree) and all(isinstance(x, Value) for x in tree)


def _told(name: str, at: Any) -> str:
    """Where something is, for a message: ``at`` is (where its container is, its key)."""
    keys = []
    while at is not None:
        at, key = at
        keys.append(f"[{key!r}]")
    return name + "".join(reversed(keys))
