"""Label Values with the names of a function's arguments and local variables.

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
    """Call a function with Values in place of numbers, and label them after its arguments and local variables.

    The arguments are numbers, Values, or nested lists, tuples and dicts of these. Items of a list ``x`` are labelled
    ``x[0]``, ``x[1]``, …. Existing labels are kept. A result without a label gets the name of the function.

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
    """Return an argument with its numbers replaced by labelled Values.

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
    """Collect, for each Value, the name of the local variable that holds it when a function returns.

    The first item of a list ``zs`` is named ``zs[0]``. A name in an outer function takes precedence over one in an
    inner function. The names of parameters are ignored, because they describe the helper function and not its
    arguments. The Values themselves are not changed.

    This uses Python's profiling hook. If a Python function is installed as profiler, it is still called. If another
    kind of profiler is installed, such as cProfile's, no names are collected.
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
    """Return the first name of each Value in a function's local variables and in lists there."""
    held: dict[Value, str] = {}
    listed: dict[Value, str] = {}
    passed = _parameters(frame.f_code)
    for name, x in frame.f_locals.items():
        if name in passed or name == "_" or not name.isidentifier():  # ".0" is the iterable of a comprehension
            continue
        if isinstance(x, Value):
            held.setdefault(x, name)
        elif isinstance(x, list | tuple):
            for i, each in enumerate(x):
                if isinstance(each, Value):
                    listed.setdefault(each, f"{name}[{i}]")
    return {**listed, **held}


def _parameters(code: CodeType) -> set[str]:
    """Return a function's parameters and free variables, whose names it does not define."""
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & CO_VARARGS) + bool(code.co_flags & CO_VARKEYWORDS)
    return {*code.co_varnames[:count], *code.co_freevars}
