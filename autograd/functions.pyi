# Written out of the table by `make docs`: what each function takes and returns, and its explanation.
from collections.abc import Iterable
from typing import Any, overload

from .calls import Array, dot as dot, function as function, pow as pow, values as values, where as where
from .value import Number, Value

__all__ = ["abs", "atan", "binary_cross_entropy_with_logits", "cos", "cosh", "dot", "exp", "expm1", "gelu", "leaky_relu", "log", "log1p", "logsigmoid", "logsumexp", "maximum", "minimum", "normal_cdf", "normal_pdf", "pow", "relu", "sech_squared", "sigmoid", "sign", "sin", "sinh", "softmax_cross_entropy", "softplus", "sqrt", "sum", "tan", "tanh", "where"]
OPERATORS: frozenset[str]

@overload
def abs(x: float) -> float: ...
@overload
def abs(x: Value) -> Value: ...
@overload
def abs(x: Array) -> Any:
    r"""|x|. Its derivative at 0 is 0.

    >>> abs(-2.5)
    2.5
    """

@overload
def atan(x: float) -> float: ...
@overload
def atan(x: Value) -> Value: ...
@overload
def atan(x: Array) -> Any:
    r"""The angle, in radians, whose tangent is x.

    >>> atan(1.0) * 4
    3.141592653589793
    """

@overload
def binary_cross_entropy_with_logits(x: float, t: float) -> float: ...
@overload
def binary_cross_entropy_with_logits(x: Value, t: Number) -> Value: ...
@overload
def binary_cross_entropy_with_logits(x: float, t: Value) -> Value: ...
@overload
def binary_cross_entropy_with_logits(x: Array, t: Array | Number) -> Any: ...
@overload
def binary_cross_entropy_with_logits(x: Number, t: Array) -> Any:
    r"""−(t·log σ(x) + (1 − t)·log(1 − σ(x))) for a logit x and a target t between 0 and 1.

    >>> binary_cross_entropy_with_logits(100.0, 1.0)
    3.720075976020836e-44
    """

@overload
def cos(x: float) -> float: ...
@overload
def cos(x: Value) -> Value: ...
@overload
def cos(x: Array) -> Any:
    r"""The cosine of x radians.

    >>> cos(0.0)
    1.0
    """

@overload
def cosh(x: float) -> float: ...
@overload
def cosh(x: Value) -> Value: ...
@overload
def cosh(x: Array) -> Any:
    r"""The hyperbolic cosine.

    >>> cosh(0.0)
    1.0
    """

@overload
def exp(x: float) -> float: ...
@overload
def exp(x: Value) -> Value: ...
@overload
def exp(x: Array) -> Any:
    r"""e to the power x.

    >>> exp(0.0)
    1.0
    """

@overload
def expm1(x: float) -> float: ...
@overload
def expm1(x: Value) -> Value: ...
@overload
def expm1(x: Array) -> Any:
    r"""e to the power x, minus 1, without losing the digits of a small x.

    >>> expm1(1e-20)
    1e-20
    """

@overload
def gelu(x: float) -> float: ...
@overload
def gelu(x: Value) -> Value: ...
@overload
def gelu(x: Array) -> Any:
    r"""x·Φ(x), exactly and not by tanh.

    >>> gelu(0.0)
    0.0
    """

@overload
def leaky_relu(x: float, alpha: float = 0.01, at_zero: float | None = None) -> float: ...
@overload
def leaky_relu(x: Value, alpha: float = 0.01, at_zero: float | None = None) -> Value: ...
@overload
def leaky_relu(x: Array, alpha: float = 0.01, at_zero: float | None = None) -> Any:
    r"""x where x is positive, else alpha·x. ``at_zero`` is its derivative at 0 and, unless you say otherwise, alpha.

    >>> leaky_relu(-3.0, alpha=0.1)
    -0.30000000000000004
    """

@overload
def log(x: float) -> float: ...
@overload
def log(x: Value) -> Value: ...
@overload
def log(x: Array) -> Any:
    r"""The natural logarithm.

    >>> log(1.0)
    0.0
    """

@overload
def log1p(x: float) -> float: ...
@overload
def log1p(x: Value) -> Value: ...
@overload
def log1p(x: Array) -> Any:
    r"""log(1 + x), without losing the digits of a small x.

    >>> log1p(1e-20)
    1e-20
    """

@overload
def logsigmoid(x: float) -> float: ...
@overload
def logsigmoid(x: Value) -> Value: ...
@overload
def logsigmoid(x: Array) -> Any:
    r"""log σ(x).

    >>> logsigmoid(-1000.0)
    -1000.0
    """

@overload
def logsumexp(xs: Array) -> Any: ...
@overload
def logsumexp(xs: Iterable[Value]) -> Value: ...
@overload
def logsumexp(xs: Iterable[float]) -> float: ...
@overload
def logsumexp(xs: Iterable[Any]) -> Any:
    r"""log(eˣ¹ + eˣ² + …).

    >>> logsumexp([1000.0, 0.0])
    1000.0
    """

@overload
def maximum(a: float, b: float) -> float: ...
@overload
def maximum(a: Value, b: Number) -> Value: ...
@overload
def maximum(a: float, b: Value) -> Value: ...
@overload
def maximum(a: Array, b: Array | Number) -> Any: ...
@overload
def maximum(a: Number, b: Array) -> Any:
    r"""The larger of two numbers. At a tie each operand gets half of the derivative.

    >>> a, b = Value(2.0), Value(2.0)
    >>> maximum(a, b).partials
    (0.5, 0.5)
    """

@overload
def minimum(a: float, b: float) -> float: ...
@overload
def minimum(a: Value, b: Number) -> Value: ...
@overload
def minimum(a: float, b: Value) -> Value: ...
@overload
def minimum(a: Array, b: Array | Number) -> Any: ...
@overload
def minimum(a: Number, b: Array) -> Any:
    r"""The smaller of two numbers. At a tie each operand gets half of the derivative.

    >>> minimum(2.0, 3.0)
    2.0
    """

@overload
def normal_cdf(x: float) -> float: ...
@overload
def normal_cdf(x: Value) -> Value: ...
@overload
def normal_cdf(x: Array) -> Any:
    r"""Φ(x), the share of the normal distribution below x.

    >>> normal_cdf(0.0)
    0.5
    """

@overload
def normal_pdf(x: float) -> float: ...
@overload
def normal_pdf(x: Value) -> Value: ...
@overload
def normal_pdf(x: Array) -> Any:
    r"""φ(x) = exp(−x²/2)/√(2π), the density of the normal distribution.

    >>> normal_pdf(0.0)
    0.3989422804014327
    """

@overload
def relu(x: float, at_zero: float = 0.0) -> float: ...
@overload
def relu(x: Value, at_zero: float = 0.0) -> Value: ...
@overload
def relu(x: Array, at_zero: float = 0.0) -> Any:
    r"""x where x is positive, else 0. ``at_zero`` is its derivative at 0: a convention, and documents differ.

    >>> relu(-3.0), relu(3.0), relu(Value(0.0), at_zero=0.5).partials
    (0.0, 3.0, (0.5, None))
    """

@overload
def sech_squared(x: float) -> float: ...
@overload
def sech_squared(x: Value) -> Value: ...
@overload
def sech_squared(x: Array) -> Any:
    r"""1/cosh² x, which is the derivative of tanh.

    >>> sech_squared(20.0)
    1.6993417021166355e-17
    """

@overload
def sigmoid(x: float) -> float: ...
@overload
def sigmoid(x: Value) -> Value: ...
@overload
def sigmoid(x: Array) -> Any:
    r"""σ(x) = 1/(1 + e⁻ˣ).

    >>> sigmoid(0.0)
    0.5
    """

@overload
def sign(x: float) -> float: ...
@overload
def sign(x: Value) -> Value: ...
@overload
def sign(x: Array) -> Any:
    r"""1 above 0, −1 below, and 0 at 0.

    >>> sign(-2.5)
    -1.0
    """

@overload
def sin(x: float) -> float: ...
@overload
def sin(x: Value) -> Value: ...
@overload
def sin(x: Array) -> Any:
    r"""The sine of x radians.

    >>> sin(0.0)
    0.0
    """

@overload
def sinh(x: float) -> float: ...
@overload
def sinh(x: Value) -> Value: ...
@overload
def sinh(x: Array) -> Any:
    r"""The hyperbolic sine.

    >>> sinh(0.0)
    0.0
    """

@overload
def softmax_cross_entropy(logits: Array, target: Any) -> Any: ...
@overload
def softmax_cross_entropy(logits: Iterable[Value], target: float) -> Value: ...
@overload
def softmax_cross_entropy(logits: Iterable[float], target: float) -> float: ...
@overload
def softmax_cross_entropy(logits: Iterable[Any], target: Any) -> Any:
    r"""−log of the share that softmax gives to the target: log(eˣ¹ + eˣ² + …) − x_target. Classes count from 0.

    >>> softmax_cross_entropy([100.0, 0.0], 0)
    3.720075976020836e-44
    """

@overload
def softplus(x: float) -> float: ...
@overload
def softplus(x: Value) -> Value: ...
@overload
def softplus(x: Array) -> Any:
    r"""log(1 + eˣ), a smooth relu.

    >>> softplus(1000.0)
    1000.0
    """

@overload
def sqrt(x: float) -> float: ...
@overload
def sqrt(x: Value) -> Value: ...
@overload
def sqrt(x: Array) -> Any:
    r"""The square root. At 0 its value is 0 and its derivative infinite, which a backward pass refuses.

    >>> sqrt(9.0)
    3.0
    """

@overload
def sum(xs: Array) -> Any: ...
@overload
def sum(xs: Iterable[Value]) -> Value: ...
@overload
def sum(xs: Iterable[float]) -> float: ...
@overload
def sum(xs: Iterable[Any]) -> Any:
    r"""x₁ + x₂ + …, rounded once.

    >>> sum([0.1] * 10)
    1.0
    """

@overload
def tan(x: float) -> float: ...
@overload
def tan(x: Value) -> Value: ...
@overload
def tan(x: Array) -> Any:
    r"""The tangent of x radians.

    >>> tan(0.0)
    0.0
    """

@overload
def tanh(x: float) -> float: ...
@overload
def tanh(x: Value) -> Value: ...
@overload
def tanh(x: Array) -> Any:
    r"""The hyperbolic tangent.

    >>> tanh(Value(20.0)).partials
    (1.6993417021166355e-17,)
    """
