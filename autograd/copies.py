"""Copy and pickle graphs of any depth.

copy and pickle follow references recursively, and a chain of a million operations is a million deep. So both are given
the nodes below a root in topological order, operands first: when they reach a node, its operands have already been
handled, and the recursion is never deeper than one. The state of a node is what Python's own protocol returns, so
attributes and subclasses are preserved.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any, cast

from .backprop import ancestry
from .primitives import Primitive
from .value import Value


def shallow(node: Value) -> Value:
    """Return a copy of a node with the same operands."""
    make, args, state = _object(node)
    twin = _restore(make, args, *_recorded(node))
    _set_state(twin, state)
    return twin


def deep(root: Value, memo: dict[int, Any]) -> Value:
    """Return a copy of the whole graph."""
    for node in reversed(ancestry(root)):
        if id(node) not in memo:
            make, args, state = _object(node)
            twin = memo[id(node)] = _restore(make, args, *_recorded(node))
            if type(node._a) is tuple:
                twin._a = tuple([memo.get(id(operand), operand) for operand in node._a])
            else:
                twin._a, twin._b = memo.get(id(node._a), node._a), memo.get(id(node._b), node._b)
            if state is not None:
                _set_state(twin, copy.deepcopy(state, memo))
    return cast("Value", memo[id(root)])


def _recorded(node: Value) -> tuple[Any, ...]:
    """Return the engine's state of a node, in the order of `_restore`. The serial is not copied."""
    return node.primitive, node._data, node._grad, node._label, node._a, node._b, node._da, node._db


def _restore(
    make: Callable[..., Value],
    args: tuple[Any, ...],
    row: Primitive | None,
    data: float,
    grad: float,
    label: str | None,
    a: Any,
    b: Any,
    da: Any,
    db: Any,
) -> Value:
    made = make(*args)
    Value.__init__(made, data, label=label)
    made._grad = grad
    made.primitive, made._a, made._b, made._da, made._db = row, a, b, da, db
    return made


def _object(node: Value) -> tuple[Callable[..., Value], tuple[Any, ...], Any]:
    """Return how to create an object of the node's class, and the user's attributes in pickle's form.

    That form is ``(None, {name: attribute})`` or None, or the argument of a subclass's ``__setstate__``.
    """
    state: Any = node.__getstate__()  # object.__getstate__ does not create a __dict__
    if type(node) is Value:
        return _new, _PLAIN, (None, state[0]) if state[0] else None
    make, args, *_ = cast("tuple[Any, ...]", object.__reduce_ex__(node, 4))
    if not hasattr(node, "__setstate__"):
        attributes, slots = state if isinstance(state, tuple) else (state, {})
        state = None, {**(attributes or {}), **{name: slots[name] for name in slots.keys() - _SLOTS}}
    return make, args, state


def _set_state(twin: Any, state: Any) -> None:
    if hasattr(twin, "__setstate__"):
        twin.__setstate__(state)
    elif state is not None:
        for name, x in state[1].items():
            setattr(twin, name, x)


_new, _PLAIN, _SLOTS = object.__new__, (Value,), frozenset(Value.__slots__)


class _Listed(threading.local):
    """The nodes in a list that is being pickled. Their operands come first in the list, so each is pickled directly.

    Ids that are left here by a failed pickle do no harm: a node that is pickled directly is still pickled correctly,
    only with one more level of recursion for each operand.
    """

    def __init__(self) -> None:
        self.ids: set[int] = set()


_listed = _Listed()


class _End:
    """Follows a list of nodes; when pickle reaches it, the nodes are removed from `_Listed`."""

    def __init__(self, ids: set[int]) -> None:
        self.ids = ids

    def __reduce__(self) -> tuple[Any, ...]:
        _listed.ids -= self.ids
        return _end, ()


def _end() -> None:
    """Return None, as the pickled form of `_End`."""


def reduce(root: Value) -> Any:
    """Return the reduced form of a node for pickle."""
    if root._a is None or id(root) in _listed.ids:
        make, args, state = _object(root)
        return _restore, (make, args, *_recorded(root)), state
    order = ancestry(root)[::-1]
    ids = set(map(id, order))
    _listed.ids |= ids
    return _last, (order, _End(ids))


def _last(order: list[Value], end: None) -> Value:
    return order[-1]
