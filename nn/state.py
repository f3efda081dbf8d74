"""What a function depends on besides its arguments, and whether this has changed since the last check.

A program is a recording: a number that the function read from an attribute, a closure or a global variable is a
constant in it. `State` visits everything that a function can read in this way: attributes of objects and classes,
containers, arrays, closures, defaults, and the globals and attributes of modules that its code names. Another check
costs a fraction of a microsecond for each object.

It examines the user's functions, but not the code of libraries. An object whose state Python cannot show (a generator,
a lock, a file) is `opaque`.
"""

from __future__ import annotations

import random
from array import array
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from operator import is_
from types import (
    BuiltinFunctionType,
    CellType,
    ClassMethodDescriptorType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import numpy as np

from autograd import Value

from .introspection import (
    FREELY,
    MISSING,
    content_of,
    fill,
    fill_slots,
    has_hidden_state,
    is_library,
    is_library_function,
    is_published,
    named,
    names_in,
    reduced,
    refill,
    slots_of,
)

_LIMIT = 20_000  # objects to visit: something that reaches more reaches half the interpreter
_PLAIN = (type(None), bool, int, str, bytes, type(...), type(NotImplemented), range, CodeType, np.dtype)
_AS_THEY_ARE = (
    WrapperDescriptorType,
    MethodDescriptorType,
    ClassMethodDescriptorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    np.ufunc,
)


class State:
    """The current state of everything that some named things can reach.

    >>> settings = {"temperature": 1.0}
    >>> state = State({"the loss": lambda y: y / settings["temperature"]})
    >>> state.changed()
    ''
    >>> settings["temperature"] = 0.8
    >>> state.changed()
    "the loss: settings['temperature']"
    """

    def __init__(self, things: Mapping[str, Any], but: Any = None) -> None:
        """``but`` is not visited."""
        self._things = things
        self._seen = _Walk(things, but)

    @property
    def opaque(self) -> list[str]:
        """The places of objects whose state cannot be read."""
        return self._seen.opaque

    @property
    def numbers(self) -> int:
        """The number of Values."""
        return len(self._seen.values)

    def changed(self) -> str:
        """The place of the first thing that has changed since the last check; an empty string if nothing has."""
        if all(holder.same() for holder in self._seen.holders.values()):
            return ""
        now = _Walk(self._things)
        where = self._difference(now, graphs=True)
        if not where:
            self._seen = now  # other objects with equal state
        return where

    def changed_by_itself(self) -> str:
        """`changed`, after nothing but calls of the things. A result that a call has stored, which is a Value with a
        graph, does not count as a change.
        """
        if all(holder.same() for holder in self._seen.holders.values()):
            return ""
        return self._difference(_Walk(self._things), graphs=False)

    def restore(self) -> None:
        """Restore the state of the last check, in all objects that still exist."""
        for holder in self._seen.holders.values():
            if not holder.same():
                holder.restore()

    def may_change(self, other: State) -> bool:
        """Whether these things reach something mutable that those of the other state depend on."""
        here, there = self._seen, other._seen
        freely = not here.stored.isdisjoint(FREELY)
        return not here.values.isdisjoint(there.values) or any(
            isinstance(key, int) or key[0] == "class" or key[1] == "slots" or freely or key[1] in here.stored
            for key in here.holders.keys() & there.holders.keys()
        )

    def _difference(self, now: _Walk, graphs: bool) -> str:
        before = self._seen
        for a, b, where in zip(before.tokens, now.tokens, now.places, strict=False):
            if a != b and (graphs or not (a[0] == b[0] == "a result")):
                return _clean(where)
        return "" if len(before.tokens) == len(now.tokens) else "what is reached"


class _Holder:
    """An object that refers to others, and what it referred to."""

    __slots__ = ("_known", "_read", "_write")

    def __init__(self, read: Callable[[], Any], write: Callable[[Any], Any]) -> None:
        self._read, self._write = read, write
        self._known = read()

    def same(self) -> bool:
        now, known = self._read(), self._known
        return len(now) == len(known) and all(map(is_, now, known))

    def restore(self) -> None:
        self._write(self._known)


class _Content(_Holder):
    """An object whose content is compared by value, such as an array."""

    __slots__ = ()

    def same(self) -> bool:
        return bool(self._read() == self._known)


class _Unlike(_Holder):
    """An object that cannot be compared quickly, and is always visited again."""

    __slots__ = ()

    def same(self) -> bool:
        return False


class _Walk:
    """Visits everything once, in an order that depends only on the objects."""

    def __init__(self, things: Mapping[str, Any], but: Any = None) -> None:
        self.tokens: list[tuple[Any, ...]] = []
        """A description of everything that was visited, which can be compared."""
        self.places: list[str] = []
        self.holders: dict[Any, _Holder] = {}
        self.opaque: list[str] = []
        self.stored: set[str] = set()
        """The names of globals and attributes that code writes to."""
        self.values: set[int] = set()
        """The Values, by their ids."""
        self._numbers: dict[int, int] = {id(but): 0}
        self._alive: list[Any] = []  # so that no id is reused
        self._modules: list[tuple[str, ModuleType]] = []
        self._names: dict[str, None] = {}
        self._todo: list[tuple[str, Any]] = [(f"{name}: ", thing) for name, thing in reversed([*things.items()])]
        self._through()
        known = 0
        while known < len(self._modules):  # attributes of modules that the code names
            where, module = self._modules[known]
            known += 1
            self._names_in(module.__dict__, [n for n in self._names if n in vars(module)], f"{where}.")
            self._through()

    def _through(self) -> None:
        while self._todo:
            where, x = self._todo.pop()
            self._look(where, x)
            if len(self._numbers) > _LIMIT:
                self.opaque.append(where)
                self._todo.clear()

    def _say(self, where: str, *token: Any) -> None:
        self.tokens.append(token)
        self.places.append(where)

    def _look(self, where: str, x: Any) -> None:
        kind = type(x)
        if kind in (float, complex):
            return self._say(where, kind, repr(x))  # which distinguishes −0.0 from 0.0, and makes nan equal to nan
        if isinstance(x, _PLAIN):
            return self._say(where, kind, x)
        if isinstance(x, np.generic):
            return self._say(where, x.dtype.str, x.tobytes())
        if isinstance(x, Value):
            self._alive.append(x)
            self.values.add(id(x))
            self._say(where, "a result" if x.primitive is not None else Value, id(x))
            if kind is Value:
                return None
        if id(x) in self._numbers:
            return self._say(where, "again", self._numbers[id(x)])
        self._numbers[id(x)] = len(self._numbers)
        self._alive.append(x)
        return self._look_inside(where, x, kind)

    def _look_inside(self, where: str, x: Any, kind: type) -> None:
        if isinstance(x, type):
            self._class(where, x)
        elif isinstance(x, ModuleType):
            self._say(where, ModuleType, id(x))
            self._modules.append((where, x))
        elif isinstance(x, FunctionType):
            self._function(where, x)
        elif isinstance(x, MethodType):
            self._say(where, kind)
            self._todo += [(where, x.__self__), (where, x.__func__)]
        elif isinstance(x, BuiltinFunctionType):
            self._say(where, kind, x.__name__)
            if not isinstance(x.__self__, ModuleType | type(None)):
                self._todo.append((where, x.__self__))
        elif isinstance(x, _AS_THEY_ARE):
            self._say(where, kind, id(x))
        elif isinstance(x, staticmethod | classmethod):
            self._say(where, kind)
            self._todo.append((where, x.__func__))
        elif isinstance(x, property):
            self._say(where, kind)
            self._todo += [(where, x.fset), (where, x.fget)]
        elif isinstance(x, CellType):
            self._say(where, kind)
            self._hold(x, lambda: content_of(x), lambda known: fill(x, known), [where])
        else:
            self._object(where, x, kind)

    def _object(self, where: str, x: Any, kind: type) -> None:
        if isinstance(x, np.ndarray) and not x.dtype.hasobject:
            read = lambda: (x.dtype.str, x.shape, x.tobytes())  # noqa: E731
            self._content(where, x, read, x.copy(), lambda kept: x.__setitem__(..., kept))
        elif isinstance(x, np.ndarray):
            self._say(where, kind, x.shape)
            self._hold(x, lambda: x.ravel().tolist(), lambda known: None, _indexed(where, x.size))
        elif isinstance(x, dict):
            self._mapping(where, x, x, "{}[{!r}]")
        elif isinstance(x, list | tuple):
            kinds = set(map(type, x))
            if kinds == {float}:
                self._say(where, kind, array("d", x).tobytes())
            elif kinds == {Value} and all(v.primitive is None for v in x):
                ids = tuple(map(id, x))
                self._say(where, kind, ids)
                self.values.update(ids)
            else:
                self._say(where, kind, len(x))
                self._todo += reversed(list(zip(_indexed(where, len(x)), x, strict=True)))
            if isinstance(x, list):
                self.holders[id(x)] = _Holder(lambda: x, lambda known: x.__setitem__(slice(None), known))
                self.holders[id(x)]._known = list(x)
        elif isinstance(x, set | frozenset | deque):
            self._say(where, kind, len(x))
            self._hold(x, lambda: list(x), lambda known: None, [where] * len(x))
        elif isinstance(x, random.Random):
            self._content(where, x, x.getstate, x.getstate(), x.setstate)
        elif isinstance(x, np.random.BitGenerator):
            self._content(where, x, lambda: repr(x.state), x.state, lambda kept: setattr(x, "state", kept))
        elif isinstance(x, Unseen):
            self._say(where, kind)
            return
        elif isinstance(x, partial):
            self._say(where, kind)
            self._todo += [(where, x.keywords), (where, x.args), (where, x.func)]
        elif callable(getattr(kind, "to_numpy", None)):  # a data frame
            self._say(where, kind)
            self.holders[id(x)] = _Unlike(lambda: (), lambda known: None)
            self._todo.append((where, x.to_numpy()))
            return
        elif has_hidden_state(kind):
            self._reduced(where, x, kind)
        else:
            self._say(where, "an object")
        self._attributes(where, x, kind)

    def _attributes(self, where: str, x: Any, kind: type) -> None:
        if isinstance(getattr(x, "__dict__", None), dict):
            self._mapping(where, x.__dict__, vars(x), "{}.{}")
        slots = slots_of(kind)
        if slots:
            read = lambda: [getattr(x, name, MISSING) for name in slots]  # noqa: E731
            write = lambda known: fill_slots(x, slots, known)  # noqa: E731
            self._hold((id(x), "slots"), read, write, [f"{where}.{name}" for name in slots])
        self._todo.append((f"{where} (its class)", kind))

    def _mapping(self, where: str, x: Any, mapping: Any, form: str) -> None:
        seen = [(key, thing) for key, thing in mapping.items() if not isinstance(thing, Unseen)]
        self._say(where, type(x), len(seen))
        read = lambda: [*mapping, *mapping.values()]  # noqa: E731
        self.holders[id(x)] = _Holder(read, lambda known: refill(mapping, known))
        for key, thing in reversed(seen):
            place = form.format(where, key)
            self._todo += [(place, thing), (place, key)]

    def _hold(self, x: Any, read: Callable[[], Any], write: Callable[[Any], Any], places: list[str]) -> None:
        """Register a holder by its id, or by another key, and visit what it refers to."""
        key = x if isinstance(x, tuple) else id(x)
        holder = self.holders[key] = _Holder(read, write)
        self._todo += reversed(list(zip(places, holder._known, strict=True)))

    def _content(self, where: str, x: Any, read: Callable[[], Any], kept: Any, write: Callable[[Any], Any]) -> None:
        """Register an object by its content, with a function that restores ``kept``."""
        self._say(where, type(x), read())
        self.holders[id(x)] = _Content(read, lambda known: write(kept))

    def _reduced(self, where: str, x: Any, kind: type) -> None:
        """Visit what `copy` and `pickle` would use of an object."""
        self._say(where, kind)
        hasattr(x, "__dict__")  # some objects make it on the first access
        parts = reduced(x)
        if parts is None:
            self.opaque.append(_clean(where))
        else:
            self.holders[id(x)] = _Unlike(lambda: (), lambda known: None)
            self._todo.append((where, parts))

    def _class(self, where: str, x: type) -> None:
        self._say(where, type, id(x))
        module = x.__module__.split(".")[0]
        if module != "nn" and is_library(module):
            return
        read = lambda: list(vars(x).values())  # noqa: E731
        self.holders["class", id(x)] = _Holder(read, lambda known: None)
        self._todo += reversed(
            [
                (f"{x.__name__}.{name}", thing)
                for name, thing in vars(x).items()
                if isinstance(thing, FunctionType) or not (name.startswith("__") or name == "_abc_impl")
            ]
        )
        self._todo += [(base.__name__, base) for base in reversed(x.__bases__)]

    def _function(self, where: str, f: FunctionType) -> None:
        if is_published(f):
            return self._say(where, FunctionType, id(f))
        self._say(where, FunctionType, f.__code__)
        read = lambda: (f.__code__, f.__defaults__, f.__kwdefaults__)  # noqa: E731
        self.holders["function", id(f)] = _Holder(read, lambda known: None)
        if f.__dict__:
            self._todo.append((where, f.__dict__))
        if not is_library_function(f):
            globals_, names, stored = names_in(f.__code__)
            self._names.update(dict.fromkeys(names))
            self.stored.update(stored)
            self._names_in(f.__globals__, globals_, where if where.endswith(": ") else f"{where}: ")
        around = zip(f.__code__.co_freevars, f.__closure__ or (), strict=True)
        self._todo += reversed([(_inside(where, name), cell) for name, cell in around])
        self._todo += [(f"{where}: its defaults", f.__defaults__), (f"{where}: its defaults", f.__kwdefaults__)]
        return None

    def _names_in(self, space: dict[str, Any], names: list[str], where: str) -> None:
        for name in names:
            if (id(space), name) not in self.holders:
                read = lambda name=name: (named(space, name),)  # noqa: E731
                write = lambda known, name=name: space.__setitem__(name, known[0])  # noqa: E731
                self._hold((id(space), name), read, write, [f"{where}{name}"])


class Unseen:
    """The base class of objects that `State` ignores: they are stored in an object, but are not part of its state."""


def _clean(where: str) -> str:
    return where.replace(": .", ": ").removesuffix(": ")


def _inside(where: str, name: str) -> str:
    return f"{where}{name}" if where.endswith(": ") else f"{where}: {name}"


def _indexed(where: str, count: int) -> list[str]:
    return [f"{where}[{i}]" for i in range(count)]
