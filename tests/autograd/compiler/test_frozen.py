"""What tracing would freeze is refused, and the error says what is frozen and what to write instead."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd
from autograd import FrozenError, Value, compile, dot, grad, mean, value_and_grad, vmap, where

XS = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x if x > 0 else -x,
        lambda x: x if x else -x,
        lambda x: bool(x),
        lambda x: x > 0 and x,
        lambda x: not x,
        lambda x: max(x, 2.0),
        lambda x: min([x, 2.0]),
        lambda x: sorted([x, -x])[0],
        lambda x: x if 0 < x < 2 else 0.0,
        lambda x: x if x == 1.0 else 0.0,
        lambda x: x if x in [1.0, 2.0] else 0.0,
        lambda x: x > 0,
        lambda x: np.maximum(np.array([x, -x]), 0.0)[0],
    ],
)
def test_branches(f):
    for asked in (f, grad(f)):
        with pytest.raises(FrozenError, match="recorded once") as caught:
            compile(asked)(1.0)
        for advice in ("autograd.where(", "maximum", "branch"):
            assert advice in str(caught.value)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: float(x),
        lambda x: int(x),
        lambda x: round(x),
        lambda x: math.exp(x),
        lambda x: math.floor(x),
        lambda x: complex(x),
        lambda x: [1.0, 2.0][x],
        lambda x: [x for _ in range(x)],
    ],
)
def test_numbers_that_leave_the_graph(f):
    with pytest.raises(FrozenError) as caught:
        compile(f)(1.0)
    assert "frozen" in str(caught.value) or "recorded once" in str(caught.value)
    assert ".data if you mean" not in str(caught.value)


TABLE = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("f", "index"),
    [
        (lambda x, i: x[i][0], 1),
        (lambda x, i: x[0][i], 1),
        (lambda x, i: x[0, i], 1),
        (lambda x, i: x[i][0][0], np.array([1, 0])),
        (lambda x, i: TABLE[i][0], 1),
        (lambda x, i: vmap(lambda i: TABLE[i][0])(i), np.array([1, 0])),
        (lambda x, i: TABLE[[i, 0]][0][0], 1),
    ],
)
def test_an_index_that_is_an_argument(f, index):
    with pytest.raises(FrozenError, match=r"Write autograd.sum\(\[autograd.where\(i == k"):
        compile(f)(TABLE, index)


def test_what_to_write_for_an_index():
    f = compile(value_and_grad(lambda xs, i: autograd.sum([where(i == k, x, 0.0) for k, x in enumerate(xs)])))
    for i in range(3):
        assert f([1.0, 2.0, 4.0], i) == (2.0**i, [float(i == k) for k in range(3)])


def test_an_index_out_of_range_is_what_it_is():
    with pytest.raises(IndexError, match="out of bounds"):
        compile(lambda xs: xs[3])(XS)


def test_data_and_gradients_that_are_read():
    w = Value(2.0)

    def steps(x):
        y = w * x
        y.backward()
        return w.grad * x

    for f in (lambda x: x.data * 2, lambda x: x * w.data, lambda x: f"{x:.2f}", steps, lambda x: (x * x).backward()):
        with pytest.raises(FrozenError, match="would be frozen") as caught:
            compile(f)(1.0)
        assert "value_and_grad" in str(caught.value)
    assert w.grad == 0.0
    own = Value(3.0)
    assert (
        compile(lambda x: x * Value(3.0).data * (own * 1 if False else 1))(2.0) == 6.0
    )  # of what is made inside: fine


def test_printing_is_allowed(capsys):
    def f(x):
        print(x * 2, f"{x}")
        return x * x

    assert compile(value_and_grad(f))(3.0) == (9.0, 6.0)
    assert "Value(6.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    "f",
    [
        lambda ys: len(ys),
        lambda ys: list(ys),
        lambda ys: ys[0],
        lambda ys: sum(ys),
        lambda ys: max(ys),
        lambda ys: 1.0 if ys else 2.0,
        lambda ys: ys + 1,
        lambda ys: 2 * ys,
        lambda ys: -ys,
        lambda ys: abs(ys),
        lambda ys: ys**2,
        lambda ys: ys @ XS,
        lambda ys: ys == 3.0,
        lambda ys: ys > 3.0,
        lambda ys: autograd.exp(ys),
        lambda ys: autograd.logsumexp(ys),
        lambda ys: dot(ys, [1.0, 2.0, 3.0]),
        lambda ys: np.sum(ys),
        lambda ys: np.array(ys),
        lambda ys: ys.shape,
        lambda ys: list(zip(ys, XS, strict=True)),
    ],
)
def test_what_vmap_returns_is_a_batch_of_any_size(f):
    with pytest.raises(FrozenError) as caught:
        compile(lambda xs: f(vmap(lambda x: x * x)(xs)))(XS)
    for advice in ("freeze the size of the batch", "autograd.sum or autograd.mean", "vmap"):
        assert advice in str(caught.value)
    assert "_data" not in str(caught.value)


def test_a_gradient_of_a_batch():
    with pytest.raises(TypeError, match=r"take autograd.mean or autograd.sum of it; or vmap\(value_and_grad"):
        compile(grad(lambda xs: vmap(lambda x: x * x)(xs)))(XS)
    with pytest.raises(TypeError, match="for a function that returns several there is jacobian"):
        compile(grad(lambda x: [x, x]))(1.0)


def test_a_batch_beside_a_list():
    with pytest.raises(FrozenError, match="pass the list as an array"):
        compile(lambda xs: vmap(lambda a, b: a * b)(vmap(lambda x: x * x)(xs), [1.0, 2.0, 3.0]))(XS)


def test_batches_that_do_not_fit():
    compiled = compile(lambda xs, ys: mean(vmap(lambda x, y: x * y)(xs, ys)))
    for _ in range(2):
        with pytest.raises(ValueError, match="same number of samples in every array: xs has 3, ys has 2"):
            compiled(XS, XS[:2])
        assert compiled(XS, XS) == pytest.approx(14 / 3)
    assert compiled.recordings == 1


def test_values_as_arguments():
    compiled = compile(lambda xs: xs[0] * xs[1])
    assert compiled([2.0, 3.0]) == 6.0
    for args in ([2.0, Value(3.0)], (Value(1.0), 2.0)):
        with pytest.raises(TypeError, match="a compiled function takes plain numbers") as caught:
            compiled(args)
        assert ".data" in str(caught.value)
        assert "parameters=" in str(caught.value)
    with pytest.raises(TypeError, match="plain numbers"):
        compile(lambda x: compile(lambda y: y * y)(x))(2.0)


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.array([True, False]), r"xs is an array of bool.*\.astype\(float\)"),
        (np.array([1j, 2.0]), "xs is an array of complex128"),
        (np.array(["1", "2"]), "xs is an array of <U1"),
        (np.array([Value(1.0), 2.0]), "xs is an array of object"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "xs is an array of datetime64"),
    ],
)
def test_arrays_of_something_else(array, told):
    compiled = compile(lambda xs: xs[0] * 2.0)
    assert compiled(np.ones(len(array))) == 2.0
    for program in (compiled, compile(lambda xs: xs[0] * 2.0), compile(lambda xs: mean(vmap(lambda x: x)(xs)))):
        with pytest.raises(TypeError, match=told):
            program(array)


def test_writing_into_an_argument():
    def put(xs):
        xs[0] = 1.0

    def add(xs):
        xs += 1.0
        return xs[0]

    for f in (put, add):
        with pytest.raises(FrozenError, match="write into a copy"):
            compile(f)(XS.copy())
    assert XS[0] == 1.0


@pytest.mark.parametrize("f", [lambda x: (x > 0) * x, lambda x: (x > 0) + 1, lambda x: where(~(x > 0), x, 0.0)])
def test_conditions_are_no_numbers(f):
    with pytest.raises(TypeError, match="where"):
        compile(f)(1.0)


def test_wrong_calls_of_compile():
    with pytest.raises(TypeError, match="compile needs a function, and this is 3"):
        compile(3)
    with pytest.raises(ValueError, match="dtype is 'float64' or 'float32', and not 'float16'"):
        compile(lambda x: x, dtype="float16")
    compiled = compile(lambda x: x)
    for look in (lambda: compiled.source, compiled.explain):
        with pytest.raises(RuntimeError, match="call it once"):
            look()
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        compile(lambda x, y: x)(1.0)


def test_after_an_error_everything_is_as_before():
    """A recording that failed leaves no watch behind, and the program can be called with something else."""
    compiled = compile(lambda x, n: x if n == "one" else x * float(x))
    with pytest.raises(TypeError):
        compiled(2.0, "two")
    v = Value(2.0)
    assert v > 1
    assert v.data == 2.0
    assert f"{v:.1f}" == "2.0"
    assert compiled(2.0, "one") == 2.0


def test_eager_code_in_another_thread_is_not_watched():
    from threading import Event, Thread

    inside, done, seen = Event(), Event(), []

    def f(x):
        inside.set()
        done.wait(10)
        return x * x

    thread = Thread(target=lambda: seen.append(compile(value_and_grad(f))(3.0)))
    thread.start()
    inside.wait(10)
    v = Value(2.0)
    assert v > 1
    assert bool(v)
    assert v.data == 2.0
    done.set()
    thread.join()
    assert seen == [(9.0, 6.0)]
