"""The module of a program over arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import arrays as on_arrays
from ..value import Value
from .array_argument import Argument
from .as_arrays import ArrayCode
from .lanes import Lanes
from .source import INDENT, Source, special_numbers
from .structure import is_number
from .views import view
from .writer import buffer, lanes, number_text

if TYPE_CHECKING:
    from .build import Build


class ArraySource(Source):
    """The module for a program over arrays."""

    def __init__(self, build: Build) -> None:
        super().__init__(build)
        assert isinstance(build.code, ArrayCode)
        self.code = build.code
        self.place = build.code.place

    def text(self) -> str:
        """Constants, ``prepare``, and a function that takes what the original takes."""
        code, graph = self.code, self.build.graph
        load, setup = self._load()
        result = self.result()
        size = code.size
        buffers = []
        for axis in sorted({-1, *size}):
            shape = f"({size.get(axis, 0)}{f', {lanes(axis)}' if axis >= 0 else ','})"
            for grad in (False, True) if self.build.root is not None else (False,):
                buffers.append(f"{buffer(axis, grad)} = np.zeros({shape}, dtype)")
        for n, row in enumerate(graph.row):
            if row is None and graph.group[n] >= 0:
                what = graph.groups[graph.group[n]].constants[0]
                if what.startswith("constant "):
                    setup.append(f"V[{self.place[n]}] = {number_text(graph.constants[~int(what[9:])])}")
        sizes = ", ".join([lanes(i) for i in range(len(self.build.axes))])
        body = [*buffers, *setup, *code.setup]
        self.checked += [f"np.add.reduce({name}, axis=None)" for name in code.unwatched]
        checks = " and ".join([f"isfinite({x})" for x in self.checked])
        run = [*load, *code.forward, *code.backward]
        if checks:
            run += [f"if not ({checks}):", f'{INDENT}raise ArithmeticError("a result is not finite")']
        run += [*self.inner, f"return {result}"]
        lines = [
            *self._head(result),
            "",
            "",
            f"def prepare({sizes}):",
            *[f"{INDENT}{line}" for line in body],
            "",
            f"{INDENT}def run({self.arguments()}):",
            *[f"{INDENT * 2}{line}" for line in run],
            "",
            f"{INDENT}return run",
            "",
            "",
            *self._face(),
        ]
        return "\n".join(lines) + "\n"

    def _head(self, result: str) -> list[str]:
        wanted = self.wanted
        captured = str([v._data for v in self.build.captured])
        written = [*self.code.setup, *self.code.forward, *self.code.backward, *self.inner]
        special = special_numbers([*written, result, captured])
        limit = "709.0" if wanted.dtype == "float64" else "88.0"
        lines = [
            f'"""{wanted.free_name}, as a program over arrays. V holds its numbers, H those of a batch;',
            'dV and dH are their derivatives. Names ending in a number are views of these buffers, or scratch."""',
            "",
            f"from math import {', '.join(sorted({'isfinite', *special}))}",
            "",
            "import numpy as np",
            *(["", "from autograd.arrays import arrays"] if self.code.helpers else []),
            "",
            f"dtype = np.{wanted.dtype}",
            f"log_largest = {limit}",
        ]
        everything = "\n".join([*self.code.setup, *self.code.forward])
        for name, known in sorted(self.code.helpers.items()):
            self.namespace[name] = getattr(on_arrays.arrays, known)
            lines.append(f"{name} = getattr(arrays, {known!r})")
        if "strided(" in everything:
            lines += [
                "",
                "",
                "def strided(buffer, base, counts, strides):",
                f"{INDENT}row, rest = buffer.strides[0], buffer.strides[1:]",
                f"{INDENT}shape, steps = (*counts, *buffer.shape[1:]), (*[s * row for s in strides], *rest)",
                f"{INDENT}return np.lib.stride_tricks.as_strided(buffer[base:], shape, steps)",
            ]
        lines += self.head()
        if self.build.captured:
            lines += ["", f"captured = {captured}"]
        return lines

    def _face(self) -> list[str]:
        names = ", ".join(self.build.names)
        firsts = [sizes[0][0] for sizes in self.sizes()]
        by_size = [f"len({path})" if path.isidentifier() or "[" in path else "" for path in firsts]
        for i, c in enumerate(self.build.trace.constants):
            for k, axis in enumerate(self.build.axes):
                if c.axis is not None and c.axis.root() is axis and not by_size[k]:
                    by_size[k] = f"len(data{i})"
        key = f"({', '.join(by_size)}{',' * (len(by_size) == 1)})"
        name = self.wanted.free_name
        return [
            "runs = {}",
            "",
            "",
            f"def {name}({names}):",
            *[f"{INDENT}{line}" for line in self.build.aliases],
            f"{INDENT}sizes = {key}",
            f"{INDENT}if sizes not in runs:",
            f"{INDENT * 2}runs[sizes] = prepare(*sizes)",
            f'{INDENT}with np.errstate(under="ignore"):',
            f"{INDENT * 2}return runs[sizes]({names})",
        ]

    def _load(self) -> tuple[list[str], list[str]]:
        load: list[str] = [*self.build.aliases]
        setup: list[str] = []
        at, place = self.build.at, self.place
        if self.wanted.parameters:
            load.append(f"V[0:{len(self.wanted.parameters)}] = theta")
        for leaves in self.build.leaves:
            for path, nodes in self.leaf_runs(leaves):
                first = int(place[nodes[0]])
                load.append(f"V[{first}] = {path}" if len(nodes) == 1 else f"V[{first}:{first + len(nodes)}] = {path}")
            for leaf in leaves:
                if isinstance(leaf.given, Argument):
                    load.extend(self._load_array(leaf.given, leaf.path))
        for i, c in enumerate(self.build.trace.constants):
            self.namespace[f"data{i}"] = c.array
            self.notes.append(f"# Define data{i}: an array that the function brought along.")
            load.extend(self._load_array(c, f"data{i}"))
        for i, axis in enumerate(self.build.axes):
            setup.append(f"V[{place[at[axis.count]]}] = {lanes(i)}")
        if self.build.captured:
            first = int(place[at[self.build.captured[0]]])
            load.append(f"V[{first}:{first + len(self.build.captured)}] = captured")
        return load, setup

    def _load_array(self, given: Argument, path: str) -> list[str]:
        lines = []
        at, place = self.build.at, self.place
        if given.whole is not None and given.whole.size:
            first = int(place[at[given.whole.flat[0]]])
            lines.append(f"V[{first}:{first + given.whole.size}] = {path}{'.ravel()' * (given.whole.ndim > 1)}")
        if given.lanes is not None:
            assert given.axis is not None
            h = buffer(self.build.axes.index(given.axis.root()))
            if isinstance(given.lanes, Value):
                lines.append(f"{h}[{place[at[given.lanes]]}] = {path}")
            elif given.lanes.size:
                first, n = int(place[at[given.lanes.flat[0]]]), given.lanes.size
                flat = f".reshape(-1, {n})" if given.lanes.ndim > 1 else ""
                lines.append(f"{h}[{first}:{first + n}] = {path}{flat}.T")
        return lines

    def number(self, n: int, grad: bool = False) -> str:
        """One number."""
        if n < 0:
            return "0.0" if grad else number_text(self.build.graph.constants[~n])
        text = f"{buffer(self.build.graph.axis[n], grad)}[{self.place[n]}]"
        self.checked.append(text)
        return f"float({text})"

    def numbers(self, nodes: Sequence[int], grad: bool = False) -> str:
        """A list of numbers."""
        if len(nodes) < 4 or min(nodes) < 0:
            return super().numbers(nodes, grad)
        return f"{self._several(np.array(nodes), -1, grad)}.tolist()"

    def _several(self, nodes: Any, axis: int, grad: bool = False) -> str:
        """Some numbers of one buffer as an array: a view of it, or a copy."""
        places = self.place[nodes]
        seen = view(places.ravel())
        name = buffer(axis, grad)
        if seen is not None and seen.injective:
            text = seen.written(name, self.code.size[axis], lanes(axis))
        else:
            text = f"{name}[{places.ravel().tolist()}]"
        self.checked.append(f"np.add.reduce({text}{', axis=None' * (axis >= 0)})")
        return text

    def array(self, tree: Any) -> str:
        """An array of numbers."""
        flat = tree.ravel().tolist()
        nodes = [self.build.at[x] if isinstance(x, Value) else self.build.graph.constant(float(x)) for x in flat]
        if not nodes or min(nodes) < 0:
            inner = ", ".join(map(self.number, nodes))
            return f"np.array([{inner}], dtype).reshape({tree.shape})"
        text = self._several(np.array(nodes), -1)
        return f"{text}.reshape({tree.shape}).copy()" if tree.ndim != 1 else f"{text}.copy()"

    def _leaf(self, x: Any, at: Any) -> str:
        """A result that is no list, tuple or dict; only here may it be a batch."""
        return self.batch(x) if isinstance(x, Lanes) else super()._leaf(x, at)

    def batch(self, tree: Lanes) -> str:
        """An array with a number, or a row of numbers, for each sample."""
        axis = self.build.axes.index(tree.axis.root())
        shape = self._regular(tree.tree)
        if 0 in shape:
            return f"np.zeros(({', '.join([lanes(axis), *map(str, shape)])}), dtype)"
        flat = np.ravel(np.array(tree.tree, dtype=object)).tolist() if shape else [tree.tree]
        nodes = [self.build.at[x] if isinstance(x, Value) else self.build.graph.constant(float(x)) for x in flat]
        if nodes and all(n >= 0 and self.build.graph.axis[n] == axis for n in nodes):
            text = self._several(np.array(nodes), axis)
            if not shape:
                return f"{text}[0].copy()"
            return f"{text}.T.reshape({', '.join([lanes(axis), *map(str, shape)])}).copy()"
        parts = [
            f"{buffer(axis)}[{self.place[n]}]"
            if n >= 0 and self.build.graph.axis[n] == axis
            else f"np.full({lanes(axis)}, {self.number(n)}, dtype)"
            for n in nodes
        ]
        if not shape:
            return f"{parts[0]}.copy()"
        return f"np.stack([{', '.join(parts)}], axis=-1).reshape({', '.join([lanes(axis), *map(str, shape)])})"

    def _regular(self, tree: Any) -> tuple[int, ...]:
        """The shape of what a function of a sample returns."""
        try:
            return np.shape(_shape_only(tree))
        except ValueError:
            raise TypeError(
                f"in a compiled function, what vmap is of returns a number, or an array or lists of numbers as regular "
                f"as one, or tuples and dicts of these; and here is {tree!r}"
            ) from None

    def slope_of_parameters(self) -> str:
        """The derivatives by the parameters."""
        count = len(self.wanted.parameters or ())
        self.checked.append(f"np.add.reduce(dV[0:{count}])")
        return f"dV[0:{count}].copy()"

    def slope_of_array(self, given: Argument, path: str) -> str:
        """The derivatives by an array."""
        terms = []
        if given.whole is not None and given.whole.size:
            nodes = np.array([self.build.at[v] for v in given.whole.ravel()], dtype=np.intp)
            terms.append(f"{self._several(nodes, -1, grad=True)}.reshape({path}.shape).copy()")
        if given.lanes is not None and np.size(given.lanes):
            assert given.axis is not None
            axis = self.build.axes.index(given.axis.root())
            nodes = np.array([self.build.at[v] for v in np.ravel(given.lanes)], dtype=np.intp)
            terms.append(f"{self._several(nodes, axis, grad=True)}.T.reshape({path}.shape).copy()")
        return " + ".join(terms) or f"np.zeros({path}.shape, dtype)"


def _shape_only(tree: Any) -> Any:
    """A tree of lists and arrays with zeros for numbers: to see its shape."""
    if isinstance(tree, list):
        return [_shape_only(x) for x in tree]
    if isinstance(tree, np.ndarray):
        return np.zeros(tree.shape)
    if not isinstance(tree, Value) and not is_number(tree):
        raise ValueError
    return 0.0
