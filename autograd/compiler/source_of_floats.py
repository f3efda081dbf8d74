"""The module of a program on floats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import floats as on_floats
from ..value import Value
from .array_argument import Argument
from .as_floats import FloatCode, with_few_names
from .source import INDENT, NOT_FINITE, Source, special_numbers
from .writer import number_text

if TYPE_CHECKING:
    from .build import Build

_MANY = 100  # terms in a sum; Python's parser has a limit


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
        self.numbers([self.build.at[v] for v in self.build.trace.differentiated_ones])  # which are looked at, too
        load: list[str] = [*self.build.aliases]
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
        check = [NOT_FINITE] if self.build.never_finite else self._checks()
        head = [f'"""{self.wanted.free_name}, as a program on floats: d3 is the derivative of v3."""', ""]
        functions = {name: getattr(on_floats.floats, code.helpers[name]) for name in sorted(code.helpers)}
        self.namespace.update(functions)
        of_math = [name for name, function in functions.items() if function is getattr(math, name, None)]
        captured = str([v._data for v in self.build.captured])
        special = special_numbers([*code.forward, *code.backward, *self.inner, result, captured])
        head.append(f"from math import {', '.join(sorted({'isfinite', *of_math, *special}))}")
        others = [name for name in functions if name not in of_math]
        if others:
            head.append("")
            head.append("from autograd.floats import floats")
        head += ["", "import numpy as np"] if any("np." in line for line in (result, *self.inner)) else []
        head += self.imports()
        head += ["", *[f"{name} = getattr(floats, {code.helpers[name]!r})" for name in others]] if others else []
        head += self.head()
        if self.build.captured:
            head += ["", f"captured = {captured}"]
        name = self.wanted.free_name
        lines = [
            *head,
            "",
            "",
            f"def {name}({self.arguments()}):",
            *[
                f"{INDENT}{line}"
                for line in with_few_names(
                    [*load, *code.forward, *code.backward, *check, *self.inner, f"return {result}"]
                )
            ],
            "",
            "",
            "def prepare():",
            f"{INDENT}return {name}",
        ]
        return "\n".join(lines) + "\n"

    def _checks(self) -> list[str]:
        """A look at all results, and at what was noticed on the way."""
        terms = [*(["ok"] if self.code.watched else []), *dict.fromkeys(self.checked)]
        if not terms:
            return []
        if len(terms) <= _MANY:
            return [f"if not isfinite({' + '.join(terms)}):", INDENT + NOT_FINITE]
        parts = [" + ".join(terms[i : i + _MANY]) for i in range(0, len(terms), _MANY)]
        adding = [f"ok {'+=' if i else '='} {part}" for i, part in enumerate(parts)]
        return [*adding, "if not isfinite(ok):", INDENT + NOT_FINITE]

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
