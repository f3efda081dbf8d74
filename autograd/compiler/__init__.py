"""Compile: a function that is written one number at a time, run at the speed of NumPy.

`compile` records the function once, finds the matrix products in what it recorded, and writes a program of them.
"""

from __future__ import annotations

import builtins
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from inspect import signature
from threading import RLock, local
from typing import Any

import numpy as np

from ..backprop import gradients
from ..errors import NonFiniteError
from ..primitives import table
from ..recording import no_grad
from ..tree import tree_map
from ..value import Value
from .arguments import is_number, structure
from .build import Build, Plan, Wanted
from .explain import Explanation

__all__ = ["Program", "compile"]


def compile(f: Callable[..., Any], *, parameters: Any = None, dtype: str = "float64") -> Program:
    """The function as a program over NumPy arrays: it takes what ``f`` takes, and returns what ``f`` returns.

    ``f`` is a function of numbers and of nested lists, tuples, dicts and arrays of them; `value_and_grad`, `grad`,
    `hessian` and the like of a function will do. An array that ``f`` gives to `vmap` is a batch of any size.

    Values from outside that ``f`` uses, such as the weights of a model, are read anew at every call. Name them in
    ``parameters`` (a list of Values, or a model that has ``parameters()``), and the program has one more argument, the
    first: a vector of their numbers, by which `value_and_grad` then differentiates.

    What it adds up in another order than you wrote is told in docs/explanation/sums-in-programs.md: long sums of alike
    terms, and nothing else. With ``dtype="float32"`` it is faster and good to about six digits.

    >>> from autograd import value_and_grad
    >>> f = compile(value_and_grad(lambda w, x: (w[0] * x + w[1]) ** 2))
    >>> f([2.0, 1.0], 3.0)
    (49.0, [42.0, 14.0])
    """
    return Program(f, parameters, dtype)


class Program:
    """A compiled function; see `compile`.

    >>> f = compile(lambda xs: sum([x * x for x in xs]))
    >>> f([1.0, 2.0]), f([1.0, 2.0, 3.0])
    (5.0, 14.0)
    """

    def __init__(self, f: Callable[..., Any], parameters: Any, dtype: str) -> None:
        if not callable(f):
            raise TypeError(f"compile needs a function, and this is {f!r}")
        if dtype not in ("float64", "float32"):
            raise ValueError(f"dtype is 'float64' or 'float32', and not {dtype!r}")
        inner, argnums, value = getattr(f, "differentiates", (f, None, True))
        name = getattr(inner, "__name__", type(inner).__name__)
        numbers = (argnums,) if isinstance(argnums, int) else None if argnums is None else tuple(argnums)
        known_as = _free_name(name) if name.isidentifier() else "program"
        one = isinstance(argnums, int)
        self._wanted = Wanted(inner, name, known_as, _values(parameters), numbers, one, value, dtype)
        self._names = _argument_names(inner)
        self._plans: dict[Any, Plan] = {}
        self._known: dict[Any, Plan] = {}
        """The plan for each exact structure that was met; several sizes of a batch share one."""
        self._runs = local()
        """Buffers belong to a thread."""
        self._recording = RLock()
        self._last: Plan | None = None
        self.__name__ = name
        self.__doc__ = inner.__doc__

    # --- calling ------------------------------------------------------------------------------------------------------

    def __call__(self, *args: Any, **named: Any) -> Any:
        """What the function returns for these arguments."""
        if named:
            args = self._by_position(args, named)
        key = tuple([(x.shape, x.dtype.kind) if type(x) is np.ndarray else structure(x) for x in args])
        try:
            runs = self._runs.known
        except AttributeError:
            runs = self._runs.known = {}
        found = runs.get(key)
        if found is None:
            with self._recording:  # one thread at a time
                plan = self._known.get(key)
                if plan is None:
                    plan = self._known[key] = self._planned(args, key)
            found = runs[key] = plan, self._prepared(plan, args, runs)
        plan, run = found
        self._last = plan
        given = (*args, [v._data for v in plan.captured]) if plan.captured else args
        try:
            if not plan.alarming:
                with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
                    return run(*given)
        except ArithmeticError:
            pass
        except ValueError:  # what math says of log(−1)
            if not plan.on_floats and not plan.code.helpers:
                raise
        if not plan.on_floats:
            found = _unflagged(run, given)
            plan.alarming = bool(found)
            if found:
                return found[0]
        return self._eagerly(args, plan)

    def _by_position(self, args: Sequence[Any], named: Mapping[str, Any]) -> tuple[Any, ...]:
        offset = int(self._wanted.parameters is not None)
        bound = signature(self._wanted.f).bind(*args[offset:], **named)
        if bound.kwargs:
            raise TypeError(f"a program takes arguments by position, and {', '.join(bound.kwargs)} cannot be given so")
        return (*args[:offset], *bound.args)

    def _planned(self, args: Sequence[Any], key: Any) -> Plan:
        offset = int(self._wanted.parameters is not None)
        if offset:
            self._check_theta(args)
        own = args[offset:]
        for known, plan in self._plans.items():
            if known == loosened(own, plan.free):
                return plan
        names = [self._names(i) for i in range(len(args) - offset)]
        plan = Build(self._wanted_of(args), own, names).plan()
        self._plans[loosened(own, plan.free)] = plan
        return plan

    def _wanted_of(self, args: Sequence[Any]) -> Wanted:
        """What is wanted, with the arguments to differentiate by counted from the front."""
        if self._wanted.argnums is None:
            return self._wanted
        for n in self._wanted.argnums:
            if not -len(args) <= n < len(args):
                raise TypeError(
                    f"{self.__name__} was called with {len(args)} arguments, so there is no argument {n} to "
                    f"differentiate by; choose another with argnums="
                )
        return replace(self._wanted, argnums=tuple([n % len(args) for n in self._wanted.argnums]))

    def _prepared(self, plan: Plan, args: Sequence[Any], runs: dict[Any, Any]) -> Any:
        sizes = []
        for batch in plan.sizes:
            found = {path: find(args) for path, find in batch}
            if len(set(found.values())) > 1:
                told = ", ".join(f"{path} has {size}" for path, size in found.items())
                raise ValueError(f"a batch has the same number of samples in every array: {told}")
            sizes.append(next(iter(found.values())))
        if len(runs) > 16:  # buffers of sizes that do not come back
            runs.clear()
        with np.errstate(all="ignore"):  # the mean of no samples is refused when it is asked for
            return plan.prepare(*sizes)

    def _check_theta(self, args: Sequence[Any]) -> None:
        count = len(self._wanted.parameters or ())
        if not args or np.shape(args[0]) != (count,) or np.asarray(args[0]).dtype.kind not in "fiu":
            got = f"an array of shape {np.shape(args[0])} of {np.asarray(args[0]).dtype}" if args else "nothing"
            raise TypeError(
                f"the first argument is the vector of the {count} parameters, as theta() gives it, and here is {got}"
            )

    def _eagerly(self, args: Sequence[Any], plan: Plan) -> Any:
        """The same by the engine itself, which says where a number went wrong, or finds that none did."""
        wanted = self._wanted_of(args)
        parameters = list(wanted.parameters or ())
        before = [p._data for p in parameters]
        offset = int(wanted.parameters is not None)
        try:
            if offset:
                for p, x in zip(parameters, args[0], strict=True):
                    p._data = float(x)
            own = list(args[offset:])
            if wanted.argnums is None:
                lifted = [tree_map(_lifted, x) for x in own]
                return plan.shaped(tree_map(_plain, _with_plain_derivatives(wanted.f, lifted)))
            wrt: list[Any] = []
            for n in wanted.argnums:
                if n < offset:
                    wrt.append(parameters)
                else:
                    own[n - offset] = tree_map(_lifted, own[n - offset])
                    wrt.append(own[n - offset])
            y = wanted.f(*own)
            slopes = gradients(y, tuple(wrt)) if isinstance(y, Value) else tree_map(lambda x: 0.0, tuple(wrt))
            slopes = tuple(
                [np.array(s) if offset and n == 0 else s for n, s in zip(wanted.argnums, slopes, strict=True)]
            )
            slope = slopes[0] if wanted.one else slopes
            return (_plain(y), slope) if wanted.value else slope
        finally:
            for p, x in zip(parameters, before, strict=True):
                p._data = x

    # --- parameters ---------------------------------------------------------------------------------------------------

    @property
    def parameters(self) -> tuple[Value, ...]:
        """The Values whose numbers are the first argument."""
        return tuple(self._wanted.parameters or ())

    def theta(self) -> Any:
        """The numbers of the parameters now, as a vector.

        >>> w = Value(3.0)
        >>> compile(lambda x: w * x, parameters=[w]).theta()
        array([3.])
        """
        return np.array([p._data for p in self.parameters])

    def put(self, theta: Any) -> None:
        """Write numbers back into the parameters.

        >>> w = Value(3.0)
        >>> compile(lambda x: w * x, parameters=[w]).put([4.0])
        >>> w.data
        4.0
        """
        self._check_theta([theta])
        for p, x in zip(self.parameters, theta, strict=True):
            p.data = float(x)

    # --- looking inside -----------------------------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The program that ran last, as Python that can be read, and run on its own.

        >>> f = compile(lambda x: x * x + 1)
        >>> _ = f(2.0)
        >>> print(f.source.split("def ")[1].splitlines()[1].strip())
        v0 = float(x)
        """
        return self._of_last_call().source

    def explain(self) -> Explanation:
        """What was found in the function, and what was made of it.

        >>> f = compile(lambda x: x * x + 1)
        >>> _ = f(2.0)
        >>> print(f.explain().kind)
        straight-line Python
        """
        return Explanation(self.__name__, self._of_last_call())

    @property
    def recordings(self) -> int:
        """How many times the function was recorded: once for each structure of its arguments."""
        return len(self._plans)

    def _of_last_call(self) -> Plan:
        if self._last is None:
            raise RuntimeError(
                f"{self.__name__} has not run yet, and what it becomes depends on what it is called with: call it once"
            )
        return self._last

    def __repr__(self) -> str:
        return f"<compiled {self.__name__}, {self.recordings} recording{'s' * (self.recordings != 1)}>"


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


def _unflagged(run: Callable[..., Any], given: Sequence[Any]) -> tuple[Any, ...]:
    """The result, alone in a tuple, if all numbers on the way to it are finite; the tuple is empty otherwise.

    NumPy's flags are heard too soon where `where` computes both of its sides, or an infinite part of a rule is right.
    """
    try:
        with np.errstate(all="ignore"):
            result = run(*given)
            return (result,) if all(np.isfinite(x).all() for x in run.numbers()) else ()  # type: ignore[attr-defined]
    except (ArithmeticError, ValueError):
        return ()


def loosened(args: Sequence[Any], free: frozenset[int]) -> Any:
    """The structure of arguments without the first size of the arrays that are free in it."""
    count = -1

    def look(tree: Any) -> Any:
        nonlocal count
        if isinstance(tree, np.ndarray) and tree.ndim:
            count += 1
            return (tree.dtype.kind, "any" if count in free else tree.shape[0], *tree.shape[1:])
        if isinstance(tree, Mapping):
            return (dict, *[(key, look(branch)) for key, branch in tree.items()])
        if isinstance(tree, list | tuple):
            return (type(tree), *[look(branch) for branch in tree])
        return structure(tree)

    return look(args)


def _lifted(x: Any) -> Any:
    return Value(float(x)) if is_number(x) else x


def _plain(x: Any) -> Any:
    return x._data if isinstance(x, Value) else x


def _values(parameters: Any) -> list[Value] | None:
    if parameters is None:
        return None
    found = parameters.parameters() if hasattr(parameters, "parameters") else parameters
    values = list(found)
    for i, p in enumerate(values):
        if not isinstance(p, Value):
            raise TypeError(f"parameters are Values, and number {i} is {p!r}")
    if len(set(values)) != len(values):
        raise ValueError("a Value stands twice among the parameters")
    return values


def _argument_names(f: Callable[..., Any]) -> Callable[[int], str]:
    """What to call each argument in the source."""
    try:
        parameters = [
            p.name for p in signature(f).parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        parameters = []
    return lambda i: _free_name(parameters[i]) if i < len(parameters) else f"argument{i}_"


_OURS = re.compile(
    r"d?[VH]|.*\dT?_?|np|runs?|prepare|program|result|captured|keys|ok|theta|lanes|sizes|dtype|strided|log_largest|log_smallest"
)


def _free_name(name: str) -> str:
    """The name of an argument, unless the program has another use for it."""
    taken = _OURS.fullmatch(name) or any(hasattr(place, name) for place in (math, builtins)) or name in table
    return f"{name}_" if taken else name
