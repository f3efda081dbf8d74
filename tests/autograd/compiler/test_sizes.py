"""No limit but memory: many results, many derivatives, deep structures; and what is kept of many sizes."""

from __future__ import annotations

import sys
import tracemalloc
from functools import reduce

import numpy as np
import pytest

import autograd
from autograd import compile, grad, mean, sin, tanh, value_and_grad, vmap, where
from autograd.compiler import program as programs
from tests.autograd.compiler.comparing import assert_alike, each_kind, forced, run


def logistic(x, n):
    found = []
    for _ in range(n):
        x = 0.5 * x * (1 - x) + 0.1
        found.append(x)
    return found


@each_kind
def test_ten_thousand_results(kind):
    n = 10_000 if kind == "floats" else 2000
    program = compile(lambda x: logistic(x, n))
    with forced(kind):
        assert_alike(program(0.3), logistic(0.3, n))


@each_kind
def test_thousands_of_derivatives(kind):
    def f(xs):
        return reduce(lambda a, b: sin(a) * b, xs)

    xs = [1.0] * (4000 if kind == "floats" else 400)
    assert_alike(run(value_and_grad(f), kind, xs)[0], value_and_grad(f)(xs))


@pytest.mark.parametrize("asked", [lambda f: f, grad])
def test_thousands_of_choices(asked):
    xs = np.random.default_rng(0).normal(size=3000)
    f = asked(lambda xs: reduce(autograd.maximum, list(xs)))
    assert_alike(compile(f)(xs), f(xs))


def test_thousands_of_wheres():
    def chain(x):
        for _ in range(3000):
            x = where(x > 0, x * 0.99, x * 1.01)
        return x

    assert_alike(compile(chain)(0.3), chain(0.3))


@each_kind
@pytest.mark.parametrize("sort", [lambda x: [x], lambda x: (x,), lambda x: {"k": x}])
def test_structures_as_deep_as_one_likes(kind, sort):
    depth = 2000

    def buried(x):
        for _ in range(depth):
            x = sort(x)
        return x

    def found(tree):
        for _ in range(depth):
            tree = next(iter(tree.values())) if isinstance(tree, dict) else tree[0]
        return tree

    both = compile(lambda tree: buried(found(tree) * 3.0))
    slopes = compile(value_and_grad(lambda tree: found(tree) ** 2))
    whole = compile(lambda tree: mean(vmap(lambda x: x * x)(found(tree))))
    with forced(kind):
        for x in 2.0, 5.0:
            assert found(both(buried(x))) == 3.0 * x
            value, slope = slopes(buried(x))
            assert (value, found(slope)) == (x * x, 2 * x)
    for n in 2, 3:
        assert whole(buried(np.arange(float(n)))) == pytest.approx(sum(k * k for k in range(n)) / n)
    assert both.recordings == slopes.recordings == whole.recordings == 1
    assert sys.getrecursionlimit() <= depth


def test_a_program_of_many_structures_finds_each_again():
    program = compile(lambda xs: autograd.sum([x * x for x in xs]))
    for _ in range(2):
        for n in range(1, 60):
            assert program([2.0] * n) == 4.0 * n
    assert program.recordings == 59


def test_which_sizes_are_free_is_known_for_each_structure():
    def f(a, b):
        return mean(vmap(lambda x: x * b[0] * len(b))(a)) if len(b) < 3 else autograd.sum(list(a)) * b[0]

    program = compile(f)
    for a, b in (3, 1), (4, 1), (4, 2), (5, 2), (3, 3), (4, 3), (3, 3), (9, 1):
        arrays = np.arange(float(a)), np.full(b, 2.0)
        assert_alike(program(*arrays), f(*arrays))
    assert program.recordings == 4


@pytest.fixture
def little_memory(monkeypatch):
    monkeypatch.setattr(programs, "_BYTES", 1 << 20)


def prepared(program):
    return len(program._prepared.runs)


@pytest.mark.usefixtures("little_memory")
def test_the_buffers_that_are_kept_are_bounded_in_bytes_but_two_sizes_may_alternate():
    program = compile(lambda xs: mean(vmap(lambda x: tanh(x) * x)(xs)))
    made = []
    for n in range(1000, 1010):
        program(np.full(n, 0.5))
    assert prepared(program) == 10  # small ones
    tracemalloc.start()
    try:
        for n in range(200_000, 200_006):
            program(np.full(n, 0.5))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert prepared(program) == 2
    assert kept < 2.5 * 4 * 200_000 * 8
    plan = program._last
    prepare = plan.prepare
    plan.prepare = lambda *sizes: made.append(sizes) or prepare(*sizes)
    for _ in range(5):
        program(np.full(200_005, 0.5))
        program(np.full(200_004, 0.5))
    assert made == []


def test_programs_without_buffers_are_bounded_in_number():
    program = compile(lambda xs: autograd.sum([x * x for x in xs]))
    for n in range(1, 100):
        with forced("floats"):
            program([1.0] * n)
    assert prepared(program) == programs._SIZES
