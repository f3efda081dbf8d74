"""Run a demo, cell by cell, and keep what it said, printed and showed."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any

from . import missing
from .cells import Cell, cells, title
from .show import Shown, receiving


@dataclass(frozen=True)
class Printed:
    """What was printed in one go."""

    text: str


@dataclass(frozen=True)
class Needed:
    """What a cell needs and does not find, in one line."""

    text: str


@dataclass(frozen=True)
class Failed:
    """What went wrong in a cell, as Python tells it."""

    text: str


Output = Printed | Shown | Needed | Failed


@dataclass
class Run:
    """A demo that was run: its cells, each with its outputs in their order, and the time that they took."""

    name: str
    title: str
    told: list[tuple[Cell, list[Output]]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether something went wrong; that something is not installed is not wrong."""
        return any(isinstance(output, Failed) for _, outputs in self.told for output in outputs)


class _Stream(StringIO):
    """Standard output as cells find it: what is printed becomes an output."""

    def __init__(self, told: Callable[[Output], None]) -> None:
        super().__init__()
        self._told = told

    def write(self, text: str) -> int:
        self._told(Printed(text))
        return len(text)


def run(path: Path, watch: Callable[[int, int, Cell | Output], Any] = lambda i, n, what: None) -> Run:
    """Run a demo; ``watch`` is told each cell before it runs, and each output as it comes, with i of n cells."""
    result = Run(path.stem, title(path))
    todo = cells(path)
    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    outside = sys.stdout
    began = perf_counter()

    def noticed(i: int, what: Cell | Output) -> None:
        with redirect_stdout(outside):
            watch(i, len(todo), what)

    for i, cell in enumerate(todo, 1):
        outputs: list[Output] = []
        result.told.append((cell, outputs))
        noticed(i, cell)

        def tell(output: Output, i: int = i, outputs: list[Output] = outputs) -> None:
            noticed(i, output)
            last = outputs[-1] if outputs else None
            if isinstance(output, Printed) and isinstance(last, Printed):
                outputs[-1] = Printed(last.text + output.text)
            else:
                outputs.append(output)

        if not cell.prose:
            with redirect_stdout(_Stream(tell)), receiving(tell):
                trouble = _execute(cell, path, namespace)
            if trouble is not None:
                tell(trouble)
                if isinstance(trouble, Failed):
                    break
    result.seconds = perf_counter() - began
    return result


def _execute(cell: Cell, path: Path, namespace: dict[str, Any]) -> Needed | Failed | None:
    """Run a cell; each of its lines keeps the number that it has in the script."""
    try:
        exec(compile("\n" * (cell.line - 1) + cell.source, str(path), "exec"), namespace)
    except ImportError as error:
        line = missing.line(error)
        return _failed(error) if line is None else Needed(line)
    except Exception as error:
        return _failed(error)
    return None


def _failed(error: Exception) -> Failed:
    """What Python says, from the demo on."""
    began = error.__traceback__.tb_next if error.__traceback__ else None
    return Failed("".join(traceback.format_exception(error.with_traceback(began))))
