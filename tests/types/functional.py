"""What a type checker knows of derivatives: mypy reads this file, and nobody runs it."""

from __future__ import annotations

from typing import Any, assert_type

from autograd import Value, grad, hessian, hvp, jacobian, jvp, value_and_grad


def area(width: float, height: float = 1.0) -> float:
    return width * height


assert_type(grad(area)(2.0, height=3.0), Any)
assert_type(value_and_grad(area)(2.0), tuple[float, Any])
assert_type(value_and_grad(lambda x: Value(x))(2.0), tuple[Value, Any])
assert_type(jvp(area, (2.0, 3.0), (1.0, 0.0)), tuple[float, Any])
assert_type(hvp(area, (2.0, 3.0), (1.0, 0.0)), Any)

grad(area)("2")  # type: ignore[arg-type]
jacobian(area)(2.0, depth=1.0)  # type: ignore[call-arg]
hessian(area)()  # type: ignore[call-arg]
value_and_grad(area)(2.0, 3.0, 4.0)  # type: ignore[call-arg]
