"""Compiled beside eager: both kinds of program, called twice, against the engine's own result."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from autograd import FrozenError, NonFiniteError, Value, compile
from autograd.compiler import Program, build
from autograd.tree import leaves
from tests.autograd.properties.oracles import scales

KINDS = {"floats": "straight-line Python", "arrays": "arrays"}
TINY = sys.float_info.min  # below it floats lose digits, so nothing is compared there
each_kind = pytest.mark.parametrize("kind", KINDS)


@contextmanager
def forced(kind: str) -> Iterator[None]:
    """Programs that are recorded inside are of this kind, whatever they would cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "cheaper_as_floats", lambda graph, gradient: (kind == "floats", "forced"))
        yield


def share(of_the_profile: float) -> settings:
    """A part of the examples that the profile asks for: where each of them is a program or several."""
    return settings(max_examples=max(5, round(of_the_profile * settings().max_examples)))


class FellBackError(AssertionError):
    """The program found a number that is not finite, and asked the engine."""


@contextmanager
def without_the_eager_path() -> Iterator[None]:
    """What comes out inside was computed by the program itself."""

    def refuse(*_: Any) -> None:
        raise FellBackError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Program, "_eagerly", refuse)
        yield


def run(f: Any, kind: str, *args: Any, **options: Any) -> tuple[Any, Program]:
    """The result of a new program of this kind. It is called twice: nothing may be left over from the first time."""
    compiled = compile(f, **options)
    with forced(kind):
        result = compiled(*args)
    assert compiled.explain().kind == KINDS[kind]
    again = compiled(*args)
    assert [repr(x) for _, x in leaves(again)] == [repr(x) for _, x in leaves(result)], "the second call differs"
    assert compiled.recordings == 1
    return result, compiled


def attempt(f: Any, *args: Any, refusals: Any = (NonFiniteError, FrozenError)) -> Any:
    """What a function returns, or the error that refuses to."""
    try:
        return f(*args)
    except refusals as refusal:
        return refusal


def number(x: Any) -> float:
    return x.data if isinstance(x, Value) else x


def assert_alike(found: Any, expected: Any, *, rtol: float = 1e-12, size: float = 0.0) -> None:
    """The same places and, relative to the numbers (or to a size that they are the difference of), the same numbers."""
    here, there = list(leaves(found)), list(leaves(expected))
    assert [path for path, _ in here] == [path for path, _ in there]
    for (path, a), (_, b) in zip(here, there, strict=True):
        b = number(b)
        assert isinstance(a, float | np.floating), (path, a)
        agree = a == b or (a != a and b != b) or abs(a - b) <= rtol * max(abs(a), abs(b), size) + TINY
        assert agree, f"{path}: {a!r}, and eagerly {b!r}"


def noise(y: Any) -> float:
    """How far off a number may be if every operation on the way to it is off by a few units in the last place."""
    if not isinstance(y, Value):
        return 0.0
    return 2e-15 * sum(size * abs(node.data) for node, size in scales(y).items()) + TINY


def assert_within_rounding(found: Any, expected: Any) -> None:
    """To 1e-12; or, where terms cancel, to what rounding alone may do. ``expected`` holds the Values themselves."""
    for (path, a), (_, y) in zip(leaves(found), leaves(expected), strict=True):
        b = number(y)
        close = a == b or abs(a - b) <= 1e-12 * max(abs(a), abs(b)) + TINY
        assert close or abs(a - b) <= noise(y), f"{path}: {a!r}, and eagerly {b!r}"
