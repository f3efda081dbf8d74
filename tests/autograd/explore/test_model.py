"""What the page steps through is the graph, and what it arrives at is the engine's gradient, to the last bit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings

from autograd import GraphError, NonFiniteError, Value, ancestry, dot, gradients, no_grad, sqrt
from autograd.explore.model import MOST_NODES, Model
from autograd.explore.page import page
from autograd.testing import graphs
from tests.autograd.explore.examples import model_of, simulated, two_neurons


@settings(max_examples=20)  # each is a whole page
@given(graphs(max_size=12))
def test_the_steps_arrive_at_the_gradients_of_the_engine(drawn):
    y, _ = drawn.build()
    if not isinstance(y, Value):
        return
    order = ancestry(y)[::-1]
    data, grad = simulated(model_of(page(y)))
    assert [data[i] for i in range(len(order))] == [node.data for node in order]
    assert [grad[i] for i in range(len(order))] == gradients(y, order)


@given(graphs(max_size=12))
def test_every_operand_that_is_a_node_is_one_edge_and_is_passed_once(drawn):
    y, _ = drawn.build()
    if not isinstance(y, Value):
        return
    model = Model(y)
    slots = [
        (i, k, slot) for i, node in enumerate(model.nodes) for k, slot in enumerate(node.slots) if slot is not None
    ]
    assert [slot.edge for _, _, slot in slots] == list(range(len(slots)))
    assert sorted((x.source, x.slot, x.target, x.edge, x.local) for x in model.passes) == sorted(
        (i, k, slot.node, slot.edge, slot.partial) for i, k, slot in slots
    )
    for i, k, slot in slots:
        node = model.nodes[i].value
        assert node.operands[k] is model.nodes[slot.node].value
        assert node.partials[k] == slot.partial


def test_a_pass_is_upstream_times_local_and_is_added():
    for step in Model(two_neurons()).passes:
        assert step.contribution == step.upstream * step.local
        assert step.after == step.before + step.contribution


def test_a_grad_is_complete_before_it_is_handed_on():
    model = Model(two_neurons())
    complete = dict(zip(range(len(model.nodes)), model.grads, strict=True))
    assert all(step.upstream == complete[step.source] for step in model.passes)


def test_operands_of_the_same_node_are_two_steps():
    x = Value(3.0, label="x")
    assert [(step.slot, step.before, step.after) for step in Model(x * x).passes] == [(0, 0.0, 3.0), (1, 3.0, 6.0)]


def test_constants_are_no_edges():
    x = Value(3.0, label="x")
    assert [step.slot for step in Model(dot([2.0, 5.0], [x, 4.0])).passes] == [2]


def test_a_leaf_alone_is_a_page_of_two_steps():
    assert [step["kind"] for step in model_of(page(Value(3.0, label="x")))["steps"]] == ["given", "seed"]


def test_the_grads_of_the_values_are_left_alone():
    y = two_neurons()
    page(y)
    assert {node.grad for node in ancestry(y)} == {0.0}


def test_infinity_and_nan_that_somebody_put_in_come_through():
    x = Value(math.inf, label="x")
    data, grad = simulated(model_of(page(x * 2 + Value(math.nan, label="n"))))
    assert data[0] == math.inf
    assert math.isnan(data[max(data)])
    assert grad[0] == 2.0


def test_a_large_graph_is_refused_with_advice():
    x = Value(1.0, label="x")
    y = x
    for _ in range(MOST_NODES - 1):
        y = y + x
    Model(y)
    with pytest.raises(ValueError, match=f"{MOST_NODES + 1} nodes.*one neuron.*draw"):
        Model(y + x)


def test_what_has_no_graph_is_refused():
    with pytest.raises(TypeError, match="not a Value"):
        page(3.0)
    with no_grad():
        y = Value(2.0) * 3
    with pytest.raises(GraphError, match="no_grad"):
        page(y)


def test_an_infinite_derivative_is_refused():
    with pytest.raises(NonFiniteError, match="sqrt"):
        page(sqrt(Value(0.0, label="x")))
