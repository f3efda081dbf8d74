"""The chain rule of each parameter that can be chosen on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..derive import Derivation, derive
from ..expression import Expression, Number, Symbol
from ..value import Value
from .formulas import Formulas, Line, equals, equation, rounded
from .html import Markup, element, joined, words
from .model import Model

_MOST_STEPS = 12
"""Steps of one derivation that the page shows; one in the order of backprop may have as many as there are nodes."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain rule of one node: what it says, for the ear, and how it looks."""

    node: int
    says: str
    looks: Markup


def chains(model: Model, formulas: Formulas, chosen: Sequence[int]) -> list[Chain]:
    """The chain rule of each chosen node."""
    y = model.nodes[model.root].value
    given = _names(model, formulas)
    return [_chain(derive(y, model.nodes[i].value, names=given), i, formulas) for i in chosen]


def _names(model: Model, formulas: Formulas) -> Mapping[Value, str]:
    """Names for a derivation beside the labels: those of the page where nobody named a node on the way.

    Where somebody did, it is named as in notes: what has no name is written out in place.
    """
    nodes = [node for node in model.nodes if not node.value.label]
    on_the_way = [model.nodes[i].value.label for i in model.computed if i != model.root]
    if any(on_the_way):
        nodes = [node for node in nodes if node.is_leaf or node.value is model.nodes[model.root].value]
    return {node.value: formulas.name(node.value).name for node in nodes}


def _chain(derivation: Derivation, i: int, formulas: Formulas) -> Chain:
    lines = list(_lines(derivation))
    shown = lines[: _MOST_STEPS - 2] + lines[-2:] if len(lines) > _MOST_STEPS else lines
    more = len(lines) - len(shown)
    parts = [equation(line) for line in shown]
    if more:
        note = element("p", f"… and {more} more steps like these, one for each node on the way …", class_="note")
        parts.insert(_MOST_STEPS - 2, note)
    meant = [
        equation((step.left, list(step.parts)))
        for step in derivation.definitions
        if isinstance(step.left, Symbol) and step.left.name not in formulas.names
    ]
    where = joined(element("p", "where", class_="note"), *meant) if meant else words("")
    heading = derivation.steps[0].text
    return Chain(i, f"{heading}.", element("section", *parts, where, class_="chain", data_chain=i))


def _lines(derivation: Derivation) -> Iterator[Line]:
    """The steps as equations: what goes on from the step before stands below it."""
    left: Expression | None = None
    rows: list[tuple[str, Expression]] = []
    for step in derivation.steps:
        if step.left is not None:
            if rows:
                yield left, rows
            left, rows = step.left, []
        rows += [_shortened(sign, e) for sign, e in step.parts]
    yield left, rows


def _shortened(sign: str, e: Expression) -> tuple[str, Expression]:
    return (equals(e.value), rounded(e.value)) if isinstance(e, Number) else (sign, e)
