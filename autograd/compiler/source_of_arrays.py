"""The module of a program over arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import arrays as on_arrays
from ..tree import leaves
from ..value import Value
from .array_argument import Argument
from .as_arrays import ArrayCode
from .kernel import LIMITS
from .lanes import Lanes
from .source import INDENT, NOT_FINITE, Source, special_numbers
from .spared import spared_places
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
        self.quick: dict[str, str] = {}
        """What has to be finite, each with a number that is not finite if it is not."""

    def text(self) -> str:
        """Constants, ``prepare``, and a function that takes what the original takes."""
        code, graph = self.code, self.build.graph
        load, setup = self._load()
        result = self.result()
        self._look_at_what_was_differentiated()
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
        run = [*load, *code.forward, *code.backward, *self._checks(), *self.inner, f"return {result}"]
        lines = [
            *self._head([*body, *run]),
            "",
            "",
            f"def prepare({sizes}):",
            *[f"{INDENT}{line}" for line in body],
            "",
            f"{INDENT}def run({self.arguments()}):",
            *[f"{INDENT * 2}{line}" for line in run],
            "",
            f"{INDENT}run.numbers = lambda: {self._numbers()}",
            f"{INDENT}return run",
            "",
            "",
            *self._face(),
        ]
        return "\n".join(lines) + "\n"

    def _look_at_what_was_differentiated(self) -> None:
        """A number that is nan without a floating-point flag, as for a class that does not exist, is noticed, too."""
        nodes = {n for v in self.build.trace.differentiated_ones if (n := self.build.at[v]) >= 0}
        for axis in sorted({self.build.graph.axis[n] for n in nodes}):
            self._several(np.array(sorted(n for n in nodes if self.build.graph.axis[n] == axis)), axis)

    def _checks(self) -> list[str]:
        """A look at all results, and at what NumPy computes without a word on inf: first at few numbers, which may be
        too large because of many large ones.
        """
        for name in self.code.unwatched:
            self.quick[name] = f"{name}.dot({name})"
        if self.build.never_finite:
            return [NOT_FINITE]
        if not self.quick:
            return []
        quick = " and ".join([f"isfinite({x})" for x in self.quick.values()])
        return [
            f"if not ({quick}) and not all([np.isfinite(x).all() for x in ({', '.join(self.quick)},)]):",
            INDENT + NOT_FINITE,
        ]

    def _numbers(self) -> str:
        """All that has to be finite if the results are to be trusted, whatever flags NumPy raises."""
        build = self.build
        spared = spared_places(build.graph, build.at, build.trace.rule_parts, self.place)
        buffers = []
        for axis in sorted({-1, *self.code.size}):
            rows = spared.get(axis)
            buffers.append(f"np.delete({buffer(axis)}, {rows}, axis=0)" if rows else buffer(axis))
        return f"({', '.join(buffers)},)"

    def _head(self, code: Sequence[str]) -> list[str]:
        wanted = self.wanted
        captured = str([v._data for v in self.build.captured])
        special = special_numbers([*code, captured])
        limits = LIMITS if wanted.dtype == "float64" else {name: math.copysign(88.0, x) for name, x in LIMITS.items()}
        lines = [
            f'"""{wanted.free_name}, as a program over arrays. V holds its numbers, H those of a batch;',
            'dV and dH are their derivatives. Names ending in a number are views of these buffers, or scratch."""',
            "",
            f"from math import {', '.join(sorted({'isfinite', *special}))}",
            "",
            "import numpy as np",
            *(["", "from autograd.arrays import arrays"] if self.code.helpers else []),
            *self.imports(),
            "",
            f"dtype = np.{wanted.dtype}",
            *[f"{name} = {limit}" for name, limit in limits.items()],
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
        for mine in self.build.leaves:
            for path, nodes in self.leaf_runs(mine):
                first = int(place[nodes[0]])
                load.append(f"V[{first}] = {path}" if len(nodes) == 1 else f"V[{first}:{first + len(nodes)}] = {path}")
            for leaf in mine:
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
        self.quick[text] = text
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
            text = f"{name}[{self.code.index(places.ravel())}]"
        self.quick[text] = f"np.add.reduce({text}{', axis=None' * (axis >= 0)})"
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
        shape = tree.shape_of_sample()
        if shape is None:
            return self._list_of_samples(tree.tree, axis)
        if 0 in shape:
            return f"np.zeros(({', '.join([lanes(axis), *map(str, shape)])}), dtype)"
        nodes = [self._node(x) for _, x in leaves(tree.tree)]
        if all(self._varies(n, axis) for n in nodes):
            text = self._several(np.array(nodes), axis)
            if not shape:
                return f"{text}[0].copy()"
            return f"{text}.T.reshape({', '.join([lanes(axis), *map(str, shape)])}).copy()"
        parts = [self._of_each(n, axis) for n in nodes]
        if not shape:
            return f"{parts[0]}.copy()"
        return f"np.stack([{', '.join(parts)}], axis=-1).reshape({', '.join([lanes(axis), *map(str, shape)])})"

    def _node(self, x: Any) -> int:
        return self.build.at[x] if isinstance(x, Value) else self.build.graph.constant(float(x))

    def _varies(self, n: int, axis: int) -> bool:
        return n >= 0 and self.build.graph.axis[n] == axis

    def _of_each(self, n: int, axis: int) -> str:
        """One number of each sample."""
        if not self._varies(n, axis):
            return f"np.full({lanes(axis)}, {self.number(n)}, dtype)"
        text = f"{buffer(axis)}[{self.place[n]}]"
        self.quick[text] = f"np.add.reduce({text})"
        return text

    def _list_of_samples(self, tree: Any, axis: int) -> str:
        """A list with the same structure for each sample, where that is more than an array."""
        columns: list[str] = []

        def leaf(x: Any, at: Any) -> str:
            if isinstance(x, Value) or is_number(x):
                columns.append(f"{self._of_each(self._node(x), axis)}.tolist()")
                return f"x{len(columns)}"
            if isinstance(x, np.ndarray):
                return self.array_of(x, written)
            return super(ArraySource, self)._leaf(x, at)

        def written(x: Any) -> str:
            return self._written(x, leaf, at_once=False)

        text = written(tree)
        if not columns:
            return f"[{text} for _ in range({lanes(axis)})]"
        names = ", ".join([f"x{i + 1}" for i in range(len(columns))])
        return f"[{text} for {names}{',' * (len(columns) == 1)} in zip({', '.join(columns)}, strict=True)]"

    def slope_of_parameters(self) -> str:
        """The derivatives by the parameters."""
        count = len(self.wanted.parameters or ())
        self.quick[f"dV[0:{count}]"] = f"np.add.reduce(dV[0:{count}])"
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
