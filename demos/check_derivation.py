# %% [markdown]
# # Your derivation, checked
#
# You have derived the gradients of a small network by hand. Are they right, and if not, which factor did you drop?
#
# The network is that of document 4, two neurons in a row: z₁ = w₁·X + b₁, a₁ = σ(z₁), a₂ = w₂·a₁ + b₂, with the mean
# squared error MSE = (1/N) Σ (y − a₂)². Write it as it is, one number at a time.

# %%
from autograd import sigmoid
from autograd.derive import derive, named
from autograd.proofread import Claim, proofread, read, samples
from demos import show
from nn.documents import claims


def square(w1, b1, w2, b2, X, y):
    z1 = w1 * X + b1
    a1 = sigmoid(z1)
    a2 = w2 * a1 + b2
    return (y - a2) ** 2


def MSE(w1, b1, w2, b2, X, y):  # noqa: N802  # as the notes call it
    return sum(square(w1, b1, w2, b2, xj, yj) for xj, yj in zip(X, y, strict=True)) / len(X)


# %% [markdown]
# ## The page of notes
#
# It has four formulas, each a sum over the samples. The notes omit constants such as 2/N on purpose. The third formula
# has a slip.


# %%
def summed(term):
    def formula(w1, b1, w2, b2, X, y):
        total = 0
        for xj, yj in zip(X, y, strict=True):
            a1 = sigmoid(w1 * xj + b1)
            a2 = w2 * a1 + b2
            total += term(w2, a1, a2, xj, yj)
        return total

    return formula


by_w2 = summed(lambda w2, a1, a2, X, y: (a2 - y) * a1)
by_b2 = summed(lambda w2, a1, a2, X, y: a2 - y)
by_w1 = summed(lambda w2, a1, a2, X, y: (a2 - y) * w2 * a1 * X)  # the slip
by_b1 = summed(lambda w2, a1, a2, X, y: (a2 - y) * w2 * a1 * (1 - a1))

data = {"X": samples(), "y": samples()}
notes = {
    "w2": Claim("1", "∂MSE/∂w₂ = Σ (a₂ − y)·a₁", lambda: proofread(MSE, "w2", by_w2, inputs=data), "constant"),
    "b2": Claim("2", "∂MSE/∂b₂ = Σ (a₂ − y)", lambda: proofread(MSE, "b2", by_b2, inputs=data), "constant"),
    "w1": Claim("3", "∂MSE/∂w₁ = Σ (a₂ − y)·w₂·a₁·X", lambda: proofread(MSE, "w1", by_w1, inputs=data), "wrong"),
    "b1": Claim(
        "4", "∂MSE/∂b₁ = Σ (a₂ − y)·w₂·a₁·(1 − a₁)", lambda: proofread(MSE, "b1", by_b1, inputs=data), "constant"
    ),
}
show(read(notes.values()))

# %% [markdown]
# Three formulas are right up to a constant, and the verdict says which one: 2/N. The third is wrong with any constant.
# The report names the slip. The verdict on this formula alone also gives the simplest counterexample:

# %%
show(proofread(MSE, "w1", by_w1, inputs=data))

# %% [markdown]
# ## The engine's derivation
#
# This is the derivation for one sample of the program above. Its third factor is a₁·(1 − a₁). The notes lost 1 − a₁.

# %%
show(derive(named(square, w1=0.8, b1=-0.1, w2=1.5, b2=0.2, X=2.0, y=1.0), "w1"))

# %% [markdown]
# ## The page, corrected

# %%
corrected = summed(lambda w2, a1, a2, X, y: (a2 - y) * w2 * a1 * (1 - a1) * X)
notes["w1"] = Claim(
    "3",
    "∂MSE/∂w₁ = Σ (a₂ − y)·w₂·a₁·(1 − a₁)·X",
    lambda: proofread(MSE, "w1", corrected, inputs=data),
    "constant",
)
show(read(notes.values()))

# %% [markdown]
# With the constant, the formula agrees exactly:


# %%
def whole(w1, b1, w2, b2, X, y):
    return 2 / len(X) * corrected(w1, b1, w2, b2, X, y)


show(proofread(MSE, "w1", whole, inputs=data))

# %% [markdown]
# ## The whole of document 4
#
# Document 4 makes eleven claims. One is wrong: the update rule for b lacks the learning rate. `python -m nn.documents`
# checks the 61 claims of all five documents.

# %%
show(read(claims(4)))
