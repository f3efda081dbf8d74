"""Copying and pickling graphs, however deep.

copy and pickle follow references by recursion, and a chain of a million operations is a million deep. So both are given
the nodes that a root was computed from, operands first: when they come to a node they have its operands already, and
never go deeper than one. What a node is made of is what Python says that an object is made of, so that attributes and
subclasses come through.
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
    """Another node on the same operands."""
    make, args, state = _object(node)
    twin = _restore(make, args, *_recorded(node))
    _set_state(twin, state)
    return twin


def deep(root: Value, memo: dict[int, Any]) -> Value:
    """Another graph."""
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
    """What the engine keeps of a node, in the order of `_restore`; another node has another serial."""
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
    """How to make an object of the node's class, and what a program has added, in the form that pickle has for it.

    That is ``(None, {name: attribute})``, or None; or what the ``__setstate__`` of a subclass expects.
    """
    state: Any = node.__getstate__()  # object's makes no __dict__ where there is none
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
    """The nodes whose operands come before them in a list that is being pickled, so that they can go as they are.

    What is left here after a pickle that failed does no harm: a node that goes as it is pickles correctly, and merely
    takes pickle one level deeper for each of its operands.
    """

    def __init__(self) -> None:
        self.ids: set[int] = set()


_listed = _Listed()


class _End:
    """Stands behind a list of nodes and, when pickle comes to it, closes the list."""

    def __init__(self, ids: set[int]) -> None:
        self.ids = ids

    def __reduce__(self) -> tuple[Any, ...]:
        _listed.ids -= self.ids
        return _end, ()


def _end() -> None:
    """Stands for the end of a list."""


def reduce(root: Value) -> Any:
    """What pickle gets for a node."""
    if root._a is None or id(root) in _listed.ids:
        make, args, state = _object(root)
        return _restore, (make, args, *_recorded(root)), state
    order = ancestry(root)[::-1]
    ids = set(map(id, order))
    _listed.ids |= ids
    return _last, (order, _End(ids))


def _last(order: list[Value], end: None) -> Value:
    return order[-1]
