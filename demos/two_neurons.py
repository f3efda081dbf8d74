# %% [markdown]
# # One neuron, then two: the graph, the derivation, step by step
#
# Document 2 begins with one neuron, a = σ(w·x + b), and the cost C = ½(a − y)² of one sample. The picture and the
# derivation are both generated from the function below.

# %%
import tempfile
from pathlib import Path

from autograd import Value, log, sigmoid
from autograd.derive import derive, named
from autograd.draw import draw
from autograd.explore import explore
from demos import show


def C(w, b, x, y):  # noqa: N802  # as the notes call it
    z = w * x + b
    a = sigmoid(z)
    return (a - y) ** 2 / 2


w = Value(0.5)
cost = named(C, w=w, b=-0.2, x=2.0, y=1.0)
show(
    draw(cost, highlight=w, direction="LR"),
    "The graph of one neuron's cost. Each edge has its local derivative; their product along the bold path is ∂C/∂w.",
)

# %%
show(derive(cost, "w"))

# %% [markdown]
# ## Two in a row, as a classifier
#
# Document 4 adds a second neuron, a₂ = σ(w₂·a₁ + b₂), and uses the log loss
# L = −[(1 − y)·log(1 − a₂) + y·log a₂]. The derivation shows the usual cancellation: the derivative of the log loss
# divides by a₂(1 − a₂), σ′ multiplies by it, and a₂ − y remains.


# %%
def L(w1, b1, w2, b2, X, y):  # noqa: N802  # as the notes call it
    z1 = w1 * X + b1
    a1 = sigmoid(z1)
    z2 = w2 * a1 + b2
    a2 = sigmoid(z2)
    return -((1 - y) * log(1 - a2) + y * log(a2))


numbers = {"w1": 0.5, "b1": -0.2, "w2": 1.2, "b2": 0.1, "X": 2.0, "y": 1.0}
show(derive(named(L, **numbers), "w1"))

# %% [markdown]
# This is the same derivation in the order of backprop: it starts from the loss, and each line uses the lines before it.

# %%
show(derive(named(L, **numbers), "w1", style="backprop"))

# %% [markdown]
# ## Step through it
#
# `explore` writes a page of the same graph, here with the squared error. Use the buttons, or → and ←. The forward steps
# compute every number. In the backward steps, each edge adds *upstream × local* to the gradient of its operand. Choose
# a parameter to see its path.


# %%
def MSE(w1, b1, w2, b2, X, y):  # noqa: N802  # as the notes call it
    z1 = w1 * X + b1
    a1 = sigmoid(z1)
    a2 = w2 * a1 + b2
    return (y - a2) ** 2


page = explore(named(MSE, **numbers), Path(tempfile.mkdtemp()) / "two_neurons.html")
show(page, "Backprop through two neurons, step by step, as a self-contained page.")
