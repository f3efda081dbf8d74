# %% [markdown]
# # Second order: Newton's method, and a Hessian drawn
#
# The function that `grad` returns uses the engine's own operations, so it can be differentiated again. `hessian` is the
# derivative of the gradient. It is exact, with no step size to choose. Newton's method multiplies the gradient by its
# inverse.
#
# The task is to fit one sigmoid neuron with the log loss to points whose labels overlap.

# %%
import numpy as np

import nn
from autograd import binary_cross_entropy_with_logits, grad, gradients, hessian
from demos import show

rng = np.random.default_rng(3)
xs = rng.normal(0, 1.5, 60).tolist()
ys = [float(x + noise > 0.4) for x, noise in zip(xs, rng.normal(0, 1, 60), strict=True)]


def loss(theta):
    w, b = theta
    return sum(binary_cross_entropy_with_logits(w * x + b, y) for x, y in zip(xs, ys, strict=True)) / len(xs)


def newton(theta):
    return (np.array(theta) - np.linalg.solve(hessian(loss)(theta), grad(loss)(theta))).tolist()


def descent(theta, lr=1.0):
    return (np.array(theta) - lr * np.array(grad(loss)(theta))).tolist()


# %%
start = [-0.3, 0.9]
by_newton, by_descent = [start], [start]
for _ in range(7):
    by_newton.append(newton(by_newton[-1]))
for _ in range(60):
    by_descent.append(descent(by_descent[-1]))
show(
    [
        {
            "step": k,
            "|gradient|, Newton": float(np.linalg.norm(grad(loss)(by_newton[k]))),
            "|gradient|, descent": float(np.linalg.norm(grad(loss)(by_descent[k]))),
        }
        for k in range(8)
    ]
)

# %% [markdown]
# Near the minimum, every Newton step doubles the number of correct digits. After six steps, all digits are correct.
# Gradient descent follows the steepest slope at each point and needs many more steps.

# %%
from matplotlib.figure import Figure  # noqa: E402

across, up = np.meshgrid(np.linspace(-1.0, 3.0, 60), np.linspace(-1.6, 2.0, 60))
height = [[loss([w, b]) for w, b in zip(*row, strict=True)] for row in zip(across, up, strict=True)]
figure = Figure(figsize=(6.4, 4.4), layout="constrained")
axes = figure.subplots()
axes.contour(across, up, np.log(height), 16, colors="#b0b0b0", linewidths=0.8, linestyles="solid")
axes.plot(*zip(*by_descent, strict=True), color="#0072B2", marker=".", markersize=4, label="gradient descent, 60 steps")
axes.plot(*zip(*by_newton, strict=True), color="#D55E00", marker="o", markersize=4, label="Newton, 7 steps")
axes.set(xlabel="w", ylabel="b")
axes.legend(frameon=False)
show(figure, "The loss over w and b, with both paths: Newton takes a few long steps, the descent many short ones.")

# %% [markdown]
# ## The Hessian of a network
#
# A network 1-4-1 with tanh has 13 parameters, so its loss has 13 × 13 second derivatives. Each row of the Hessian is
# the gradient of one entry of the gradient. In the picture, positive entries are orange and negative entries are
# violet.

# %%
model = nn.MLP(1, [4, 1], hidden="tanh", seed=2)
data = nn.wave(24, seed=5)
nn.fit(model, "mse", data, nn.Adam(model.parameters(), lr=0.05), epochs=100, progress=False)

parameters = model.parameters()
value = nn.MSE()([model(x) for x, _ in data], data.targets.tolist())
slopes = gradients(value, parameters, create_graph=True)
H = np.array([gradients(slope, parameters) for slope in slopes])
print(f"largest |H − Hᵀ|: {abs(H - H.T).max():.1e}")
print("eigenvalues:", ", ".join(f"{x:.3g}" for x in np.linalg.eigvalsh(H)).replace("-", "−"))

# %% [markdown]
# The matrix is symmetric, although nothing enforces it. A negative eigenvalue means that the loss still decreases in
# both directions along its eigenvector, so this is not yet a minimum. An eigenvalue near 0 means a direction in which
# the loss hardly changes.

# %%
from matplotlib.colors import SymLogNorm  # noqa: E402

figure = Figure(figsize=(6.0, 5.0), layout="constrained")
axes = figure.subplots()
largest = abs(H).max()
shades = axes.imshow(H, cmap="PuOr_r", norm=SymLogNorm(0.03, vmin=-largest, vmax=largest))
axes.set_xticks(range(len(parameters)), [p.label for p in parameters], rotation=60)
axes.set_yticks(range(len(parameters)), [p.label for p in parameters])
figure.colorbar(shades, ticks=[-1, -0.1, 0, 0.1, 1], format="%g")
show(
    figure,
    "The Hessian of the network's loss is symmetric. Units 3 and 4 have the large entries, unit 1 hardly any.",
)
