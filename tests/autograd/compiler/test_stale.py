"""What changes between two calls is noticed, or is an error: a program never goes on with what was there before."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd import FrozenError, Value, compile, grad, mean, no_grad, tanh, value_and_grad, vmap
from tests.autograd.compiler.comparing import assert_alike, each_kind, forced, share


def in_another_thread(f):
    found = []
    thread = Thread(target=lambda: found.append(f()))
    thread.start()
    thread.join()
    return found[0]


# --- Values that the function makes -----------------------------------------------------------------------------------


class Lazy:
    """Its parameters are made when they are first needed."""

    def __init__(self):
        self.w = self.b = None

    def __call__(self, x):
        if self.w is None:
            self.w, self.b = Value(0.5), [Value(1.0)]
        return self.w * x + self.b[0] * 2.0


@each_kind
@pytest.mark.parametrize("asked", [lambda f: f, grad, value_and_grad, lambda f: lambda x: [f(x), 1.0]])
def test_a_parameter_that_is_made_when_it_is_needed_is_read_at_every_call(kind, asked):
    model = Lazy()
    program = compile(asked(lambda x: model(x)))
    with forced(kind):
        program(2.0)
    for w, b in (3.0, 1.0), (-1.0, 0.25):
        model.w.data, model.b[0].data = w, b
        with no_grad():
            assert_alike(program(2.0), asked(lambda x: model(x))(2.0))
    assert program.recordings == 1


@each_kind
def test_values_that_nobody_keeps_are_constants(kind):
    def f(x):
        total = Value(0.0)
        for k in range(30):
            total = total + Value(float(k)) * x
        return [total, Value(7.0)]

    program = compile(f)
    with forced(kind):
        assert program(2.0) == [870.0, 7.0]
    assert "captured" not in program.source


@each_kind
def test_a_node_that_is_computed_once_and_kept_stays_as_it_is(kind):
    w, kept = Value(2.0), []

    def f(x):
        if not kept:
            kept.append(w * 10)
        return kept[0] * x

    program = compile(f)
    with forced(kind):
        assert program(1.0) == 20.0
    w.data = 3.0
    assert program(1.0) == f(1.0).data == 20.0


@each_kind
def test_a_record_of_what_was_computed_changes_nothing(kind):
    seen = []

    def f(x):
        seen.append(x * 2)
        return seen[-1] * x

    program = compile(f)
    with forced(kind):
        assert (program(1.0), program(3.0), program.recordings) == (2.0, 18.0, 1)


@pytest.mark.parametrize("start", [0.0, Value(0.0)])
def test_a_state_that_is_kept_for_the_next_call_is_refused(start):
    class Recurrent:
        state = start

        def __call__(self, x):
            self.state = tanh(self.state + x)
            return self.state

    class Difference:
        last = start

        def __call__(self, x):
            self.last, last = x, self.last
            return x - last

    for f in Recurrent(), Difference():
        with pytest.raises(FrozenError, match=r"from one call for the next.*return the new one"):
            compile(f)(1.0)


# --- arrays that the function brings along ----------------------------------------------------------------------------


def test_an_array_that_the_function_brings_along_is_read_at_every_call():
    xs, ts = np.arange(4.0), np.ones((4, 2))
    program = compile(value_and_grad(lambda w: mean(vmap(lambda x, t: w * x + t[1])(xs, ts))))
    assert program(1.0) == (2.5, 1.5)
    xs[:], ts[:] = 10.0, 0.5
    assert program(1.0) == (10.5, 10.0)
    assert in_another_thread(lambda: program(1.0)) == (10.5, 10.0)
    xs[0] = -30.0
    assert in_another_thread(lambda: program(1.0)) == program(1.0) == (0.5, 0.0)


# --- things among the arguments ---------------------------------------------------------------------------------------


@dataclass
class Inner:
    items: list[Any] = field(default_factory=lambda: [1.0])


@dataclass
class Settings:
    scale: float = 2.0
    inner: Inner = field(default_factory=Inner)
    table: dict[str, Any] = field(default_factory=dict)


class Slotted:
    __slots__ = ("__secret", "scale")

    def __init__(self, scale):
        self.scale = scale
        self.__secret = scale

    def secret(self, new):
        self.__secret = new

    def factor(self):
        return self.scale * self.__secret


def test_an_argument_that_changes_inside_is_another_argument():
    program = compile(value_and_grad(lambda settings, x: x * settings.scale * settings.inner.items[-1], argnums=1))
    settings = Settings()
    for change in (
        lambda: None,
        lambda: setattr(settings, "scale", 3.0),
        lambda: settings.inner.items.append(5.0),
        lambda: settings.inner.items.__setitem__(-1, 7.0),
        lambda: setattr(settings, "inner", Inner([0.5])),
        lambda: settings.table.update(a=np.ones(3)),
        lambda: settings.table["a"].__setitem__(1, 2.0),
    ):
        change()
        expected = settings.scale * settings.inner.items[-1]
        assert program(settings, 2.0) == (2.0 * expected, expected)
        count = program.recordings
        assert program(settings, 5.0) == (5.0 * expected, expected)
        assert program.recordings == count
    assert program.recordings == 7
    assert program(Settings(settings.scale, Inner([0.5]), settings.table), 2.0) == (3.0, 1.5)
    assert program.recordings == 7  # a dataclass is what is in it


def test_slots_sets_methods_and_cycles():
    thing, chosen = Slotted(2.0), {1}
    loop: dict[str, Any] = {"k": 1.0}
    loop["self"] = box = Inner([loop])
    program = compile(lambda x, thing, chosen, box, f: x * thing.factor() * len(chosen) * box.items[0]["k"] * f())

    def expect(factor):
        assert program(1.0, thing, chosen, box, thing.factor) == pytest.approx(factor)

    expect(16.0)
    thing.secret(1.0)
    expect(4.0)
    chosen.add(2)
    expect(8.0)
    loop["k"] = 0.5
    expect(4.0)
    expect(4.0)
    assert program.recordings == 4


def test_a_model_among_the_arguments_is_read_at_every_call():
    model = nn.MLP(2, [3, 1], hidden="tanh", seed=1)
    program = compile(lambda model, xs: model(xs))
    for _ in range(3):
        assert_alike(program(model, [0.5, -1.0]), model([0.5, -1.0]).data)
        for p in model.parameters():
            p.data += 0.25
    assert program.recordings == 1


class Mode(enum.Enum):
    ON = 1
    OFF = 2


@given(
    st.lists(
        st.none() | st.booleans() | st.text(max_size=2) | st.sampled_from([*Mode, nn, Value, len, b"a", 1j, range(3)]),
        max_size=4,
    )
)
@share(0.3)
def test_equal_things_are_one_structure(things):
    program = compile(lambda things, x: x * len(things) if things else x)
    for _ in range(2):
        program(list(things), 1.0)
        program([*things, {"k": [*things]}], 1.0)
    assert program.recordings == 2


def test_programs_and_tables_among_the_arguments():
    pandas = pytest.importorskip("pandas")
    inner, table = compile(lambda x: x * x), pandas.DataFrame({"a": [1.0, 2.0]})
    box = Inner([inner, table, pandas.Series(["text", 2])])
    program = compile(lambda box, x: x * float(box.items[1]["a"].sum()))
    for k in 1.0, 2.0, 3.0:
        assert program(box, k) == 3.0 * k
        inner(k)
    assert program.recordings == 1
    table.loc[0, "a"] = 5.0
    assert program(box, 1.0) == 7.0


def test_partial_functions_and_what_they_hold():
    held = {"by": 2.0}
    program = compile(lambda f, x: f(x))
    scaled = partial(lambda held, x: held["by"] * x, held)
    assert program(scaled, 3.0) == 6.0
    held["by"] = 5.0
    assert program(scaled, 3.0) == 15.0


# --- nothing that is shared is written --------------------------------------------------------------------------------


@each_kind
def test_theta_is_the_callers_own_where_the_engine_computes(kind):
    """Threads with numbers of their own, some of which only the engine can compute with."""
    w, x_too_large = Value(1.0, label="w"), 1e200

    def f(x):
        y = w * 1.0
        for _ in range(20):
            y = y * 1.0
        return autograd.sum([y, 0.0 * autograd.atan(w * x)])

    program = compile(value_and_grad(f), parameters=[w])
    with forced(kind):
        program([1.0], 2.0)
    wrong = []

    def work(k):
        for i in range(40):
            value, slope = program([float(k)], x_too_large if i % 2 else 2.0)
            if value != k or w.data != 1.0 or abs(slope[0] - 1.0) > 1e-9:
                wrong.append((value, slope, w.data))

    threads = [Thread(target=work, args=(k,)) for k in range(2, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert w.data == 1.0


def test_the_engine_computes_conditions_from_theta_and_not_from_the_values():
    w = Value(1.0)

    def f(x):
        small = autograd.where(w > 0.0, w * x, autograd.sqrt(abs(w)) * -x)
        return small + 0.0 * autograd.atan(1e200 * x) + autograd.where(x == w, 100.0, 0.0)

    program = compile(value_and_grad(f), parameters=[w])
    for theta in 2.0, -4.0, 3.0:
        value, slope = program([theta], 3.0)
        w.data = theta
        y = f(3.0)
        assert_alike([value, *slope], [y.data, autograd.gradients(y, w)])
        w.data = 1.0


def test_inside_no_grad_the_engine_computes_all_the_same():
    program = compile(value_and_grad(lambda x: autograd.atan(1e200 * x)))
    with no_grad():
        found = program(1e5)
    assert_alike(found, value_and_grad(lambda x: autograd.atan(1e200 * x))(1e5))
