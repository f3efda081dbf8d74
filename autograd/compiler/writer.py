"""What array programs are written with: names for views and scratch arrays, and lines that compute terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .graph import Graph
from .kernel import COMPARISONS, EXTREMES, LIMITS, Term, is_number, needed_terms, number
from .names import helper
from .views import View, view


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Some nodes as an array: which they are, their places in a buffer, and the view that these are, if any."""

    axis: int
    nodes: Any
    places: Any
    view: View | None
    constants: Any = None
    """The numbers themselves, where they are constants."""


@dataclass(slots=True)
class Found:
    """What was found in the graph."""

    products: list[str] = field(default_factory=list)
    elementwise: int = 0
    reductions: int = 0
    gathers: int = 0
    scatters: int = 0
    calls: int = 0
    flops: float = 0.0
    flops_per_sample: float = 0.0


class Writer:
    """Collects the lines that make the buffers, and those of a run; places in the buffers are known to it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.found = Found()
        self.helpers: dict[str, str] = {}
        """Functions that NumPy has not: what they are called in the lines, and in ``arrays``."""
        self.unwatched: list[str] = []
        """What is computed without a word on inf and nan that no result may show, as flat arrays."""
        self.setup: list[str] = []
        self.forward: list[str] = []
        self.backward: list[str] = []
        self.place = np.zeros(len(graph.row), dtype=np.intp)
        """The place of each node in its buffer."""
        self.size: dict[int, int] = {}
        """The size of each buffer, by the batch that it is for; −1 for plain numbers."""
        self._lines = self.forward
        self._names: dict[str, str] = {}
        self._taken: dict[str, int] = {}
        self._free: dict[Any, list[str]] = {}
        self._facts: set[str] = set()
        """The names of arrays of truth values."""

    def _block(self, axis: int, count: int) -> int:
        start = self.size.get(axis, 0)
        self.size[axis] = start + count
        return start

    def access(self, nodes: Any) -> Access:
        """Nodes, in an array of any shape, as an array of their numbers."""
        flat = nodes.ravel()
        if flat[0] < 0:
            numbers = np.array([self.graph.constants[~k] for k in flat]).reshape(nodes.shape)
            return Access(-1, nodes, nodes, None, numbers)
        places = self.place[nodes]
        return Access(self.graph.axis[int(flat[0])], nodes, places, view(places))

    # --- lines and names ----------------------------------------------------------------------------------------------

    def _line(self, text: str) -> None:
        self._lines.append(text)
        self.found.calls += 1

    def _fresh(self, stem: str) -> str:
        if not (stem.isascii() and f"{stem}1".isidentifier()):  # a row may be called anything
            stem = "y"
        if stem[-1].isdigit() or stem in _OURS:  # x1 and 1 would be x11, which is the eleventh x
            stem += "_"
        self._taken[stem] = self._taken.get(stem, 0) + 1
        return f"{stem}{self._taken[stem]}"

    def named(self, text: str, stem: str) -> str:
        """A name for what is made once, with the buffers."""
        if text not in self._names:
            self._names[text] = self._fresh(stem)
            self.setup.append(f"{self._names[text]} = {text}")
        return self._names[text]

    def view(self, access: Access, stem: str, *, grad: bool = False, for_batch: bool = False) -> str:
        """The name of a view; ``for_batch`` gives plain numbers an axis for the batch."""
        assert access.view is not None
        text = access.view.written(buffer(access.axis, grad), self.size[access.axis], lanes(access.axis))
        if for_batch and access.axis < 0:
            text += "[..., None]"
        return self.named(text, f"d{stem}" if grad else stem)

    def read(self, access: Access, stem: str, *, for_batch: bool = False) -> str:
        """The name of an array with the numbers of an access."""
        tail = "[..., None]" if for_batch and access.axis < 0 else ""
        if access.constants is not None:
            numbers = access.constants
            if (numbers == numbers.flat[0]).all() and stem == "x":
                return number_text(float(numbers.flat[0]))
            return self.named(f"np.array({numbers.tolist()}, dtype){tail}", "c")
        if access.view is not None:
            name = self.view(access, stem, for_batch=for_batch)
            if stem == "x" or all(s or n == 1 for n, s in zip(access.view.counts, access.view.strides, strict=True)):
                return name
            return self.named(f"np.broadcast_to({name}, {shape_text(access.view.counts, access.axis)})", stem)
        self.found.gathers += 1
        name = self.array(access.places.shape, access.axis, "gathered")
        self._line(f"np.take({buffer(access.axis)}, {self.index(access.places)}, axis=0, out={name}, mode='clip')")
        return self.named(f"{name}{tail}", name) if tail else name

    def index(self, places: Any) -> str:
        """The name of an array of places."""
        return self.named(f"np.array({places.tolist()})", "index")

    def array(self, shape: Sequence[int], axis: int, stem: str, dtype: str = "dtype") -> str:
        """A new array, made with the buffers."""
        name = self._fresh(stem)
        self.setup.append(f"{name} = np.empty({shape_text(shape, axis)}, {dtype})")
        if dtype == "bool":
            self._facts.add(name)
        return name

    def _borrow(self, shape: Sequence[int], axis: int, dtype: str = "dtype") -> str:
        free = self._free.setdefault((tuple(shape), axis, dtype), [])
        return free.pop() if free else self.array(shape, axis, "mask" if dtype == "bool" else "s", dtype)

    def _give_back(self, name: str, shape: Sequence[int], axis: int, dtype: str = "dtype") -> None:
        self._free[tuple(shape), axis, dtype].append(name)

    def _transposed(self, name: str, stacked: bool) -> str:
        return self.named(f"{name}.{'transpose(0, 2, 1)' if stacked else 'T'}", f"{name}T")

    def _contract(self, la: str, a: str, lb: str, b: str, lo: str, out: str, inner: int = 0) -> None:
        """``einsum(la, lb -> lo)``, as a matrix product where it is one, of so many terms where that is known."""
        stacked = lo.startswith("m")
        first, second, result = ((x[1:] if stacked else x) for x in (la, lb, lo))
        if len(first) == len(second) == len(result) == 2:
            i, j = result[0], result[1]
            x, y = (a, first), (b, second)
            if i not in first:
                x, y = y, x
            [k] = set(first) & set(second)
            if i in x[1] and j in y[1]:
                left = x[0] if x[1] == i + k else self._transposed(x[0], stacked)
                right = y[0] if y[1] == k + j else self._transposed(y[0], stacked)
                self._line(f"np.{'multiply' if inner == 1 else 'matmul'}({left}, {right}, out={out})")
                return
        if (first, second, result) == ("rk", "ckz", "crz"):
            self._line(f"np.matmul({self.named(f'{a}[:, None]', a) if stacked else a}, {b}, out={out})")
        elif (first, second, result) == ("crz", "rk", "ckz"):
            turned = self._transposed(b, stacked)
            self._line(f"np.matmul({self.named(f'{turned}[:, None]', turned) if stacked else turned}, {a}, out={out})")
        else:
            self._line(f"np.einsum('{la},{lb}->{lo}', {a}, {b}, out={out})")

    # --- terms --------------------------------------------------------------------------------------------------------

    def _compute(
        self,
        wanted: Sequence[tuple[Term, str]],
        env: Mapping[Term, str],
        shape: Sequence[int],
        axis: int,
        keep: frozenset[Term] = frozenset(),
    ) -> dict[Term, str]:
        """Lines that compute each wanted term into its target; the names of those that are to be kept."""
        needed = needed_terms([t for t, _ in wanted], env)
        uses: dict[Term, int] = dict.fromkeys(needed, 0)
        for t in needed:
            for a in t.args:
                if a in uses:
                    uses[a] += 1
        target: dict[Term, str] = {}
        copies: list[tuple[str, Term]] = []
        for t, name in wanted:
            if t in uses and t not in target:
                target[t] = name
            else:
                copies.append((name, t))
        borrowed: dict[Term, tuple[str, str]] = {}
        names: dict[Term, str] = dict(env)
        kept: dict[Term, str] = {}

        def text(a: Any) -> str:
            x = number(a)
            return number_text(x) if x is not None else a.op if a.op in LIMITS else names[a]

        def release(t: Term) -> None:
            for a in t.args:
                if a in uses:
                    uses[a] -= 1
                    if uses[a] == 0 and a in borrowed and all(a is not c for _, c in copies):
                        name, dtype = borrowed.pop(a)
                        self._give_back(name, shape, axis, dtype)

        for t in needed:
            fact = t.op in COMPARISONS
            dtype = "bool" if fact else "dtype"
            args = [text(a) for a in t.args if isinstance(a, Term)]
            if t.op != "where":
                release(t)
            if t in target:
                names[t] = target[t]
            elif t in keep:
                names[t] = kept[t] = self.array(shape, axis, "mask" if fact else "kept", dtype)
            else:
                names[t] = self._borrow(shape, axis, dtype)
                borrowed[t] = names[t], dtype
            if t.op in EXTREMES:  # these are slow on a single number
                args = [self._full(a, shape, axis) if is_number(x) else a for a, x in zip(args, t.args, strict=True)]
            self._write(t, args, names[t])
            if t.op == "where":
                release(t)
        for name, t in copies:
            self._line(f"np.copyto({name}, {text(t)})")
        for name, dtype in borrowed.values():
            self._give_back(name, shape, axis, dtype)
        return kept

    def _full(self, text: str, shape: Sequence[int], axis: int) -> str:
        return self.named(f"np.full({shape_text(shape, axis)}, {text}, dtype)", "c")

    def _write(self, t: Term, args: list[str], out: str) -> None:
        if t.op == "where":
            fact = args[0] if args[0] in self._facts else f"{args[0]} != 0"
            self._line(f"np.copyto({out}, {args[2]})")
            self._line(f"np.copyto({out}, {args[1]}, where={fact})")
        elif t.op == "erfc" or t.op.startswith("row "):
            known = t.op.removeprefix("row ")
            name = known if known == t.op else helper(known)
            self.helpers[name] = known
            self._line(f"{out}[...] = {name}({', '.join(args)})")
        else:
            facts = [isinstance(a, Term) and a.op in COMPARISONS for a in t.args]
            as_numbers = ", dtype=dtype" if facts and all(facts) else ""
            self._line(f"np.{t.op}({', '.join(args)}, out={out}{as_numbers})")


_OURS = {"V", "H", "dV", "dH", "lanes", "data", "part", "place", "make"}  # which have numbers of their own


def lanes(axis: int) -> str:
    """The name of a batch's size; nothing for plain numbers."""
    return "" if axis < 0 else "lanes" if axis == 0 else f"lanes{axis}"


def buffer(axis: int, grad: bool = False) -> str:
    """The name of the buffer for the numbers of this batch, or for plain numbers."""
    return f"{'d' * grad}{'V' if axis < 0 else 'H' if axis == 0 else f'H{axis}'}"


def shape_text(shape: Sequence[int], axis: int) -> str:
    """A shape as Python, with the batch as its last axis."""
    sizes = [*map(str, shape), *([lanes(axis)] if axis >= 0 else [])]
    return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"


def is_name(text: str) -> bool:
    """Whether it is the name of an array, or begins with one, and is no number."""
    return text[0].isalpha() and text not in ("inf", "nan")


def number_text(x: float) -> str:
    """A number as Python, for a module that has ``inf`` and ``nan``."""
    return repr(float(x))
