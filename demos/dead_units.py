# %% [markdown]
# # Dead units, leaky units, and a sigmoid in disguise
#
# Document 3 asks what happens to a hidden unit ReLU(a·x + b) of f(x) = uᵀ·ReLU(a·x + b) if a·xᵢ + b < 0 for every
# sample. The slope of the ReLU is 0, so the gradients of a and b are 0, and a and b never change again. The picture
# shows that no gradient passes through the ReLU:

# %%
import nn
from autograd import Value, leaky_relu, relu
from autograd.derive import derive, named
from autograd.draw import draw
from autograd.proofread import read
from demos import show
from nn.documents import claims
from nn.documents.deep_networks import dead_unit, network, sigmoid_to_tanh
from nn.pictures import fitted_curve


def loss(a, b, u, x, y):
    p = a * x + b
    h = relu(p)
    f = u * h
    return (f - y) ** 2


a = Value(-1.0)
dead = named(loss, a=a, b=-2.0, u=0.8, x=0.5, y=-1.0)
show(
    draw(dead, highlight=a, direction="LR"),
    "A dead unit: its local derivative is 0, and so are all gradients below it.",
)
show(derive(dead, "a"))


# %% [markdown]
# With a leaky ReLU, the slope is α instead of 0. The gradient is small, but not 0:


# %%
def loss(a, b, u, x, y):
    p = a * x + b
    h = leaky_relu(p, 0.01)
    f = u * h
    return (f - y) ** 2


show(derive(named(loss, a=-1.0, b=-2.0, u=0.8, x=0.5, y=-1.0), "a"))

# %% [markdown]
# ## A thousand steps later
#
# We train a network of four hidden units of either kind, by SGD, one sample at a time. The first unit starts with a
# negative sum for every sample.

# %%
units = {kind: dead_unit(kind, steps=1000, lr=0.05) for kind in ("relu", "leaky_relu")}
show(
    [
        {"unit": kind, "a before": u.before[0], "b before": u.before[1], "a after": u.after[0], "b after": u.after[1]}
        for kind, u in units.items()
    ]
)

# %% [markdown]
# The dead unit has not changed by a single bit. The leaky unit changes, but slowly, because α = 0.01 is a factor of its
# gradient. The time that it needs to recover depends on α:

# %%
data = nn.wave(16, seed=0)
xs = data.inputs[:, 0]


def highest(activation, epochs=400):
    """The first unit's highest sum a·x + b over the samples, after each epoch. Below 0, no sample activates it."""
    model = nn.MLP(1, [4, 1], hidden=activation, biases=0.5, seed=3)
    a, b = model.layers[0].w[0][0], model.layers[0].b[0]
    a.data, b.data = -1.0, float(xs.min()) - 1.0
    batches, optimiser = nn.Minibatches(data, 4, seed=0), nn.SGD(model.parameters(), lr=0.05)
    seen = []

    def look(epoch):
        seen.append(max(a.data * xs + b.data))

    nn.fit(model, "mse", batches, optimiser, epochs, callbacks=[look], progress=False)
    return seen


ways = {
    "ReLU": highest(nn.ReLU()),
    "leaky, α = 0.1": highest(nn.LeakyReLU(0.1)),
    "leaky, α = 0.3": highest(nn.LeakyReLU(0.3)),
}

# %%
from matplotlib.figure import Figure  # noqa: E402

figure = Figure(figsize=(6.4, 4.0), layout="constrained")
axes = figure.subplots()
axes.axhline(0.0, color="#000000", linewidth=0.8)
for (name, way), colour, style in zip(ways.items(), ("#0072B2", "#D55E00", "#009E73"), ("-", "--", "-."), strict=True):
    axes.plot(way, style, color=colour, label=name)
axes.set(xlabel="epoch", ylabel="highest a·x + b over the samples")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
show(
    figure,
    "The unit's highest sum after each epoch. With ReLU it is constant. With α = 0.3 it rises above 0.",
)

# %% [markdown]
# ## Sigmoid is tanh in disguise
#
# Because σ(z) = (1 + tanh(z/2))/2, every sigmoid network can be written as a tanh network of the same size: halve the
# weights of the first layer, quarter those of the hidden layers, halve those of the last, and add the constants to the
# biases. The two networks have different weights, but compute the same function:

# %%
sigmoids = network(seed=1, width=16)
tanhs = sigmoid_to_tanh(sigmoids)
grid = nn.wave(200, seed=3).inputs
one, other = nn.predict(sigmoids, grid), nn.predict(tanhs, grid)
print(
    f"At 200 points, with outputs up to {abs(one).max():.3g}, the two differ by at most {abs(one - other).max():.1e}."
)

# %%
show(
    fitted_curve({"sigmoid": sigmoids, "tanh": tanhs}, (grid, one)),
    "Both networks, before any training: the two curves coincide.",
)

# %% [markdown]
# ## What document 3 claims

# %%
show(read(claims(3)))
