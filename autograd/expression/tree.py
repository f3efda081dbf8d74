"""Formulas as trees: names, numbers, primitives applied to them, and the forms that derivations need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from .. import primitives as rows
from ..primitives import Mathematics, Primitive

Operand: TypeAlias = "Expression | float"
T = TypeVar("T")

LONGEST = 8
"""The most terms that are written out; a longer sum shows the first three and the last."""


class Expression:
    r"""A formula. Arithmetic on formulas returns formulas.

    >>> from autograd.expression import Symbol, names
    >>> e = Symbol("w_1") / (2 * names.tanh(Symbol("x")))
    >>> print(e, e.latex, e.python, sep="   ")
    w₁/(2·tanh(x))   \frac{w_{1}}{2 \cdot \tanh(x)}   w_1 / (2.0 * tanh(x))
    """

    __slots__: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The formula as plain text, as in handwritten notes."""
        from .text import TEXT  # imported here because the printers import this module

        return TEXT.write(self)

    @property
    def latex(self) -> str:
        """The formula as LaTeX, for math mode."""
        from .latex import LATEX

        return LATEX.write(self)

    @property
    def mathml(self) -> str:
        """The formula as one row of MathML; `autograd.expression.math` wraps it in a ``<math>`` element."""
        from .mathml import MATHML

        return MATHML.write(self)

    @property
    def python(self) -> str:
        """The formula as Python code that calls the functions of `autograd`."""
        from .python import PYTHON

        return PYTHON.write(self)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The formulas that this one consists of; empty for a name or a number."""
        found: list[Expression] = []
        for name in self.__slots__:
            x = getattr(self, name)
            found += [part for part in (x if isinstance(x, tuple) else (x,)) if isinstance(part, Expression)]
        return tuple(found)

    def mapped(self, change: Callable[[Expression], Expression]) -> Expression:
        """Return the same formula with each part replaced by ``change(part)``.

        >>> x, y = Symbol("x"), Symbol("y")
        >>> print((x * y).mapped(lambda part: part + 1))
        (x + 1)·(y + 1)
        """
        if not self.parts:
            return self
        return type(self)(*[_changed(getattr(self, name), change) for name in self.__slots__])

    def __str__(self) -> str:
        return self.text

    def __add__(self, other: Operand) -> Expression:
        return Apply(rows.add, (self, _expression(other)))

    def __radd__(self, other: float) -> Expression:
        return Apply(rows.add, (_expression(other), self))

    def __sub__(self, other: Operand) -> Expression:
        return Apply(rows.sub, (self, _expression(other)))

    def __rsub__(self, other: float) -> Expression:
        return Apply(rows.sub, (_expression(other), self))

    def __mul__(self, other: Operand) -> Expression:
        return Apply(rows.mul, (self, _expression(other)))

    def __rmul__(self, other: float) -> Expression:
        return Apply(rows.mul, (_expression(other), self))

    def __truediv__(self, other: Operand) -> Expression:
        return Apply(rows.div, (self, _expression(other)))

    def __rtruediv__(self, other: float) -> Expression:
        return Apply(rows.div, (_expression(other), self))

    def __pow__(self, other: Operand) -> Expression:
        if isinstance(other, Expression):
            return Apply(rows.power, (self, other))
        return self if other == 1 else Apply(rows.pow_, (self, _expression(other)))

    def __rpow__(self, other: float) -> Expression:
        return Apply(rows.power, (_expression(other), self))

    def __neg__(self) -> Expression:
        return Apply(rows.neg, (self,))

    def __lt__(self, other: Operand) -> Any:
        return Relation("<", self, _expression(other))

    def __le__(self, other: Operand) -> Any:
        return Relation("<=", self, _expression(other))

    def __gt__(self, other: Operand) -> Any:
        return Relation(">", self, _expression(other))

    def __ge__(self, other: Operand) -> Any:
        return Relation(">=", self, _expression(other))

    def __eq__(self, other: object) -> Any:
        return Relation("==", self, _expression(other))

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError(f"{self.text} is a formula, which has no truth value: use m.where(condition, x, y), not if")


@dataclass(frozen=True, slots=True, eq=False)
class Symbol(Expression):
    r"""A name: ``x``, ``w_1``, ``alpha``.

    >>> from autograd.expression import Symbol
    >>> print(Symbol("w_1"), Symbol("alpha"), Symbol("alpha").latex)
    w₁ α \alpha
    """

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Number(Expression):
    """A number.

    >>> from autograd.expression import Number
    >>> print(Number(-0.5), Number(2.0))
    −0.5 2
    """

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Apply(Expression):
    """A primitive applied to operands.

    >>> from autograd.expression import Apply, Symbol
    >>> from autograd.primitives import table
    >>> print(Apply(table["sqrt"], (Symbol("x") + 1,)))
    √(x + 1)
    """

    row: Primitive
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Relation(Expression):
    """A comparison of two formulas.

    >>> from autograd.expression import Symbol
    >>> print(Symbol("x") >= 0)
    x ≥ 0
    """

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Cases(Expression):
    """One formula where a condition holds, and another where it does not.

    >>> from autograd.expression import Symbol, names
    >>> x = Symbol("x")
    >>> print(names.where(x > 0, x, 0.0))
    {x if x > 0; 0 otherwise}
    """

    condition: Expression
    here: Expression
    elsewhere: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Product(Expression):
    """A product. The factors of a chain are set apart, ``2(a₂ − y) · w₂``; others are not, ``a₁(1 − a₁)``.

    >>> from autograd.expression import Product, Symbol
    >>> a = Symbol("a_1")
    >>> print(Product((a, 1 - a)), Product((a, 1 - a), apart=True), sep="   ")
    a₁(1 − a₁)   a₁ · (1 − a₁)
    """

    factors: tuple[Expression, ...]
    apart: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Total(Expression):
    """A sum, written with − in place of + before a term with a minus sign.

    >>> from autograd.expression import Symbol, Total
    >>> print(Total((Symbol("a"), -Symbol("b"))))
    a − b
    """

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Series(Expression):
    """Σⱼ: the sum of ``body`` for ``index`` = 1 … ``count``.

    >>> from autograd.expression import Series, Symbol
    >>> print(Series("j", 3, Symbol("xⱼ") ** 2))
    Σⱼ xⱼ²
    """

    index: str
    count: int
    body: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Partial(Expression):
    """A partial derivative, ∂L/∂w₁; with several names in ``by``, a derivative of that order.

    >>> from autograd.expression import Partial
    >>> print(Partial("L", ("w_1",)), Partial("L", ("w_1", "w_2")))
    ∂L/∂w₁ ∂²L/∂w₁∂w₂
    """

    of: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Prime(Expression):
    """A derivative written with a prime, ReLU′(q), and the formula that it stands for.

    >>> from autograd.expression import Prime, Symbol, names
    >>> from autograd.primitives import table
    >>> q = Symbol("q")
    >>> slope = Prime(table["relu"], (q,), names.where(q > 0, 1.0, 0.0))
    >>> print(slope, slope.meaning, sep="   ")
    ReLU′(q)   {1 if q > 0; 0 otherwise}
    """

    row: Primitive
    operands: tuple[Expression, ...]
    meaning: Expression


MORE = Symbol("…")
"""Marks the terms that are left out."""


def abridged(xs: Sequence[T], more: T) -> Sequence[T]:
    """Return all items, or the first three, ``more`` and the last if there are more than `LONGEST`.

    >>> "".join(abridged("abcdefgh", "…")), "".join(abridged("abcdefghi", "…"))
    ('abcdefgh', 'abc…i')
    """
    return xs if len(xs) <= LONGEST else (*xs[:3], more, xs[-1])


def _changed(x: Any, change: Callable[[Expression], Expression]) -> Any:
    if isinstance(x, Expression):
        return change(x)
    return tuple([_changed(each, change) for each in x]) if isinstance(x, tuple) else x


def _expression(x: Any) -> Expression:
    return x if isinstance(x, Expression) else Number(float(x))


def _applied(row: Primitive) -> Callable[..., Expression]:
    return lambda *operands: Apply(row, tuple(map(_expression, operands)))


def _sum(xs: Iterable[Operand]) -> Expression:
    return Apply(rows.sum_, tuple(map(_expression, xs)))


names = Mathematics(
    kind="names",
    make=_applied,
    magnitude=_applied(rows.abs_),
    where=lambda condition, x, y: Cases(condition, _expression(x), _expression(y)),
    sum=_sum,
    pow=lambda x, y: _expression(x) ** y,
)
"""The functions that a rule receives as ``m`` to return a formula.

>>> from autograd.expression import Symbol, names
>>> print(names.sqrt(1 + names.exp(Symbol("x"))))
√(1 + e^x)
"""
