"""The walk: gradients on graphs of every shape, accumulation, and what is left alone."""

from __future__ import annotations

import gc
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import GraphError, Value, ancestry, gradients, zero_grad

small = st.floats(-3, 3)


def test_one_node_as_both_operands():
    x = Value(3.0)
    for y, slope in [(x * x, 6.0), (x + x, 2.0), (x - x, 0.0), (x / x, 0.0)]:
        assert gradients(y, x) == slope
        x.grad = 0
        y.backward()
        assert x.grad == slope


def test_a_node_used_a_thousand_times():
    x = Value(1.5)
    total = autograd.sum([x * i for i in range(1000)])
    chain = x
    for _ in range(999):
        chain = chain + x
    (total + chain).backward()
    assert x.grad == 999 * 1000 / 2 + 1000


def test_the_same_operand_many_times_in_one_node():
    x = Value(2.0)
    assert gradients(autograd.dot([x, x, x], [x, 1.0, x]), x) == 9.0
    assert gradients(autograd.sum([x, x, 5.0]), x) == 2.0


@given(small, small)
def test_a_diamond(a, b):
    x, y = Value(a), Value(b)
    left, right = x * y, x + y
    (left * right + left).backward()  # x²y + xy² + xy
    assert x.grad == pytest.approx(2 * a * b + b * b + b, abs=1e-12)
    assert y.grad == pytest.approx(a * a + 2 * a * b + a, abs=1e-12)
    assert left.grad == pytest.approx(a + b + 1, abs=1e-12)


def test_a_walk_that_is_no_walk_by_depth():
    """A node that is reached early by a short way and late by a long one waits for the long one."""
    x = Value(2.0)
    shared = x * x
    long = shared
    for _ in range(5):
        long = long * 1.0 + 0.0
    (shared + long).backward()
    assert x.grad == 8.0


def test_two_roots_of_one_graph():
    x = Value(3.0)
    shared = x * x
    one, other = shared * 2, shared + 1
    one.backward()
    assert (x.grad, shared.grad, one.grad) == (12.0, 2.0, 1.0)
    other.backward()
    assert (x.grad, shared.grad, one.grad, other.grad) == (18.0, 3.0, 1.0, 1.0)


def test_backward_twice_doubles_every_grad_and_hands_none_down_twice():
    x = Value(3.0)
    z = x * x
    y = z * z
    for times in (1, 2, 3):
        y.backward()
        assert (x.grad, z.grad, y.grad) == (times * 108.0, times * 18.0, times * 1.0)


def test_what_somebody_put_into_grad_is_added_to():
    x = Value(3.0)
    z = x * 2
    x.grad, z.grad = 100.0, 1000.0
    z.backward()
    assert (x.grad, z.grad) == (102.0, 1001.0)


def test_a_leaf_is_its_own_derivative():
    x = Value(3.0)
    x.backward()
    assert x.grad == gradients(x, x) == 1.0


@given(small, small)
def test_the_seed_scales(a, seed):
    x = Value(a)
    y = x.tanh() * x
    expected = gradients(y, x) * seed
    assert gradients(y, x, seed=seed) == pytest.approx(expected, rel=1e-14, abs=1e-300)
    y.backward(seed)
    assert x.grad == pytest.approx(expected, rel=1e-14, abs=1e-300)


def test_gradients_leaves_grad_alone_and_returns_the_structure_it_got():
    x, y = Value(2.0), Value(3.0)
    x.grad = 7.0
    z = x * y
    out = z * z
    assert gradients(out, {"x": x, "rest": [y, (z, out)]}) == {"x": 36.0, "rest": [24.0, (12.0, 1.0)]}
    assert (x.grad, y.grad, z.grad) == (7.0, 0.0, 0.0)


def test_gradients_of_gradients():
    x = Value(0.7)
    first = gradients(x.sin(), x, create_graph=True)
    second = gradients(first, x, create_graph=True)
    third = gradients(second, x)
    assert [first.data, second.data, third] == pytest.approx([x.cos().data, -x.sin().data, -x.cos().data], rel=1e-15)
    assert x.grad == 0.0
    second.backward()
    assert x.grad == third


def test_a_gradient_penalty():
    """The derivative of a loss that has a derivative in it."""
    w, x = Value(0.5), Value(2.0)
    y = (w * x).tanh()
    slope = gradients(y, x, create_graph=True)  # w·(1 − tanh²(w·x))
    (slope**2).backward()
    h = 1e-5

    def penalty(weight):
        return (weight * (1 - autograd.tanh(weight * 2.0) ** 2)) ** 2

    assert w.grad == pytest.approx((penalty(0.5 + h) - penalty(0.5 - h)) / (2 * h), rel=1e-8)


def test_what_y_does_not_depend_on_has_no_slope():
    x, other = Value(1.0, label="x"), Value(2.0, label="other")
    y = x * 2
    assert gradients(y, [x, other]) == [2.0, 0.0]
    assert gradients(y, other, create_graph=True).data == 0.0
    with pytest.raises(GraphError, match="'other'"):
        gradients(y, [x, other], strict=True)
    assert gradients(y, x, strict=True) == 2.0
    assert gradients(x.detach() * x, x) == 1.0


def test_an_operation_that_nobody_asked_about_cannot_spoil_a_gradient():
    x, zero = Value(2.0), Value(0.0)
    y = x * 3 + zero.sqrt()
    assert gradients(y, x) == 3.0
    assert gradients(y, x, create_graph=True).data == 3.0
    with pytest.raises(autograd.NonFiniteError):
        gradients(y, zero)


def test_zero_grad_reaches_everything_below():
    x = Value(2.0)
    y = x * x
    z = y + x
    z.backward()
    zero_grad([y])
    assert (z.grad, y.grad, x.grad) == (1.0, 0.0, 0.0)
    z.backward()
    z.zero_grad()
    assert [node.grad for node in ancestry(z)] == [0.0, 0.0, 0.0]
    zero_grad({"nothing": []})


def test_ancestry_is_newest_first_and_leaves_out_constants():
    x = Value(2.0)
    y = x * 3.0
    z = y.relu()
    assert [id(v) for v in ancestry(z, y)] == [id(v) for v in (z, y, x)]


def test_data_that_was_changed_after_recording():
    """The recorded derivatives are those of the recorded numbers; to differentiate again would mix the two."""
    x = Value(2.0, label="x")
    y = x**3
    x.data = 5.0
    assert gradients(y, x) == 12.0
    with pytest.raises(GraphError, match="changed after the graph was recorded"):
        gradients(y, x, create_graph=True)


def test_an_error_on_the_way_leaves_every_grad_as_it_was():
    x, zero = Value(3.0), Value(0.0)
    z = x * zero
    y = z + zero.sqrt()
    x.grad, z.grad = 5.0, 6.0
    with pytest.raises(autograd.NonFiniteError):
        y.backward()
    assert (x.grad, z.grad, y.grad, zero.grad) == (5.0, 6.0, 0.0, 0.0)


def interrupted(function, at):
    """Whether Ctrl-C came in time: KeyboardInterrupt at the bytecode number ``at`` of those that the engine runs."""
    left = at

    def trace(frame, event, arg):
        nonlocal left
        if not frame.f_globals["__name__"].startswith("autograd"):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("passes", [0, 1])
def test_an_interruption_leaves_all_grads_as_they_were_or_all_as_they_should_be(passes):
    x, z = Value(3.0), Value(2.0)
    y = autograd.sum([x * z, x, z.tanh()]) * x
    for _ in range(passes):
        y.backward()
    nodes = ancestry(y)
    before, added = [node.grad for node in nodes], [gradients(y, node) for node in nodes]
    outcomes = set()
    at = 1
    while True:
        for node, grad in zip(nodes, before, strict=True):
            node.grad = grad
        came = interrupted(y.backward, at)
        steps = {(node.grad - old) / new for node, old, new in zip(nodes, before, added, strict=True)}
        assert steps in ({0.0}, {1.0}), at
        outcomes |= steps
        if not came:
            break
        at += 1
    assert at > 100
    assert outcomes == {0.0, 1.0}


def test_two_passes_that_add_up_to_more_than_a_float():
    x, other = Value(1.0, label="x"), Value(1.0)
    y = other * (x * 1e308)
    y.backward()
    nodes = ancestry(y)
    before = [node.grad for node in nodes]
    with pytest.raises(autograd.NonFiniteError, match=r"is 1e\+308 from an earlier pass.*zero_grad"):
        y.backward()
    assert [node.grad for node in nodes] == before


@given(small.filter(bool))
def test_an_inf_that_somebody_put_in_is_no_reason_to_refuse_what_else_flows_there(a):
    x, theirs = Value(a), Value(float("inf"))
    used = x * 2
    (used + x * theirs).backward()
    assert x.grad == float("inf")
    assert autograd.jvp(lambda x: x * 2 + x * float("inf"), (a,), (1.0,))[1] == float("inf")


def test_a_graph_is_freed_at_once_without_the_garbage_collector():
    import weakref

    x = Value(2.0)
    y = (x * x).tanh()
    y.backward()
    gradients(y, x, create_graph=True)
    watched = weakref.ref(y)
    gc.disable()
    try:
        del y
        assert watched() is None
    finally:
        gc.enable()
