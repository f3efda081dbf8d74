"""Names from variables: run a function, and its Values are called what its arguments and local variables are called.

>>> from autograd import sigmoid
>>> def loss(w1, b1, x, y):
...     z1 = w1 * x + b1
...     a1 = sigmoid(z1)
...     return (a1 - y) ** 2
>>> L = named(loss, 0.5, 0.1, x=2.0, y=1.0)
>>> from autograd import ancestry
>>> [node.label for node in ancestry(L) if node.label]
['loss', 'a1', 'z1', 'y', 'x', 'b1', 'w1']
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from inspect import CO_VARARGS, CO_VARKEYWORDS, signature
from types import CodeType, FrameType
from typing import Any, cast

from .backprop import ancestry
from .tree import leaves
from .value import Value

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def named(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a function with its numbers made Values, and name the Values after its arguments and variables.

    The arguments are numbers, Values, or nested lists, tuples and dicts of them; those in a list ``x`` are called
    ``x[0]``, ``x[1]``, …. What a Value is called already stays. A result without a name gets the function's.

    >>> def area(width, height):
    ...     half = width * height / 2
    ...     return half + half
    >>> y = named(area, 3.0, height=4.0)
    >>> y.label, [x.label for x in y.operands], y.data
    ('area', ['half', 'half'], 12.0)
    """
    bound = signature(function).bind(*args, **kwargs)
    made = {name: lifted(name, x) for name, x in bound.arguments.items()}
    bound.arguments.update(made)
    with names_from_variables() as names:
        result = function(*bound.args, **bound.kwargs)
    results = [y for _, y in leaves(result) if isinstance(y, Value)]
    for node in ancestry(*results):
        if node.label is None and node in names:
            node.label = names[node]
    called = getattr(function, "__name__", "")
    if isinstance(result, Value) and result.label is None and called.isidentifier():
        result.label = called
    return result


def lifted(name: str, x: Any) -> Any:
    """An argument with Values in the place of its numbers, each with a name.

    >>> [[x]] = lifted("w", [[0.5]])
    >>> x
    Value(0.5, grad=0.0, label='w[0,0]')
    """
    if isinstance(x, Mapping):
        return {key: lifted(f"{name}[{key}]", each) for key, each in x.items()}
    if isinstance(x, list | tuple):
        inner, outer = (name[:-1] + ",", "]") if name.endswith("]") else (f"{name}[", "]")
        made = [lifted(f"{inner}{i}{outer}", each) for i, each in enumerate(x)]
        return type(x)(*made) if hasattr(x, "_fields") else type(x)(made)
    if isinstance(x, Value):
        x.label = x.label or name
        return x
    return Value(x, label=name) if isinstance(x, int | float) and not isinstance(x, bool) else x


@contextmanager
def names_from_variables() -> Iterator[dict[Value, str]]:
    """Collect, for each Value, the local variable that holds it when a function returns; one in a list ``zs`` is
    called ``zs[0]``.

    The outer function's name for a Value counts more than an inner one's, and a parameter's name does not count: what a
    helper calls its argument says nothing about what it was called with. The Values themselves are not touched.

    Python's profiling hook does it. A profiler that is a Python function is called all the same; beside one that is
    not, such as cProfile's, no names are collected.
    """
    names: dict[Value, str] = {}
    before = sys.getprofile()
    if before is not None and not callable(before):
        yield names
        return

    def on_event(frame: FrameType, event: str, arg: object) -> None:
        if event == "return" and not frame.f_code.co_filename.startswith(_PACKAGE):
            names.update(_held_by(frame))
        if before is not None:
            cast(Any, before)(frame, event, arg)

    sys.setprofile(on_event)
    try:
        yield names
    finally:
        sys.setprofile(before)


def _held_by(frame: FrameType) -> dict[Value, str]:
    """The Values in a function's own variables, and those in lists there; the first name of each."""
    held: dict[Value, str] = {}
    listed: dict[Value, str] = {}
    passed = _parameters(frame.f_code)
    for name, x in frame.f_locals.items():
        if name in passed or name == "_" or not name.isidentifier():  # a comprehension calls its source ".0"
            continue
        if isinstance(x, Value):
            held.setdefault(x, name)
        elif isinstance(x, list | tuple):
            for i, each in enumerate(x):
                if isinstance(each, Value):
                    listed.setdefault(each, f"{name}[{i}]")
    return {**listed, **held}


def _parameters(code: CodeType) -> set[str]:
    """The names that a function did not choose itself: its parameters, and what it takes from around it."""
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    return {*code.co_varnames[:count], *code.co_freevars}
