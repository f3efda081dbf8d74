"""What a type checker knows of compiled programs: mypy reads this file, and nobody runs it."""

from __future__ import annotations

from typing import Any, assert_type

from autograd import Value, compile, value_and_grad


def of_values(x: Value | float, times: int = 2) -> Value:
    return Value(2.0) * x * times


def of_numbers(xs: list[float]) -> dict[str, list[float]]:
    return {"doubled": [2.0 * x for x in xs]}


assert_type(compile(of_values)(3.0), float)  # a program returns plain numbers
assert_type(compile(of_values)(3.0, times=4), float)
assert_type(compile(of_numbers)([1.0]), dict[str, list[float]])
assert_type(compile(of_numbers).theta(), Any)
compile(of_values)("3.0")  # type: ignore[arg-type]
compile(of_values)(3.0, 4, 5)  # type: ignore[call-arg]
assert_type(compile(of_values, parameters=[Value(1.0)])([1.0], 3.0), float)
assert_type(compile(value_and_grad(of_values))(3.0), tuple[float, Any])
assert_type(compile(value_and_grad(of_values), parameters=[])([], 3.0), tuple[float, Any])
