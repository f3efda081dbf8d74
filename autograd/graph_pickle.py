"""Pickling graphs, however deep.

pickle follows references by recursion, and a chain of a million operations is a million deep. So the first node that
pickle meets hands it all the nodes that it was computed from, operands first: when pickle comes to a node, it has its
operands already, and never goes deeper than one.
"""

from __future__ import annotations

import threading
from typing import Any

from .backprop import ancestry
from .primitives import Primitive
from .value import Value


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


def reduce(root: Value) -> tuple[Any, ...]:
    """What pickle gets for a node."""
    if root._a is None or id(root) in _listed.ids:
        return _restore, (
            root.primitive,
            root._data,
            root._grad,
            root.label,
            root._a,
            root._b,
            root._da,
            root._db,
        )
    order = ancestry(root)[::-1]
    ids = set(map(id, order))
    _listed.ids |= ids
    return _last, (order, _End(ids))


def _last(order: list[Value], end: None) -> Value:
    return order[-1]


def _restore(
    row: Primitive | None, data: float, grad: float, label: str | None, a: Any, b: Any, da: Any, db: Any
) -> Value:
    made = Value(data, label=label)
    made._grad = grad
    made.primitive, made._a, made._b, made._da, made._db = row, a, b, da, db
    return made
