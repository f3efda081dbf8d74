"""The primitives as functions: of Values, of plain numbers (they then return plain numbers) and of NumPy arrays.

Most stand here in one line, because the table knows the rest; what `help` says of them is the row's own explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from inspect import Parameter, Signature
from typing import Any, Protocol, overload

from . import primitives as rows
from .floats import argmax, take
from .primitives import Mathematics, Primitive
from .real import is_array, refuse_masked
from .value import Number, Value, apply, operation
from .watch import Undecided, watch


class Unary(Protocol):
    """A function of one number, Value or array: what goes in is what comes out."""

    @overload
    def __call__(self, x: Value) -> Value: ...
    @overload
    def __call__(self, x: float) -> float: ...
    @overload
    def __call__(self, x: Any) -> Any: ...


class Binary(Protocol):
    """A function of two numbers, Values or arrays in any mixture."""

    @overload
    def __call__(self, a: Value, b: Number) -> Value: ...
    @overload
    def __call__(self, a: Number, b: Value) -> Value: ...
    @overload
    def __call__(self, a: float, b: float) -> float: ...
    @overload
    def __call__(self, a: Any, b: Any) -> Any: ...


def function(row: Primitive) -> Callable[..., Any]:
    """The function for a row of the table."""
    call = _of_many(row) if row.nary else _of_one(row) if len(row.operands) == 1 else _of_several(row)
    call.__name__ = call.__qualname__ = row.name
    call.__doc__ = row.doc
    parameters = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=row.defaults.get(name, Parameter.empty))
        for name in row.operands
    ]
    call.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # any function may carry one
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
        if over_batch is not None:  # what vmap gives in a function that is being compiled
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
    return TypeError(f"{row.name} takes its numbers as {number}, as in {row.name}({', '.join(given)})")


def _mixed(row: Primitive, operands: Sequence[Any]) -> Any:
    """The row on Values and plain numbers in any mixture, or on arrays."""
    if not _SCALARS.issuperset(map(type, operands)):
        if any(map(is_array, operands)):
            from .arrays import elementwise

            return elementwise(row, operands)
        for x in operands:
            if isinstance(x, list | tuple):
                raise TypeError(
                    f"{row.name} takes numbers, Values and arrays, and this is a {type(x).__name__}: write "
                    f"[{row.name}(x) for x in xs], or {row.name}(numpy.array(xs))"
                )
    return apply(row, operands)


_SCALARS = frozenset({Value, float, int})


def where(condition: Any, x: Any, y: Any) -> Any:
    """``x`` where the condition holds, else ``y``; for arrays, element by element.

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


def dot(w: Iterable[Any], x: Iterable[Any]) -> Any:
    """w₁·x₁ + w₂·x₂ + … as one node: the sum that a neuron takes, in a fraction of the time and memory.

    >>> w = [Value(1.0), Value(2.0)]
    >>> dot(w, [10.0, 20.0]).data
    50.0
    """
    w, x = _listed(rows.dot, w), _listed(rows.dot, x)
    if len(w) != len(x):
        raise ValueError(f"dot needs two lists of one length, and these have {len(w)} and {len(x)} numbers")
    return _mixed(rows.dot, (*w, *x))


abs: Unary = function(rows.abs_)
sign: Unary = function(rows.sign)
exp: Unary = function(rows.exp)
expm1: Unary = function(rows.expm1)
log: Unary = function(rows.log)
log1p: Unary = function(rows.log1p)
sqrt: Unary = function(rows.sqrt)
sin: Unary = function(rows.sin)
cos: Unary = function(rows.cos)
tan: Unary = function(rows.tan)
sinh: Unary = function(rows.sinh)
cosh: Unary = function(rows.cosh)
tanh: Unary = function(rows.tanh)
atan: Unary = function(rows.atan)
sigmoid: Unary = function(rows.sigmoid)
logsigmoid: Unary = function(rows.logsigmoid)
softplus: Unary = function(rows.softplus)
gelu: Unary = function(rows.gelu)
normal_pdf: Unary = function(rows.normal_pdf)
normal_cdf: Unary = function(rows.normal_cdf)
relu = function(rows.relu)
leaky_relu = function(rows.leaky_relu)
maximum: Binary = function(rows.maximum)
minimum: Binary = function(rows.minimum)
binary_cross_entropy_with_logits: Binary = function(rows.binary_cross_entropy_with_logits)
sum = function(rows.sum_)
logsumexp = function(rows.logsumexp)
softmax_cross_entropy = function(rows.softmax_cross_entropy)

_power: Binary = function(rows.power)
_pow = function(rows.pow_)


def pow(x: Any, y: Any) -> Any:
    """X to the power y, as ``x**y``; a plain number as the exponent is a constant.

    >>> pow(Value(2.0), 3).data
    8.0
    """
    return _power(x, y) if isinstance(y, Value) or is_array(y) else _pow(x, y)


def _for_rules(row: Primitive) -> Callable[..., Any]:
    """The function as rules call it: the operands of an n-ary primitive one by one, as in every other mathematics."""
    return (lambda *operands: _mixed(row, operands)) if row.nary else function(row)


def _argmax(xs: Sequence[Any]) -> Any:
    here = watch()
    return argmax(xs) if here is None else here.argmax(xs)


def _take(xs: Sequence[Any], index: Any) -> Any:
    here = watch()
    return take(xs, index) if here is None else here.take(xs, index)


values = Mathematics(
    kind="Values",
    make=_for_rules,
    abs=abs,
    sum=sum,
    magnitude=lambda x: where(x >= 0.0, x, -x),
    where=where,
    argmax=_argmax,
    take=_take,
    pow=pow,
)
"""What a rule gets as ``m`` when its derivatives are to be differentiated again."""
