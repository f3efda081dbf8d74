"""What may be compiled, how a program may be called, copied and pickled."""

from __future__ import annotations

import copy
import pickle
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, compile, grad, mean, sin, value_and_grad, vmap
from tests.autograd.compiler.comparing import assert_alike, each_kind, forced, run, share


class Scaled:
    """A callable object, with a method that is one, too."""

    def __init__(self, by):
        self.by = Value(by)

    def __call__(self, x):
        return self.by * x

    def squared(self, x, *, more=1.0):
        return self.by * x * x * more

    def parameters(self):
        return [self.by]


def weighted(x, y=4.0, *, scale=1.0, **more):
    return x * y * scale + autograd.sum([i * v for i, (_, v) in enumerate(sorted(more.items()), 1)])


def cubed(x):
    return x**3


W = Value(2.0)


def with_a_value_of_the_module(x):
    return W * x


@each_kind
@given(
    st.tuples(st.floats(-2, 2)) | st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    st.fixed_dictionaries({}, optional={name: st.floats(-2, 2) for name in ("y", "scale", "a", "b")}),
)
@share(0.4)
def test_arguments_by_name(kind, args, named):
    if len(args) == 2:
        named.pop("y", None)
    for asked in weighted, grad(weighted), value_and_grad(weighted):
        program = compile(asked)
        with forced(kind):
            for factor in 1.0, 0.5:
                given_ = {name: factor * x for name, x in named.items()}
                assert_alike(program(*args, **given_), asked(*args, **given_), size=1.0)
        assert program.recordings == 1


def test_names_and_parameters_together():
    model = Scaled(3.0)
    program = compile(value_and_grad(model.squared), parameters=model)
    assert_alike(program([3.0], 2.0, more=0.5), (6.0, np.array([2.0])))
    assert_alike(program([2.0], 2.0), (8.0, np.array([4.0])))
    assert_alike(program([2.0], x=2.0), (8.0, np.array([4.0])))
    last = compile(grad(weighted, argnums=-1))
    assert last(3.0, 5.0, scale=2.0) == 6.0
    with pytest.raises(TypeError, match="no argument 1"):
        compile(grad(weighted, argnums=1))(3.0, scale=2.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        compile(cubed)(1.0, other=2.0)
    batch = compile(lambda *, xs: mean(vmap(sin)(xs)))
    for n in 3, 5:
        assert_alike(batch(xs=np.ones(n)), float(np.sin(1.0)))
    assert batch.recordings == 1


@each_kind
def test_callables_of_every_kind(kind):
    model = Scaled(3.0)
    for f, expected in (
        (model, 6.0),
        (model.squared, 12.0),
        (partial(model.squared, more=0.5), 6.0),
        (partial(weighted, 10.0), 20.0),
        (partial(weighted, y=5.0, scale=2.0), 20.0),
        (lambda x, y=3.0, *, z=W: x * y * z, 12.0),
        (autograd.compile(cubed), 8.0),
        (compile(compile(value_and_grad(cubed))), (8.0, 12.0)),
        (value_and_grad(compile(cubed)), (8.0, 12.0)),
        (grad(partial(weighted, 10.0)), 10.0),
    ):
        found, program = run(f, kind, 2.0)
        assert found == expected
        assert program.__name__.isidentifier() or program.__name__ == "<lambda>"


def test_a_program_of_a_program_keeps_the_parameters():
    model = Scaled(3.0)
    program = compile(compile(value_and_grad(model), parameters=model), dtype="float32")
    assert program.parameters == (model.by,)
    assert program([2.0], 5.0)[0] == 10.0
    with pytest.raises(TypeError, match="is compiled already, with parameters: compile the derivative"):
        compile(value_and_grad(compile(model, parameters=model)))


# --- copies -----------------------------------------------------------------------------------------------------------


def sent(program):
    return pickle.loads(pickle.dumps(program))


def test_a_pickle_is_recorded_again_where_it_is_loaded():
    for f, args in (
        (cubed, (1.5,)),
        (grad(cubed), (1.5,)),
        (value_and_grad(weighted, argnums=(0, 1)), (1.5, 2.5)),
        (partial(weighted, y=3.0), (1.5,)),
        (autograd.tanh, (1.5,)),
    ):
        program = compile(f)
        expected = program(*args)
        for twin in sent(program), sent(compile(f)):
            assert twin.recordings == 0
            assert twin(*args) == expected
    assert sent(compile(cubed, dtype="float32"))(np.float64(2.0)) == 8.0


def test_a_pickle_of_a_model_holds_its_parameters():
    for f in (lambda m: m), (lambda m: m.squared), (lambda m: value_and_grad(m)):
        model = Scaled(3.0)
        program = compile(f(model), parameters=model)
        expected = program([5.0], 2.0)
        twin = sent(program)
        assert_alike(twin([5.0], 2.0), expected)
        assert twin.theta().tolist() == [3.0]
        twin.put([7.0])
        assert (model.by.data, twin.theta().tolist()) == (3.0, [7.0])


def test_a_network_can_be_sent_as_a_program():
    model = nn.MLP(2, [3, 1], hidden="tanh", seed=1)
    program = compile(value_and_grad(model), parameters=model)
    twin = sent(program)
    assert_alike(twin(twin.theta(), [0.5, -1.0]), program(program.theta(), [0.5, -1.0]))


def test_what_cannot_be_pickled_says_why():
    with pytest.raises(TypeError, match=r"would hold copies of its parameters.*pickle program.theta\(\)"):
        pickle.dumps(compile(with_a_value_of_the_module, parameters=[W]))
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(compile(lambda x: x))


def test_copies():
    program = compile(lambda x: W * x, parameters=[W])
    assert copy.copy(program) is copy.deepcopy(program) is program  # as a function is its own copy
    model = Scaled(3.0)
    holder = {"model": model, "program": compile(model.squared, parameters=model)}
    twin = copy.deepcopy(holder)
    assert twin["program"].parameters == (twin["model"].by,)
    twin["model"].by.data = 5.0
    assert twin["program"].theta().tolist() == [5.0]
    assert holder["program"].theta().tolist() == [3.0]
