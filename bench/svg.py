"""A page of SVG to draw on, readable on a light screen and on a dark one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

# What is drawn has a class and not a colour; the page brings its own background, so that the two always match.
_STYLE = """
svg {
  --page: #ffffff; --ink: #1f2328; --faint: #59636e; --grid: #d8dee4;
  --ours: #c2410c; --peer: #57606a; --other: #0969da;
}
@media (prefers-color-scheme: dark) {
  svg {
    --page: #0d1117; --ink: #e6edf3; --faint: #9198a1; --grid: #30363d;
    --ours: #ff9b5e; --peer: #b1bac4; --other: #6cb6ff;
  }
}
text {
  font: 13px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: var(--ink);
  paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round;
}
text.title { font-weight: 600 } text.faint { fill: var(--faint); font-size: 12px }
text.ours { fill: var(--ours); font-weight: 600 } text.other { fill: var(--other) }
text.peer { fill: var(--peer) }
line { stroke: var(--grid) }
circle { fill: var(--peer) } circle.ours { fill: var(--ours) } circle.other { fill: var(--other) }
polyline { fill: none; stroke: var(--peer); stroke-width: 2 }
polyline.ours { stroke: var(--ours) } polyline.other { stroke: var(--other) }
"""


class Page:
    def __init__(self, width: int, height: int, describes: str) -> None:
        self.width, self.height = width, height
        size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
            f"<title>{escape(describes, quote=False)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{width}" height="{height}" rx="6" style="fill: var(--page)"/>',
        ]

    def text(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(text, quote=False)}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self._parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')

    def dot(self, x: float, y: float, kind: str, radius: float = 5) -> None:
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="{kind}"/>')

    def curve(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polyline points="{places}" class="{kind}"/>')

    def __str__(self) -> str:
        return "\n".join([*self._parts, "</svg>\n"])


class LogScale:
    """From numbers to places, by their logarithm; the ends are powers of ten unless they are to be as they are."""

    def __init__(self, numbers: Sequence[float], start: float, end: float, round_ends: bool = True) -> None:
        low, high = log10(min(numbers)), log10(max(numbers))
        self.low, self.high = (floor(low), ceil(high)) if round_ends else (low, high)
        self.start, self.end = start, end

    def __call__(self, x: float) -> float:
        share = (log10(x) - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """The powers of ten on it."""
        return [10.0**k for k in range(ceil(self.low), floor(self.high) + 1)]
