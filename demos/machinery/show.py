"""show: what a demo has to show, where it can be seen: on the report's page, in a notebook, or on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import missing


@dataclass(frozen=True)
class Shown:
    """A thing, and what it says in words, for a caption and for those who cannot see it."""

    thing: Any
    says: str = ""


_receivers: list[Callable[[Shown], Any]] = []


def show(thing: Any, says: str = "") -> None:
    """Show a picture, a verdict, a derivation, a table (a list of dicts), or a page (the Path of an HTML file).

    ``says`` is what there is to see, in words: the caption of a picture, and its text where it cannot be drawn.
    """
    shown = Shown(thing, says)
    if _receivers:
        _receivers[-1](shown)
    elif _in_notebook():
        from .notebook import display

        display(shown)
    else:
        from .terminal import text, written

        print(text(shown, written))


@contextmanager
def receiving(receiver: Callable[[Shown], Any]) -> Iterator[None]:
    """Inside of this, what is shown goes to the receiver."""
    _receivers.append(receiver)
    try:
        yield
    finally:
        _receivers.pop()


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _explain_what_is_missing() -> None:
    """A demo that runs as a script by itself ends with a line, and no traceback, where matplotlib is not installed."""
    script = Path(getattr(sys.modules.get("__main__"), "__file__", None) or "")
    if script.resolve().parent != Path(__file__).resolve().parents[1]:
        return
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        line = missing.line(error) if isinstance(error, ImportError) else None
        if line is None:
            before(kind, error, trace)
        else:
            print(f"{line}; python -m demos {script.stem} goes on without pictures", file=sys.stderr)

    sys.excepthook = hook


_explain_what_is_missing()
