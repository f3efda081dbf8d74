"""The subject of `check_grads`: a function, the numbers that it is called with, and their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from inspect import Parameter, signature
from math import inf, isfinite
from numbers import Real
from typing import Any

from ..backprop import ancestry, gradients
from ..real import real
from ..recording import no_grad, recording
from ..tree import leaves, tree_map
from ..value import Value
from .expressions import Expression

Order = tuple[int, ...]  # the numbers to differentiate with respect to, in turn; () is the function itself

_HALF_ULP = 2.0**-53  # relative error of each number; comparisons allow for ten times as much


class Subject:
    """A function of all the numbers in its arguments, and its derivatives by backprop.

    Numbers are converted to Values for the call. A Value among the arguments is passed unchanged and varied by setting
    its data, so the parameters of a model can be checked.
    """

    def __init__(self, f: Callable[..., Any], args: Any) -> None:
        if not callable(f):
            raise TypeError(f"check_grads needs a function, and got {f!r}")
        self.f = f
        self.name = "f" if isinstance(f, Expression) else getattr(f, "__name__", "f").replace("<lambda>", "f")
        if not isinstance(args, Mapping | tuple | list):
            raise TypeError(
                f"check_grads takes the arguments of {self.name} as a tuple, such as (x,) for one argument, "
                f"or by name in a dict; got {args!r}"
            )
        self.args = args
        self.names: list[str] = []
        self.leaves: list[Any] = []
        self.point: list[float] = []
        for argument, called in _arguments(self.name, f, args):
            for path, x in leaves(argument, called):
                label = f" ({x.label})" if isinstance(x, Value) and x.label and x.label != path else ""
                self.names.append(path + label)
                self.leaves.append(x)
                self.point.append(x.data if isinstance(x, Value) else real(x, f"check_grads: {path}"))
                if not isfinite(self.point[-1]):
                    raise ValueError(f"check_grads needs finite numbers, and {path} is {self.point[-1]!r}")
        if not self.point:
            raise ValueError(f"check_grads: there is no number among the arguments of {self.name}, {args!r}")

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Restore the data of the Values among the arguments on exit."""
        try:
            yield
        finally:
            for leaf, x in zip(self.leaves, self.point, strict=True):
                if isinstance(leaf, Value):
                    leaf.data = x

    def results(self, point: Sequence[float], orders: Sequence[Order]) -> list[float]:
        """Return the derivative of each order, all of one length; for () the result of the function."""
        if not orders[0]:
            with no_grad():
                return [self._call(point)[0].data]
        heads = list(dict.fromkeys(order[:-1] for order in orders))
        rows = dict(zip(heads, self.slopes(point, heads), strict=True))
        return [rows[order[:-1]][order[-1]] for order in orders]

    def slopes(self, point: Sequence[float], orders: Sequence[Order]) -> list[list[float]]:
        """Return the gradient of each order's derivative: for () the gradient, for (i,) a row of the Hessian, …"""
        with recording():
            known, numbers = self._recorded(point, orders)
            return [gradients(known[order], numbers) for order in orders]

    def doubts(self, orders: Sequence[Order], along: int) -> tuple[list[float], list[float]]:
        """Bound the rounding error of each order's derivative, and of its next derivative along a number."""
        with recording():
            return self._rounding(orders), self._rounding([(*order, along) for order in orders])

    def _rounding(self, orders: Sequence[Order]) -> list[float]:
        """Bound the rounding errors to first order: half an ulp of each node, times the result's derivative there."""
        known, _ = self._recorded(self.point, orders)
        found = []
        for order in orders:
            nodes = [node for node in ancestry(known[order]) if node.operands]
            try:
                slopes = gradients(known[order], nodes)
            except ArithmeticError:  # too large for a float64
                found.append(inf)
            else:
                found.append(_HALF_ULP * sum([abs(d * node.data) for d, node in zip(slopes, nodes, strict=True)]))
        return found

    def _recorded(self, point: Sequence[float], orders: Sequence[Order]) -> tuple[dict[Order, Value], list[Value]]:
        """Return the derivative of each order as a Value, and the Values of the numbers."""
        y, numbers = self._call(point)
        known: dict[Order, Value] = {(): y}
        for order in orders:
            for end in range(len(order)):
                head = order[:end]
                if (*head, 0) not in known:
                    along = gradients(known[head], numbers, create_graph=True)
                    known.update({(*head, i): slope for i, slope in enumerate(along)})
        return known, numbers

    def curve(self, orders: Sequence[Order], along: int) -> Callable[[float], list[float] | None]:
        """Return the results as a function of one number, which returns None where a result is not finite."""

        def results(x: float) -> list[float] | None:
            try:
                found = self.results([*self.point[:along], x, *self.point[along + 1 :]], orders)
            except ArithmeticError:
                return None
            return found if all(map(isfinite, found)) else None

        return results

    def _call(self, point: Sequence[float]) -> tuple[Value, list[Value]]:
        numbers: list[Value] = []

        def lifted(leaf: Any) -> Value:
            x = point[len(numbers)]
            if isinstance(leaf, Value):
                leaf.data = x
            numbers.append(leaf if isinstance(leaf, Value) else Value(x))
            return numbers[-1]

        if isinstance(self.args, Mapping):
            y = self.f(**tree_map(lifted, self.args))
        else:
            y = self.f(*tree_map(lifted, tuple(self.args)))
        if isinstance(y, Value):
            return y, numbers
        if not isinstance(y, Real) or isinstance(y, bool):
            raise TypeError(
                f"check_grads needs a function that returns one number, and {self.name} returned {y!r} of type "
                f"{type(y).__name__}; check one number at a time, as in lambda x: {self.name}(x)[0]"
            )
        return Value(real(y, self.name)), numbers


def _arguments(name: str, f: Callable[..., Any], args: Any) -> list[tuple[Any, str]]:
    """Return each argument with the name of its parameter."""
    if isinstance(f, Expression):
        parameters, last = list(f.variables), None
    else:
        try:
            known = signature(f).parameters.values()
        except ValueError:  # for instance for a builtin
            known = ()  # type: ignore[assignment]
        parameters = [p.name for p in known if p.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)]
        last = next((p.name for p in known if p.kind is Parameter.VAR_POSITIONAL), None if known else "args")
        if isinstance(args, Mapping):
            parameters += [p.name for p in known if p.kind is Parameter.KEYWORD_ONLY]
            if known and not any(p.kind is Parameter.VAR_KEYWORD for p in known):
                for key in args:
                    if key not in parameters:
                        raise TypeError(f"{name} takes ({', '.join(parameters)}), and has no argument {key!r}")
    if isinstance(args, Mapping):
        return [(argument, str(key)) for key, argument in args.items()]
    if len(args) > len(parameters) and last is None:
        raise TypeError(f"{name} takes ({', '.join(parameters)}), but check_grads was given {len(args)} arguments")
    called = [*parameters, *[f"{last}[{i}]" for i in range(len(args) - len(parameters))]]
    return list(zip(args, called, strict=False))
