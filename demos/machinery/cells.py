"""The percent format: ``# %%`` begins a cell of Python, ``# %% [markdown]`` one of prose in comments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cell:
    """A cell, and the line of the script on which its source begins."""

    prose: bool
    source: str
    line: int


def cells(path: Path) -> list[Cell]:
    """The cells of a script."""
    found: list[Cell] = []
    prose, began = False, 1
    lines: list[str] = []

    def finish() -> None:
        source = "\n".join(line.removeprefix("#").removeprefix(" ") if prose else line for line in lines)
        if source.strip():
            found.append(Cell(prose, source, began))

    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("# %%"):
            finish()
            prose, lines, began = "[markdown]" in line, [], number + 1
        else:
            lines.append(line)
    finish()
    return found


def title(path: Path) -> str:
    """What a script shows: the heading that it begins with."""
    return cells(path)[0].source.strip().split("\n", 1)[0].removeprefix("# ")
