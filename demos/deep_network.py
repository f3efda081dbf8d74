# %% [markdown]
# # (x − 2)·cos 4x by a deep network
#
# This is the homework of document 3: a network 1-64-64-1 of sigmoids with weights from N(0, 1) learns f(x) = (x −
# 2)·cos 4x from 512 inputs x ~ N(0, 1), in 1000 epochs of SGD with learning rate 0.1 and batches of 128. It has 4353
# parameters, more than there are samples. In a second run the targets have noise: does the network memorise it?
#
# The network is written one scalar at a time. `nn.fit` compiles its training to array programs.

# %%
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: for matrices of this size one thread is the fastest

import nn
from demos import show
from nn.documents.deep_networks import BATCH, EPOCHS, RATE, SAMPLES, network, train
from nn.pictures import fitted_curve, loss_curves

print(network().summary())

# %%
clean = train(progress=False)
noisy = train(noise=1.0, progress=False)
show(
    [
        {
            "targets": name,
            "epochs": run.history.epochs,
            "training loss": run.history.loss[-1],
            "validation loss": run.history.validation_loss[-1],
            "seconds": round(run.history.seconds, 1),
        }
        for name, run in (("without noise", clean), ("with noise from N(0, 1)", noisy))
    ]
)

# %% [markdown]
# The noise has variance 1. If the network had memorised it, the training loss would be far below 1, and it is not. The
# validation loss, measured against targets without noise, is no worse.


# %%
def between_2_and_2(run):
    figure = fitted_curve(run.model, run.data, truth=nn.wave_truth)
    figure.axes[0].set(xlim=(-2.0, 2.0), ylim=(-6.0, 6.0))
    return figure


show(
    between_2_and_2(clean),
    "Without noise: the learned function follows the large waves, but not yet the small one on the right.",
)
show(
    between_2_and_2(noisy),
    "With noise: the learned function goes through the middle of the cloud, not through every sample.",
)
show(
    loss_curves(noisy.history),
    "The losses with noise: a steep fall from the random start, then slow progress. The validation loss, against "
    "targets without noise, ends below the training loss.",
)

# %% [markdown]
# ## The time without compiling
#
# We time one step on one batch without compiling, and estimate the time of the whole training from it:

# %%
model = network()
optimiser = nn.SGD(model.parameters(), lr=RATE)
eager = nn.fit(model, "mse", nn.wave(BATCH, seed=0), optimiser, epochs=2, compiled=False, progress=False)
step = eager.seconds / eager.epochs
steps = EPOCHS * SAMPLES // BATCH
times = step * steps / clean.history.seconds
print(f"An eager step takes {step:.2f} s, and {steps} of them {step * steps / 3600:.1f} hours.")
print(f"The compiled training took {clean.history.seconds:.1f} s, validation included: {times:.0f} times as fast.")
