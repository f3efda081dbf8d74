"""Errors that teach: each says what happened, with which numbers and names, and what to write instead."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

import autograd
from autograd import NonFiniteError, Value, backprop, gradients
from autograd.primitives import table

V = Value(2.0, label="v")


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: Value("3"), r"Value needs one real number, not '3' of type str; write float\(…\)"),
        (lambda: Value(True), "a bool is not accepted as a number: write 1.0"),
        (lambda: Value(np.bool_(True)), "a bool is not accepted"),
        (lambda: Value(1j), "use its .real"),
        (lambda: Value([1, 2]), r"one for each item, as in \[Value\(x\) for x in xs\]"),
        (lambda: Value(np.array([1.0, 2.0])), "one for each"),
        (lambda: Value(np.array(1.0)), "one for each"),
        (lambda: Value(None), "not None of type NoneType"),
        (lambda: Value(V), r"it is already a Value: use it directly, or v.detach\(\)"),
        (lambda: Value(Value(1)), r"use it directly, or Value\(1.0, grad=0.0\).detach\(\)"),
        (lambda: float(V), r"v would silently drop out of the graph.*autograd.exp\(v\).*v.data"),
        (lambda: int(V), r"drop out of the graph.*Write int\(v.data\)"),
        (lambda: math.floor(V), r"int\(v.data\)"),
        (lambda: range(V), r"v would silently drop out.*a number of times as in range\(\), records no.*int\(v.data\)"),
        (lambda: [1, 2][V], r"an index.*int\(v.data\)"),
        (lambda: round(V, 2), r"v would silently drop out.*Write round\(v.data, 2\).*:.2f"),
        (lambda: round(V), r"round\(v.data\)"),
        (lambda: "%.2f" % V, r"'%.2f' % v.data"),  # noqa: UP031
        (lambda: setattr(V, "grad", None), r"p.grad = 0.0, or zero_grad"),
        (lambda: V + None, "not None.*a function without a return statement returns None"),
        (lambda: Value(3, label=3), "a label must be a string, such as 'w1', not 3 of type int"),
        (lambda: setattr(V, "label", V), "a label must be a string, such as 'w1', not v of type Value"),
        (lambda: complex(V), "drop out of the graph"),
        (lambda: math.exp(V), "drop out of the graph"),
        (lambda: np.array([V], dtype=float), "drop out of the graph"),
        (lambda: V + "a", "not 'a' of type str"),
        (lambda: "a" * V, "not 'a' of type str"),
        (lambda: V * True, "a bool is not"),
        (lambda: V - [1.0], r"as in \[v \* x for x in xs\], or convert it to an array"),
        (lambda: autograd.maximum(V, [1.0]), r"as in \[v \* x for x in xs\], or convert it to an array"),
        (lambda: V**None, "not None"),
        (lambda: V < "a", "not supported"),
        (lambda: autograd.tanh("x"), "tanh needs one real number, not 'x'"),
        (lambda: autograd.maximum(1.0, "x"), "maximum needs one real number, not 'x'"),
        (lambda: autograd.relu(V, at_zero=V), "at_zero needs one real number, not v of type Value; write v.data"),
        (lambda: autograd.relu(1.0, at_zero=V), "at_zero needs one real number, not v of type Value"),
        (lambda: V.relu(half=0.5), r"relu takes \(x, at_zero\)"),
        (lambda: autograd.leaky_relu(V, 0.1, 0.2, 0.3), r"leaky_relu takes \(x, alpha, at_zero\)"),
        (lambda: autograd.leaky_relu(alpha=0.1), "x is missing"),
        (lambda: autograd.sum(V), r"as in sum\(\[a, b, c\]\)"),
        (lambda: autograd.dot(V, V), r"as two lists, as in dot\(\[a, b\], \[c, d\]\)"),
        (lambda: autograd.sum(V, V), r"as in sum\(\[a, b, c\]\)"),
        (lambda: autograd.softmax_cross_entropy(V, V, 0), r"softmax_cross_entropy\(\[a, b, c\], target\)"),
        (lambda: autograd.logsumexp(3.0), r"takes its operands as one list"),
        (lambda: gradients(3.0, V), "3.0 is of type float, not a Value"),
        (lambda: gradients(V, [V, 3.0]), r"the item at \[1\] is 3.0 of type float.*x = Value\(3.0\)"),
        (lambda: V.backward(seed="1"), "seed needs one real number"),
        (lambda: autograd.zero_grad([1.0]), "derivatives are taken with respect to Values"),
    ],
)
def test_type_errors(attempt, message):
    with pytest.raises(TypeError, match=message):
        attempt()


@pytest.mark.parametrize("xs", [[V, V], (1.0, 2.0), [V, 1.0]], ids=str)
@pytest.mark.parametrize("row", [r for r in table.values() if r.arity == 1 + len(r.constants)], ids=lambda r: r.name)
def test_a_function_of_one_number_says_what_to_write_for_a_list(row, xs):
    with pytest.raises(TypeError, match=rf"write \[{row.name}\(x\) for x in xs\], or {row.name}\(numpy.array\(xs\)\)"):
        autograd.functions.function(row)(xs, *[0.5] * len(row.constants))


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: autograd.dot([V], [1.0, 2.0]), "have 1 and 2 numbers"),
        (lambda: autograd.softmax_cross_entropy([V, 1.0], 2), "one of the classes 0, 1, 2"),
        (lambda: autograd.softmax_cross_entropy([V, 1.0], 0.5), "one of the classes"),
        (lambda: autograd.softmax_cross_entropy([], 0), "one of the classes"),
        (lambda: autograd.logsumexp([]), "at least one"),
    ],
)
def test_value_errors(attempt, message):
    with pytest.raises(ValueError, match=message):
        attempt()


def test_a_number_that_no_float_can_hold():
    with pytest.raises(OverflowError, match="too large"):
        Value(10**400)
    with pytest.raises(OverflowError, match="too large"):
        V + 10**400


# --- a wrong number is never silent -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempt", "primitive", "operands"),
    [
        (lambda x: autograd.log(x(0.0)), "log", (0.0,)),
        (lambda x: autograd.log(x(-1.0)), "log", (-1.0,)),
        (lambda x: autograd.log1p(x(-1.0)), "log1p", (-1.0,)),
        (lambda x: autograd.sqrt(x(-1.0)), "sqrt", (-1.0,)),
        (lambda x: 1 / x(0.0), "div", (1.0, 0.0)),
        (lambda x: x(0.0) / 0, "div", (0.0, 0.0)),
        (lambda x: autograd.exp(x(1000.0)), "exp", (1000.0,)),
        (lambda x: autograd.cosh(x(-711.0)), "cosh", (-711.0,)),
        (lambda x: autograd.sinh(x(-711.0)), "sinh", (-711.0,)),
        (lambda x: autograd.expm1(x(710.0)), "expm1", (710.0,)),
        (lambda x: x(-8.0) ** (1 / 3), "pow", (-8.0, 1 / 3)),
        (lambda x: x(0.0) ** -1, "pow", (0.0, -1.0)),
        (lambda x: x(0.0) ** Value(-2.0), "power", (0.0, -2.0)),
        (lambda x: (-8.0) ** x(0.5), "power", (-8.0, 0.5)),
        (lambda x: x(1e200) * 1e200, "mul", (1e200, 1e200)),
        (lambda x: x(1e308) + 1e308, "add", (1e308, 1e308)),
        (lambda x: x(-1e308) - 1e308, "sub", (-1e308, 1e308)),
        (lambda x: autograd.sum([x(1e308), 1e308]), "sum", (1e308, 1e308)),
        (lambda x: autograd.dot([x(1e200), 1.0], [1e200, 1.0]), "dot", (1e200, 1.0, 1e200, 1.0)),
        (lambda x: autograd.binary_cross_entropy_with_logits(x(1e308), -10.0), None, (1e308, -10.0)),
    ],
)
def test_finite_operands_with_no_finite_value(attempt, primitive, operands):
    with pytest.raises(NonFiniteError) as caught:
        attempt(lambda number: Value(number, label="the culprit"))
    error = caught.value
    assert isinstance(error, ArithmeticError)
    assert error.operands == operands
    assert primitive is None or error.primitive == primitive
    assert f"{error.primitive}({', '.join(map(repr, operands))}) is " in str(error)
    assert "'the culprit'" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.operands, again.primitive) == (str(error), error.operands, error.primitive)


def test_plain_numbers_get_the_same_care():
    for function, x in ((autograd.log, 0.0), (autograd.exp, 1e4), (lambda x: autograd.pow(x, 1 / 3), -8)):
        with pytest.raises(NonFiniteError):
            function(x)


def test_arrays_get_the_same_care():
    with pytest.raises(NonFiniteError, match=r"log\(0.0\) is -inf, where x is 'element \[1, 0\]'"):
        autograd.log(np.array([[1.0, 2.0], [0.0, 3.0]]))
    with pytest.raises(NonFiniteError, match="log"):
        autograd.log(np.array([Value(0.0)]))
    assert autograd.exp(np.array([np.inf, -np.inf])).tolist() == [np.inf, 0.0]


def test_an_exact_sum_does_not_overflow_on_its_way():
    assert autograd.sum([Value(1e308), 1e308, -1e308]).data == 1e308


def test_inf_and_nan_that_somebody_put_in_are_theirs():
    inf, nan = Value(math.inf), Value(math.nan)
    assert (inf + 1).data == math.inf
    assert math.isnan((inf - inf).data)
    assert math.isnan(autograd.sin(inf).data)
    assert math.isnan(autograd.sum([inf, -math.inf]).data)
    assert math.isnan(autograd.maximum(nan, 1.0).data)
    assert math.isnan(autograd.maximum(1.0, nan).data)
    assert math.isnan(autograd.logsumexp([0.0, nan]).data)
    assert autograd.relu(inf).data == math.inf
    assert math.isnan(autograd.relu(nan).data)
    assert (1 / inf).data == 0.0
    y = inf * 2 + nan
    y.backward()
    assert (inf.grad, nan.grad) == (2.0, 1.0)
    x = Value(3.0)
    (x * inf).backward()
    assert x.grad == math.inf


def test_a_backward_pass_through_an_infinite_derivative():
    x = Value(0.0, label="x")
    y = (x * 1.0).sqrt() * 2
    for attempt in (y.backward, lambda: gradients(y, x)):
        with pytest.raises(NonFiniteError, match=r"through sqrt\(0.0\): its derivative with respect to x is inf"):
            attempt()
    assert x.grad == 0.0
    with pytest.raises(NonFiniteError, match=r"sqrt\(0.0\).*cannot be differentiated again"):
        gradients(y, x, create_graph=True)
    assert y.data == 0.0


def test_zero_times_an_infinite_derivative_is_refused_too():
    """√x·√x at 0 has derivative 1. Taking 0·inf for 0 would silently answer 0."""
    x = Value(0.0)
    root = x.sqrt()
    with pytest.raises(NonFiniteError, match="sqrt"):
        (root * root).backward()


def test_a_chain_of_derivatives_that_overflows():
    x = Value(1e-200, label="tiny")
    y = (x * 1e200) * 1e200
    with pytest.raises(NonFiniteError, match=r"'tiny'.*times 1e\+200 from the rest of the chain"):
        y.backward()
    assert x.grad == 0.0


def test_an_undefined_derivative_of_a_defined_value():
    """(−2)ʸ has a value at y = 3 and no derivative in y; its derivative in the base is fine."""
    x, y = Value(-2.0), Value(3.0)
    z = x**y
    assert (z.data, gradients(z, x)) == (-8.0, 12.0)
    assert gradients(gradients(z, x, create_graph=True), x) == -12.0
    with pytest.raises(NonFiniteError, match="with respect to y is nan"):
        gradients(z, y)


def test_a_backward_pass_with_a_seed_of_inf_is_somebodys_own():
    x = Value(1.0)
    assert gradients(x * 2, x, seed=math.inf) == math.inf
    assert backprop.gradients(x * 0, x, seed=1.0) == 0.0


def test_long_operand_lists_are_cut_in_messages():
    with pytest.raises(NonFiniteError) as caught:
        autograd.sum([Value(1e308)] * 100)
    assert len(str(caught.value)) < 200
    assert "…" in str(caught.value)


def test_a_dead_unit_does_not_hide_an_infinite_derivative():
    """0·∞ in an n-ary node, as in a binary one."""
    x, zero = Value(0.0, label="x"), Value(0.0)

    @autograd.primitive
    def root_and_more(m, *xs):
        return (m.sqrt(xs[0]) + xs[1], 0.5 / m.sqrt(xs[0]), 1.0)

    try:
        with pytest.raises(NonFiniteError, match="root_and_more"):
            (root_and_more([x, 1.0]) * zero).backward()
    finally:
        autograd.primitives.remove_row("root_and_more")
