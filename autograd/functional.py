"""Derivatives of functions: grad, value_and_grad, jacobian, hessian, hvp and jvp.

Each call converts the numbers to differentiate with respect to into new leaves, runs the function, and walks the
recorded graph. Calls can be nested, because each call has its own leaves. The results are plain numbers if they depend
only on plain numbers. Otherwise (an argument is a Value, or the function uses a Value from outside) they are Values, so
that no dependence is lost. Inside ``no_grad()`` they are always plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import signature
from math import isfinite
from numbers import Real
from operator import index
from types import FunctionType
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from . import primitives as rows
from .backprop import ancestry, differentiable_partials, gradients, number_of, refuse_non_finite
from .real import name_of, real
from .recording import is_paused, recording
from .tree import leaves, tree_map
from .value import Value, unary
from .watch import watch

P = ParamSpec("P")
R = TypeVar("R")

_another = unary(rows.identity)
_derivatives: WeakKeyDictionary[Any, tuple[Any, int | Sequence[int], bool]] = WeakKeyDictionary()


def derivative_of(f: Any) -> tuple[Any, int | Sequence[int], bool] | None:
    """Describe a function that `grad` or `value_and_grad` returned; None for any other function.

    The description is the original function, ``argnums``, and whether the value is returned too. Callers that can
    differentiate in another way use it.

    >>> f = abs
    >>> derivative_of(grad(f)) == (f, 0, False)
    True
    """
    return _derivatives.get(f) if isinstance(f, FunctionType) else None


def grad(f: Callable[P, Any], argnums: int | Sequence[int] = 0) -> Callable[P, Any]:
    """Return a function that computes the derivative of ``f`` with respect to an argument.

    The argument is a number, or nested lists, tuples and dicts of numbers; the derivative has the same structure. With
    several ``argnums`` the result is a tuple.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    >>> grad(lambda p, x: p["w"] * x + p["b"])({"w": 2.0, "b": 1.0}, 5.0)
    {'w': 5.0, 'b': 1.0}
    """
    argnums = _checked(grad, f, argnums)
    both = value_and_grad(f, argnums)

    @wraps(f, assigned=("__name__", "__module__"), updated=())
    def gradient_of(*args: P.args, **kwargs: P.kwargs) -> Any:
        return both(*args, **kwargs)[1]

    _derivatives[gradient_of] = f, argnums, False
    return gradient_of


def value_and_grad(f: Callable[P, R], argnums: int | Sequence[int] = 0) -> Callable[P, tuple[R, Any]]:
    """Return a function that computes ``f``'s value and its derivative: see `grad`.

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
    (6.0, (3.0, 2.0))
    """
    argnums = _checked(value_and_grad, f, argnums)

    @wraps(f, assigned=("__name__", "__module__"), updated=())
    def value_and_gradient_of(*args: P.args, **kwargs: P.kwargs) -> tuple[R, Any]:
        run = _Run(f, args, kwargs, argnums)
        y = run.result
        if not isinstance(y, Real | Value) or isinstance(y, bool):
            raise TypeError(
                f"grad needs a function that returns one number, and {_called(f)} returned {type(y).__name__}; "
                f"for a function that returns several numbers use jacobian"
            )
        return run.plain(y), run.derivative(y)

    _derivatives[value_and_gradient_of] = f, argnums, True
    return value_and_gradient_of


def jacobian(f: Callable[P, Any], argnums: int | Sequence[int] = 0) -> Callable[P, Any]:
    """Return a function that computes the derivative of each number that ``f`` returns, in that number's position.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """
    argnums = _checked(jacobian, f, argnums)

    @wraps(f, assigned=("__name__", "__module__"), updated=())
    def jacobian_of(*args: P.args, **kwargs: P.kwargs) -> Any:
        run = _Run(f, args, kwargs, argnums)
        for path, y in leaves(run.result):
            if not isinstance(y, Real | Value) or isinstance(y, bool):
                raise TypeError(
                    f"jacobian needs a function that returns numbers, and {_called(f)} returned {y!r}"
                    + (f" at {path}" if path else "")
                )
        return tree_map(run.derivative, run.result)

    return jacobian_of


def hessian(f: Callable[P, Any], argnums: int | Sequence[int] = 0) -> Callable[P, Any]:
    """Return a function that computes the second derivatives of ``f``.

    For each number of the argument, the result has a structure like the argument.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    argnums = _checked(hessian, f, argnums)
    return jacobian(grad(f, argnums), argnums)


def jvp(f: Callable[..., R], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[R, Any]:
    """Return ``f(*primals)``, and its directional derivative along ``tangents``.

    This takes one forward walk, whatever the number of arguments.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)
    """
    _checked(jvp, f)
    along = _alike(primals, tangents)
    run = _Run(f, tuple(primals), {}, tuple(range(len(primals))))
    keeps_graph = run.open or run.held is not None or (not is_paused() and any(isinstance(t, Value) for t in along))
    moved: dict[Value, Any] = dict(zip(run.lifted, along, strict=True))
    with recording():
        for node in reversed(run.order):
            if node not in moved and any(isinstance(x, Value) and x in moved for x in node.operands):
                partials = differentiable_partials(node) if keeps_graph else node._partials
                moved[node] = _push_forward(node, moved, partials)

    def tangent(y: Any) -> Any:
        t = moved.get(y, 0.0) if isinstance(y, Value) else 0.0
        t = t if isinstance(t, Value) or not keeps_graph else Value(t)
        return t if run.held is None else run.held(t)

    return tree_map(run.plain, run.result), tree_map(tangent, run.result)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return the Hessian of ``f`` times ``tangents``, without computing the Hessian.

    The result is a tuple with one structure for each argument.

    >>> hvp(lambda x: x[0] ** 2 * x[1], ([2.0, 3.0],), ([1.0, 0.0],))
    ([6.0, 4.0],)
    """
    _checked(hvp, f)
    return jvp(grad(f, tuple(range(len(primals)))), primals, tangents)[1]


class _Run:
    """One call of a function on lifted arguments, and its results."""

    def __init__(
        self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], argnums: int | Sequence[int]
    ) -> None:
        paused = is_paused()
        start = Value(0.0)._serial
        chosen = _positions(f, args, argnums)
        self.lifted: list[Value] = []
        arguments = list(args)
        with recording():
            for i in chosen:
                for path, x in leaves(args[i]):  # check all of them before anything runs
                    if not isinstance(x, Value):
                        real(x, f"argument {i}{path} of {_called(f)}")
                arguments[i] = tree_map(self._lift, args[i])
            self.wrt = tuple([arguments[i] for i in chosen]) if not isinstance(argnums, int) else arguments[chosen[0]]
            self.result = f(*arguments, **kwargs)
        outputs = [y for _, y in leaves(self.result) if isinstance(y, Value)]
        here = watch()
        if here is not None:
            here.differentiated(outputs)
        self.held = here.held if here is not None and paused else None
        """In a recording, what makes a node of a number that is plain outside of one."""
        self.order = ancestry(*outputs, since=start)  # an older node depends on no argument
        self.open = not paused and any(node._serial < start for node in self.order)

    def _lift(self, x: Any) -> Value:
        self.lifted.append(_another(x) if isinstance(x, Value) else Value(x))
        return self.lifted[-1]

    def plain(self, y: Any) -> Any:
        """Return a result for the caller: a number, or a Value if it depends on Values from outside."""
        if self.open or not isinstance(y, Value):
            return y
        return self.held(y) if self.held is not None else y._data

    def derivative(self, y: Any) -> Any:
        if isinstance(y, Value):
            return gradients(y, self.wrt, create_graph=self.open)
        return tree_map(lambda x: 0.0, self.wrt)  # a constant


def _push_forward(node: Value, moved: dict[Value, Any], partials: Sequence[Any]) -> Any:
    """Return the tangent of a node, given those of its operands: the chain rule, forward."""
    total: Any = None
    for i, (x, partial) in enumerate(zip(node.operands, partials, strict=True)):
        if isinstance(x, Value) and partial is not None and x in moved:
            term = partial * moved[x]
            if (here := watch()) is not None:
                term = here.settled(x, node, term, None)
            before, total = total, term if total is None else total + term
            if not isfinite(number_of(total)) and (before is None or isfinite(number_of(before))):
                refuse_non_finite(node, i, number_of(moved[x]), number_of(partial))
    return total


def _checked(taking: Callable[..., Any], f: Any, argnums: Any = 0) -> Any:
    """Return the argnums as ints, after checking that ``f`` is a function."""
    what = taking.__name__
    if isinstance(f, Value):
        wrt = argnums if isinstance(argnums, list | tuple) else [argnums]
        x = ", ".join([v.label or "…" if isinstance(v, Value) else "x" for v in wrt])
        raise TypeError(
            f"{what} differentiates a function, and {name_of(f)} is a Value that is already computed: write "
            f"gradients({f.label or 'y'}, {f'[{x}]' if isinstance(argnums, list | tuple) else x}) for its derivatives"
        )
    if not callable(f):
        raise TypeError(f"{what} differentiates a function, and {name_of(f)} is of type {type(f).__name__}")
    try:
        return tuple([_position(n) for n in argnums]) if isinstance(argnums, list | tuple) else _position(argnums)
    except TypeError:
        advice = f"to differentiate at a point, call the function that {what} returns: {what}(f)(x)"
        if isinstance(argnums, str):
            names = list(signature(f).parameters)
            advice = f"{_called(f)} takes ({', '.join(names)})"
            advice += f": write argnums={names.index(argnums)}" if argnums in names else ""
        raise TypeError(
            f"argnums must be the arguments to differentiate with respect to, counted from 0, as in argnums=1 or "
            f"argnums=(0, 1), and {name_of(argnums)} is of type {type(argnums).__name__}; {advice}"
        ) from None


def _position(n: Any) -> int:
    if isinstance(n, bool | Value):
        raise TypeError
    return index(n)


def _positions(f: Callable[..., Any], args: tuple[Any, ...], argnums: int | Sequence[int]) -> list[int]:
    chosen = [argnums] if isinstance(argnums, int) else list(argnums)
    for i in chosen:
        if not -len(args) <= i < len(args):
            raise TypeError(
                f"{_called(f)} was called with {len(args)} positional arguments, so there is no argument {i} to "
                f"differentiate with respect to; pass it by position, or choose another with argnums="
            )
    return [i % len(args) for i in chosen]


def _alike(primals: Sequence[Any], tangents: Sequence[Any]) -> list[Any]:
    """Return the tangents as a flat list, after checking that they have the structure of the primals."""
    for what, given in ("primals", primals), ("tangents", tangents):
        if not isinstance(given, tuple | list):
            raise TypeError(f"{what} must be a tuple with an item for each argument, such as (x,); got {given!r}")
    here, there = list(leaves(tuple(primals))), list(leaves(tuple(tangents)))
    if [path for path, _ in here] != [path for path, _ in there]:
        raise ValueError(
            f"primals and tangents must have the same shape: there are {len(here)} numbers in {primals!r}, "
            f"and {len(there)} in {tangents!r}"
        )
    return [t if isinstance(t, Value) else real(t, f"tangents{path}") for path, t in there]


def _called(f: Callable[..., Any]) -> str:
    return getattr(f, "__name__", repr(f))
