r"""Notation: what a rule, or the derivative that people write, looks like on the page.

A row's ``shown`` is a function; called with names instead of numbers it yields an expression, and an expression prints
as text, LaTeX or Python, with parentheses only where they are needed:

>>> from autograd.primitives import table
>>> x = Symbol("x")
>>> [slope] = table["tanh"].shown(names, names.tanh(x), x)
>>> print(slope.text, slope.latex, slope.python, sep="\n")
1 − tanh² x
1 - \tanh^{2} x
1.0 - tanh(x)**2.0
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from . import primitives as rows
from .notation import ATOM, MINUS, POWER, PRODUCT, SUM
from .primitives import Mathematics, Primitive

Operand: TypeAlias = "Expression | float"

_LOOSEST = SUM - 1  # a comparison


class Expression:
    """A formula. Arithmetic on formulas makes formulas."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """As plain text, in the manner of handwritten notes."""
        return _print(self, _TEXT, _LOOSEST)

    @property
    def latex(self) -> str:
        """As LaTeX, for math mode."""
        return _print(self, _LATEX, _LOOSEST)

    @property
    def python(self) -> str:
        """As Python, in the functions of `autograd`; it evaluates to what the formula stands for."""
        return _print(self, _PYTHON, _LOOSEST)

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
        raise TypeError(f"{self.text} is a formula, not a fact: choose with m.where(condition, x, y) in place of if")


@dataclass(frozen=True, slots=True, eq=False)
class Symbol(Expression):
    """A name: ``x``, ``w_1``, ``alpha``."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Number(Expression):
    """A number."""

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Apply(Expression):
    """A primitive of its operands."""

    row: Primitive
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Relation(Expression):
    """A comparison of two formulas."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Cases(Expression):
    """One formula where a condition holds, and another elsewhere."""

    condition: Expression
    here: Expression
    elsewhere: Expression


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
"""What a rule gets as ``m`` when it is to be written down."""


# --- printing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Style:
    """What differs from one kind of page to another; `_print` knows what they share."""

    symbol: Callable[[str], str]
    number: Callable[[float], str]
    forms: Mapping[str, Callable[[Primitive, Sequence[Expression], _Style], tuple[str, int]]]
    relations: Mapping[str, str]
    cases: Callable[[list[tuple[str, str]], str], str]
    brackets: Callable[[str], str] = "({})".format


def _print(e: Expression, style: _Style, least: int) -> str:
    """The formula, in parentheses if it holds together less tightly than its place asks for."""
    text, precedence = _form(e, style)
    return text if precedence >= least else style.brackets(text)


def _form(e: Expression, style: _Style) -> tuple[str, int]:
    if isinstance(e, Symbol):
        return style.symbol(e.name), ATOM
    if isinstance(e, Number):
        return style.number(e.value), MINUS if str(e.value).startswith("-") else ATOM
    if isinstance(e, Relation):
        left, right = _print(e.left, style, SUM), _print(e.right, style, SUM)
        return f"{left} {style.relations[e.sign]} {right}", _LOOSEST
    if isinstance(e, Cases):
        cases = []
        rest: Expression = e
        while isinstance(rest, Cases):
            cases.append((_print(rest.here, style, SUM), _print(rest.condition, style, _LOOSEST)))
            rest = rest.elsewhere
        return style.cases(cases, _print(rest, style, SUM)), ATOM
    assert isinstance(e, Apply)
    return style.forms[e.row.notation.kind](e.row, e.operands, style)


def _operands(row: Primitive, operands: Sequence[Expression], style: _Style) -> list[str]:
    """Each operand as its place in the row's notation asks for it."""
    least = row.notation.operands
    return [_print(x, style, least[min(i, len(least) - 1)]) for i, x in enumerate(operands)]


def _arguments(row: Primitive, operands: Sequence[Expression], style: _Style) -> str:
    return ", ".join([_print(x, style, SUM) for x in operands[: row.notation.shown]])


def _raised(row: Primitive, operands: Sequence[Expression], style: _Style) -> tuple[str, int]:
    base, exponent = operands
    whole = isinstance(exponent, Number) and exponent.value == int(exponent.value) >= 2
    if isinstance(base, Apply) and base.row.notation.kind == "function" and whole:  # tanh² x
        name = base.row.notation.text if style is _TEXT else base.row.notation.latex
        inner = _arguments(base.row, base.operands, style)
        simple = len(base.operands) == 1 and isinstance(base.operands[0], Symbol)
        return f"{name}{_superscript(exponent, style)}" + (f" {inner}" if simple else style.brackets(inner)), POWER
    return f"{_print(base, style, ATOM)}{_superscript(exponent, style)}", POWER


def _superscript(exponent: Expression, style: _Style) -> str:
    if style is _LATEX:
        return f"^{{{_print(exponent, style, SUM)}}}"
    if isinstance(exponent, Number) and exponent.value == int(exponent.value) and abs(exponent.value) < 1000:
        return _number_text(exponent.value).translate(_SUPERSCRIPTS)
    return f"^{_print(exponent, style, ATOM)}"


_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_NAME = re.compile(r"([A-Za-z]+?)_?(\d*)")


def _symbol_text(name: str) -> str:
    """``w_1`` and ``w1`` as w₁, ``alpha`` as α; other names as they are."""
    parts = _NAME.fullmatch(name)
    return _GREEK.get(parts[1], parts[1]) + parts[2].translate(_SUBSCRIPTS) if parts else name


def _symbol_latex(name: str) -> str:
    parts = _NAME.fullmatch(name)
    if not parts:
        return rf"\text{{{_escaped(name)}}}"
    letters = rf"\{parts[1]}" if parts[1] in _GREEK else parts[1] if len(parts[1]) == 1 else rf"\mathrm{{{parts[1]}}}"
    return f"{letters}_{{{parts[2]}}}" if parts[2] else letters


_LATEX_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\n": " "}


def _escaped(name: str) -> str:
    return "".join(_LATEX_SPECIAL.get(c, f"\\{c}" if c in "#$%&_{}" else c) for c in name)


def _number_text(x: float) -> str:
    return (str(int(x)) if x == int(x) and abs(x) < 1e15 else repr(x)).replace("-", "−")


def _number_latex(x: float) -> str:
    mantissa, _, exponent = (str(int(x)) if x == int(x) and abs(x) < 1e15 else repr(x)).partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def _brackets_latex(inner: str) -> str:
    tall = any(part in inner for part in (r"\frac", r"\begin", r"\left"))
    return rf"\left({inner}\right)" if tall else f"({inner})"


def _cases_text(cases: list[tuple[str, str]], otherwise: str) -> str:
    return "{" + "; ".join(f"{value} if {condition}" for value, condition in cases) + f"; {otherwise} otherwise}}"


def _cases_latex(cases: list[tuple[str, str]], otherwise: str) -> str:
    lines = [rf"{value} & {condition} \\" for value, condition in cases]
    return rf"\begin{{cases}} {' '.join(lines)} {otherwise} & \text{{otherwise}} \end{{cases}}"


def _cases_python(cases: list[tuple[str, str]], otherwise: str) -> str:
    for value, condition in reversed(cases):
        otherwise = f"where({condition}, {value}, {otherwise})"
    return otherwise


def _products(row: Primitive, operands: Sequence[Expression], style: _Style) -> tuple[str, int]:
    half = len(operands) // 2
    pairs = [Apply(rows.mul, (w, x)) for w, x in zip(operands[:half], operands[half:], strict=True)]
    return " + ".join([_print(pair, style, PRODUCT) for pair in pairs]), PRODUCT if half == 1 else SUM


_TEXT = _Style(
    symbol=_symbol_text,
    number=_number_text,
    forms={
        "function": lambda row, xs, style: (f"{row.notation.text}({_arguments(row, xs, style)})", ATOM),
        "infix": lambda row, xs, style: (row.notation.text.join(_operands(row, xs, style)), row.notation.precedence),
        "prefix": lambda row, xs, style: (f"−{_operands(row, xs, style)[0]}", MINUS),
        "fraction": lambda row, xs, style: ("/".join(_operands(row, xs, style)), PRODUCT),
        "power": _raised,
        "exponential": lambda row, xs, style: (f"e{_superscript(xs[0], style)}", POWER),
        "root": lambda row, xs, style: (f"√{_print(xs[0], style, ATOM)}", POWER),
        "fence": lambda row, xs, style: (f"|{_print(xs[0], style, SUM)}|", ATOM),
        "products": _products,
        "nothing": lambda row, xs, style: _form(xs[0], style),
    },
    relations={"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "="},
    cases=_cases_text,
)

_LATEX = _Style(
    symbol=_symbol_latex,
    number=_number_latex,
    forms={
        **_TEXT.forms,
        "function": lambda row, xs, style: (
            f"{row.notation.latex}{style.brackets(_arguments(row, xs, style))}",
            ATOM,
        ),
        "infix": lambda row, xs, style: (row.notation.latex.join(_operands(row, xs, style)), row.notation.precedence),
        "prefix": lambda row, xs, style: (f"-{_operands(row, xs, style)[0]}", MINUS),
        "fraction": lambda row, xs, style: (
            rf"\frac{{{_print(xs[0], style, SUM)}}}{{{_print(xs[1], style, SUM)}}}",
            POWER,
        ),
        "root": lambda row, xs, style: (rf"\sqrt{{{_print(xs[0], style, SUM)}}}", ATOM),
        "fence": lambda row, xs, style: (rf"\left|{_print(xs[0], style, SUM)}\right|", ATOM),
    },
    relations={"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "="},
    cases=_cases_latex,
    brackets=_brackets_latex,
)

_PYTHON_SIGNS = {"add": " + ", "sub": " - ", "mul": " * ", "div": " / "}


def _call_python(row: Primitive, operands: Sequence[Expression], style: _Style) -> tuple[str, int]:
    printed = [_print(x, style, SUM) for x in operands]
    if row is rows.dot:
        half = len(printed) // 2
        printed = [f"[{', '.join(printed[:half])}]", f"[{', '.join(printed[half:])}]"]
    elif row.nary:
        split = len(printed) - len(row.constants)
        printed = [f"[{', '.join(printed[:split])}]", *printed[split:]]
    return f"{row.name}({', '.join(printed)})", ATOM


def _infix_python(row: Primitive, operands: Sequence[Expression], style: _Style) -> tuple[str, int]:
    if row.name not in _PYTHON_SIGNS:
        return _call_python(row, operands, style)
    return _PYTHON_SIGNS[row.name].join(_operands(row, operands, style)), row.notation.precedence


_PYTHON = _Style(
    symbol=str,
    number=repr,
    forms={
        **dict.fromkeys(_TEXT.forms, _call_python),
        "infix": _infix_python,
        "fraction": _infix_python,
        "prefix": lambda row, xs, style: (f"-{_operands(row, xs, style)[0]}", MINUS),
        "power": lambda row, xs, style: ("**".join(_operands(row, xs, style)), POWER),
        "nothing": _TEXT.forms["nothing"],
    },
    relations={sign: sign for sign in ("<", "<=", ">", ">=", "==")},
    cases=_cases_python,
)
