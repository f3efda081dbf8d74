"""Where primitives are measured: numbers from the whole range of float64, and those at which something happens."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from itertools import chain, cycle, islice, product, repeat
from random import Random

from autograd import primitives as rows
from autograd.primitives import Primitive

Operands = tuple[float, ...]

_SPECIAL = [
    *(0.0, 0.5, 1.0, 2.0, 3.0, 10.0, 1e-300, 1e300, 1e154, 1.4e154, 1e-154),
    *(sys.float_info.max, sys.float_info.min, 5e-324, 1e-310, 2**-53, 2**-26, 2.0**53, 2.0**53 + 2),
    *(0.7517915246935645, 0.6931471805599453, 0.3465735902799726),  # gelu′ = 0, e^x = 2, tanh x = 1/3
    *(8.3, 18.4, 19.1, 36.7, 37.5, 38.5, 40.0),  # where 1 − y, y + 1, Φ and φ run out of digits
    *(354.9, 372.5, 708.3, 709.7, 710.4, 744.4, 745.1, 746.0),  # where e²ˣ, e⁻²ˣ, eˣ, cosh x and e⁻ˣ do
    *[k * math.pi / 2 for k in (1, 2, 3, 4, 11, 22, 710, 10**6)],
]
SPECIAL = [*_SPECIAL, *[-x for x in _SPECIAL]]


def anywhere(rng: Random) -> float:
    """A number of any size and sign, with much weight on those that people compute with."""
    kind = rng.random()
    if kind < 0.4:
        return rng.choice((1, -1)) * 10 ** rng.uniform(-300, 300)
    if kind < 0.7:
        return rng.uniform(-50, 50)
    if kind < 0.8:
        return rng.uniform(-750, 750)
    if kind < 0.9:
        return rng.choice((1, -1)) * 10 ** rng.uniform(-20, 4)
    return rng.choice((1, -1)) * (1 + rng.choice((1, -1)) * 10 ** rng.uniform(-16, 0))


def singles(rng: Random) -> Iterator[Operands]:
    """One operand."""
    while True:
        yield (anywhere(rng),)


def pairs(rng: Random) -> Iterator[Operands]:
    """Two operands: unrelated, of one size, nearly equal, equal."""
    while True:
        a, b = anywhere(rng), anywhere(rng)
        yield a, b
        yield a, a * rng.uniform(-2, 2)
        yield a, a * (1 + rng.choice((1, -1)) * 10 ** rng.uniform(-16, 0))
        yield a, a


def powers(rng: Random) -> Iterator[Operands]:
    """A base and an exponent whose power is a float64, as that of two unrelated numbers seldom is."""
    while True:
        x = abs(anywhere(rng)) or 0.5
        size = rng.uniform(-700, 700) * rng.choice((1, 1, 0.1, 1e-3))
        y = size / math.log(x) if x != 1.0 else size
        yield x, y
        yield x, float(round(y))
        yield -x, float(round(y))
        yield x, rng.choice((-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 1 / 3, 0.1, -0.3, -1.7))
        yield 0.0, abs(y)


def logits_and_target(rng: Random) -> Iterator[Operands]:
    """A logit, and a target between 0 and 1."""
    while True:
        x = anywhere(rng)
        yield x, rng.random()
        yield x, rng.choice((0.0, 1.0, 0.5))
        yield x, 10 ** rng.uniform(-300, 0)
        yield x, 1 - 10 ** rng.uniform(-16, 0)


def lists(rng: Random) -> Iterator[Operands]:
    """Several operands: of one size, of all sizes, with one in the lead at either end, tied."""
    while True:
        count = rng.choice((1, 2, 2, 3, 4, 10))
        spread = rng.choice((1, 10, 100, 300, 1e-3))
        xs = [rng.uniform(-spread, spread) for _ in range(count)]
        yield tuple(xs)
        yield tuple([anywhere(rng) for _ in xs])
        yield tuple(sorted(xs))
        yield tuple(sorted(xs, reverse=True))
        yield (*xs[1:], xs[0] + rng.uniform(10, 700))
        yield (xs[0] + rng.uniform(10, 700), *xs[1:])
        yield (xs[0],) * count
        yield tuple([float(round(x)) for x in xs])


def twins(rng: Random) -> Iterator[Operands]:
    """Two lists of one length."""
    for xs in lists(rng):
        yield (*xs, *[rng.uniform(-3, 3) for _ in xs])
        yield (*xs, *[anywhere(rng) for _ in xs])


def classified(rng: Random) -> Iterator[Operands]:
    """Several logits and the class that is right."""
    for xs in lists(rng):
        yield (*xs, float(rng.randrange(len(xs))))
        yield (*xs, float(xs.index(max(xs))))


def generic(row: Primitive, rng: Random) -> Iterator[Operands]:
    """Operands for a row of which nothing else is known, each with one of the typical values of its constants."""
    count = len(row.operands) - len(row.constants)
    if row.nary:
        found = lists(rng)
    elif count == 1:
        found = chain([(x,) for x in SPECIAL for _ in product(*row.constants.values())], singles(rng))
    elif count == 2:
        found = chain(product(SPECIAL[::3], SPECIAL[1::4]), pairs(rng))
    else:
        found = (tuple([anywhere(rng) for _ in range(count)]) for _ in repeat(None))
    constants = cycle(product(*row.constants.values()))
    for xs in found:
        yield (*xs, *next(constants))


def constant_powers(rng: Random) -> Iterator[Operands]:
    """Typical exponents, and any."""
    for usual, unusual in zip(generic(rows.pow_, rng), powers(rng), strict=False):
        yield usual
        yield unusual


_OF_ROW: dict[str, Callable[[Random], Iterator[Operands]]] = {
    "pow": constant_powers,
    "power": powers,
    "dot": twins,
    "softmax_cross_entropy": classified,
    "binary_cross_entropy_with_logits": logits_and_target,
}


def operands(row: Primitive, count: int, seed: int = 0) -> list[Operands]:
    """The operands, constants included, of ``count`` calls; all are in the row's domain, and the same every time.

    They are fewer if the domain is hard to hit.
    """
    rng = Random(f"{row.name} {seed}")
    source = _OF_ROW[row.name](rng) if row.name in _OF_ROW else generic(row, rng)
    return list(islice((xs for xs in islice(source, 20 * count) if row.domain.contains(*xs)), count))
