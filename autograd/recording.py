"""Whether operations are recorded: not inside of `no_grad`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_paused: ContextVar[bool] = ContextVar("autograd_paused", default=False)
pauses: list[None] = []
"""One entry for each `no_grad` that is in force anywhere: while it is empty nobody needs to ask."""


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: what is made inside keeps its number and forgets how it was made.

    >>> from autograd import Value
    >>> w = Value(2.0)
    >>> with no_grad():
    ...     y = w * w
    >>> y.data, y.operands
    (4.0, ())
    """
    pauses.append(None)
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)
        pauses.pop()


@contextmanager
def recording() -> Iterator[None]:
    """Record inside, even where a `no_grad` surrounds it: what asks for derivatives needs its graph."""
    token = _paused.set(False)
    try:
        yield
    finally:
        _paused.reset(token)


def is_paused() -> bool:
    """Whether a `no_grad` is in force here."""
    return bool(pauses) and _paused.get()
