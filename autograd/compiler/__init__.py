"""Compile: a function that is written one number at a time, run at the speed of NumPy.

`compile` records the function once, finds the matrix products in what it recorded, and writes a program of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, overload

from ..value import Value
from .program import Program

__all__ = ["Program", "compile"]

P = ParamSpec("P")
R = TypeVar("R")


@overload
def compile(f: Callable[P, Value], *, parameters: None = ..., dtype: str = ...) -> Program[P, float]: ...
@overload
def compile(
    f: Callable[P, tuple[Value, R]], *, parameters: None = ..., dtype: str = ...
) -> Program[P, tuple[float, R]]: ...
@overload
def compile(f: Callable[P, R], *, parameters: None = ..., dtype: str = ...) -> Program[P, R]: ...
@overload
def compile(f: Callable[P, Value], *, parameters: Any, dtype: str = ...) -> Program[Concatenate[Any, P], float]: ...
@overload
def compile(
    f: Callable[P, tuple[Value, R]], *, parameters: Any, dtype: str = ...
) -> Program[Concatenate[Any, P], tuple[float, R]]: ...
@overload
def compile(f: Callable[P, R], *, parameters: Any, dtype: str = ...) -> Program[Concatenate[Any, P], R]: ...
def compile(f: Callable[..., Any], *, parameters: Any = None, dtype: str = "float64") -> Program[..., Any]:
    """The function as a program over NumPy arrays: it takes what ``f`` takes, and returns what ``f`` returns.

    ``f`` is a function of numbers and of nested lists, tuples, dicts and arrays of them; `value_and_grad`, `grad`,
    `hessian` and the like of a function will do. An array that ``f`` gives to `vmap` is a batch of any size.

    Values from outside that ``f`` uses, such as the weights of a model, are read anew at every call. Name them in
    ``parameters`` (a list of Values, or a model that has ``parameters()``), and the program has one more argument, the
    first: a vector of their numbers, by which `value_and_grad` then differentiates.

    What it adds up in another order than you wrote is told in docs/explanation/sums-in-programs.md: long sums of alike
    terms, and nothing else. With ``dtype="float32"`` it is faster and good to about six digits.

    >>> from autograd import value_and_grad
    >>> f = compile(value_and_grad(lambda w, x: (w[0] * x + w[1]) ** 2))
    >>> f([2.0, 1.0], 3.0)
    (49.0, [42.0, 14.0])
    """
    return Program(f, parameters, dtype)
