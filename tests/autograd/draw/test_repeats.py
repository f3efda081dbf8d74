"""Repeats drawn as one, groups, and parts of a picture."""

from collections import Counter

import pytest
from hypothesis import given

import autograd
from autograd import Value, ancestry, gradients, tanh
from autograd.draw import draw
from nn import MLP
from tests.autograd.draw.graphs import graphs, slots


def loss(model, samples):
    """The sum of squares over the samples."""
    total = autograd.sum([(model(x) - t) ** 2 for x, t in samples])
    total.label = "L"
    return total


SAMPLES = [([0.5, -1.0], 1.0), ([0.25, 2.0], 0.0), ([1.5, 0.0], 0.5)]


@given(graphs())
def test_repeats_hide_no_operand_and_no_value(y):
    picture = draw(y, collapse=True)
    chained = sum(edge.count for edge in picture.edges)
    hidden = set(ancestry(y)) - {value for node in picture.nodes for value in node.values}
    assert chained == slots(y) - len(hidden)  # a link of a chain of additions is used once
    assert all(value.primitive.name == "add" for value in hidden)


@given(graphs())
def test_what_is_drawn_as_one_was_computed_alike(y):
    for node in draw(y, collapse=True).nodes:
        assert len({(value.primitive, value.label) for value in node.values if value.operands}) <= 1
        assert sorted(node.grads) == sorted(gradients(y, value) for value in node.values)


def test_a_large_network_is_a_small_picture():
    y = loss(MLP(1, [64, 64, 1], hidden="sigmoid"), [([0.5], 1.0), ([1.0], 0.0)])
    picture = draw(y)
    counts = {node.name: node.count for node in picture.nodes}
    assert counts["w₁"] == 64
    assert counts["w₂"] == 4096
    assert counts["a₁"] == 128
    assert counts["L"] == 1
    assert len(picture.nodes) < 20
    assert sum(edge.count for edge in picture.edges) == slots(y)
    assert [group.name for group in picture.groups] == ["layer 1", "layer 2", "layer 3"]
    assert "× 4096" in picture.source


def test_a_sum_of_any_length_is_one_node():
    xs = [Value(float(i)) for i in range(200)]
    total = sum(tanh(x) for x in xs)
    picture = draw(total)
    assert [node.count for node in picture.nodes] == [200, 200, 1]
    assert [node.formula for node in picture.nodes] == ["", "tanh(v₁)", "Σ v₂"]


def test_a_sum_that_is_used_twice_is_seen():
    a, b, c = [Value(float(i), label=label) for i, label in enumerate("abc")]
    shared = a + b
    picture = draw((shared + c) + shared, collapse=True)
    assert shared in [value for node in picture.nodes for value in node.values]


def test_collapse_is_automatic_above_150_nodes_and_can_be_refused():
    ys = [tanh(Value(0.1 * i)) for i in range(75)]
    assert len(draw(-autograd.sum(ys[:74])).nodes) == 150
    for count, collapsed in ((74, False), (75, True)):
        y = autograd.sum(ys[:count])
        assert len(draw(y).nodes) == (3 if collapsed else 2 * count + 1)
        assert len(draw(y, collapse=False).nodes) == 2 * count + 1


def test_above_500_nodes_it_says_what_to_do_instead():
    x = Value(0.5, label="x")
    for _ in range(500):
        x = tanh(x)
    with pytest.raises(ValueError, match=r"501 nodes.*500 is the limit.*limit=501"):
        draw(x)
    assert len(draw(x, limit=501).nodes) == 501


def test_exponents_keep_powers_apart():
    x = [Value(1.0 + i) for i in range(100)]
    y = autograd.sum([x[i] ** (2 + i % 2) for i in range(100)])
    assert [(node.formula[-1:], node.count) for node in draw(y, collapse=True).nodes[1:3]] == [("²", 50), ("³", 50)]


def test_neurons_have_their_parameters_z_and_a():
    model = MLP(2, [2, 1], hidden="tanh")
    y = loss(model, SAMPLES[:1])
    picture = draw(y, group="neuron")
    names = {node.id: node.name for node in picture.nodes}
    inside = {group.name: {names[node] for node in group.nodes} for group in picture.groups}
    first = inside["layer 1, neuron 1"]
    assert {"w₁[1,1]", "w₁[1,2]", "b₁[1]", "z₁[1]", "a₁[1]"} < first
    assert len(first) == 6
    assert {"w₂[1]", "w₂[2]", "b₂", "z₂"} < inside["layer 2, neuron 1"]
    assert len(inside) == 3


def test_samples_have_what_was_computed_from_them_alone():
    y = loss(MLP(2, [2, 1]), SAMPLES)
    picture = draw(y, group="sample")
    assert sorted(group.name for group in picture.groups) == ["sample 1", "sample 2", "sample 3"]
    assert len({len(group.nodes) for group in picture.groups}) == 1
    framed = {node for group in picture.groups for node in group.nodes}
    assert {node.kind for node in picture.nodes if node.id not in framed} == {"parameter", "output"}


def test_what_two_samples_share_is_in_neither():
    w = Value(2.0, label="w")
    shared = tanh(w)
    y = autograd.sum([(shared * x) ** 2 for x in (1.0, 2.0)])
    picture = draw(y, group="sample")
    framed = {node for group in picture.groups for node in group.nodes}
    assert [node.values[0] for node in picture.nodes if node.id not in framed] == [w, shared, y]


def test_a_penalty_is_in_no_neuron():
    model = MLP(2, [2, 1], hidden="tanh")
    w = model.layers[0].w[0][0]
    penalty = w * w
    y = loss(model, SAMPLES[:1]) + penalty
    picture = draw(y, group="neuron")
    [node] = [node for node in picture.nodes if node.values == (penalty,)]
    assert all(node.id not in group.nodes for group in picture.groups)


def test_groups_of_ones_own():
    x, t = Value(1.0, label="x"), Value(2.0, label="t")
    picture = draw((x - t) ** 2, group=lambda value: "data" if not value.operands else None)
    assert [(group.name, group.nodes) for group in picture.groups] == [("data", ("n0", "n1"))]
    assert "subgraph cluster_g0" in picture.source


def test_zoom_shows_a_group_and_its_neighbours():
    y = loss(MLP(2, [2, 1], hidden="tanh"), SAMPLES[:1])
    part = draw(y).zoom("layer 2")
    outside = {node.name for node in part.nodes if node.outside}
    assert outside == {"a₁[1]", "a₁[2]", "v₄"}
    [group] = part.groups
    assert {node.id for node in part.nodes if not node.outside} == set(group.nodes)
    counts = Counter(edge.target for edge in part.edges)
    named = {node.name: node for node in part.nodes}
    assert counts[named["z₂"].id] == 2
    assert counts[named["a₁[1]"].id] == 0


def test_zoom_into_a_large_layer_collapses_too():
    y = loss(MLP(1, [64, 64, 1]), [([0.5], 1.0)])
    assert len(draw(y).zoom("layer 2").nodes) < 10
    assert len(draw(y).zoom("layer 2, neuron 7").nodes) < 150


def test_zoom_into_what_is_not_there():
    y = loss(MLP(2, [2, 1]), SAMPLES)
    with pytest.raises(ValueError, match=r"no group 'layer 3'.*'layer 1', 'layer 2'"):
        draw(y).zoom("layer 3")
