"""How a module finds, names, gives and takes its parameters."""

from __future__ import annotations

import copy
import pickle
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value
from nn.activations import ACTIVATIONS

activations = st.sampled_from(sorted(ACTIVATIONS))
models = st.one_of(
    st.builds(nn.Neuron, st.integers(1, 3), activations, seed=st.integers(0, 99)),
    st.builds(nn.Linear, st.integers(1, 3), st.integers(1, 3), activations, seed=st.integers(0, 99)),
    st.builds(
        nn.MLP,
        st.integers(1, 3),
        st.lists(st.integers(1, 3), min_size=1, max_size=3),
        hidden=activations,
        output=activations,
        biases=st.just("normal"),
        seed=st.integers(0, 99),
    ),
)


def way(model, name):
    """What a dotted name stands for."""
    steps = [int(step) if step.isdigit() else step for step in name.split(".")]
    return reduce(lambda thing, step: thing[step] if isinstance(step, int) else getattr(thing, step), steps, model)


def numbers(model):
    return [p.data for p in model.parameters()]


class Odd(nn.Module):
    """Parameters wherever they can be."""

    def __init__(self):
        self.scale = Value(1.0)
        self.rows = [[Value(2.0), Value(3.0)], [Value(4.0), Value(5.0)]]
        self.ragged = [Value(6.0), [Value(7.0)]]
        self.by_name = {"left": Value(8.0), "right": [Value(9.0)]}
        self.inner = (nn.Neuron(1, weights=10.0, bias=11.0),)
        self.array = np.array([Value(12.0)])
        self.size = 3.5
        self.text = "no parameter"
        self._own = Value(99.0)
        self.nothing = []


class TestNames:
    @given(models)
    def test_a_name_is_the_way_to_the_parameter(self, model):
        named = list(model.named_parameters())
        assert [p for _, p in named] == model.parameters()
        assert all(way(model, name) is p for name, p in named)
        assert len({name for name, _ in named}) == len(named)

    def test_the_scheme(self):
        names = dict(nn.MLP(2, [16, 16, 1]).named_parameters())
        assert "layers.0.w.3.1" in names
        assert "layers.2.b.0" in names
        assert len(names) == 337

    def test_parameters_are_found_in_lists_tuples_dicts_and_modules(self):
        model = Odd()
        assert {name: p.data for name, p in model.named_parameters()} == {
            "scale": 1.0,
            "rows.0.0": 2.0,
            "rows.0.1": 3.0,
            "rows.1.0": 4.0,
            "rows.1.1": 5.0,
            "ragged.0": 6.0,
            "ragged.1.0": 7.0,
            "by_name.left": 8.0,
            "by_name.right.0": 9.0,
            "array.0": 12.0,
            "inner.0.w.0": 10.0,
            "inner.0.b": 11.0,
        }

    def test_a_shared_parameter_counts_once(self):
        layer = nn.Neuron(1, weights=2.0)
        model = nn.Sequential(layer, layer)
        assert model.parameters() == [layer.w[0], layer.b]
        assert model.summary().parameters == 2
        layer.tied = [layer.b, layer.b]
        assert [name for name, _ in layer.named_parameters()] == ["w.0", "b"]
        assert layer.summary().parameters == 2

    def test_what_was_computed_is_no_parameter(self):
        model = nn.Neuron(1, weights=2.0)
        model.scaled = [model.w[0] * 3]
        with pytest.raises(ValueError, match=r"scaled.0 is .*op='mul'.*\.detach\(\)"):
            model.parameters()

    def test_a_class_as_for_micrograd_works(self):
        class Line(nn.Module):
            def __init__(self):
                self.slope = Value(2.0)
                self.fixed = Value(5.0)

            def parameters(self):
                return [self.slope]

            def __call__(self, x):
                return self.slope * x + self.fixed

        model = Line()
        model(3.0).backward()
        model.zero_grad()
        assert (model.slope.grad, model.fixed.grad) == (0.0, 1.0)

    def test_a_class_that_computes_nothing_says_so(self):
        class Empty(nn.Module):
            pass

        with pytest.raises(NotImplementedError, match=r"Empty.*__call__\(self, x\)"):
            Empty()(1.0)
        assert Empty().parameters() == []
        assert Empty().state_dict() == {}


class TestState:
    @given(models)
    def test_what_is_given_can_be_taken(self, model):
        twin = copy.deepcopy(model)
        for p in twin.parameters():
            p.data += 1.0
        twin.load_state_dict(model.state_dict())
        assert numbers(twin) == numbers(model)

    def test_is_arrays_and_a_copy(self):
        model = Odd()
        state = model.state_dict()
        assert {name: array.shape for name, array in state.items()} == {
            "scale": (),
            "rows": (2, 2),
            "ragged.0": (),
            "ragged.1": (1,),
            "by_name.left": (),
            "by_name.right": (1,),
            "array": (1,),
            "inner.0.w": (1,),
            "inner.0.b": (),
        }
        state["rows"][0, 0] = 77.0
        assert model.rows[0][0].data == 2.0

    def test_keeps_every_bit(self):
        model = nn.Neuron(2, weights=[0.1, -0.0], bias=5e-324)
        twin = nn.Neuron(2, seed=1)
        twin.load_state_dict(model.state_dict())
        assert list(map(float.hex, numbers(twin))) == list(map(float.hex, numbers(model)))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda s: s.pop("layers.1.b"), r"it lacks 'layers.1.b'"),
            (lambda s: s.update(layer=[1.0]), r"it has 'layer'"),
            (
                lambda s: s.update({"layers.1.B": s.pop("layers.1.b")}),
                r"it lacks 'layers.1.b', and it has 'layers.1.B'; did you mean 'layers.1.b'\?",
            ),
            (lambda s: s.update({"layers.1.b": [1.0, 2.0]}), r"layers.1.b has the shape \(1,\) .* and \(2,\)"),
            (lambda s: s.update({"layers.1.b": [np.nan]}), r"layers.1.b.0 is nan"),
            (lambda s: s.update({"layers.1.w": [[1.0, np.inf]]}), r"layers.1.w.0.1 is inf"),
            (lambda s: s.update({"layers.1.b": ["x"]}), r"layers.1.b must be an array of numbers"),
            (lambda s: s.update({"layers.1.b": [[1.0], [2.0, 3.0]]}), r"layers.1.b must be an array of numbers"),
        ],
    )
    def test_that_does_not_fit_changes_nothing(self, change, message):
        model = nn.MLP(2, [2, 1])
        before = numbers(model)
        state = {name: array + 1.0 for name, array in model.state_dict().items()}
        change(state)
        with pytest.raises(ValueError, match=message):
            model.load_state_dict(state)
        assert numbers(model) == before

    def test_with_two_numbers_for_one_parameter_is_refused(self):
        model = nn.Neuron(1, weights=2.0)
        model.tied = model.b
        state = model.state_dict()
        model.load_state_dict(state)
        with pytest.raises(ValueError, match=r"b shares a parameter|tied shares a parameter"):
            model.load_state_dict({**state, "b": 5.0})
        assert model.b.data == 0.0


class TestCopies:
    @given(models)
    def test_a_model_can_be_copied_and_pickled(self, model):
        for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            assert repr(twin) == repr(model)
            assert numbers(twin) == numbers(model)
            assert not set(twin.parameters()) & set(model.parameters())


class TestSummary:
    def test_the_network_of_document_3_has_4353_parameters(self):
        summary = nn.MLP(1, [64, 64, 1], hidden="sigmoid").summary()
        assert summary.parameters == 4353
        assert [row[2] for row in summary.rows] == [128, 4160, 65]
        assert str(summary).splitlines()[-1].split() == ["MLP", "in", "all", "4353"]
        assert repr(summary) == str(summary)

    @given(models)
    def test_counts_every_parameter(self, model):
        assert model.summary().parameters == len(model.parameters())

    def test_shows_parameters_that_the_model_has_itself(self):
        rows = Odd().summary().rows
        assert [(name, count) for name, _, count in rows] == [("(itself)", 10), ("inner.0", 2)]

    def test_columns_stand_under_each_other(self):
        lines = str(nn.MLP(3, [10, 1]).summary()).splitlines()
        assert len({len(line) for line in lines}) == 1


class TestRepr:
    @given(
        st.builds(nn.MLP, st.integers(1, 3), st.lists(st.integers(1, 3), min_size=1, max_size=3), hidden=activations)
    )
    def test_of_an_mlp_makes_it_again(self, model):
        again = eval(repr(model), vars(nn))
        assert [repr(layer) for layer in again.layers] == [repr(layer) for layer in model.layers]

    @pytest.mark.parametrize(
        "text",
        [
            "Neuron(2)",
            "Neuron(2, activation='tanh')",
            "Linear(2, 3)",
            "Linear(2, 3, activation=LeakyReLU(alpha=0.2))",
            "MLP(2, [16, 16, 1])",
            "MLP(1, [1, 1], hidden='sigmoid', output=ReLU(at_zero=0.5))",
        ],
    )
    def test_is_as_one_would_type_it(self, text):
        seedless = {
            "Neuron": lambda *a, **k: nn.Neuron(*a, **k, seed=0),
            "Linear": lambda *a, **k: nn.Linear(*a, **k, seed=0),
        }
        assert repr(eval(text, {**vars(nn), **seedless})) == text

    def test_of_a_sequence_has_a_line_for_each(self):
        model = nn.Sequential("cubic", nn.Sequential(nn.Linear(1, 2, seed=0), abs))
        assert repr(model).splitlines() == [
            "Sequential(",
            "    Cubic(),",
            "    Sequential(",
            "        Linear(1, 2),",
            "        Activation(abs),",
            "    ),",
            ")",
        ]

    def test_of_a_changed_mlp_is_what_it_is_now(self):
        model = nn.MLP(1, [2, 2, 1])
        model.layers[0].activation = nn.Tanh()
        assert "Linear(1, 2, activation='tanh')" in repr(model)

    def test_of_a_class_of_ones_own_shows_what_is_inside(self):
        class Both(nn.Module):
            def __init__(self):
                self.left, self.right = nn.Neuron(1, seed=0), nn.Neuron(2, seed=0)

        assert repr(Both()) == "Both(left=Neuron(1), right=Neuron(2))"

        class Many(nn.Module):
            def __init__(self):
                self.parts = [nn.Linear(10, 10, "softplus", seed=i) for i in range(3)]

        assert repr(Many()).splitlines()[0] == "Many("
        assert repr(Many()).splitlines()[2] == "    parts.1=Linear(10, 10, activation='softplus'),"


@pytest.mark.parametrize(
    "given",
    [[[1j, 2.0]], np.ma.array([[1.0, 2.0]], mask=[[True, False]]), [["1.0", "2.0"]]],
    ids=["complex", "masked", "strings"],
)
def test_a_state_that_would_lose_something(given):
    model = nn.Linear(2, 1, seed=0)
    before = model.state_dict()
    with pytest.raises(
        ValueError, match=r"w must be an array of numbers of shape \(1, 2\): .*(complex|masked|type <U3)"
    ):
        model.load_state_dict({"w": given, "b": [0.0]})
    assert all(np.array_equal(before[name], x) for name, x in model.state_dict().items())
