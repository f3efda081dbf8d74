"""Introspection of code and objects: which names a function reads and writes, and where an object has its state."""

from __future__ import annotations

import builtins
import dis
import sys
from collections.abc import Iterator
from functools import lru_cache
from struct import calcsize
from types import CellType, CodeType, FunctionType, MemberDescriptorType
from typing import Any

from autograd import Value

FREELY = frozenset({"setattr", "globals", "vars", "exec", "eval", "__dict__"})
"""Code with one of these names can write to any name."""
MISSING = object()
_LIBRARIES = {"autograd", "nn", "numpy"}


def named(space: dict[str, Any], name: str) -> Any:
    """What a global name refers to: in the module, in the builtins, or a module that the function itself imports."""
    if name in space:
        return space[name]
    return getattr(builtins, name, sys.modules.get(name, MISSING))


@lru_cache(maxsize=1000)
def names_in(code: CodeType) -> tuple[list[str], list[str], set[str]]:
    """The names in the code of a function and of the functions inside it: the globals; all names, with attributes; and
    those that are written to, with any of `FREELY`.
    """
    globals_: dict[str, None] = {}
    names: dict[str, None] = {}
    stored: set[str] = set()
    for each in _codes(code):
        names.update(dict.fromkeys(each.co_names))
        stored.update(FREELY.intersection(each.co_names))
        for step in dis.get_instructions(each):
            if step.opname.endswith(("_GLOBAL", "_NAME")):
                globals_[str(step.argval).split(".")[0]] = None
            if step.opname.startswith(("STORE_", "DELETE_")):
                stored.add(str(step.argval))
    return list(globals_), list(names), stored


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def is_library(module: str) -> bool:
    """Whether the functions of a module are not examined."""
    return module in sys.stdlib_module_names or module in _LIBRARIES


def is_library_function(f: FunctionType) -> bool:
    """Whether a function was defined in a module of a library, judged by its globals and not only by its name."""
    name = str(f.__globals__.get("__name__"))
    module = sys.modules.get(name)
    return is_library(name.split(".")[0]) and module is not None and vars(module) is f.__globals__


def is_published(f: FunctionType) -> bool:
    """Whether a module of a library has this function under its own name, as autograd has ``autograd.exp``. Such a
    function holds no state of the user's.
    """
    module = sys.modules.get(f.__module__ or "")
    return module is not None and is_library(f.__module__.split(".")[0]) and vars(module).get(f.__name__) is f


@lru_cache(maxsize=1000)
def slots_of(kind: type) -> list[str]:
    """The names of the slots of a class."""
    return [
        name
        for c in kind.__mro__
        if "__slots__" in vars(c) and c is not Value
        for name, thing in vars(c).items()
        if isinstance(thing, MemberDescriptorType)
    ]


@lru_cache(maxsize=1000)
def has_hidden_state(kind: type) -> bool:
    """Whether objects of a class have state besides Python's attributes, judged by their size."""
    pointers = (kind.__dictoffset__ > 0) + (kind.__weakrefoffset__ > 0) + len(slots_of(kind))
    return kind.__basicsize__ > object.__basicsize__ + pointers * calcsize("P") and not issubclass(kind, Value)


def reduced(x: Any) -> Any:
    """What `copy` and `pickle` would use of an object: a name, or a tuple of parts; None if it cannot be reduced."""
    try:
        parts = x.__reduce_ex__(4)
    except Exception:  # an object may raise anything here
        return None
    return parts if isinstance(parts, str) else tuple([list(p) if isinstance(p, Iterator) else p for p in parts])


def content_of(cell: CellType) -> tuple[Any, ...]:
    """The content of a closure's cell, in a tuple."""
    try:
        return (cell.cell_contents,)
    except ValueError:  # it is empty
        return (MISSING,)


def fill(cell: CellType, known: tuple[Any, ...]) -> None:
    """Restore what `content_of` returned."""
    if known[0] is not MISSING:
        cell.cell_contents = known[0]


def fill_slots(x: Any, names: list[str], known: list[Any]) -> None:
    """Restore attributes."""
    for name, it in zip(names, known, strict=True):
        if it is not MISSING:
            setattr(x, name, it)


def refill(mapping: dict[Any, Any], known: list[Any]) -> None:
    """Restore a mapping from a list of its keys followed by its values."""
    half = len(known) // 2
    mapping.clear()
    for key, thing in zip(known[:half], known[half:], strict=True):
        mapping[key] = thing
