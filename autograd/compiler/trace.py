"""Recording a function: it runs once, on Values, and what it decides by their numbers is recorded or refused.

Numbers, lists, tuples, dicts and arrays of numbers become Values in the same places. An array may also be given to
`autograd.vmap` as a batch; it then stands for a single sample, of which the batch is one more axis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from .. import functions
from ..errors import FrozenError
from ..primitives import make_row
from ..real import real
from ..recording import recording
from ..value import Value, apply
from ..watch import watched_by


def less(m: Any, a: Any, b: Any) -> Any:
    """1 where a < b, else 0."""
    return m.where(a < b, 1.0, 0.0), 0.0, 0.0


def less_equal(m: Any, a: Any, b: Any) -> Any:
    """1 where a ≤ b, else 0."""
    return m.where(a <= b, 1.0, 0.0), 0.0, 0.0


def equal(m: Any, a: Any, b: Any) -> Any:
    """1 where a = b, else 0."""
    return m.where(a == b, 1.0, 0.0), 0.0, 0.0


def select(m: Any, c: Any, x: Any, y: Any) -> Any:
    """X where c is not 0, else y."""
    here = c > 0.0
    return m.where(here, x, y), 0.0, m.where(here, 1.0, 0.0), m.where(here, 0.0, 1.0)


def argmax(m: Any, *xs: Any) -> Any:
    """The place of the largest."""
    return (m.argmax(xs), *([0.0] * len(xs)))


def take(m: Any, *both: Any) -> Any:
    """The number at a place, which is the last operand."""
    *xs, place = both
    return (m.take(xs, place), *[m.where(place == j, 1.0, 0.0) for j in range(len(xs))], 0.0)


def lane_sum(m: Any, x: Any) -> Any:
    """The sum over a batch. Recorded for one sample it is that sample's number."""
    return x, 1.0


# What only programs have: these rows are not in the table.
LESS, LESS_EQUAL, EQUAL = make_row(less), make_row(less_equal), make_row(equal)
SELECT, ARGMAX, TAKE = make_row(select), make_row(argmax), make_row(take)
LANE_SUM = make_row(lane_sum)


class Condition:
    """A comparison in a recorded function: a fact about numbers that are not known yet."""

    __slots__ = ("node",)

    def __init__(self, node: Any) -> None:
        self.node = node

    def where(self, x: Any, y: Any) -> Any:
        """X where it holds, else y: what `autograd.where` calls."""
        if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
            return np.frompyfunc(self.where, 2, 1)(x, y)
        return apply(SELECT, (self.node, x, y))

    def __bool__(self) -> NoReturn:
        raise FrozenError(
            "the function decides by a number here, as in `if x > 0`, and a compiled function is recorded once: the "
            "branch that is taken now would be taken for ever. Write autograd.where(x > 0, this, that), or maximum, "
            "minimum, abs or relu; to loop until something holds, loop outside of the compiled function"
        )

    def __and__(self, other: Any) -> Condition:
        return Condition(self.node * _truth(other))

    def __or__(self, other: Any) -> Condition:
        return Condition(functions.maximum(self.node, _truth(other)))

    __rand__, __ror__ = __and__, __or__

    def inverted(self) -> Condition:
        """Its opposite."""
        return Condition(1.0 - self.node)

    def __invert__(self) -> NoReturn:  # of a plain truth value Python makes −1 or −2
        raise FrozenError(
            "~ is no opposite of a condition: compare the other way round, or swap this and that in where"
        )

    def _arithmetic(self, *_: Any) -> NoReturn:
        raise FrozenError("a condition is no number: write autograd.where(condition, 1.0, 0.0) for one")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _arithmetic
    __xor__ = __rxor__ = __neg__ = __float__ = _arithmetic


def _truth(x: Any) -> Any:
    return x.node if isinstance(x, Condition) else float(bool(x))


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

    def of_batch(self, name: str) -> Any:
        """The sum over the batch; nothing else is taken over a batch of any size."""
        if name != "sum":
            self._refuse(f"autograd.{name} of it")
        return self._sum()

    def mean_of_batch(self) -> Any:
        """The mean over the batch."""
        return self._sum() * self.axis.root().inverse

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


class Argument(np.lib.mixins.NDArrayOperatorsMixin):
    """An array that was passed in: a batch if it is given to `vmap`, and for any other use an array of Values."""

    __array_priority__ = 1000.0

    def __init__(self, trace: Trace, array: Any) -> None:
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


class Trace:
    """One recording of a function: its watch, and what it left."""

    def __init__(self) -> None:
        self.start = Value(0.0)._serial
        self.summed: dict[Value, Axis] = {}
        """The sums over a batch, each with its axis."""
        self.constants: list[Argument] = []
        """Arrays that the function brought along and gave to vmap."""
        self.axes: list[Axis] = []
        self._inside = 0
        self._axis_of: dict[Value, Axis | None] = {}
        self.inputs: set[Value] = set()
        """The Values that stand for arguments, or for parts of them."""

    def run(self, f: Callable[..., Any], args: Sequence[Any]) -> Any:
        """What the function returns for these arguments, which hold Values and Arguments."""
        with recording(), watched_by(self):
            return f(*args)

    # --- what Values tell ---------------------------------------------------------------------------------------------

    def compare(self, sign: str, a: Any, b: Any) -> Any:
        """A node for a comparison of what is not known yet; the truth about constants."""
        if not (self._depends(a) or self._depends(b)):
            a, b = (x._data if isinstance(x, Value) else x for x in (a, b))
            return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[sign]
        if sign in (">", ">="):
            sign, a, b = {">": "<", ">=": "<="}[sign], b, a
        row = {"<": LESS, "<=": LESS_EQUAL}.get(sign, EQUAL)
        condition = Condition(apply(row, (a, b)))
        return condition.inverted() if sign == "!=" else condition

    def leave(self, v: Value, how: str) -> None:
        """An error, if the number depends on what is passed in or can change outside."""
        if self._depends(v):
            raise FrozenError(
                f"{how} of {v.label or 'a number'} that is computed from the arguments would be frozen: a compiled "
                f"function is recorded once, and this number would be the same for ever. Use the Value itself, and "
                f"value_and_grad or gradients for derivatives; or do this outside of the compiled function"
            )

    def argmax(self, xs: Sequence[Any]) -> Any:
        """A node for the place of the largest."""
        return apply(ARGMAX, xs)

    def take(self, xs: Sequence[Any], index: Any) -> Any:
        """A node for the number at a place."""
        return apply(TAKE, (*xs, index)) if isinstance(index, Value) else xs[int(index)]

    def over_batch(self, f: Callable[..., Any], args: Sequence[Any], batches: Sequence[int]) -> Any:
        """The function recorded for one sample of a batch; NotImplemented where the batch is written out."""
        if self._inside and any(isinstance(args[i], Argument) for i in batches):
            return NotImplemented  # a batch inside of a batch is written out
        if not all(self._is_batch(args[i]) for i in batches):
            if any(_some(lambda x: isinstance(x, Lanes), args[i]) for i in batches):
                raise FrozenError("vmap was given the result of another vmap beside a list: pass the list as an array")
            return NotImplemented
        axis = Axis(self.values(1.0))
        self.axes.append(axis)
        row = [_map_batch(lambda x: self._lane(x, axis), x) if i in batches else x for i, x in enumerate(args)]
        self._inside += 1
        try:
            return _wrapped(self, f(*row), axis)
        finally:
            self._inside -= 1

    def settled(self, above: Value, below: Value, share: Any, root: Value | None) -> Any:
        """What a number of a batch hands to one that all samples share is the sum over the batch; but the derivative of
        what is a sample's own is its own.
        """
        axis = self.axis_of(above)
        if axis is None or self.axis_of(below) is not None or self.axis_of(root) is not None:
            return share
        if self.axis_of(share) is None:
            return axis.root().count * share
        total = apply(LANE_SUM, (share,))
        self.summed[total] = axis
        return total

    def axis_of(self, v: Any) -> Axis | None:
        """The batch that a number belongs to."""
        if not isinstance(v, Value):
            return None
        todo = [v]
        while todo:
            node = todo[-1]
            if node in self._axis_of:
                todo.pop()
                continue
            operands = [x for x in node.operands if isinstance(x, Value)]
            waiting = [x for x in operands if x not in self._axis_of]
            if waiting and node._serial > self.start:
                todo.extend(waiting)
                continue
            axes = [a for x in operands if (a := self._axis_of.get(x)) is not None]
            self._axis_of[node] = None if node.primitive is LANE_SUM or not axes else axes[0]
            todo.pop()
        return self._axis_of[v]

    def _is_batch(self, tree: Any) -> bool:
        if isinstance(tree, Mapping):
            return all(map(self._is_batch, tree.values()))
        if isinstance(tree, tuple):
            return all(map(self._is_batch, tree))
        return isinstance(tree, Argument | Lanes) or (isinstance(tree, np.ndarray) and tree.dtype != object)

    def _lane(self, batch: Any, axis: Axis) -> Any:
        """One sample of a batch."""
        if isinstance(batch, np.ndarray):
            known = [c for c in self.constants if c.array is batch]
            if not known:
                self.constants.append(Argument(self, batch))
            batch = (known or self.constants[-1:])[0]
        if batch.axis is None:
            batch.axis = axis
        elif batch.axis.root() is not axis.root():
            axis.root().same = batch.axis.root()
        if isinstance(batch, Lanes):
            return batch.tree
        if batch.lanes is None:
            array = np.asarray(batch.array, dtype=float)
            if not len(array):
                raise ValueError("there is nothing to record of an empty batch: call it with at least one sample")
            batch.lanes = self.values(array[0])
            self._axis_of.update(dict.fromkeys(np.ravel(np.array(batch.lanes, dtype=object)).tolist(), axis))
        return batch.lanes

    def _depends(self, v: Any) -> bool:
        """Whether a number depends on an argument, or on a Value that was there before."""
        todo, seen = [v], set()
        while todo:
            node = todo.pop()
            if not isinstance(node, Value) or node in seen:
                continue
            seen.add(node)
            if node._serial < self.start or node in self.inputs:
                return True
            todo.extend(node.operands)
        return False

    def values(self, numbers: Any) -> Any:
        """Values that stand for a number, or for an array of them."""
        made = np.frompyfunc(lambda x: Value(float(x)), 1, 1)(numbers)
        self.inputs.update(np.ravel(made) if isinstance(made, np.ndarray) else [made])
        return made


def _wrapped(trace: Trace, result: Any, axis: Axis) -> Any:
    """The results of one sample as those of a batch, with tuples and dicts on the outside."""
    if isinstance(result, Mapping):
        return {key: _wrapped(trace, x, axis) for key, x in result.items()}
    if isinstance(result, tuple):
        parts = [_wrapped(trace, x, axis) for x in result]
        return type(result)(*parts) if hasattr(result, "_fields") else tuple(parts)
    return Lanes(trace, result, axis)


def _map_batch(function: Callable[[Any], Any], tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _map_batch(function, x) for key, x in tree.items()}
    if isinstance(tree, tuple):
        return tuple([_map_batch(function, x) for x in tree])
    return function(tree)


def _some(test: Callable[[Any], bool], tree: Any) -> bool:
    if isinstance(tree, Mapping):
        return any(_some(test, x) for x in tree.values())
    return any(_some(test, x) for x in tree) if isinstance(tree, tuple) else test(tree)
