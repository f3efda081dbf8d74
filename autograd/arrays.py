"""The mathematics that rules are written in, on NumPy arrays: element by element, IEEE as NumPy has it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from .errors import non_finite
from .floats import normal_cdf, normal_pdf
from .primitives import Mathematics, Primitive


def _sum(xs: Iterable[Any]) -> Any:
    return reduce(np.add, xs)


def _argmax(xs: Sequence[Any]) -> Any:
    return np.argmax(np.stack(np.broadcast_arrays(*xs)), axis=0)


def _take(xs: Sequence[Any], index: Any) -> Any:
    stacked = np.stack(np.broadcast_arrays(*xs))
    index = np.broadcast_to(np.asarray(index, dtype=np.intp), stacked.shape[1:])
    return np.take_along_axis(stacked, index[np.newaxis], axis=0)[0]


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


arrays = Mathematics(
    kind="arrays",
    make=_from_row,
    abs=np.abs,
    magnitude=np.abs,
    sign=np.sign,
    where=np.where,
    argmax=_argmax,
    take=_take,
    sum=_sum,
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
)
arrays.normal_pdf = lambda x: normal_pdf(arrays, x)
arrays.normal_cdf = lambda x: normal_cdf(arrays, x)


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
        from .value import apply

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
