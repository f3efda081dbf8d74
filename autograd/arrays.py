"""The mathematics that rules are written in, on NumPy arrays: element by element, IEEE as NumPy has it."""

from __future__ import annotations

import math
import operator as op
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial, reduce
from typing import Any

import numpy as np

from .errors import non_finite
from .floats import normal_cdf, normal_pdf
from .interop import without
from .primitives import Mathematics, Primitive
from .real import refuse_masked
from .value import Value, apply


def _sum(xs: Iterable[Any]) -> Any:
    return reduce(np.add, xs)


def _argmax(xs: Sequence[Any]) -> Any:
    return np.argmax(np.stack(np.broadcast_arrays(*xs)), axis=0)


def _take(xs: Sequence[Any], index: Any) -> Any:
    return _take_of_a_stack([np.stack(np.broadcast_arrays(*xs))], index)


def _each(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of floats on arrays, at Python's speed: for what NumPy does not have."""
    ufunc = np.frompyfunc(function, 1, 1)
    return lambda x: np.asarray(ufunc(x), dtype=float)[()]


def _from_row(row: Primitive) -> Callable[..., Any]:
    if row.array_base is not None:
        return row.array_base
    if row.base is not None:
        return _each(row.base)
    return lambda *operands: row.rule(arrays, *operands)[0]


def _mathematics(**special: Any) -> Mathematics:
    made = Mathematics(
        make=_from_row,
        abs=np.abs,
        magnitude=np.abs,
        sign=np.sign,
        where=np.where,
        exp=np.exp,
        expm1=np.expm1,
        log=np.log,
        log1p=np.log1p,
        sqrt=np.sqrt,
        sin=np.sin,
        cos=np.cos,
        tan=np.tan,
        sinh=np.sinh,
        cosh=np.cosh,
        tanh=np.tanh,
        atan=np.arctan,
        pow=np.power,
        erfc=_each(math.erfc),
        **special,
    )
    made.normal_pdf = lambda x: normal_pdf(made, x)
    made.normal_cdf = lambda x: normal_cdf(made, x)
    return made


def _each_of_a_stack(function: Callable[..., Any], *lists: Sequence[Any]) -> list[Any]:
    [stack, *_] = stacks = [xs[0] for xs in lists]
    return [function(np.arange(len(stack)).reshape(-1, *[1] * (stack.ndim - 1)), *stacks)]


def _sum_of_a_stack(xs: Iterable[Any]) -> Any:
    [first, *more] = xs
    return reduce(np.add, more, first) if more else np.add.reduce(first, axis=0)


def _take_of_a_stack(xs: Sequence[Any], index: Any) -> Any:
    """Return what stands at each index, and nan where there is no such place."""
    index = np.broadcast_to(index, xs[0].shape[1:])
    place = index.astype(np.intp)
    known = (place == index) & (place >= 0) & (place < len(xs[0]))
    found = np.take_along_axis(xs[0], np.where(known, place, 0)[np.newaxis], axis=0)[0]
    return found if known.all() else np.where(known, found, math.nan)


arrays = _mathematics(kind="arrays", argmax=_argmax, take=_take, sum=_sum)
arrays.stacks = _mathematics(
    kind="arrays, of which the first axis stands for the operands",
    argmax=lambda xs: np.argmax(xs[0], axis=0),
    take=_take_of_a_stack,
    sum=_sum_of_a_stack,
    each=_each_of_a_stack,
)
"""The same for a row that `stacks`: its operands are one array, in a list of its own."""


def array_of(entries: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """An array of these: of floats if they are, with more axes if they are arrays themselves, else of objects."""
    if all(isinstance(x, float | np.ndarray) for x in entries):
        made = np.array(entries, dtype=None if entries else float)
        return made.reshape(shape + made.shape[1:])
    objects = np.empty(len(entries), dtype=object)
    objects[:] = entries
    return objects.reshape(shape)


def elementwise(row: Primitive, operands: Sequence[Any]) -> Any:
    """The row on operands some of which are arrays; of Values where the arrays hold Values."""
    arrays_of = [np.asarray(x) for x in operands]
    if any(x.dtype == object for x in arrays_of):
        return np.frompyfunc(lambda *xs: apply(row, xs), len(operands), 1)(*arrays_of)
    floats_of = [x.astype(float) for x in arrays_of]
    with np.errstate(all="ignore"):
        result = row.rule(arrays, *floats_of)[0]
    if not np.all(np.isfinite(result)):
        _blame(row, floats_of, result)
    return result


def _blame(row: Primitive, operands: Sequence[Any], result: Any) -> None:
    """Raise for the first element that is not finite although its operands are, as the engine does for one number."""
    finite = np.logical_and.reduce(np.broadcast_arrays(*[np.isfinite(x) for x in operands]))
    for place in np.argwhere(finite & ~np.isfinite(result)):
        index = tuple(place)
        numbers = [float(np.broadcast_to(x, result.shape)[index]) for x in operands]
        labels = [f"element {list(map(int, index))}" if x.ndim else None for x in operands]
        raise non_finite(row, numbers, labels, float(result[index]))


def of_numpy(ufunc: Any, method: str, inputs: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """A function of NumPy of some operands that are Values, arrays and numbers, each of which may be an array."""
    operator = _OPERATORS.get(ufunc)
    if operator is not None and method == "__call__" and not kwargs and isinstance(inputs[0], np.floating | np.integer):
        return operator(float(inputs[0]), inputs[1])  # the usual case: a number out of an array stands before a Value
    operands = [_operand(x) for x in inputs]
    if any(x is NotImplemented for x in operands):
        return NotImplemented
    choose = _CHOICES.get(ufunc.__name__)
    if choose is not None and method in ("__call__", "outer"):
        from . import functions

        function = np.frompyfunc(partial(choose, functions), ufunc.nin, 1)
        with np.errstate(all="ignore"):  # nan is compared with
            made = getattr(function, method)(*operands, **kwargs)
        return made.astype(bool) if ufunc.__name__.startswith("is") and isinstance(made, np.ndarray) else made
    if not _takes_objects(ufunc):
        raise without(ufunc.__name__)
    if any(out is not None and out.dtype.kind == "f" for out in kwargs.get("out", ())):
        raise TypeError("an array of floats cannot take Values in: write a = a + v in place of a += v")
    return getattr(ufunc, method)(*operands, **kwargs)


@cache
def _takes_objects(ufunc: Any) -> bool:
    return any("O" in types for types in ufunc.types)


_OPERATORS = {
    np.add: op.add, np.subtract: op.sub, np.multiply: op.mul, np.divide: op.truediv, np.power: op.pow,
    np.less: op.lt, np.less_equal: op.le, np.greater: op.gt, np.greater_equal: op.ge,
}  # fmt: skip


def _operand(x: Any) -> Any:
    """What holds Python's own numbers and Values, for NumPy to hand to operators and methods."""
    if isinstance(x, Value):
        made = np.empty((), dtype=object)
        made[()] = x
        return made
    if isinstance(x, np.ndarray | np.generic):
        refuse_masked(x)
        return np.asarray(x, dtype=float) if x.dtype.char == "g" else x  # a long double is no number of Python's
    return NotImplemented if hasattr(x, "__array_ufunc__") else x  # another's arguments, who knows more


def _number_of(x: Any) -> Any:
    return x.data if isinstance(x, Value) else x


_CHOICES: Mapping[str, Callable[..., Any]] = {
    "maximum": lambda f, a, b: f.maximum(a, b),
    "minimum": lambda f, a, b: f.minimum(a, b),
    "fmax": lambda f, a, b: f.where(a != a, b, f.where(b != b, a, f.maximum(a, b))),
    "fmin": lambda f, a, b: f.where(a != a, b, f.where(b != b, a, f.minimum(a, b))),
    "clip": lambda f, x, low, high: f.minimum(f.maximum(x, low), high),
    "sign": lambda f, x: f.sign(x),
    "float_power": lambda f, x, y: f.pow(x, y),
    "logaddexp": lambda f, a, b: f.logsumexp([a, b]),
    "isfinite": lambda f, x: math.isfinite(_number_of(x)),
    "isnan": lambda f, x: math.isnan(_number_of(x)),
    "isinf": lambda f, x: math.isinf(_number_of(x)),
}
"""What NumPy would do by comparing, or not at all: in the functions of autograd, of each element."""
