"""Nested containers of any depth: what is made of them from the leaves up, and containers of their own class again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from typing import Any


def fold(
    tree: Any, leaf: Callable[[Any, Any], Any], join: Callable[[Any, list[Any], Any], Any], at: Any = None,
    step: Callable[[Any, Any], Any] | None = None, whole: Callable[[Any], bool] | None = None,
) -> Any:  # fmt: skip
    """``join(container, what became of its branches, where it is)`` from the leaves up, without recursion.

    ``at`` is where the tree is, and ``step(at, key)`` is where the branch at this key or index is. A container that is
    taken ``whole`` is a leaf.

    >>> fold({"a": [1.0, 2.0]}, lambda x, at: x * x, lambda tree, parts, at: sum(parts))
    5.0
    """
    done: list[Any] = []
    todo: list[tuple[Any, Any, bool]] = [(tree, at, False)]
    while todo:
        node, at, ready = todo.pop()
        if ready:
            first = len(done) - len(node)
            parts = done[first:]
            del done[first:]
            done.append(join(node, parts, at))
        elif isinstance(node, Mapping | list | tuple) and not (whole and whole(node)):
            todo.append((node, at, True))
            below = list(node.items() if isinstance(node, Mapping) else enumerate(node))
            todo.extend([(branch, step(at, key) if step else at, False) for key, branch in reversed(below)])
        else:
            done.append(leaf(node, at))
    return done[0]


def mapped(tree: Any, function: Callable[[Any], Any]) -> Any:
    """The same tree, down to the classes of its containers, with ``function`` of each leaf in the leaf's place."""
    return fold(tree, lambda x, at: function(x), lambda node, parts, at: rebuilt(node, parts))


def rebuilt(tree: Any, parts: Sequence[Any]) -> Any:
    """A container like this one with other things in it."""
    contents = filled(tree, parts)
    make = maker(tree, contents)
    return contents if make is None else make(contents)


def filled(tree: Any, parts: Sequence[Any]) -> Any:
    """A plain dict, list or tuple with these things in it, as the tree is one or a kind of one."""
    if isinstance(tree, Mapping):
        return dict(zip(tree, parts, strict=True))
    return list(parts) if isinstance(tree, list) else tuple(parts)


def maker(tree: Any, contents: Any) -> Callable[[Any], Any] | None:
    """What makes a container of the tree's class of a dict, list or tuple such as ``contents``; None for these three.

    A class is called with what a dict, list, tuple or named tuple is called with. One that does not take that (a
    defaultdict wants its factory) is copied, and filled.
    """
    cls = type(tree)
    if cls is dict or cls is list or cls is tuple:
        return None
    for make in _ways(tree, cls):
        try:
            if _holds(make(contents), cls, contents):
                return make
        except Exception:  # a class may refuse in its own way
            continue
    raise TypeError(
        f"a compiled function takes and returns numbers in lists, tuples, dicts and arrays, and this {cls.__name__} "
        f"cannot be made again with other numbers in it: {tree!r}"
    )


def _ways(tree: Any, cls: Any) -> Iterator[Callable[[Any], Any]]:
    if isinstance(tree, tuple):
        ways = [lambda xs: cls(*xs), cls] if hasattr(tree, "_fields") else [cls, lambda xs: cls(*xs)]
        yield from [*ways, lambda xs: tuple.__new__(cls, xs)]
        return
    yield cls
    with suppress(Exception):
        empty = copy(tree)
        empty.clear()
        fill = _extended if isinstance(tree, list) else _updated
        yield lambda xs: fill(copy(empty), xs)


def _extended(made: Any, contents: Any) -> Any:
    made.extend(contents)
    return made


def _updated(made: Any, contents: Any) -> Any:
    made.update(contents)
    return made


def _holds(made: Any, cls: Any, contents: Any) -> bool:
    if type(made) is not cls or len(made) != len(contents):
        return False
    if isinstance(contents, dict):
        return all(made[key] is x for key, x in contents.items())
    return all(x is y for x, y in zip(made, contents, strict=True))
