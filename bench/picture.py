"""The pictures of what was measured: every contestant's time on one axis, and the curves of growth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from .figures import Growth, Measurement, from_json
from .svg import LogScale, Page

_MARGIN, _NAMES, _ROW = 24, 230, 22

PANELS = {
    "job float64": "Training of 1-64-64-1 (document 3), ms per step",
    "moons": "micrograd's two moons, ms per step",
    "irregular": "2000 Euler steps and their gradient, ms",
}
CURVES = ("growth width", "growth depth", "growth batch")


def draw(report: Mapping[str, Any], directory: Path, threads: int = 1) -> list[Path]:
    """Write the pictures for which the report has figures, those with so many threads; their paths."""
    found = {m.key: m for m in _measurements(report) if m.threads in (None, threads)}
    pages = {
        "performance.svg": times([m for key in PANELS if isinstance(m := found.get(key), Measurement)]),
        "growth.svg": growth([m for key in CURVES if isinstance(m := found.get(key), Growth)]),
    }
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, page in pages.items():
        if page is not None:
            (directory / name).write_text(str(page), encoding="utf-8")
            written.append(directory / name)
    return written


def _measurements(report: Mapping[str, Any]) -> Iterator[Measurement | Growth]:
    for found in report["suites"].values():
        yield from map(from_json, found)


def times(panels: list[Measurement]) -> Page | None:
    """A dot for each contestant, panel below panel, all on one logarithmic axis."""
    if not panels:
        return None
    rows = {m.key: sorted((median(xs), name) for name, xs in m.samples.items()) for m in panels}
    height = 2 * _MARGIN + 24 + sum(_ROW * (len(each) + 2) for each in rows.values())
    page = Page(860, height, "Times of this project and of its peers, side by side")
    across = LogScale([x for each in rows.values() for x, _ in each], _NAMES, page.width - 90)
    y = _MARGIN + 6.0
    for m in panels:
        page.text(_MARGIN, y, PANELS[m.key], "title")
        top, y = y + 10, y + _ROW + 4
        bottom = y + _ROW * (len(rows[m.key]) - 1) + 10
        for tick in across.ticks:
            page.line(across(tick), top, across(tick), bottom)
        for x, name in rows[m.key]:
            kind = _kind(name)
            page.text(_NAMES - 16, y + 4, name, kind, "end")
            page.dot(across(x), y, kind)
            page.text(across(x) + 10, y + 4, _figure(x), kind)
            y += _ROW
        y += _ROW - 4
    page.text(_MARGIN, y - 8, "less is better", "faint")
    for tick in across.ticks:
        page.text(across(tick), y - 8, f"{tick:,g} ms", "faint", "middle")
    return page


def growth(panels: list[Growth]) -> Page | None:
    """Panel beside panel, with logarithmic axes."""
    if not panels:
        return None
    page = Page(860, 330, "How time grows with width, depth and batch")
    width = (page.width - 2 * _MARGIN - 40) / len(panels)
    top, bottom = 56.0, page.height - 52.0
    heights = [median(at) for m in panels for xs in m.samples.values() for at in xs]
    up = LogScale(heights, bottom, top)
    x = _MARGIN
    for name in panels[0].samples:
        page.dot(x + 5, _MARGIN, _kind(name), 4)
        page.text(x + 15, _MARGIN + 4, name, _kind(name))
        x += 30 + 8 * len(name)
    for i, m in enumerate(panels):
        left = _MARGIN + 40 + i * width
        across = LogScale(m.sizes, left + 14, left + width - 22, round_ends=False)
        for tick in up.ticks:
            page.line(left, up(tick), left + width - 10, up(tick))
            if i == 0:
                page.text(left - 6, up(tick) + 4, f"{tick:g} ms", "faint", "end")
        for size in m.sizes:
            page.text(across(size), bottom + 18, f"{size:,}", "faint", "middle")
        page.text(left + width / 2, bottom + 38, m.what, "title", "middle")
        for name, xs in reversed(m.samples.items()):
            points = [(across(size), up(median(at))) for size, at in zip(m.sizes, xs, strict=True)]
            page.curve(points, _kind(name))
            for place in points:
                page.dot(*place, _kind(name), 3)
    return page


def _figure(x: float) -> str:
    """Two digits at least."""
    return f"{x:,.0f}" if x >= 10 else f"{x:.2g}" if x < 1 else f"{x:.1f}"


def _kind(name: str) -> str:
    return "ours" if name.startswith("autograd") else "other" if name.startswith("PyTorch") else "peer"
