"""What a program costs when it runs again: nothing that grows; and several threads at once."""

from __future__ import annotations

import gc
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

import autograd
import nn
from autograd import compile, mean, tanh, value_and_grad, vmap
from tests.autograd.compiler.comparing import assert_alike, each_kind, forced

BATCH, WIDTH = 2000, 32


def network():
    model = nn.MLP(2, [WIDTH, WIDTH, 1], hidden="tanh", seed=1)

    def loss(xs, ts):
        return mean(vmap(lambda x, t: (model(x) - t) ** 2)(xs, ts)) + nn.L2(0.1)(model)

    return compile(value_and_grad(loss), parameters=model)


def test_a_step_allocates_less_than_the_activations_of_a_layer():
    program = network()
    rng = np.random.default_rng(0)
    xs, ts = rng.normal(size=(BATCH, 2)), rng.normal(size=BATCH)
    theta = program.theta()
    for _ in range(3):
        program(theta, xs, ts)
    gc.collect()
    tracemalloc.start()
    try:
        program(theta, xs, ts)
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(20):
            program(theta, xs, ts)
        gc.collect()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < BATCH * WIDTH * 8
    assert after - before < 10_000  # nothing stays


@each_kind
def test_nothing_stays_of_a_call(kind):
    program = compile(value_and_grad(lambda xs: autograd.sum([tanh(x) * x for x in xs])))
    xs = list(np.linspace(-1, 1, 50))
    with forced(kind):
        program(xs)
    for _ in range(3):
        program(xs)
    gc.collect()
    tracemalloc.start()
    try:
        program(xs)
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(50):
            program(xs)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 10_000


def test_the_buffers_of_sizes_that_do_not_come_back_are_freed():
    program = compile(lambda xs: mean(vmap(lambda x: tanh(x) * x)(xs)))
    tracemalloc.start()
    try:
        for n in range(10_000, 10_100):
            program(np.full(n, 0.5))
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 50 * 4 * 10_000 * 8  # half of the sizes, with four numbers for each sample


def test_a_program_and_its_graph_are_freed():
    """The recording is thousands of nodes, and the program needs none of them."""
    import weakref

    made = []

    def f(x):
        y = tanh(x) * x
        made.append(weakref.ref(y))
        return y

    program = compile(value_and_grad(f))
    program(0.5)
    gc.collect()
    assert made[0]() is None
    there = weakref.ref(program)
    del program
    gc.collect()
    assert there() is None


@pytest.mark.parametrize("kind", ["floats", "arrays", "batch"])
def test_several_threads_may_call_one_program(kind):
    """The buffers are a thread's own."""

    def f(xs):
        if kind == "batch":
            return mean(vmap(lambda x: tanh(x[0] * x[1]) + x[0])(xs))
        return autograd.sum([tanh(x * y) + x for x, y in xs])

    asked = value_and_grad(f)
    program = compile(asked)
    if kind != "batch":
        with forced(kind):
            program(np.ones((4, 2)))
    start = Barrier(4)

    def work(seed):
        rng = np.random.default_rng(seed)
        start.wait()
        found = []
        for i in range(60):
            xs = rng.normal(size=(4 + (i % 3 if kind == "batch" else 0), 2))
            found.append((xs, program(xs)))
        return found

    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(work, range(4)):
            for xs, result in found[::6]:
                assert_alike(result, asked(xs), size=1.0)
    assert program.recordings == 1


def test_several_threads_may_record_at_once():
    def work(n):
        program = compile(value_and_grad(lambda xs: autograd.sum([tanh(x) * k for k, x in enumerate(xs)])))
        return program([0.1 * i for i in range(n)])

    with ThreadPoolExecutor(4) as pool:
        for n, (value, slope) in zip(range(1, 25), pool.map(work, range(1, 25)), strict=True):
            expected = value_and_grad(lambda xs: autograd.sum([tanh(x) * k for k, x in enumerate(xs)]))(
                [0.1 * i for i in range(n)]
            )
            assert_alike((value, slope), expected)


def test_several_threads_may_meet_new_structures_of_one_program():
    program = compile(value_and_grad(lambda xs: autograd.sum([tanh(x) for x in xs])))

    def work(seed):
        return [program([0.5] * (1 + (seed + i) % 12)) for i in range(24)]

    with ThreadPoolExecutor(4) as pool:
        for seed, found in enumerate(pool.map(work, range(4))):
            for i, (value, slope) in enumerate(found):
                n = 1 + (seed + i) % 12
                assert len(slope) == n
                assert_alike(value, n * float(np.tanh(0.5)))


# --- float32 ----------------------------------------------------------------------------------------------------------


def test_float32_is_good_to_about_six_digits():
    model = nn.MLP(3, [8, 2], hidden="sigmoid", seed=2)
    rng = np.random.default_rng(1)
    xs, ts = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))

    def loss(xs, ts):
        return mean(vmap(lambda x, t: nn.losses.loss("mse").of_sample(model(x), t))(xs, ts))

    exact = compile(value_and_grad(loss), parameters=model)
    single = compile(value_and_grad(loss), parameters=model, dtype="float32")
    value, slope = single(single.theta(), xs, ts)
    assert type(value) is float
    assert slope.dtype == np.float32
    assert_alike([value, *slope], [*np.hstack(exact(exact.theta(), xs, ts))], rtol=1e-5, size=1.0)
    assert value != exact(exact.theta(), xs, ts)[0]  # it is what was asked for
    assert single(single.theta().astype(np.float32), xs.astype(np.float32), ts)[0] == value


@pytest.mark.parametrize("name", [row.name for row in autograd.primitives.table.values() if row.arity == 1])
def test_rows_in_float32(name):
    from autograd.testing.expressions import perform

    row = autograd.primitives.lookup(name)
    xs = np.array([x for x in (-2.5, -0.5, 0.25, 1.0, 3.0) if row.domain.contains(x)])
    f = vmap(value_and_grad(lambda x: perform(row, (x,)) + 0.0 * x))
    found = compile(f, dtype="float32")(xs)
    assert all(x.dtype == np.float32 for x in found)
    assert_alike(found, f(xs), rtol=3e-6, size=1.0)


def test_what_is_too_large_for_float32_the_engine_computes():
    program = compile(value_and_grad(lambda x: autograd.exp(x) * 1e-30), dtype="float32")
    assert_alike(program(1.0), value_and_grad(lambda x: autograd.exp(x) * 1e-30)(1.0), rtol=1e-6)
    assert_alike(program(100.0), value_and_grad(lambda x: autograd.exp(x) * 1e-30)(100.0), rtol=1e-6)
