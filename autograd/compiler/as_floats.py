"""A graph as straight-line Python on floats: for programs in which there are no arrays to find."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from .. import primitives as rows
from ..primitives import IN_FULL
from .graph import DOT, SUM, Graph
from .kernel import EXTREMES, GRAD, LIMITS, Term, is_number, kernel, needed_terms, number, operand
from .names import helper
from .writer import number_text

_SPEAKING = {rows.add, rows.sub, rows.mul, rows.neg, DOT, SUM}
"""Rows that make inf or nan of inf and nan, so that one need not look for these on the way."""
_INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/",
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==",
}  # fmt: skip
_CALLS = {"absolute": "abs", "arctan": "atan", "power": "pow"}
_BUILT_IN = {"abs"}
_DEPTH, _LENGTH = 6, 120  # how deep, and how long, a line may become
_MANY = 250  # more variables than this, and their names are used again
_TERMS = 8  # how many shares of a derivative are added in a line


class FloatCode:
    """The lines of a program in which every number is a variable.

    What is used once is written where it is used; so the way back is found first, which tells what that needs.
    """

    def __init__(
        self, graph: Graph, keep: Iterable[int] = (), wrt: Sequence[int] = (), root: int | None = None
    ) -> None:
        """``keep`` are the nodes whose numbers are asked for, ``root`` is differentiated, by the nodes ``wrt``."""
        self.graph = graph
        self.helpers: dict[str, str] = {}
        """What functions are called in the lines, and in ``floats``."""
        self.forward: list[str] = []
        self.backward: list[str] = []
        self.written: set[int] = set()
        """The nodes that have a derivative."""
        self.watched = False
        """Whether numbers on the way are looked at, in ``ok``: tanh(inf) is 1, and would be silent."""
        self._operands: dict[int, tuple[int, ...]] = {}
        self._constants: dict[int, tuple[Any, ...]] = {}
        self._named: dict[int, dict[Term, str]] = {}
        """What a node computes on its way that is used more than once."""
        self._temporaries = 0
        for g in graph.groups:
            for n, operands in zip(g.members, g.operands, strict=True):
                self._operands[n], self._constants[n] = operands, g.constants
        self._order = sorted((n for n, row in enumerate(graph.row) if row is not None), key=lambda n: graph.serial[n])
        self._active = set(wrt) if root is not None else set()
        for n in self._order:
            if not self._active.isdisjoint(self._operands[n]):
                self._active.add(n)
        self._uses = dict.fromkeys(range(len(graph.row)), 0)
        for n in self._order:
            for x in self._operands[n]:
                if x >= 0:
                    self._uses[x] += 1
        self._needed = set(keep)
        """The nodes that are used otherwise than once in a line that goes forward."""
        for n in self._order:
            if graph.row[n] not in (DOT, SUM):
                self._needed.update([self._operands[n][i] for i in _not_once(self._kernel(n)[0])])
            if graph.row[n] not in _SPEAKING:
                self._needed.update(self._operands[n])
        if root is not None:
            self._backward(root, set(wrt))
        self._forward()

    # --- forward ------------------------------------------------------------------------------------------------------

    def _forward(self) -> None:
        written: dict[int, tuple[str, int]] = {}  # what is written where it is used, with its depth

        unseen: set[int] = set()

        def look() -> None:
            names = list(map(self._name, sorted(unseen)))
            for i in range(0, len(names), _TERMS):
                self.forward.append(f"ok {'+=' if self.watched else '='} {' + '.join(names[i : i + _TERMS])}")
                self.watched = True
            unseen.clear()

        def name(x: int) -> str:
            if x in written:
                return f"({written[x][0]})"
            return self._name(x)

        for n in self._order:
            operands = self._operands[n]
            depth = 1 + max([written[x][1] for x in operands if x in written], default=0)
            row = self.graph.row[n]
            names = [name(x) for x in operands]
            if row in (DOT, SUM):
                half = len(names) // 2
                terms = [f"{w} * {x}" for w, x in zip(names[:half], names[half:], strict=True)] if row is DOT else names
                self.helpers["fsum"] = "sum"
                text = f"fsum(({', '.join(terms)},))"
            else:
                value, _ = self._kernel(n)
                made = self._named.get(n)
                if made is None:
                    made = self._named[n] = self._temporary_names(value, ())
                env = {operand(i): x for i, x in enumerate(names)}
                self._take_in(made, env)
                text = self._text(value, env)
            if self._uses[n] == 1 and n not in self._needed and depth < _DEPTH and len(text) < _LENGTH:
                written[n] = text, depth
            else:
                self.forward.append(f"v{n} = {text}")
            if row not in _SPEAKING:
                unseen.update([x for x in operands if x >= 0 and self.graph.row[x] is not None])
                if len(unseen) >= _TERMS:
                    look()
        if unseen:
            look()

    def _take_in(self, made: dict[Term, str], env: dict[Term, str]) -> None:
        """Lines for what has a name of its own, each after its parts."""
        for t in needed_terms(made, env):
            if t in made:
                self.forward.append(f"{made[t]} = {self._text(t, env)}")
                env[t] = made[t]

    def _kernel(self, n: int) -> tuple[Term, tuple[Term, ...]]:
        row = self.graph.row[n]
        assert row is not None
        return kernel(row, len(self._operands[n]), self._constants[n], on_floats=True)

    def _temporary_names(self, value: Term, later: Iterable[Term]) -> dict[Term, str]:
        """Names for the parts of a value that are used more than once, on the way back too."""
        made: dict[Term, str] = {}
        for t in _shared(value, tuple(later)):
            self._temporaries += 1
            made[t] = f"t{self._temporaries}"
        return made

    def _name(self, x: int) -> str:
        if x >= 0:
            return f"v{x}"
        text = number_text(self.graph.constants[~x])
        return f"({text})" if text.startswith("-") else text

    def _text(self, t: Any, names: Mapping[Term, str], inner: bool = False) -> str:
        x = number(t)
        if x is not None:
            text = number_text(x)
            return f"({text})" if inner and text.startswith("-") else text
        if t in names:
            return names[t]
        if t.op in LIMITS:
            return f"({LIMITS[t.op]})"
        args = [self._text(a, names, inner=True) for a in t.args if isinstance(a, Term)]
        if t.op in _INFIX:
            text = f"{args[0]} {_INFIX[t.op]} {args[1]}"
        elif t.op == "negative":
            text = f"-{args[0]}"
        elif t.op == "where":
            text = f"{args[1]} if {args[0]} else {args[2]}"
        elif t.op in EXTREMES:
            text = _extreme_text(t, *args)
        elif t.op == "item":
            return f"{args[0]}[{t.args[1]}]"
        else:
            kind, _, row = t.op.partition(" ")
            known = row + IN_FULL if kind == "full" else row or _CALLS.get(kind, kind)
            name = helper(known) if row else known
            if name not in _BUILT_IN:
                self.helpers[name] = known
            return f"{name}({', '.join(args)})"
        return f"({text})" if inner else text

    # --- backward -----------------------------------------------------------------------------------------------------

    def _backward(self, root: int, wrt: set[int]) -> None:
        shares: dict[int, list[str]] = {root: ["1.0"]}
        depth: dict[int, int] = {}
        begun: set[int] = set()  # those of which a part has been written

        def flush(x: int) -> None:
            self.backward.append(f"d{x} = {' + '.join([f'd{x}'] * (x in begun) + shares[x])}")
            shares[x] = []
            begun.add(x)

        for n in reversed(self._order):
            if n not in self._active or n not in shares:
                continue
            handed = self._shares(n)
            small = len(shares[n]) == 1 and len(shares[n][0]) < _LENGTH and depth.get(n, 0) < _DEPTH
            if n not in begun and small and (len(handed) == 1 or shares[n][0].isidentifier()) and n not in wrt:
                grad, below = shares[n][0], depth.get(n, 0) + 1
                grad = grad if grad.isidentifier() or grad == "1.0" else f"({grad})"
            else:
                if shares[n]:
                    flush(n)
                grad, below = f"d{n}", 1
            for x, t, names in handed:
                names[GRAD] = grad
                text = self._text(t, names)
                self.written.add(x)
                shares.setdefault(x, []).append(text if text.isidentifier() or t.op == "multiply" else f"({text})")
                depth[x] = max(depth.get(x, 0), below)
                if len(shares[x]) == _TERMS:
                    flush(x)
        for x in wrt:
            if shares.get(x):
                flush(x)
        self.written &= wrt | begun
        if root in wrt:
            self.written.add(root)

    def _shares(self, n: int) -> list[tuple[int, Term, dict[Term, str]]]:
        """What a node hands down: to which operand, as a term of its own derivative, and the names in that."""
        operands = self._operands[n]
        row = self.graph.row[n]
        if row is SUM:
            return [(x, GRAD, {}) for x in operands if x in self._active]
        found: list[tuple[int, Term, dict[Term, str]]] = []
        if row is DOT:
            half = len(operands) // 2
            for i, x in enumerate(operands):
                if x in self._active:
                    other = operands[i - half]
                    self._needed.add(other)
                    found.append((x, GRAD * operand(0), {operand(0): self._name(other)}))
            return found
        value, partials = self._kernel(n)
        handed = _handed_down(partials)
        wanted = [(x, t) for x, t in zip(operands, handed, strict=True) if t is not None and x in self._active]
        made = self._named[n] = self._temporary_names(value, [t for _, t in wanted])
        names = {operand(i): self._name(x) for i, x in enumerate(operands)} | made
        if number(value) is None and value not in names:
            names[value] = f"v{n}"
        for x, t in wanted:
            read, output = _reads(t, value, tuple(made))
            self._needed.update([operands[i] for i in read])
            if output:
                self._needed.add(n)
            found.append((x, t, names))
        return found


def _extreme_text(t: Term, a: str, b: str) -> str:
    """The larger or the smaller of two; a comparison with nan is false, which leaves the last one."""
    above, below = (">", "<=") if t.op in ("maximum", "fmax") else ("<", ">=")
    if t.op.startswith("f"):
        return f"{a} if {a} {above} {b} else {b}"
    if is_number(t.args[0]):
        a, b = b, a
    if is_number(t.args[0]) or is_number(t.args[1]):
        return f"{b} if {a} {below} {b} else {a}"
    return f"{a} if {a} {above} {b} else {b} if {a} {below} {b} else {a} + {b}"


# What follows is asked of thousands of nodes and depends on their few formulas alone.


@cache
def _handed_down(partials: tuple[Term, ...]) -> tuple[Term | None, ...]:
    """The derivatives of a row's operands, each times that of its result; None for what is always 0."""
    return tuple([None if number(d) == 0.0 else GRAD * d for d in partials])


@cache
def _shared(value: Term, later: tuple[Term, ...]) -> tuple[Term, ...]:
    """The parts of a value that are used more than once, in itself or later."""
    uses: dict[Term, int] = {}
    first = needed_terms([value], {})
    for t in [*first, *needed_terms(later, {GRAD: "", value: ""})]:
        for a in t.args:
            if isinstance(a, Term) and not is_number(a) and a.op not in ("operand", "grad"):
                uses[a] = uses.get(a, 0) + 1
    return tuple([t for t in first if t is not value and t.op != "operand" and uses.get(t, 0) > 1])


@cache
def _reads(t: Term, value: Term, named: tuple[Term, ...]) -> tuple[tuple[int, ...], bool]:
    """The operands that a formula reads, and whether it reads the row's value; what has a name is read by that."""
    there = {GRAD: "", value: "", **dict.fromkeys(named, "")}
    read = [part.args[0] for part in needed_terms([t], there) if part.op == "operand"]
    return tuple(read), value in _parts(t, frozenset(named))


@cache
def _not_once(value: Term) -> frozenset[int]:
    """The operands that a formula does not use just once, and whatever happens."""
    uses: dict[int, int] = {}
    for t in needed_terms([value], {}):
        for a in t.args:
            if isinstance(a, Term) and a.op == "operand":
                uses[a.args[0]] = uses.get(a.args[0], 0) + (2 if t.op == "where" or t.op in EXTREMES else 1)
    return frozenset([i for i, count in uses.items() if count != 1])


_NAME = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(\b[vdt]\d+\b)""")  # what stands in quotes is no name


def _names_in(line: str) -> list[str]:
    return [name for name in _NAME.findall(line) if name]


def with_few_names(lines: Sequence[str]) -> Sequence[str]:
    """The same lines, in which a variable that is done with lends its name to a later one: r3.

    Python is a good deal faster with some thousand local variables than with some ten thousand. Lines with few names
    stay as they are, which reads better.
    """
    names_in = list(map(_names_in, lines))
    last = {name: i for i, mine in enumerate(names_in) for name in mine}
    if len(last) < _MANY:
        return lines
    names: dict[str, str] = {}
    free: list[str] = []
    taken = 0
    found = []
    for i, line in enumerate(lines):
        mine = list(dict.fromkeys(names_in[i]))
        right = line if " += " in line else line.partition(" = ")[2]
        read = set(_names_in(right or line))
        for name in mine:
            if name in names and last[name] == i and name in read:
                free.append(names[name])
        for name in mine:
            if name not in names:
                if not free:
                    free.append(f"r{taken}")
                    taken += 1
                names[name] = free.pop()
        found.append(_NAME.sub(lambda match: names[match[1]] if match[1] else match[0], line))
    return found


def _parts(t: Term, stop: frozenset[Term]) -> set[Term]:
    """All the terms that a term is made of, down to those that have names."""
    found: set[Term] = set()
    todo: list[Any] = [t]
    while todo:
        a = todo.pop()
        if isinstance(a, Term) and a not in found:
            found.add(a)
            if a not in stop:
                todo.extend(a.args)
    return found
