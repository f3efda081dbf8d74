# %% [markdown]
# # Your derivation, checked
#
# You have derived the gradients of a small network by hand. Are they right, and if not, which factor did you drop?
#
# The network is document 4's, two neurons in a row: z₁ = w₁·X + b₁, a₁ = σ(z₁), a₂ = w₂·a₁ + b₂, under the mean squared
# error MSE = (1/N) Σ (y − a₂)². Write it down as it stands, one number at a time.

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
# ## The page of notes, typed in
#
# Four formulas, each a sum over the samples. The notes drop constants such as 2/N on purpose. The third has a slip.


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
# Three lines are right but for the constant, and the verdict says which one: 2/N. The third is wrong whatever the
# constant: the slip is named, and the verdict on it alone comes with the smallest numbers that show it to anybody.

# %%
show(proofread(MSE, "w1", by_w1, inputs=data))

# %% [markdown]
# ## What the engine writes
#
# The derivation for one sample, read off the program above. Its third factor is a₁·(1 − a₁): the notes lost the 1 − a₁.

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
# With the constant in its place too, the formula agrees as it stands:


# %%
def whole(w1, b1, w2, b2, X, y):
    return 2 / len(X) * corrected(w1, b1, w2, b2, X, y)


show(proofread(MSE, "w1", whole, inputs=data))

# %% [markdown]
# ## The whole of document 4
#
# Its eleven claims, as they are printed there. One is wrong: the update rule forgets the learning rate for b.
# `python -m nn.documents` has the 61 claims of all five documents.

# %%
show(read(claims(4)))
