"""The errors of the engine: each says what happened, with which numbers and names, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .primitives import Primitive


class NonFiniteError(ArithmeticError):
    """An operation or a backward pass turned finite numbers into inf or nan.

    ``primitive`` is the name of the operation, and ``operands`` are its numbers, so that a program can find the origin
    without parsing the message.

    >>> from autograd import Value, log
    >>> log(Value(0.0, label="p"))
    Traceback (most recent call last):
    autograd.errors.NonFiniteError: log(0.0) is -inf, where x is 'p': log is defined for x > 0
    """

    def __init__(self, message: str, *, primitive: str = "", operands: tuple[float, ...] = ()) -> None:
        super().__init__(message)
        self.primitive = primitive
        self.operands = operands

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (str(self), self.primitive, self.operands)


def _rebuild(message: str, primitive: str, operands: tuple[float, ...]) -> NonFiniteError:
    return NonFiniteError(message, primitive=primitive, operands=operands)


class GraphError(RuntimeError):
    """The graph was not recorded, does not contain the requested node, or its numbers were changed.

    >>> from autograd import Value, no_grad
    >>> with no_grad():
    ...     y = Value(2.0) * 3
    >>> y.backward()
    Traceback (most recent call last):
    autograd.errors.GraphError: Value(6.0, grad=0.0, op='mul') was computed under no_grad(), so its graph was not ...
    """


def non_finite(row: Primitive, numbers: Sequence[float], labels: Sequence[str | None], value: float) -> NonFiniteError:
    """Return the error for an operation whose operands are finite and whose value is not."""
    if row.domain.contains(*numbers):
        reason = "the result is too large for a float64"
    else:
        reason = f"{row.name} is defined for {row.domain.text}"
    return NonFiniteError(
        f"{call(row, numbers)} is {value}{where_names(row, labels)}: {reason}",
        primitive=row.name,
        operands=tuple(numbers),
    )


def call(row: Primitive, numbers: Sequence[float]) -> str:
    """Write an operation as a call: ``log(0.0)``."""
    return f"{row.name}({', '.join(map(repr, numbers[:6]))}{', …' if len(numbers) > 6 else ''})"


def where_names(row: Primitive, labels: Sequence[str | None]) -> str:
    """Write the labels of the operands: ``, where x is 'p'``."""
    called = [f"{row.operand_name(i, len(labels))} is {label!r}" for i, label in enumerate(labels) if label]
    return f", where {', '.join(called)}" if called else ""


class FrozenError(TypeError):
    """A compiled function depends on a number in a way that the recording does not capture.

    >>> from autograd import compile
    >>> compile(lambda x: x if x > 0 else 0.0)(1.0)
    Traceback (most recent call last):
    autograd.errors.FrozenError: the function decides by a number here, as in `if x > 0`, and a compiled function is ...
    """
