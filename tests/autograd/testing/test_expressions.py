"""Expressions: what is printed can be pasted, and what is traced is what was written."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import NonFiniteError, Value, no_grad
from autograd.floats import floats
from autograd.functions import values
from autograd.primitives import table
from autograd.testing import Expression, Graph, Step, expression, expressions, graph, graphs, recorded
from tests.autograd.multiprecision import multiprecision, number

PASTED = {"expression": expression, "graph": graph, **{name: getattr(autograd, name) for name in autograd.__all__}}


def paste(text):
    return eval(text, dict(PASTED))


# --- printing ---------------------------------------------------------------------------------------------------------


@given(expressions("x y z", max_size=20))
def test_an_expression_can_be_pasted(e):
    assert paste(repr(e)) == e


@given(graphs("w x", max_size=12))
def test_a_graph_can_be_pasted(g):
    again = paste(repr(g))
    assert again == g
    assert hash(again) == hash(g)
    assert recorded(*named(again)) == g.expression


def named(g):
    y, leaves = g.build()
    return y, dict(zip(leaves, g.expression.variables, strict=True))


@pytest.mark.parametrize(
    ("f", "source"),
    [
        (lambda x: x, "lambda x: x"),
        (lambda x, y: y, "lambda x, y: y"),
        (lambda x, y: x - (y - x) - y, "lambda x, y: x - (y - x) - y"),
        (lambda x, y: x / (y * x) / y * x, "lambda x, y: x / (y * x) / y * x"),
        (lambda x: -(x**2), "lambda x: -(x ** 2.0)"),
        (lambda x: (-x) ** 2, "lambda x: (-x) ** 2.0"),
        (lambda x: -(x.__neg__()), "lambda x: -(-x)"),
        (lambda x: -x * x, "lambda x: -x * x"),
        (lambda x: x**-1, "lambda x: x ** -1.0"),
        (lambda x, y: (x**y) ** 2, "lambda x, y: (x ** y) ** 2.0"),
        (lambda x, y: x ** (y**x), "lambda x, y: x ** y ** x"),
        (lambda x: 2**x, "lambda x: 2.0 ** x"),
        (lambda x: 1 - (x + -2), "lambda x: 1.0 - (x + -2.0)"),
        (lambda x: abs(x) + autograd.exp(x), "lambda x: abs(x) + exp(x)"),
        (lambda x: x * math.inf, "lambda x: x * float('inf')"),
        (lambda x: autograd.relu(x) + autograd.relu(x, 0.5), "lambda x: relu(x) + relu(x, at_zero=0.5)"),
        (lambda x: autograd.leaky_relu(x, alpha=0.2), "lambda x: leaky_relu(x, alpha=0.2)"),
        (lambda x: autograd.leaky_relu(x, at_zero=1), "lambda x: leaky_relu(x, at_zero=1.0)"),
        (lambda x, y: autograd.dot([x, 2], [y, x]), "lambda x, y: dot([x, 2.0], [y, x])"),
        (lambda x: autograd.softmax_cross_entropy([x, 1], 0), "lambda x: softmax_cross_entropy([x, 1.0], target=0.0)"),
        (lambda x: (a := x * x) + a, "lambda x: (a := x * x) + a"),
        # the name is given where Python comes first, which is not always in the operation that was recorded first
        (lambda x: autograd.maximum(a := x * x, -a) * a, "lambda x: maximum(a := x * x, -a) * a"),
        (lambda x: (b := -x) * ((c := b + 1) * c) + b, "lambda x: (a := -x) * ((b := a + 1.0) * b) + a"),
    ],
)
def test_how_it_is_printed(f, source):
    assert expression(f).source == source
    assert expression(paste(source)) == expression(f)


def test_long_ones_are_listed_in_front():
    def doubled(x):
        for _ in range(30):
            x = x + x
        return x

    e = expression(doubled)
    assert e.source.startswith("lambda x: (a := x + x, b := a + a, ")
    assert e.source.endswith(")[-1]")
    assert paste(repr(e)) == e


@pytest.mark.parametrize("length", [100, 3000])
def test_deep_ones_are_not_too_deep_for_python(length):
    def chain(x):
        y = x
        for _ in range(length):
            y = autograd.tanh(y) * 1.5
        return y

    e = expression(chain)
    assert paste(repr(e)) == e
    assert e(0.5) == chain(0.5)


@settings(max_examples=1)
@given(st.data())
def test_hypothesis_prints_them_in_this_way(data):
    from hypothesis.vendor.pretty import pretty

    e = expression(lambda x: x * x)
    assert pretty(e) == repr(e)
    assert pretty(Graph(e, (2.0,))) == "graph(lambda x: x * x, 2.0)"


# --- computing --------------------------------------------------------------------------------------------------------


@given(graphs("x y"))
def test_numbers_of_every_kind_go_in(g):
    e, point = g.expression, g.point
    plain = e(*point)
    assert type(plain) is float
    assert e(*map(Value, point)).data == plain
    assert e.evaluate(floats, *point) == pytest.approx(plain, rel=1e-12, abs=1e-300)
    assert float(e.evaluate(multiprecision, *map(number, point))) == pytest.approx(plain, rel=1e-8, abs=1e-12)
    assert e.evaluate(values, *map(Value, point)) == plain
    assert np.broadcast_to(e(*[np.array([x]) for x in point]), 1)[0] == pytest.approx(plain, rel=1e-8, abs=1e-12)


def test_floats_get_the_non_finite_rule_too():
    with pytest.raises(NonFiniteError):
        expression(lambda x: 1 / x)(0.0)
    with pytest.raises(NonFiniteError):
        expression(lambda x: x**0.5)(-1.0)


def test_every_node_has_its_name():
    e = expression(lambda x, y: (x * y) * autograd.exp(x * y))
    assert e.nodes(0.0, 2.0) == {"x": 0.0, "y": 2.0, "a": 0.0, "b": 0.0, "c": 1.0, "d": 0.0}
    assert Step("a", "mul", ("x", "y")) == e.steps[0]


def test_a_graph_is_built_anew_each_time():
    g = graph(lambda x, y: x * y, 2, 3)
    (y, (a, b)), (z, _) = g.build(), g.build()
    assert (y.data, a.label, b.label) == (6.0, "x", "y")
    y.backward()
    assert (a.grad, z.grad) == (3.0, 0.0)


@given(graphs("x y"))
def test_they_are_plain_data(g):
    assert pickle.loads(pickle.dumps(g)) == g == copy.deepcopy(g)
    assert {g: 1}[Graph(g.expression, g.point)] == 1
    with pytest.raises(AttributeError):
        g.point = (0.0, 0.0)


# --- tracing ----------------------------------------------------------------------------------------------------------


def test_equal_computations_are_equal_expressions():
    def first(x, y):
        unused = x + 1  # noqa: F841  # as it is in the graph: not there
        b = y * 2
        a = x * 2
        return a + b

    assert expression(first) == expression(lambda x, y: x * 2 + y * 2)
    assert expression(lambda x: x * 2) != expression(lambda x: 2 * x)
    assert expression(lambda x: x * 2) != expression(lambda y: y * 2)
    e = expression(lambda x: x * 2)
    assert expression(e) is e


def test_every_row_can_be_traced_and_printed(own_rows):
    @autograd.primitive
    def swish(m, x):
        s = m.sigmoid(x)
        return x * s, s + x * s * m.sigmoid(-x)

    for name, row in table.items():
        count = 4 if row.nary else len(row.operands) - len(row.constants)
        constants = [values[0] for values in row.constants.values()]
        names = tuple(["p", "q", "r", "s"][:count])
        e = Expression(names, (Step("a", name, (*names, *constants)),), "a")
        if name != "identity":
            assert eval(repr(e), {**PASTED, "swish": swish}) == e


@pytest.fixture
def own_rows():
    before = set(table)
    yield
    for name in set(table) - before:
        autograd.primitives.remove_row(name)


def test_under_no_grad_too():
    with no_grad():
        assert expression(lambda x: x * 2).steps[0].primitive == "mul"


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda: expression(3), TypeError, "expression needs a function, such as lambda x, y: .* got 3"),
        (lambda: expression(lambda *xs: xs[0]), TypeError, "without \\* or defaults"),
        (lambda: expression(lambda x, y=2: x), TypeError, "without \\* or defaults"),
        (lambda: expression(lambda x: 3.0), TypeError, "computes a Value from its arguments; .* returned 3.0"),
        (lambda: expression(lambda x: [x, x]), TypeError, "returned .* of type list"),
        (lambda: expression(lambda exp: exp), ValueError, "'exp' is a function that expressions may use"),
        (lambda: expression(lambda x: x * Value(2.0)), ValueError, r"Value\(2.0.* make it an argument"),
        (lambda: graph(lambda x, y: x + y, 1.0), TypeError, r"a number for each of \(x, y\), and got 1"),
        (lambda: graph(lambda x: x * 2, "1"), TypeError, "not '1' of type str"),
        (lambda: expression(lambda x, y: x + y)(1.0), TypeError, r"takes \(x, y\), and got 1 numbers"),
        (lambda: Expression(("x",), (Step("a", "no such", ("x",)),), "a")(1.0), LookupError, "no primitive 'no such'"),
    ],
)
def test_bad_input(attempt, error, message):
    with pytest.raises(error, match=message):
        attempt()
