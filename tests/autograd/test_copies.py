"""copy, deepcopy and pickle of graphs, and graphs a million operations deep."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import threading

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
    x.tag = lambda: None  # which no pickle takes
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(z)
    del x.tag
    assert shape(pickle.loads(pickle.dumps(z))) == shape(z)


class Tagged(Value):
    """A subclass with attributes of its own, of which one is in a slot."""

    __slots__ = ("note",)

    def __init__(self, data, tag, *, label=None):
        super().__init__(data, label=label)
        self.tag, self.note = tag, [tag]


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {n}": lambda v, n=n: pickle.loads(pickle.dumps(v, n)) for n in range(2, pickle.HIGHEST_PROTOCOL + 1)},
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_subclasses_and_attributes_are_kept(copied):
    x = Tagged(2.0, "first", label="x")
    y = x * x + 1
    y.seen = {"times": 3}
    again = copied(x)
    assert type(again) is Tagged
    assert (again.data, again.label, again.tag, again.note) == (2.0, "x", "first", ["first"])
    again = copied(y)
    assert type(again) is Value
    assert again.seen == {"times": 3}
    below = next(node for node in ancestry(again) if node.label == "x")
    assert (type(below), below.tag, below.note) == (Tagged, "first", ["first"])
    assert (below is x) is (copied is copy.copy)
    assert autograd.gradients(again, below) == 4.0
    assert (copied(y * below)).operands != ()


class WithALock(Value):
    """It says what is kept of it."""

    def __init__(self, data):
        super().__init__(data)
        self.lock, self.kept = threading.Lock(), 7

    def __getstate__(self):
        return {name: x for name, x in vars(self).items() if name != "lock"}


class WithANewLock(WithALock):
    """It says how it is restored, too."""

    def __setstate__(self, state):
        vars(self).update(state)
        self.lock = threading.Lock()


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_subclass_may_say_what_is_kept_of_it(copied):
    for x in (WithALock(3.0), WithANewLock(3.0)):
        again = copied(x * x).operands[0] if copied is not copy.copy else copied(x)
        assert (type(again), again.data, again.kept) == (type(x), 3.0, 7)
        assert again is not x
        assert hasattr(again, "lock") is isinstance(x, WithANewLock)


def test_a_deep_copy_is_deep_in_attributes_too():
    x = Tagged(2.0, ["list"])
    y = x * 3
    x.used_by, y.state = y, [x]
    for again in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        [below] = again.operands[:1]
        assert again.state == [below]
        assert again.state[0] is below
        assert below.used_by is again
        assert below.tag == ["list"]
        assert below.tag is not x.tag
        assert below.note[0] is below.tag
    again = copy.copy(x)
    assert again.tag is x.tag
    again.tag, again.more = "another", 1
    assert x.tag == ["list"]
    assert not hasattr(x, "more")


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
