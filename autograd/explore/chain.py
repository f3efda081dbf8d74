"""Write the chain rule of each parameter that can be chosen on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..derive import Derivation, Step, derive
from ..expression import Expression, Number, Symbol
from ..value import Value
from .formulas import Formulas, Line, equals, equation, rounded
from .html import Markup, element
from .model import Model

_MOST_STEPS = 12
"""The most steps of one derivation that the page shows: the first steps and the last."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain rule of one node: as text for screen readers, and as HTML."""

    node: int
    says: str
    looks: Markup


def chains(model: Model, formulas: Formulas, chosen: Sequence[int]) -> list[Chain]:
    """Return the chain rule of each chosen node."""
    y = model.nodes[model.root].value
    given = _names(model, formulas)
    return [_chain(derive(y, model.nodes[i].value, names=given), i, formulas) for i in chosen]


def _names(model: Model, formulas: Formulas) -> Mapping[Value, str]:
    """Return names for the nodes without labels.

    If no computed node has a label, each gets its name from the picture. Otherwise only the leaves and the root do, and
    the derivation writes the other unnamed nodes out.
    """
    nodes = [node for node in model.nodes if not node.value.label]
    on_the_way = [model.nodes[i].value.label for i in model.computed if i != model.root]
    if any(on_the_way):
        nodes = [node for node in nodes if node.is_leaf or node.value is model.nodes[model.root].value]
    return {node.value: formulas.name(node.value).name for node in nodes}


def _chain(derivation: Derivation, i: int, formulas: Formulas) -> Chain:
    steps = derivation.steps
    more = max(0, len(steps) - _MOST_STEPS)
    parts = [equation(line) for line in _lines([*steps[: len(steps) - more - 1], steps[-1]])]
    if more:
        note = f"… and {more} more steps like these: one for each node on the way …"
        parts.insert(len(parts) - 1, element("p", note, class_="note"))
    meant = [
        equation((step.left, list(step.parts)))
        for step in derivation.definitions
        if isinstance(step.left, Symbol) and step.left.name not in formulas.names
    ]
    if meant:
        parts += [element("p", "where", class_="note"), *meant]
    return Chain(i, f"{steps[0].text}.", element("section", *parts, class_="chain", data_chain=i))


def _lines(steps: Sequence[Step]) -> Iterator[Line]:
    """Yield the steps as equations; a step that continues the previous one is put below it."""
    line: Line = (None, [])
    for step in steps:
        if step.left is not None:
            if line[1]:
                yield line
            line = (step.left, [])
        line[1].extend([_shortened(sign, e) for sign, e in step.parts])
    yield line


def _shortened(sign: str, e: Expression) -> tuple[str, Expression]:
    return (equals(e.value), rounded(e.value)) if isinstance(e, Number) else (sign, e)
