"""Nothing but generated names and escaped literals is in generated code, whatever things are called."""

from __future__ import annotations

import ast
import builtins
import keyword
import math
from collections import Counter, OrderedDict, defaultdict
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import compile, grad, mean, primitive, primitives, value_and_grad, vmap
from autograd.compiler.names import Names, helper, is_ours
from tests.autograd.compiler.comparing import assert_alike, each_kind, forced, run, share

EVIL = 'x"""\nraise SystemExit("from a name")\n"""'
text = st.text(max_size=12) | st.text("\"'\\\n\r#{}()[]:;\x00 xv1", max_size=12) | st.just(EVIL)
legal = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True) | st.sampled_from(
    [*vars(math), *vars(builtins), *primitives.table, "v1", "d1", "V", "dV", "np", "row_exp", "keys", "ψ", "ﬁ", "v1·"]
)


class Shouts:
    """A thing that prints as a program."""

    def __repr__(self):
        return EVIL


def names_in(source):
    """The names and attributes in a program, and what its strings say."""
    tree = ast.parse(source)
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


@each_kind
@given(function=text, word=text, row=text)
@share(0.4)
def test_text_from_outside_never_becomes_code(kind, function, word, row):
    thing, kept = Shouts(), type("T", (tuple,), {})
    kept.__name__ = kept.__qualname__ = word.replace("\x00", "") or "T"

    def f(d):
        return {word: d[word] * d[thing], thing: kept((d[word],)), "w": word}

    f.__name__ = function
    found, program = run(f, kind, {word: 3.0, thing: 2.0})
    assert (found[word], found[thing], found["w"]) == (6.0, (3.0,), word)
    assert type(found[thing]) is kept
    assert "SystemExit" not in names_in(program.source)
    assert repr(program).startswith("<compiled ")


@each_kind
@given(arguments=st.lists(legal, min_size=1, max_size=5), function=legal)
@share(0.4)
def test_arguments_may_be_called_anything(kind, arguments, function):
    scope = {"exp_of": autograd.exp, "cdf": autograd.normal_cdf}
    words = [name for name in dict.fromkeys(arguments) if name.isidentifier() and not keyword.iskeyword(name)]
    try:
        exec(
            f"def f({', '.join(words)}): return {' + '.join([f'exp_of({x}) * cdf({x})' for x in words or ['1.0']])}",
            scope,
        )
    except SyntaxError:  # Python does not take these names itself
        return
    f = scope["f"]
    f.__name__ = function
    if not words or "exp_of" in words or "cdf" in words:
        return
    point = [0.25 * (i + 1) for i in range(len(words))]
    asked = value_and_grad(f, argnums=tuple(range(len(words))))
    assert_alike(run(asked, kind, *point)[0], asked(*point))


@given(st.lists(legal | text, max_size=8))
def test_free_names_are_legal_and_no_two_are_alike(words):
    names = Names()
    found = [names.free(word, f"argument{i}_") for i, word in enumerate(words)]
    assert len(set(found)) == len(found)
    for name in found:
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert not hasattr(builtins, name)


@given(text | legal, text | legal)
def test_rows_have_functions_with_names_of_their_own(first, second):
    assert (helper(first) == helper(second)) == (first == second)
    assert helper(first).isidentifier()
    assert not keyword.iskeyword(helper(first))
    assert not is_ours(helper(first)) or helper(first).startswith("row_")


@pytest.fixture
def row_called():
    """Makes a primitive with a base, under any name."""
    made = []

    def make(name):
        def rule(m, x):
            return getattr(m, name)(x), 3.0 * m.magnitude(x) / m.magnitude(x)

        rule.__name__ = name
        made.append(name)
        return primitive(rule, base=lambda x: 3.0 * x, array_base=lambda x: 3.0 * x)

    yield make
    for name in made:
        primitives.remove_row(name)


@each_kind
@pytest.mark.parametrize(
    "name",
    ["gamma", "run", "np", "V1", "H", "mask", "mask2", "isfinite", "dtype", "prepare", "s", "data", "λ", "<r>", 'r"];'],
)
def test_rows_may_be_called_anything(kind, name, row_called):
    """``gamma`` is also a function of math, and ``mask`` what a program calls arrays of truth values."""
    triple = row_called(name)
    found, _ = run(value_and_grad(lambda xs: autograd.sum([triple(x) * triple(x) for x in xs])), kind, [0.5, 2.0])
    assert_alike(found, (38.25, [9.0, 36.0]))
    batch, program = run(vmap(lambda x: triple(x)), "arrays", np.array([0.5, 2.0]))
    assert batch.tolist() == [1.5, 6.0]
    assert 'r"' not in program.explain().dot


# --- the classes of containers ----------------------------------------------------------------------------------------


class Row(tuple):
    def total(self):
        return sum(self)


class Stack(list):
    pass


class Config(dict):
    __getattr__ = dict.__getitem__


class Strict(dict):
    """A class that wants more than its contents."""

    def __init__(self, name):
        super().__init__()
        self.name = name


def counting():
    made = defaultdict(list)
    made["a"] = None
    return made


@each_kind
def test_containers_come_back_in_their_own_class(kind):
    first, second = NamedTuple("P", [("x", Any), ("y", Any)]), NamedTuple("P", [("u", Any), ("v", Any)])

    def f(x):
        ordered, named = OrderedDict(b=x, a=2 * x), Strict("n")
        named["k"] = x
        factory = defaultdict(list)
        factory["a"] = x
        return [
            first(x, 1.0), second(x, 2.0), Row([x, x]), Stack([x]), ordered, factory, Counter(a=x), Config(a=x),
            MappingProxyType({"a": x}), named,
        ]  # fmt: skip

    found, _ = run(f, kind, 3.0)
    expected = f(3.0)
    assert found == expected
    assert [type(x) for x in found] == [type(x) for x in expected]
    assert found[5].default_factory is list
    assert found[7].a == 3.0
    assert found[9].name == "n"


@each_kind
def test_arguments_keep_their_class_and_derivatives_are_plain(kind):
    def f(config, row):
        return config["w"] * config["w"] * row.total()

    arguments = Config(w=3.0), Row([1.0, 2.0])
    assert run(lambda config, row: config.w * row.total(), kind, *arguments)[0] == 9.0
    asked = value_and_grad(f, argnums=(0, 1))
    found, _ = run(asked, kind, *arguments)
    assert found == (27.0, ({"w": 18.0}, (9.0, 9.0)))
    assert type(found[1][0]) is type(asked(*arguments)[1][0]) is dict
    assert type(found[1][1]) is type(asked(*arguments)[1][1]) is Row


@each_kind
def test_equal_keys_stay_apart(kind):
    found, _ = run(lambda x: [{1: x}, {True: x}, {1.0: x}, {np.int64(1): x}], kind, 2.0)
    assert [type(key) for d in found for key in d] == [int, bool, float, np.int64]


def test_a_container_that_cannot_be_made_again_is_refused():
    class Stubborn(tuple):
        def __new__(cls, *xs):
            return super().__new__(cls, [*xs, "more"])

    class Odd(list):
        def __init__(self, xs):
            super().__init__([*xs, "more"])

        def extend(self, xs):
            raise RuntimeError("never")

    assert type(compile(lambda x: Stubborn(x))(1.0)) is Stubborn  # tuple.__new__ makes it
    with pytest.raises(TypeError, match="this Odd cannot be made again with other numbers in it"):
        compile(lambda x: Odd([x]))(1.0)


def test_arrays_of_others_are_refused_with_a_word():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TypeError, match=r"xs is a pandas\..*pass np.asarray of it"):
        compile(lambda xs: xs[0] * 2)(pandas.Series([1.0, 2.0]))


def test_the_shapes_that_a_reader_has_to_define_are_told():
    class Pair(NamedTuple):
        x: Any
        y: Any

    key, data = (1, 2), np.arange(3.0)
    program = compile(lambda x: {key: Pair(x, mean(vmap(lambda y: x * y)(data)))})
    assert program(2.0) == {key: Pair(2.0, 2.0)}
    told = [line for line in program.source.splitlines() if line.startswith("# Define")]
    assert len(told) == 3
    assert any("Pair of a tuple" in line for line in told)


def test_a_wrapper_of_a_derivative_is_a_function_of_its_own():
    from functools import wraps

    slope = grad(lambda x: x * x)

    @wraps(slope)
    def twice(x):
        return 2.0 * slope(x)

    assert compile(twice)(3.0) == 12.0
    with forced("arrays"):
        assert compile(slope)(3.0) == 6.0
