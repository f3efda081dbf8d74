"""How accurate the table is: the worst error of every value and derivative, in units of the last place.

Derivatives are the local ones that an operation records, and the second ones: those of the local derivatives when they
are Values. ``python -m tests.autograd.accuracy`` measures every row at many points and writes the figures into
docs/accuracy.md; test_accuracy.py does the same at fewer points and asserts the bounds.
"""

from __future__ import annotations

import math
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograd import NonFiniteError, Value, gradients
from autograd.primitives import Primitive, builtin, table
from autograd.value import apply

from .exact import Exact, oracle
from .multiprecision import number
from .operands import Operands, operands

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
POINTS = 28_000
BOUND = 3.0
BOUNDS: dict[str, tuple[float, ...]] = {
    "identity": (0, 0),
    "add": (0.5, 0),
    "sub": (0.5, 0),
    "mul": (0.5, 0),
    "div": (0.5, 0.5, 1.4),
    "neg": (0, 0),
    "pow": (1, 2.2),
    "power": (1, 2.2, 1.9),
    "abs": (0, 0),
    "sign": (0, 0),
    "maximum": (0, 0),
    "minimum": (0, 0),
    "exp": (1, 1),
    "expm1": (1, 0.7),
    "log": (1, 0.5),
    "log1p": (1, 1.5),
    "sqrt": (0.5, 1.5),
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 2),
    "sinh": (2, 2),
    "cosh": (2, 2),
    "tanh": (2.2, 2.2),
    "sech_squared": (2.2, 3),
    "atan": (1, 2),
    "sigmoid": (2.4, 2.4),
    "logsigmoid": (2.3, 2.3),
    "softplus": (2.3, 2.3),
    "relu": (0, 0),
    "leaky_relu": (0.5, 0),
    "sum": (0.5, 0),
    "dot": (1.5, 0),
    "logsumexp": (2.6, 2.6),
    "softmax_cross_entropy": (2.4, 2.4),
    "binary_cross_entropy_with_logits": (1.9, 2.5, 0),
}
"""What is promised of the value and then of each derivative, in ulp; `BOUND` for what is not here."""
SECOND = 8.0
"""What is promised of every second derivative."""
_SUBNORMAL = "below 2.2e−308"
EXCLUDED: dict[str, str] = {
    "div": f"∂b, ∂²b: a/b or a/b² {_SUBNORMAL}",
    "pow": f"∂x, ∂²x: xᶜ⁻¹ or xᶜ⁻² {_SUBNORMAL}",
    "power": f"∂x, ∂²x: as pow; ∂y, ∂²y, ∂x∂y: xʸ {_SUBNORMAL}; ∂x∂y: 1 + y·log x near 0",
    "sech_squared": f"∂x: e^(−2x) {_SUBNORMAL}; ∂²x: sech² − 2·tanh²·sech² near 0",
    "normal_pdf": f"∂x, ∂²x: φ {_SUBNORMAL}; ∂²x: x²·φ − φ near 0",
    "normal_cdf": f"∂²x: φ {_SUBNORMAL}",
    "gelu": f"value, ∂x, ∂²x: Φ or φ {_SUBNORMAL}; ∂x: Φ + x·φ near 0; ∂²x: 2φ − x²·φ near 0",
    "dot": "value: products are rounded",
    "logsumexp": "value: near 0",
    "binary_cross_entropy_with_logits": "∂x: (1 − t)·σ(x) − t·σ(−x) near 0",
}
"""Where the error is not measured in units of the result: where the oracle has a term that is larger."""

_LARGEST, _SMALLEST = sys.float_info.max, sys.float_info.min  # of the normal numbers


@dataclass
class Worst:
    """The largest error of one result of a row, and the operands at which it was found."""

    name: str
    bound: float
    ulp: float = 0.0
    at: Operands = ()

    def see(self, ulp: float, at: Operands) -> None:
        """Remember the error if it is larger than all before."""
        if ulp > self.ulp:
            self.ulp, self.at = ulp, at

    def __str__(self) -> str:
        where = ", ".join(map(repr, self.at[:4])) + (", …" if len(self.at) > 4 else "")
        return f"{self.name} {self.ulp:.2f} ≤ {self.bound:g}" + (f" at ({where})" if self.at else "")


@dataclass
class Measured:
    """A row's errors: of its value and of each derivative; all derivatives of an n-ary row count as one."""

    row: Primitive
    points: int = 0
    results: list[Worst] = field(default_factory=list)
    second: Worst = field(default_factory=lambda: Worst("∂²", SECOND))
    """Of all second derivatives."""

    def __post_init__(self) -> None:
        names = self.row.operands[: len(self.row.operands) - len(self.row.constants)]
        bounds = BOUNDS.get(self.row.name, (BOUND,))
        for i, name in enumerate(["value", *[f"∂{name}" for name in names]]):
            self.results.append(Worst(name, bounds[min(i, len(bounds) - 1)]))

    def see(self, xs: Operands, computed: list[float] | None, true: list[tuple[Any, Any]]) -> None:
        """Take one call into account: what the engine recorded, and what is right."""
        self.points += 1
        if computed is None:  # refused, as it should be if the value is too large
            self.results[0].see(refused(true[0][0]), xs)
            return
        for i, (result, (right, term)) in enumerate(zip(computed, true, strict=True)):
            self.results[min(i, 1) if self.row.nary else i].see(error(result, right, term), xs)

    def see_second(self, xs: Operands, computed: list[float | None], true: list[tuple[Any, Any]]) -> None:
        """Take the second derivatives of one call into account; None is one that was refused."""
        for result, (right, term) in zip(computed, true, strict=True):
            self.second.see(refused(right) if result is None else error(result, right, term), xs)

    @property
    def all(self) -> list[Worst]:
        """The errors of every order."""
        return [*self.results, self.second]


def measure(row: Primitive, points: Iterable[Operands]) -> Measured:
    """The row as the engine records it, against the oracle."""
    right = oracle(row)
    measured = Measured(row)
    for xs in points:
        computed, true = recorded(row, xs), truth(right, xs)
        measured.see(xs, computed, true)
        if computed is not None and row.domain.contains(*xs) and all(abs(first) <= _LARGEST for first, _ in true):
            measured.see_second(xs, recorded_again(row, xs), second_truth(right, xs))
    return measured


def recorded(row: Primitive, xs: Operands) -> list[float] | None:
    """The value and the local derivatives that the engine records for a call; None if it refuses."""
    split = len(xs) - len(row.constants)
    try:
        node = apply(row, [*map(Value, xs[:split]), *xs[split:]])
    except NonFiniteError:
        return None
    return [node.data, *node.partials[:split]]


def recorded_again(row: Primitive, xs: Operands) -> list[float | None]:
    """The second derivatives, each asked for by itself; None for those that the engine refuses."""
    split = len(xs) - len(row.constants)
    nodes = [Value(x) for x in xs[:split]]
    node = apply(row, [*nodes, *xs[split:]])
    found: list[float | None] = []
    for i, x in enumerate(nodes):
        try:
            slope = gradients(node, x, create_graph=True)
        except NonFiniteError:
            found += [None] * (i + 1)
            continue
        for second_x in nodes[: i + 1]:
            try:
                found.append(gradients(slope, second_x))
            except NonFiniteError:
                found.append(None)
    return found


def truth(right: Exact, xs: Operands) -> list[tuple[Any, Any]]:
    """What the value and the derivatives really are, each with the largest of the terms that cancel in it."""
    big = list(map(number, xs))
    results = [right.value(*big), *right.partials(*big)]
    terms = [*right.terms(*big)] or [0] * len(results)
    return list(zip(results, terms, strict=True))


def second_truth(right: Exact, xs: Operands) -> list[tuple[Any, Any]]:
    """The same for the second derivatives."""
    big = list(map(number, xs))
    results = right.seconds(*big)
    terms = [*right.second_terms(*big)] or [0] * len(results)
    return list(zip(results, terms, strict=True))


def refused(true: Any) -> float:
    """The error of refusing a result: none if it is too large for a float64, or no number at all."""
    return math.inf if abs(true) <= _LARGEST else 0.0


def error(computed: float, true: Any, term: Any = 0) -> float:
    """|computed − true| in units of the last place of ``true``, or of the largest term that cancels in it.

    Scored where that is a normal number. Where it is not, the result must not be one either.
    """
    size = float(max(abs(true), term))
    if size > _LARGEST:
        overflown = abs(true) > _LARGEST
        return 0.0 if not overflown or abs(computed) == math.inf else math.inf
    if size < _SMALLEST:
        return 0.0 if abs(computed) <= 2 * _SMALLEST and (true or not computed) else math.inf
    if not math.isfinite(computed):
        return math.inf
    return float(abs(number(computed) - true) / math.ulp(size))


# --- the page ---------------------------------------------------------------------------------------------------------

START, END = "<!-- measured -->", "<!-- /measured -->"


def line(measured: Measured) -> str:
    """A row's line in the page."""
    value, *partials = measured.results
    derivatives = ", ".join([f"{each.name} {each.ulp:.2f}" for each in partials])
    promised = " / ".join([f"{each.bound:g}" for each in measured.all])
    excluded = EXCLUDED.get(measured.row.name, "")
    cells = f"`{measured.row.name}`", f"{value.ulp:.2f}", derivatives, f"{measured.second.ulp:.2f}", promised, excluded
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure every row and write the figures into the page."""
    lines = [
        f"{POINTS:,} calls a row, Python {platform.python_version()}, {' '.join(platform.libc_ver())}.",
        "",
        "| primitive | value | local derivatives | second | promised | except in another unit |",
        "|---|---|---|---|---|---|",
    ]
    for row in [row for row in table.values() if row.name in builtin]:
        measured = measure(row, operands(row, POINTS))
        for result in measured.all:
            print(f"{row.name:33}{result}{'' if result.ulp <= result.bound else '  MISSED'}")
        lines.append(line(measured))
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    PAGE.write_text("\n".join([before + START, *lines, END]) + after, encoding="utf-8")


if __name__ == "__main__":
    main()
