# %% [markdown]
# # Two moons, as in micrograd's demo
#
# A network 2-16-16-1 of ReLUs separates two half-moons. The loss is the max-margin loss of a support vector machine,
# with a little weight decay. There are 337 parameters and 100 points. Each of the 100 steps uses all points, and the
# learning rate falls from 1 to 0.1.

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
# Eager training records a graph of scalars in every step and walks back through it. Compiled training records the graph
# once and finds the matrix products in it; every step is then a few calls of NumPy. Both take the same steps.

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
    "The two moons and the boundary between them, where the output is 0. It winds around the tip of each.",
)
show(loss_curves(compiled), "The loss of each step, falling.")

# %% [markdown]
# ## What the compiler found
#
# `nn.fit` does this automatically. To do it yourself, write the loss for one sample, apply it to a batch with `vmap`,
# and call `autograd.compile`. The recorded sums of products of scalars become three matrix products:


# %%
def loss(inputs, targets):
    return autograd.mean(autograd.vmap(lambda x, y: autograd.relu(1 - y * model(x)))(inputs, targets))


program = autograd.compile(autograd.value_and_grad(loss), parameters=model.parameters())
value, gradient = program(program.theta(), data.inputs, data.targets)
print(program.explain())
