"""What is shown on a terminal: text. Pictures of curves go to files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from autograd.draw import Drawing

from .show import Shown

FOLDER = "report"  # in the current directory
_numbers = count(1)


def text(shown: Shown, picture: Callable[[Shown], str]) -> str:
    """A thing as text; ``picture`` says what stands for one that has none."""
    thing = shown.thing
    if hasattr(thing, "savefig"):
        return picture(shown)
    if isinstance(thing, Path):
        return f"[page] {shown.says} {thing.resolve().as_uri()}"
    if isinstance(thing, Drawing):
        return f"[picture, as text] {shown.says}\n{thing.text}"
    written = table(thing) if is_table(thing) else str(thing)
    return f"{shown.says}\n{written}" if shown.says else written


def named(shown: Shown) -> str:
    """A picture by what it says."""
    return f"[picture] {shown.says}"


def written(shown: Shown) -> str:
    """A picture in a file of its own, and where that is."""
    name = f"{Path(sys.argv[0]).stem or 'picture'}-{next(_numbers)}.svg"
    try:
        folder = Path(FOLDER)
        folder.mkdir(exist_ok=True)
        shown.thing.savefig(folder / name, metadata={"Date": None})
    except OSError as error:
        return f"{named(shown)} (not saved: {error.strerror})"
    return f"{named(shown)} → {FOLDER}/{name}"


def is_table(thing: Any) -> bool:
    """Whether it is a table: a list of rows, each a dict with the same headings."""
    return isinstance(thing, Sequence) and bool(thing) and all(isinstance(row, Mapping) for row in thing)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows in columns; numbers stand to the right."""
    headings = list(rows[0])
    lines = [headings, *[[cell(row[heading]) for heading in headings] for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    right = [is_number(rows[0][heading]) for heading in headings]
    return "\n".join(
        "   ".join(x.rjust(n) if r else x.ljust(n) for x, n, r in zip(line, widths, right, strict=True)).rstrip()
        for line in lines
    )


def is_number(x: Any) -> bool:
    """Whether a cell of a table is a number."""
    return isinstance(x, int | float) and not isinstance(x, bool)


def cell(x: Any) -> str:
    """A cell of a table: a float in six digits."""
    if x is None:
        return "–"
    return (f"{x:.6g}" if isinstance(x, float) else str(x)).replace("-", "−") if is_number(x) else str(x)
