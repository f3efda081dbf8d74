"""The steps of a derivation: their output as text, LaTeX and HTML with MathML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from ..expression import Expression, math
from ..expression.latex import LATEX, escaped
from ..expression.mathml import MATHML, operator
from ..expression.text import TEXT

Part: TypeAlias = tuple[str, Expression]
"""A sign, and the formula after it."""

_SIGNS = {"=": ("=", "=", "="), "≈": ("≈", r"\approx", "≈"), ":=": (":=", ":=", "≔")}

ROWS = 40
"""The most rows of one kind that a page shows; a longer list shows the first and the last."""


@dataclass(frozen=True)
class Step:
    """One step of a derivation: its title, and the formulas on both sides of its signs.

    ``left`` is None where a step continues the previous one: ``= 2(a₂ − y) · w₂``.

    >>> from autograd.derive import derive, named
    >>> for step in derive(named(lambda x: x * x, x=3.0), "x").steps:
    ...     print(f"{step.title}: {step}")
    each factor: ∂y/∂x = 2x
    with the numbers: = 2·3
    the result: = 6
    """

    title: str
    left: Expression | None
    parts: tuple[Part, ...]

    @property
    def right(self) -> Expression:
        """The last formula of the step."""
        return self.parts[-1][1]

    @property
    def text(self) -> str:
        """The step as plain text."""
        written = " ".join(f"{_SIGNS[sign][0]} {TEXT.write(e)}" for sign, e in self.parts)
        return written if self.left is None else f"{TEXT.write(self.left)} {written}"

    @property
    def latex(self) -> str:
        """The step as LaTeX, for math mode."""
        written = " ".join(f"{_SIGNS[sign][1]} {LATEX.write(e)}" for sign, e in self.parts)
        return written if self.left is None else f"{LATEX.write(self.left)} {written}"

    @property
    def mathml(self) -> str:
        """The step as one row of MathML; `autograd.expression.math` wraps it in a ``<math>`` element."""
        written = "".join(operator(_SIGNS[sign][2]) + MATHML.write(e) for sign, e in self.parts)
        return f"<mrow>{'' if self.left is None else MATHML.write(self.left)}{written}</mrow>"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Gap:
    """Marks steps that a page omits."""

    count: int

    def __str__(self) -> str:
        return f"… and {self.count} more like these …"


def shortened(steps: Sequence[Step]) -> list[Step | Gap]:
    """Return the steps, without the middle if there are too many for a page."""
    if len(steps) <= ROWS:
        return list(steps)
    first, last = ROWS // 2, ROWS // 4
    return [*steps[:first], Gap(len(steps) - first - last), *steps[len(steps) - last :]]


def text(blocks: Sequence[Sequence[Step]]) -> str:
    """Write the steps under one another, with the signs of one formula in a column."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks if block)


def _lines(block: Sequence[Step]) -> list[str]:
    lines: list[str] = []
    margin = 0
    for step in shortened(block):
        if isinstance(step, Gap):
            lines.append(str(step))
        elif step.left is None:
            lines.append(" " * margin + step.text)
        else:
            margin = len(TEXT.write(step.left)) + 1
            lines.append(step.text)
    return lines


def latex(blocks: Sequence[Sequence[Step]]) -> str:
    """Write one ``aligned`` environment, for math mode."""
    rows = []
    for step in [step for block in blocks for step in shortened(block)]:
        if isinstance(step, Gap):
            rows.append(rf"& \text{{{escaped(str(step))}}}")
            continue
        left = "" if step.left is None else LATEX.write(step.left)
        rows.append(f"{left} &" + " ".join(f"{_SIGNS[sign][1]} {LATEX.write(e)}" for sign, e in step.parts))
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def mathml(blocks: Sequence[Sequence[Step]]) -> str:
    """Write a ``<math>`` element with a table whose middle column has the signs."""
    rows = []
    for step in [step for block in blocks for step in shortened(block)]:
        if isinstance(step, Gap):
            rows.append(f"<mtr><mtd></mtd><mtd><mtext>{escape(str(step))}</mtext></mtd></mtr>")
            continue
        left = "" if step.left is None else MATHML.write(step.left)
        right = "".join(operator(_SIGNS[sign][2]) + MATHML.write(e) for sign, e in step.parts)
        rows.append(
            f'<mtr><mtd style="text-align: right">{left}</mtd>'
            f'<mtd style="text-align: left"><mrow>{right}</mrow></mtd></mtr>'
        )
    return math(f"<mtable>{''.join(rows)}</mtable>")
