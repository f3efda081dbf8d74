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
from .arguments import Leaf, is_number, key_text
from .array_argument import Argument
from .writer import number_text

if TYPE_CHECKING:
    from .build import Build

INDENT = "    "
NOT_FINITE = 'raise ArithmeticError("a result is not finite")'


def _size_at(steps: tuple[Any, ...]) -> Callable[[Sequence[Any]], int]:
    return lambda args: len(reduce(getitem, steps, args))


def _always(size: int) -> Callable[[Sequence[Any]], int]:
    return lambda args: size


def special_numbers(lines: Sequence[str]) -> set[str]:
    """Which of ``inf`` and ``nan`` stand in some lines."""
    return {x for x in ("inf", "nan") for line in lines if re.search(rf"\b{x}\b", line)}


class Source(ABC):
    """What the two kinds of program share."""

    head: list[str]

    def __init__(self, build: Build) -> None:
        self.build = build
        self.wanted = build.wanted
        self.namespace: dict[str, Any] = {"captured": ()}
        self.checked: list[str] = []

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
                [(leaf.path, _size_at((leaf.steps[0] + offset, *leaf.steps[1:]))) for leaf in mine]
                + [("an array that the function brought along", _always(len(c.array))) for c in brought]
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
        if isinstance(tree, Value):
            return self.number(self.build.at[tree])
        if isinstance(tree, Argument):
            tree = tree.materialise()
        if isinstance(tree, np.ndarray):
            plain = all(isinstance(x, Value) or is_number(x) for x in tree.flat)
            return self.array(tree) if plain else self.array_of(tree, self.tree)
        if isinstance(tree, Mapping | list | tuple):
            return self.container(tree, lambda x, where: self.tree(x), grad=False)
        if is_number(tree):
            return number_text(float(tree))
        if tree is None or isinstance(tree, bool | str):
            return repr(tree)
        raise TypeError(f"a compiled function returns numbers in lists, tuples, dicts and arrays, and this is {tree!r}")

    def container(self, tree: Any, branch: Callable[[Any, str], str], grad: bool) -> str:
        """A dict, list or tuple as Python; ``branch`` writes what is in it, and is told where that is."""
        if isinstance(tree, Mapping):
            keys = [key_text(key, self.build.keys) for key in tree]
            return (
                "{" + ", ".join([f"{k}: {branch(x, f'[{k}]')}" for k, x in zip(keys, tree.values(), strict=True)]) + "}"
            )
        if isinstance(tree, list) and tree and all(isinstance(x, Value) for x in tree):
            return self.numbers([self.build.at[x] for x in tree], grad)
        inner = ", ".join([branch(x, f"[{i}]") for i, x in enumerate(tree)])
        if isinstance(tree, list):
            return f"[{inner}]"
        if hasattr(tree, "_fields"):
            name = f"{type(tree).__name__}_"
            self.namespace[name] = type(tree)
            return f"{name}({inner})"
        return f"({inner}{',' if len(tree) == 1 else ''})"

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
        return self.slope_tree(self.build.lifted[own], self.build.names[i])

    def slope_tree(self, tree: Any, path: str) -> str:
        """The derivatives in the structure of an argument."""
        if isinstance(tree, Value):
            return self.number(self.build.at[tree], grad=True)
        if isinstance(tree, Argument):
            return self.slope_of_array(tree, path)
        if isinstance(tree, Mapping | list | tuple):
            return self.container(tree, lambda x, where: self.slope_tree(x, path + where), grad=True)
        raise TypeError(f"{path} is {tree!r}, which is no number to differentiate by")

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
