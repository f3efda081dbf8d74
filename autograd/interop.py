"""Support for NumPy: its functions on Values call the engine's operations, or say what to write instead.

If a Value is an argument, NumPy calls `__array_ufunc__` or `__array_function__`. For the elements of an array it calls
an operator, or the method with the name of its function: ``np.log2(array)`` calls ``log2`` of each one. For maximum,
minimum, clip and sign of an array it calls no operation: they compare and choose, like Python's ``max``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from math import log, pi
from typing import Any

from .primitives import table

_HERE: Mapping[str, Callable[..., Any]] = {
    "exp2": lambda x: 2.0**x,
    "log2": lambda x: x.log() / log(2.0),
    "log10": lambda x: x.log() / log(10.0),
    "fabs": abs,
    "conjugate": lambda x: x,
    "radians": lambda x: x * (pi / 180.0),
    "deg2rad": lambda x: x * (pi / 180.0),
    "degrees": lambda x: x * (180.0 / pi),
    "rad2deg": lambda x: x * (180.0 / pi),
}
"""Functions of NumPy that have no row of their name, but can be computed with rows."""
_FLAT = "its derivative is 0 wherever it exists, so apply it to the number, v.data"
_ELSEWHERE = {
    **dict.fromkeys(("rint", "floor", "ceil", "trunc"), _FLAT),
    "hypot": "write autograd.sqrt(a * a + b * b)",
    "copysign": "write autograd.where(b >= 0, abs(a), -abs(a))",
    "heaviside": "write autograd.where(x > 0, 1.0, 0.0)",
    "cbrt": "write autograd.sign(x) * abs(x) ** (1 / 3)",
}
"""What to write in place of other functions."""
_NAMES = {*_HERE, *_ELSEWHERE, "arcsin", "arccos", "arcsinh", "arccosh", "arctanh", "arctan2", "fmod"}


def without(name: str) -> TypeError:
    """Return the error for a function of NumPy that is not an operation of the engine."""
    advice = _ELSEWHERE.get(name, "compose it of existing primitives")
    return TypeError(
        f"there is no primitive for NumPy's {name} of a Value: {advice}; or define a primitive of that name with "
        f"@autograd.primitive"
    )


class NumpyOperand:
    """The methods of a Value that NumPy calls."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return _of_numpy()(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(t, NumpyOperand) or t.__module__.startswith("numpy") for t in types):
            return NotImplemented  # let the other argument's type handle it
        made = function._implementation(*args, **kwargs)
        return made.item() if getattr(made, "shape", None) == () and made.dtype == object else made

    def clip(self: Any, low: Any = None, high: Any = None, out: Any = None) -> Any:
        """Return the number limited to a range, for ``np.clip``.

        >>> Value(3.0).clip(0.0, 1.0).data
        1.0
        """
        kept = self if low is None else self.maximum(low)
        return kept if high is None else kept.minimum(high)


@cache
def _of_numpy() -> Callable[..., Any]:
    from .arrays import of_numpy  # imported here because the engine does not need NumPy

    return of_numpy


def _asked_for(name: str) -> Callable[..., Any]:
    def method(*operands: Any) -> Any:
        from .value import apply

        if name in table:  # a user's primitive
            return apply(table[name], operands)
        if name in _HERE:
            return _HERE[name](*operands)
        raise without(name)

    method.__name__ = name
    return method


for _name in _NAMES:
    setattr(NumpyOperand, _name, _asked_for(_name))
