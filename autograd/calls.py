"""Make the functions of the package from the rows: on Values, plain numbers, arrays, or any mixture of these.

functions.py exports these functions. This module makes them, defines the few whose arguments differ from the operands
of the row, and defines the functions that rules receive for Values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from inspect import Parameter, Signature
from typing import Any, Protocol, TypeVar, overload

from . import primitives as rows
from .floats import argmax, take
from .primitives import Mathematics, Primitive
from .real import is_array, refuse_masked
from .value import Number, Value, apply, operation
from .watch import Undecided, watch

T = TypeVar("T")
U = TypeVar("U")


class Array(Protocol):
    """An array of numbers or Values, for type checkers: a NumPy array, or an object that converts to one."""

    def __array__(self) -> Any: ...


def function(row: Primitive) -> Callable[..., Any]:
    """Return the function for a row of the table."""
    call = _of_many(row) if row.nary else _of_one(row) if len(row.operands) == 1 else _of_several(row)
    call.__name__ = call.__qualname__ = row.name
    call.__doc__ = row.doc
    parameters = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=row.defaults.get(name, Parameter.empty))
        for name in row.operands
    ]
    call.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # functions accept attributes
    return call


def _of_one(row: Primitive) -> Callable[..., Any]:
    method = operation(row)

    def call(x: Any) -> Any:
        return method(x) if isinstance(x, Value) else _mixed(row, (x,))

    return call


def _of_several(row: Primitive) -> Callable[..., Any]:
    method = operation(row)

    def call(*operands: Any, **named: Any) -> Any:
        operands = row.bind(operands, named)
        made = method(*operands) if any(isinstance(x, Value) for x in operands) else NotImplemented
        return _mixed(row, operands) if made is NotImplemented else made

    return call


def _of_many(row: Primitive) -> Callable[..., Any]:
    def call(*operands: Any, **named: Any) -> Any:
        if len(operands) > len(row.operands):
            raise _as_one_list(row)
        xs, *constants = row.bind(operands, named)
        over_batch = getattr(xs, "of_batch", None)
        if over_batch is not None:  # the result of vmap in a function that is being compiled
            return over_batch(row.name)
        return _mixed(row, (*_listed(row, xs), *constants))

    return call


def _listed(row: Primitive, xs: Any) -> Sequence[Any]:
    if type(xs) is list or type(xs) is tuple:
        return xs
    if isinstance(xs, Value) or not (is_array(xs) or isinstance(xs, Iterable)):
        raise _as_one_list(row)
    return tuple(xs)


def _as_one_list(row: Primitive) -> TypeError:
    given = ["[a, b]", "[c, d]"] if row is rows.dot else ["[a, b, c]", *row.constants]
    number = "two lists" if row is rows.dot else "one list"
    return TypeError(f"{row.name} takes its operands as {number}, as in {row.name}({', '.join(given)})")


def _mixed(row: Primitive, operands: Sequence[Any]) -> Any:
    """Apply the row to any mixture of Values and plain numbers, or to arrays."""
    if not _SCALARS.issuperset(map(type, operands)):
        if any(map(is_array, operands)):
            from .arrays import elementwise

            return elementwise(row, operands)
        for x in operands:
            if isinstance(x, list | tuple):
                raise TypeError(
                    f"{row.name} takes numbers, Values and arrays, not a {type(x).__name__}: write "
                    f"[{row.name}(x) for x in xs], or {row.name}(numpy.array(xs))"
                )
    return apply(row, operands)


_SCALARS = frozenset({Value, float, int})


@overload
def where(condition: bool, x: T, y: U) -> T | U: ...
@overload
def where(condition: Any, x: Any, y: Any) -> Any: ...
def where(condition: Any, x: Any, y: Any) -> Any:
    """Return ``x`` where the condition holds, else ``y``; for arrays, element by element.

    >>> where(2 > 1, 10.0, 20.0)
    10.0
    """
    if isinstance(condition, Undecided):
        return condition.where(x, y)
    if is_array(condition):
        from .arrays import arrays

        refuse_masked(x)
        refuse_masked(y)
        return arrays.where(condition, x, y)
    return x if condition else y


@overload
def dot(w: Array, x: Any) -> Any: ...
@overload
def dot(w: Iterable[Value], x: Iterable[Number]) -> Value: ...
@overload
def dot(w: Iterable[float], x: Iterable[float]) -> float: ...
@overload
def dot(w: Iterable[float], x: Iterable[Value]) -> Value: ...
@overload
def dot(w: Iterable[Any], x: Iterable[Any]) -> Any: ...
def dot(w: Any, x: Any) -> Any:
    """Return w₁·x₁ + w₂·x₂ + … as one node, which takes a fraction of the time and memory of separate operations.

    >>> w = [Value(1.0), Value(2.0)]
    >>> dot(w, [10.0, 20.0]).data
    50.0
    """
    w, x = _listed(rows.dot, w), _listed(rows.dot, x)
    if len(w) != len(x):
        raise ValueError(f"dot needs two lists of the same length, and these have {len(w)} and {len(x)} numbers")
    return _mixed(rows.dot, (*w, *x))


_power = function(rows.power)
_pow = function(rows.pow_)


@overload
def pow(x: Value, y: Number) -> Value: ...
@overload
def pow(x: float, y: Value) -> Value: ...
@overload
def pow(x: float, y: float) -> float: ...
@overload
def pow(x: Array, y: Array | Number) -> Any: ...
@overload
def pow(x: Number, y: Array) -> Any: ...
def pow(x: Any, y: Any) -> Any:
    """Return x to the power y, like ``x**y``. An exponent that is a plain number is a constant.

    >>> pow(Value(2.0), 3).data
    8.0
    """
    return _power(x, y) if isinstance(y, Value) or is_array(y) else _pow(x, y)


def _for_rules(row: Primitive) -> Callable[..., Any]:
    """Return the function as rules call it: with the operands of an n-ary primitive as separate arguments."""
    return (lambda *operands: _mixed(row, operands)) if row.nary else function(row)


def _argmax(xs: Sequence[Any]) -> Any:
    here = watch()
    return argmax(xs) if here is None else here.argmax(xs)


def _held(x: Any) -> Any:
    here = watch()
    return here.held(x) if here is not None else x._data if isinstance(x, Value) else x


def _take(xs: Sequence[Any], index: Any) -> Any:
    here = watch()
    return take(xs, index) if here is None else here.take(xs, index)


values = Mathematics(
    kind="Values",
    make=_for_rules,
    abs=function(rows.abs_),
    sum=function(rows.sum_),
    magnitude=lambda x: where(x >= 0.0, x, -x),
    where=where,
    argmax=_argmax,
    take=_take,
    held=_held,
    pow=pow,
)
"""The functions that a rule receives as ``m`` when its derivatives will be differentiated again."""
