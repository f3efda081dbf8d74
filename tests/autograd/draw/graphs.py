"""Graphs to draw."""

from hypothesis import strategies as st

from autograd import Value, ancestry, dot, maximum, relu, sigmoid, sum, tanh

_MAKERS = [
    *[lambda a, b, f=f: f(a) for f in (tanh, sigmoid, relu)],
    *[lambda a, b: -a, lambda a, b: a**2, lambda a, b: 3.0 - a, lambda a, b: a * 0.5],
    *[lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, maximum],
    *[lambda a, b: sum([a, b, a, 0.5]), lambda a, b: dot([a, b], [b, 2.0])],
]


def random_graph(choose):
    """A small graph; ``choose(n)`` is a whole number below n."""
    nodes = [Value(0.25 * (choose(9) - 4), label=["w", "x", None, "b[1]"][i]) for i in range(1 + choose(4))]
    for _ in range(1 + choose(12)):
        made = _MAKERS[choose(len(_MAKERS))](nodes[choose(len(nodes))], nodes[choose(len(nodes))])
        nodes.append(tanh(made) if abs(made.data) > 10 else made)
    return nodes[-1]


def graphs():
    """Any such graph."""
    return st.composite(lambda draw: random_graph(lambda n: draw(st.integers(0, n - 1))))()


def slots(y):
    """How many operands that are Values the nodes of a graph have in all."""
    return len([x for value in ancestry(y) for x in value.operands if isinstance(x, Value)])


def two_neurons():
    """The two-neuron net, as its notes name it, and its first weight."""
    w1, b1, w2, b2 = [Value(x, label=label) for x, label in ((0.5, "w1"), (0.1, "b1"), (-0.3, "w2"), (0.2, "b2"))]
    x = Value(1.5, label="x")
    loss = (sigmoid(w2 * sigmoid(w1 * x + b1) + b2) - 0.7) ** 2
    loss.label = "L"
    return loss, w1
