"""Your own primitives: add a row to the table, which everything else in the package reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

from . import floats as _floats
from . import primitives as rows
from .calls import function
from .notation import Notation
from .primitives import EVERYWHERE, Kink, Out, Primitive, Region, Rule


def primitive(
    rule: Rule | None = None,
    *,
    shown: Callable[..., Out] | None = None,
    notation: Notation | None = None,
    domain: Region = EVERYWHERE,
    kinks: tuple[Kink, ...] = (),
    constants: Mapping[str, tuple[float, ...]] | None = None,
    base: Callable[..., float] | None = None,
    array_base: Callable[..., Any] | None = None,
) -> Any:
    r"""Add a primitive to the table, and return the function that applies it to Values, numbers and arrays.

    The rule is a function of ``m``, which has the functions for one kind of number, and of the operands. It returns the
    value and then one local derivative for each operand. It is called with floats, with Values (for higher orders) and
    with arrays, so write it with operators and the functions of ``m``: every primitive, ``m.where(condition, x, y)`` in
    place of ``if``, and ``m.magnitude(x)`` for \|x\| in a formula that is smooth at 0.

    >>> @primitive
    ... def swish(m, x):
    ...     s = m.sigmoid(x)
    ...     return x * s, s + x * s * m.sigmoid(-x)
    >>> x = Value(2.0)
    >>> y = swish(x)
    >>> y.backward()
    >>> round(y.data, 6), round(x.grad, 6)
    (1.761594, 1.090784)

    If the function cannot be composed of other primitives, pass it as ``base`` (on floats) and, if there is a fast one,
    ``array_base`` (on arrays). The rule finds it in ``m`` under the primitive's own name.

    >>> import math
    >>> @primitive(base=math.erf)
    ... def erf(m, x):
    ...     return m.erf(x), 2 / math.sqrt(math.pi) * m.exp(-x * x)
    >>> grad(grad(erf))(0.5) == -grad(erf)(0.5)
    True

    The other options: ``shown`` returns the derivatives in textbook form, from ``m``, the output and the operands.
    ``notation`` is how the primitive is written. ``domain`` and ``kinks`` say where it is defined, and where it has no
    derivative. ``constants`` names the last operands, if no derivative flows to them, each with some values to test.
    Defining a name again replaces your earlier definition. The names of built-in primitives cannot be redefined.
    """

    def add(rule: Rule) -> Callable[..., Any]:
        row = rows.make_row(
            rule,
            shown=shown,
            notation=notation,
            domain=domain,
            kinks=kinks,
            constants=constants,
            base=base,
            array_base=array_base,
        )
        if row.name in rows.builtin or row.name in _floats.base_names:
            raise ValueError(f"there is already a primitive {row.name!r}; choose another name for yours")
        row = replace(row, rule=_checked(row))
        rows.add_row(row)
        call = function(row)
        call.__module__ = rule.__module__
        return call

    return add if rule is None else add(rule)


def _checked(row: Primitive) -> Rule:
    """Wrap a rule with a check of what it returns, since a mistake there would be a wrong gradient later."""
    rule, constants = row.rule, len(row.constants)

    @wraps(rule)
    def checked(m: Any, *operands: Any) -> Out:
        result = rule(m, *operands)
        expected = 1 + len(operands) - constants
        if not isinstance(result, tuple) or len(result) != expected:
            got = f"{len(result)} things" if isinstance(result, tuple) else repr(result)
            raise TypeError(
                f"the rule of {row.name} must return the value and one derivative for each operand, "
                f"{expected} numbers in all, and it returned {got}"
            )
        if m is _floats.floats:
            return tuple(map(float, result))
        return result

    return checked
