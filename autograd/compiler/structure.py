"""What a program depends on beside numbers: two calls with equal structures run the same program.

Numbers, and the numbers in arrays, are what a program computes with. All else is part of the structure: containers,
keys, the shapes of arrays, and things that are no numbers, with what is in them. These may change from call to call
(``config.scale = 3.0``), so they are looked at in each. A structure is flat, however deep the arguments are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import is_dataclass
from functools import partial
from numbers import Real
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from ..real import refuse_masked
from ..value import Value


def is_number(x: Any) -> bool:
    """Whether this is a number that a program takes."""
    return type(x) is float or (isinstance(x, Real) and not isinstance(x, bool))


def structure(tree: Any) -> Any:
    """That of an argument: 0 for a number, shape and kind of an array, a flat tuple that begins with a class for all
    else: a container's class and size, and then what is in it.
    """
    if type(tree) is float:
        return 0
    if isinstance(tree, np.ndarray):
        refuse_masked(tree)
        return tree.shape, tree.dtype.kind
    if is_number(tree):
        return 0
    found: list[Any] = []
    todo = [tree]
    while todo:
        x = todo.pop()
        if type(x) is float:
            found.append(0)
        elif isinstance(x, np.ndarray):
            refuse_masked(x)
            found.append((x.shape, x.dtype.kind))
        elif isinstance(x, list | tuple):
            found.append(type(x))
            if x and (set(map(type, x)) == {float} or all(map(is_number, x))):
                found.append(~len(x))
            else:
                found.append(len(x))
                todo.extend(reversed(x))
        elif x is None or type(x) is str or type(x) is bool:
            found += (object, type(x), x)
        elif isinstance(x, Mapping):
            found += (type(x), (*x, *map(type, x)))
            todo.extend(reversed(list(x.values())))
        else:
            found += [0] if is_number(x) else [object, *_contents(x)]
    return tuple(found)


def loosened(key: Sequence[Any], free: frozenset[int] | None) -> Any:
    """The structure of all arguments without the first size of those arrays that are free in it; None for all."""
    count = -1

    def look(entry: Any) -> Any:
        nonlocal count
        if type(entry) is not tuple or len(entry) != 2 or type(entry[0]) is not tuple or not entry[0]:
            return entry
        if type(entry[1]) is not str or len(entry[1]) != 1:
            return entry
        count += 1
        shape, kind = entry
        return ("any", *shape[1:], kind) if free is None or count in free else entry

    return tuple([tuple(map(look, arg)) if _is_flat(arg) else look(arg) for arg in key])


def _is_flat(entry: Any) -> bool:
    return type(entry) is tuple and bool(entry) and isinstance(entry[0], type)


class Same:
    """Something that is part of the structure as it is: equal to itself, and to its equals if it can be hashed."""

    __slots__ = ("it", "mark")

    def __init__(self, it: Any) -> None:
        self.it = it
        try:
            self.mark = hash(it)
        except TypeError:
            self.mark = id(it)

    def __hash__(self) -> int:
        return self.mark

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Same):
            return False
        if self.it is other.it:
            return True
        # Values compare their numbers, and a thing that has no hash may have any == (a table of pandas, say)
        one_class = type(self.it) is type(other.it) and self.mark == other.mark
        return one_class and not isinstance(self.it, Value) and bool(self.it == other.it)


_ATOMS = (
    bool, int, str, bytes, range, type(None), type, FunctionType, BuiltinFunctionType, ModuleType, Value, np.dtype,
)  # fmt: skip


class Whole:
    """Things of this class are not looked into: a program, say, which is the same however often it has run."""

    __slots__ = ()


def _contents(thing: Any) -> Iterator[Any]:
    """A thing that is no number and no container, and all that is in it by now, one after another.

    Numbers in it are what the recording froze, so they count with their values.
    """
    seen: dict[int, tuple[int, Any]] = {}  # with the thing itself, so that its id stays its own
    todo: list[Any] = [thing]
    while todo:
        x = todo.pop()
        if isinstance(x, float | complex | np.generic):
            yield type(x), repr(x)
            continue
        if isinstance(x, (*_ATOMS, Whole)):
            yield Same(x) if not isinstance(x, Real) else (type(x), x)
            continue
        if id(x) in seen:
            yield "again", seen[id(x)][0]
            continue
        seen[id(x)] = len(seen), x
        if hasattr(type(x), "__array__") and not isinstance(x, np.ndarray):  # a table of pandas, a tensor
            yield type(x)
            x = np.asarray(x)
        if isinstance(x, np.ndarray):
            yield np.ndarray, x.shape, x.dtype.str, x.tobytes() if x.dtype != object else ""
            todo.extend(x.ravel().tolist() if x.dtype == object else ())
        elif isinstance(x, Mapping):
            yield type(x), tuple(map(Same, x))
            todo.extend(x.values())
        elif isinstance(x, list | tuple | deque):
            yield type(x), len(x)
            todo.extend(x)
        elif isinstance(x, set | frozenset):
            yield type(x), frozenset(map(Same, x))
        elif isinstance(x, bytearray | memoryview):
            yield type(x), bytes(x)
        elif isinstance(x, MethodType | partial):
            yield type(x)
            todo.extend((x.__func__, x.__self__) if isinstance(x, MethodType) else (x.func, x.args, x.keywords))
        else:
            attributes = _attributes(x)
            # Equal ones are one if they say so themselves: by a hash, or as dataclasses do, by their fields alone.
            yield type(x) if is_dataclass(x) and type(x).__hash__ is None else Same(x), tuple(attributes)
            todo.extend(attributes.values())


def _attributes(x: Any) -> dict[str, Any]:
    """What an object holds: its ``__dict__`` and its slots."""
    found: dict[str, Any] = {}
    for cls in type(x).__mro__:
        names = cls.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if name not in ("__dict__", "__weakref__"):
                private = name.startswith("__") and not name.endswith("__")
                with suppress(AttributeError):
                    found[name] = getattr(x, f"_{cls.__name__.lstrip('_')}{name}" if private else name)
    found.update(getattr(x, "__dict__", {}))
    return found
