"""What `fit` shows while it runs: a bar by tqdm, plain lines where there is no tqdm, nothing where nobody looks."""

from __future__ import annotations

import sys
from importlib import import_module
from time import monotonic
from typing import Any

LINES = 20  # at most so many, however many epochs there are


class Progress:
    """Nothing is shown, and what is shown by others has this form."""

    def update(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        """An epoch is done."""

    def close(self) -> None:
        """All is done."""


class Bar(Progress):
    """A bar with the losses and the time that is left."""

    def __init__(self, tqdm: Any, epochs: int) -> None:
        self._bar = tqdm(total=epochs, unit="epoch", file=sys.stderr, dynamic_ncols=True)

    def update(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        """An epoch is done."""
        self._bar.set_postfix_str(_losses(loss, validation_loss), refresh=False)
        self._bar.update(1)

    def close(self) -> None:
        """All is done."""
        self._bar.close()


class Lines(Progress):
    """A line now and then with the losses and the time that is left."""

    def __init__(self, epochs: int) -> None:
        self._epochs, self._began = epochs, monotonic()

    def update(self, epoch: int, loss: float, validation_loss: float | None) -> None:
        """An epoch is done."""
        if epoch * LINES // self._epochs == (epoch - 1) * LINES // self._epochs:
            return
        seconds = (monotonic() - self._began) / epoch * (self._epochs - epoch)
        minutes, rest = divmod(round(seconds), 60)
        print(
            f"epoch {epoch}/{self._epochs}  {_losses(loss, validation_loss)}  {minutes}:{rest:02} left",
            file=sys.stderr,
            flush=True,
        )


def _losses(loss: float, validation_loss: float | None) -> str:
    return f"loss {loss:.4g}" + ("" if validation_loss is None else f", validation {validation_loss:.4g}")


def progress(wanted: bool | None, epochs: int) -> Progress:
    """What to show: with None a bar or lines if standard error is a terminal, and else nothing."""
    if wanted is None:
        wanted = sys.stderr is not None and sys.stderr.isatty()
    if not wanted:
        return Progress()
    try:
        tqdm = import_module("tqdm").tqdm
    except ImportError:
        return Lines(epochs)
    return Bar(tqdm, epochs)
