"""Name the slip: which factor is missing, which is too many, what stands in whose place.

The ratio of the claim to the truth is held against what the program itself offers: its inputs, its nodes and its local
derivatives. A ratio that equals one of them at every point is that factor, too many; one that equals its inverse is
that factor, missing. For a sum over samples, one sample alone tells about the factors; several tell about the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..value import Value
from .evaluate import Run
from .factors import one_sample
from .quantities import symbol, written
from .question import Question, Trial
from .ratios import CLOSE, constant, simple
from .sums import across_samples
from .verdict import Factor


def diagnose(question: Question, trials: Sequence[Trial], factor: Factor | None) -> tuple[str, ...]:
    """What is wrong with a claim, as far as the program can tell: the simplest explanation first.

    ``trials`` are those away from kinks; ``factor`` is the constant by which the claim is off, if that is all.
    """
    failed = next((t for t in trials if isinstance(t.claimed, str)), None)
    if failed is not None:
        return (f"the claim has no value at {failed.run.point}: {failed.claimed}",)
    tried = [t for t in trials if t.run.point.style == "decimal"] or list(trials)
    if all(t.number(i) == 0.0 for t in tried for i in range(len(t.truth))):
        return ("the claim is 0 everywhere",)
    single = [t for t in tried if t.run.point.n == 1]
    place = _component(tried)
    if factor is not None:
        return tuple(_constant_reasons(question, single[0].run, factor))
    pairs = [(t.number(place), t.truth[place]) for t in single]
    off_by = simple(constant([c / t for c, t in pairs if t and c]))
    if off_by is not None and all(bool(c) == bool(t) for c, t in pairs):
        reasons = list(across_samples(question, [t for t in tried if t.run.point.n > 1], place))
        return (*reasons, *_constant_reasons(question, single[0].run, Factor(1 / off_by)))
    return tuple(one_sample(question, single, place))


def _component(trials: Sequence[Trial]) -> int:
    """Which of the numbers to look at, where a claim is of several: the first that differs."""
    for t in trials:
        for place, truth in enumerate(t.truth):
            if abs(t.number(place) - truth) > CLOSE * max(abs(t.number(place)), abs(truth)):
                return place
    return 0


def _constant_reasons(question: Question, here: Run, factor: Factor) -> Iterator[str]:
    """Where in the program a constant factor comes from."""
    number = factor.number
    if not isinstance(number, Fraction):
        yield f"the constant factor {factor} is missing"
        return
    if number < 0:
        edge = next(_edges_of(here, question, -1.0), None)
        if edge is None:
            yield "the sign is flipped"
        else:
            yield f"the factor {edge} = −1 is missing" + ("" if number == -1 else ": the sign is flipped")
    size = abs(number)
    square = next(_squares(here, question), None)
    if size == 2 and square:
        yield f"the factor 2 of the square ({square})² is missing"
    elif size == Fraction(1, 2) and square:
        yield f"there is a factor 2 too many: the program's 1/2 cancels the 2 of the square ({square})²"
    elif size != 1:
        yield f"the constant factor {size!s} is missing"
    if factor.power == -1:
        yield "the 1/N of the mean is missing"
    elif factor.power == 1:
        yield "there is a 1/N too many: the program adds up, and takes no mean"
    elif factor.power:
        yield f"the factor {Factor(Fraction(1), factor.power)} is missing"


def _edges_of(here: Run, question: Question, partial: float) -> Iterator[str]:
    """The local derivatives on the way that are this constant, named ones first."""
    nodes = here.nodes(question.target(here))
    found = [
        (node.label is not None, isinstance(x, Value) and x.label is not None, node, x)
        for node in nodes
        for x, d in zip(node.operands, node.partials, strict=True)
        if d == partial and x in nodes
    ]
    for _, _, node, x in sorted(found, key=lambda edge: edge[:2], reverse=True):
        above = symbol(node.label) if node.label else f"({written(node)})"
        yield f"∂{above}/∂{written(x) if isinstance(x, Value) and x.label else f'({written(x)})'}"


def _squares(here: Run, question: Question) -> Iterator[str]:
    for node in here.nodes(question.target(here)):
        if node.primitive is not None and node.primitive.name == "pow" and node.operands[1] == 2.0:
            yield written(node.operands[0])
