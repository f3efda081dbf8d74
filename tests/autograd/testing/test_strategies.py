"""The strategies: what they draw is what they promise, it shrinks to what a person would write, and slips are told."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

import autograd
from autograd import Value, primitive
from autograd.primitives import Kink, Region, remove_row, table
from autograd.testing import (
    Expression,
    Step,
    check_grads,
    expression,
    expressions,
    graph,
    graphs,
    points_for,
    primitives,
    values,
)
from autograd.testing.reach import comfortable, in_domain, outcome

quick = settings(
    max_examples=200,
    database=None,
    derandomize=True,  # what is drawn here is counted, and so must not depend on luck
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def some(strategy, count=200):
    drawn = []

    @settings(quick, max_examples=count)
    @given(strategy)
    def draw(x):
        drawn.append(x)

    draw()
    return drawn


def smallest(strategy, condition=lambda x: True):
    return find(strategy, condition, random=Random(0), settings=settings(max_examples=2000, database=None))


@pytest.fixture
def own_rows():
    before = set(table)
    yield
    for name in set(table) - before:
        remove_row(name)


# --- values and primitives --------------------------------------------------------------------------------------------


@given(values(min_value=-2, max_value=0.5, labels=st.sampled_from(["w", "b"])))
def test_values(v):
    assert type(v) is Value
    assert -2 <= v.data <= 0.5
    assert v.label in ("w", "b")
    assert v.operands == ()


def test_values_are_of_every_make():
    numbers = [v.data for v in some(values())]
    assert any(x == int(x) and x for x in numbers)
    assert any(x != round(x, 2) for x in numbers)
    assert any(x < 0 for x in numbers)
    assert all(v.label is None for v in some(values(), 20))
    assert smallest(values()).data == 0.0
    assert smallest(values(min_value=0.25, max_value=0.26)).data == 0.25


@given(primitives(smooth=False), primitives(smooth=True), primitives(arity=2), primitives(smooth=True, arity=1))
def test_primitives(kinked, smooth, two, both):
    assert kinked.kinks
    assert smooth.smooth
    assert two.arity == 2
    assert both.smooth
    assert both.arity == 1


def test_every_primitive_is_drawn_and_a_new_one_from_that_day_on(own_rows):
    strategy = primitives()
    assert {row.name for row in some(strategy, 1500)} == set(table)

    @primitive
    def swish(m, x):
        s = m.sigmoid(x)
        return x * s, s + x * s * m.sigmoid(-x)

    assert smallest(strategy, lambda row: row.name == "swish") is table["swish"]
    e = smallest(expressions("x"), lambda e: any(step.primitive == "swish" for step in e.steps))
    assert repr(e) == "expression(lambda x: swish(x))"


# --- expressions and graphs -------------------------------------------------------------------------------------------


@given(graphs("x y z", max_size=6, min_value=-1, max_value=2, margin=0.25, bound=10, constants=[7.5]))
def test_graphs_keep_to_what_was_asked(g):
    assert g.expression.variables == ("x", "y", "z")
    assert 0 < len(g.expression.steps) <= 6
    assert all(-1 <= x <= 2 for x in g.point)
    known = g.expression.nodes(*g.point)
    for step in g.expression.steps:
        row = table[step.primitive]
        operands = [known.get(x, x) for x in step.operands]
        assert comfortable(row, operands, 0.25, 10)
        free = step.operands[: len(operands) - len(row.constants)]
        assert all(x == 7.5 for x in free if isinstance(x, float))
        assert any(isinstance(x, str) for x in free)


@given(expressions("w", max_size=5, primitives=["mul", autograd.tanh, table["relu"]], smooth=True, constants=()))
def test_expressions_keep_to_what_was_asked(e):
    assert e.variables == ("w",)
    assert {step.primitive for step in e.steps} <= {"mul", "tanh"}
    assert len(e.steps) <= 5
    assert all(isinstance(x, str) for step in e.steps for x in step.operands)


def test_all_sorts_of_graphs_are_drawn():
    drawn = some(expressions("x y", max_size=8), 400)
    assert {step.primitive for e in drawn for step in e.steps} == set(table) - {"identity"}
    assert {len(e.steps) for e in drawn} == set(range(1, 9))
    assert sum(":=" in e.source for e in drawn) > 40  # shared subexpressions


def test_what_fails_shrinks_to_what_a_person_would_write():
    def uses(*names):
        return lambda e: set(names) <= {step.primitive for step in e.steps}

    assert repr(smallest(expressions("x"), uses("tanh"))) == "expression(lambda x: tanh(x))"
    assert len(smallest(expressions("x y"), uses("tanh", "mul")).steps) == 2
    assert len(smallest(expressions("x"), lambda e: e(3.0) > 20).steps) <= 3
    assert smallest(graphs("x"), lambda g: uses("cos")(g.expression)).point == (0.0,)


# --- points -----------------------------------------------------------------------------------------------------------

hinge = expression(lambda x, y: autograd.relu(x * y - 1) * autograd.log(x + 2))


@given(points_for(hinge, margin=0.5, bound=20, min_value=-4, max_value=4))
def test_points_inside(point):
    x, y = point
    assert abs(x * y - 1) >= 0.5
    assert x > -2
    assert abs(x) <= 4
    assert abs(y) <= 4
    assert abs(hinge(*point)) <= 20


@given(points_for(hinge, aim="kink"), points_for(hinge, aim="edge"), points_for(hinge, aim="outside"))
def test_points_at_special_places(kink, edge, outside):
    assert abs(kink[0] * kink[1] - 1) <= 1e-15
    assert edge[0] == math.nextafter(-2.0, 0.0)
    assert outside[0] <= -2.0


@pytest.mark.parametrize("row", table.values(), ids=lambda row: row.name)
def test_points_for_a_row(row):
    for point in some(points_for(row), 20):
        assert outcome(row, point)
        constants = point[len(point) - len(row.constants) :]
        assert all(c in values for c, values in zip(constants, row.constants.values(), strict=True))
    for point in some(points_for(row, aim="kink"), 20) if row.kinks else ():
        assert any(kink.gap(*point) == 0.0 for kink in row.kinks)


@pytest.mark.parametrize("beyond", [5.0, 300.0])
def test_points_reach_where_a_tail_is_wrong(own_rows, beyond):
    @autograd.primitive
    def bad(m, x):
        return m.atan(x), m.where(x < -beyond, 2.0, 1.0) / (1.0 + x * x)

    @settings(quick, max_examples=500)
    @given(points_for(bad))
    def checked(point):
        check_grads(bad, point)

    with pytest.raises(AssertionError, match="the derivative of bad with respect to x"):
        checked()


@given(points_for("tanh", min_value=5.0), points_for("tanh", max_value=-5.0), points_for("tanh", min_value=0.0))
def test_points_keep_to_the_limit_that_is_given(above, below, positive):
    assert above[0] >= 5.0
    assert below[0] <= -5.0
    assert positive[0] >= 0.0


def test_points_for_what_a_user_adds(own_rows):
    @primitive(
        kinks=(Kink("|x| = 1", lambda x: abs(x) - 1.0),),
        domain=Region("x > −2", lambda x: x > -2.0),
    )
    def clipped(m, x):
        return m.where(x > 1.0, 1.0, m.where(x < -1.0, -1.0, x)), m.where(m.abs(x) < 1.0, 1.0, 0.0)

    for what in clipped, "clipped", table["clipped"]:
        assert {abs(x) for (x,) in some(points_for(what, aim="kink"), 40)} == {1.0}
    assert {x for (x,) in some(points_for(clipped, aim="edge"), 40)} == {math.nextafter(-2.0, 0.0)}
    assert all(abs(abs(x) - 1) >= 0.1 and x > -2 for (x,) in some(points_for(clipped, margin=0.1)))
    assert not any(in_domain(table["clipped"], point) for point in some(points_for(clipped, aim="outside"), 40))


def test_a_name_that_was_given_to_another_row(own_rows):
    def side(m, x):
        return x, 1.0

    half = primitive(side, domain=Region("x > 0", lambda x: x > 0.0))
    e = expression(lambda x: half(x))
    assert all(x > 0 for (x,) in some(points_for(e), 20))
    primitive(side, domain=Region("x < 0", lambda x: x < 0.0))
    assert all(x < 0 for (x,) in some(points_for(e), 20))


# --- bad input --------------------------------------------------------------------------------------------------------

nowhere = expression(lambda x: autograd.log(x) + autograd.log(-x))


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: values(min_value=2, max_value=1), "values: min_value=2 is above max_value=1"),
        (lambda: values(min_value=-math.inf), "values: min_value needs a finite number, and got -inf"),
        (lambda: values(max_value="3"), "values: max_value needs a finite number, and got '3'"),
        (lambda: values(labels=["w"]), r"values: labels needs a strategy, .* got \['w'\]"),
        (lambda: primitives(arity=0), "primitives: arity needs a whole number of 1 or more, and got 0"),
        (lambda: primitives(arity=1.0), "primitives: arity needs a whole number"),
        (lambda: primitives(smooth="yes"), "smooth must be True, False, or None for both; got 'yes'"),
        (lambda: smallest(primitives(arity=7)), "no row with smooth=None and arity=7"),
        (lambda: expressions(""), "expressions needs at least one variable"),
        (lambda: expressions(3), "variables must be names, .* got 3"),
        (lambda: expressions("x x"), "the variable 'x' occurs twice"),
        (lambda: expressions(["x y"]), "a name that Python can use, .* got 'x y'"),
        (lambda: expressions([1]), "a name that Python can use, .* got 1"),
        (lambda: expressions("x lambda"), "got 'lambda'"),
        (lambda: expressions("x, tanh"), "'tanh' is a function that expressions may use"),
        (lambda: expressions("x", max_size=0), "max_size needs a whole number of 1 or more, and got 0"),
        (lambda: expressions("x", max_size=True), "max_size needs a whole number"),
        (lambda: expressions("x", primitives=["tanhh"]), "'tanhh' is not a primitive; known: identity, add, "),
        (lambda: expressions("x", primitives="tanh"), r"primitives must be a list, .* got 'tanh'"),
        (lambda: expressions("x", primitives=[]), "the list of primitives is empty"),
        (lambda: expressions("x", smooth=1), "smooth must be True or False; got 1"),
        (lambda: smallest(expressions("x", primitives=["relu"], smooth=True)), "has a kink, and smooth=True"),
        (lambda: expressions("x", constants=[math.nan]), "needs a finite number, and got nan"),
        (lambda: graphs("x", margin=0), "graphs: margin needs a number above 0, and got 0"),
        (lambda: graphs("x", bound=-1), "graphs: bound needs a number above 0, and got -1"),
        (lambda: graphs("x", min_value=1, max_value=0), "graphs: min_value=1 is above max_value=0"),
        (lambda: points_for(3), "points_for needs an expression or a primitive, and got 3"),
        (lambda: points_for("tanhh"), "'tanhh' is not a primitive"),
        (lambda: points_for(len), "len.* is not a primitive"),
        (lambda: points_for("log", aim="middle"), "aim is one of 'inside', 'kink', 'edge', 'outside'; got 'middle'"),
        (lambda: points_for("log", margin=math.nan), "margin needs a number above 0"),
        (lambda: points_for("log", bound="3"), "bound needs a number above 0, and got '3'"),
        (lambda: points_for("log", aim="kink"), "log has no kink to aim at"),
        (lambda: points_for(graph(lambda x: x * x, 1.0), aim="kink"), r"lambda x: x \* x\) has no kink to aim at"),
        (lambda: points_for("relu", aim="edge"), "relu is defined everywhere, so its domain has no edge"),
        (lambda: smallest(points_for(nowhere)), "found no point with numbers from -3.0 to 3.0 .* log"),
        (lambda: smallest(points_for("log", min_value=-2, max_value=-1)), "found no point with numbers from -2.0 to"),
    ],
)
def test_bad_input(attempt, message):
    with pytest.raises(InvalidArgument, match=message):
        attempt()


def test_an_expression_with_a_row_that_is_gone():
    with pytest.raises(LookupError, match="no primitive 'gone'"):
        points_for(Expression(("x",), (Step("a", "gone", ("x",)),), "a"))
