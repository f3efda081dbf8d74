"""A matplotlib figure as SVG for a page: the same every time, without a background, in the page's light and dark."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

# Each colour that would be lost on a dark page, and what stands for it there.
DARK = {
    "#000000": "#e7e5e0",
    "#ffffff": "#1d2025",
    "#666666": "#a3a8b0",
    "#b0b0b0": "#6a707a",
    "#cccccc": "#4a5058",
    "#0072b2": "#5cabe0",
    "#d55e00": "#f08a45",
    "#009e73": "#45c7a0",
    "#5e3c99": "#b9a0e8",
}
_COLOUR = re.compile("|".join(DARK))


def svg(figure: Any) -> str:
    """The figure as an ``<svg>`` element."""
    from matplotlib import rc_context

    drawn = BytesIO()
    with rc_context({"svg.hashsalt": "demos", "svg.fonttype": "path"}):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = drawn.getvalue().decode()
    text = text[text.index("<svg") :]
    head, body = text.split(">", 1)
    return f'{head} fill="var(--k000000, #000000)">{_STYLE}{_COLOUR.sub(_variable, body)}'


def _variable(found: re.Match[str]) -> str:
    return f"var(--k{found[0][1:]}, {found[0]})"


_STYLE = (
    "<style>@media (prefers-color-scheme: dark) { svg { "
    + " ".join(f"--k{light[1:]}: {dark};" for light, dark in DARK.items())
    + " } }</style>"
)
