"""What a suite hands back: measurements, with the ratios that were hoped for beside those that came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Target:
    """What ``subject`` should reach: how many times less than ``peer`` (at least), or how much of it (at most).

    Without a peer, the subject's own figure is meant. With neither bound, the ratio is stated and not judged.
    """

    subject: str
    peer: str | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def text(self) -> str:
        if self.peer is None:
            return self.subject
        return f"{self.subject} / {self.peer}" if self.at_least is None else f"{self.peer} / {self.subject}"

    @property
    def wanted(self) -> str:
        return f"≤ {self.at_most:.3g}" if self.at_least is None else f"≥ {self.at_least:,.6g}"

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
        return median([1.0 / r for r in ratios]) if self.at_least is None else median(ratios)

    def met(self, figure: float) -> bool | None:
        if self.at_least is not None:
            return figure >= self.at_least
        return None if self.at_most is None else figure <= self.at_most


@dataclass(frozen=True, slots=True)
class Measurement:
    """One table: a sample for each contestant and round, in one unit, of which less is better.

    ``key`` is the name by which a picture finds it, and ``threads`` says how many of them BLAS and the peers had.
    """

    kind: ClassVar[str] = "table"
    title: str
    unit: str
    samples: Mapping[str, Sequence[float]]
    targets: Sequence[Target] = ()
    notes: Sequence[str] = field(default=())
    key: str = ""
    threads: int | None = None

    def text(self, judge: bool = True) -> str:
        """The table as it is printed; without a verdict if the programs were not those that the targets are for."""
        width = max(22, *(len(name) for name in self.samples), *(len(target.text) for target in self.targets))
        lines = [_titled(self), f"  {self.unit:<{width}}  {'median':>9}  {'lowest':>9}  {'highest':>9}"]
        for name, xs in self.samples.items():
            lines.append(f"  {name:<{width}}  {short(median(xs)):>9}  {short(min(xs)):>9}  {short(max(xs)):>9}")
        for target in self.targets:
            figure = target.reached(self.samples)
            reached = "" if figure is None else short(figure)
            lines.append(f"  {target.text:<{width}}  {reached:>9}  {_verdict(target, figure, judge)}".rstrip())
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def as_json(self) -> dict[str, Any]:
        figures = [target.reached(self.samples) for target in self.targets]
        return {
            "kind": self.kind,
            "key": self.key,
            "title": self.title,
            "threads": self.threads,
            "unit": self.unit,
            "samples": {name: list(xs) for name, xs in self.samples.items()},
            "medians": {name: median(xs) for name, xs in self.samples.items()},
            "targets": [
                {
                    "figure": target.text,
                    **{k: v for k, v in asdict(target).items() if v is not None},
                    "reached": figure,
                    "met": None if figure is None else target.met(figure),
                }
                for target, figure in zip(self.targets, figures, strict=True)
            ],
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Growth:
    """One curve for each contestant: its samples at each size of something that grows."""

    kind: ClassVar[str] = "growth"
    title: str
    unit: str
    what: str
    sizes: Sequence[int]
    samples: Mapping[str, Sequence[Sequence[float]]]
    notes: Sequence[str] = field(default=())
    key: str = ""
    threads: int | None = None

    def text(self, judge: bool = True) -> str:
        """A line for each size, with the medians, and how many times the last contestant's the first one's is."""
        names = list(self.samples)
        ratio = f"{names[0]} / {names[-1]}" if len(names) > 1 else ""
        columns = [*names, ratio] if ratio else names
        head = [f"{name:>{max(9, len(name))}}" for name in columns]
        width = max(len(self.what), len(self.unit) + 2, 10)
        lines = [_titled(self), f"  {self.unit:<{width}}  " + "  ".join(head), f"  {self.what}"]
        for i, size in enumerate(self.sizes):
            at = {name: xs[i] for name, xs in self.samples.items()}
            cells = [median(xs) for xs in at.values()]
            if ratio:
                cells.append(median([a / b for a, b in zip(at[names[0]], at[names[-1]], strict=True)]))
            row = [f"{short(x):>{len(column)}}" for x, column in zip(cells, head, strict=True)]
            lines.append(f"  {size:<{width},}  " + "  ".join(row))
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "key": self.key,
            "title": self.title,
            "threads": self.threads,
            "unit": self.unit,
            "what": self.what,
            "sizes": list(self.sizes),
            "samples": {name: [list(at) for at in xs] for name, xs in self.samples.items()},
            "medians": {name: [median(at) for at in xs] for name, xs in self.samples.items()},
            "notes": list(self.notes),
        }


def from_json(found: Mapping[str, Any]) -> Measurement | Growth:
    """What wrote this with `as_json`."""
    common = {name: found[name] for name in ("title", "unit", "samples", "notes", "key", "threads")}
    if found["kind"] == Growth.kind:
        return Growth(what=found["what"], sizes=found["sizes"], **common)
    targets = [
        Target(each["subject"], each.get("peer"), each.get("at_least"), each.get("at_most"))
        for each in found["targets"]
    ]
    return Measurement(targets=targets, **common)


def _titled(measured: Measurement | Growth) -> str:
    if measured.threads is None:
        return measured.title
    return f"{measured.title} [{measured.threads} thread{'s' * (measured.threads > 1)}]"


def _verdict(target: Target, figure: float | None, judge: bool) -> str:
    if target.at_least is None and target.at_most is None:
        return "" if figure is not None else "not measured"
    if not judge:
        return f"target {target.wanted} at full size"
    return f"target {target.wanted}: {'not measured' if figure is None else 'met' if target.met(figure) else 'MISSED'}"


def short(x: float) -> str:
    """Three digits, without an exponent."""
    return f"{x:.0f}" if abs(x) >= 100 else f"{x:.1f}" if abs(x) >= 10 else f"{x:.2f}" if abs(x) >= 0.1 else f"{x:.4f}"
