# %% [markdown]
# # Two moons, as in micrograd's demo
#
# A network 2-16-16-1 of ReLUs tells two half moons apart, under the largest-margin loss of a support vector machine and
# a little weight decay: 337 parameters, 100 points, all of them at each of 100 steps, and a rate that falls from 1 to
# 0.1.

# %%
import autograd
import nn
from demos import show
from nn.pictures import decision_boundary, loss_curves

data = nn.two_moons(100, seed=1, noise=0.1, labels=(-1, 1))


def train(steps, compiled):
    model = nn.MLP(2, [16, 16, 1])
    optimiser = nn.SGD(model.parameters(), lr=nn.LinearDecay(1.0, 0.1, steps=100))
    history = nn.fit(model, "hinge", data, optimiser, steps, penalty=nn.L2(1e-4), compiled=compiled, progress=False)
    return model, history


# %% [markdown]
# Eagerly, every step records a graph of scalars and walks it back. Compiled, the graph is recorded once, its matrix
# products are found again, and every step is a few calls of NumPy. Both do the same steps.

# %%
_, eager = train(3, compiled=False)
model, compiled = train(100, compiled=True)
show(
    [
        {
            "training": name,
            "steps": history.epochs,
            "seconds": round(history.seconds, 3),
            "ms per step": round(1000 * history.seconds / history.epochs, 2),
            "loss after 3 steps": history.loss[2],
        }
        for name, history in (("eager", eager), ("compiled, compiling included", compiled))
    ]
)

# %%
print(f"accuracy {nn.accuracy(model, data):.0%}, loss {compiled.loss[-1]:.4f}")
show(
    decision_boundary(model, data),
    "The two moons and the boundary between them: where the output is 0, it winds around the tip of each.",
)
show(loss_curves(compiled), "The loss of each step, falling.")

# %% [markdown]
# ## What the compiler found
#
# `nn.fit` does this by itself. By hand it is `autograd.compile` of the loss over a batch, written for one sample by
# `vmap`. What was recorded as sums of products of scalars is three matrix products again:


# %%
def loss(inputs, targets):
    return autograd.mean(autograd.vmap(lambda x, y: autograd.relu(1 - y * model(x)))(inputs, targets))


program = autograd.compile(autograd.value_and_grad(loss), parameters=model.parameters())
value, gradient = program(program.theta(), data.inputs, data.targets)
print(program.explain())
