"""A recording as a program: the Python that is run, and that can be read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import arrays as on_arrays
from .. import floats as on_floats
from ..errors import FrozenError
from ..value import Value
from .arguments import Leaf, is_number, key_text, lift
from .as_arrays import ArrayCode, buffer, lanes, number_text
from .as_floats import FloatCode, with_few_names
from .cost import cheaper_as_floats
from .graph import Graph, canonical, recorded
from .trace import Argument, Condition, Lanes, Trace
from .views import view

INDENT = "    "


@dataclass(slots=True)
class Wanted:
    """What is asked of a function."""

    f: Callable[..., Any]
    name: str
    free_name: str
    """The name as the program may use it."""
    parameters: Sequence[Value] | None
    """Values from outside that become the first argument, a vector."""
    argnums: tuple[int, ...] | None
    """The arguments to differentiate by, if there is a derivative to take."""
    one: bool
    """Whether it is one argument, so that its derivative is no tuple."""
    value: bool
    """Whether the value is asked for beside the derivative."""
    dtype: str


@dataclass(slots=True)
class Plan:
    """A program for one structure of the arguments."""

    source: str
    prepare: Callable[..., Any]
    code: ArrayCode | FloatCode
    recorded: int
    nodes: int
    captured: list[Value]
    sizes: list[list[tuple[str, Callable[[Sequence[Any]], int]]]]
    """For each batch the arrays that have it as their first axis: all must have one size."""
    free: frozenset[int]
    """Which of the arrays among the arguments may have any first size."""
    why: str

    pattern: Any
    """The structure of the results, with a `Lanes` where an array for a batch is."""

    def shaped(self, results: Any) -> Any:
        """What the engine returned, with arrays where the program has them."""
        return _shaped(self.pattern, results)

    @property
    def on_floats(self) -> bool:
        """Whether it is straight-line Python."""
        return isinstance(self.code, FloatCode)


class Build:
    """One recording, and what is made of it."""

    def __init__(self, wanted: Wanted, args: Sequence[Any], argument_names: Sequence[str]) -> None:
        self.wanted = wanted
        self.trace = Trace()
        self.graph = Graph()
        self.leaves: list[list[Leaf]] = []
        self.keys: list[Any] = []
        lifted = []
        for arg, name in zip(args, argument_names, strict=True):
            self.leaves.append([])
            lifted.append(lift(self.trace, arg, name, self.leaves[-1], self.keys))
        self.lifted = lifted
        self.names = [*(["theta"] if wanted.parameters is not None else []), *argument_names]
        parameters = wanted.parameters or ()
        self.trace.inputs.update(parameters)
        self.result = self.trace.run(wanted.f, lifted)
        self.at: dict[Value, int] = {}
        self.captured: list[Value] = []
        outputs = self._outputs()
        self._enter_inputs(parameters)
        self.recorded = len(recorded(outputs))
        counts = {total: axis.root().count for total, axis in self.trace.summed.items()}
        self.at = canonical(self.graph, outputs, self.at, self._capture, self.trace.start, counts)
        self.root = self._root() if wanted.argnums is not None else None
        self.wrt = self._wrt() if wanted.argnums is not None else []
        self.code = self._choose()

    # --- what goes in -------------------------------------------------------------------------------------------------

    def _enter_inputs(self, parameters: Sequence[Value]) -> None:
        graph = self.graph
        for p in parameters:
            self.at[p] = graph.start()
        self.axes = list({axis.root(): None for axis in self.trace.axes})
        axis_of = {axis: i for i, axis in enumerate(self.axes)}
        everything = [leaf.given for leaves in self.leaves for leaf in leaves]
        for given in [*everything, *self.trace.constants]:
            for tree, axis in ((given, -1),) if isinstance(given, Value) else _uses(given, axis_of):
                for v in np.ravel(tree) if isinstance(tree, np.ndarray) else [tree]:
                    self.at[v] = graph.start(axis)
        for axis in self.axes:
            self.at[axis.count] = graph.start(what="size of a batch")

    def _capture(self, v: Value) -> int:
        if v.operands and self.wanted.parameters and not set(self.wanted.parameters).isdisjoint(_below(v)):
            raise FrozenError(
                f"{v!r} was computed from a parameter before the function was called, so that it would not follow "
                f"when the parameters move. Compute it inside of the function"
            )
        self.captured.append(v)
        return self.graph.start(what="captured")

    # --- what comes out -----------------------------------------------------------------------------------------------

    def _outputs(self) -> list[Value]:
        found: list[Value] = []

        def look(tree: Any) -> None:
            if isinstance(tree, Value):
                found.append(tree)
            elif isinstance(tree, Mapping):
                for branch in tree.values():
                    look(branch)
            elif isinstance(tree, list | tuple):
                for branch in tree:
                    look(branch)
            elif isinstance(tree, np.ndarray):
                look(tree.ravel().tolist())
            elif isinstance(tree, Lanes):
                look(tree.tree)
            elif isinstance(tree, Argument):
                look(tree.materialise())
            elif isinstance(tree, Condition):
                bool(tree)

        look(self.result)
        return found

    def _root(self) -> int:
        y = self.result
        if isinstance(y, Lanes):
            raise TypeError(
                f"a gradient is that of one number, and {self.wanted.name} returns one for each sample: take "
                f"autograd.mean or autograd.sum of it; or vmap(value_and_grad(f)) for a gradient of each"
            )
        if not isinstance(y, Value) and not is_number(y):
            raise TypeError(
                f"grad needs a function that returns one number, and {self.wanted.name} returned {type(y).__name__}; "
                f"for a function that returns several there is jacobian"
            )
        return self.at[y] if isinstance(y, Value) else self.graph.constant(float(y))

    def _wrt(self) -> list[int]:
        found: list[int] = []
        for i in self.wanted.argnums or ():
            if self.wanted.parameters is not None and i == 0:
                found.extend([self.at[p] for p in self.wanted.parameters])
            for leaf in self._leaves_of(i):
                if isinstance(leaf.given, Value):
                    found.append(self.at[leaf.given])
                else:
                    for tree in (leaf.given.whole, leaf.given.lanes):
                        if tree is not None:
                            found.extend([self.at[v] for v in np.ravel(tree)])
        return found

    def _argument(self, i: int) -> int:
        """Where among the function's own arguments the i-th of the program is; −1 for the vector of parameters."""
        return i - (self.wanted.parameters is not None)

    def _leaves_of(self, i: int) -> list[Leaf]:
        own = self._argument(i)
        return self.leaves[own] if own >= 0 else []

    # --- the code -----------------------------------------------------------------------------------------------------

    def _choose(self) -> ArrayCode | FloatCode:
        root = self.root if self.root is not None and self.root >= 0 else None
        self.why = ""
        keep = [self.at[v] for v in self._outputs() if self.at[v] >= 0]
        if not self.axes and self.wanted.dtype == "float64":
            as_floats, self.why = cheaper_as_floats(self.graph, gradient=root is not None)
            if as_floats:
                return FloatCode(self.graph, keep, self.wrt, root)
        return ArrayCode(self.graph, keep, self.wrt, root)

    def plan(self) -> Plan:
        """The program, ready to run."""
        writer = ArraySource(self) if isinstance(self.code, ArrayCode) else FloatSource(self)
        source = writer.text()
        namespace: dict[str, Any] = dict(writer.namespace)
        exec(compile(source, f"<compiled {self.wanted.name}>", "exec"), namespace)  # noqa: S102  # it is ours
        return Plan(
            source=source,
            prepare=namespace["prepare"],
            code=self.code,
            recorded=self.recorded,
            nodes=sum(row is not None for row in self.graph.row),
            captured=self.captured,
            sizes=writer.sizes(),
            free=self.free(),
            why=self.why,
            pattern=_pattern(self.result),
        )

    def free(self) -> frozenset[int]:
        """The arrays, counted through all arguments, that were used as batches and as nothing else."""
        arrays = [leaf.given for leaves in self.leaves for leaf in leaves if isinstance(leaf.given, Argument)]
        return frozenset([i for i, a in enumerate(arrays) if a.whole is None and a.lanes is not None])


def _uses(given: Argument, axis_of: Mapping[Any, int]) -> list[tuple[Any, int]]:
    """How an array is used: as an array of Values, and as a batch."""
    found = []
    if given.whole is not None:
        found.append((given.whole, -1))
    if given.lanes is not None:
        assert given.axis is not None
        found.append((given.lanes, axis_of[given.axis.root()]))
    return found


def _pattern(tree: Any) -> Any:
    if isinstance(tree, Lanes):
        return Lanes
    if isinstance(tree, Mapping):
        return {key: _pattern(x) for key, x in tree.items()}
    return [_pattern(x) for x in tree] if isinstance(tree, list | tuple) else None


def _shaped(pattern: Any, results: Any) -> Any:
    if pattern is Lanes:
        return np.array(results, dtype=float)
    if isinstance(pattern, dict):
        return {key: _shaped(pattern[key], x) for key, x in results.items()}
    if isinstance(pattern, list):
        parts = [_shaped(p, x) for p, x in zip(pattern, results, strict=True)]
        return type(results)(*parts) if hasattr(results, "_fields") else type(results)(parts)
    return results


def _below(v: Value) -> set[Value]:
    todo, seen = [v], set()
    while todo:
        node = todo.pop()
        if isinstance(node, Value) and node not in seen:
            seen.add(node)
            todo.extend(node.operands)
    return seen


def special_numbers(lines: Sequence[str]) -> set[str]:
    """Which of ``inf`` and ``nan`` stand in some lines."""
    return {x for x in ("inf", "nan") for line in lines if re.search(rf"\b{x}\b", line)}


class Source:
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
        """For each batch how to find its size in the arguments."""
        found: list[list[tuple[str, Callable[[Sequence[Any]], int]]]] = []
        offset = int(self.wanted.parameters is not None)
        for axis in self.build.axes:
            mine: list[tuple[str, Callable[[Sequence[Any]], int]]] = []
            for i, leaves in enumerate(self.build.leaves):
                for leaf in leaves:
                    if isinstance(leaf.given, Argument) and leaf.given.axis is not None:
                        if leaf.given.axis.root() is axis:
                            path = leaf.path[len(self.build.names[i + offset]) :]
                            find = eval(f"lambda args: len(args[{i + offset}]{path})")  # noqa: S307  # it is ours
                            mine.append((leaf.path, find))
            for c in self.build.trace.constants:
                assert c.axis is not None
                if c.axis.root() is axis:
                    mine.append(("an array from outside", lambda args, size=len(c.array): size))  # type: ignore[misc]
            found.append(mine)
        return found

    def result(self) -> str:
        """What a run returns, as Python."""
        wanted = self.wanted
        value = self.tree(self.build.result) if wanted.argnums is None or wanted.value else ""
        if wanted.argnums is None:
            return value
        slopes = [self.slope(i) for i in wanted.argnums]
        slope = slopes[0] if wanted.one else f"({', '.join(slopes)},)"
        return f"({value}, {slope})" if wanted.value else slope

    def tree(self, tree: Any) -> str:
        """What the function returned, with numbers of the program in place of Values."""
        if isinstance(tree, Value):
            return self.number(self.build.at[tree])
        if isinstance(tree, Argument):
            tree = tree.materialise()
        if isinstance(tree, Lanes):
            return self.batch(tree)
        if isinstance(tree, Mapping):
            return "{" + ", ".join([f"{key_text(k, self.build.keys)}: {self.tree(x)}" for k, x in tree.items()]) + "}"
        if isinstance(tree, np.ndarray):
            return self.array(tree)
        if isinstance(tree, list | tuple):
            if isinstance(tree, list) and tree and all(isinstance(x, Value) for x in tree):
                return self.numbers([self.build.at[x] for x in tree])
            inner = ", ".join(map(self.tree, tree))
            if isinstance(tree, list):
                return f"[{inner}]"
            if hasattr(tree, "_fields"):
                name = f"{type(tree).__name__}_"
                self.namespace[name] = type(tree)
                return f"{name}({inner})"
            return f"({inner}{',' if len(tree) == 1 else ''})"
        if is_number(tree):
            return number_text(float(tree))
        if tree is None or isinstance(tree, bool | str):
            return repr(tree)
        raise TypeError(f"a compiled function returns numbers in lists, tuples, dicts and arrays, and this is {tree!r}")

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
        if isinstance(tree, Mapping):
            keys = {key: key_text(key, self.build.keys) for key in tree}
            inner = ", ".join([f"{keys[k]}: {self.slope_tree(x, f'{path}[{keys[k]}]')}" for k, x in tree.items()])
            return "{" + inner + "}"
        if isinstance(tree, list | tuple):
            if isinstance(tree, list) and tree and all(isinstance(x, Value) for x in tree):
                return self.numbers([self.build.at[x] for x in tree], grad=True)
            inner = ", ".join([self.slope_tree(x, f"{path}[{i}]") for i, x in enumerate(tree)])
            if isinstance(tree, list):
                return f"[{inner}]"
            if hasattr(tree, "_fields"):
                self.namespace[f"{type(tree).__name__}_"] = type(tree)
                return f"{type(tree).__name__}_({inner})"
            return f"({inner}{',' if len(tree) == 1 else ''})"
        raise TypeError(f"{path} is {tree!r}, which is no number to differentiate by")

    # What differs:
    def text(self) -> str:
        """The whole module."""
        raise NotImplementedError

    def number(self, n: int, grad: bool = False) -> str:
        """One number."""
        raise NotImplementedError

    def numbers(self, nodes: Sequence[int], grad: bool = False) -> str:
        """A list of numbers."""
        return f"[{', '.join([self.number(n, grad) for n in nodes])}]"

    def array(self, tree: Any) -> str:
        """An array of numbers."""
        raise NotImplementedError

    def batch(self, tree: Lanes) -> str:
        """An array with a number, or a row of numbers, for each sample."""
        raise NotImplementedError

    def slope_of_parameters(self) -> str:
        """The derivatives by the parameters."""
        raise NotImplementedError

    def slope_of_array(self, given: Argument, path: str) -> str:
        """The derivatives by an array."""
        raise NotImplementedError


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
        checks = " and ".join([f"isfinite({x})" for x in self.checked])
        run = [*load, *code.forward, *code.backward]
        if checks:
            run += [f"if not ({checks}):", f'{INDENT}raise ArithmeticError("a result is not finite")']
        run.append(f"return {result}")
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
        limit = "709.0" if wanted.dtype == "float64" else "88.0"
        lines = [
            f'"""{wanted.name}, as a program over arrays. V holds its numbers, H those of a batch; dV and dH are their',
            'derivatives. Names ending in a number are views of these buffers, or scratch."""',
            "",
            f"from math import {', '.join(sorted({'isfinite', *special_numbers([*self.code.setup, *self.code.forward, *self.code.backward, result])}))}",
            "",
            "import numpy as np",
            "",
            f"dtype = np.{wanted.dtype}",
            f"log_largest = {limit}",
        ]
        everything = "\n".join([*self.code.setup, *self.code.forward])
        for name in sorted(self.code.helpers):
            self.namespace[name] = getattr(on_arrays.arrays, name)
            lines.append(f"from autograd.arrays import arrays; {name} = arrays.{name}")
        if "strided(" in everything:
            lines += [
                "",
                "",
                "def strided(buffer, base, counts, strides):",
                f"{INDENT}row, rest = buffer.strides[0], buffer.strides[1:]",
                f"{INDENT}shape, steps = (*counts, *buffer.shape[1:]), (*[s * row for s in strides], *rest)",
                f"{INDENT}return np.lib.stride_tricks.as_strided(buffer[base:], shape, steps)",
            ]
        if self.build.keys:
            self.namespace["keys"] = self.build.keys
            lines += ["", f"# Define keys, those of dicts that are no literals: {self.build.keys}"]
        if self.build.captured:
            lines += ["", f"captured = {[v._data for v in self.build.captured]}"]
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
            f"{INDENT}sizes = {key}",
            f"{INDENT}if sizes not in runs:",
            f"{INDENT * 2}runs[sizes] = prepare(*sizes)",
            f'{INDENT}with np.errstate(under="ignore"):',
            f"{INDENT * 2}return runs[sizes]({names})",
        ]

    def _load(self) -> tuple[list[str], list[str]]:
        load: list[str] = []
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
            setup.extend(self._load_array(c, f"data{i}"))
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

    def batch(self, tree: Lanes) -> str:
        """An array with a number, or a row of numbers, for each sample."""
        axis = self.build.axes.index(tree.axis.root())
        shape = self._regular(tree.tree)
        if 0 in shape:
            return f"np.zeros(({', '.join([lanes(axis), *map(str, shape)])}))"
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
            else f"np.full({lanes(axis)}, {self.number(n)})"
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
        return " + ".join(terms) or f"np.zeros({path}.shape)"


def _shape_only(tree: Any) -> Any:
    """A tree of lists and arrays with zeros for numbers: to see its shape."""
    if isinstance(tree, list):
        return [_shape_only(x) for x in tree]
    if isinstance(tree, np.ndarray):
        return np.zeros(tree.shape)
    if not isinstance(tree, Value) and not is_number(tree):
        raise ValueError
    return 0.0


class FloatSource(Source):
    """The module for a program on floats."""

    def __init__(self, build: Build) -> None:
        super().__init__(build)
        assert isinstance(build.code, FloatCode)
        self.code = build.code

    def text(self) -> str:
        """``prepare``, which has nothing to prepare, and a function that takes what the original takes."""
        code = self.code
        result = self.result()
        load: list[str] = []
        if self.wanted.parameters:
            load.append(self._unpacked([self.build.at[p] for p in self.wanted.parameters], "theta"))
        for leaves in self.build.leaves:
            for path, nodes in self.leaf_runs(leaves):
                load.append(f"v{nodes[0]} = float({path})" if len(nodes) == 1 else self._unpacked(nodes, path))
            for leaf in leaves:
                if isinstance(leaf.given, Argument) and leaf.given.whole is not None and leaf.given.whole.size:
                    nodes = [self.build.at[v] for v in leaf.given.whole.ravel()]
                    load.append(self._unpacked(nodes, f"{leaf.path}.ravel().tolist()"))
        if self.build.captured:
            load.append(self._unpacked([self.build.at[v] for v in self.build.captured], "captured"))
        for g in self.build.graph.groups:
            if g.row is None and g.constants[0].startswith("constant "):
                load.append(f"v{g.members[0]} = {number_text(self.build.graph.constants[~int(g.constants[0][9:])])}")
        checks = list(dict.fromkeys([*self.checked, *(["ok"] if code.watched else [])]))
        check = [f"if not isfinite({' + '.join(checks)}):", f'{INDENT}raise ArithmeticError("a result is not finite")']
        head = [f'"""{self.wanted.name}, as a program on floats: d3 is the derivative of v3."""', ""]
        functions = sorted(name for name in code.helpers if hasattr(math, name))
        special = special_numbers([*code.forward, *code.backward, result])
        head.append(f"from math import {', '.join(sorted({'isfinite', *functions, *special}))}")
        others = sorted(code.helpers - set(functions))
        if others:
            head.append("")
            head.append("from autograd.floats import floats")
        head += ["", "import numpy as np"] if "np." in result else []
        head += ["", *[f"{name} = floats.{name}" for name in others]]
        for name in code.helpers:
            self.namespace[name] = getattr(on_floats.floats, name)
        if self.build.keys:
            self.namespace["keys"] = self.build.keys
            head += ["", f"# Define keys, those of dicts that are no literals: {self.build.keys}"]
        if self.build.captured:
            head += ["", f"captured = {[v._data for v in self.build.captured]}"]
        name = self.wanted.free_name
        lines = [
            *head,
            "",
            "",
            f"def {name}({self.arguments()}):",
            *[
                f"{INDENT}{line}"
                for line in with_few_names(
                    [*load, *code.forward, *code.backward, *(check if checks else []), f"return {result}"]
                )
            ],
            "",
            "",
            "def prepare():",
            f"{INDENT}return {name}",
        ]
        return "\n".join(lines) + "\n"

    def _unpacked(self, nodes: Sequence[int], path: str) -> str:
        return f"{', '.join([f'v{n}' for n in nodes])}{',' * (len(nodes) == 1)} = map(float, {path})"

    def number(self, n: int, grad: bool = False) -> str:
        """One number."""
        if n < 0:
            return "0.0" if grad else number_text(self.build.graph.constants[~n])
        if grad and n not in getattr(self.code, "written", ()):
            return "0.0"
        name = f"{'d' if grad else 'v'}{n}"
        self.checked.append(name)
        return name

    def array(self, tree: Any) -> str:
        """An array of numbers."""
        flat = tree.ravel().tolist()
        nodes = [self.build.at[x] if isinstance(x, Value) else self.build.graph.constant(float(x)) for x in flat]
        return f"np.array({self.numbers(nodes)}, dtype=float).reshape({tree.shape})"

    def slope_of_parameters(self) -> str:
        """The derivatives by the parameters."""
        return f"np.array({self.numbers([self.build.at[p] for p in self.wanted.parameters or ()], grad=True)})"

    def slope_of_array(self, given: Argument, path: str) -> str:
        """The derivatives by an array."""
        if given.whole is None:
            return f"np.zeros({path}.shape)"
        nodes = [self.build.at[v] for v in given.whole.ravel()]
        return f"np.array({self.numbers(nodes, grad=True)}, dtype=float).reshape({path}.shape)"
