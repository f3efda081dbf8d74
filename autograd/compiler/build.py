"""One recording of a function, and the program that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any
from weakref import ref

import numpy as np

from ..arrays import array_of
from ..errors import FrozenError
from ..value import Value
from .arguments import Leaf, Lift, applied
from .array_argument import Argument
from .as_arrays import ArrayCode
from .as_floats import FloatCode
from .condition import Condition
from .containers import filled, fold, mapped, rebuilt
from .cost import cheaper_as_floats
from .graph import Graph
from .lanes import Lanes
from .reading import Reading, recorded
from .source_of_arrays import ArraySource
from .source_of_floats import FloatSource
from .structure import is_number
from .trace import Trace


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
    """The structure of the results, with True where an array for a batch is."""

    start: int
    """What is older than this was there before the recording."""

    alarming: bool = False
    """Whether NumPy's flags meant nothing the last time: they are not listened to then."""

    def shaped(self, results: Any) -> Any:
        """What the engine returned, with arrays where the program has them."""

        def leaf(pattern: Any, result: Any) -> Any:
            return np.array(result, dtype=float) if pattern else result

        def join(pattern: Any, parts: list[Any], result: Any) -> Any:
            return rebuilt(result, parts)

        return fold(self.pattern, leaf, join, results, lambda result, key: result[key])

    @property
    def on_floats(self) -> bool:
        """Whether it is straight-line Python."""
        return isinstance(self.code, FloatCode)


class Build:
    """One recording, and what is made of it."""

    def __init__(self, wanted: Wanted, args: Sequence[Any], argument_names: Sequence[str]) -> None:
        self.wanted = wanted
        self.trace = Trace()
        lift = Lift(self.trace)
        self.lifted: list[Any] = []
        self.leaves: list[list[Leaf]] = []
        """Those of each argument."""
        for i, (arg, name) in enumerate(zip(args, argument_names, strict=True)):
            before = len(lift.leaves)
            self.lifted.append(lift(arg, name, i))
            self.leaves.append(lift.leaves[before:])
        self.keys, self.aliases = lift.keys, lift.aliases
        self.names = [*(["theta"] if wanted.parameters is not None else []), *argument_names]
        parameters = wanted.parameters or ()
        self.trace.inputs.update(parameters)
        self.result = self.trace.run(applied(wanted.f), self.lifted)
        self._outputs()  # arrays that are returned are looked at now
        self.order = recorded(self._outputs())
        self._kept = [(twin, v) for twin, original in self._twins() if (v := original()) is not None]
        self._made = [ref(v) for v in {*self.order, *self.trace.inputs} if v._serial >= self.trace.start]
        self.recorded = sum([v.primitive is not None and v._serial > self.trace.start for v in self.order])
        self._read(for_arrays=True)
        self.code = self._choose()

    def _read(self, for_arrays: bool) -> None:
        """Enter what was recorded into a graph."""
        wanted, outputs = self.wanted, self._outputs()
        self.graph = Graph(for_arrays)
        self.at: dict[Value, int] = {}
        self.captured: list[Value] = []
        self._enter_inputs(wanted.parameters or ())
        for twin, v in self._kept:
            self.at[twin] = self.at[v] = self._capture(v)
        self.wrt = self._wrt() if wanted.argnums is not None else []
        for x in self.wrt:
            self.graph.moves[x] = True
        counts = {total: axis.root().count for total, axis in self.trace.summed.items()}
        reading = Reading(self.graph, self.at, self._capture, self.trace.start, counts)
        self.at = reading.read(self.order, outputs)
        places = [self.at[v] for v in outputs]
        self.never_finite = not all(n >= 0 or isfinite(self.graph.constants[~n]) for n in places)
        """Whether inf or nan came of computing with constants, which the engine is to judge."""
        self.root = self._root() if wanted.argnums is not None else None

    # --- what goes in -------------------------------------------------------------------------------------------------

    def _enter_inputs(self, parameters: Sequence[Value]) -> None:
        graph = self.graph
        for p in parameters:
            self.at[p] = graph.start()
        self.axes = list({axis.root(): None for axis in self.trace.axes})
        axis_of = {axis: i for i, axis in enumerate(self.axes)}
        everything = [leaf.given for leaves in self.leaves for leaf in leaves]
        for given in [*everything, *self.trace.constants]:
            for tree, place in ((given, -1),) if isinstance(given, Value) else _uses(given, axis_of):
                for v in np.ravel(tree) if isinstance(tree, np.ndarray) else [tree]:
                    self.at[v] = graph.start(place)
        for axis in self.axes:
            self.at[axis.count] = graph.start(what="size of a batch")
        for axis in self.trace.axes:  # of which some have turned out to be the same
            self.at[axis.count] = self.at[axis.root().count]

    def _twins(self) -> list[tuple[Value, ref[Value]]]:
        """The Values that the function made, and in the recording now a twin in the place of each.

        If such a Value is still there, somebody keeps it (it is a parameter that is made when it is first needed, say),
        and from now on it is a Value from outside.
        """
        start, inputs = self.trace.start, self.trace.inputs
        order = self.order
        twins = {v: Value(v._data) for v in order if v._serial > start and v.primitive is None and v not in inputs}
        if not twins:
            return []
        for v, twin in twins.items():
            twin._serial = v._serial

        def twin_of(x: Any) -> Any:
            return twins.get(x, x) if isinstance(x, Value) else x

        for node in order:
            a = node._a
            if a is not None and node._serial > start:
                node._a = tuple(map(twin_of, a)) if type(a) is tuple else twin_of(a)
                node._b = twin_of(node._b)
        self.order = [twins.get(v, v) for v in order]
        self.result = _with_twins(self.result, twins)
        self.trace.forget()
        return [(twin, ref(v)) for v, twin in twins.items()]

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
        """The Values of the result, and what derivatives were taken of on the way."""
        found: list[Value] = list(self.trace.differentiated_ones)
        todo = [self.result]
        while todo:
            tree = todo.pop()
            if isinstance(tree, Value):
                found.append(tree)
            elif isinstance(tree, Mapping):
                todo.extend(tree.values())
            elif isinstance(tree, list | tuple):
                todo.extend(tree)
            elif isinstance(tree, np.ndarray):
                todo.extend(tree.ravel().tolist())
            elif isinstance(tree, Lanes):
                todo.append(tree.tree)
            elif isinstance(tree, Argument):
                todo.append(tree.materialise())
            elif isinstance(tree, Condition):
                bool(tree)
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
        self.why = ""
        if not self.axes and self.wanted.dtype == "float64":
            as_floats, self.why = cheaper_as_floats(self.graph, gradient=self.root is not None and self.root >= 0)
            if as_floats:
                if self.graph.rearranged:
                    self._read(for_arrays=False)
                return FloatCode(self.graph, *self._asked())
        return ArrayCode(self.graph, *self._asked())

    def _asked(self) -> tuple[list[int], list[int], int | None]:
        """The nodes whose numbers are asked for, those to differentiate by, and the one that is differentiated."""
        keep = [self.at[v] for v in self._outputs() if self.at[v] >= 0]
        return keep, self.wrt, self.root if self.root is not None and self.root >= 0 else None

    def plan(self) -> Plan:
        """The program, ready to run."""
        writer = ArraySource(self) if isinstance(self.code, ArrayCode) else FloatSource(self)
        source = writer.text()
        namespace: dict[str, Any] = dict(writer.namespace)
        exec(compile(source, f"<compiled {self.wanted.free_name}>", "exec"), namespace)
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
            start=self.trace.start,
            pattern=fold(self.result, lambda x, _: _is_array(x), lambda x, parts, _: filled(x, parts)),
        )

    def close(self) -> Callable[[], bool]:
        """Let go of the recording; what is returned tells whether somebody else holds anything of it."""
        made = self._made
        self.trace.close()
        vars(self).clear()
        return lambda: any(v() is not None for v in made)

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


def _is_array(result: Any) -> bool:
    return isinstance(result, Lanes) and result.shape_of_sample() is not None


def _with_twins(tree: Any, twins: Mapping[Value, Value]) -> Any:
    """Operands or results with twins in the place of Values."""
    return mapped(tree, partial(_twin, twins))


def _twin(twins: Mapping[Value, Value], x: Any) -> Any:
    if isinstance(x, np.ndarray) and x.dtype == object:
        return array_of([_with_twins(v, twins) for v in x.flat], x.shape)
    if isinstance(x, Lanes):
        return Lanes(x.trace, _with_twins(x.tree, twins), x.axis)
    return twins.get(x, x) if isinstance(x, Value) else x


def _below(v: Value) -> set[Value]:
    todo, seen = [v], {v}
    while todo:
        for x in todo.pop().operands:
            if isinstance(x, Value) and x not in seen:
                seen.add(x)
                todo.append(x)
    return seen
