"""Find points inside an expression's domain, on its edges, on its kinks, and outside.

The points are found by search, with the predicates of the rows (`Region.contains`, `Kink.gap`). An edge lies between a
point inside and a point outside, and a kink between its two sides; bisection narrows these to neighbouring floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise, product
from math import inf, isfinite
from random import Random

from ..floats import floats
from ..primitives import Primitive, lookup
from .expressions import Expression, Step

Point = tuple[float, ...]
Predicate = Callable[[Point], bool]
FAULTS = (ArithmeticError, ValueError)  # what arithmetic and the math module raise where there is no result
ROUND = (1.0, 0.5, 2.0, -1.0, 0.0, -0.5, -2.0, 3.0, -3.0, 1.5, -1.5)
_TRIES = 500


def in_domain(row: Primitive, numbers: Sequence[float]) -> bool:
    """Return whether the numbers are in the row's domain."""
    try:
        return row.domain.contains(*numbers)
    except FAULTS:
        return False


def outcome(row: Primitive, numbers: Sequence[float]) -> tuple[float, ...] | None:
    """Return the value and the local derivatives, or None if one is undefined or not finite."""
    if not in_domain(row, numbers):
        return None
    try:
        result = tuple(map(float, row.rule(floats, *numbers)))
    except FAULTS:
        return None
    return result if all(map(isfinite, result)) else None


def comfortable(
    row: Primitive, numbers: Sequence[float], margin: float = 0.0, bound: float = inf
) -> tuple[float, ...] | None:
    """Return the outcome if the operands are ``margin`` away from every kink and no number in it exceeds ``bound``."""
    result = outcome(row, numbers)
    if result is None or any(abs(x) > bound for x in result):
        return None
    return result if all(abs(kink.gap(*numbers)) >= margin for kink in row.kinks) else None


def trail(e: Expression, point: Point) -> Iterator[tuple[Step, Primitive, Point]]:
    """Yield each operation with its operands, until one cannot be computed."""
    known: dict[str | float, float] = dict(zip(e.variables, point, strict=True))
    for step in e.steps:
        row, numbers = lookup(step.primitive), tuple([known.get(x, x) for x in step.operands])
        yield step, row, numbers  # type: ignore[misc]  # names are always known: the steps are in topological order
        result = outcome(row, numbers)  # type: ignore[arg-type]  # see above
        if result is None:
            return
        known[step.name] = result[0]


def is_inside(e: Expression, margin: float = 0.0, bound: float = inf) -> Predicate:
    """Return a test for points where every operation can be computed, with this margin and bound."""
    return lambda point: all(comfortable(row, numbers, margin, bound) for _, row, numbers in trail(e, point))


def is_within_domain(e: Expression) -> Predicate:
    """Return a test for points where every operation is inside its row's domain, even if its result overflows."""
    return lambda point: all(in_domain(row, numbers) for _, row, numbers in trail(e, point))


def search(accepts: Predicate, count: int, low: float, high: float) -> Point | None:
    """Return an accepted point: a round one if possible, and always the same one."""
    scale = [x for x in ROUND if low <= x <= high] or [(low + high) / 2]
    rounds = islice(product(scale, repeat=count), _TRIES)
    random = Random(0)
    anywhere = (tuple([random.uniform(low, high) for _ in range(count)]) for _ in range(_TRIES))
    for candidates in rounds, anywhere:
        for point in candidates:
            if accepts(point):
                return point
    return None


def retreat(accepts: Predicate, point: Point, home: Point) -> Point:
    """Return the point if it is accepted, otherwise an accepted point between it and ``home``."""
    for k in range(6):
        toward = tuple([h + (x - h) * 0.5**k for x, h in zip(point, home, strict=True)])
        if accepts(toward):
            return toward
    return home


def moved(point: Point, i: int, x: float) -> Point:
    """Return the point with coordinate i replaced."""
    return (*point[:i], x, *point[i + 1 :])


def boundary(accepts: Predicate, point: Point, i: int, outside: float) -> tuple[Point, Point]:
    """Return two points that differ in coordinate i by one float; only the first is accepted."""
    inside = point[i]
    while (middle := inside + (outside - inside) / 2) not in (inside, outside):
        if accepts(moved(point, i, middle)):
            inside = middle
        else:
            outside = middle
    return moved(point, i, inside), moved(point, i, outside)


def edges(e: Expression, point: Point, low: float, high: float) -> Iterator[tuple[Point, Point]]:
    """Yield the last point inside the domain and the first outside when one variable is moved from the point."""
    within = is_within_domain(e)
    random = Random(0)
    for i in range(len(point)):
        for x in [*ROUND, low, high, *[random.uniform(low, high) for _ in range(50)]]:
            if low <= x <= high and not within(moved(point, i, x)):
                yield boundary(within, point, i, x)
                break


def kinks(e: Expression, point: Point, low: float, high: float) -> Iterator[Point]:
    """Yield points on a kink, or as close as floats allow, each found by moving one variable from the point."""
    defined = is_inside(e)
    for place, step in enumerate(e.steps):
        for which in range(len(lookup(step.primitive).kinks)):
            for i in range(len(point)):
                found = _vanishing(lambda x, p=place, k=which, i=i: _gap(e, moved(point, i, x), p, k), low, high)  # type: ignore[misc]
                for x in found:
                    if defined(moved(point, i, x)):
                        yield moved(point, i, x)


def _gap(e: Expression, point: Point, place: int, which: int) -> float | None:
    """Return the gap of a kink of operation number ``place``, or None where it cannot be computed."""
    for _, row, numbers in islice(trail(e, point), place, place + 1):
        return float(row.kinks[which].gap(*numbers)) if in_domain(row, numbers) else None
    return None


def _vanishing(gap: Callable[[float], float | None], low: float, high: float) -> Iterator[float]:
    """Yield the numbers where a gap is 0 or changes sign."""
    grid = sorted({*[x for x in ROUND if low <= x <= high], *[low + (high - low) * i / 32 for i in range(33)]})
    at = [(x, g) for x in grid if (g := gap(x)) is not None]
    for x, g in at:
        if g == 0.0:
            yield x
    for (left, g), (right, h) in pairwise(at):
        if g * h < 0.0:
            yield _sign_change(gap, left, right)


def _sign_change(gap: Callable[[float], float | None], left: float, right: float) -> float:
    above = (gap(right) or 0.0) > 0.0
    while (middle := left + (right - left) / 2) not in (left, right):
        g = gap(middle)
        if not g:
            return middle
        if (g > 0.0) == above:
            right = middle
        else:
            left = middle
    return right
