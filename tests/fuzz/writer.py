"""Bodies of functions: random statements and expressions, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import autograd
from autograd.primitives import EVERYWHERE, Primitive, builtin, table

from .arguments import Mood, Shape

OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
ELSEWHERE = {"identity", "neg", "pow", "power", *OPERATORS}
"""Rows that programs write in another way."""


@dataclass
class Scope:
    """What an expression may refer to."""

    scalars: list[str] = field(default_factory=list)
    vectors: list[tuple[str, int]] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    """Functions of one number."""

    def inner(self) -> Scope:
        """A scope inside of it."""
        return Scope(list(self.scalars), list(self.vectors), list(self.functions))

    def take(self, name: str, shape: Shape) -> None:
        """Let an argument be referred to."""
        self.scalars += shape.scalars(name)
        self.vectors += shape.vectors(name)


class Writer:
    """Who writes the bodies."""

    def __init__(self, mood: Mood, tags: set[str]) -> None:
        self.mood, self.rng, self.tags = mood, mood.rng, tags
        self._count = count()
        self.rows = [row for row in table.values() if row.name not in ELSEWHERE and not _is_internal(row)]

    def new(self, letter: str) -> str:
        """A name that is not in use."""
        return f"{letter}_{next(self._count)}"

    # --- functions ----------------------------------------------------------------------------------------------------

    def function(self, name: str, arguments: Sequence[tuple[str, Shape]], outside: Scope, *, structured: bool) -> str:
        """A function of numbers in structures, which returns a number or a structure of numbers."""
        rng = self.rng
        scope = outside.inner()
        for argument, shape in arguments:
            scope.take(argument, shape)
        lines = []
        if rng.random() < 0.15:
            lines += self._helper(scope)
        if rng.random() < 0.12 and scope.vectors:
            lines += self._layer(scope)
        if rng.random() < 0.12 and len([n for _, n in scope.vectors if n]) > 0:
            lines += self._over_vector(scope)
        if rng.random() < 0.1:
            lines += self._derivative(scope)
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
            lines += self._statement(scope)
        lines.append(f"return {self._structure(scope) if structured else self.scalar(scope, self._budget())}")
        return _definition(name, [argument for argument, _ in arguments], lines)

    def over_batch(
        self, name: str, arguments: Sequence[tuple[str, Shape]], outside: Scope, *, returned: bool, empty: bool
    ) -> str:
        """A function that maps another over those of its arguments that are batches."""
        rng = self.rng
        scope = outside.inner()
        lines: list[str] = []
        batches = [(n, s) for n, s in arguments if next(s.scalars(n), None) is None]
        for argument, shape in arguments:
            scope.take(argument, shape)
        inner, sample = scope.inner(), self.new("sample")
        names = [self.new("s") for _ in batches]
        for n, (_, shape) in zip(names, batches, strict=True):
            inner.take(n, shape.sample())  # type: ignore[attr-defined]
        body = []
        if rng.random() < 0.3 and inner.vectors:
            body += self._layer(inner)
        if rng.random() < 0.15 and inner.vectors:
            self.tags.add("nested vmap")
            body += self._over_vector(inner)
        if rng.random() < 0.1:
            body += self._derivative(inner)
        for _ in range(rng.choice((0, 0, 1, 2))):
            body += self._statement(inner)
        pair = rng.random() < 0.15 and not empty
        of_sample = f"({self.scalar(inner, 2)}, {self.scalar(inner, 2)})" if pair else self.scalar(inner, 3)
        body.append(f"return {of_sample}")
        lines += _definition(sample, names, body).splitlines()
        over = self.new("ys")
        axes = (
            "" if rng.random() < 0.5 else f", in_axes=({'0, ' * len(batches)})" if len(batches) > 1 else ", in_axes=0"
        )
        given = ", ".join(n for n, _ in batches)
        lines.append(f"{over} = vmap({sample}{axes})({given})")
        several = [over]
        if pair:
            several = [self.new("ys"), self.new("ys")]
            lines.append(f"{', '.join(several)} = {over}")
        elif rng.random() < 0.25:
            self.tags.add("vmap of a vmap's result")
            again, y = self.new("ys"), self.new("y")
            scope_of_y = scope.inner()
            scope_of_y.scalars += [y, y]
            lines.append(f"{again} = vmap(lambda {y}: {self.scalar(scope_of_y, 2)})({over})")
            several = rng.choice(([again], [over, again]))
        if returned:
            lines.append(
                f"return {rng.choice((several[0], f'[{several[-1]}, 1.5]', f'({several[0]}, sum({several[-1]}))'))}"
            )
        else:
            for each in several:
                scope.scalars += [f"{'sum' if empty else rng.choice(('sum', 'mean'))}({each})"] * 3
            lines += self._statement(scope) if rng.random() < 0.4 else []
            total = scope.scalars[-1]
            lines.append(f"return {total}" if rng.random() < 0.4 else f"return {total} * {self.scalar(scope, 2)}")
        return _definition(name, [n for n, _ in arguments], lines)

    def _helper(self, scope: Scope) -> list[str]:
        """A function of one number, to be called several times."""
        name, z = self.new("g"), self.new("z")
        inner = scope.inner()
        inner.scalars += [z, z]
        lines = [*self._statement(inner), f"return {self.scalar(inner, 2)}"]
        scope.functions.append(name)
        return _definition(name, [z], lines).splitlines()

    def _layer(self, scope: Scope) -> list[str]:
        """A layer of a network on a vector: sums written in one way or another, and an activation."""
        rng = self.rng
        self.tags.add("layer")
        x, n = rng.choice(scope.vectors)
        n = min(n, 4)
        units, h = rng.randint(1, 3), self.new("h")
        weights = [[self._weight(scope) for _ in range(n)] for _ in range(units)]
        form = rng.choice(("dot", "sum", "chain", "bias first"))
        self.tags.add(f"layer by {form}")
        act = rng.choice(("tanh", "relu", "sigmoid", "leaky_relu", "gelu", "softplus", "sin"))
        neurons = []
        for row in weights:
            products = [f"{w} * {x}[{i}]" for i, w in enumerate(row)]
            bias = self._weight(scope)
            if form == "dot":
                inner = f"dot([{', '.join(row)}], [{', '.join(f'{x}[{i}]' for i in range(n))}]) + {bias}"
            elif form == "sum":
                inner = f"sum([{', '.join([*products, bias])}])"
            elif form == "chain":
                inner = " + ".join([*products, bias])
            else:
                inner = " + ".join([bias, *products])
            neurons.append(f"{act}({inner})")
        scope.vectors.append((h, units))
        scope.scalars += [f"{h}[{i}]" for i in range(units)] * 2
        return [f"{h} = [{', '.join(neurons)}]"]

    def _weight(self, scope: Scope) -> str:
        return self.rng.choice(scope.scalars) if scope.scalars and self.rng.random() < 0.6 else self.mood.number()

    def _over_vector(self, scope: Scope) -> list[str]:
        """`vmap` over the numbers of a vector."""
        self.tags.add("vmap over a vector")
        x, _ = self.rng.choice([v for v in scope.vectors if v[1]])
        z, ys = self.new("z"), self.new("ys")
        inner = scope.inner()
        inner.scalars += [z, z, z]
        scope.scalars += [f"{self.rng.choice(('sum', 'mean'))}({ys})"] * max(2, len(scope.scalars) // 3)
        return [f"{ys} = vmap(lambda {z}: {self.scalar(inner, 2)})({x})"]

    def _derivative(self, scope: Scope) -> list[str]:
        """A derivative inside of the function."""
        rng = self.rng
        self.tags.add("derivative inside")
        z, name = self.new("z"), self.new("d")
        inner = scope.inner()
        inner.scalars += [z, z, z]
        function, at = f"lambda {z}: {self.scalar(inner, 3)}", self.scalar(scope, 1)
        value, draw = self.new("v"), rng.random()
        if draw < 0.6:
            line = f"{name} = grad({function})({at})"
        elif draw < 0.8:
            line = f"{name} = jvp({function}, ({at},), ({self.scalar(scope, 1)},))[1]"
        else:
            line = f"{value}, {name} = value_and_grad({function})({at})"
            scope.scalars.append(value)
        scope.scalars += [name] * max(2, len(scope.scalars) // 3)
        return [line]

    def _statement(self, scope: Scope) -> list[str]:
        rng = self.rng
        if rng.random() < 0.12:
            v, n = self.new("v"), rng.randint(1, 5)
            lines = [f"{v} = [{', '.join(self.scalar(scope, 1) for _ in range(n))}]"]
            scope.vectors.append((v, n))
            return lines
        name = self.new("t")
        lines = [f"{name} = {self.scalar(scope, self._budget())}"]
        scope.scalars += [name] * max(2, len(scope.scalars) // 3)
        return lines

    def _structure(self, scope: Scope, depth: int = 2) -> str:
        rng = self.rng
        draw = rng.random()
        if depth == 0 or draw < 0.3:
            return self.scalar(scope, 2) if rng.random() < 0.9 else self.mood.number()
        parts = [self._structure(scope, depth - 1) for _ in range(rng.randint(1, 2))]
        if draw < 0.5:
            return f"[{', '.join(parts)}]"
        if draw < 0.65:
            return f"({', '.join(parts)},)"
        if draw < 0.8:
            return "{" + ", ".join(f"{key!r}: {part}" for key, part in zip(("a", 0), parts, strict=False)) + "}"
        return f"{rng.choice(('Line', 'Other'))}({parts[0]}, {parts[-1]})"

    # --- expressions --------------------------------------------------------------------------------------------------

    def _budget(self) -> int:
        return self.rng.choice((1, 2, 2, 3, 4))

    def leaf(self, scope: Scope) -> str:
        """A number that is there already."""
        return self.rng.choice(scope.scalars) if scope.scalars and self.rng.random() < 0.85 else self.mood.number()

    def scalar(self, scope: Scope, depth: int) -> str:
        """An expression for a number, of no more than so many levels."""
        rng = self.rng
        if depth <= 0 or rng.random() < 0.05:
            return self.leaf(scope)
        draw = rng.random()
        if draw < 0.36:
            return self._row(rng.choice(self.rows), scope, depth)
        if draw < 0.62:
            return self._operator(scope, depth)
        if draw < 0.69:
            return self._power(scope, depth)
        if draw < 0.77:
            return self._where(scope, depth)
        if draw < 0.85:
            return self._long(scope, depth)
        if draw < 0.94:
            return self._idiom(scope, depth)
        if draw < 0.97 and scope.functions:
            return f"{rng.choice(scope.functions)}({self.scalar(scope, depth - 1)})"
        if scope.vectors:
            return self._of_vector(scope)
        return self.leaf(scope)

    def _row(self, row: Primitive, scope: Scope, depth: int) -> str:
        """A row of the table on random operands, within its domain mostly."""
        rng = self.rng
        constants = [rng.choice(typical) for typical in row.constants.values()]
        if row.name == "dot":
            n = rng.randint(0, 5)
            sides = [f"[{', '.join(self.scalar(scope, depth - 2) for _ in range(n))}]" for _ in range(2)]
            return f"dot({sides[0]}, {sides[1]})"
        if row.nary:
            n = rng.randint(2 if row.constants else 1, 5)
            numbers = ", ".join(self.scalar(scope, depth - 2) for _ in range(n))
            return f"{row.name}([{numbers}]{''.join(f', {c!r}' for c in constants)})"
        operands = [self.scalar(scope, depth - 1) for _ in range(len(row.operands) - len(constants))]
        if rng.random() > self.mood.unguarded:
            if row.domain is not EVERYWHERE:
                operands = [self.positive(x) for x in operands]
            elif row.name in ("exp", "expm1", "sinh", "cosh", "decay") and rng.random() < 0.7:
                operands = [self.bounded(x) for x in operands]
        if len(constants) == 1 and rng.random() < 0.5:
            given = [f"{next(iter(row.constants))}={constants[0]!r}"]
        else:
            given = [repr(c) for c in constants] if rng.random() < 0.5 else []
        return f"{row.name}({', '.join(operands + given)})"

    def _varying(self, x: str, scope: Scope) -> str:
        """An expression that is not of constants alone: Python's own arithmetic would have its own errors."""
        return x if not scope.scalars or _has_any(x, scope) else self.rng.choice(scope.scalars)

    def positive(self, x: str) -> str:
        """A positive number made of another one."""
        guard = self.rng.choice(
            ("softplus({0}) + 0.1", "0.5 + ({0}) ** 2", "exp(tanh({0}))", "abs({0}) + 0.25", "cosh({0})")
        )
        return "(" + guard.format(x) + ")"

    def bounded(self, x: str) -> str:
        """A small number made of another one."""
        return self.rng.choice(("tanh({0})", "sin({0})", "2.0 * sigmoid({0})", "atan({0})")).format(x)

    def _operator(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        a, b = self._varying(self.scalar(scope, depth - 1), scope), self.scalar(scope, depth - 1)
        sign = rng.choice("+++--***/")
        if sign == "/" and rng.random() > self.mood.unguarded:
            b = self.positive(b)
        return f"(-{a})" if rng.random() < 0.06 else f"({a} {sign} {b})"

    def _power(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        x = self._varying(self.scalar(scope, depth - 1), scope)
        if rng.random() < 0.7:
            exponent = rng.choice(("2", "3", "2.0", "1", "0", "-1.0", "0.5", repr(1 / 3), "-1.7", "4", "10"))
            if exponent not in ("2", "3", "2.0", "1", "0", "4", "10") and rng.random() > self.mood.unguarded:
                x = self.positive(x)
            return f"({x}) ** {exponent}"
        if rng.random() > self.mood.unguarded:
            x = self.positive(x)
        return f"({x}) ** ({self.bounded(self.scalar(scope, depth - 1))})"

    def _where(self, scope: Scope, depth: int) -> str:
        return (
            f"where({self._condition(scope, depth)}, {self.scalar(scope, depth - 1)}, {self.scalar(scope, depth - 1)})"
        )

    def _condition(self, scope: Scope, depth: int) -> str:
        rng = self.rng
        self.tags.add("where")
        sign = rng.choice(("<", "<=", ">", ">=", "==", "!="))
        one = f"{self.scalar(scope, min(1, depth - 1))} {sign} {self.leaf(scope)}"
        if rng.random() < 0.85:
            return one
        self.tags.add("where with & and |")
        return f"({one}) {rng.choice('&|')} ({self._condition(scope, depth)})"

    def _long(self, scope: Scope, depth: int) -> str:
        """Sums of many terms, in the ways there are to write them."""
        rng = self.rng
        self.tags.add("long sum")
        n = rng.randint(3, 6)
        if rng.random() < 0.5:
            pairs = [(self.leaf(scope), self.leaf(scope)) for _ in range(n)]
            terms = [f"{a} * {b}" for a, b in pairs]
        else:
            terms = [self.scalar(scope, depth - 2) for _ in range(n)]
        signs = [" + " if rng.random() < 0.85 else " - " for _ in terms]
        return "(" + terms[0] + "".join(s + t for s, t in zip(signs, terms[1:], strict=False)) + ")"

    def _idiom(self, scope: Scope, depth: int) -> str:
        """What people write where digits are at stake."""
        self.tags.add("cancellation")
        return self.rng.choice(IDIOMS).format(*[self._varying(self.scalar(scope, depth - 2), scope) for _ in range(2)])

    def _of_vector(self, scope: Scope) -> str:
        rng = self.rng
        v, n = rng.choice(scope.vectors)
        if not n:
            return f"sum({v})"
        w = [x for x, m in scope.vectors if m == n]
        choices = [f"sum({v})", f"dot({v}, {rng.choice(w)})", f"logsumexp({v})", f"mean({v})"]
        choices += [f"sum([x_ * x_ for x_ in {v}])", f"softmax_cross_entropy({v}, {rng.randrange(n)})"]
        return rng.choice(choices)


IDIOMS: tuple[str, ...] = (
    "(({0} - {1}) + 1e-9)",
    "((1e8 + {0} * {1} + {1} * {1}) - 1e8)",
    "(((1e12 + {0}) + {1}) - 1e12)",
    "((({0} * {0} + {1} * {0}) + {1}) - ({0} * {0} + {1} * {0}))",
    "maximum({0}, {0})",
    "minimum({0}, 1.0 * {0})",
    "minimum({0}, {1})",
    "relu({0} - {0}, at_zero=0.5)",
    "leaky_relu({1} * 0.0, 0.1)",
    "abs({0} - ({0} + 0.0 * {1}))",
    "(({0} + 1e8) - 1e8)",
    "(1.0 - tanh({0}) ** 2)",
    "log1p(exp(-abs({0})))",
    "(relu({0}) - {0} * {1} + log1p(exp(-abs({0}))))",
    "(({0} + {1}) - {0})",
    "((({0} + {1}) - {0}) - {1})",
    "(exp({0} - maximum({0}, {1})) / (exp({0} - maximum({0}, {1})) + exp({1} - maximum({0}, {1}))))",
    "(sqrt({0} ** 2 + {1} ** 2 + 1.0) - 1.0)",
    "relu(({0} - {1}) + 1e-9)",
    "((1.0 + {0}) - 1.0)",
    "-({1} * log(sigmoid({0})) + (1.0 - {1}) * log(1.0 - sigmoid({0})))",
    "({0} * {0} - {1} * {1})",
    "(sin({0}) ** 2 + cos({0}) ** 2 - 1.0)",
    "where({0} > 0.0, {0}, 0.0 * {1})",
    "(log(1.0 + {0} ** 2) - log(1.0 + {1} ** 2))",
)


def _is_internal(row: Primitive) -> bool:
    """Whether it is for other rows' rules, and not for everybody."""
    return row.name in builtin and row.name not in autograd.__all__


def _has_any(x: str, scope: Scope) -> bool:
    return any(name in x for name in scope.scalars)


def _definition(name: str, arguments: Sequence[str], lines: Sequence[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"def {name}({', '.join(arguments)}):\n{body}"
