"""What vmap returns while a function is recorded: the result for one sample stands for those of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from .. import primitives as rows
from ..errors import FrozenError
from ..real import real
from ..value import Value, apply
from .own_rows import LANE_SUM

if TYPE_CHECKING:
    from .trace import Trace


class Axis:
    """The axis of a batch: what it is the size of is known when a program is called."""

    def __init__(self, count: Value) -> None:
        self.count = count
        """Its size as a number in the program."""
        self.inverse = 1.0 / count
        self.same: Axis | None = None

    def root(self) -> Axis:
        """The axis that this one turned out to be the same as."""
        return self if self.same is None else self.same.root()


class Lanes:
    """What `vmap` returned for a batch: the result for one sample, to be summed, averaged, mapped again or returned."""

    def __init__(self, trace: Trace, tree: Any, axis: Axis) -> None:
        self.trace, self.tree, self.axis = trace, tree, axis
        if any(isinstance(x, Lanes) for x in _parts(self.tree)):
            raise FrozenError(
                "a number for each pair of samples would freeze the size of the batch. If it is a derivative, take it "
                "inside of the function that vmap is of, or that of autograd.sum or autograd.mean; if it is a vmap "
                "inside of another, have the inner one be over an array that was passed in, which is written out"
            )

    def of_batch(self, name: str) -> Any:
        """The sum over the batch; nothing else is taken over a batch of any size."""
        if name != "sum":
            self._refuse(f"autograd.{name} of it")
        return self._sum()

    def mean_of_batch(self) -> Any:
        """The mean over the batch."""
        return self._sum() * self.axis.root().inverse

    def map_sample(self, function: Callable[[Any], Any]) -> Lanes:
        """The batch of what a function makes of the result for a sample: what `tree_map` makes of this one."""
        last = Value(0.0)._serial
        made = Lanes(self.trace, function(self.tree), self.axis)
        for x in _parts(made.tree):
            if isinstance(x, Value) and x._serial > last and x.primitive in (None, rows.identity):
                self.trace.lifted(x, self.axis)
        return made

    def shape_of_sample(self) -> tuple[int, ...] | None:
        """The shape of the result for a sample, if it is a number or an array: the batch is an array then, too."""
        try:
            shape: tuple[int, ...] = np.shape(_zeros(self.tree))
            return shape
        except ValueError:
            return None

    def _sum(self) -> Value:
        y = self.tree
        if isinstance(y, list | np.ndarray):
            raise TypeError(
                f"sum and mean need one number of each sample, and each gives {len(y)} here. Have the function that "
                f"vmap is of return their sum; or a tuple: vmap then returns a tuple of batches, each with its mean"
            )
        if not isinstance(y, Value) or self.trace.axis_of(y) is None:
            return self.axis.root().count * (y if isinstance(y, Value) else real(y, "a sum over a batch"))
        total: Value = apply(LANE_SUM, (y,))
        self.trace.summed[total] = self.axis
        return total

    def _refuse(self, what: str) -> NoReturn:
        raise FrozenError(
            f"{what} would freeze the size of the batch: in a compiled function, what vmap returns stands for a batch "
            f"of any size. Take autograd.sum or autograd.mean of it, give it to another vmap, or return it; what "
            f"belongs to a sample belongs into the function that vmap is of"
        )

    def __iter__(self) -> NoReturn:
        self._refuse("a loop over it")

    def __len__(self) -> NoReturn:
        self._refuse("len(…) of it")

    def __getitem__(self, index: Any) -> NoReturn:
        self._refuse("an index into it")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse("a function of it" if name.startswith("_") else f".{name} of it")

    def _arithmetic(self, *_: Any, **__: Any) -> NoReturn:
        self._refuse("arithmetic with it, or a function of it,")

    __hash__ = object.__hash__
    __array__ = __array_ufunc__ = __abs__ = __matmul__ = __rmatmul__ = __eq__ = __ne__ = _arithmetic
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _arithmetic
    __pow__ = __rpow__ = __neg__ = __lt__ = __gt__ = __le__ = __ge__ = _arithmetic


def _parts(tree: Any) -> Iterator[Any]:
    if isinstance(tree, Mapping):
        tree = tree.values()
    elif not isinstance(tree, list | tuple | np.ndarray):
        yield tree
        return
    for x in tree:
        yield from _parts(x)


def _zeros(tree: Any) -> Any:
    """Lists and arrays with zeros for their numbers; ValueError for anything else."""
    if isinstance(tree, np.ndarray) and not tree.size:
        return tree
    if isinstance(tree, list | np.ndarray):
        return [_zeros(x) for x in tree]
    if not isinstance(tree, Value | Real) or isinstance(tree, bool):
        raise ValueError
    return 0.0
