# %% [markdown]
# # One ReLU neuron, in closed form and by gradient descent
#
# Document 0 sets the gradient of E = Σ (ReLU(pᵣ) − yᵣ)² to zero, where pᵣ = w·iᵣ + b, and solves for one parameter at a
# time. With zᵣ = 1 + sign pᵣ, which says which samples are active,
#
# - w = Σ iᵣ·(yᵣ − b)·zᵣ / Σ iᵣ²·zᵣ,
# - b = Σ (yᵣ − w·iᵣ)·zᵣ / Σ zᵣ,
#
# in turn, until nothing changes. Gradient descent reduces the same error in small steps. Both must find the same
# minimum.

# %%
import numpy as np

import nn
from autograd import grad
from autograd.proofread import read
from demos import show
from nn.documents import claims
from nn.documents.relu_neuron import DeadNeuronError, active, best_bias, best_weight, error, solve

rng = np.random.default_rng(7)
inputs = [[x] for x in rng.uniform(-2, 2, 30)]
targets = [max(0.0, 1.5 * x[0] - 0.6) + 0.15 * noise for x, noise in zip(inputs, rng.standard_normal(30), strict=True)]
start_w, start_b = [0.4], 1.2

solution = solve(inputs, targets, w=start_w, b=start_b)
print(f"closed form: w = {solution.w[0]:.12f}, b = {solution.b:.12f} after {solution.sweeps} sweeps")

# %%
neuron = nn.Neuron(1, "relu", weights=start_w, bias=start_b)
path = [(start_w[0], start_b)]
history = nn.fit(
    neuron,
    "mse",
    (inputs, targets),
    nn.SGD(neuron.parameters(), lr=0.3),
    epochs=1000,
    callbacks=[lambda epoch: path.append(tuple(p.data for p in neuron.parameters()))],
    progress=False,
)
w, b = path[-1]
print(f"descent:     w = {w:.12f}, b = {b:.12f} after {history.epochs} steps")

# %% [markdown]
# The results are the same. At the closed-form solution, the engine's gradient of E is zero up to rounding:

# %%
dw, db = grad(error, (0, 1))(solution.w, solution.b, inputs, targets)
apart = max(abs(w - solution.w[0]), abs(b - solution.b))
print(f"∂E/∂w = {dw[0]:.1e}, ∂E/∂b = {db:.1e}; the two answers are {apart:.1e} apart")

# %%
sweeps, (w, b) = [(start_w[0], start_b)], (start_w, start_b)
for _ in range(solution.sweeps):
    w = [best_weight(0, w, b, inputs, targets, active(w, b, inputs))]
    sweeps.append((w[0], b))
    b = best_bias(w, inputs, targets, active(w, b, inputs))
    sweeps.append((w[0], b))

# %%
from matplotlib.figure import Figure  # noqa: E402

across, up = np.meshgrid(np.linspace(0.0, 2.2, 45), np.linspace(-1.4, 1.5, 45))
height = [
    [error([wi], bi, inputs, targets) for wi, bi in zip(*row, strict=True)] for row in zip(across, up, strict=True)
]
figure = Figure(figsize=(6.4, 4.6), layout="constrained")
axes = figure.subplots()
axes.contour(across, up, np.log(height), 14, colors="#b0b0b0", linewidths=0.8, linestyles="solid")
axes.plot(*zip(*path, strict=True), color="#0072B2", marker=".", markersize=3, label="gradient descent")
axes.plot(
    *zip(*sweeps, strict=True), color="#D55E00", linewidth=1, marker="o", markersize=3, label="closed form, in turn"
)
axes.plot(*sweeps[-1], "*", color="#000000", markersize=12)
axes.set(xlabel="w", ylabel="b")
axes.legend(frameon=False, loc="upper right")
show(
    figure,
    "The error over w and b. The closed form reaches the star in steps parallel to the axes, the descent on a curve.",
)

# %% [markdown]
# ## When no sample is active
#
# If pᵣ < 0 for every sample, each zᵣ is 0 and the formulas divide by zero. The code raises an error instead:

# %%
try:
    solve(inputs, targets, w=[0.1], b=-5.0)
except DeadNeuronError as dead:
    print(f"DeadNeuronError: {dead}")

# %% [markdown]
# ## What document 0 claims

# %%
show(read(claims(0)))
