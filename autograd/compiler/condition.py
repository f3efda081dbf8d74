"""Comparisons of numbers that are not known yet."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from .. import functions
from ..errors import FrozenError
from ..value import apply
from ..watch import Undecided
from .own_rows import SELECT


class Condition(Undecided):
    """A comparison in a recorded function: a fact about numbers that are not known yet."""

    __slots__ = ("node",)

    def __init__(self, node: Any) -> None:
        self.node = node

    def where(self, x: Any, y: Any) -> Any:
        """X where it holds, else y: what `autograd.where` calls."""
        if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
            return np.frompyfunc(self.where, 2, 1)(x, y)
        return apply(SELECT, (self.node, x, y))

    def __bool__(self) -> NoReturn:
        raise FrozenError(
            "the function decides by a number here, as in `if x > 0`, and a compiled function is recorded once: the "
            "branch that is taken now would be taken for ever. Write autograd.where(x > 0, this, that), or maximum, "
            "minimum, abs or relu; to loop until something holds, loop outside of the compiled function"
        )

    def __and__(self, other: Any) -> Condition:
        return Condition(self.node * _truth(other))

    def __or__(self, other: Any) -> Condition:
        return Condition(functions.maximum(self.node, _truth(other)))

    __rand__, __ror__ = __and__, __or__

    def inverted(self) -> Condition:
        """Its opposite."""
        return Condition(1.0 - self.node)

    def __invert__(self) -> NoReturn:  # of a plain truth value Python makes −1 or −2
        raise FrozenError(
            "~ is no opposite of a condition: compare the other way round, or swap this and that in where"
        )

    def _arithmetic(self, *_: Any) -> NoReturn:
        raise FrozenError("a condition is no number: write autograd.where(condition, 1.0, 0.0) for one")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _arithmetic
    __xor__ = __rxor__ = __neg__ = __float__ = _arithmetic


def _truth(x: Any) -> Any:
    return x.node if isinstance(x, Condition) else float(bool(x))
