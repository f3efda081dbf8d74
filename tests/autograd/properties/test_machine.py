"""A long life of a graph: it is built, reused, walked, cleared, cut and dropped, beside a naive model of all that.

Numbers are small integers and so are the derivatives: everything is exact, and the model is compared with ``==``.
"""

from __future__ import annotations

import copy
import pickle
import weakref

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import autograd
from autograd import GraphError, Value, gradients, no_grad, zero_grad

LARGEST = 2**20  # an operation with a larger result is not carried out
small = st.integers(-3, 3)
index = st.integers(0, 30)


class Twin:
    """What a node should be: its number, its operands with the local derivatives, and its grad."""

    def __init__(self, data, operands=(), *, recorded=True):
        self.data, self.operands, self.grad, self.recorded = data, operands, 0, recorded
        self.was_set = False

    def add_paths(self, factor, change):
        """The chain rule path by path: ``change`` collects what each node gets."""
        change[self] = change.get(self, 0) + factor
        for operand, partial in self.operands:
            if isinstance(operand, Twin):
                operand.add_paths(factor * partial, change)

    def below(self):
        return {self}.union(*[operand.below() for operand, _ in self.operands if isinstance(operand, Twin)])

    def paths(self):
        return 1 + sum(operand.paths() for operand, _ in self.operands if isinstance(operand, Twin))


def number(x):
    return x.data if isinstance(x, Twin) else x


# What each operation is: on Values, and the value and the local derivatives on whole numbers.
OPERATIONS = {
    "a + b": (lambda a, b: a + b, lambda a, b: (a + b, 1, 1)),
    "a − b": (lambda a, b: a - b, lambda a, b: (a - b, 1, -1)),
    "a·b": (lambda a, b: a * b, lambda a, b: (a * b, b, a)),
    "−a": (lambda a: -a, lambda a: (-a, -1)),
    "a²": (lambda a: a**2, lambda a: (a * a, 2 * a)),
    "|a|": (abs, lambda a: (abs(a), (a > 0) - (a < 0))),
    "ReLU(a)": (autograd.relu, lambda a: (max(a, 0), int(a > 0))),
    "max(a, b)": (autograd.maximum, lambda a, b: (max(a, b), *((1, 0) if a > b else (0, 1)))),
    "a + b + c": (lambda *xs: autograd.sum(xs), lambda a, b, c: (a + b + c, 1, 1, 1)),
    "a·c + b·d": (
        lambda a, b, c, d: autograd.dot([a, b], [c, d]),
        lambda a, b, c, d: (a * c + b * d, c, d, a, b),
    ),
}


class Life(RuleBasedStateMachine):
    """``nodes`` holds pairs of a Value and its twin; what is dropped from it is gone."""

    def __init__(self):
        super().__init__()
        self.nodes = []

    def pick(self, i):
        return self.nodes[i % len(self.nodes)]

    def keep(self, value, twin):
        self.nodes.append((value, twin))

    # --- building -----------------------------------------------------------------------------------------------------

    @rule(data=small)
    def make_a_leaf(self, data):
        self.keep(Value(data), Twin(data))

    def computed(self, operation, picks):
        on_values, on_numbers = OPERATIONS[operation]
        picks = picks[: on_numbers.__code__.co_argcount]
        chosen = [(float(p), p) if constant else self.pick(p) for p, constant in picks]
        if not any(isinstance(value, Value) for value, _ in chosen):
            chosen[0] = self.pick(0)
        twins = [twin for _, twin in chosen]
        data, *partials = on_numbers(*map(number, twins))
        tie = operation == "max(a, b)" and number(twins[0]) == number(twins[1])
        if abs(data) > LARGEST or tie:
            return None
        if sum(twin.paths() for twin in twins if isinstance(twin, Twin)) > 500:
            return None
        return (lambda: on_values(*[value for value, _ in chosen])), data, list(zip(twins, partials, strict=True))

    operands = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([False, False, True])), min_size=4, max_size=4)

    @precondition(lambda self: self.nodes)
    @rule(operation=st.sampled_from(list(OPERATIONS)), picks=operands)
    def compute(self, operation, picks):
        if made := self.computed(operation, picks):
            run, data, operands = made
            self.keep(run(), Twin(data, operands))

    @precondition(lambda self: self.nodes)
    @rule(operation=st.sampled_from(list(OPERATIONS)), picks=operands)
    def compute_under_no_grad(self, operation, picks):
        if made := self.computed(operation, picks):
            run, data, _ = made
            with no_grad():
                value = run()
            assert value.operands == ()
            self.keep(value, Twin(data, recorded=False))

    @precondition(lambda self: self.nodes)
    @rule(i=index)
    def detach(self, i):
        value, twin = self.pick(i)
        self.keep(value.detach(), Twin(twin.data))

    @precondition(lambda self: self.nodes)
    @rule(i=index, how=st.sampled_from([copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]))
    def duplicate(self, i, how):
        """A copy of the whole graph below a node lives its own life from here."""
        value, twin = self.pick(i)
        self.keep(how(value), copy.deepcopy(twin))

    # --- walking ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.nodes)
    @rule(i=index, seed=st.integers(-2, 2))
    def backward(self, i, seed):
        value, twin = self.pick(i)
        if not twin.recorded:
            with pytest.raises(GraphError, match="no_grad"):
                value.backward(seed)
            return
        value.backward(seed)
        change = {}
        twin.add_paths(seed, change)
        for node, factor in change.items():
            node.grad += factor

    @precondition(lambda self: self.nodes)
    @rule(i=index, j=index, higher=st.booleans())
    def ask_for_gradients(self, i, j, higher):
        """Which changes no grad: the invariant sees to that."""
        (y, twin), (x, wrt) = self.pick(i), self.pick(j)
        if twin.recorded and not (higher and any(node.was_set for node in twin.below())):
            change = {}
            twin.add_paths(1, change)
            assert gradients(y, x, create_graph=higher) == change.get(wrt, 0)

    @precondition(lambda self: self.nodes)
    @rule(i=index, all_below=st.booleans())
    def clear(self, i, all_below):
        value, twin = self.pick(i)
        if all_below:
            zero_grad(value)
        else:
            value.grad = 0
        for node in twin.below() if all_below else {twin}:
            node.grad = 0

    # --- changing and dropping ----------------------------------------------------------------------------------------

    @precondition(lambda self: self.nodes)
    @rule(i=index, data=small)
    def set_data(self, i, data):
        """Which changes nothing that was computed before."""
        value, twin = self.pick(i)
        value.data = data
        twin.data = data
        twin.was_set = True

    @precondition(lambda self: self.nodes)
    @rule(i=index, label=st.none() | st.text(max_size=3))
    def label(self, i, label):
        self.pick(i)[0].label = label

    @precondition(lambda self: len(self.nodes) > 1)
    @rule(i=index)
    def drop(self, i):
        """Without the garbage collector: what nothing needs any more is gone at once."""
        at = i % len(self.nodes)
        watched = weakref.ref(self.nodes[at][0])
        twin = self.nodes.pop(at)[1]
        needed = set().union(*[other.below() for _, other in self.nodes])
        assert (watched() is None) == (twin not in needed)

    # --- at all times -------------------------------------------------------------------------------------------------

    @invariant()
    def every_node_is_like_its_twin(self):
        for value, twin in self.nodes:
            assert (value.data, value.grad) == (twin.data, twin.grad), value
            stack = [(value, twin)]
            while stack:
                node, other = stack.pop()
                assert node.grad == other.grad
                steps = [(t, partial) for t, partial in other.operands if isinstance(t, Twin)]
                assert [p for p in node.partials if p is not None] == [partial for _, partial in steps]
                operands = [x for x in node.operands if isinstance(x, Value)]
                stack += [(x, t) for x, (t, _) in zip(operands, steps, strict=True)]


TestLife = Life.TestCase
