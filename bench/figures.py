"""What a suite hands back: measurements, with the ratios that were hoped for beside those that came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """What ``subject`` should reach: how many times less than ``peer`` (at least), or how much of it (at most).

    Without a peer, the subject's own figure is meant.
    """

    subject: str
    peer: str | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def text(self) -> str:
        if self.peer is None:
            return self.subject
        return f"{self.peer} / {self.subject}" if self.at_most is None else f"{self.subject} / {self.peer}"

    @property
    def wanted(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_most is None else f"≤ {self.at_most:g}"

    def reached(self, samples: Mapping[str, Sequence[float]]) -> float | None:
        """The figure to compare; None if the peer did not run.

        A ratio is the median of the rounds' own ratios: in a round everybody ran within seconds of each other, so that
        a machine that is busy for a while does not tell against one of them.
        """
        if self.subject not in samples or (self.peer is not None and self.peer not in samples):
            return None
        own = samples[self.subject]
        if self.peer is None:
            return median(own)
        ratios = [theirs / ours for ours, theirs in zip(own, samples[self.peer], strict=True)]
        return median(ratios) if self.at_most is None else median([1.0 / r for r in ratios])

    def met(self, figure: float) -> bool:
        return figure >= self.at_least if self.at_least is not None else figure <= (self.at_most or 0.0)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One table: a sample for each contestant and round, in one unit, of which less is better."""

    title: str
    unit: str
    samples: Mapping[str, Sequence[float]]
    targets: Sequence[Target] = ()
    notes: Sequence[str] = field(default=())

    def text(self, judge: bool = True) -> str:
        """The table as it is printed; without a verdict if the programs were not those that the targets are for."""
        width = max(22, *(len(name) for name in self.samples), *(len(target.text) for target in self.targets))
        lines = [self.title, f"  {self.unit:<{width}}  {'median':>9}  {'lowest':>9}  {'highest':>9}"]
        for name, xs in self.samples.items():
            lines.append(f"  {name:<{width}}  {_short(median(xs)):>9}  {_short(min(xs)):>9}  {_short(max(xs)):>9}")
        for target in self.targets:
            figure = target.reached(self.samples)
            verdict = "not measured" if figure is None else "met" if target.met(figure) else "MISSED"
            reached = "" if figure is None else _short(figure)
            aim = f"target {target.wanted}: {verdict}" if judge else f"target {target.wanted} at full size"
            lines.append(f"  {target.text:<{width}}  {reached:>9}  {aim}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def as_json(self) -> dict[str, Any]:
        figures = [target.reached(self.samples) for target in self.targets]
        return {
            "title": self.title,
            "unit": self.unit,
            "samples": {name: list(xs) for name, xs in self.samples.items()},
            "medians": {name: median(xs) for name, xs in self.samples.items()},
            "targets": [
                {
                    "figure": target.text,
                    "target": target.wanted,
                    "reached": figure,
                    "met": None if figure is None else target.met(figure),
                }
                for target, figure in zip(self.targets, figures, strict=True)
            ],
            "notes": list(self.notes),
        }


def _short(x: float) -> str:
    """Three digits, without an exponent."""
    return f"{x:.0f}" if abs(x) >= 100 else f"{x:.1f}" if abs(x) >= 10 else f"{x:.2f}" if abs(x) >= 0.1 else f"{x:.4f}"
