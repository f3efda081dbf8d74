"""A compiled function: which of its programs a call is for, and what is prepared for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from inspect import signature
from sys import modules
from threading import RLock, local
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

from ..errors import FrozenError
from ..functional import derivative_of, grad, value_and_grad
from ..value import Value
from .arguments import Keywords
from .build import Build, Plan, Wanted
from .eager import result_of
from .explain import Explanation
from .names import Names, argument_names, called
from .structure import Whole, loosened, structure

P = ParamSpec("P")
R = TypeVar("R")

_BYTES = 1 << 28
"""How much memory the buffers of a thread may take, beside those of the two sizes that came last."""
_SIZES = 64


class Program(Whole, Generic[P, R]):
    """A compiled function; see `compile`.

    >>> f = compile(lambda xs: sum([x * x for x in xs]))
    >>> f([1.0, 2.0]), f([1.0, 2.0, 3.0])
    (5.0, 14.0)
    """

    __name__: str
    _made_of: tuple[Callable[..., Any], Any, str]
    _wanted: Wanted

    def __init__(self, f: Callable[..., Any], parameters: Any, dtype: str) -> None:
        if not callable(f):
            raise TypeError(f"compile needs a function, and this is {f!r}")
        if dtype not in ("float64", "float32"):
            raise ValueError(f"dtype is 'float64' or 'float32', and not {dtype!r}")
        if isinstance(f, Program):  # what it computes, compiled anew
            f, inherited, _ = f._made_of
            parameters = inherited if parameters is None else parameters
        inner, argnums, value = derivative_of(f) or (f, None, True)
        if isinstance(inner, Program):
            if inner._wanted.parameters is not None:
                raise TypeError(
                    f"{inner.__name__} is compiled already, with parameters: compile the derivative of the function "
                    f"itself, as in compile(value_and_grad({inner.__name__}), parameters=…)"
                )
            inner, _, _ = inner._made_of
        numbers = (argnums,) if isinstance(argnums, int) else None if argnums is None else tuple(argnums)
        names = Names()
        name = called(inner)
        one = isinstance(argnums, int)
        known_as = names.free(name, "program")
        self._wanted = Wanted(inner, name, known_as, _values(parameters), numbers, one, value, dtype)
        self._names = argument_names(inner, names)
        self._made_of = f, parameters, dtype
        self._free: dict[Any, dict[frozenset[int], None]] = {}
        """For each structure without the first sizes of arrays: of which arrays that size may be any."""
        self._plans: dict[Any, Plan] = {}
        """The plan for each structure without those sizes that may be any; several sizes of a batch share one."""
        self._prepared = _Prepared()
        self._recording = RLock()
        self._last: Plan | None = None
        self.__name__ = name
        self.__doc__ = inner.__doc__

    # --- calling ------------------------------------------------------------------------------------------------------

    def __call__(self, *args: P.args, **named: P.kwargs) -> R:
        """What the function returns for these arguments."""
        if named:
            args = self._by_position(args, named)  # type: ignore[assignment]
        key = tuple([(x.shape, x.dtype.kind) if type(x) is np.ndarray else structure(x) for x in args])
        found = self._prepared.runs.get(key)
        if found is None:
            with self._recording:  # one thread at a time
                plan = self._plan(args, key)
            found = plan, self._run(plan, args)
            self._prepared.keep(key, *found)
        plan, run = found
        self._last = plan
        given = (*args, [v._data for v in plan.captured]) if plan.captured else args
        try:
            if not plan.alarming:
                with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
                    return run(*given)  # type: ignore[no-any-return]
        except ArithmeticError:
            pass
        except ValueError:  # what math says of log(−1)
            if not plan.on_floats and not plan.code.helpers:
                raise
        if not plan.on_floats:
            result = _unflagged(run, given)
            plan.alarming = bool(result)
            if result:
                return result[0]  # type: ignore[no-any-return]
        return self._eagerly(args, plan)  # type: ignore[no-any-return]

    def _by_position(self, args: Sequence[Any], named: Mapping[str, Any]) -> tuple[Any, ...]:
        offset = int(self._wanted.parameters is not None)
        try:
            bound = signature(self._wanted.f).bind(*args[offset:], **named)
        except ValueError:  # a function without a signature
            return (*args, Keywords(named))
        by_name = (Keywords(bound.kwargs),) if bound.kwargs else ()
        return (*args[:offset], *bound.args, *by_name)

    def _plan(self, args: Sequence[Any], key: Any) -> Plan:
        offset = int(self._wanted.parameters is not None)
        if offset:
            self._check_theta(args)
        own = key[offset:]
        anyhow = loosened(own, None)
        for free in self._free.get(anyhow, ()):
            plan = self._plans.get(loosened(own, free))
            if plan is not None:
                return plan
        plan = self._recorded(args)
        self._free.setdefault(anyhow, {})[plan.free] = None
        self._plans[loosened(own, plan.free)] = plan
        return plan

    def _recorded(self, args: Sequence[Any]) -> Plan:
        """The plan of a recording. If the function keeps something that it made then, such as a parameter that is made
        when it is first needed, it is recorded again: what was kept is now a Value from outside.
        """
        plan, kept = self._record(args)
        if not kept():
            return plan
        first, (plan, kept) = plan.start, self._record(args)
        if not kept() or not any(first <= v._serial < plan.start for v in plan.captured):
            return plan
        second, (plan, kept) = plan.start, self._record(args)
        stale = [v for v in plan.captured if second <= v._serial < plan.start]
        if stale:
            raise FrozenError(
                f"{self.__name__} keeps {stale[-1]!r} from one call for the next, and a compiled function is recorded "
                f"once: that number would be the same for ever. Pass it in as an argument, and return the new one"
            )
        return plan

    def _record(self, args: Sequence[Any]) -> tuple[Plan, Callable[[], bool]]:
        own = args[int(self._wanted.parameters is not None) :]
        names = [self._names(i) if type(x) is not Keywords else "named0" for i, x in enumerate(own)]
        build = Build(self._wanted_of(args), own, names)
        return build.plan(), build.close()

    def _wanted_of(self, args: Sequence[Any]) -> Wanted:
        """What is wanted, with the arguments to differentiate by counted from the front."""
        if self._wanted.argnums is None:
            return self._wanted
        count = sum(type(x) is not Keywords for x in args)
        for n in self._wanted.argnums:
            if not -count <= n < count:
                raise TypeError(
                    f"{self.__name__} was called with {count} arguments, so there is no argument {n} to "
                    f"differentiate by; choose another with argnums="
                )
        return replace(self._wanted, argnums=tuple([n % count for n in self._wanted.argnums]))

    def _run(self, plan: Plan, args: Sequence[Any]) -> Callable[..., Any]:
        sizes = []
        for batch in plan.sizes:
            found = {path: find(args) for path, find in batch}
            if len(set(found.values())) > 1:
                told = ", ".join(f"{path} has {size}" for path, size in found.items())
                raise ValueError(f"a batch has the same number of samples in every array: {told}")
            sizes.append(next(iter(found.values())))
        with np.errstate(all="ignore"):  # the mean of no samples is refused when it is asked for
            return plan.prepare(*sizes)  # type: ignore[no-any-return]

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
        result = result_of(wanted, args)
        return plan.shaped(result) if wanted.argnums is None else result

    # --- copies -------------------------------------------------------------------------------------------------------

    def __copy__(self) -> Program[P, R]:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Program[P, R]:
        f, parameters, dtype = self._made_of
        twin = deepcopy(f, memo)  # a function is its own copy, and uses the Values that it used
        return self if twin is f else Program(twin, deepcopy(parameters, memo), dtype)

    def __reduce__(self) -> tuple[Any, ...]:
        f, parameters, dtype = self._made_of
        inner = self._wanted.f
        if parameters is not None and isinstance(inner, FunctionType) and _found_by_name(inner):
            raise TypeError(
                f"a pickle of this program would hold copies of its parameters, and {self.__name__} finds its own in "
                f"{inner.__module__}: pickle program.theta(), and compile {self.__name__} where you load that"
            )
        known = derivative_of(f)
        return _unpickled, (known or (f, None, True), parameters, dtype)

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


def _found_by_name(f: Any) -> bool:
    """Whether pickle stores the name of a function in the place of the function."""
    found: Any = modules.get(f.__module__)
    for name in f.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is f


def _unpickled(made_of: tuple[Any, Any, bool], parameters: Any, dtype: str) -> Program[..., Any]:
    inner, argnums, value = made_of
    if argnums is not None:
        inner = (value_and_grad if value else grad)(inner, argnums)
    return Program(inner, parameters, dtype)


class _Prepared(local):
    """The programs that are prepared, with their buffers, which belong to a thread."""

    def __init__(self) -> None:
        self.runs: dict[Any, tuple[Plan, Callable[..., Any]]] = {}
        self._bytes: dict[Any, int] = {}

    def keep(self, key: Any, plan: Plan, run: Callable[..., Any]) -> None:
        """Keep one more, and let go of the first ones if all take too much."""
        self.runs[key] = plan, run
        self._bytes[key] = _held_by(run)
        for old in list(self.runs)[:-2]:
            if len(self.runs) <= _SIZES and sum(self._bytes.values()) <= _BYTES:
                break
            del self.runs[old], self._bytes[old]


def _held_by(run: Callable[..., Any]) -> int:
    """The bytes of the arrays that a program computes in."""
    arrays = [cell.cell_contents for cell in getattr(run, "__closure__", None) or ()]
    owners = {id(x): x for x in map(_owner, arrays) if isinstance(x, np.ndarray)}
    return sum([x.nbytes for x in owners.values()])


def _owner(x: Any) -> Any:
    while isinstance(x, np.ndarray) and isinstance(x.base, np.ndarray):
        x = x.base
    return x
