"""Write an expression as Python source: one lambda, which records the same graph when it is called.

A result that is used more than once gets a name where it is first computed: ``lambda x: (a := exp(x)) + a * a``. If
there are many names, or the nesting is too deep for Python's parser, the names come first:
``lambda x: (a := exp(x), b := a * a, a + b)[-1]``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from ..primitives import Primitive, lookup

if TYPE_CHECKING:
    from .expressions import Expression, Operand, Step

_BINDING, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)  # precedences in Python
_INFIX = {
    "add": ("+", _SUM, _SUM, _PRODUCT),
    "sub": ("-", _SUM, _SUM, _PRODUCT),
    "mul": ("*", _PRODUCT, _PRODUCT, _SIGN),
    "div": ("/", _PRODUCT, _PRODUCT, _SIGN),
    "pow": ("**", _POWER, _ATOM, _SIGN),
    "power": ("**", _POWER, _ATOM, _SIGN),
}  # the sign, its precedence, and the least precedence of each operand
_NAMES_INLINE = 3  # more names are listed in front
_DEPTH_INLINE = 20


def lambda_source(e: Expression) -> str:
    """Return the expression as ``lambda x, y: …``."""
    head = f"lambda {', '.join(e.variables)}:" if e.variables else "lambda:"
    shared = _shared(e)
    if len(shared) <= _NAMES_INLINE:
        printed, depth = _print(e, bound_at=_first_places(e, shared), named=shared)
        if depth <= _DEPTH_INLINE:
            return f"{head} {printed[e.result][0]}"
    named = _with_resting_places(e, shared)
    printed, _ = _print(e, bound_at={}, named=named)
    lines = [f"{step.name} := {printed[step.name][0]}" for step in e.steps if step.name in named]
    return f"{head} ({', '.join([*lines, printed[e.result][0]])})[-1]"


def _shared(e: Expression) -> set[str]:
    """Return the steps that are used more than once."""
    uses = Counter(x for step in e.steps for x in step.operands)
    return {step.name for step in e.steps if uses[step.name] > 1}


def _first_places(e: Expression, shared: set[str]) -> dict[str, tuple[str, int]]:
    """Map each shared step to the first use that Python evaluates: the step that uses it, and the operand index."""
    steps = {step.name: step for step in e.steps}
    first: dict[str, tuple[str, int]] = {}
    stack = [e.result]
    waiting: list[tuple[str, str, int]] = []
    while stack or waiting:
        if stack:
            name = stack.pop()
            if name in steps:
                operands = steps[name].operands
                waiting += [(x, name, i) for i, x in reversed([*enumerate(operands)]) if isinstance(x, str)]
        if waiting:
            x, user, i = waiting.pop()
            if x not in first:
                first[x] = user, i
                stack.append(x)
    return {name: place for name, place in first.items() if name in shared}


def _with_resting_places(e: Expression, shared: set[str]) -> set[str]:
    """Return the shared steps; in long formulas also others, so that the nesting is not too deep for Python."""
    named = set(shared)
    depth: dict[Operand, int] = {}
    for step in e.steps:
        depth[step.name] = 1 + max(depth.get(x, 0) for x in step.operands)
        if depth[step.name] >= _DEPTH_INLINE and step.name != e.result:
            named.add(step.name)
        if step.name in named:
            depth[step.name] = 0
    return named


def _print(
    e: Expression, bound_at: dict[str, tuple[str, int]], named: set[str]
) -> tuple[dict[Operand, tuple[str, int]], int]:
    """Return each step's text and precedence, and the depth of the deepest nesting.

    A named step is written as its name, except at its first use, where it is bound.
    """
    printed: dict[Operand, tuple[str, int]] = {}
    depth: dict[Operand, int] = {}
    for step in e.steps:
        texts: list[tuple[str, int]] = []
        for i, x in enumerate(step.operands):
            if not isinstance(x, str):
                texts.append(_constant(x))
            elif x not in printed or (x in named and bound_at.get(x) != (step.name, i)):
                texts.append((x, _ATOM))
            elif x in named:
                texts.append((f"{x} := {printed[x][0]}", _BINDING))
            else:
                texts.append(printed[x])
        printed[step.name] = _form(step, texts)
        depth[step.name] = 1 + max([depth.get(x, 0) for x in step.operands], default=0)
    printed.setdefault(e.result, (e.result, _ATOM))  # the expression is just a variable
    return printed, max(depth.values(), default=0)


def _form(step: Step, texts: Sequence[tuple[str, int]]) -> tuple[str, int]:
    if step.primitive in _INFIX:
        sign, precedence, *least = _INFIX[step.primitive]
        left, right = [_fenced(text, needed) for text, needed in zip(texts, least, strict=True)]
        return f"{left} {sign} {right}", precedence
    if step.primitive == "neg":
        return f"-{_fenced(texts[0], _ATOM)}", _SIGN
    row = lookup(step.primitive)
    return f"{row.name}({', '.join(_arguments(row, step.operands, [text for text, _ in texts]))})", _ATOM


def _arguments(row: Primitive, operands: Sequence[Operand], texts: Sequence[str]) -> Iterator[str]:
    """Yield the arguments of a call; a constant only if it is not the default."""
    split = len(texts) - len(row.constants)
    if row.name == "dot":
        yield f"[{', '.join(texts[: split // 2])}]"
        yield f"[{', '.join(texts[split // 2 :])}]"
    elif row.nary:
        yield f"[{', '.join(texts[:split])}]"
    else:
        yield from texts[:split]
    given = dict(zip(row.constants, operands[split:], strict=True))
    for (name, value), text in zip(given.items(), texts[split:], strict=True):
        default = row.defaults.get(name)
        if value != (given.get(default) if isinstance(default, str) else default):
            yield f"{name}={text}"


def _fenced(text: tuple[str, int], least: int) -> str:
    return text[0] if text[1] >= least else f"({text[0]})"


def _constant(x: float) -> tuple[str, int]:
    text = repr(x) if isfinite(x) else f"float('{x}')"
    return text, _SIGN if text.startswith("-") else _ATOM
