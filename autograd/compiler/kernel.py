"""What a rule computes, as formulas that share their parts: the rule is called with `Term`s in place of numbers.

The same terms are written as NumPy calls (arrays.py) and as Python on floats (scalars.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import nan
from typing import Any, NoReturn

from .. import floats
from .. import primitives as rows
from ..errors import FrozenError
from ..primitives import Mathematics, Primitive
from . import own_rows

_NAMES = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal"}
COMPARISONS = frozenset(_NAMES.values())
EXTREMES = frozenset({"maximum", "minimum", "fmax", "fmin"})


class Term:
    """A formula; equal formulas are the same object."""

    __slots__ = ("args", "op")
    op: str
    args: tuple[Any, ...]
    known: dict[Any, Term] = {}  # noqa: RUF012  # of all kernels: terms are few and small

    @staticmethod
    def of(op: str, *args: Any) -> Term:
        """The term for this operation on these terms, or on what names a number or an operand."""
        key = (op, *[id(x) if isinstance(x, Term) else repr(x) for x in args])
        term = Term.known.get(key)
        if term is None:
            term = Term()
            term.op, term.args = op, args
            term = Term.known.setdefault(key, term)  # if two threads come at once, they get the same
        return term

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(str, self.args))})"

    def __bool__(self) -> NoReturn:
        raise FrozenError("a rule decides by a number; write m.where(condition, this, that)")

    __hash__ = object.__hash__

    def __add__(self, other: Any) -> Term:
        return _add(self, term(other))

    def __radd__(self, other: Any) -> Term:
        return _add(term(other), self)

    def __sub__(self, other: Any) -> Term:
        return _sub(self, term(other))

    def __rsub__(self, other: Any) -> Term:
        return _sub(term(other), self)

    def __mul__(self, other: Any) -> Term:
        return _mul(self, term(other))

    def __rmul__(self, other: Any) -> Term:
        return _mul(term(other), self)

    def __truediv__(self, other: Any) -> Term:
        return _div(self, term(other))

    def __rtruediv__(self, other: Any) -> Term:
        return _div(term(other), self)

    def __neg__(self) -> Term:
        return _neg(self)

    def __abs__(self) -> Term:
        return Term.of("absolute", self)

    def __lt__(self, other: Any) -> Any:
        return _compare("<", self, term(other))

    def __le__(self, other: Any) -> Any:
        return _compare("<=", self, term(other))

    def __gt__(self, other: Any) -> Any:
        return _compare(">", self, term(other))

    def __ge__(self, other: Any) -> Any:
        return _compare(">=", self, term(other))

    def __eq__(self, other: object) -> Any:
        return _compare("==", self, term(other))


LIMITS = {"log_largest": 709.0, "log_smallest": -709.0}
"""Between which exp neither overflows nor vanishes, by the names that programs have for it; in float64."""
GRAD = Term.of("grad")
"""The derivative of a row's result, in what it hands down."""


def term(x: Any) -> Term:
    """A number as a term."""
    return x if isinstance(x, Term) else Term.of("number", float(x))


def number(x: Term) -> float | None:
    """The number that a term is, if it is one."""
    return x.args[0] if x.op == "number" else None


def is_number(t: Term) -> bool:
    """Whether it is a number that is known when the program is written."""
    return t.op == "number" or t.op in LIMITS


@cache
def operand(i: int) -> Term:
    """The i-th operand of a row."""
    return Term.of("operand", i)


def _add(a: Term, b: Term) -> Term:
    x, y = number(a), number(b)
    if x is not None and y is not None:
        return term(x + y)
    return b if x == 0.0 else a if y == 0.0 else Term.of("add", a, b)


def _sub(a: Term, b: Term) -> Term:
    x, y = number(a), number(b)
    if x is not None and y is not None:
        return term(x - y)
    return _neg(b) if x == 0.0 else a if y == 0.0 else Term.of("subtract", a, b)


def _mul(a: Term, b: Term) -> Term:
    x, y = number(a), number(b)
    if x is not None and y is not None:
        return term(x * y)
    if x is not None:
        a, b, y = b, a, x
    return a if y == 1.0 else _neg(a) if y == -1.0 else Term.of("multiply", a, b)


def _div(a: Term, b: Term) -> Term:
    x, y = number(a), number(b)
    if x is not None and y:
        return term(x / y)
    return a if y == 1.0 else Term.of("divide", a, b)


def _neg(a: Term) -> Term:
    x = number(a)
    if x is not None:
        return term(-x)
    return a.args[0] if a.op == "negative" else Term.of("negative", a)


def _compare(sign: str, a: Term, b: Term) -> Any:
    x, y = number(a), number(b)
    if x is not None and y is not None:
        return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "==": x == y}[sign]
    return Term.of(_NAMES[sign], a, b)


def _where(condition: Any, here: Any, elsewhere: Any) -> Term:
    x, y = term(here), term(elsewhere)
    if not isinstance(condition, Term):
        return x if condition else y
    if x is y:
        return x
    if number(x) == 1.0 and number(y) == 0.0:
        return condition
    extreme = _extreme(condition, x, y)
    return Term.of("where", condition, x, y) if extreme is None else extreme


def _extreme(condition: Term, x: Term, y: Term) -> Term | None:
    """A choice as one of NumPy's functions, where that says the same of nan, which makes each comparison false.

    maximum and minimum are nan if one of the two is; fmax and fmin are then the other one.
    """
    order = _in_order(condition)
    if order is None:
        return None
    smaller, larger, _ = order
    if y.op == "where":
        # as the row of maximum has it: a where a > b, b where b >= a, else a + b, which is nan there
        again, x2, rest = y.args
        other = _in_order(again) if isinstance(again, Term) else None
        complete = other is not None and other[0] is larger and other[1] is smaller and other[2]
        if complete and {x, x2} == {smaller, larger} and rest.op == "add" and {*rest.args} == {smaller, larger}:
            return Term.of("maximum" if x is larger else "minimum", *rest.args)
    if {x, y} != {smaller, larger} or (number(x) is None) == (number(y) is None):
        return None
    if number(x) is None:
        return Term.of("fmax" if x is larger else "fmin", x, y)
    return Term.of("maximum" if x is larger else "minimum", y, x)


def _in_order(condition: Term) -> tuple[Term, Term, bool] | None:
    """The smaller and the larger one of a comparison, and whether they may be equal."""
    if condition.op not in ("less", "less_equal", "greater", "greater_equal"):
        return None
    a, b = condition.args
    smaller, larger = (a, b) if condition.op.startswith("less") else (b, a)
    return smaller, larger, condition.op.endswith("equal")


def _pow(base: Any, exponent: Any) -> Term:
    """As the engine computes it, but for powers of which nothing is left to compute."""
    x, y = term(base), term(exponent)
    c = number(y)
    return term(1.0) if c == 0.0 else x if c == 1.0 else Term.of("power", x, y)


def _pow_of_arrays(base: Any, exponent: Any) -> Term:
    """Much faster than NumPy's power, and as good to the last place but one."""
    x, c = term(base), number(term(exponent))
    if c == 2.0:
        return _mul(x, x)
    if c == 3.0:
        return _mul(_mul(x, x), x)
    if c == 0.5:
        return Term.of("sqrt", x)
    if c == -1.0:
        return _div(term(1.0), x)
    return _pow(x, exponent)


def _sum(xs: Iterable[Any]) -> Term:
    total = term(0.0)
    for x in xs:
        total = total + x
    return total


def _argmax(xs: Sequence[Any]) -> Term:
    best, place = term(xs[0]), term(0.0)
    for j, x in enumerate(xs[1:], 1):
        ahead = term(x) > best
        best, place = _where(ahead, x, best), _where(ahead, float(j), place)
    return place


def _take(xs: Sequence[Any], place: Any) -> Term:
    found = term(nan)  # where there is no such place
    for j in range(len(xs) - 1, -1, -1):
        found = _where(term(place) == float(j), xs[j], found)
    return found


def _unary(op: str) -> Callable[[Any], Term]:
    return lambda x: Term.of(op, term(x))


_NUMPY = ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sign")


def rule_of(row: Primitive, on_floats: bool) -> Callable[..., Any]:
    """The rule of a row for programs on floats, or over arrays."""
    return row.rule if on_floats else row.on_arrays or row.rule


def _mathematics(on_floats: bool) -> Mathematics:
    """What a rule gets as ``m`` when it is compiled."""

    def from_row(row: Primitive) -> Callable[..., Term]:
        if row.base is not None or row.array_base is not None:
            return lambda *xs: Term.of(f"row {row.name}", *map(term, xs))
        return lambda *xs: term(rule_of(row, on_floats)(made, *map(term, xs))[0])

    made = Mathematics(
        kind="terms on floats" if on_floats else "terms",
        make=from_row,
        abs=_unary("absolute"),
        magnitude=_unary("absolute"),
        atan=_unary("arctan"),
        erfc=_unary("erfc"),
        where=_where,
        pow=_pow if on_floats else _pow_of_arrays,
        sum=_sum,
        argmax=_argmax,
        take=_take,
        maximum=lambda a, b: Term.of("maximum", term(a), term(b)),
        minimum=lambda a, b: Term.of("minimum", term(a), term(b)),
        **{name: Term.of(name) for name in LIMITS},
        **{name: _unary(name) for name in _NUMPY},
    )
    made.normal_pdf = lambda x: floats.normal_pdf(made, term(x))
    made.normal_cdf = lambda x: floats.normal_cdf(made, term(x))
    return made


terms, terms_on_floats = _mathematics(False), _mathematics(True)


def kernel(
    row: Primitive, count: int, constants: tuple[Any, ...], on_floats: bool = False
) -> tuple[Term, tuple[Term, ...]]:
    """The value of a row for ``count`` operands and its constants, and its derivative by each of the operands."""
    return _kernel(row, count, constants, on_floats, terms.revision)


@cache
def _kernel(
    row: Primitive, count: int, constants: tuple[Any, ...], on_floats: bool, revision: int
) -> tuple[Term, tuple[Term, ...]]:
    xs = [operand(i) for i in range(count)]
    if row is rows.identity:
        return xs[0], (term(1.0),)
    if row.stacks and on_floats:
        full = Term.of(f"full {row.name}", *xs, *map(term, constants))
        slopes = [Term.of("item", full, j + 1) for j in range(count - (len(row.constants) if not constants else 0))]
        return Term.of("item", full, 0), (*slopes, *[term(0.0)] * (count - len(slopes)))
    m = terms_on_floats if on_floats else terms
    value, *partials = rule_of(row, on_floats)(m, *xs, *constants)
    partials += [0.0] * (count - len(partials))  # for a constant that is passed in, such as the class of a sample
    return term(value), tuple(map(term, partials))


_TELLING = frozenset({rows.add, rows.sub, rows.neg, rows.mul, rows.sum_, rows.dot, rows.identity, own_rows.LANE_SUM})


def telling(row: Primitive | None, constants: tuple[Any, ...]) -> bool:
    """Whether a row makes inf or nan of inf and nan, so that one need not look for these on the way."""
    return row in _TELLING or (row is rows.pow_ and constants[0] > 0)


def needed_terms(wanted: Iterable[Term], env: Mapping[Term, str]) -> list[Term]:
    """The terms to compute, each after its parts; what ``env`` has, and numbers, are there."""
    found: dict[Term, None] = {}
    todo = [(t, False) for t in reversed(list(wanted))]
    while todo:
        t, ready = todo.pop()
        if t in found or t in env or is_number(t):
            continue
        if ready:
            found[t] = None
        else:
            todo.append((t, True))
            todo.extend([(a, False) for a in reversed(t.args) if isinstance(a, Term)])
    return list(found)


def shared_terms(value: Term, later: Sequence[Term]) -> frozenset[Term]:
    """What the value is computed from and is needed again later: it is kept."""
    first = set(needed_terms([value], {}))
    shared, todo, seen = set(), list(later), set()
    while todo:
        t = todo.pop()
        if not isinstance(t, Term) or t in seen:
            continue
        seen.add(t)
        if t in first and t.op not in ("operand", "number"):
            shared.add(t)
        else:
            todo.extend(t.args)
    return frozenset(shared - {value})
