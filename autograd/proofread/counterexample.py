"""The smallest and roundest point at which a claim fails."""

from __future__ import annotations

import math

from .inputs import Point, indexed
from .question import Question, Trial
from .trials import trial_at
from .verdict import Counterexample

_ROUND = (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 1.5, -1.5, 0.25, 0.75)
_PASSES = 4
_CLEARLY = 1e-3  # a difference that a reader sees at once


def counterexample(question: Question, trial: Trial) -> Counterexample:
    """A trial that fails, made as simple as it can be made while it fails in the same way."""
    for _ in range(_PASSES):
        simpler = _pass(question, trial)
        if simpler is trial:
            break
        trial = simpler
    return _example(question, trial)


def _pass(question: Question, trial: Trial) -> Trial:
    for sample in reversed(range(trial.run.point.n)):
        if trial.run.point.n > 1:
            trial = _if_it_fails(question, trial, trial.run.point.without(sample))
    for name, path, now in list(indexed(trial.run.point.inputs)):
        for number in _ROUND:
            if _rank(number) >= _rank(now):
                break
            if question.inputs[name].allows(number):
                simpler = _if_it_fails(question, trial, trial.run.point.put(name, path, number))
                if simpler is not trial:
                    trial = simpler
                    break
    return trial


def _if_it_fails(question: Question, trial: Trial, point: Point) -> Trial:
    """The trial at another point, if it fails there as it does here; or else the one there is."""
    other = trial_at(question, point)
    if other is not None:
        other.typical = trial.typical
    if (
        other is None
        or bool(other.kinks) != bool(trial.kinks)
        or isinstance(other.claimed, str) != isinstance(trial.claimed, str)
    ):
        return trial
    return other if _fails_clearly(other) else trial


def _fails_clearly(trial: Trial) -> bool:
    if isinstance(trial.claimed, str):
        return True
    pairs = zip(trial.claimed, trial.truth, strict=True)
    return any(abs(c - t) > _CLEARLY * max(abs(c), abs(t)) and not trial.close(c, t) for c, t in pairs)


def _rank(x: float) -> float:
    return _ROUND.index(x) if x in _ROUND else math.inf


def _example(question: Question, trial: Trial) -> Counterexample:
    if isinstance(trial.claimed, str):
        return Counterexample(trial.run.point, trial.claimed, trial.truth[0])
    wrong = [i for i, (c, t) in enumerate(zip(trial.claimed, trial.truth, strict=True)) if not trial.close(c, t)]
    i = wrong[0] if wrong else 0
    where = question.component(trial.run.point, i) if len(trial.truth) > 1 else ""
    return Counterexample(trial.run.point, trial.claimed[i], trial.truth[i], where)
