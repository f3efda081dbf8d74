"""program.source runs on its own, and explain() says what is true."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given

import autograd
import nn
from autograd import Value, compile, dot, hessian, mean, sigmoid, tanh, value_and_grad, vmap, where
from autograd.testing import graphs
from autograd.tree import leaves
from tests.autograd.compiler.comparing import assert_alike, each_kind, forced, run, share


def numbers(tree):
    return [float(x) for _, x in leaves(tree)]


def names_of(source):
    """The module that the source is: what it defines."""
    scope = {"__name__": "pasted"}
    exec(compile_text(source), scope)
    return scope


def compile_text(source):
    import builtins

    return builtins.compile(source, "pasted.py", "exec")


def by_hand(x, y):
    return tanh(x * y) + where(x > y, x, y * 2) + autograd.normal_cdf(x) ** 2 + autograd.gelu(y)


def test_pasted_into_a_file_it_gives_the_same_numbers(tmp_path):
    """In a fresh interpreter: both kinds, batches, captured numbers, constants, second order, odd results."""
    w, model = Value(0.5), nn.MLP(2, [3, 1], hidden="tanh", seed=1)
    xs, ts = np.random.default_rng(0).normal(size=(5, 2)), np.arange(5.0)
    rows = xs.tolist()

    def network(xs, ts):
        return mean(vmap(lambda x, t: (model(x) - t) ** 2)(xs, ts))

    def captured(x):
        return tanh(w * x) + w

    def written_out(theta):
        return autograd.sum([sigmoid(dot(theta, row)) * row[0] for row in rows])

    def brought_along(v):
        return mean(vmap(lambda x, t: (dot(v, x) - t) ** 2)(xs, ts))

    def two_batches(a, b):
        return mean(vmap(lambda x: dot(x, x))(a)) * mean(vmap(lambda x: x * x)(b))

    theta = [p.data for p in model.parameters()]
    programs = [
        ("floats", value_and_grad(by_hand, argnums=(0, 1)), {}, (0.5, -1.5)),
        ("arrays", value_and_grad(by_hand, argnums=(0, 1)), {}, (0.5, -1.5)),
        ("floats", hessian(lambda p: by_hand(*p)), {}, ([0.5, -1.5],)),
        ("floats", value_and_grad(captured), {}, (0.7,)),
        ("arrays", value_and_grad(captured), {}, (0.7,)),
        ("arrays", value_and_grad(network), {"parameters": model}, (theta, xs, ts)),
        ("arrays", value_and_grad(network), {"parameters": model, "dtype": "float32"}, (theta, xs, ts)),
        ("arrays", value_and_grad(written_out), {}, ([0.5, -0.25],)),
        ("floats", value_and_grad(written_out), {}, ([0.5, -0.25],)),
        ("arrays", value_and_grad(two_batches), {}, (xs, ts)),
        ("arrays", vmap(lambda x: {"a": [x[0], 3.0], "b": (x[1] * x[0], math.inf)}), {}, (xs,)),
        ("floats", lambda x: [math.inf, {"k": -x}, None, "text"][:2], {}, (2.0,)),
    ]  # fmt: skip
    script = ["import json, numpy as np", "from autograd.tree import leaves", "found = []"]
    expected = []
    for i, (kind, f, options, args) in enumerate(programs):
        result, program = run(f, kind, *args, **options)
        expected.append(numbers(result))
        (tmp_path / f"pasted{i}.py").write_text(program.source, encoding="utf-8")
        given_ = ", ".join([f"np.array({a.tolist()})" if isinstance(a, np.ndarray) else repr(a) for a in args])
        script += [f"import pasted{i}", f"f = getattr(pasted{i}, {face(program)!r})"]
        script += [f"found.append([float(x) for _, x in leaves(f({given_}))])"]
    script.append("print(json.dumps(found))")
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == expected


def face(program):
    """The function in the source to call: the last that stands at the margin and is not ``prepare``."""
    defined = [line[4 : line.index("(")] for line in program.source.splitlines() if line.startswith("def ")]
    return [name for name in defined if name not in ("prepare", "strided")][-1]


@each_kind
@given(g=graphs("x y", max_size=10))
@share(0.4)
def test_the_source_of_a_random_graph(g, kind):
    found, program = run(value_and_grad(g.expression, argnums=(0, 1)), kind, *g.point)
    assert numbers(names_of(program.source)[face(program)](*g.point)) == numbers(found)


@each_kind
def test_captured_numbers_stand_in_the_source(kind):
    w = Value(2.5)
    found, program = run(lambda x: w * x + 1, kind, 3.0)
    assert "captured = [2.5]" in program.source
    assert names_of(program.source)[face(program)](3.0) == found


def test_the_source_is_of_the_last_call_and_can_be_read():
    program = compile(lambda xs: dot(xs, xs))
    program([1.0, 2.0])
    small = program.source
    program([1.0] * 5)
    assert program.source != small
    program([3.0, 4.0])
    assert program.source == small
    assert all(len(line) < 500 for line in small.splitlines())
    assert small.startswith('"""')


def test_results_from_all_over_the_place_are_picked_by_an_index_that_is_made_once():
    def f(xs):
        h = [tanh(x) for x in xs]
        return [h[i] for i in (0, 5, 1, 7, 2)], np.array([h[i] for i in (3, 0, 4, 1, 9, 1)])

    xs = np.linspace(-1.0, 1.0, 40)
    found, program = run(f, "arrays", xs)
    assert_alike([*found[0], *found[1].tolist()], [*f(xs)[0], *f(xs)[1].tolist()])
    calls = program.source.split("def run(")[1]
    assert calls.count("[index") >= 2
    assert "array([" not in calls
    assert "[[" not in calls


# --- explain ----------------------------------------------------------------------------------------------------------


def counts(program):
    """``3 matrix products`` and so on, as numbers."""
    text = str(program.explain())
    found = {}
    for part in text.replace("\n", ", ").split(", "):
        words = part.split(" ", 1)
        if words[0].isdigit() and len(words) == 2:
            found[words[1].removesuffix("s")] = int(words[0])
    return found


@pytest.mark.parametrize("widths", [[1], [4, 1], [5, 3, 2], [8, 8, 8, 1]])
def test_a_network_is_a_product_for_each_layer(widths):
    model = nn.MLP(3, widths, hidden="tanh", seed=1)

    def loss(xs, ts):
        return mean(vmap(lambda x, t: nn.losses.loss("mse").of_sample(model(x), t))(xs, ts))

    program = compile(value_and_grad(loss), parameters=model)
    program(program.theta(), np.ones((6, 3)), np.ones((6, widths[-1])))
    found = counts(program)
    assert found["matrix product"] == len(widths)
    assert found["gather"] == found["scatter"] == 0
    assert program.explain().kind == "arrays"
    operations = program.source.split("def run(")[1].split("return ")[0].count("np.matmul(")
    assert operations >= len(widths)


def test_a_batch_that_is_written_out_is_found_again():
    """As micrograd's demo does it: no gather and no scatter, and one product for a layer over all samples."""
    model = nn.MLP(2, [16, 16, 1], hidden="relu", seed=1)
    xs = np.random.default_rng(0).normal(size=(10, 2)).tolist()

    def loss():
        scores = [model(x) for x in xs]
        losses = [(1 - (-1) ** i * score).relu() for i, score in enumerate(scores)]
        return autograd.sum(losses) * (1.0 / len(losses))

    program = compile(value_and_grad(loss), parameters=model)
    value, slopes = program(program.theta())
    y = loss()
    assert_alike([value, *slopes], [y, *autograd.gradients(y, model.parameters())], size=1.0)
    found = counts(program)
    assert found["matrix product"] == 3
    assert found["gather"] == found["scatter"] == 0
    text = str(program.explain())
    for size in ("16×2×10", "16×16×10", "1×16×10"):
        assert size in text.replace(" ", ""), text


@each_kind
def test_what_is_told_of_small_programs(kind):
    _, program = run(value_and_grad(lambda x: tanh(x) * x + 1), kind, 0.5)
    text = str(program.explain())
    assert {"floats": "straight-line Python", "arrays": "a program over arrays"}[kind] in text
    assert "3 recorded operations" in text  # tanh x, the product and the sum
    assert "forced" in text  # the reason, as the cost model gives it


def test_the_cost_model_takes_the_kind_that_suits():
    def simulation(x):
        for _ in range(50):
            x = x + 0.01 * tanh(x) * (1 - x)
        return x

    def matrices(a, b):
        return autograd.sum((a @ b).ravel())

    program = compile(value_and_grad(simulation))
    program(0.5)
    assert program.explain().kind == "straight-line Python"
    program = compile(value_and_grad(matrices))
    program(np.ones((20, 20)), np.ones((20, 20)))
    assert program.explain().kind == "arrays"


def test_forcing_a_kind_is_what_the_tests_need():
    for kind in ("floats", "arrays"):
        program = compile(lambda x: x * x)
        with forced(kind):
            assert program(2.0) == 4.0
        assert ("np." in program.source) == (kind == "arrays")
