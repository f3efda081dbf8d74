"""What a wrong factor could be: the inputs, the nodes and the local derivatives of a program, with their names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..backprop import ancestry
from ..expression import Apply, Expression, Number, Symbol
from ..floats import floats
from ..primitives import Primitive
from ..tree import leaves
from ..value import Value
from .evaluate import Run

_NEUTRAL = {"add": 0.0, "div": 1.0}
_LONGEST = 28  # a formula that takes more room than this is no name


@dataclass(frozen=True)
class Quantity:
    """Something that has a number at each of some points: ``x``, ``a₁``, ``σ′(z₁)``."""

    name: str
    values: tuple[float, ...]
    is_derivative: bool = False

    @property
    def varies(self) -> bool:
        """Whether it is more than a constant."""
        return any(v != self.values[0] for v in self.values)


def symbol(label: str) -> str:
    """A label as it is written in notes: ``w1`` as w₁, ``x[0]`` as x₀."""
    name, *indices = label.replace("]", "").split("[")
    return Symbol(f"{name}_{indices[0]}" if len(indices) == 1 and name.isalpha() else label).text


def alike(runs: Sequence[Run]) -> list[Run]:
    """The runs whose graphs have the shape of the first one's, so that node i of one is node i of another."""
    shapes = [_shape(run) for run in runs]
    return [run for run, shape in zip(runs, shapes, strict=True) if shape == shapes[0]]


def quantities(runs: Sequence[Run]) -> list[Quantity]:
    """All that a factor could be, each once, the best name first: inputs, named nodes, derivatives, the rest."""
    graphs = [_graph(run) for run in runs]
    found: list[Quantity] = []
    for columns in zip(*[[x for _, x in leaves(run.inputs)] for run in runs], strict=True):
        found.append(Quantity(symbol(columns[0].label or ""), tuple(x.data for x in columns)))
    labelled, rest = [], []
    for nodes in zip(*graphs, strict=True):
        values = tuple(node.data for node in nodes)
        name = written(nodes[0])
        if nodes[0].label:
            labelled.append(Quantity(symbol(nodes[0].label), values))
        elif len(name) <= _LONGEST:
            rest.append(Quantity(name, values))
    derivatives = list(_derivatives(graphs, [*found, *labelled]))
    once: dict[tuple[float, ...], Quantity] = {}
    for q in [*found, *labelled, *derivatives, *rest]:
        once.setdefault(q.values, q)
    return list(once.values())


def _derivatives(graphs: Sequence[Sequence[Value]], arguments: Sequence[Quantity]) -> Iterator[Quantity]:
    """The derivative of each function in the program: first where the program takes it, then everywhere else."""
    elsewhere: dict[Primitive, tuple[float, ...]] = {}
    for nodes in zip(*graphs, strict=True):
        row = nodes[0].primitive
        if row is None or row.nary or len(row.operands) - len(row.constants) != 1 or row.name in ("neg", "identity"):
            continue
        operand = nodes[0].operands[0]
        name = written(operand) if isinstance(operand, Value) else str(operand)
        yield Quantity(prime(row, name, nodes[0]), tuple(node.partials[0] or 0.0 for node in nodes), is_derivative=True)
        elsewhere[row] = tuple(x for x in nodes[0].operands[1:] if isinstance(x, float))
    for row, constants in elsewhere.items():
        if row.notation.kind != "function":
            continue
        for q in arguments:
            try:
                slopes = tuple(row.rule(floats, v, *constants)[1] for v in q.values)
            except (ArithmeticError, ValueError):
                continue
            if all(map(math.isfinite, slopes)):
                yield Quantity(prime(row, q.name), slopes, is_derivative=True)


def prime(row: Primitive, operand: str, node: Value | None = None) -> str:
    """``σ′(z₁)``; for what is no named function, the derivative as a quotient."""
    if row.notation.kind == "function":
        return f"{row.notation.text}′({operand})"
    if node is not None and node.label:
        return f"∂{symbol(node.label)}/∂{operand}"
    return f"∂({written(node)})/∂{operand}" if node is not None else f"{row.name}′({operand})"


def written(node: Value | float) -> str:
    """A node as a formula of the named nodes below it."""
    return _expression(node, top=True).text


def _expression(x: Value | float, top: bool = False, depth: int = 0) -> Expression:
    if not isinstance(x, Value):
        return Number(x)
    if x.label:
        return Symbol(symbol(x.label))
    if x.primitive is None or not x.operands:
        return Number(x.data)
    if (
        x.primitive.name in ("add", "div")
        and x.operands[0 if x.primitive.name == "add" else 1] == _NEUTRAL[x.primitive.name]
    ):
        return _expression(x.operands[1 if x.primitive.name == "add" else 0], depth=depth)  # sum() begins with 0; /1
    if depth > 8:
        return Symbol("…" * 40)
    return Apply(x.primitive, tuple(_expression(operand, depth=depth + 1) for operand in x.operands))


def _graph(run: Run) -> list[Value]:
    """The nodes that are computed, oldest first."""
    return [node for node in reversed(ancestry(run.y)) if node.operands] if isinstance(run.y, Value) else []


def _shape(run: Run) -> list[tuple[str, int, str | None]]:
    return [(node.primitive.name if node.primitive else "", len(node.operands), node.label) for node in _graph(run)]
