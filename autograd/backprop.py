"""The walk: backpropagation from a root through every node that it was computed from.

An operand is always older than the nodes computed from it. So the nodes below a root, sorted newest first, are in
reverse topological order: when the walk reaches a node, its derivative is complete.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial as partially
from itertools import zip_longest
from math import isfinite
from operator import attrgetter
from typing import Any, Literal, overload

from .calls import values
from .errors import GraphError, NonFiniteError, call, where_names
from .primitives import Primitive
from .real import real
from .recording import recording
from .tree import leaves, tree_map
from .value import Number, Value
from .watch import watch

_serial = attrgetter("_serial")
_set_grad: Callable[[Value, float], None] = Value.__dict__["_grad"].__set__
_in_one_go: Callable[[Any], None] = deque(
    maxlen=0
).extend  # runs to its end before a signal is handled or another thread runs


def ancestry(*roots: Value, since: int = -1) -> list[Value]:
    """Return the roots and all nodes below them, each once, newest first.

    The walk does not go below a node that is older than the serial ``since``. Such a node is still in the list.

    >>> x = Value(2.0)
    >>> y = x * x
    >>> ancestry(y) == [y, x]
    True
    """
    order = list(dict.fromkeys(roots))
    seen = set(order)
    for node in order:  # the loop appends to it
        if node._serial < since:
            continue
        a = node._a
        if type(a) is tuple:
            if seen.issuperset(a):  # the common case: the neurons of a layer share their inputs
                continue
            for operand, partial in zip(a, node._da, strict=True):
                if partial is not None and operand not in seen:
                    seen.add(operand)
                    order.append(operand)
        else:
            if node._da is not None and a not in seen:
                seen.add(a)
                order.append(a)
            if node._db is not None and (b := node._b) not in seen:
                seen.add(b)
                order.append(b)
    order.sort(key=_serial, reverse=True)
    return order


def backward(root: Value, seed: float = 1.0) -> None:
    """Add the derivative of root with respect to each node below it to that node's ``.grad``: see `Value.backward`."""
    check_recorded(root)
    if (here := watch()) is not None:
        here.leave(root, ".backward(), and what it leaves in .grad,")
    seed = real(seed, "seed")
    order = ancestry(root)
    before = [node._grad for node in order]  # from earlier passes; not propagated again
    undo = map(_set_grad, order, before)
    try:  # after any exception, including Ctrl-C, every grad is restored
        if again := any(before):
            for node in order:
                node._grad = 0.0
        root._grad = seed
        _hand_down(order)
        for node in order:
            if node._a is None and not isfinite(node._grad):  # an inf or nan on the way reaches a leaf
                explain_non_finite(root, order, seed)
                break
        if again:
            _add(order, before)
    except BaseException:
        _in_one_go(undo)
        raise


def _hand_down(order: list[Value]) -> None:
    """Add each node's derivative, times the local derivative, to the grad of each operand."""
    for node in order:
        a = node._a
        if a is None:
            continue
        grad = node._grad
        if type(a) is tuple:
            if grad == 0.0 and isfinite(sum(filter(None, node._da))):
                continue  # a dead unit propagates nothing; but 0·∞ is nan, which must not be skipped
            for operand, partial in zip(a, node._da, strict=True):
                if partial is not None:
                    operand._grad += grad * partial
        else:
            if (partial := node._da) is not None:
                a._grad += grad * partial
            if (partial := node._db) is not None:
                node._b._grad += grad * partial


def _add(order: list[Value], before: list[float]) -> None:
    """Add the grads of earlier passes to those of this pass."""
    for node, old in zip(order, before, strict=True):
        if old:
            new = node._grad
            node._grad = total = old + new
            if total - total != 0.0 and isfinite(old) and isfinite(new):
                raise NonFiniteError(
                    f"the .grad of {node.label or 'a node'} is {old!r} from an earlier pass, and adding {new!r} is too "
                    f"large for a float64: set it to 0 between passes, for instance with zero_grad"
                )


@overload
def gradients(
    y: Value, wrt: Value, *, seed: float = ..., create_graph: Literal[False] = ..., strict: bool = ...
) -> float: ...
@overload
def gradients(
    y: Value, wrt: Value, *, seed: Number = ..., create_graph: Literal[True], strict: bool = ...
) -> Value: ...
@overload
def gradients(y: Value, wrt: Any, *, seed: Number = ..., create_graph: bool = ..., strict: bool = ...) -> Any: ...
def gradients(y: Value, wrt: Any, *, seed: Number = 1.0, create_graph: bool = False, strict: bool = False) -> Any:
    """Return the derivative of ``y`` with respect to each Value in ``wrt``, in the same structure as ``wrt``.

    ``.grad`` is not changed. ``wrt`` is a Value, or nested lists, tuples and dicts of Values, which need not be leaves.
    With ``create_graph`` the derivatives are Values, which can be differentiated again. If ``y`` does not depend on a
    Value, the derivative is 0, or an error if ``strict``. ``seed`` is the derivative that the walk starts with.

    >>> x, y = Value(2.0), Value(3.0)
    >>> gradients(x * x * y, {"x": x, "y": y})
    {'x': 12.0, 'y': 4.0}
    >>> slope = gradients(x**3, x, create_graph=True)
    >>> slope.data, gradients(slope, x)
    (12.0, 12.0)
    """
    check_recorded(y)
    targets = [_target(path, x) for path, x in leaves(wrt)]
    order = ancestry(y, since=min(map(_serial, targets), default=y._serial))  # an older node depends on no target
    if strict:
        _refuse_strangers(y, order, targets)
    needed = leading_to(targets, order)
    if create_graph or watch() is not None:  # a float would be frozen in the recording
        with recording():
            slope = _slopes(y, order, needed, seed, differentiable_partials)
            answer = tree_map(lambda x: _as_value(slope.get(x, 0.0)), wrt)
            if not create_graph and (here := watch()) is not None:
                answer = tree_map(here.held, answer)  # a number eagerly, through which no derivatives flow
    else:
        slope = _slopes(y, order, needed, real(seed, "seed"), _recorded_partials)
        answer = tree_map(lambda x: slope.get(x, 0.0), wrt)
    if not all(isfinite(number_of(slope.get(x, 0.0))) for x in targets):
        explain_non_finite(y, order, number_of(seed), needed)
    return answer


def leading_to(targets: Sequence[Value], order: list[Value]) -> set[Value]:
    """Return the targets and the nodes of ``order`` that depend on one of them."""
    needed = set(targets)
    oldest = min(map(_serial, targets), default=0)
    for node in reversed(order):
        if (
            node._serial > oldest
            and node not in needed
            and any(x in needed for x in node.operands if isinstance(x, Value))
        ):
            needed.add(node)
    return needed


def _slopes(
    y: Value, order: list[Value], needed: set[Value], seed: Number, partials_of: Callable[[Value], Sequence[Any]]
) -> dict[Value, Any]:
    """Return the derivative of y with respect to each needed node: floats, or Values if the partials are Values."""
    slope: dict[Value, Any] = {y: seed}
    here = watch()
    for node in order:
        if node._a is None or node not in needed or node not in slope:
            continue
        for operand, partial in zip(node.operands, partials_of(node), strict=True):
            if isinstance(operand, Value) and partial is not None and operand in needed:
                share = _times(slope[node], partial)
                if here is not None:
                    share = here.settled(node, operand, share, y)
                slope[operand] = slope[operand] + share if operand in slope else share
    return slope


_recorded_partials = attrgetter("_partials")


def differentiable_partials(node: Value) -> list[Any]:
    """Compute the local derivatives of a node again, as Values that depend on its operands."""
    row = node.primitive
    assert row is not None
    here = watch()
    compute = _on_values if here is None else partially(here.of_rule, _on_values)
    try:
        value, *partials = compute(row, node.operands)
    except NonFiniteError as error:
        operation = f"{call(row, _numbers(node))}{where_names(row, _labels(node))}"
        raise NonFiniteError(
            f"the derivative of {operation} cannot be differentiated again: {error}",
            primitive=row.name,
            operands=_numbers(node),
        ) from error
    numbers = value._data if isinstance(value, Value) else value, node._data
    if numbers[0] != numbers[1] and numbers[1] == numbers[1]:  # nan is not equal to itself
        raise GraphError(
            f"{row.name} was recorded with the value {numbers[1]!r}, and its operands now give {numbers[0]!r}: "
            f"the data of a node was changed after the graph was recorded. Compute {node.label or 'it'} again."
        )
    return [None if old is None else new for old, new in zip_longest(node._partials, partials)]


def _on_values(row: Primitive, operands: Sequence[Number]) -> Sequence[Any]:
    rule = row.on_values or row.rule
    try:
        return rule(values, *operands)
    except NonFiniteError:
        raise
    except (ArithmeticError, ValueError):  # from plain numbers; Values give inf, or an error that explains
        split = len(operands) - len(row.constants)
        return rule(values, *[_as_value(x) for x in operands[:split]], *operands[split:])


def _times(slope: Any, partial: Any) -> Any:
    """Return the product, without a new node if a factor is 1."""
    if type(partial) is float and partial == 1.0:
        return slope
    if type(slope) is float and slope == 1.0:
        return partial
    return slope * partial


def _as_value(x: Any) -> Value:
    return x if isinstance(x, Value) else Value(x)


def number_of(x: Number) -> float:
    """Return the number of a Value; return a plain number unchanged."""
    return x._data if isinstance(x, Value) else x


# --- clearing ---------------------------------------------------------------------------------------------------------


def zero_grad(values: Any) -> None:
    """Set ``.grad`` to 0 in Values and in all nodes that they were computed from.

    ``values`` is a Value, or nested lists, tuples and dicts of Values.

    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> zero_grad([x])
    >>> x.grad
    0.0
    """
    for node in ancestry(*[_target(path, x) for path, x in leaves(values)]):
        node._grad = 0.0


# --- errors -----------------------------------------------------------------------------------------------------------


def check_recorded(y: Any) -> None:
    """Raise an error if there is no graph to differentiate."""
    if not isinstance(y, Value):
        raise TypeError(
            f"there is nothing to differentiate: {y!r} is of type {type(y).__name__}, not a Value. "
            f"A result is a Value if it was computed from one."
        )
    if y.primitive is not None and y._a is None:
        raise GraphError(
            f"{y!r} was computed under no_grad(), so its graph was not recorded. "
            f"Compute it outside the no_grad() block."
        )


def _target(path: str, x: Any) -> Value:
    if not isinstance(x, Value):
        raise TypeError(
            f"derivatives are taken with respect to Values, and {f'the item at {path} ' if path else 'this '}"
            f"is {x!r} of type {type(x).__name__}. Make it a Value before you compute with it: x = Value({x!r})"
        )
    return x


def _refuse_strangers(y: Value, order: list[Value], targets: Sequence[Value]) -> None:
    known = set(order)
    for x in targets:
        if x not in known:
            raise GraphError(
                f"{y!r} was not computed from {x!r}, so the derivative would be 0, which strict=True does not allow. "
                f"Was x replaced (x = x - …) after y was computed, or x.data used in place of x?"
            )


def explain_non_finite(y: Value, order: list[Value], seed: float, needed: set[Value] | None = None) -> None:
    """Walk again, and raise an error for the first step that turns finite numbers into inf or nan.

    If there is none, the inf or nan was already in the graph or in the seed, and propagates as IEEE 754 specifies.
    """
    slope = {y: seed}
    for node in order:
        grad = slope.get(node, 0.0)
        if node._a is None or not isfinite(grad):
            continue
        for i, (operand, partial) in enumerate(zip(node.operands, node._partials, strict=True)):
            if partial is None or (needed is not None and operand not in needed):
                continue
            assert isinstance(operand, Value)
            before = slope.get(operand, 0.0)
            slope[operand] = before + grad * partial
            if isfinite(before) and not isfinite(slope[operand]):
                refuse_non_finite(node, i, grad, partial)


def refuse_non_finite(node: Value, i: int, factor: float, partial: float) -> None:
    """Raise an error if this step turned finite numbers into an infinite or undefined derivative."""
    row, numbers = node.primitive, _numbers(node)
    assert row is not None
    here = watch()
    forgiven = here is not None and here.forgives(node.operands)
    if forgiven or not (isfinite(factor) and all(map(isfinite, numbers))):
        return
    operation = f"{call(row, numbers)}{where_names(row, _labels(node))}"
    local = f"its derivative with respect to {row.operand_name(i, len(numbers))} is {partial!r}"
    if isfinite(partial):
        sum_ = ", added to the other paths," if isfinite(factor * partial) else ""
        local += f", and times {factor!r} from the rest of the chain{sum_} it is too large for a float64"
    raise NonFiniteError(f"backprop through {operation}: {local}", primitive=row.name, operands=numbers)


def _numbers(node: Value) -> tuple[float, ...]:
    return tuple(map(number_of, node.operands))


def _labels(node: Value) -> list[str | None]:
    return [x.label if isinstance(x, Value) else None for x in node.operands]
