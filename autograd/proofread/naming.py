"""Names for the nodes of a graph: those of the local variables that held them while the program ran."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import CodeType, FrameType
from typing import Any, NamedTuple, TypeAlias

from ..value import Value

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Name(NamedTuple):
    """A variable that held a Value, or a list with the Value in it."""

    text: str
    listed: list[Any] | tuple[Any, ...] | None = None
    place: int = 0


Names: TypeAlias = dict[Value, Name]


@contextmanager
def names_from_variables() -> Iterator[Names]:
    """Collect, for each Value, the local variable that holds it when a function returns.

    The outer function's name for a Value counts more than an inner one's, and a parameter's name does not count: what a
    helper calls its argument says nothing about what it was called with. The Values themselves are not touched.

    Python's profiling hook does it. A profiler that is a Python function is called all the same; beside one that is
    not, such as cProfile's, no names are collected.
    """
    names: Names = {}
    before = sys.getprofile()
    if before is not None and not callable(before):
        yield names
        return

    def on_event(frame: FrameType, event: Any, arg: object) -> None:
        if event == "return" and not frame.f_code.co_filename.startswith(_PACKAGE):
            names.update(_held_by(frame))
        if before is not None:
            before(frame, event, arg)

    sys.setprofile(on_event)
    try:
        yield names
    finally:
        sys.setprofile(before)


def _held_by(frame: FrameType) -> Names:
    """The Values in a function's own variables, and those in lists there; the first name of each."""
    held: Names = {}
    listed: Names = {}
    passed = _parameters(frame.f_code)
    for name, x in frame.f_locals.items():
        if name in passed or name == "_" or not name.isidentifier():  # a comprehension calls its source ".0"
            continue
        if isinstance(x, Value):
            held.setdefault(x, Name(name))
        elif isinstance(x, list | tuple):
            for i, each in enumerate(x):
                if isinstance(each, Value):
                    listed.setdefault(each, Name(name, x, i))
    return {**listed, **held}


def _parameters(code: CodeType) -> set[Any]:
    """The names that a function did not choose itself: its parameters, and what it takes from around it."""
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    return {*code.co_varnames[:count], *code.co_freevars}
