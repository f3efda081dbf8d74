"""Graphs that go through pickle and copy come out as the graphs they were."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, gradients
from autograd.testing import graphs, recorded

WAYS = [
    *[pytest.param(lambda x, p=p: pickle.loads(pickle.dumps(x, p)), id=f"pickle{p}") for p in range(2, 6)],
    pytest.param(copy.deepcopy, id="deepcopy"),
]
labels = st.none() | st.text(max_size=3)


def nodes(y, xs):
    """The nodes in an order that comes from the graph alone."""
    found, stack = {}, [*xs, y]  # a dict, because a list would take nodes with one number for one node
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = None
            stack += [x for x in node.operands if isinstance(x, Value)]
    return list(found)


@pytest.mark.parametrize("way", WAYS)
@given(g=graphs("x y", max_size=12), labels=st.lists(labels, min_size=1), grads=st.lists(st.floats(-9, 9), min_size=1))
def test_a_graph_and_all_that_is_written_on_it(way, g, labels, grads):
    y, xs = g.build()
    order = nodes(y, xs)
    for i, node in enumerate(order):
        node.label, node.grad = labels[i % len(labels)], grads[i % len(grads)]
    y2, xs2 = way((y, xs))
    again = nodes(y2, xs2)
    assert recorded(y2, dict(zip(xs2, g.expression.variables, strict=True))) == g.expression
    assert list(map(repr, again)) == list(map(repr, order))
    assert [node.partials for node in again] == [node.partials for node in order]
    assert not set(again) & set(order)
    assert gradients(y2, xs2) == gradients(y, xs)
    y2.backward()
    assert [node.grad for node in order] == [grads[i % len(grads)] for i in range(len(order))]


@given(graphs("x y"))
def test_a_copy_of_one_node_has_the_same_operands(g):
    y, xs = g.build()
    twin = copy.copy(y)
    assert repr(twin) == repr(y)
    assert [a is b for a, b in zip(twin.operands, y.operands, strict=True)] == [True] * len(y.operands)
    assert gradients(twin + y, xs) == pytest.approx([2 * s for s in gradients(y, xs)], rel=1e-12, abs=1e-300)
    before, twin.data = y.data, y.data + 1.0
    assert y.data == before


@pytest.mark.parametrize("way", WAYS)
@given(x=st.floats(allow_nan=False), label=labels)
def test_a_leaf(way, x, label):
    leaf = Value(x, label=label)
    assert repr(way(leaf)) == repr(leaf)
    assert way([leaf, leaf])[0] is not leaf
    one, other = way([leaf, leaf])
    assert one is other
