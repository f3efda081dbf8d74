"""Code as it is written for micrograd, with ``from autograd import Value`` as the only change.

The two computations are those of micrograd's own tests. The same functions run on dual numbers over exact fractions,
which tell what the value and the derivatives are.
"""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from autograd import Value


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
