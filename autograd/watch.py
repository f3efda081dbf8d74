"""Watches: hooks for a tracer, such as the compiler, that must know what a graph does not record.

A graph records operations. It does not record decisions on numbers (an ``if``, a comparison, ``v.data``). While a
`Watch` is in effect, Values report these to it, and it returns a node, or raises an error that says what would be
frozen. Normally there is no watch, and the check costs a few nanoseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from numbers import Real
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Protocol, cast


class Undecided:
    """The result of a comparison under a watch: true for some inputs, and false for others."""

    __slots__ = ()

    def where(self, x: Any, y: Any) -> Any:
        """Return x where the comparison holds, else y. `autograd.where` calls this."""
        raise NotImplementedError


class Watch(Protocol):
    """The hooks that Values call. Values do not depend on who implements them."""

    def compare(self, sign: str, a: Any, b: Any) -> Any:
        """Return the result of a comparison of two numbers, at least one of which is a Value."""
        ...

    def leave(self, v: Any, how: str) -> None:
        """Note that the number of a Value is about to leave the graph."""
        ...

    def argmax(self, xs: Sequence[Any]) -> Any:
        """Return the index of the largest number, for a rule."""
        ...

    def take(self, xs: Sequence[Any], index: Any) -> Any:
        """Return the number at an index that is itself computed, for a rule."""
        ...

    def held(self, x: Any) -> Any:
        """Return the number as a constant, to which no derivative flows, for a rule."""
        ...

    def settled(self, above: Any, below: Any, share: Any, root: Any) -> Any:
        """Return the share of a derivative that one Value passes to another (that of ``root``, in a backward pass)."""
        ...

    def differentiated(self, results: Sequence[Any]) -> None:
        """Note that derivatives of these results are taken, so that they must be finite."""
        ...

    def forgives(self, operands: Sequence[Any]) -> bool:
        """Return whether inf or nan from these operands is not an error, because their numbers are placeholders."""
        ...

    def of_rule(self, compute: Callable[..., Sequence[Any]], *args: Any) -> Sequence[Any]:
        """Return the result of ``compute``: the value and the local derivatives of a row, as Values."""
        ...

    def over_batch(self, f: Callable[..., Any], args: Sequence[Any], batches: Sequence[int]) -> Any:
        """Apply a function of a sample to a batch in some of the arguments; return NotImplemented for a plain loop."""
        ...


watches: list[Watch] = []
"""The watches in effect in any thread. While it is empty, `watch` need not be called."""
_here: ContextVar[Watch | None] = ContextVar("autograd_watch", default=None)


def watch() -> Watch | None:
    """Return the watch in effect here, if any."""
    return _here.get() if watches else None


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip


def compared(sign: str, a: Any, b: Any) -> bool:
    """Compare a Value with a number; if a watch is in effect here, it decides the result."""
    here, number = watch(), getattr(b, "_data", b)
    if here is not None and (number is not b or isinstance(number, Real)):
        return cast("bool", here.compare(sign, a, b))  # or an Undecided
    return cast("bool", _SIGNS[sign](a._data, number))


def leaves_graph(v: Any, how: str) -> None:
    """Call ``leave`` of the watch in effect here, if any."""
    here = watch()
    if here is not None:
        here.leave(v, how)


@contextmanager
def watched_by(new: Watch | None) -> Iterator[None]:
    """Put a watch into effect inside; None for no watch."""
    token = _here.set(new)
    if new is not None:
        watches.append(new)
    try:
        yield
    finally:
        _here.reset(token)
        if new is not None:
            watches.remove(new)
