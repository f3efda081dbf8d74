"""Recording: `no_grad` pauses it.

A ``with no_grad()`` is in effect while its body runs. In a function that is until the body ends; the state is kept in a
context variable, so that threads and tasks are independent. In a generator the body does not run while the generator is
suspended, and may continue in another thread. So a mode that a generator enters is stored by the generator's frame, and
is in effect where that frame is on the stack.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from types import FrameType
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

pauses: list[None] = []
"""One entry for each `no_grad` in effect in any thread. While it is empty, `is_paused` need not be called."""


class Mode:
    """Pauses or resumes recording: a context manager, and a decorator for functions, generators and coroutines."""

    __slots__ = ("_frame", "_generator", "_outer", "_over", "_paused")

    def __init__(self, paused: bool) -> None:
        self._paused = paused
        self._over = True
        self._frame: FrameType | None = None
        self._generator: int | None = None
        self._outer: Mode | None = None

    def __enter__(self) -> None:
        if not self._over:
            raise RuntimeError("this no_grad() is already in effect: write no_grad() anew for each with")
        self._over = False
        frame = _whose(sys._getframe(1))
        if frame.f_code.co_flags & _SUSPENDS:
            self._generator = id(frame)  # the frame lives as long as its generator, so no reference is needed
            _in_generators.setdefault(id(frame), []).append(self)
        else:
            self._frame, self._outer = frame, _in_force()
            _here.set(self)
        if self._paused:
            pauses.append(None)

    def __exit__(self, *error: object) -> None:
        self._over = True
        if self._paused:
            pauses.pop()
        if self._generator is not None:
            modes = _in_generators[self._generator]
            modes.remove(self)
            if not modes:
                del _in_generators[self._generator]
        elif _here.get() is self:  # if not, this is another context; _in_force() skips modes that are over
            _here.set(_in_force())
        self._frame = self._generator = None

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return the function, generator or coroutine with its body inside this ``with``."""
        flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
        if flags & CO_ASYNC_GENERATOR:
            raise TypeError(f"no_grad() decorates no async generators: write `with no_grad():` in {function.__name__}")
        called = cast("Callable[P, Any]", function)

        def in_function(*args: P.args, **kwargs: P.kwargs) -> Any:
            with Mode(self._paused):
                return called(*args, **kwargs)

        def in_generator(*args: P.args, **kwargs: P.kwargs) -> Any:
            with Mode(self._paused):
                return (yield from called(*args, **kwargs))

        async def in_coroutine(*args: P.args, **kwargs: P.kwargs) -> Any:
            with Mode(self._paused):
                return await called(*args, **kwargs)

        wrapper = in_generator if flags & CO_GENERATOR else in_coroutine if flags & CO_COROUTINE else in_function
        return wraps(function)(wrapper)


_here: ContextVar[Mode | None] = ContextVar("autograd_mode", default=None)
_in_generators: dict[int, list[Mode]] = {}
_SUSPENDS = CO_GENERATOR | CO_ASYNC_GENERATOR
_ENTER_FOR_OTHERS = frozenset({"__enter__", "__aenter__", "enter_context", "enter_async_context"})


def no_grad() -> Mode:
    """Compute without recording: Values computed inside have their numbers but no graph.

    Use it in a ``with`` statement or as a decorator, ``@no_grad()``. In a generator it is in effect while the generator
    runs, but not while it is suspended.

    >>> from autograd import Value
    >>> w = Value(2.0)
    >>> with no_grad():
    ...     y = w * w
    >>> y.data, y.operands
    (4.0, ())
    """
    return Mode(paused=True)


def recording() -> Mode:
    """Record inside, even within a `no_grad`. Functions that compute derivatives need the graph."""
    return Mode(paused=False)


def is_paused() -> bool:
    """Return whether a `no_grad` is in effect here."""
    if not pauses:
        return False
    here = _in_force()
    if _in_generators:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and (here is None or frame is not here._frame):
            if modes := _in_generators.get(id(frame)):
                return modes[-1]._paused
            frame = frame.f_back
    return here is not None and here._paused


def _in_force() -> Mode | None:
    """Return the innermost mode of this context that is not over; it may have been exited in another context."""
    mode = _here.get()
    while mode is not None and mode._over:
        mode = mode._outer
    return mode


def _whose(frame: FrameType) -> FrameType:
    """Return the frame of the ``with``, skipping helpers that enter for a caller, such as a @contextmanager."""
    while (caller := frame.f_back) is not None:
        run_by = caller if frame.f_code.co_flags & _SUSPENDS else frame
        if frame.f_code.co_name not in _ENTER_FOR_OTHERS and run_by.f_code.co_name not in _ENTER_FOR_OTHERS:
            break
        frame = caller
    return frame
