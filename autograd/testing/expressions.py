"""Expressions and graphs as plain data: the strategies draw them, and failing tests print them.

An `Expression` is a formula with names: frozen, comparable, and independent of any Value. It can be computed with
Values (which records a graph), with floats, or in another arithmetic such as multiprecision. A `Graph` is an expression
and a point to compute it at. Both have a repr that recreates them:

>>> e = expression(lambda x, y: (a := x * y) * tanh(a))
>>> e
expression(lambda x, y: (a := x * y) * tanh(a))
>>> round(e(1.0, 2.0), 6)
1.928055
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import Parameter, signature
from itertools import count
from keyword import iskeyword
from math import nan
from string import ascii_lowercase
from typing import Any, NamedTuple, TypeAlias

from ..backprop import ancestry
from ..calls import dot, function
from ..primitives import Mathematics, Primitive, lookup, table
from ..recording import recording
from ..value import Value, apply
from .source import lambda_source

Operand: TypeAlias = "str | float"  # the name of a variable or step, or a constant


class Step(NamedTuple):
    """One operation: the name of its result, the name of the primitive, and the operands as names or constants.

    >>> from autograd.testing import expression
    >>> expression(lambda x: 3 * x).steps
    (Step(name='a', primitive='mul', operands=(3.0, 'x')),)
    """

    name: str
    primitive: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Expression:
    """A formula of some variables, as its operations in topological order.

    Create one with `expression`, or draw one with `expressions`. A result that is used twice is one step that two
    operands name, so an expression is a graph, not just a tree.

    >>> from autograd.testing import expression
    >>> e = expression(lambda x, y: (b := x * y) * b)
    >>> e, e(2.0, 3.0)
    (expression(lambda x, y: (a := x * y) * a), 36.0)
    """

    variables: tuple[str, ...]
    steps: tuple[Step, ...]
    result: str

    def __call__(self, *numbers: Any) -> Any:
        """Compute the result for Values, plain numbers or arrays, with the operators and functions of `autograd`."""
        return self.nodes(*numbers)[self.result]

    def nodes(self, *numbers: Any) -> dict[str, Any]:
        """Return every variable and every step by name, computed as in a call.

        >>> expression(lambda x: 3 * tanh(x)).nodes(0.0)
        {'x': 0.0, 'a': 0.0, 'b': 0.0}
        """
        return self._walk(perform, numbers)

    def evaluate(self, m: Mathematics, *numbers: Any) -> Any:
        """Compute the result with the functions ``m``, on numbers of its kind.

        >>> from autograd.floats import ieee, Ieee
        >>> expression(lambda x: log(x) * 2).evaluate(ieee, Ieee(0.0))
        -inf
        """
        return self._walk(lambda row, operands: value_in(m, row, operands), numbers)[self.result]

    def _walk(self, do: Callable[[Primitive, tuple[Any, ...]], Any], numbers: tuple[Any, ...]) -> dict[str, Any]:
        if len(numbers) != len(self.variables):
            raise TypeError(f"this expression takes ({', '.join(self.variables)}), and got {len(numbers)} numbers")
        known: dict[Operand, Any] = dict(zip(self.variables, numbers, strict=True))
        for name, primitive, operands in self.steps:
            known[name] = do(lookup(primitive), tuple([known.get(x, x) for x in operands]))
        return known  # type: ignore[return-value]  # every key is a name: constants are only looked up

    @property
    def source(self) -> str:
        """The expression as a Python function that uses operators and the functions of `autograd`."""
        return lambda_source(self)

    def __repr__(self) -> str:
        return f"expression({self.source})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # called by Hypothesis and IPython
        printer.text(repr(self))


@dataclass(frozen=True, slots=True, repr=False)
class Graph:
    """An expression, and the point to compute it at. Create one with `graph`, or draw one with `graphs`.

    >>> from autograd.testing import graph
    >>> graph(lambda x, y: x * y + x, 2.0, 3.0)
    graph(lambda x, y: x * y + x, 2.0, 3.0)
    """

    expression: Expression
    point: tuple[float, ...]

    def build(self) -> tuple[Value, tuple[Value, ...]]:
        """Compute the expression with new Values, and return its Value and the labelled Values of its variables.

        >>> y, (x,) = graph(lambda x: x * x, 3.0).build()
        >>> y.backward()
        >>> y.data, x.grad
        (9.0, 6.0)
        """
        leaves = tuple([Value(x, label=name) for name, x in zip(self.expression.variables, self.point, strict=True)])
        return self.expression(*leaves), leaves

    def __repr__(self) -> str:
        return f"graph({', '.join([self.expression.source, *map(repr, self.point)])})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


# --- computing --------------------------------------------------------------------------------------------------------

OPERATORS: Mapping[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "pow": operator.pow,
    "power": operator.pow,
    "abs": operator.abs,
}


def perform(row: Primitive, operands: tuple[Any, ...]) -> Any:
    """Apply one primitive as a user would, by its operator or its function."""
    if all(type(x) is float for x in operands):
        return apply(row, operands)  # Python's operators do not follow the rule for non-finite numbers
    if row.name in OPERATORS:
        return OPERATORS[row.name](*operands)
    if row.name == "dot":
        return dot(operands[: len(operands) // 2], operands[len(operands) // 2 :])
    if row.nary:
        split = len(operands) - len(row.constants)
        return function(row)(operands[:split], *operands[split:])
    return function(row)(*operands)


def value_in(m: Mathematics, row: Primitive, operands: tuple[Any, ...]) -> Any:
    """Apply one primitive to numbers of another kind, by its function of that name or else by the row's rule."""
    if row.name in ("pow", "power"):
        return m.pow(*operands)
    if row.name == "sum":
        return m.sum(operands)
    if row.name in OPERATORS:
        return OPERATORS[row.name](*operands)
    own = vars(m).get(row.name)
    return own(*operands) if own is not None else row.rule(m, *operands)[0]


# --- from a function --------------------------------------------------------------------------------------------------


def expression(f: Callable[..., Any]) -> Expression:
    """Return the expression that a Python function computes. Its arguments are the variables.

    The function is called once, with Values that hold nan, and the recorded graph is converted. An ``if`` on a number
    is therefore decided only once; use primitives such as maximum and relu instead.

    >>> expression(lambda x: x + x * 2).steps
    (Step(name='a', primitive='mul', operands=('x', 2.0)), Step(name='b', primitive='add', operands=('x', 'a')))
    """
    if isinstance(f, Expression):
        return f
    variables = _arguments_of(f)
    check_variables(variables)
    leaves = [Value(nan, label=name) for name in variables]
    with recording():
        y = f(*leaves)
    if not isinstance(y, Value):
        raise TypeError(
            f"expression needs a function that computes a Value from its arguments; this one returned {y!r} "
            f"of type {type(y).__name__}"
        )
    return recorded(y, dict(zip(leaves, variables, strict=True)))


def graph(f: Callable[..., Any], *point: float) -> Graph:
    """Return the expression that a Python function computes, with a point to compute it at.

    >>> graph(lambda x, y: x - y, 3, 2)
    graph(lambda x, y: x - y, 3.0, 2.0)
    """
    e = expression(f)
    if len(point) != len(e.variables):
        raise TypeError(f"graph needs a number for each of ({', '.join(e.variables)}), and got {len(point)}")
    return Graph(e, tuple([Value(x).data for x in point]))


def recorded(y: Value, names: Mapping[Value, str]) -> Expression:
    """Return the expression of a recorded graph, whose leaves have these names.

    >>> x = Value(2.0)
    >>> recorded(exp(x) * x, {x: "x"})
    expression(lambda x: exp(x) * x)
    """
    called: dict[Value, str] = dict(names)
    steps: list[Step] = []
    for node in reversed(ancestry(y)):
        if node in called:
            continue
        if node.primitive is None or not node.operands:
            raise ValueError(
                f"{node!r} is neither a variable nor computed from one: make it an argument, or use the number itself"
            )
        operands = tuple([called[x] if isinstance(x, Value) else x for x in node.operands])
        called[node] = f"{len(steps)}"
        steps.append(Step(called[node], node.primitive.name, operands))
    return tidied(tuple(names.values()), steps, called[y])


def tidied(variables: tuple[str, ...], steps: Iterable[Step], result: str) -> Expression:
    """Return the expression of the steps that the result needs, renamed a, b, c, … in the order of evaluation.

    So two expressions with the same operations are equal.
    """
    by_name = {step.name: step for step in steps}
    fresh = _fresh_names(variables)
    renamed: dict[Operand, str] = {name: name for name in variables}
    tidy: list[Step] = []
    stack = [result]
    while stack:
        name = stack[-1]
        if name not in renamed:
            _, primitive, operands = by_name[name]
            waiting = [x for x in operands if isinstance(x, str) and x not in renamed]
            if waiting:
                stack += reversed(waiting)
                continue
            renamed[name] = next(fresh)
            tidy.append(Step(renamed[name], primitive, tuple([renamed.get(x, x) for x in operands])))
        stack.pop()
    return Expression(variables, tuple(tidy), renamed[result])


def _arguments_of(f: Callable[..., Any]) -> tuple[str, ...]:
    if not callable(f):
        raise TypeError(f"expression needs a function, such as lambda x, y: x * tanh(y); got {f!r}")
    parameters = signature(f).parameters.values()
    plain = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    if not all(p.kind in plain and p.default is Parameter.empty for p in parameters):
        raise TypeError(f"expression needs a function whose arguments are its variables, without * or defaults: {f!r}")
    return tuple([p.name for p in parameters])


def check_variables(names: Iterable[str]) -> None:
    """Reject names that a printed expression cannot use."""
    seen: set[str] = set()
    for name in names:
        if not isinstance(name, str) or not name.isidentifier() or iskeyword(name):
            raise ValueError(f"a variable needs a name that Python can use, such as 'x' or 'w1'; got {name!r}")
        if name in table or name in ("expression", "graph"):
            raise ValueError(f"{name!r} is a function that expressions may use; choose another name for the variable")
        if name in seen:
            raise ValueError(f"the variable {name!r} occurs twice; each needs its own name")
        seen.add(name)


def _fresh_names(taken: Iterable[str]) -> Iterator[str]:
    """Yield a, b, …, z, t26, t27, …"""
    for i in count():
        name = ascii_lowercase[i] if i < len(ascii_lowercase) else f"t{i}"
        if name not in taken and name not in table:
            yield name
