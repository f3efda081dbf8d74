# %% [markdown]
# # Two neurons in a row, their hand-derived gradients checked
#
# The network is x → σ(w₁·x + b₁) → w₂·a₁ + b₂ = a₂, with the loss L = (1/N) Σ (y − a₂)². Somebody derived four
# gradients on paper, dropped the constant 2/N on purpose, and in one of them forgot a factor. The engine has the truth.

# %%
from autograd import Value, gradients, sigmoid

xs, ys = [-1.0, 0.5, 2.0], [0.3, -0.2, 1.0]
w1, b1, w2, b2 = Value(0.8, label="w1"), Value(-0.1, label="b1"), Value(1.5, label="w2"), Value(0.2, label="b2")
parameters = [w1, b1, w2, b2]


def network(x):
    a1 = sigmoid(w1 * x + b1)
    return a1, w2 * a1 + b2


def loss():
    return sum((y - network(x)[1]) ** 2 for x, y in zip(xs, ys, strict=True)) / len(xs)


# %% [markdown]
# The page of notes, as it stands there. The last line forgets σ′(z₁) = a₁·(1 − a₁).

# %%
samples = [(x, y, *[v.data for v in network(x)]) for x, y in zip(xs, ys, strict=True)]
notes = {
    "w2": sum((a2 - y) * a1 for _, y, a1, a2 in samples),
    "b2": sum((a2 - y) for _, y, _, a2 in samples),
    "w1": sum((a2 - y) * w2.data * a1 * (1 - a1) * x for x, y, a1, a2 in samples),
    "b1": sum((a2 - y) * w2.data for _, y, _, a2 in samples),
}

# %%
truth = dict(zip(["w1", "b1", "w2", "b2"], gradients(loss(), parameters), strict=True))
print("∂L/∂…   the notes     the engine    engine/notes")
for name, claimed in notes.items():
    ratio = truth[name] / claimed
    verdict = "right, but for 2/N" if abs(ratio - 2 / len(xs)) < 1e-12 else "wrong: the ratio is no constant"
    print(f"{name:<7} {claimed:<+13.6f} {truth[name]:<+13.6f} {ratio:+.6f}  {verdict}")

# %% [markdown]
# With the right gradients the network learns: plain gradient descent, all gradients taken before any parameter moves.

# %%
for step in range(301):
    value = loss()
    slopes = gradients(value, parameters)
    for p, slope in zip(parameters, slopes, strict=True):
        p.data -= 0.5 * slope
    if step % 100 == 0:
        print(f"step {step:3}   L = {value:.6f}")
