"""The verdict on a program: eager, compiled and true numbers side by side."""

from __future__ import annotations

import ast
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import autograd
from autograd import FrozenError, NonFiniteError
from autograd.compiler import build

from .premises import LARGEST, NONE, SMALLEST, Rounding, TooLongError, UndefinedError, UnsureError, mp, state
from .program import Call, Program, Running, classes, eagerly, engine, leaves, openly, truly

TINY = sys.float_info.min
CLOSE = 1e-12
"""How near a compiled program's numbers are to the engine's, as the docs have it."""
LIMIT = 4000
"""Operations of the oracle, before it gives up on a program."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a program: a kind, for which programs may be shrunk, and what was seen."""

    kind: str
    seen: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.seen}"


@dataclass
class Verdict:
    """What came of a program."""

    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@contextmanager
def forced(kind: str) -> Iterator[None]:
    """Programs that are recorded inside are of this kind, whatever they would cost."""
    before = build.cheaper_as_floats
    build.cheaper_as_floats = lambda graph, gradient: (kind == "floats", "forced")  # type: ignore[attr-defined]
    try:
        yield
    finally:
        build.cheaper_as_floats = before  # type: ignore[attr-defined]


def attempt(f: Callable[..., Any], *args: Any) -> Any:
    """What a function returns, or the error that it raises."""
    try:
        return f(*args)
    except Exception as error:  # whatever it is, the other side has to say the same
        return error


class Judge:
    """Who looks at programs; ``own`` are the functions of a user's rows."""

    def __init__(self, own: dict[str, Any], *, truth: bool = True) -> None:
        self.own, self.truth = own, truth

    def judge(self, program: Program) -> Verdict:
        """The verdict on a program."""
        verdict = Verdict()
        try:
            running, recorded = engine(program, self.own), engine(program, self.own)
            compiled = autograd.compile(recorded.f, parameters=recorded.names["P"] if program.has_parameters else None)
            for i, call in enumerate(program.calls):
                fault = self._call(program, running, recorded, compiled, call, i, verdict.counts)
                if fault is not None:
                    verdict.faults.append(fault)
                    break
        except Exception as error:
            if not isinstance(error, ArithmeticError | TypeError | ValueError | RuntimeError | LookupError):
                raise
            verdict.faults.append(Fault(f"broken {type(error).__name__}", repr(error)))
        return verdict

    def _call(
        self, program: Program, running: Running, recorded: Running, compiled: Any, call: Call, i: int, counts: Any
    ) -> Fault | None:
        expected = attempt(eagerly, running, call)
        recorded.outside(call)
        args = recorded.arguments(call)
        theta = ([*call.theta],) if call.theta else ()
        with forced(program.kind):
            found = attempt(compiled, *theta, *args)
        counts["calls"] += 1
        if isinstance(found, FrozenError) and not isinstance(expected, FrozenError):
            counts["calls refused by compile"] += 1
            return None
        where = "" if i == 0 else " (a later call)"
        fault = (
            self._errors(program, call, found, expected, where, counts) if _failed(found) or _failed(expected) else None
        )
        if fault is not None:
            return fault
        if not _failed(expected):
            counts["calls compared"] += 1
            counts[f"calls compared as {program.kind}"] += 1
            in_arrays = compiled.explain().kind == "arrays"
            if (fault := self._alike(program, call, found, expected, where, in_arrays, counts)) is not None:
                return fault
            if i == 0 and (fault := self._opened(program, running, call, expected, counts)) is not None:
                return fault
        if self.truth and i == 0:
            return self._true(program, call, expected, counts)
        return None

    # --- compiled beside eager ----------------------------------------------------------------------------------------

    def _errors(self, program: Program, call: Call, found: Any, expected: Any, where: str, counts: Any) -> Fault | None:
        if not _failed(expected):
            if isinstance(found, NonFiniteError) and not all(
                math.isfinite(x) for _, x in leaves(expected) if x is not None
            ):
                counts["calls where Python's own arithmetic of plain numbers goes on with inf"] += 1
                return None
            return Fault(f"compiled raises {type(found).__name__}{where}", f"{found!r}, and eagerly {expected!r}"[:600])
        if not _failed(found):
            if isinstance(expected, NonFiniteError) and self._is_elsewhere(program, call, counts):
                counts["calls that raise NonFiniteError eagerly in what no result needs"] += 1
                return None
            return Fault(f"compiled is silent of {type(expected).__name__}{where}", f"{found!r} for {expected!r}"[:600])
        both = isinstance(found, NonFiniteError) and isinstance(expected, NonFiniteError)
        if both:
            counts["calls that raise NonFiniteError on both sides"] += 1
            if found.primitive != expected.primitive and not self._both_fail(program, call, found, expected):
                return Fault(f"another origin{where}", f"{found!r}, and eagerly {expected!r}"[:600])
            return None
        if isinstance(expected, ZeroDivisionError | OverflowError) and isinstance(found, NonFiniteError):
            counts["calls that raise Python's own error eagerly, of plain numbers"] += 1  # such as a gradient's
            return None
        if type(found) is not type(expected):
            kinds = f"{type(found).__name__} for {type(expected).__name__}"
            return Fault(f"another error{where}: {kinds}", f"{found!r}, and eagerly {expected!r}"[:600])
        counts[f"calls that raise {type(expected).__name__} on both sides"] += 1
        return None

    def _both_fail(self, program: Program, call: Call, found: Any, expected: Any) -> bool:
        """Whether both origins are such: there may be several, and a program need not meet them in the same order."""
        attempt(lambda: truly(program, call, NONE, 10 * LIMIT, lenient=True))
        return self._special(program, call) or {found.primitive, expected.primitive} <= {*state.refused, ""}

    def _is_elsewhere(self, program: Program, call: Call, counts: Any) -> bool:
        """Whether no result depends on an operation that has no finite value: a program does not compute it."""
        if self._special(program, call):
            counts["calls of which nobody can judge whether something is missed"] += 1
            return True
        found = attempt(lambda: truly(program, call, NONE, 10 * LIMIT, lenient=True))
        on_edge = isinstance(attempt(lambda: truly(program, call, _as_arrays(program), 10 * LIMIT)), UnsureError)
        if _failed(found) or on_edge:
            counts["calls of which nobody can judge whether something is missed"] += 1
            return True
        return all(jet is None or math.isfinite(jet.e) for _, jet in leaves(found))

    def _alike(
        self, program: Program, call: Call, found: Any, expected: Any, where: str, in_arrays: bool, counts: Any
    ) -> Fault | None:
        here, there = list(leaves(found)), list(leaves(expected))
        if [path for path, _ in here] != [path for path, _ in there] or not _same_classes(found, expected):
            return Fault(f"another structure{where}", f"{found!r}, and eagerly {expected!r}"[:600])
        off = [
            (k, path, a, b) for k, ((path, a), (_, b)) in enumerate(zip(here, there, strict=True)) if not close(a, b)
        ]
        if not off:
            return None
        allowed = self._allowed(program, call, _as_arrays(program) if in_arrays else _as_floats(program), counts)
        for k, path, a, b in off:
            grant = allowed[k] if allowed is not None else math.inf
            if not math.isfinite(a) or not math.isfinite(b) or abs(a - b) > grant:
                return Fault(f"compiled differs{where}", f"{path or 'result'} is {a!r}, eagerly {b!r}; ±{grant:.2g}")
        counts["calls that differ within what sums may"] += 1
        return None

    def _allowed(self, program: Program, call: Call, rounding: Rounding, counts: Any) -> list[float] | None:
        """By how much each number may differ from another one, if every operation may differ by so much."""
        found = attempt(truly, program, call, rounding, 10 * LIMIT)
        if rounding.chain:
            found = attempt(truly, program, call, _long(rounding), 10 * LIMIT)
        if isinstance(found, Exception):
            counts["differences that nobody can judge"] += 1
            return None
        return [_error(jet) for _, jet in leaves(found)]

    def _opened(self, program: Program, running: Running, call: Call, expected: Any, counts: Any) -> Fault | None:
        """Derivatives as Values are those as numbers."""
        found = attempt(openly, running, call)
        if _failed(found):
            if isinstance(found, NonFiniteError):  # it wants what is to be differentiated again to be finite
                counts["calls without derivatives of derivatives"] += 1
                return None
            return Fault(f"as Values: raises {type(found).__name__}", f"{found!r}, and as numbers {expected!r}"[:600])
        here, there = list(leaves(found)), list(leaves(expected))
        if [path for path, _ in here] != [path for path, _ in there]:
            return Fault("as Values: another structure", f"{found!r}, and as numbers {expected!r}"[:600])
        off = [
            (k, path, a, b) for k, ((path, a), (_, b)) in enumerate(zip(here, there, strict=True)) if not close(a, b)
        ]
        if not off:
            return None
        allowed = self._allowed(program, call, Rounding(0.0, 1.0, (0.0, 6.0, 16.0)), counts)
        for k, path, a, b in off:
            grant = allowed[k] if allowed is not None else math.inf
            if not math.isfinite(a) or not math.isfinite(b) or abs(a - b) > grant:
                return Fault(
                    "as Values: another number", f"{path or 'result'} is {a!r}, as numbers {b!r}; ±{grant:.2g}"
                )
        return None

    def _special(self, program: Program, call: Call) -> bool:
        """Whether somebody's own inf or nan is among the numbers."""
        numbers = [x for _, x in leaves(engine(program, self.own).arguments(call)) if x is not None]
        written = re.search(r"\b(inf|nan)\b", program.source)
        return bool(written) or not all(map(math.isfinite, [*numbers, *call.captured, *call.theta]))

    # --- both beside the truth ----------------------------------------------------------------------------------------

    def _true(self, program: Program, call: Call, expected: Any, counts: Any) -> Fault | None:
        refused = isinstance(expected, NonFiniteError)
        if _failed(expected) and not refused:
            return None
        fault = self._beside(program, call, expected, Rounding(), refused, counts)
        if fault is None or fault.kind != "wrong number":
            return fault
        return self._beside(program, call, expected, _long(Rounding()), refused, counts)

    def _beside(
        self, program: Program, call: Call, expected: Any, rounding: Rounding, refused: bool, counts: Any
    ) -> Fault | None:
        try:
            true = truly(program, call, rounding, LIMIT)
        except TooLongError:
            counts["oracle: too long"] += 1
            return None
        except UnsureError:
            counts["oracle: on an edge"] += 1
            return None
        except UndefinedError as error:
            if refused:
                counts["oracle: refused rightly"] += 1
                return None
            return Fault("not refused", f"{error} is undefined, and the engine says {expected!r}"[:600])
        numbers = [jet for _, jet in leaves(true) if jet is not None]
        if refused:
            wide = state.growth > 1000 or any(not abs(j.v) < LARGEST or not math.isfinite(j.e) for j in numbers)
            if wide:
                counts["oracle: perhaps refused rightly"] += 1
                return None
            return Fault("false alarm", f"{expected!r}, and the truth is {[mp.nstr(j.v, 17) for j in numbers]}"[:600])
        there = [x for _, x in leaves(expected) if x is not None]
        if len(there) != len(numbers):
            return Fault("wrong structure", f"{expected!r}, and the oracle has {len(numbers)} numbers"[:600])
        unknown = 0
        special = any(
            not math.isfinite(x) for _, x in leaves(engine(program, self.own).arguments(call)) if x is not None
        )
        for (path, x), jet in zip([p for p in leaves(expected) if p[1] is not None], numbers, strict=True):
            if isinstance(x, str | bool):
                continue
            grant = _error(jet)
            unknown += not math.isfinite(grant)
            if special and x != x and program.wanted != "f":
                continue  # 0 times a caller's nan or inf: the chain rule has the product, the oracle drops it
            if not right(x, jet.v, grant):
                near = mp.nstr(jet.v, 17)
                return Fault("wrong number", f"{path or 'result'} is {x!r}, and the truth is {near} ± {grant:.2g}")
        counts["oracle: numbers"] += len(numbers)
        counts["oracle: numbers of which it knows nothing"] += unknown
        counts["oracle: programs"] += 1
        return None


def _long(rounding: Rounding) -> Rounding:
    """For the run that has just been: no path of the chain rule has more additions than there were operations."""
    return replace(rounding, chain=rounding.chain * max(8.0, state.operations))


def _as_arrays(program: Program) -> Rounding:
    """What an operation of a program over arrays may differ by from the engine: docs/explanation/sums-in-programs.md.

    Where nothing is added up in another order, ``+``, ``-``, ``*`` and ``/`` are the same; the functions of NumPy and
    ``math`` are each as near to the truth as docs/accuracy.md says.
    """
    functions = (6.0, 6.0, 16.0)
    operations = sum(isinstance(part, ast.Call | ast.BinOp) for part in ast.walk(ast.parse(program.source)))
    if program.wanted == "f" and operations < 8 and not re.search(r"\b(vmap|sum|dot|mean)\(", program.source):
        return Rounding(0.0, 0.0, functions, 0.0)
    return Rounding(0.0, 1.0, functions, 1.0)


def _as_floats(program: Program) -> Rounding:
    """What an operation of a straight-line program may differ by: nothing, unless derivatives are differentiated again,
    or are pushed forward. Rules may then have another form, as near to the truth.
    """
    again = re.search(r"\b(jacobian|hessian|jvp|hvp|vmap)\(|grad\(grad\(", program.wanted) or re.search(
        r"\b(grad|value_and_grad|jvp)\(", program.source
    )
    return Rounding(0.0, 1.0, (0.0, 6.0, 16.0)) if again else NONE


def _failed(result: Any) -> bool:
    return isinstance(result, Exception)


def _same_classes(found: Any, expected: Any) -> bool:
    return bool(classes(found) == classes(expected)) or "ndarray" in repr(type(found)) or _has_array(found)


def _has_array(tree: Any) -> bool:
    if isinstance(tree, dict):
        return any(map(_has_array, tree.values()))
    return any(map(_has_array, tree)) if isinstance(tree, list | tuple) else hasattr(tree, "dtype") and bool(tree.ndim)


def close(a: Any, b: Any) -> bool:
    """Whether two numbers agree to twelve digits, or are both below the normal ones."""
    if not isinstance(a, float) or not isinstance(b, float):
        return a is b or (a == b and type(a) is type(b))
    if a == b or (a != a and b != b):
        return True
    return abs(a - b) <= CLOSE * abs(b) + TINY and math.isfinite(a - b)


def right(x: float, true: Any, error: float) -> bool:
    """Whether a number is the true one, to within an error."""
    if not math.isfinite(error):
        return True
    if mp.isnan(true) or mp.isinf(true):
        return x == true or (x != x and bool(mp.isnan(true)))
    return math.isfinite(x) and abs(mp.mpf(x) - true) <= error * (1 + 1e-6)


def _error(jet: Any) -> float:
    """The error of a result; with that of products of derivatives that were subnormal on the way."""
    if jet is None:
        return 0.0
    lost = math.ldexp(1.0, int(state.growth) - 1000) if state.growth < 2000 else math.inf
    return float(jet.e) + (lost if state.growth > 0 else SMALLEST)
