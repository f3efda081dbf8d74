"""What the proofreader says of a claim, and how it prints: in a terminal, in a notebook and as Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from .inputs import Point
from .markup import digits, html, markdown

Kind = Literal["agrees", "constant", "kink", "wrong"]

HEADLINES: dict[Kind, str] = {
    "agrees": "agrees",
    "constant": "agrees up to a constant factor",
    "kink": "agrees except at a kink",
    "wrong": "wrong",
}
_MARKS = {"agrees": "✓", "constant": "∝", "kink": "∠", "wrong": "✗"}


@dataclass(frozen=True)
class Factor:
    """What the claim has to be multiplied by: a number, times a power of the number of samples.

    >>> from fractions import Fraction
    >>> from autograd.proofread import Factor
    >>> factor = Factor(Fraction(2), -1)
    >>> print(factor, factor.at(4))
    2/N 0.5
    """

    number: Fraction | float
    power: int = 0

    def at(self, n: int) -> float:
        """The factor where there are n samples."""
        return float(self.number) * float(n) ** self.power

    def __str__(self) -> str:
        if isinstance(self.number, Fraction):
            above, below = [str(self.number.numerator)], [str(self.number.denominator)]
        else:
            above, below = [f"{self.number:.9g}"], []
        if self.power:
            (above if self.power > 0 else below).append("N" if abs(self.power) == 1 else f"N^{abs(self.power)}")
        over, under = (re.sub(r"^(-?)1·", r"\1", "·".join(factors)) for factors in (above, below))
        quotient = over if under in ("", "1") else f"{over}/({under})" if "·" in under else f"{over}/{under}"
        return quotient.replace("-", "−")


@dataclass(frozen=True)
class Counterexample:
    """A point at which a claim fails, and both numbers there.

    >>> from autograd.proofread import proofread
    >>> found = proofread(lambda x: x**3, "x", lambda x: 3 * x).counterexample
    >>> print(found)
    at x = −1: claimed −3, true 3
    >>> found.point.inputs, found.claimed, found.truth
    ({'x': -1.0}, -3.0, 3.0)
    """

    point: Point
    claimed: float | str
    """The number, or why there is none."""
    truth: float
    where: str = ""
    """Which of several numbers it is: ``w[1]``."""

    def __str__(self) -> str:
        of = f"for {self.where} " if self.where else ""
        claimed = f"no value ({self.claimed})" if isinstance(self.claimed, str) else digits(self.claimed, 10)
        return f"at {self.point}: {of}claimed {claimed}, true {digits(self.truth, 10)}"

    @property
    def data(self) -> dict[str, object]:
        """The counterexample as plain data, for JSON."""
        return {"inputs": self.point.inputs, "claimed": self.claimed, "true": self.truth, "of": self.where or None}


@dataclass(frozen=True)
class Verdict:
    """What the proofreader says of one claim.

    It is true if the claim is right as it stands.

    >>> from autograd.proofread import proofread
    >>> verdict = proofread(lambda w, x: (w * x) ** 2, "w", lambda w, x: w * x * x)
    >>> bool(verdict), verdict.kind, verdict.factor.number
    (False, 'constant', Fraction(2, 1))
    >>> print(verdict)
    ∝ ∂f/∂w: agrees up to a constant factor: multiply by 2
      → the factor 2 of the square (w·x)² is missing
      at w = 1, x = 1: claimed 1, true 2
    """

    kind: Kind
    subject: str
    """What was claimed, such as ``∂C/∂w``."""
    points: int
    """How many points were compared."""
    worst: float
    """The worst relative difference, where the two agree."""
    factor: Factor | None = None
    convention: str | None = None
    """What has to hold at the kink for the claim to be right there: ``ReLU′(0) = 1/2``."""
    counterexample: Counterexample | None = None
    diagnosis: tuple[str, ...] = field(default=())
    skipped: int = 0
    """How many points were out of the program's domain."""

    @property
    def headline(self) -> str:
        """The verdict in one line."""
        if self.kind == "agrees":
            return f"agrees at {self.points} points (worst relative difference {self.worst:.1g})"
        if self.kind == "constant":
            return f"agrees up to a constant factor: multiply by {self.factor}"
        if self.kind == "kink":
            return f"{HEADLINES['kink']}{self._at_kink}"
        return "wrong"

    @property
    def short(self) -> str:
        """The verdict in a few words, for a table."""
        if self.kind == "constant":
            return f"agrees up to the constant {self.factor}"
        if self.kind == "kink" and self.convention:
            return f"agrees except at a kink ({self.convention})"
        return HEADLINES[self.kind]

    @property
    def _at_kink(self) -> str:
        if self.convention:
            return f": it takes {self.convention}"
        valueless = self.counterexample is not None and isinstance(self.counterexample.claimed, str)
        return ", where it has no value" if valueless else ""

    @property
    def mark(self) -> str:
        """One character that stands for the kind."""
        return _MARKS[self.kind]

    def lines(self) -> list[str]:
        """The verdict and its reasons, a line each."""
        said = [f"{self.mark} {self.subject}: {self.headline}"]
        said += [f"  → {line}" for line in self.diagnosis]
        if self.counterexample is not None:
            said.append(f"  {self.counterexample}")
        return said

    @property
    def data(self) -> dict[str, object]:
        """The verdict as plain data, for JSON."""
        return {
            "subject": self.subject,
            "verdict": self.kind,
            "headline": self.headline,
            "diagnosis": list(self.diagnosis),
            "points": self.points,
            "skipped": self.skipped,
            "worst_relative_difference": self.worst,
            "factor": None if self.factor is None else str(self.factor),
            "convention": self.convention,
            "counterexample": None if self.counterexample is None else self.counterexample.data,
        }

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__  # so that it shows itself at the prompt

    def __bool__(self) -> bool:
        """Whether the claim is right as it stands."""
        return self.kind == "agrees"

    @property
    def markdown(self) -> str:
        """For a page of notes."""
        first, *rest = [markdown(line).removeprefix("→ ") for line in self.lines()]
        return "\n".join([f"**{first}**", "", *[f"- {line}" for line in rest]]).rstrip()

    def _repr_html_(self) -> str:
        first, *rest = [html(line.strip().removeprefix("→ ")) for line in self.lines()]
        items = "".join(f"<li>{line}</li>" for line in rest)
        return f"<p><strong>{first}</strong></p><ul>{items}</ul>" if items else f"<p><strong>{first}</strong></p>"


def together(*verdicts: Verdict, subject: str = "") -> Verdict:
    """One verdict on a claim of several parts: the first that is not right, or else that they all agree.

    >>> from autograd.proofread import proofread, together
    >>> f = lambda w, b: w * b
    >>> together(proofread(f, "w", lambda w, b: b), proofread(f, "b", lambda w, b: b)).subject
    '∂f/∂b'
    """
    if not verdicts:
        raise ValueError("together(…) needs at least one verdict")
    for verdict in verdicts:
        if not verdict:
            return verdict
    points, worst = sum(v.points for v in verdicts), max(v.worst for v in verdicts)
    return Verdict("agrees", subject or ", ".join([v.subject for v in verdicts]), points, worst)
