# %% [markdown]
# # House prices: three models, one gradient descent
#
# Document 1 fits prices by a line b + W·x, by a sigmoid σ(b + W·x) and by a cubic b + W·x³, each with
# MSE = (1/N) Σ (h(xᵢ) − yᵢ)². The document does not contain its data, so we use similar prices: they grow with the cube
# of the size, with a little noise.

# %%
import numpy as np

import nn
from autograd import grad, value_and_grad
from autograd.proofread import read
from demos import show
from nn.documents import claims
from nn.documents.house_prices import MSE_of, fit_prices, linear, sigmoidal
from nn.pictures import fitted_curve

data = nn.house_prices(40, seed=1, w=0.1, b=0.05, noise=0.03)
rates = {"linear": 0.2, "sigmoid": 2.0, "cubic": 0.05}
fits = {kind: fit_prices(kind, data, epochs=1500, lr=rate) for kind, rate in rates.items()}

# %%
show([{"model": kind, "W": fit.W, "b": fit.b, "MSE": fit.history.loss[-1]} for kind, fit in fits.items()])

# %%
show(
    fitted_curve({kind: fit.model for kind, fit in fits.items()}, data),
    "Forty prices over their sizes, and the three fits. The cubic follows the prices at both ends; the line does not.",
)

# %% [markdown]
# As in the document, the cubic is the best fit.
#
# ## The simultaneous update
#
# The update is simultaneous: both gradients are computed before either parameter changes. If you change W first and
# compute the gradient for b at the new W, you get a different algorithm. The two differ from the first step on:

# %%
MSE = MSE_of(linear)
xs, ys = data.inputs[:, 0].tolist(), data.targets.tolist()


def at_once(W, b, lr=0.1):
    dW, db = grad(MSE, (0, 1))(W, b, xs, ys)
    return W - lr * dW, b - lr * db


def one_after_the_other(W, b, lr=0.1):
    W = W - lr * grad(MSE, 0)(W, b, xs, ys)
    return W, b - lr * grad(MSE, 1)(W, b, xs, ys)


here = there = (0.0, 0.0)
steps = []
for step in range(1, 5):
    here, there = at_once(*here), one_after_the_other(*there)
    steps.append(
        {"step": step, "W, at once": here[0], "b, at once": here[1], "W, in turn": there[0], "b, in turn": there[1]}
    )
show(steps)

# %% [markdown]
# ## The derivative as a limit
#
# Document 1 defines the derivative as the limit of (f(W + h) − f(W))/h. On a computer, h must not be too small: the
# truncation error shrinks with h, but the rounding error grows as 1/h. On logarithmic axes, the error has the shape of
# a V, and even at its lowest point half of the digits are lost. The central difference has a deeper V. Backprop has no
# h.

# %%
W, b = 3.0, -4.0
MSE = MSE_of(sigmoidal)
loss, slope = value_and_grad(MSE)(W, b, xs, ys)
hs = [10.0 ** (-k / 4) for k in range(65)]
forward = [(MSE(W + h, b, xs, ys) - loss) / h for h in hs]
central = [(MSE(W + h, b, xs, ys) - MSE(W - h, b, xs, ys)) / (2 * h) for h in hs]

best_forward, best_central = (min(range(65), key=lambda i: abs(x[i] - slope)) for x in (forward, central))
show(
    [
        {"∂MSE/∂W by": "(f(W + h) − f(W)) / h", "at best": f"{forward[best_forward]:.16f}", "h": hs[best_forward]},
        {"∂MSE/∂W by": "(f(W + h) − f(W − h)) / 2h", "at best": f"{central[best_central]:.16f}", "h": hs[best_central]},
        {"∂MSE/∂W by": "backprop", "at best": f"{slope:.16f}", "h": None},
    ]
)

# %%
from matplotlib.figure import Figure  # noqa: E402

figure = Figure(figsize=(6.4, 4.2), layout="constrained")
axes = figure.subplots()
axes.loglog(hs, np.abs(np.array(forward) - slope), label="(f(W + h) − f(W)) / h", color="#0072B2")
axes.loglog(hs, np.abs(np.array(central) - slope), label="(f(W + h) − f(W − h)) / 2h", color="#D55E00", linestyle="--")
axes.set(xlabel="h", ylabel="error of the derivative")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
show(
    figure,
    "The errors over h: two Vs. On the right the truncation error dominates, on the left the rounding error.",
)

# %% [markdown]
# ## What the document claims
#
# It uses the derivatives of the line for the cubic, so the factor xᵢ³ of ∂MSE/∂W is missing (D1.8).

# %%
show(read(claims(1)))
