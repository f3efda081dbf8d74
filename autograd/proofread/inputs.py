"""What the inputs of a formula are, and points to try it at: small whole numbers first, then halves, then decimals."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .markup import digits

_NO_LIST = re.compile(
    r"iterable|iterate|len\(|subscript|unpack|is one number|as (?:one|two) lists?"
)  # in what Python says of numbers
Style = Literal["whole", "half", "decimal"]


@dataclass(frozen=True, slots=True)
class Input:
    """One input: a number, a vector of ``size`` inputs, or one for each of the N samples."""

    kind: Literal["number", "vector", "samples"]
    low: float = -3.0
    high: float = 3.0
    choices: tuple[float, ...] = ()
    size: int = 0
    of: Input | None = None
    bounded: bool = False
    """Whether there is nothing beyond low and high; otherwise they are only where it is tried."""

    @property
    def each(self) -> Input:
        """What the numbers in it are, however deep they lie."""
        return self if self.of is None else self.of.each

    def allows(self, x: float) -> bool:
        """Whether a number can stand in it."""
        if self.each.choices:
            return x in self.each.choices
        return not self.each.bounded or self.each.low <= x <= self.each.high

    def draw(self, rng: random.Random, style: Style, n: int) -> Any:
        """A value for this input, where there are ``n`` samples."""
        if self.of is not None:
            count = n if self.kind == "samples" else self.size
            return [self.of.draw(rng, style, n) for _ in range(count)]
        if self.choices:
            return float(rng.choice(self.choices))
        if style == "decimal":
            return rng.uniform(self.low, self.high)
        step = 1.0 if style == "whole" else 0.5
        first, last = int(-(-self.low // step)), int(self.high // step)
        if first > last:
            return rng.uniform(self.low, self.high)
        return step * rng.randint(first, last)


number = Input("number")
"""Any number, tried between −3 and 3.

>>> from autograd.proofread import number, proofread, vector
>>> bool(proofread(lambda x: x[0] * x[1], "x[0]", lambda x: x[1], inputs={"x": vector(2, number)}))
True
"""


def between(low: float, high: float) -> Input:
    """A number from an interval.

    >>> between(0.1, 2.0).low
    0.1
    """
    if not low < high:
        raise ValueError(f"between(low, high) needs low < high, and got {low} and {high}")
    return Input("number", float(low), float(high), bounded=True)


def among(*choices: float) -> Input:
    """One of some numbers, such as the labels of two classes: ``among(0, 1)``.

    >>> among(0, 1).choices
    (0.0, 1.0)
    """
    if not choices:
        raise ValueError("among(…) needs at least one number to choose from")
    return Input("number", choices=tuple(map(float, choices)))


def vector(size: int, of: Input = number) -> Input:
    """A list of ``size`` numbers (or of other inputs).

    >>> vector(2).size
    2
    """
    if of.kind == "samples":
        raise ValueError("samples(vector(n)) has n numbers for each sample; a vector of samples is the other way round")
    if size < 1:
        raise ValueError(f"vector(size) needs a size of at least 1, and got {size}")
    return Input("vector", size=size, of=of)


def samples(of: Input = number) -> Input:
    """A list with one number (or other input) for each of the N samples; N is tried at 1, 2, 3 and 4.

    >>> samples(vector(2)).kind
    'samples'
    """
    if of.kind == "samples":
        raise ValueError("samples of samples make no sense: each sample has one value of this input, or a vector")
    return Input("samples", of=of)


@dataclass(frozen=True)
class Point:
    """Values for all of the inputs, and how many samples there are."""

    inputs: dict[str, Any]
    n: int
    style: Style
    by_sample: frozenset[str] = frozenset()
    """The inputs that have one value for each sample."""

    def put(self, name: str, path: tuple[int, ...], x: float) -> Point:
        """The same point with another number at one place."""
        return Point({**self.inputs, name: _put(self.inputs[name], path, x)}, self.n, self.style, self.by_sample)

    def without(self, sample: int) -> Point:
        """The same point with one sample fewer."""
        inputs = {
            name: x[:sample] + x[sample + 1 :] if name in self.by_sample else x for name, x in self.inputs.items()
        }
        return Point(inputs, self.n - 1, self.style, self.by_sample)

    def said_too_little(self, error: Exception) -> str:
        """What to write if an error comes of a number where a list was meant; nothing for other errors."""
        numbers = [name for name, x in self.inputs.items() if not isinstance(x, list)]
        if not numbers or not _NO_LIST.search(str(error)):
            return ""
        return (
            f"{', '.join(numbers)} {'is one number' if len(numbers) == 1 else 'are one number each'} here; for a list "
            f"write inputs={{{numbers[-1]!r}: samples()}}, with a number for each sample, or vector(n), with n numbers"
        )

    def __str__(self) -> str:
        return ", ".join(f"{name} = {_written(x)}" for name, x in self.inputs.items())


def _put(tree: Any, path: tuple[int, ...], x: float) -> Any:
    if not path:
        return x
    return [_put(branch, path[1:], x) if i == path[0] else branch for i, branch in enumerate(tree)]


def _written(x: Any) -> str:
    if isinstance(x, list):
        return f"[{', '.join(map(_written, x))}]"
    return digits(x)


def points(inputs: Mapping[str, Input], seed: int, each: int = 40) -> list[Point]:
    """Points to try, the simplest first: few samples, small round numbers."""
    rng = random.Random(seed)
    by_sample = frozenset(name for name, i in inputs.items() if i.kind == "samples")
    sizes = (1, 2, 3, 4) if by_sample else (1,)
    found: list[Point] = []
    styles: tuple[Style, ...] = ("whole", "half", "decimal")
    for style in styles:
        drawn = []
        for k in range(each):
            n = sizes[k % len(sizes)]
            drawn.append(Point({name: i.draw(rng, style, n) for name, i in inputs.items()}, n, style, by_sample))
        found += sorted(drawn, key=_size)
    return found


def _size(point: Point) -> tuple[int, float]:
    return point.n, sum(abs(x) for x in flat(list(point.inputs.values())))


def indexed(inputs: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, ...], Any]]:
    """Each number among the inputs: the input's name, the place in its lists, and the number."""
    for name, tree in inputs.items():
        yield from ((name, path, x) for path, x in _indexed(tree, ()))


def _indexed(tree: Any, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Any]]:
    if isinstance(tree, list):
        for i, branch in enumerate(tree):
            yield from _indexed(branch, (*path, i))
    else:
        yield path, tree


def flat(tree: Any) -> list[Any]:
    """The numbers, or Values, in nested lists, in order."""
    return [x for branch in tree for x in flat(branch)] if isinstance(tree, list) else [tree]
