"""Random small programs, each in two forms: as the engine gets it, and as somebody else would write the same function.

The second form uses other arithmetic (σ by exponentials, a − b as −(b − a), a product by logarithms of nothing …) and
its derivative is taken forward, so that no digit of it comes from where the engine's comes from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

import autograd
from autograd import cos, exp, sigmoid, sin, softplus, tanh

Function = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Twin:
    """One function of the inputs, written in two ways."""

    text: str
    one: Function
    other: Function

    def __repr__(self) -> str:
        return self.text


NAMES = ("w", "b", "x")

UNARY = {
    "σ": (sigmoid, lambda z: 1 / (1 + exp(-z))),
    "tanh": (tanh, lambda z: 1 - 2 / (exp(2 * z) + 1)),
    "softplus": (softplus, lambda z: autograd.log(1 + exp(z))),
    "sin": (sin, lambda z: cos(z - 1.5707963267948966)),
    "square": (lambda z: z**2, lambda z: z * z),
    "cube": (lambda z: z**3, lambda z: z * z * z),
    "half": (lambda z: z / 2, lambda z: 0.5 * z),
}
BINARY = {
    "+": (lambda u, v: u + v, lambda u, v: v + u),
    "−": (lambda u, v: u - v, lambda u, v: -(v - u)),
    "·": (lambda u, v: u * v, lambda u, v: ((u + v) ** 2 - (u - v) ** 2) / 4),
}


def _leaf(name: str) -> Twin:
    return Twin(name, lambda p: p[name], lambda p: p[name])


def _number(c: int) -> Twin:
    return Twin(str(c), lambda p: c, lambda p: c)


def _unary(name: str, z: Twin) -> Twin:
    f, g = UNARY[name]
    return Twin(f"{name}({z})", lambda p: f(z.one(p)), lambda p: g(z.other(p)))


def _binary(u: Twin, name: str, v: Twin) -> Twin:
    f, g = BINARY[name]
    return Twin(f"({u} {name} {v})", lambda p: f(u.one(p), v.one(p)), lambda p: g(u.other(p), v.other(p)))


leaves = st.sampled_from(NAMES).map(_leaf)
numbers = st.integers(1, 3).map(_number)


def _grown(smaller: st.SearchStrategy[Twin]) -> st.SearchStrategy[Twin]:
    calm = [name for name in UNARY if name not in ("square", "cube")]
    return st.one_of(
        st.builds(_unary, st.sampled_from(calm), smaller.filter(_uses_an_input)),
        st.builds(_binary, smaller, st.sampled_from(sorted(BINARY)), smaller),
    )


def _uses_an_input(t: Twin) -> bool:
    return any(name in t.text for name in (*NAMES,))


functions = st.recursive(leaves | leaves | numbers, _grown, max_leaves=6)
"""Functions of w, b and x; each depends on w."""


@st.composite
def programs(draw: st.DrawFn) -> Twin:
    """A function that depends on w, under a square or not."""
    inner = draw(functions)
    u = _binary(_binary(_leaf("w"), "·", draw(leaves)), "+", inner)
    return draw(st.sampled_from([u, _unary("square", u), _unary("tanh", u), _unary("σ", u)]))
