"""Names from variables: which name a Value gets, and that nothing else changes."""

from __future__ import annotations

import sys

import pytest

from autograd import Value, ancestry
from autograd.variables import named, names_from_variables


def labels(y):
    return {node.label for node in ancestry(y)}


def test_the_outer_name_counts_and_a_parameter_s_does_not():
    def square(v):
        inner = v * v
        return inner

    def f(x):
        twice = x + x
        outer = square(twice)
        return outer * 1.0

    assert labels(named(f, 3.0)) == {"x", "twice", "outer", "f"}


def test_nested_arguments():
    y = named(lambda p, q: p["w"][1][0] * q[0], {"w": [1.0, (2.0, 3.0)]}, [4.0])
    assert labels(y) == {None, "p[w,1,0]", "q[0]"}


def test_what_is_no_number_is_passed_on():
    flag, text = True, "mean"

    def f(x, how, on):
        assert how is text
        assert on is flag
        return x * 2.0

    assert named(f, 1.0, how=text, on=flag).data == 2.0
    assert named(lambda x: 5.0, 1.0) == 5.0


def test_a_label_stays():
    v = Value(1.0, label="mine")

    def f(x):
        other = x
        return other * 2.0

    named(f, v)
    assert v.label == "mine"


def test_another_profiler_is_called_and_put_back():
    calls = []

    def profiler(frame, event, arg):
        calls.append(event)

    sys.setprofile(profiler)
    try:
        with names_from_variables():
            labels(Value(1.0))
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)
    assert "return" in calls
    with pytest.raises(ZeroDivisionError), names_from_variables():
        raise ZeroDivisionError
    assert sys.getprofile() is None
