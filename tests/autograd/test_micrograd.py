"""Code as it is written for micrograd, with ``from autograd import Value`` as the only change.

The two computations are those of micrograd's own tests. The same functions run on dual numbers over exact fractions,
which tell what the value and the derivatives are.
"""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

import autograd
from autograd import Value, gradients, no_grad


class Dual:
    """a + b·ε with ε² = 0: forward differentiation in a dozen lines, for an independent answer."""

    def __init__(self, a, b=0):
        self.a, self.b = Fraction(a), Fraction(b)

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.a + other.a, self.b + other.b)

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)

    def __pow__(self, n):
        return Dual(self.a**n, n * self.a ** (n - 1) * self.b)

    def relu(self):
        return self if self.a > 0 else Dual(0)

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * (other if isinstance(other, Dual) else Dual(Fraction(other))) ** -1

    def __rtruediv__(self, other):
        return self**-1 * Fraction(other)

    __radd__ = __add__
    __rmul__ = __mul__


def sanity_check(x):
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    return h + q + q * x


def more_ops(a, b):
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


@pytest.mark.parametrize(("f", "at"), [(sanity_check, [-4.0]), (more_ops, [-4.0, 2.0]), (more_ops, [0.5, -3.0])])
def test_micrograds_own_computations(f, at):
    xs = [Value(x) for x in at]
    y = f(*xs)
    y.backward()
    for i, x in enumerate(xs):
        exact = f(*[Dual(x, i == j) for j, x in enumerate(at)])
        assert y.data == pytest.approx(float(exact.a), rel=1e-15)
        assert x.grad == pytest.approx(float(exact.b), rel=1e-15)


def test_the_numbers_that_are_printed_in_micrograds_readme():
    a, b = Value(-4.0), Value(2.0)
    g = more_ops(a, b)
    g.backward()
    assert (f"{g.data:.4f}", f"{a.grad:.4f}", f"{b.grad:.4f}") == ("24.7041", "138.8338", "645.5773")


class Neuron:
    """As in micrograd's nn.py and its moons demo: nothing here knows whose Value it is."""

    def __init__(self, rng, nin, nonlin=True):
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def __call__(self, x):
        act = sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
        return act.relu() if self.nonlin else act


def test_a_training_loop_as_in_micrograds_demo_lowers_the_loss():
    rng = random.Random(1)
    hidden, out = [Neuron(rng, 2) for _ in range(8)], Neuron(rng, 8, nonlin=False)
    parameters = [p for n in [*hidden, out] for p in [*n.w, n.b]]
    points = [(x, y) for x in (-1.0, -0.3, 0.4, 1.0) for y in (-1.0, -0.4, 0.3, 1.0)]
    labels = [1 if x * y > 0 else -1 for x, y in points]

    def loss():
        scores = [out([n(list(map(Value, point))) for n in hidden]) for point in points]
        losses = [(1 + -yi * score).relu() for yi, score in zip(labels, scores, strict=True)]
        return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)

    first = loss().data
    for k in range(60):
        total = loss()
        for p in parameters:
            p.grad = 0
        total.backward()
        for p in parameters:
            p.data -= (0.3 - 0.2 * k / 60) * p.grad
    assert loss().data < first / 4


@pytest.mark.parametrize("steps", [20])
def test_micrograds_own_networks_run_on_these_values(steps, monkeypatch):
    """micrograd's nn.py as it is installed, with another Value below it."""
    nn = pytest.importorskip("micrograd.nn", reason="micrograd is not installed: pip install micrograd")
    monkeypatch.setattr(nn, "Value", Value)
    random.seed(1)
    model = nn.MLP(2, [4, 1])
    points = [(x, y) for x in (-1.0, 0.4) for y in (-0.4, 1.0)]

    def loss():
        return sum((model(p) - p[0] * p[1]) ** 2 for p in points)

    first = loss().data
    for _ in range(steps):
        total = loss()
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= 0.02 * p.grad
    assert loss().data < first


class Digraph:
    """As much of graphviz's as the function below calls."""

    def __init__(self):
        self.nodes, self.edges = {}, set()

    def node(self, name, label):
        assert name not in self.nodes
        self.nodes[name] = label

    def edge(self, a, b):
        self.edges.add((a, b))


def trace_graph(root):
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


def draw_dot(root):
    """A picture, in the way of micrograd's notebook."""
    nodes, edges = trace_graph(root)
    dot = Digraph()
    for n in nodes:
        dot.node(name=str(id(n)), label=f"{{ data {n.data:.4f} | grad {n.grad:.4f} }}")
        if n._op:
            dot.node(name=str(id(n)) + n._op, label=n._op)
            dot.edge(str(id(n)) + n._op, str(id(n)))
    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)
    return dot


def test_code_that_draws_a_graph_of_micrograds():
    x, y = Value(2.0), Value(-3.0)
    product = x * y
    total = product + x
    square = total**2
    root = square.relu()
    root.backward()
    nodes = [root, square, total, product, y, x]
    dot = draw_dot(root)
    boxes = {str(id(v)): f"{{ data {v.data:.4f} | grad {v.grad:.4f} }}" for v in nodes}
    signs = {str(id(v)) + sign: sign for v, sign in [(product, "*"), (total, "+"), (square, "**2"), (root, "ReLU")]}
    assert dot.nodes == boxes | signs
    made = {(str(id(v)) + v._op, str(id(v))) for v in nodes[:4]}
    assert dot.edges == made | {
        (str(id(a)), str(id(b)) + b._op)
        for a, b in [(x, product), (y, product), (product, total), (x, total), (total, square), (square, root)]
    }


def test_what_an_operation_is_called():
    x, y = Value(2.0), Value(3.0)
    made = [x + 1, 1 - x, x * y, x / y, -x, x**2, x**-1, x**0.5, x**y, 2**x, x.relu(), x.tanh(), autograd.exp(x), x]
    names = ["+", "-", "*", "/", "-", "**2", "**-1", "**0.5", "**", "**", "ReLU", "tanh", "exp", ""]
    assert [v._op for v in made] == names
    assert [len(v._prev) for v in made] == [1, 1, 2, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 0]
    assert (x * x)._prev == {x}
    assert autograd.dot([x, y], [y, 1.0])._prev == {x, y}
    with no_grad():
        for operation in (lambda: x * y, lambda: x**2, lambda: autograd.sum([x, y])):
            assert operation()._prev == set()
            assert operation()._op in ("*", "**", "sum")


class AdamW:
    """In the way of EurekaLabs' micrograd: the moments stand on the parameters themselves."""

    def __init__(self, parameters, lr=0.1, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.01):
        self.parameters, self.lr, self.betas, self.eps, self.weight_decay = parameters, lr, betas, eps, weight_decay
        self.t = 0
        for p in self.parameters:
            p.m = 0
            p.v = 0

    def step(self):
        self.t += 1
        for p in self.parameters:
            if p.grad is None:
                continue
            p.m = self.betas[0] * p.m + (1 - self.betas[0]) * p.grad
            p.v = self.betas[1] * p.v + (1 - self.betas[1]) * p.grad**2
            m_hat = p.m / (1 - self.betas[0] ** self.t)
            v_hat = p.v / (1 - self.betas[1] ** self.t)
            p.data -= self.lr * (m_hat / (v_hat**0.5 + self.eps) + self.weight_decay * p.data)

    def zero_grad(self):
        for p in self.parameters:
            p.grad = 0


def test_an_optimiser_that_keeps_its_state_on_the_parameters():
    w, b = Value(-1.0), Value(0.0)
    optimiser = AdamW([w, b])
    for _ in range(200):
        loss = sum((w * x + b - (2 * x + 1)) ** 2 for x in (-1.0, 0.0, 2.0))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert (w.data, b.data) == (pytest.approx(2.0, abs=0.05), pytest.approx(1.0, abs=0.05))
    assert w.v > 0


def test_attributes_go_on_every_node():
    x = Value(2.0)
    loss = (x * 3).relu()
    for node, colour in [(x, "lightblue"), (loss, "lightcoral")]:
        node._vis_color = colour
    assert [getattr(v, "_vis_color", "white") for v in autograd.ancestry(loss)] == ["lightcoral", "white", "lightblue"]
    assert vars(loss) == {"_vis_color": "lightcoral"}
    with pytest.raises(AttributeError, match="no attribute 'm'"):
        _ = loss.m


class Named(Value):
    """Somebody's own Value."""

    def __init__(self, data, name):
        super().__init__(data, label=name)
        self.name = name

    def __add__(self, other):
        made = super().__add__(other)
        made.name = f"{self.name} + …"
        return made

    def squashed(self):
        return self.tanh()


def test_a_subclass_is_a_value():
    v = Named(0.5, "v")
    made = v.squashed() * 2 + 3 * v - v / (v + 1)
    made.backward()
    assert v.grad == gradients(made, v) == pytest.approx(2 * (1 - v.squashed().data ** 2) + 3 - 1 / 1.5**2)
    assert (v + 1).name == "v + …"
    assert (1 + v).operands == (1.0, v)
    assert autograd.grad(lambda x: x * x)(v).data == 1.0
    assert autograd.gradients(autograd.dot([v, 2.0], [v, v]), v) == 3.0
    assert v == 0.5
    assert repr(v) == f"Value(0.5, grad={v.grad!r}, label='v')"
