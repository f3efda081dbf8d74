r"""The table: every primitive is one row, and everything the project knows of it stands in that row.

A row is written as a function, its *rule*: from ``m`` (the mathematics of one kind of number) and the operands to the
value, followed by one local derivative for each operand. The rule is written once and is called with floats when a
graph is recorded, with Values when derivatives are differentiated again, with arrays in compiled programs and with
multiprecision numbers in the tests. It computes the *accurate* form. What people *write* is ``shown``: the local
derivatives once more, from ``m``, the output y and the operands, as they stand in notes. A test holds the two equal.

Rules for rules:
- The value first, then one derivative an operand; the row's constants (an exponent, at_zero) come last and have none.
- Only arithmetic, comparisons and what ``m`` offers. Where the two sides of a condition need different formulas, write
  ``m.where``, and remember that both sides are computed.
- ``m.magnitude(x)`` is \|x\| inside a formula that is smooth at 0, such as tanh′: its own derivative at 0 is 1, so
  that the formula is differentiated as its right-hand side and every higher order comes out right. ``m.abs`` is the
  primitive, whose derivative at 0 is 0.
- What a row of any number of operands does for each of them is ``m.each(lambda j, x: …, xs)``. If it does nothing else
  with them but ``m.sum``, ``m.argmax`` and ``m.take``, say ``stacks=True``: in programs they are then one array.
- A constant is a plain number whatever the operands are, so a rule may use ``if`` on it.
- With Values the local derivatives are differentiated again, as they are written. Where that loses digits (4e/(1 + e)²
  at 0) or range (1/(1 + x·x) where x·x is too large), ``on_values`` has the rule in terms of other rows:
  tanh′ = sech², whose own row has an accurate derivative.

The formulas and what they reach: docs/accuracy.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import CO_VARARGS
from math import inf, nan
from operator import mul as mul_
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar, TypeAlias

from .notation import (
    BARS,
    EXPONENTIAL,
    FRACTION,
    MINUS_SIGN,
    NOTHING,
    PRODUCT,
    PRODUCTS,
    RAISED,
    ROOT,
    SUM,
    Notation,
    function,
    infix,
)
from .notation import POWER as TIGHT

Maths: TypeAlias = Any  # the mathematics of one kind of number: floats, Values, arrays, names
Num: TypeAlias = Any  # a number of that kind
Out: TypeAlias = tuple[Any, ...]  # a value and its local derivatives
Rule: TypeAlias = Callable[..., Out]


@dataclass(frozen=True, slots=True)
class Region:
    """Where a primitive is defined: in words, and as a test on floats.

    >>> from autograd.primitives import table
    >>> table["log"].domain.text, table["log"].domain.contains(-1.0)
    ('x > 0', False)
    """

    text: str
    contains: Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Kink:
    """Where a primitive has no derivative: in words, and as a function of the operands that vanishes there.

    >>> from autograd.primitives import table
    >>> [kink] = table["maximum"].kinks
    >>> kink.text, kink.gap(3.0, 3.0)
    ('a = b', 0.0)
    """

    text: str
    gap: Callable[..., float]


EVERYWHERE = Region("every number", lambda *operands: True)


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """One row of the table. See `autograd.primitive` for how to add your own.

    >>> from autograd.primitives import table
    >>> row = table["relu"]
    >>> row.operands, row.defaults["at_zero"], row.smooth
    (('x', 'at_zero'), 0.0, False)
    """

    name: str
    rule: Rule
    shown: Callable[..., Out]
    operands: tuple[str, ...]
    """The operands' names. An n-ary row has one name that stands for all of them, and its constants."""
    nary: bool
    notation: Notation
    domain: Region = EVERYWHERE
    kinks: tuple[Kink, ...] = ()
    constants: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """The last operands, if no derivative flows to them, each with some typical values."""
    defaults: Mapping[str, float | str] = field(default_factory=dict)
    """What a constant is when it is not given: a number, or the name of another constant."""
    base: Callable[..., float] | None = None
    array_base: Callable[..., Any] | None = None
    on_arrays: Rule | None = None
    """The rule once more, if there is a form that takes fewer passes over an array; good to a few units in the last
    place."""
    on_values: Rule | None = None
    """The rule once more, for Values, of operations whose own derivatives are accurate: an accurate formula need not
    have an accurate derivative."""
    stacks: bool = False
    """Whether the rule treats its operands by ``m.each``, ``m.sum``, ``m.argmax`` and ``m.take`` of all of them alone,
    so that it can be given them as one array."""
    doc: str = ""

    @property
    def arity(self) -> int | None:
        """The number of operands, constants included; None for any number."""
        return None if self.nary else len(self.operands)

    @property
    def smooth(self) -> bool:
        """Whether it has a derivative wherever it is defined."""
        return not self.kinks

    def operand_name(self, index: int, count: int) -> str:
        """What operand number ``index`` of ``count`` is called: its name, or ``xs[2]`` in an n-ary row."""
        if not self.nary:
            return self.operands[index]
        last = count - len(self.constants)
        return f"{self.operands[0]}[{index}]" if index < last else self.operands[1 + index - last]

    def bind(self, operands: Sequence[Any], named: Mapping[str, Any]) -> tuple[Any, ...]:
        """The operands of a call in the row's order, with its defaults; or a TypeError that shows how to call it."""
        given = {name: x for name, x in zip(self.operands, operands, strict=False) if x is not None}
        if len(operands) > len(self.operands) or given.keys() & named.keys() or not named.keys() <= {*self.operands}:
            raise TypeError(f"{self.name} takes ({', '.join(self.operands)})")
        given.update({name: x for name, x in named.items() if x is not None})
        for name in self.operands:
            if name not in given:
                default = self.defaults.get(name)
                if default is None:
                    raise TypeError(f"{self.name} takes ({', '.join(self.operands)}), and {name} is missing")
                given[name] = given[default] if isinstance(default, str) else default
        return tuple([given[name] for name in self.operands])

    def __repr__(self) -> str:
        return f"<primitive {self.name}({'*' * self.nary}{', '.join(self.operands)})>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # Hypothesis and IPython would list the fields of a dataclass

    def __reduce__(self) -> tuple[Any, ...]:
        return lookup, (self.name,)


_rows: dict[str, Primitive] = {}
table: Mapping[str, Primitive] = MappingProxyType(_rows)
"""Every primitive by its name, in the order in which they were defined; what a user adds is here too."""


def lookup(name: str) -> Primitive:
    """The row of that name; a graph that was pickled asks for its rows in this way."""
    try:
        return table[name]
    except KeyError:
        raise LookupError(
            f"there is no primitive {name!r} here. If it is one of your own, run its definition "
            f"(@autograd.primitive …) before you load or use what was made with it."
        ) from None


IN_FULL = "_in_full"
"""``m.tanh_in_full`` is the rule itself: the value and the derivatives."""


class Mathematics(SimpleNamespace):
    """exp, log, where, … for one kind of number; rules get it as ``m``.

    What it is not given it takes from the table: ``make(row)`` returns the row's function for this kind.
    """

    kind: str
    make: Callable[[Primitive], Callable[..., Any]]
    sum: Callable[..., Any]
    instances: ClassVar[list[Mathematics]] = []
    revision: int = 0
    """How often rows were defined or taken away since."""

    def __init__(self, **names: Any) -> None:
        super().__init__(**names)
        self.sum = _of_one_list_or_several(self.sum)
        self.instances.append(self)

    def each(self, function: Callable[..., Any], *lists: Sequence[Any]) -> list[Any]:
        """``function(j, x)`` for the j-th x of a list, or of several lists."""
        return [function(j, *xs) for j, xs in enumerate(zip(*lists, strict=True))]

    def __getattr__(self, name: str) -> Any:
        if name in table:
            made = self.make(table[name])
            setattr(self, name, made)
            return made
        if name.endswith(IN_FULL) and name.removesuffix(IN_FULL) in table:
            return partial(table[name.removesuffix(IN_FULL)].rule, self.__dict__.get("stacks", self))
        raise AttributeError(
            f"the mathematics of {self.kind} has no {name!r}; it has arithmetic, comparisons, where and every primitive"
        )

    def forget(self, name: str) -> None:
        """Forget what was made of a row: it is about to become another one."""
        self.__dict__.pop(name, None)
        self.revision += 1

    def __repr__(self) -> str:
        return f"<mathematics of {self.kind}>"


def _of_one_list_or_several(sum_of: Callable[[Iterable[Any]], Any]) -> Callable[..., Any]:
    """A sum that takes its numbers one by one, too, as rules call every other row of any number of operands."""

    def sum_(xs: Any = (), *more: Any) -> Any:
        if more:
            return sum_of((xs, *more))
        kind = type(xs)
        listed = kind is map or kind is tuple or kind is list or (hasattr(xs, "__iter__") and not hasattr(xs, "shape"))
        return sum_of(xs if listed else (xs,))

    return sum_


def make_row(
    rule: Rule,
    *,
    shown: Callable[..., Out] | None = None,
    notation: Notation | None = None,
    domain: Region = EVERYWHERE,
    kinks: tuple[Kink, ...] = (),
    constants: Mapping[str, tuple[float, ...]] | None = None,
    base: Callable[..., float] | None = None,
    array_base: Callable[..., Any] | None = None,
    on_arrays: Rule | None = None,
    on_values: Rule | None = None,
    stacks: bool = False,
) -> Primitive:
    """A row from its rule: the name, the operands and the explanation are the function's own."""
    code = rule.__code__
    name = rule.__name__.rstrip("_")
    operands = code.co_varnames[1 : code.co_argcount]
    nary = bool(code.co_flags & CO_VARARGS)
    if nary:
        operands = (code.co_varnames[code.co_argcount], *(constants or ()))
    defaults = rule.__defaults__ or ()
    return Primitive(
        name=name,
        rule=rule,
        shown=shown or (lambda m, y, *xs: rule(m, *xs)[1:]),
        operands=operands,
        nary=nary,
        notation=notation or function(name),
        domain=domain,
        kinks=kinks,
        constants=MappingProxyType(dict(constants or {})),
        defaults=MappingProxyType(dict(zip(operands[len(operands) - len(defaults) :], defaults, strict=True))),
        base=base,
        array_base=array_base,
        on_arrays=on_arrays,
        on_values=on_values,
        stacks=stacks,
        doc=rule.__doc__ or "",
    )


def add_row(row: Primitive) -> None:
    """Enter a row into the table, in the place of an earlier one of that name."""
    for mathematics in Mathematics.instances:
        mathematics.forget(row.name)
    _rows[row.name] = row


def remove_row(name: str) -> None:
    """Take a row of your own out of the table again."""
    if name in builtin:
        raise ValueError(f"{name} is the package's own row, and much depends on it")
    for mathematics in Mathematics.instances:
        mathematics.forget(name)
    del _rows[lookup(name).name]


def row(**fields: Any) -> Callable[[Rule], Primitive]:
    """Make the function below a row of the table; ``fields`` are those of `make_row`."""

    def enter(rule: Rule) -> Primitive:
        made = make_row(rule, **fields)
        add_row(made)
        return made

    return enter


_EXACT = 2.0**53  # from here on the number before a float64 need not be a float64


# --- arithmetic -------------------------------------------------------------------------------------------------------


@row(shown=lambda m, y, x: (1,), notation=NOTHING)
def identity(m: Maths, x: Num) -> Out:
    """The same number as another node; the functional face gives each of its levels a node of its own."""
    return x, 1.0


@row(shown=lambda m, y, a, b: (1, 1), notation=infix(" + ", " + ", SUM, SUM, PRODUCT))
def add(m: Maths, a: Num, b: Num) -> Out:
    """a + b."""
    return a + b, 1.0, 1.0


@row(shown=lambda m, y, a, b: (1, -1), notation=infix(" − ", " - ", SUM, SUM, PRODUCT))
def sub(m: Maths, a: Num, b: Num) -> Out:
    """a − b."""
    return a - b, 1.0, -1.0


@row(shown=lambda m, y, a, b: (b, a), notation=infix("·", r" \cdot ", PRODUCT, PRODUCT, TIGHT))
def mul(m: Maths, a: Num, b: Num) -> Out:
    """a·b."""
    return a * b, b, a


@row(
    shown=lambda m, y, a, b: (1 / b, -(a / b**2)),
    notation=FRACTION,
    domain=Region("b ≠ 0", lambda a, b: b != 0.0),
)
def div(m: Maths, a: Num, b: Num) -> Out:
    """a/b."""
    y = a / b
    return y, 1.0 / b, -(y / b)


@row(shown=lambda m, y, x: (-1,), notation=MINUS_SIGN)
def neg(m: Maths, x: Num) -> Out:
    """−x."""
    return -x, -1.0


@row(
    shown=lambda m, y, x, exponent: (exponent * x ** (exponent - 1),),
    notation=RAISED,
    domain=Region(
        "x > 0; also x = 0 if the exponent is not negative, and x < 0 if it is a whole number",
        lambda x, exponent: x > 0.0 or (exponent >= 0.0 if x == 0.0 else exponent == int(exponent)),
    ),
    constants={"exponent": (2.0, 3.0, -1.0, 0.5, 1.0, 0.0, 1 / 3, -1.7, 0.1)},
)
def pow_(m: Maths, x: Num, exponent: float) -> Out:
    """x to a constant power."""
    y = m.pow(x, exponent)
    if exponent == 0.0:
        return y, 0.0
    less = exponent - 1.0
    if less + 1.0 == exponent and 0.5 <= abs(exponent) < _EXACT:
        return y, exponent * m.pow(x, less)
    # exponent − 1 was rounded, which the power would amplify; or xᶜ⁻¹ may be too large where c·xᶜ⁻¹ is not
    at_zero = inf if exponent < 1.0 else 0.0
    return y, m.where(x == 0.0, at_zero, exponent * y / m.where(x == 0.0, 1.0, x))


@row(
    shown=lambda m, z, x, y: (y * x ** (y - 1), z * m.log(x)),
    notation=RAISED,
    domain=Region("x > 0", lambda x, y: x > 0.0),
)
def power(m: Maths, x: Num, y: Num) -> Out:
    """x to the power y, where the exponent has a derivative too."""
    z = m.pow(x, y)
    less = y - 1.0
    size = m.magnitude(y)
    restored = m.where(size >= 0.5, m.where(size < _EXACT, less + 1.0, nan), nan)
    direct = restored == y  # as in pow; what is not taken is computed all the same, and so of harmless numbers
    by_power = y * m.pow(m.where(direct, x, 1.0), less)
    safe = m.where(x == 0.0, 1.0, x)
    by_quotient = y * m.where(direct, 1.0, z) / safe
    at_zero = m.where(y > 0.0, m.where(y > 1.0, 0.0, inf), y)  # 0 at y = 0; and nan is nan
    dx = m.where(direct, by_power, m.where(x == 0.0, at_zero, by_quotient))
    return z, dx, m.where(x < 0.0, nan, z * m.log(m.magnitude(safe)))


@row(
    shown=lambda m, y, x: (m.sign(x),),
    notation=BARS,
    kinks=(Kink("x = 0", lambda x: x),),
)
def abs_(m: Maths, x: Num) -> Out:
    """|x|. Its derivative at 0 is 0.

    >>> abs(-2.5)
    2.5
    """
    return m.abs(x), m.sign(x)


@row(shown=lambda m, y, x: (0,), notation=function("sign"), kinks=(Kink("x = 0", lambda x: x),))
def sign(m: Maths, x: Num) -> Out:
    """1 above 0, −1 below, and 0 at 0.

    >>> sign(-2.5)
    -1.0
    """
    return m.sign(x), 0.0


@row(
    shown=lambda m, y, a, b: (
        m.where(a > b, 1, m.where(a == b, 1 / 2, 0)),
        m.where(b > a, 1, m.where(a == b, 1 / 2, 0)),
    ),
    notation=function("max", r"\max"),
    kinks=(Kink("a = b", lambda a, b: a - b),),
)
def maximum(m: Maths, a: Num, b: Num) -> Out:
    """The larger of two numbers. At a tie each operand gets half of the derivative.

    >>> a, b = Value(2.0), Value(2.0)
    >>> maximum(a, b).partials
    (0.5, 0.5)
    """
    y = m.where(a > b, a, m.where(b >= a, b, m.where(a == a, b, a)))  # one of them is nan there
    return y, *_shares(m, a > b, b > a)


@row(
    shown=lambda m, y, a, b: (
        m.where(a < b, 1, m.where(a == b, 1 / 2, 0)),
        m.where(b < a, 1, m.where(a == b, 1 / 2, 0)),
    ),
    notation=function("min", r"\min"),
    kinks=(Kink("a = b", lambda a, b: a - b),),
)
def minimum(m: Maths, a: Num, b: Num) -> Out:
    """The smaller of two numbers. At a tie each operand gets half of the derivative.

    >>> minimum(2.0, 3.0)
    2.0
    """
    y = m.where(a < b, a, m.where(b <= a, b, m.where(a == a, b, a)))
    return y, *_shares(m, a < b, b < a)


# --- exponentials and logarithms --------------------------------------------------------------------------------------


@row(shown=lambda m, y, x: (y,), notation=EXPONENTIAL)
def exp(m: Maths, x: Num) -> Out:
    """e to the power x.

    >>> exp(0.0)
    1.0
    """
    y = m.exp(x)
    return y, y


@row(shown=lambda m, y, x: (m.exp(x),), notation=function("expm1"))
def expm1(m: Maths, x: Num) -> Out:
    """e to the power x, minus 1, without losing the digits of a small x.

    >>> expm1(1e-20)
    1e-20
    """
    return m.expm1(x), m.exp(x)


@row(
    shown=lambda m, y, x: (1 / x,),
    notation=function("log", r"\log"),
    domain=Region("x > 0", lambda x: x > 0.0),
)
def log(m: Maths, x: Num) -> Out:
    """The natural logarithm.

    >>> log(1.0)
    0.0
    """
    return m.log(x), 1.0 / x


@row(
    shown=lambda m, y, x: (1 / (1 + x),),
    notation=function("log1p"),
    domain=Region("x > −1", lambda x: x > -1.0),
)
def log1p(m: Maths, x: Num) -> Out:
    """log(1 + x), without losing the digits of a small x.

    >>> log1p(1e-20)
    1e-20
    """
    return m.log1p(x), 1.0 / (1.0 + x)


@row(
    shown=lambda m, y, x: (1 / (2 * y),),
    notation=ROOT,
    domain=Region("x ≥ 0", lambda x: x >= 0.0),
)
def sqrt(m: Maths, x: Num) -> Out:
    """The square root. At 0 its value is 0 and its derivative infinite, which a backward pass refuses.

    >>> sqrt(9.0)
    3.0
    """
    y = m.sqrt(x)
    return y, 0.5 / y


# --- circular and hyperbolic functions --------------------------------------------------------------------------------


@row(shown=lambda m, y, x: (m.cos(x),), notation=function("sin", r"\sin"))
def sin(m: Maths, x: Num) -> Out:
    """The sine of x radians.

    >>> sin(0.0)
    0.0
    """
    return m.sin(x), m.cos(x)


@row(shown=lambda m, y, x: (-m.sin(x),), notation=function("cos", r"\cos"))
def cos(m: Maths, x: Num) -> Out:
    """The cosine of x radians.

    >>> cos(0.0)
    1.0
    """
    return m.cos(x), -m.sin(x)


@row(shown=lambda m, y, x: (1 + y**2,), notation=function("tan", r"\tan"))
def tan(m: Maths, x: Num) -> Out:
    """The tangent of x radians.

    >>> tan(0.0)
    0.0
    """
    y = m.tan(x)
    return y, 1.0 + y * y


@row(shown=lambda m, y, x: (m.cosh(x),), notation=function("sinh", r"\sinh"))
def sinh(m: Maths, x: Num) -> Out:
    """The hyperbolic sine.

    >>> sinh(0.0)
    0.0
    """
    return m.sinh(x), m.cosh(x)


@row(shown=lambda m, y, x: (m.sinh(x),), notation=function("cosh", r"\cosh"))
def cosh(m: Maths, x: Num) -> Out:
    """The hyperbolic cosine.

    >>> cosh(0.0)
    1.0
    """
    return m.cosh(x), m.sinh(x)


@row(
    shown=lambda m, y, x: (1 - y**2,),
    notation=function("tanh", r"\tanh"),
    on_values=lambda m, x: (m.tanh(x), m.sech_squared(x)),
)
def tanh(m: Maths, x: Num) -> Out:
    """The hyperbolic tangent.

    >>> tanh(Value(20.0)).partials
    (1.6993417021166355e-17,)
    """
    e = m.exp(-2.0 * m.magnitude(x))
    return m.tanh(x), 4.0 * e / (1.0 + e * (2.0 + e))


@row(
    shown=lambda m, y, x: (-2 * m.tanh(x) * y,),
    notation=function("sech²", r"\operatorname{sech}^2"),
    on_values=lambda m, x: ((y := m.sech_squared(x)), -2.0 * m.tanh(x) * y),
)
def sech_squared(m: Maths, x: Num) -> Out:
    """1/cosh² x, which is the derivative of tanh.

    >>> sech_squared(20.0)
    1.6993417021166355e-17
    """
    e = m.exp(-2.0 * m.magnitude(x))
    y = 4.0 * e / (1.0 + e * (2.0 + e))
    return y, -2.0 * m.tanh(x) * y


def _atan_on_values(m: Maths, x: Num) -> Out:
    """1/(1 + x²) without x² where x is large: u/(x + u), u = 1/x."""
    large = m.magnitude(x) > 1.0
    much, little = m.where(large, x, 1.0), m.where(large, 0.0, x)
    u = 1.0 / much
    return m.atan(x), m.where(large, u / (much + u), 1.0 / (1.0 + little * little))


@row(shown=lambda m, y, x: (1 / (1 + x**2),), notation=function("atan", r"\arctan"), on_values=_atan_on_values)
def atan(m: Maths, x: Num) -> Out:
    """The angle, in radians, whose tangent is x.

    >>> atan(1.0) * 4
    3.141592653589793
    """
    return m.atan(x), 1.0 / (1.0 + x * x)


# --- activations ------------------------------------------------------------------------------------------------------


def _sigmoid_on_arrays(m: Maths, x: Num) -> Out:
    """σ = h/(h + 1/h) and σ′ = 1/(h + 1/h)², h = exp(x/2): no choice, no overflow, and 0 only where σ is."""
    h = m.exp(m.maximum(m.minimum(0.5 * x, m.log_largest), m.log_smallest))
    total = h + 1.0 / h
    root = 1.0 / total
    return h / total, root * root  # h·root would miss 1 by a last place, which 1 − σ would be made of


@row(
    shown=lambda m, y, x: (y * (1 - y),),
    notation=function("σ", r"\sigma"),
    on_arrays=_sigmoid_on_arrays,
    on_values=lambda m, x: (m.sigmoid(x), 0.25 * m.sech_squared(0.5 * x)),
)
def sigmoid(m: Maths, x: Num) -> Out:
    """σ(x) = 1/(1 + e⁻ˣ).

    >>> sigmoid(0.0)
    0.5
    """
    e = m.exp(-m.magnitude(x))
    return m.where(x >= 0.0, 1.0, e) / (1.0 + e), e / (1.0 + e * (2.0 + e))


@row(
    shown=lambda m, y, x: (m.sigmoid(-x),),
    notation=function("log σ", r"\log\sigma"),
    on_values=lambda m, x: (m.logsigmoid(x), m.sigmoid(-x)),
)
def logsigmoid(m: Maths, x: Num) -> Out:
    """log σ(x).

    >>> logsigmoid(-1000.0)
    -1000.0
    """
    e = m.exp(-m.magnitude(x))
    return m.where(x < 0.0, x, 0.0) - m.log1p(e), m.where(x >= 0.0, e, 1.0) / (1.0 + e)


@row(
    shown=lambda m, y, x: (m.sigmoid(x),),
    notation=function("softplus"),
    on_values=lambda m, x: (m.softplus(x), m.sigmoid(x)),
)
def softplus(m: Maths, x: Num) -> Out:
    """log(1 + eˣ), a smooth relu.

    >>> softplus(1000.0)
    1000.0
    """
    e = m.exp(-m.magnitude(x))
    return m.where(x > 0.0, x, 0.0) + m.log1p(e), m.where(x >= 0.0, 1.0, e) / (1.0 + e)


@row(
    shown=lambda m, y, x, at_zero: (_step(m, x, 0, at_zero),),
    notation=function("ReLU", shown=1),
    kinks=(Kink("x = 0", lambda x, at_zero: x),),
    constants={"at_zero": (0.0, 0.5, 1.0)},
)
def relu(m: Maths, x: Num, at_zero: float = 0.0) -> Out:
    """x where x is positive, else 0. ``at_zero`` is its derivative at 0: a convention, and documents differ.

    >>> relu(-3.0), relu(3.0), relu(Value(0.0), at_zero=0.5).partials
    (0.0, 3.0, (0.5, None))
    """
    return m.where(x <= 0.0, 0.0, x), m.where(x > 0.0, 1.0, m.where(x == 0.0, at_zero, 0.0))


@row(
    shown=lambda m, y, x, alpha, at_zero: (_step(m, x, alpha, at_zero),),
    notation=function("LeakyReLU", shown=2),
    kinks=(Kink("x = 0", lambda x, alpha, at_zero: x),),
    constants={"alpha": (0.01, 0.2), "at_zero": (0.01, 0.0, 1.0)},
)
def leaky_relu(m: Maths, x: Num, alpha: float = 0.01, at_zero: float | str = "alpha") -> Out:
    """x where x is positive, else alpha·x. ``at_zero`` is its derivative at 0 and, unless you say otherwise, alpha.

    >>> leaky_relu(-3.0, alpha=0.1)
    -0.30000000000000004
    """
    return m.where(x > 0.0, x, alpha * x), m.where(x > 0.0, 1.0, m.where(x == 0.0, at_zero, alpha))


def _where_density_is(m: Maths, x: Num) -> Num:
    """x, or a constant where x is finite and φ(x) is 0 all the same: powers of x would become too large."""
    return m.where(m.magnitude(x) < 40.0, x, m.where(m.magnitude(x) < inf, 40.0, x))


@row(
    shown=lambda m, y, x: (-(x * y),),
    notation=function("φ", r"\varphi"),
    on_values=lambda m, x: ((y := m.normal_pdf(x)), -_where_density_is(m, x) * y),
)
def normal_pdf(m: Maths, x: Num) -> Out:
    """φ(x) = exp(−x²/2)/√(2π), the density of the normal distribution.

    >>> normal_pdf(0.0)
    0.3989422804014327
    """
    y = m.normal_pdf(x)
    return y, -x * y


@row(shown=lambda m, y, x: (m.normal_pdf(x),), notation=function("Φ", r"\Phi"))
def normal_cdf(m: Maths, x: Num) -> Out:
    """Φ(x), the share of the normal distribution below x.

    >>> normal_cdf(0.0)
    0.5
    """
    return m.normal_cdf(x), m.normal_pdf(x)


@row(
    shown=lambda m, y, x: (m.normal_cdf(x) + x * m.normal_pdf(x),),
    notation=function("GELU"),
    on_values=lambda m, x: (m.gelu(x), m.normal_cdf(x) + _where_density_is(m, x) * m.normal_pdf(x)),
)
def gelu(m: Maths, x: Num) -> Out:
    """x·Φ(x), exactly and not by tanh.

    >>> gelu(0.0)
    0.0
    """
    share = m.normal_cdf(x)
    return x * share, share + x * m.normal_pdf(x)


# --- of any number of operands ----------------------------------------------------------------------------------------


@row(
    shown=lambda m, y, *xs: (1,) * len(xs),
    notation=infix(" + ", " + ", SUM, SUM, PRODUCT),
)
def sum_(m: Maths, *xs: Num) -> Out:
    """x₁ + x₂ + …, rounded once.

    >>> sum([0.1] * 10)
    1.0
    """
    return (m.sum(xs), *([1.0] * len(xs)))


@row(
    shown=lambda m, y, *both: (*both[len(both) // 2 :], *both[: len(both) // 2]),
    notation=PRODUCTS,
    domain=Region("two lists of one length", lambda *both: len(both) % 2 == 0),
)
def dot(m: Maths, *both: Num) -> Out:
    """w₁·x₁ + w₂·x₂ + …; the operands are all of w, then all of x. The products are rounded, and their sum once."""
    half = len(both) // 2
    w, x = both[:half], both[half:]
    return (m.sum(map(mul_, w, x)), *x, *w)


@row(
    shown=lambda m, y, *xs: _softmax(m, xs),
    notation=function("logsumexp"),
    on_values=lambda m, *xs: (m.logsumexp(*xs), *_shares_of_softmax(m, xs)[1]),
    domain=Region("at least one number", lambda *xs: len(xs) > 0),
    stacks=True,
)
def logsumexp(m: Maths, *xs: Num) -> Out:
    """log(eˣ¹ + eˣ² + …).

    >>> logsumexp([1000.0, 0.0])
    1000.0
    """
    _, largest, e, rest = _exponentials(m, xs)
    return (largest + m.log1p(rest), *m.each(lambda j, x: x / (1.0 + rest), e))


def _cross_entropy_on_values(m: Maths, *logits: Num) -> Out:
    *xs, target = logits
    short, shares = _shares_of_softmax(m, xs)
    dxs = [
        m.where(target == j, short_of_it, share)
        for j, (short_of_it, share) in enumerate(zip(short, shares, strict=True))
    ]
    return (m.softmax_cross_entropy(*logits), *dxs)


@row(
    shown=lambda m, y, *xs: tuple(share - 1 if j == xs[-1] else share for j, share in enumerate(_softmax(m, xs[:-1]))),
    notation=function("crossentropy", r"\ell"),
    constants={"target": (0.0, 1.0)},
    domain=Region(
        "a target that is one of the classes 0, 1, 2, …",
        lambda *xs: xs[-1] == int(xs[-1]) and 0 <= xs[-1] < len(xs) - 1,
    ),
    on_values=_cross_entropy_on_values,
    stacks=True,
)
def softmax_cross_entropy(m: Maths, *logits: Num) -> Out:
    """−log of the share that softmax gives to the target: log(eˣ¹ + eˣ² + …) − x_target. Classes count from 0.

    >>> softmax_cross_entropy([100.0, 0.0], 0)
    3.720075976020836e-44
    """
    *xs, target = logits
    leader, largest, e, rest = _exponentials(m, xs)
    shares = m.each(lambda j, x: x / (1.0 + rest), e)
    short = m.where(target == leader, -rest / (1.0 + rest), m.take(shares, target) - 1.0)  # a leader's share is near 1
    dxs = m.each(lambda j, share: m.where(target == j, short, share), shares)
    return ((largest - m.take(xs, target)) + m.log1p(rest), *dxs)


def _bce_on_values(m: Maths, x: Num, t: Num) -> Out:
    dx = m.where(x >= 0.0, (1.0 - t) - m.sigmoid(-x), m.sigmoid(x) - t)
    return m.binary_cross_entropy_with_logits(x, t), dx, -x


@row(
    shown=lambda m, y, x, t: (m.sigmoid(x) - t, -x),
    notation=function("BCE"),
    on_values=_bce_on_values,
)
def binary_cross_entropy_with_logits(m: Maths, x: Num, t: Num) -> Out:
    """−(t·log σ(x) + (1 − t)·log(1 − σ(x))) for a logit x and a target t between 0 and 1.

    >>> binary_cross_entropy_with_logits(100.0, 1.0)
    3.720075976020836e-44
    """
    e = m.exp(-m.magnitude(x))
    up, down = m.where(x >= 0.0, x, 0.0), m.where(x >= 0.0, 0.0, -x)
    least = e / (1.0 + e)  # of σ(x) and σ(−x), which add up to 1
    return m.log1p(e) + (1.0 - t) * up + t * down, m.where(x >= 0.0, (1.0 - t) - least, least - t), -x


def _step(m: Maths, x: Num, below: float, at_zero: float) -> Num:
    """1 above 0, ``below`` under it, and at 0 whatever the convention is, in as few cases as that takes."""
    if at_zero == below:
        return m.where(x > 0, 1, below)
    if at_zero == 1:
        return m.where(x >= 0, 1, below)
    return m.where(x > 0, 1, m.where(x == 0, at_zero, below))


def _softmax(m: Maths, xs: Sequence[Num]) -> tuple[Num, ...]:
    """Softmax as it is written; `_exponentials` is how it is computed."""
    e = [m.exp(x) for x in xs]
    total = m.sum(e)
    return tuple([each / total for each in e])


def _shares(m: Maths, first_leads: Num, second_leads: Num) -> tuple[Num, Num]:
    """How two rivals share a derivative: all to the one in the lead, half each at a tie."""
    of_first = m.where(first_leads, 1.0, m.where(second_leads, 0.0, 0.5))
    return of_first, 1.0 - of_first


def _exp_of_difference(m: Maths, a: Num, b: Num) -> Num:
    """e^(a − b), with what the rounding of a − b lost: a last place of 700 is worth 500 last places of e⁷⁰⁰."""
    gap = a - b
    back = gap + b
    lost = (a - back) - (b + (gap - back))
    e = m.exp(gap)
    return e + e * m.where(gap > -746.0, lost, 0.0)  # below, e is 0, and lost may be inf − inf


def _exponentials(m: Maths, xs: Sequence[Num]) -> tuple[int, Num, list[Num], Num]:
    """The place of the largest x; that x; each e^(x − largest); and their sum without the largest one's, so that no
    digit of it is lost.
    """
    k = m.argmax(xs)
    largest = m.take(xs, k)
    e = m.each(lambda j, x: m.where(k == j, 1.0, _exp_of_difference(m, x, largest)), xs)
    return k, largest, e, m.sum(m.each(lambda j, x: m.where(k == j, 0.0, x), e))


def _shares_of_softmax(m: Maths, xs: Sequence[Num]) -> tuple[list[Num], list[Num]]:
    """The shares of softmax, for Values, and how much each falls short of 1.

    That the shares stay the same when all of xs move by the largest of them is not left to the derivatives, which
    would find it as a difference of large terms: the largest is held.
    """
    k = m.argmax(xs)
    top = m.held(m.take(xs, k))
    far = [0.5 * m.held(x) - 0.5 * top < -400.0 for x in xs]  # where x − top may be too large
    e = [m.where(away, 0.0, _exp_of_difference(m, m.where(away, top, x), top)) for away, x in zip(far, xs, strict=True)]
    own = m.where(top - top == 0.0, m.take(e, k), 1.0)  # unless the largest is inf
    rest = m.sum([m.where(k == j, 0.0, each) for j, each in enumerate(e)])
    total, ratio = own + rest, rest / own
    largest = 1.0 / (1.0 + ratio)
    shares = [m.where(k == j, largest, each / total) for j, each in enumerate(e)]
    short_of_largest = m.where(ratio < 1.0, -(ratio / (1.0 + ratio)), largest - 1.0)
    return [m.where(k == j, short_of_largest, share - 1.0) for j, share in enumerate(shares)], shares


builtin = frozenset(table)
