"""What is shown in a notebook."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from autograd.explore.html import element

from .looks import html
from .show import Shown
from .terminal import is_table, named, text


def display(shown: Shown) -> None:
    """Hand a thing to the notebook: as it shows itself, or else as a picture or as HTML."""
    from IPython.display import display as hand_over

    thing: Any = shown.thing
    if hasattr(thing, "savefig"):
        drawn = BytesIO()
        thing.savefig(drawn, format="png")
        hand_over({"image/png": drawn.getvalue(), "text/plain": named(shown)}, raw=True)
    elif isinstance(thing, Path):
        look = "width: 100%; height: 46rem; border: 0"
        page = element("iframe", srcdoc=thing.read_text(encoding="utf-8"), title=shown.says, style=look)
        hand_over({"text/html": page, "text/plain": text(shown, named)}, raw=True)
    elif is_table(thing):
        hand_over({"text/html": html(shown, "shown"), "text/plain": text(shown, named)}, raw=True)
    else:
        hand_over(thing)
    if shown.says and not is_table(thing):
        hand_over({"text/markdown": f"*{shown.says}*", "text/plain": shown.says}, raw=True)
