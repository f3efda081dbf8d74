"""An array that is passed to a function while that is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import FrozenError
from ..real import refuse_masked

if TYPE_CHECKING:
    from .lanes import Axis
    from .trace import Trace


class Argument(np.lib.mixins.NDArrayOperatorsMixin):
    """An array that was passed in: a batch if it is given to `vmap`, and for any other use an array of Values."""

    __array_priority__ = 1000.0

    def __init__(self, trace: Trace, array: Any) -> None:
        refuse_masked(array)
        self.trace = trace
        self.array = array
        self.whole: Any = None
        """The array of Values, if it was used as one: all its sizes are then part of the program."""
        self.lanes: Any = None
        """The Values of one sample, if it was used as a batch."""
        self.axis: Axis | None = None

    def materialise(self) -> Any:
        """As an array of Values."""
        if self.whole is None:
            self.whole = self.trace.values(np.asarray(self.array, dtype=float))
        return self.whole

    @property
    def dtype(self) -> Any:
        """What the array holds when the program runs."""
        return np.dtype(float)

    def astype(self, dtype: Any, **_: Any) -> Any:
        """The array itself: numbers are float64."""
        if np.dtype(dtype) not in (np.dtype(float), np.dtype(object)):
            raise FrozenError(f"in a compiled function numbers stay float64, and this asks for {np.dtype(dtype)}")
        return self.materialise().copy()

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.materialise()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, Argument) for x in kwargs.get("out", ())):
            self[...] = None
        plain = [x.materialise() if isinstance(x, Argument) else x for x in inputs]
        return getattr(ufunc, method)(*plain, **kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return function(*_over_arguments(args), **_over_arguments(kwargs))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.materialise(), name)

    def __getitem__(self, index: Any) -> Any:
        return self.materialise()[index]

    def __setitem__(self, index: Any, x: Any) -> None:
        raise FrozenError("a compiled function leaves its arguments as they are: write into a copy")

    def __iter__(self) -> Any:
        return iter(self.materialise())

    def __len__(self) -> int:
        return len(self.materialise())

    def __matmul__(self, other: Any) -> Any:
        return self.materialise() @ (other.materialise() if isinstance(other, Argument) else other)

    def __rmatmul__(self, other: Any) -> Any:
        return other @ self.materialise()


def _over_arguments(tree: Any) -> Any:
    if isinstance(tree, Argument):
        return tree.materialise()
    if isinstance(tree, dict):
        return {key: _over_arguments(x) for key, x in tree.items()}
    return type(tree)(map(_over_arguments, tree)) if isinstance(tree, list | tuple) else tree
