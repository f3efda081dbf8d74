"""Graphs that the tests explore, and a second reading of the page: backprop worked out from what stands in the file."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

import nn
from autograd import Value, sigmoid
from autograd.draw import NoRendererError, draw

ODD_NAMES = [
    "<script>alert(1)</script>",
    "</script><script>document.title='hacked'</script>",
    "</style><img src=x onerror=alert(1)>",
    "<!-- <script>",
    "]]>",
    "\"'`&amp;&lt;",
    "a\nb\tc",
    "{{script}} {{model}} ${x} \\",
    "손실 🙂 ∂",
    "nul\0 bell\a half\ud800",
    "\u202eright to left",
    "c:d",
]


def draws():
    """Whether there is something here that draws."""
    try:
        return bool(draw(Value(1.0)).svg())
    except NoRendererError:
        return False


needs_picture = pytest.mark.skipif(not draws(), reason="nothing here draws: install Graphviz, or pip install '.[draw]'")


def reused():
    """A node that is used four times, by three others, so that its grad is a sum."""
    x = Value(3.0, label="x")
    return x * x + x / 7 + x.tanh()


def two_neurons():
    """Two neurons in a row with a squared error: 7 nodes computed from 6, 12 edges."""
    w1, b1, w2, b2 = [Value(v, label=name) for v, name in ((0.5, "w1"), (-0.9, "b1"), (2.0, "w2"), (0.1, "b2"))]
    x, y = Value(2.0, label="x"), Value(1.0, label="y")
    z1 = w1 * x + b1
    z1.label = "z1"
    a1 = sigmoid(z1)
    a1.label = "a1"
    a2 = w2 * a1 + b2
    a2.label = "a2"
    loss = (a2 - y) ** 2
    loss.label = "L"
    return loss


def small_network():
    """The loss of a network with two inputs, three hidden neurons and one output, on one sample."""
    model = nn.MLP(2, [3, 1], hidden="tanh", seed=1)
    return (model([0.5, -1.0]) - 1.0) ** 2


def oddly_named():
    """A sum of squares of parameters with names that would break out of HTML, SVG, MathML, JSON or DOT."""
    total = Value(0.0, label="<b>total</b>")
    for i, name in enumerate(ODD_NAMES):
        total = total + Value(1.0 + i, label=name) ** 2
    total.label = "</title><script>alert(2)</script>"
    return total


class Reader(HTMLParser):
    """What a browser makes of the page: its elements, and the text of those that are asked for."""

    def __init__(self, page):
        super().__init__()
        self.elements = []
        self.texts = {}
        self._open = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style", "title"):
            self._open = len(self.elements) - 1

    def handle_endtag(self, tag):
        if tag in ("script", "style", "title"):
            self._open = None

    def handle_data(self, data):
        if self._open is not None:
            self.texts[self._open] = self.texts.get(self._open, "") + data

    def all(self, tag):
        """The elements with this tag: their attributes and their text."""
        return [(attrs, self.texts.get(i, "")) for i, (name, attrs) in enumerate(self.elements) if name == tag]


def model_of(page):
    """The data of the page, as its script reads them."""
    [(_, text)] = [found for found in Reader(page).all("script") if found[0].get("id") == "model"]
    return json.loads(text)


def number(x):
    """A number of the data: what is not finite stands as the word that JavaScript knows."""
    return float(x) if not isinstance(x, str) else float({"Infinity": "inf", "-Infinity": "-inf", "NaN": "nan"}[x])


def simulated(model, upto=None):
    """The data and grad of every node after step number ``upto`` (the last one), by following the steps."""
    nodes, data, grad = model["nodes"], {}, {}
    for step in model["steps"][: None if upto is None else upto + 1]:
        if step["kind"] == "given":
            data |= {i: number(node["value"]) for i, node in enumerate(nodes) if not node["operands"]}
        elif step["kind"] == "compute":
            data[step["node"]] = number(nodes[step["node"]]["value"])
        elif step["kind"] == "seed":
            grad = dict.fromkeys(range(len(nodes)), 0.0) | {step["node"]: 1.0}
        else:
            source = nodes[step["node"]]
            assert source["operands"][step["slot"]] == step["to"]
            assert source["edges"][step["slot"]] == step["edge"]
            grad[step["to"]] += grad[step["node"]] * number(source["partials"][step["slot"]])
    return data, grad
