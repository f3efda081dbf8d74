"""Several samples: what happened to the sum, where a claim is right for one sample and wrong for more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .evaluate import run
from .quantities import alike, quantities
from .question import Question, Trial
from .ratios import constant, simple


@dataclass(frozen=True)
class Terms:
    """A claim at one point, and what the program says there of each sample alone."""

    claimed: float
    derivatives: list[float]
    """The derivative for each sample alone: the terms of the sum, but for a constant."""
    quantities: dict[str, tuple[float, ...]]
    """What the terms are made of: a number for each sample."""


def across_samples(question: Question, trials: Sequence[Trial], place: int) -> Iterator[str]:
    """What a claim made of the sum that it should have taken."""
    found = [terms for t in trials if t.number(place) and (terms := _terms(question, t, place)) is not None]
    if len(found) < 3:
        return
    for said, guess in _guesses(found):
        ratios = [(len(t.derivatives), t.claimed / g if (g := guess(t)) else float("nan")) for t in found]
        if any(simple(constant([r / n**power for n, r in ratios])) is not None for power in (0, -1, 1)):
            yield said
            return
    yield "it is right for one sample and wrong for several: look at the sum and its indices"


def _terms(question: Question, trial: Trial, place: int) -> Terms | None:
    try:
        alone = [run(question.f, trial.run.point.alone(j), question.subject) for j in range(trial.run.point.n)]
        derivatives = [question.truth(here)[place] for here in alone]
    except (ArithmeticError, ValueError):
        return None
    if len(alike(alone)) < len(alone):
        return None
    known = {q.name: q.values for q in quantities(alone) if all(q.values)}
    return Terms(trial.number(place), derivatives, known)


Guess: TypeAlias = Callable[[Terms], float]


def _guesses(found: Sequence[Terms]) -> Iterator[tuple[str, Guess]]:
    """What a sum could have become, the simplest first, with what to say of it."""
    only = "the sum over the samples is forgotten: only the {} sample's term is there"
    yield only.format("first"), lambda t: t.derivatives[0]
    yield only.format("last"), lambda t: t.derivatives[-1]
    yield "the sum leaves out the first sample", lambda t: sum(t.derivatives[1:])
    yield "the sum leaves out the last sample", lambda t: sum(t.derivatives[:-1])
    for name in found[0].quantities:
        if all(name in t.quantities for t in found):
            yield from _with_another_index(name)
            yield f"{name} was summed on its own: Σ(…)·Σ{name} is not Σ(…·{name})", _summed_alone(name)


def _with_another_index(name: str) -> Iterator[tuple[str, Guess]]:
    said = "an index slip: {} {} stands in every term, in place of each sample's own"
    for whose, index in _INDICES.items():
        yield said.format(whose, name), _reindexed(name, index)


_INDICES: dict[str, Callable[[int, int], int]] = {
    "the first sample's": lambda j, n: 0,
    "the last sample's": lambda j, n: n - 1,
    "the next sample's": lambda j, n: (j + 1) % n,
    "the previous sample's": lambda j, n: (j - 1) % n,
}


def _reindexed(name: str, index: Callable[[int, int], int]) -> Guess:
    def guess(t: Terms) -> float:
        q = t.quantities[name]
        return sum(d / q[j] * q[index(j, len(q))] for j, d in enumerate(t.derivatives))

    return guess


def _summed_alone(name: str) -> Guess:
    def guess(t: Terms) -> float:
        q = t.quantities[name]
        return sum(d / each for d, each in zip(t.derivatives, q, strict=True)) * sum(q)

    return guess
