"""Value: a number that records how it was computed.

An operation on Values calls its rule once, which computes the value and the local derivatives, and records them with
the operands in a new node. backprop.py walks the graph that this file records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count, zip_longest
from math import isfinite
from typing import Any, NoReturn, TypeAlias, cast

from . import primitives as rows
from .errors import call, non_finite
from .floats import Ieee, floats, ieee
from .interop import NumpyOperand
from .primitives import Primitive
from .real import drops_out, named, number, real
from .recording import is_paused, pauses, recording
from .watch import compared, leaves_graph, watch, watches

Number: TypeAlias = "Value | float"

_new = object.__new__
_next_serial = count().__next__
_FAULTS = (ArithmeticError, ValueError)  # what arithmetic and the math module raise instead of inf and nan


# --- operations: what the methods of Value are made of ---------------------------------------------------------------


def node(row: Primitive, data: float, a: Any, b: Any, da: Any, db: Any) -> Value:
    """Record an operation: return a new Value with its number, its operands and its local derivatives."""
    if pauses and is_paused():
        if watches and (here := watch()) is not None:
            with recording():  # a program computes the number anew, and no derivatives flow through it
                return cast("Value", here.held(node(row, data, a, b, da, db)))
        a = b = da = db = None  # a node with a primitive but no operands was not recorded
    made = _new(Value)
    made._data = data
    made._grad = 0.0
    made._label = None
    made.primitive = row
    made._a = a
    made._b = b
    made._da = da
    made._db = db
    made._serial = _next_serial()
    return made


def unary(row: Primitive) -> Callable[[Value], Value]:
    """Return the operation on one Value."""
    rule = row.rule

    def operation(x: Value) -> Value:
        try:
            y, dx = rule(floats, x._data)
        except _FAULTS:
            y, dx = carefully(row, (x,))
        if y - y != 0.0:  # inf or nan
            y, dx = carefully(row, (x,))
        return node(row, y, x, None, dx, None)

    return _explained(operation, row)


def binary(row: Primitive) -> Callable[[Any, Any], Value]:
    """Return the operation on two operands, at least one of which is a Value."""
    rule = row.rule

    def operation(x: Any, y: Any) -> Value:
        if isinstance(x, Value):
            a = x._data
        else:
            x = a = number(x)
        if isinstance(y, Value):
            b = y._data
        else:
            y = b = number(y)
        if a is NotImplemented or b is NotImplemented:
            return cast(Value, NotImplemented)
        try:
            z, dx, dy = rule(floats, a, b)
        except _FAULTS:
            z, dx, dy = carefully(row, (x, y))
        if z - z != 0.0:
            z, dx, dy = carefully(row, (x, y))
        return node(row, z, x, y, None if x is a else dx, None if y is b else dy)

    return _explained(operation, row)


def reflected(operation: Callable[[Any, Any], Value]) -> Callable[[Value, Any], Value]:
    """Return the operation with its operands swapped: for ``2 * v`` Python passes the Value first."""
    return lambda y, x: operation(x, y)


def with_constant(row: Primitive) -> Callable[..., Value]:
    """Return the operation on a Value and a constant, such as relu's at_zero and the exponent of x**2."""
    rule = row.rule
    (name,) = row.constants
    default = row.defaults.get(name)

    def operation(x: Value, constant: Any = default, **named: Any) -> Value:
        if named:
            _, constant = row.bind((x,), named)
        c = constant if type(constant) is float else real(constant, name)
        try:
            y, dx = rule(floats, x._data, c)
        except _FAULTS:
            y, dx = carefully(row, (x, c))
        if y - y != 0.0:
            y, dx = carefully(row, (x, c))
        return node(row, y, x, c, dx, None)

    return _explained(operation, row)


def apply(row: Primitive, operands: Sequence[Any]) -> Any:
    """Apply a row to any mixture of Values and numbers. The result is a Value, or a float if no operand is a Value.

    The closures above do the same for the common numbers of operands, faster.
    """
    try:
        numbers = [x._data for x in operands]
        operands = tuple(operands)
        mixed = False
    except AttributeError:  # some operands are plain numbers
        operands = tuple([x if isinstance(x, Value) or type(x) is float else real(x, row.name) for x in operands])
        numbers = [x._data if isinstance(x, Value) else x for x in operands]
        mixed = True
    if row.constants or row.nary:
        _check(row, operands, numbers)
    try:
        result = row.rule(floats, *numbers)
    except _FAULTS:
        result = carefully(row, operands)
    if result[0] - result[0] != 0.0:
        result = carefully(row, operands)
    partials: Sequence[Any] = result[1:]
    if mixed or row.constants:
        partials = tuple([d if isinstance(x, Value) else None for x, d in zip_longest(operands, partials)])
        if not any(isinstance(x, Value) for x in operands):
            return result[0]
    return node(row, result[0], operands, None, partials, None)


def operation(row: Primitive) -> Callable[..., Any]:
    """Return the fastest function that records the row when its first operand is a Value."""
    shape = len(row.operands), len(row.constants)
    if not row.nary and shape == (1, 0):
        return unary(row)
    if not row.nary and shape == (2, 0):
        return binary(row)
    if not row.nary and shape == (2, 1):
        return with_constant(row)
    return _explained(lambda *operands, **named: apply(row, row.bind(operands, named)), row)


def _explained(operation: Callable[..., Value], row: Primitive) -> Callable[..., Value]:
    """Give an operation the row's name and docstring, for `help`."""
    operation.__name__ = row.name
    operation.__qualname__ = f"Value.{row.name}"
    operation.__doc__ = row.doc
    return operation


def _check(row: Primitive, operands: Sequence[Any], numbers: Sequence[float]) -> None:
    """Reject a Value as a constant, and operands outside the domain of an n-ary row, such as no logits at all."""
    if row.constants and watch() is None:
        for name, constant in zip(reversed(tuple(row.constants)), reversed(operands), strict=False):
            if isinstance(constant, Value):
                real(constant, name)
    if row.nary and not row.domain.contains(*numbers):
        raise ValueError(f"{call(row, numbers)}: {row.name} is defined for {row.domain.text}")


def carefully(row: Primitive, operands: Sequence[Number]) -> tuple[float, ...]:
    """Call the rule again in arithmetic that does not raise.

    An infinite derivative is returned. If finite operands gave inf or nan, raise a NonFiniteError that says so.
    """
    numbers = [operand._data if isinstance(operand, Value) else operand for operand in operands]
    constants = len(row.constants)
    split = len(numbers) - constants
    result = row.rule(ieee, *map(Ieee, numbers[:split]), *numbers[split:])
    value, *partials = map(float, result)
    if isfinite(value) or not all(map(isfinite, numbers)):
        return (value, *partials)
    if (here := watch()) is not None and here.forgives(operands):
        return (value, *partials)
    labels = [operand.label if isinstance(operand, Value) else None for operand in operands]
    raise non_finite(row, numbers, labels, value)


class Value(NumpyOperand):
    """A real number (a float64) that records how it was computed, so that it can be differentiated.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 2 * x
    >>> y.backward()
    >>> y.data, x.grad
    (15.0, 8.0)
    """

    # One object for each node, and no tuples for one or two operands: for a large graph most of the time goes to the
    # garbage collector, which visits every container. One or two operands are in _a and _b, with the local derivatives
    # in _da and _db. More operands are a tuple in _a, with a tuple in _da. The derivative for a constant operand (a
    # float) is None. A leaf has None in _a. The __dict__ is for attributes that users set.
    __slots__ = (
        "__dict__", "__weakref__", "_a", "_b", "_da", "_data", "_db", "_grad", "_label", "_serial", "primitive",
    )  # fmt: skip

    _a: Any
    _b: Any
    _da: Any
    _db: Any
    _label: str | None
    primitive: Primitive | None
    """The row of the table that made this node; None for a leaf."""

    def __init__(self, data: float, *, label: str | None = None) -> None:
        self._data: float = data if type(data) is float else real(data, "Value")
        self._grad: float = 0.0
        self._label = None if label is None else named(label)
        self.primitive = self._a = self._b = self._da = self._db = None
        self._serial: int = _next_serial()

    @property
    def data(self) -> float:
        """The number. Setting it does not change nodes that were already computed from it."""
        if watches:
            leaves_graph(self, ".data")
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        if watches:
            leaves_graph(self, "setting .data")
        self._data = data if type(data) is float else real(data, "data")

    @property
    def grad(self) -> float:
        """The derivative of a root with respect to this node, accumulated by `backward`."""
        if watches:
            leaves_graph(self, ".grad")
        return self._grad

    @grad.setter
    def grad(self, grad: float) -> None:
        self._grad = grad if type(grad) is float else real(grad, "grad")

    @property
    def label(self) -> str | None:
        """The name of this node in messages, formulas and pictures."""
        return self._label

    @label.setter
    def label(self, label: str | None) -> None:
        self._label = None if label is None else named(label)

    @property
    def operands(self) -> tuple[Number, ...]:
        """The operands that this node was computed from, in the order in which they were written; constants are floats.

        >>> a, b = Value(2.0), Value(5.0)
        >>> (a - b).operands == (a, b), (a * 3).operands[1], a.operands
        (True, 3.0, ())
        """
        if self._a is None:
            return ()
        if type(self._a) is tuple:
            return cast("tuple[Number, ...]", self._a)
        return (self._a,) if self._b is None else (self._a, self._b)

    @property
    def partials(self) -> tuple[float | None, ...]:
        """The local derivative for each operand, as recorded; None where the operand is a constant.

        >>> (Value(2.0) * Value(5.0)).partials, (Value(2.0) * 5).partials
        ((5.0, 2.0), (5.0, None))
        """
        if watches:
            leaves_graph(self, ".partials")
        return self._partials

    @property
    def _partials(self) -> tuple[float | None, ...]:
        if self._a is None:
            return ()
        if type(self._a) is tuple:
            return cast("tuple[float | None, ...]", self._da)
        return (self._da,) if self._b is None else (self._da, self._db)

    @property
    def _prev(self) -> set[Value]:
        """The operands that are Values, under the name that micrograd uses."""
        return {x for x in self.operands if isinstance(x, Value)}

    @property
    def _op(self) -> str:
        """The operation as micrograd writes it: ``+``, ``**2``, ``ReLU``; empty for a leaf."""
        name = "" if self.primitive is None else self.primitive.name
        if name == "pow" and self._a is not None:
            return f"**{self._b:g}"
        return _MICROGRADS_NAMES.get(name, name)

    # --- backprop -----------------------------------------------------------------------------------------------------

    def backward(self, seed: float = 1.0) -> None:
        """Add the derivative of this node with respect to every node below it to that node's ``.grad``.

        ``seed`` is the derivative of this node that the walk starts with.

        >>> a, b = Value(2.0), Value(-3.0)
        >>> c = a * b
        >>> (c + c * c).backward()
        >>> a.grad, b.grad, c.grad
        (33.0, -22.0, -11.0)
        """
        from .backprop import backward  # imported here because backprop imports this module

        backward(self, seed)

    def zero_grad(self) -> None:
        """Set ``.grad`` to 0 in this node and in every node that it was computed from."""
        from .backprop import zero_grad

        zero_grad(self)

    def detach(self) -> Value:
        """Return a leaf with the same number and label, through which no derivatives flow."""
        if watches and (here := watch()) is not None:
            return cast("Value", here.held(self))
        return Value(self._data, label=self.label)

    # --- as a number --------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        made = "" if self.primitive is None else f", op={self.primitive.name!r}"
        label = "" if self.label is None else f", label={self.label!r}"
        return f"Value({self._data!r}, grad={self._grad!r}{made}{label})"

    def __format__(self, spec: str) -> str:
        if watches and spec:
            leaves_graph(self, f"a format such as {{v:{spec}}}")
        return format(self._data, spec) if spec else repr(self)

    def __bool__(self) -> bool:
        if watches:
            return bool(compared("!=", self, 0.0))
        return self._data != 0.0

    def __float__(self) -> NoReturn:
        drops_out(
            self, "float() and the functions of math record", "autograd.exp(v) for math.exp(v), and so on; or v.data"
        )

    __complex__ = __float__

    def __int__(self) -> NoReturn:
        drops_out(self, "int() and the like record", "int(v.data)")

    __trunc__ = __floor__ = __ceil__ = __int__

    def __index__(self) -> NoReturn:
        drops_out(self, "an index, or a number of times as in range(), records", "int(v.data)")

    def __round__(self, digits: int | None = None) -> NoReturn:
        drops_out(self, "round() records", f"round(v.data{'' if digits is None else f', {digits}'})")

    __hash__ = object.__hash__  # by identity, although == compares numbers: sets and dicts tell nodes apart

    def __eq__(self, other: object) -> bool:
        if watches:
            return compared("==", self, other)
        return self._data == (other._data if isinstance(other, Value) else other)

    def __ne__(self, other: object) -> bool:
        if watches:
            return compared("!=", self, other)
        return self._data != (other._data if isinstance(other, Value) else other)

    def __lt__(self, other: Number) -> bool:
        if watches:
            return compared("<", self, other)
        return self._data < (other._data if isinstance(other, Value) else other)

    def __le__(self, other: Number) -> bool:
        if watches:
            return compared("<=", self, other)
        return self._data <= (other._data if isinstance(other, Value) else other)

    def __gt__(self, other: Number) -> bool:
        if watches:
            return compared(">", self, other)
        return self._data > (other._data if isinstance(other, Value) else other)

    def __ge__(self, other: Number) -> bool:
        if watches:
            return compared(">=", self, other)
        return self._data >= (other._data if isinstance(other, Value) else other)

    # --- copies -------------------------------------------------------------------------------------------------------

    def __copy__(self) -> Value:
        leaves_graph(self, "a copy")
        from .copies import shallow  # imported here because copies imports this module

        return shallow(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        leaves_graph(self, "a copy")
        from .copies import deep

        return deep(self, memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        leaves_graph(self, "a pickle")
        from .copies import reduce

        return reduce(self)

    # --- arithmetic ---------------------------------------------------------------------------------------------------

    __add__ = binary(rows.add)
    __radd__ = reflected(__add__)
    __sub__ = binary(rows.sub)
    __rsub__ = reflected(__sub__)
    __mul__ = binary(rows.mul)
    __rmul__ = reflected(__mul__)
    __truediv__ = binary(rows.div)
    __rtruediv__ = reflected(__truediv__)
    __neg__ = unary(rows.neg)
    __abs__ = unary(rows.abs_)

    def __pos__(self) -> Value:
        return self

    def __pow__(self, exponent: Number) -> Value:
        if isinstance(exponent, Value):
            return _power(self, exponent)
        c = number(exponent)
        return cast(Value, c) if c is NotImplemented else _pow(self, c)

    def __rpow__(self, base: float) -> Value:
        return _power(base, self)

    # --- functions: each is also a function of the package, and documented there --------------------------------------

    abs = __abs__
    sign = unary(rows.sign)
    exp = unary(rows.exp)
    expm1 = unary(rows.expm1)
    log = unary(rows.log)
    log1p = unary(rows.log1p)
    sqrt = unary(rows.sqrt)
    sin = unary(rows.sin)
    cos = unary(rows.cos)
    tan = unary(rows.tan)
    sinh = unary(rows.sinh)
    cosh = unary(rows.cosh)
    tanh = unary(rows.tanh)
    atan = arctan = unary(rows.atan)  # arctan is NumPy's name for it
    sigmoid = unary(rows.sigmoid)
    logsigmoid = unary(rows.logsigmoid)
    softplus = unary(rows.softplus)
    gelu = unary(rows.gelu)
    normal_pdf = unary(rows.normal_pdf)
    normal_cdf = unary(rows.normal_cdf)
    relu = with_constant(rows.relu)
    maximum = binary(rows.maximum)
    minimum = binary(rows.minimum)

    leaky_relu = operation(rows.leaky_relu)


_MICROGRADS_NAMES = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "neg": "-",
    "pow": "**",
    "power": "**",
    "relu": "ReLU",
}
_pow = with_constant(rows.pow_)
_power = binary(rows.power)
