"""What is drawn: nodes, edges and their derivatives, against the graph itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import GraphError, Value, ancestry, dot, gradients, maximum, no_grad, relu, sigmoid, sqrt, tanh
from autograd.draw import draw
from autograd.draw.writing import number_symbol
from tests.autograd.draw.graphs import graphs, two_neurons


@given(graphs())
def test_a_node_for_each_value_and_an_edge_for_each_operand(y):
    picture = draw(y, collapse=False)
    order = ancestry(y)[::-1]
    assert [node.values for node in picture.nodes] == [(value,) for value in order]
    place = {value: node.id for value, node in zip(order, picture.nodes, strict=True)}
    expected = [
        (place[x], place[value], slot, partial)
        for value in order
        for slot, (x, partial) in enumerate(zip(value.operands, value.partials, strict=True))
        if isinstance(x, Value)
    ]
    assert [(edge.source, edge.target, edge.slot, edge.partial) for edge in picture.edges] == expected


@given(graphs())
def test_numbers_and_derivatives_are_the_engines(y):
    for node in draw(y, collapse=False).nodes:
        (value,) = node.values
        assert node.numbers == (value.data,)
        assert node.grads == (gradients(y, value),)


@given(graphs())
def test_with_constants_there_is_an_edge_for_every_operand_whatsoever(y):
    picture = draw(y, collapse=False, constants=True)
    assert len(picture.edges) == sum(len(value.operands) for value in ancestry(y))
    constants = [node for node in picture.nodes if node.kind == "constant"]
    floats = [x for value in ancestry(y)[::-1] for x in value.operands if not isinstance(x, Value)]
    assert [node.numbers[0] for node in constants] == floats


@given(graphs(), st.data())
def test_what_stands_out_are_the_values_on_the_paths(y, data):
    order = ancestry(y)
    start = data.draw(st.sampled_from(order))
    picture = draw(y, highlight=start, collapse=False)

    def leads_from_start(value):
        return value is start or any(isinstance(x, Value) and leads_from_start(x) for x in value.operands)

    assert {node.values[0] for node in picture.nodes if node.highlighted} == {v for v in order if leads_from_start(v)}
    lit = {node.id for node in picture.nodes if node.highlighted}
    for edge in picture.edges:
        assert edge.highlighted == (edge.source in lit and edge.target in lit)


def test_drawing_touches_no_grad():
    y, w = two_neurons()
    w.grad = 7.0
    draw(y, highlight=w)
    assert [value.grad for value in ancestry(y) if value.grad] == [7.0]


def test_the_derivatives_stand_on_the_edges_as_in_notes():
    y, _ = two_neurons()
    picture = draw(y)
    name = {node.id: node.name for node in picture.nodes}
    written = {(name[edge.source], name[edge.target]): edge.formula for edge in picture.edges}
    assert written["z₁", "a₁"] == "a₁(1 − a₁)"
    assert written["v₁", "z₁"] == "1"
    assert written["a₁", "v₂"] == "w₂"
    assert written["v₃", "L"] == "2v₃"


def test_the_operation_shows_the_order_of_its_operands():
    a, b = Value(3.0, label="a"), Value(2.0, label="b")
    assert [draw(y).nodes[-1].formula for y in (a - b, b - a, a / b, a**b, 2 - a)] == [
        "a − b",
        "b − a",
        "a/b",
        "a^b",
        "2 − a",
    ]


def test_x_times_x_has_two_edges():
    x = Value(3.0, label="x")
    edges = draw(x * x).edges
    assert [(edge.source, edge.slot, edge.partial) for edge in edges] == [("n0", 0, 3.0), ("n0", 1, 3.0)]


def test_a_kink_is_named_and_not_spelled_out():
    q = Value(-1.0, label="q")
    assert draw(relu(q)).edges[0].formula == "ReLU′(q)"
    q.data = 0.0
    [edge] = draw(relu(q, at_zero=0.5)).edges
    assert (edge.formula, edge.partial) == ("ReLU′(q) at its kink", 0.5)


def test_what_is_too_long_for_an_edge_is_named():
    a, b = Value(3.0, label="firstfirstfirstfirstfirst"), Value(2.0, label="secondsecondsecondsecond")
    assert [edge.formula for edge in draw(a / b).edges] == [
        "1/secondsecondsecondsecond",
        "∂v₁/∂secondsecondsecondsecond",
    ]
    assert [edge.formula for edge in draw(maximum(a, b)).edges][1] == "∂v₁/∂secondsecondsecondsecond"
    p, q = Value(3.0, label="p"), Value(2.0, label="q")
    assert [edge.formula for edge in draw(maximum(p, q)).edges] == ["∂v₁/∂p", "∂v₁/∂q"]


def test_kinds():
    y, _ = two_neurons()
    kinds = {node.name: node.kind for node in draw(y, constants=True).nodes}
    assert kinds["w₁"] == kinds["b₂"] == "parameter"
    assert kinds["x"] == "leaf"
    assert kinds["0.7"] == "constant"
    assert kinds["z₁"] == "operation"
    assert kinds["L"] == "output"


def test_parameters_may_be_said():
    x, k = Value(2.0, label="x"), Value(3.0, label="k")
    assert [node.kind for node in draw(x * k, parameters=[k]).nodes] == ["leaf", "parameter", "output"]


def test_what_has_no_label_gets_a_name_that_no_label_has():
    v1 = Value(2.0, label="v1")
    names = [node.name for node in draw(tanh(v1 * 3.0)).nodes]
    assert names == ["v₁", "u₁", "u₂"]


def test_the_product_is_written_out():
    y, w = two_neurons()
    first, names, numbers, result = draw(y, highlight=w).caption.split("\n")
    assert first.startswith("∂L/∂w₁ = ∂L/∂v₃ · ∂v₃/∂a₂")
    assert names == "= 2v₃ · a₂(1 − a₂) · w₂ · a₁(1 − a₁) · x"
    assert numbers.startswith("≈ (−0.4051) · 0.25 · (−0.3)")
    assert result == f"≈ {gradients(y, w):.4g}"


def test_two_paths_are_a_sum():
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    assert draw(y, highlight=x).caption == "∂y/∂x = ∂y/∂x + ∂y/∂x\n= x + x\n= 3 + 3\n= 6"


def test_paths_are_counted_without_walking_them():
    x = Value(0.1, label="x")
    a = x
    for _ in range(40):
        a = a * tanh(a) + a
    a.label = "L"
    assert draw(a, highlight=x).caption.endswith("a sum over about 1.216·10¹⁹ paths")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_constant_is_never_shown_as_another_number(c):
    shown = number_symbol(c).text.replace("−", "-")
    if "…" not in shown:
        assert float(shown) == c
    else:
        digits, _, power = shown.partition("…")
        exponent = int(power.removeprefix("·10").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")) or 0)
        assert abs(c) * (1 - 1e-3) <= abs(float(f"{digits}e{exponent}")) <= abs(c)


@pytest.mark.parametrize(
    ("f", "formula"),
    [
        (lambda x: x * 1.00001, "x·1.00001"),
        (lambda x: x + 12345678.9, "x + 12345678.9"),
        (lambda x: x - 1 / 3, "x − 0.3333…"),
        (lambda x: x * -1.23456789012e-7, "x·(−1.2345…·10⁻⁷)"),
    ],
)
def test_what_was_computed_is_what_is_written(f, formula):
    picture = draw(f(Value(0.37, label="x")), constants=True, highlight="x")
    assert picture.nodes[-1].formula == formula
    assert {edge.formula for edge in picture.edges} <= {"", "1", formula.removeprefix("x·").strip("()")}


def test_a_path_is_highlighted_by_its_name():
    y, w = two_neurons()
    assert draw(y, highlight="w1").caption == draw(y, highlight=w).caption
    assert draw(y, highlight=["w1", "x"]).caption == draw(y, highlight=[w, named_node(y, "x")]).caption
    with pytest.raises(GraphError, match=r"no node below .* is called 'w9'; there are L, b1, b2, w1, w2, x"):
        draw(y, highlight="w9")


def named_node(y, name):
    return next(node for node in ancestry(y) if node.label == name)


def test_a_stranger_cannot_be_highlighted():
    with pytest.raises(GraphError, match="was not computed from it"):
        draw(Value(1.0) * 2, highlight=Value(3.0))


@pytest.mark.parametrize(("wrong", "message"), [(3.0, "takes the Value"), ("L", "takes the Value")])
def test_only_a_value_is_drawn(wrong, message):
    with pytest.raises(TypeError, match=message):
        draw(wrong)


def test_what_was_not_recorded_is_not_drawn():
    x = Value(2.0)
    with no_grad():
        y = x * x
    with pytest.raises(GraphError, match="no_grad"):
        draw(y)


def test_wrong_options_say_what_is_right():
    x = Value(2.0)
    with pytest.raises(ValueError, match=r"'LR'.*'TB'"):
        draw(x * x, direction="RL")
    with pytest.raises(ValueError, match="'layer', 'neuron', 'sample'"):
        draw(x * x, group="neurons")


def test_an_infinite_derivative_is_drawn_where_it_is():
    x = Value(0.0, label="x")
    picture = draw(sqrt(x))
    assert picture.edges[0].partial == float("inf")
    assert "∞" in picture.source
    assert all(node.grads == () for node in picture.nodes)


def test_a_primitive_of_ones_own():
    @autograd.primitive
    def swish(m, x):
        s = m.sigmoid(x)
        return x * s, s + x * s * m.sigmoid(-x)

    try:
        x = Value(1.0, label="x")
        picture = draw(swish(x))
        assert picture.nodes[-1].formula == "swish(x)"
        assert picture.edges[0].formula == "σ(x) + x·σ(x)·σ(−x)"
    finally:
        autograd.primitives.remove_row("swish")


def test_a_long_dot_shows_its_ends():
    w = [Value(1.0, label=f"w_{i}") for i in range(9)]
    assert draw(dot(w, w[::-1])).nodes[-1].formula == "w₀·w₈ + … + w₈·w₀"


def test_the_direction_is_the_narrower_one():
    chain = Value(0.5, label="x")
    for _ in range(9):
        chain = sigmoid(chain)
    wide = autograd.sum([Value(1.0) for _ in range(9)])
    assert draw(chain).direction == "TB"
    assert draw(wide).direction == "LR"
    assert 'rankdir="TB"' in draw(wide, direction="TB").source


def test_the_text_form_has_every_node_and_derivative():
    y, w = two_neurons()
    text = str(draw(y, highlight=w))
    assert "a₁ = σ(z₁)  0.7006" in text
    assert "    ∂a₁/∂z₁ = a₁(1 − a₁) ≈ 0.2098" in text
    assert text.endswith(draw(y, highlight=w).caption)
    assert "0.7006" not in draw(y, values=False).text
