"""Random programs over the whole language, from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from .arguments import Mood, Number, Rows, Shape, resized, some_batch, some_shape
from .program import Call, Program
from .writer import Scope, Writer

NAMES = ("x", "y", "z", "a1", "w", "theta", "v1", "d2", "exp_", "lanes", "result", "np", "é", "H1", "sizes")

NESTED = (
    "grad(grad(f))",
    "value_and_grad(grad(f))",
    "jacobian(value_and_grad(f))",
    "hessian(grad(f))",
)


def program(seed: int, number: int) -> Program:
    """One of the programs of a seed."""
    return Author(Random(f"{seed}/{number}")).program()


@dataclass
class Author:
    """Who writes one program."""

    rng: Random
    tags: set[str] = field(default_factory=set)

    def program(self) -> Program:
        """A program with its calls."""
        rng = self.rng
        mood = self._mood()
        self.writer = Writer(mood, self.tags)
        captured = rng.randint(1, 2) if rng.random() < 0.25 else 0
        theta = rng.randint(1, 4) if rng.random() < 0.15 else 0
        outside = Scope([f"C[{i}]" for i in range(captured)] + [f"P[{i}]" for i in range(theta)])
        if theta >= 2:
            outside.vectors.append(("P", theta))
        draw = rng.random()
        if draw < 0.3:
            shapes, source, wanted = self._over_batch(outside, theta)
        elif draw < 0.45 and not theta:
            shapes, source, wanted = self._mapped(outside)
        else:
            shapes, source, wanted = self._plain(outside, theta)
        calls = []
        size = next(iter(_batch_sizes(shapes)), 0)
        for i in range(rng.choice((1, 2, 2, 3))):
            if i and size and rng.random() < 0.3:
                now = rng.randint(1, 4)
                shapes = [resized(shape, now) for shape in shapes]
            args = ", ".join(shape.text(mood) for shape in shapes)
            calls.append(
                Call(args, tuple(mood.float() for _ in range(captured)), tuple(mood.float() for _ in range(theta)))
            )
        if captured and "C[" in source:
            self.tags.add("captured Values")
        if theta:
            self.tags.add("parameters")
        kind = rng.choice(("arrays", "arrays", "floats"))
        return Program(source, wanted, tuple(calls), kind, tuple(sorted(self.tags)))

    def _mood(self) -> Mood:
        draw = self.rng.random()
        if draw < 0.7:
            return Mood(self.rng)
        if draw < 0.9:
            self.tags.add("extreme numbers")
            return Mood(self.rng, wild=self.rng.choice((0.2, 0.6)), unguarded=0.2)
        self.tags.add("inf and nan")
        return Mood(self.rng, wild=0.1, special=self.rng.choice((0.15, 0.4)), unguarded=0.2)

    def _names(self, count: int) -> list[str]:
        return self.rng.sample(NAMES, count) if self.rng.random() < 0.3 else list(NAMES[:count])

    # --- what is asked of f -------------------------------------------------------------------------------------------

    def _plain(self, outside: Scope, theta: int) -> tuple[list[Shape], str, str]:
        """A function of numbers in structures."""
        rng = self.rng
        shapes = [some_shape(rng, most=rng.choice((2, 4, 6))) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
        names = self._names(len(shapes))
        structured = rng.random() < 0.3
        source = self.writer.function("f", list(zip(names, shapes, strict=True)), outside, structured=structured)
        return shapes, source, self._asked(shapes, structured, theta)

    def _asked(self, shapes: list[Shape], structured: bool, theta: int) -> str:
        rng = self.rng
        numbers = range(len(shapes) + bool(theta))
        argnums = self._argnums(numbers)
        counts = [theta, *[s.count for s in shapes]] if theta else [s.count for s in shapes]
        many = sum(counts)
        draw = rng.random()
        if structured:
            if theta or draw < 0.4 or many > 8:
                return "f"
            return f"jacobian(f{argnums})" if draw < 0.75 else self._pushed("jvp", shapes)
        if theta or many > 8:
            return "f" if draw < 0.2 else f"grad(f{argnums})" if draw < 0.4 else f"value_and_grad(f{argnums})"
        if isinstance(shapes[0], Number) and rng.random() < 0.3:
            self.tags.add("nested grad")
            return rng.choice(NESTED)
        if draw < 0.15:
            return "f"
        if draw < 0.3:
            return f"grad(f{argnums})"
        if draw < 0.6:
            return f"value_and_grad(f{argnums})"
        if draw < 0.68:
            return self._pushed("jvp", shapes)
        if draw < 0.78:
            return self._pushed("hvp", shapes)
        if draw < 0.92 and many <= 4:
            return f"hessian(f{argnums})"
        return f"jacobian(grad(f{argnums}){argnums})" if many <= 4 else f"value_and_grad(f{argnums})"

    def _argnums(self, numbers: range) -> str:
        rng = self.rng
        if len(numbers) < 2 or rng.random() < 0.4:
            return ""
        if rng.random() < 0.4:
            return f", {rng.choice(numbers)}"
        chosen = rng.sample(numbers, rng.randint(1, len(numbers)))
        return f", argnums=({', '.join(map(str, chosen))},)"

    def _pushed(self, name: str, shapes: list[Shape]) -> str:
        """A derivative along a direction that is an argument as well."""
        primals = ", ".join(f"a{i}" for i in range(len(shapes)))
        tangents = ", ".join(f"t{i}" for i in range(len(shapes)))
        shapes += list(shapes)
        return f"lambda {primals}, {tangents}: {name}(f, ({primals},), ({tangents},))"

    # --- batches ------------------------------------------------------------------------------------------------------

    def _over_batch(self, outside: Scope, theta: int) -> tuple[list[Shape], str, str]:
        """A function that maps another over a batch."""
        rng = self.rng
        self.tags.add("vmap")
        size = self._size()
        shared: list[Shape] = [some_shape(rng, 1, 4) for _ in range(rng.choice((0, 1, 1, 2)))]
        batches = [some_batch(rng, size) for _ in range(rng.choice((1, 1, 2)))]
        names = self._names(len(shared) + len(batches))
        arguments = list(zip(names, [*shared, *batches], strict=True))
        returned = rng.random() < 0.2
        source = self.writer.over_batch("f", arguments, outside, returned=returned, empty=size == 0)
        shapes = [*shared, *batches]
        argnums = self._argnums(range(len(shapes) + bool(theta)))
        draw = rng.random()
        if returned:
            if theta or draw < 0.5:
                return shapes, source, "f"
            if draw < 0.75 and sum(s.count for s in shapes) <= 10:
                return shapes, source, f"jacobian(f{argnums})"
            return shapes, source, self._pushed("jvp", shapes)
        if theta or draw < 0.75:
            return shapes, source, f"value_and_grad(f{argnums})" if draw < 0.6 else "f"
        if draw < 0.9:
            return shapes, source, self._pushed(rng.choice(("jvp", "hvp")), shapes)
        return shapes, source, f"hessian(f{argnums})" if sum(s.count for s in shapes) <= 4 else f"grad(f{argnums})"

    def _size(self) -> int:
        size = self.rng.choice((0, 1, 1, 2, 2, 3, 3, 4)) if self.rng.random() < 0.5 else self.rng.randint(2, 3)
        if size < 2:
            self.tags.add("empty batch" if size == 0 else "batch of one")
        return size

    def _mapped(self, outside: Scope) -> tuple[list[Shape], str, str]:
        """``vmap`` of a derivative of a function of one sample."""
        rng = self.rng
        self.tags.add("vmap of a derivative")
        size = max(1, self._size())
        batches = [some_batch(rng, size) for _ in range(rng.choice((1, 1, 2)))]
        shared = [some_shape(rng, 1, 3) for _ in range(rng.choice((0, 1)))]
        shapes = [*batches, *shared]
        names = self._names(len(shapes))
        inner = [(name, s.sample()) for name, s in zip(names, batches, strict=False)]  # type: ignore[attr-defined]
        inner += zip(names[len(batches) :], shared, strict=True)
        structured = rng.random() < 0.3
        source = self.writer.function("f", inner, outside, structured=structured)
        axes = ", ".join(["0"] * len(batches) + ["None"] * len(shared))
        argnums = self._argnums(range(len(shapes)))
        many = sum(shape.count for _, shape in inner)
        if structured:
            asked = rng.choice(("f", f"jacobian(f{argnums})")) if many <= 6 else "f"
        else:
            choices = ["f", f"grad(f{argnums})", f"value_and_grad(f{argnums})"]
            asked = rng.choice([*choices, f"hessian(f{argnums})"] if many <= 3 else choices)
        if any(shape.count == 0 for shape in shapes):
            asked = "f"
        return shapes, source, f"vmap({asked}, in_axes=({axes},))"


def _batch_sizes(shapes: list[Shape]) -> list[int]:
    found = []
    for shape in shapes:
        if isinstance(shape, Rows) and shape.batch:
            found.append(shape.sizes[0])
        elif hasattr(shape, "parts"):
            found += _batch_sizes(list(shape.parts.values()))
    return found
