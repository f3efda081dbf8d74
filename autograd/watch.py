"""Where somebody records a function to run it in another way, and so has to know of all that a graph does not show.

A graph holds operations. What a function decides by a number (an ``if``, a comparison, ``v.data``) is not in it. While
a `Watch` is in force, Values tell it of such things, and it answers with a node, or with an error that says what would
be frozen. Without one, which is nearly always, the question costs a few nanoseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from numbers import Real
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Protocol, cast


class Undecided:
    """What a comparison gives that a watch has made something of: it is true of some numbers and false of others."""

    __slots__ = ()

    def where(self, x: Any, y: Any) -> Any:
        """What is x where it holds, else y: the answer to `autograd.where`."""
        raise NotImplementedError


class Watch(Protocol):
    """What a watch is told. Values do not know who it is."""

    def compare(self, sign: str, a: Any, b: Any) -> Any:
        """A comparison of two numbers of which one at least is a Value; the answer is what it gives."""
        ...

    def leave(self, v: Any, how: str) -> None:
        """The number of a Value is about to leave the graph."""
        ...

    def argmax(self, xs: Sequence[Any]) -> Any:
        """The place of the largest number, as a rule asks for it."""
        ...

    def take(self, xs: Sequence[Any], index: Any) -> Any:
        """The number at a place that is itself computed, as a rule asks for it."""
        ...

    def held(self, x: Any) -> Any:
        """The number as a constant, which no derivative flows to, as a rule asks for it."""
        ...

    def settled(self, above: Any, below: Any, share: Any, root: Any) -> Any:
        """What a derivative (that of the root, if it goes back) amounts to that one Value hands to another."""
        ...

    def differentiated(self, results: Sequence[Any]) -> None:
        """Derivatives are taken of these, which have to be finite themselves."""
        ...

    def forgives(self, operands: Sequence[Any]) -> bool:
        """Whether it is no error that inf or nan came of these: other numbers will take their place."""
        ...

    def of_rule(self, compute: Callable[..., Sequence[Any]], *args: Any) -> Sequence[Any]:
        """What ``compute`` returns: the value and the local derivatives of a row, as Values."""
        ...

    def over_batch(self, f: Callable[..., Any], args: Sequence[Any], batches: Sequence[int]) -> Any:
        """A function of a sample, over a batch in some of the arguments; NotImplemented for a plain loop."""
        ...


watches: list[Watch] = []
"""Those that are in force somewhere, in whatever thread: while it is empty nobody needs to ask."""
_here: ContextVar[Watch | None] = ContextVar("autograd_watch", default=None)


def watch() -> Watch | None:
    """The one that is in force here."""
    return _here.get() if watches else None


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip


def compared(sign: str, a: Any, b: Any) -> bool:
    """A comparison of a Value while there are watches, of which one may be in force here and answer in its own way."""
    here, number = watch(), getattr(b, "_data", b)
    if here is not None and (number is not b or isinstance(number, Real)):
        return cast("bool", here.compare(sign, a, b))  # or what the watch has in its place
    return cast("bool", _SIGNS[sign](a._data, number))


def leaves_graph(v: Any, how: str) -> None:
    """Tell the watch that is in force here, if there is one."""
    here = watch()
    if here is not None:
        here.leave(v, how)


@contextmanager
def watched_by(new: Watch | None) -> Iterator[None]:
    """Have it in force inside; None for no watch there."""
    token = _here.set(new)
    if new is not None:
        watches.append(new)
    try:
        yield
    finally:
        _here.reset(token)
        if new is not None:
            watches.remove(new)
