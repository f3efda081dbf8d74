"""What a program returns, computed by the engine: it says where a number went wrong, or finds that none did.

Nothing that is shared is written. Where a program has parameters, the function is recorded once more as it is written,
sample by sample, and what it recorded is computed again from the numbers that the call gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np

from ..arrays import array_of
from ..backprop import gradients
from ..errors import NonFiniteError
from ..recording import no_grad, recording
from ..tree import tree_map
from ..value import Value, apply
from ..watch import watched_by
from .arguments import applied
from .array_argument import Argument
from .build import Wanted
from .containers import mapped
from .own_rows import EQUAL, LESS, LESS_EQUAL, SELECT, TAKE
from .reading import recorded
from .structure import is_number
from .trace import Trace


def result_of(wanted: Wanted, args: Sequence[Any]) -> Any:
    """The result for these arguments."""
    offset = int(wanted.parameters is not None)
    numbers = args[0] if offset else ()
    theta = [Value(float(x), label=p.label) for x, p in zip(numbers, wanted.parameters or (), strict=True)]
    own = [mapped(x, _lifted) for x in args[offset:]]  # all of them, so that every operation is the engine's
    with recording():
        if wanted.argnums is None and not offset:
            return mapped(_with_plain_derivatives(applied(wanted.f), own), _plain)
        y = _recomputed(wanted, theta, own) if offset else applied(wanted.f)(*own)
        if wanted.argnums is None:
            return mapped(y, _plain)
        wrt = tuple([theta if n < offset else own[n - offset] for n in wanted.argnums])
        slopes = gradients(y, wrt) if isinstance(y, Value) else tree_map(lambda x: 0.0, wrt)
    slopes = tuple([np.array(s) if offset and n == 0 else s for n, s in zip(wanted.argnums, slopes, strict=True)])
    slope = slopes[0] if wanted.one else slopes
    return (_plain(y), slope) if wanted.value else slope


def _with_plain_derivatives(f: Callable[..., Any], args: Sequence[Any]) -> Any:
    """What the function returns, or the error that it raises of plain numbers: no graph is made of derivatives then.

    Where a rule breaks down on Values and not on numbers, that is no error.
    """
    try:
        return f(*args)
    except NonFiniteError as error:
        with no_grad():
            result = f(*args)
        if isinstance(error.__cause__, NonFiniteError):
            return result
        raise


def _recomputed(wanted: Wanted, theta: Sequence[Value], own: Sequence[Any]) -> Any:
    """What the function returns where its parameters are these Values."""
    trace = _Unrolled()
    assert wanted.parameters is not None
    trace.inputs.update(wanted.parameters)
    fresh: dict[Any, Any] = dict(zip(wanted.parameters, theta, strict=True))
    given: list[tuple[Argument, Any]] = []

    def stand_in(x: Any) -> Any:
        if isinstance(x, np.ndarray) and x.ndim:
            given.append((Argument(trace, _plain(x)), x))
            return given[-1][0]
        if isinstance(x, Value) or is_number(x):
            stand = trace.values(float(_plain(x)))
            fresh[stand] = x if isinstance(x, Value) else float(x)
            return stand
        return x

    result = trace.run(applied(wanted.f), [mapped(x, stand_in) for x in own])
    for argument, x in given:
        if argument.whole is not None:
            fresh.update(zip(argument.whole.ravel().tolist(), x.ravel().tolist(), strict=True))
    outputs: list[Value] = []
    mapped(result, lambda x: outputs.extend(v for v in np.ravel(_whole(x)) if isinstance(v, Value)))
    for node in recorded([*outputs, *trace.differentiated_ones]):
        if node not in fresh and node._serial > trace.start and node._a is not None:
            operands = [fresh.get(x, x) if isinstance(x, Value) else x for x in node.operands]
            # what is no more than a part of a rule may be infinite
            with watched_by(trace if node in trace.rule_parts else None):
                fresh[node] = _performed(node, operands)
    return mapped(result, lambda x: _replaced(_whole(x), fresh))


def _performed(node: Value, operands: list[Any]) -> Any:
    """The operation of a node on other operands; of a choice, what is chosen."""
    row = node.primitive
    if row is SELECT:
        condition, x, y = operands
        return x if _plain(condition) > 0.0 else y
    if row is TAKE:
        return operands[int(_plain(operands[-1]))]
    if row in (LESS, LESS_EQUAL, EQUAL):
        operands = list(map(_plain, operands))
    assert row is not None
    made = apply(row, operands)
    if isinstance(made, Value):
        made.label = node.label
    return made


class _Unrolled(Trace):
    """A recording in which a batch is written out, sample after sample, as it is eagerly."""

    def over_batch(self, f: Any, args: Sequence[Any], batches: Sequence[int]) -> Any:
        """A plain loop."""
        return NotImplemented


class _Number(Value):
    """An argument: also good where the engine takes a plain number only, such as the class of a sample."""

    __slots__ = ()

    def __float__(self) -> float:  # type: ignore[override]  # as the number that was passed
        return self._data


Real.register(_Number)


def _lifted(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        return array_of([_Number(float(v)) for v in x.flat], x.shape) if x.ndim else _Number(float(x))
    return _Number(float(x)) if is_number(x) else x


def _whole(x: Any) -> Any:
    return x.materialise() if isinstance(x, Argument) else x


def _plain(x: Any) -> Any:
    if isinstance(x, np.ndarray) and x.dtype == object:
        return array_of([mapped(v, _plain) for v in x.flat], x.shape)  # of numbers, or of derivatives in a structure
    return x._data if isinstance(x, Value) else x


def _replaced(x: Any, fresh: dict[Any, Any]) -> Any:
    if isinstance(x, np.ndarray):
        return array_of([fresh.get(v, v) if isinstance(v, Value) else v for v in x.flat], x.shape)
    return fresh.get(x, x) if isinstance(x, Value) else x
