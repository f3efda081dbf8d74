"""Arguments of programs: numbers of all sorts in structures of all sorts, as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

WILD = (
    0.0, -0.0, 1.0, -1.0, 1e-300, -1e-300, 1e300, -1e300, 1e154, 1e-154, 5e-324, 2.2250738585072014e-308, 1e-310,
    1.7976931348623157e308, 1e16, 9007199254740993.0, 700.0, -700.0, 745.5, 40.0, -40.0, 1e-8, 1e-16, 0.1, 3.5e8, -1e9,
)  # fmt: skip
SPECIAL = ("nan", "inf", "-inf")


@dataclass
class Mood:
    """How daring the numbers and operations of one program are."""

    rng: Random
    wild: float = 0.0
    """The share of extreme numbers."""
    special: float = 0.0
    """The share of inf and nan."""
    unguarded: float = 0.05
    """How often an operand may leave the domain."""

    def number(self) -> str:
        """A number as text."""
        rng = self.rng
        if rng.random() < self.special:
            return rng.choice(SPECIAL)
        if rng.random() < self.wild:
            return repr(rng.choice(WILD))
        draw = rng.random()
        if draw < 0.1:
            return repr(float(rng.choice((0.0, -0.0, 1.0, -1.0, 2.0, 0.5))))
        if draw < 0.3:
            return repr(rng.uniform(-2, 2))
        return repr(round(rng.uniform(-2, 2), 2))

    def float(self) -> float:
        """A number."""
        return float(self.number())


class Shape:
    """What an argument looks like; `text` writes one."""

    def text(self, mood: Mood) -> str:
        """An argument of this shape."""
        raise NotImplementedError

    def scalars(self, path: str) -> Iterator[str]:
        """How a program reads its numbers."""
        return iter(())

    def vectors(self, path: str) -> Iterator[tuple[str, int]]:
        """How a program reads its rows of numbers, and how many there are in each."""
        return iter(())

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        raise NotImplementedError


@dataclass
class Number(Shape):
    """One number."""

    form: str = "float"
    count = 1  # type: ignore[assignment]

    def text(self, mood: Mood) -> str:
        if self.form == "int":
            return repr(mood.rng.randint(-3, 3))
        if self.form in ("float32", "float64"):
            return f"{self.form}({mood.number()})"
        return mood.number()

    def scalars(self, path: str) -> Iterator[str]:
        yield path


ARRAYS = ("array", "array", "float32", "int64", "strided", "backwards", "readonly")


@dataclass
class Rows(Shape):
    """Numbers in a row, or rows of them: as lists, or as an array of some make."""

    sizes: tuple[int, ...]
    form: str = "list"
    batch: bool = False
    """Whether the first size is that of a batch, and may be another in another call."""

    def text(self, mood: Mood) -> str:
        inner = self._nested(mood, self.sizes)
        if self.form in ("list", "tuple"):
            return inner if self.form == "list" or not self.sizes[0] else f"({inner[1:-1]},)"
        if 0 in self.sizes:
            inner = f"[[]] * {self.sizes[0]}" if self.sizes[0] else "[]"
            return f"array({inner}).reshape{self.sizes}" if len(self.sizes) > 1 else f"array({inner})"
        if self.form in ("float32", "int64"):
            return f"array({inner}, {self.form!r})"
        made = f"array({inner})"
        return made if self.form == "array" else f"{self.form}({made})"

    def _nested(self, mood: Mood, sizes: tuple[int, ...]) -> str:
        if not sizes:
            return repr(mood.rng.randint(-3, 3)) if self.form == "int64" else mood.number()
        return f"[{', '.join([self._nested(mood, sizes[1:]) for _ in range(sizes[0])])}]"

    def scalars(self, path: str) -> Iterator[str]:
        if self.batch:
            return
        for i in range(self.sizes[0]):
            if len(self.sizes) > 1:
                yield from Rows(self.sizes[1:]).scalars(f"{path}[{i}]")
            else:
                yield f"{path}[{i}]"

    def vectors(self, path: str) -> Iterator[tuple[str, int]]:
        if self.batch:
            return
        if len(self.sizes) == 1:
            yield path, self.sizes[0]
        else:
            for i in range(self.sizes[0]):
                yield f"{path}[{i}]", self.sizes[1]

    def sample(self) -> Shape:
        """What one sample of a batch looks like."""
        return Rows(self.sizes[1:]) if len(self.sizes) > 1 else Number()

    @property
    def count(self) -> int:
        product = 1
        for n in self.sizes:
            product *= n
        return product


@dataclass
class Tree(Shape):
    """A dict, a tuple, a list or one of two namedtuples of one name, with arguments inside."""

    form: str
    parts: dict[Any, Shape] = field(default_factory=dict)

    def text(self, mood: Mood) -> str:
        inner = {key: part.text(mood) for key, part in self.parts.items()}
        if self.form == "dict":
            return "{" + ", ".join(f"{key!r}: {x}" for key, x in inner.items()) + "}"
        if self.form in ("Line", "Other"):
            return f"{self.form}({', '.join(inner.values())})"
        body = ", ".join(inner.values())
        return f"[{body}]" if self.form == "list" else f"({body},)"

    def _paths(self, path: str) -> Iterator[tuple[str, Shape]]:
        for key, part in self.parts.items():
            yield (f"{path}.{key}" if self.form in ("Line", "Other") else f"{path}[{key!r}]"), part

    def scalars(self, path: str) -> Iterator[str]:
        for inner, part in self._paths(path):
            yield from part.scalars(inner)

    def vectors(self, path: str) -> Iterator[tuple[str, int]]:
        for inner, part in self._paths(path):
            yield from part.vectors(inner)

    def sample(self) -> Tree:
        """What one sample of a batch looks like."""
        return Tree(self.form, {key: part.sample() for key, part in self.parts.items()})  # type: ignore[attr-defined]

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts.values())


KEYS = ("w", "b", "x y", "it's", "v1", 0, 1, -1, (0, 1), None, "é")


def some_shape(rng: Random, depth: int = 2, most: int = 6) -> Shape:
    """A shape of no more than so many numbers."""
    draw = rng.random()
    if depth == 0 or draw < 0.45 or most < 2:
        return Number(rng.choice(("float", "float", "float", "int", "float32", "float64")))
    if draw < 0.75:
        n = rng.randint(1, min(4, most))
        form = rng.choice(("list", "list", *ARRAYS))
        if rng.random() < 0.2 and most >= 4:
            return Rows((2, min(3, most // 2)), rng.choice(("list", "array", "columns", "strided", "float32")))
        return Rows((n,), form)
    form = rng.choice(("dict", "tuple", "list", "Line", "Other"))
    if form in ("Line", "Other"):
        return Tree(form, {name: some_shape(rng, depth - 1, most // 2) for name in ("slope", "offset")})
    keys = rng.sample(KEYS, rng.randint(1, 2)) if form == "dict" else list(range(rng.randint(1, 2)))
    return Tree(form, {key: some_shape(rng, depth - 1, most // len(keys)) for key in keys})


def some_batch(rng: Random, size: int) -> Shape:
    """A batch of numbers, of vectors, or of structures of them."""
    form = rng.choice((*ARRAYS, "array", "array", "list"))
    draw = rng.random()
    if draw < 0.4:
        return Rows((size,), form, batch=True)
    if draw < 0.85:
        return Rows((size, rng.randint(1, 3)), "columns" if form == "backwards" else form, batch=True)
    if rng.random() < 0.5:
        return Tree("dict", {"x": Rows((size, 2), form, batch=True), "t": Rows((size,), form, batch=True)})
    return Tree("tuple", {0: Rows((size, 2), form, batch=True), 1: Rows((size,), form, batch=True)})


def resized(shape: Shape, size: int) -> Shape:
    """The batch with another number of samples."""
    if isinstance(shape, Tree):
        return Tree(shape.form, {key: resized(part, size) for key, part in shape.parts.items()})
    if isinstance(shape, Rows) and shape.batch:
        return Rows((size, *shape.sizes[1:]), shape.form, batch=True)
    return shape
