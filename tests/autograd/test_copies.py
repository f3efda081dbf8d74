"""copy, deepcopy and pickle of graphs, and graphs a million operations deep."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys

import pytest

import autograd
from autograd import Value, ancestry


def make_graph():
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    z = autograd.dot([x, y], [y, 4.0]) + x.relu(0.5)
    z.label = "z"
    z.backward()
    return x, y, z


def shape(root):
    """Everything there is to know of a graph, up to the identity of its nodes."""
    order = ancestry(root)
    place = {node: i for i, node in enumerate(order)}
    return [
        (
            node.data,
            node.grad,
            node.label,
            node.primitive,
            [place[x] if isinstance(x, Value) else x for x in node.operands],
            node.partials,
        )
        for node in order
    ]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol):
    z = make_graph()[2]
    assert shape(pickle.loads(pickle.dumps(z, protocol))) == shape(z)


@pytest.mark.parametrize(
    "order", [lambda x, y, z: (x, y, z), lambda x, y, z: (z, y, x), lambda x, y, z: {"z": [z, z], "x": x}]
)
def test_what_is_shared_stays_shared(order):
    stuff = order(*make_graph())
    for again in (pickle.loads(pickle.dumps(stuff)), copy.deepcopy(stuff)):
        parts = list(again.values()) if isinstance(again, dict) else list(again)
        parts = [p for part in parts for p in (part if isinstance(part, list) else [part])]
        named = {p.label: p for p in parts}
        assert all(p is named[p.label] for p in parts)
        assert named["x"] in ancestry(named["z"])
        assert shape(named["z"]) == shape(make_graph()[2])


def test_a_deep_copy_is_another_graph():
    x, _, z = make_graph()
    twin = copy.deepcopy(z)
    assert shape(twin) == shape(z)
    assert not set(ancestry(twin)) & set(ancestry(z))
    twin.backward()
    assert x.grad == make_graph()[0].grad


def test_a_copy_shares_its_operands():
    x, _, z = make_graph()
    twin = copy.copy(z)
    assert twin is not z
    assert (twin.data, twin.grad, twin.label, twin.operands) == (z.data, z.grad, z.label, z.operands)
    assert copy.copy(x).operands == ()
    assert autograd.gradients(twin * z, x) == 2 * z.data * autograd.gradients(z, x)


def test_a_pickle_that_fails_spoils_no_later_one():
    x, _, z = make_graph()
    x.label = lambda: None  # which no pickle takes
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(z)
    x.label = "x"
    assert shape(pickle.loads(pickle.dumps(z))) == shape(z)


def test_values_made_under_no_grad_stay_what_they_are():
    with autograd.no_grad():
        y = Value(2.0) * 3
    for again in (pickle.loads(pickle.dumps(y)), copy.deepcopy(y), copy.copy(y)):
        assert repr(again) == repr(y)
        with pytest.raises(autograd.GraphError):
            again.backward()


def test_a_pickle_of_ones_own_primitive_needs_its_definition():
    @autograd.primitive
    def thrice(m, x):
        return 3 * x, 3.0

    data = pickle.dumps(thrice(Value(2.0)))
    assert pickle.loads(data).data == 6.0
    autograd.primitives.remove_row("thrice")
    with pytest.raises(LookupError, match=r"no primitive 'thrice' here.*run its definition"):
        pickle.loads(data)


A_MILLION = """
import copy, gc, pickle, sys
from autograd import Value, gradients

n = 1_000_000
gc.disable()
sys.setrecursionlimit(200)


def resident():
    import resource
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def chain(x):
    y = x
    for _ in range(n // 2):
        y = y * 1.0 + 0.0
    return y


x = Value(3.0)
chain(x).backward()  # so that the allocator has its arenas
x.grad = 0.0
before = resident()
y = chain(x)
held = resident() - before
y.backward()
assert x.grad == 1.0, x.grad
assert gradients(y, x) == 1.0
again, x2 = pickle.loads(pickle.dumps((y, x)))
again.backward()
assert x2.grad == 2.0, x2.grad
twin = copy.deepcopy(y)
assert twin.data == 3.0
del y, again, x2, twin
left = resident() - before
assert left < 0.1 * held + 20e6, (held, left)
assert gradients(chain(x), x, create_graph=True).data == 1.0
print("done")
"""


def test_a_chain_of_a_million_operations():
    """Built, walked, pickled, copied and freed with a recursion limit of 200 and no garbage collector."""
    pytest.importorskip("resource", reason="memory is measured on Unix only")
    done = subprocess.run([sys.executable, "-c", A_MILLION], capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr


def test_wide_nodes_are_pickled_and_copied_too():
    xs = [Value(float(i)) for i in range(1000)]
    y = autograd.sum(xs)
    assert shape(pickle.loads(pickle.dumps(y))) == shape(copy.deepcopy(y)) == shape(y)
    gc.collect()
