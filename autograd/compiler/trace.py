"""Recording a function: it runs once, on Values, and what it decides by their numbers is recorded or refused.

Numbers, lists, tuples, dicts and arrays of numbers become Values in the same places. An array may also be given to
`autograd.vmap` as a batch; it then stands for a single sample, of which the batch is one more axis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import primitives as rows
from ..errors import FrozenError
from ..recording import recording
from ..tree import leaves, tree_map
from ..value import Value, apply
from ..watch import watched_by
from .array_argument import Argument
from .condition import Condition
from .lanes import Axis, Lanes
from .own_rows import ARGMAX, EQUAL, HELD, LANE_SUM, LESS, LESS_EQUAL, TAKE
from .spared import RuleParts

_NO_INDEX = ("only integers", "arrays used as indices")  # what NumPy says of a Value, and of an array of Values


class Trace:
    """One recording of a function: its watch, and what it left."""

    def __init__(self) -> None:
        self.start = Value(0.0)._serial
        self.summed: dict[Value, Axis] = {}
        """The sums over a batch, each with its axis."""
        self.constants: list[Argument] = []
        """Arrays that the function brought along and gave to vmap."""
        self.axes: list[Axis] = []
        self.differentiated_ones: list[Value] = []
        """What derivatives were taken of: log(−1) is undefined, although the derivative of log in −1 is a number."""
        self.rule_parts = RuleParts()
        self._in_rule = False
        self._inside = 0
        self._samples: set[Value] = set()
        """What stands for a sample in a vmap inside of another: nodes of its own, apart from the outer sample."""
        self._axis_of: dict[Value, Axis | None] = {}
        self._dependent: dict[Value, bool] = {}
        self.inputs: set[Value] = set()
        """The Values that stand for arguments, or for parts of them."""

    def run(self, f: Callable[..., Any], args: Sequence[Any]) -> Any:
        """What the function returns for these arguments, which hold Values and Arguments."""
        with recording(), watched_by(self):
            try:
                return f(*args)
            except IndexError as error:
                if not str(error).startswith(_NO_INDEX):
                    raise
                raise FrozenError(
                    "an index that is computed from the arguments would be frozen: a compiled function is recorded "
                    "once, and would take the same entry for ever. Write autograd.sum([autograd.where(i == k, x, 0.0) "
                    "for k, x in enumerate(xs)]) for xs[i]; or have the function use an index from outside, which is "
                    "no argument"
                ) from error

    def close(self) -> None:
        """Let go of the recording."""
        self.forget()
        self.constants, self.axes = [], []
        self.summed, self.inputs, self._samples = {}, set(), set()
        self.rule_parts = RuleParts()

    def forget(self) -> None:
        """Forget what was found out about Values on the way."""
        self._axis_of, self._dependent = {}, {}

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
        returned = any(_some(lambda x: isinstance(x, Lanes), args[i]) for i in batches)
        if self._inside and not returned:
            return NotImplemented  # a batch inside of a batch is written out
        if not all(self._is_batch(args[i]) for i in batches):
            if returned:
                raise FrozenError("vmap was given the result of another vmap beside a list: pass the list as an array")
            return NotImplemented
        axis = Axis(self.values(1.0))
        self.axes.append(axis)
        row = [_map_batch(lambda x: self._lane(x, axis), x) if i in batches else x for i, x in enumerate(args)]
        own: set[Value] = set()
        if self._inside:
            row = [tree_map(lambda x: self._sample(x, own), x) if i in batches else x for i, x in enumerate(row)]
        self._inside += 1
        try:
            result = f(*row)
        except Exception:
            if not any(_some(_is_nothing, args[i]) for i in batches):
                raise
            return NotImplemented  # no samples, of which nobody knows how many numbers they would have
        finally:
            self._inside -= 1
        if self._inside:
            self._refuse_mixture([x for _, x in leaves(result)], own)
        return _wrapped(self, result, axis)

    def _sample(self, x: Any, own: set[Value]) -> Any:
        if not isinstance(x, Value):
            return x
        made: Value = apply(rows.identity, (x,))
        own.add(made)
        self._samples.add(made)
        return made

    def _refuse_mixture(self, results: Sequence[Any], own: set[Value]) -> None:
        """Inside of a vmap, what is summed over a batch must be of the batch's own samples, and of no other one's."""
        if not all(self._sources(x) <= own for x in results):
            raise FrozenError(
                "inside of a vmap, a sample meets each of those of another vmap's result, and a compiled function has "
                "one sample of a batch at a time: have the inner vmap be over an array that was passed in, which is "
                "written out"
            )

    def _sources(self, v: Any) -> set[Value]:
        """The samples that a number of a batch is computed from."""
        todo, seen, found = [v], set(), set()
        while todo:
            node = todo.pop()
            if node in seen or self.axis_of(node) is None:
                continue
            seen.add(node)
            operands = [x for x in node.operands if isinstance(x, Value)]
            if node in self._samples or not operands:
                found.add(node)
            else:
                todo.extend(operands)
        return found

    def held(self, x: Any) -> Any:
        """A node for the number that is a constant for derivatives."""
        return apply(HELD, (x,))

    def settled(self, above: Value, below: Value, share: Any, root: Value | None) -> Any:
        """What a number of a batch hands to one that all samples share is the sum over the batch; but the derivative of
        what is a sample's own is its own.
        """
        axis = self.axis_of(above)
        if above.primitive is LANE_SUM and self.axis_of(root) is not None:
            raise FrozenError(
                "the derivative of what belongs to a sample goes through a sum over a batch, and so to every other "
                "sample of that: sum or average what is differentiated, or take jvp of it"
            )
        if axis is None or self.axis_of(below) is not None or self.axis_of(root) is not None:
            return share
        if self.axis_of(share) is None:
            return axis.root().count * share
        if self._inside:
            self._refuse_mixture([share], self._sources(above))
        total = apply(LANE_SUM, (share,))
        self.summed[total] = axis
        return total

    def differentiated(self, results: Sequence[Any]) -> None:
        """They are looked at when the program runs, also if nobody asks for more than their derivatives."""
        self.differentiated_ones += [y for y in results if self._depends(y)]

    def forgives(self, operands: Sequence[Any]) -> bool:
        """Not where all is constant: it would be so in every call. A part of a rule may be infinite there, too."""
        return self._in_rule or any(map(self._depends, operands))

    def of_rule(self, compute: Callable[..., Sequence[Any]], *args: Any) -> Sequence[Any]:
        """The value and the local derivatives of a row; what else is recorded for them is kept in mind as its parts."""
        before, self._in_rule = Value(0.0)._serial, True
        try:
            results = compute(*args)
        finally:
            self._in_rule = False
        self.rule_parts.add(before, Value(0.0)._serial, results[1:])
        return results

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

    def lifted(self, v: Value, axis: Axis) -> None:
        """A node has been made to differentiate by, and it is a sample's: it has a derivative for each."""
        self._axis_of.setdefault(v, axis)

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
            batch.lanes = self.values(array[0] if len(array) else np.ones(array.shape[1:])[()])
            self._axis_of.update(dict.fromkeys(np.ravel(np.array(batch.lanes, dtype=object)).tolist(), axis))
        return batch.lanes

    def _depends(self, v: Any) -> bool:
        """Whether a number depends on an argument, or on a Value that was there before."""
        known = self._dependent
        todo = [v] if isinstance(v, Value) else []
        while todo:
            node = todo[-1]
            if node not in known and (node._serial < self.start or node in self.inputs):
                known[node] = True
            waiting = [] if node in known else [x for x in node.operands if isinstance(x, Value) and x not in known]
            if waiting:
                todo.extend(waiting)
                continue
            if node not in known:
                known[node] = any(isinstance(x, Value) and known[x] for x in node.operands)
            todo.pop()
        return isinstance(v, Value) and known[v]

    def values(self, numbers: Any) -> Any:
        """Values that stand for a number, or for an array of them."""
        made = np.frompyfunc(lambda x: Value(float(x)), 1, 1)(numbers)
        new = np.ravel(made).tolist() if isinstance(made, np.ndarray) else [made]
        self.inputs.update(new)
        for v in new:
            v._serial = self.start  # an argument is older than all that is done with it, however late it is first used
        return made


def _is_nothing(batch: Any) -> bool:
    """Whether this is np.array([])."""
    array = batch.array if isinstance(batch, Argument) else batch
    return isinstance(array, np.ndarray) and array.shape == (0,)


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
