"""Oracles for whole graphs, none of which uses a derivative rule or the walk.

- ``exact_*``: the expression in multiprecision, by the independent formulas of exact.py, and its derivatives by
  difference quotients with so many digits that nothing of them is lost;
- ``sum_over_paths``: the chain rule as it is written, every path multiplied out, in exact fractions;
- ``scale``: the size of the terms that a derivative is the sum of, which its rounding is measured against.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import frexp
from random import Random
from typing import Any

from autograd import Value, ancestry
from autograd.primitives import lookup
from autograd.testing import Expression
from tests.autograd.exact import oracle
from tests.autograd.multiprecision import BITS, mp, number

STEP = mp.mpf(2) ** (-BITS // 4)  # relative; its square is what a difference quotient is off by
UNIT = mp.mpf(2) ** -50  # a few roundings of float64


def exact_value(e: Expression, point: Sequence[Any], noise: Random | None = None) -> Any:
    """The expression at a point, in multiprecision; with ``noise`` every operation is off by as much as a float's."""
    known: dict[Any, Any] = dict(zip(e.variables, map(number, point), strict=True))
    for step in e.steps:
        value = oracle(lookup(step.primitive)).value(*[known.get(x, x) for x in step.operands])
        known[step.name] = value * (1 + UNIT * noise.choice((-1, 1))) if noise else value
    return known[e.result]


def exact_derivative(e: Expression, point: Sequence[float], *by: int, seed: int | None = None) -> Any:
    """The derivative by variable number i, or by i and then j."""
    smallest = min([abs(x) for x in point if x], default=1.0)
    with mp.workprec(
        BITS + len(by) * max(0, -frexp(smallest)[1])
    ):  # enough to see the steps at numbers as small as that
        return _difference_quotient(e, point, by, seed)


def _difference_quotient(e: Expression, point: Sequence[float], by: tuple[int, ...], seed: int | None) -> Any:

    steps = [STEP * (min(1, abs(x)) or 1) for x in point]

    def value(*moves: tuple[int, int]) -> Any:
        moved = [number(x) for x in point]
        for i, direction in moves:
            moved[i] += direction * steps[i]
        return exact_value(e, moved, None if seed is None else Random(seed))  # the same noise for both sides

    if len(by) == 1:
        (i,) = by
        return (value((i, 1)) - value((i, -1))) / (2 * steps[i])
    i, j = by
    corners = [a * b * value((i, a), (j, b)) for a in (1, -1) for b in (1, -1)]
    return sum(corners) / (4 * steps[i] * steps[j])


def allowance(e: Expression, point: Sequence[float], *by: int) -> tuple[Any, Any]:
    """The exact derivative, and how much it changes when every operation on the way is off by a float's rounding."""
    exact = exact_derivative(e, point, *by)
    changes = [abs(exact_derivative(e, point, *by, seed=seed) - exact) for seed in range(2)]
    return exact, max(*changes, mp.mpf(1e-40))  # as far as the quotients themselves are off


def sum_over_paths(y: Value, x: Value) -> Fraction:
    """The derivative of y by x: over all paths from y down to x, the sum of the products of the local derivatives."""
    if y is x:
        return Fraction(1)
    return sum(
        (
            Fraction(partial) * sum_over_paths(operand, x)
            for operand, partial in zip(y.operands, y.partials, strict=True)
            if isinstance(operand, Value) and partial
        ),
        Fraction(0),
    )


def scales(y: Value) -> dict[Value, float]:
    """The same sum without signs, for every node below y."""
    sizes = dict.fromkeys(ancestry(y), 0.0)
    sizes[y] = 1.0
    for node in sizes:
        for operand, partial in zip(node.operands, node.partials, strict=True):
            if isinstance(operand, Value) and partial is not None:
                sizes[operand] += sizes[node] * abs(partial)
    return sizes


def scale(y: Value, x: Value) -> float:
    """How large the terms are that y's derivative by x is the sum of, and a little for what underflows on the way."""
    return scales(y).get(x, 0.0) + 1e-280


def cancelled(y: Value) -> float:
    """What may be lost where terms cancel inside of one local derivative: BCE′ = (1 − t)·σ(x) − t·σ(−x), say."""
    return 1e-15 * max(scales(y).values())
