"""Networks of neurons, built on scalar autograd: models, losses, optimisers, training and data.

>>> import nn
>>> model = nn.MLP(2, [8, 1], hidden="tanh", seed=1)
>>> data = nn.two_moons(40, seed=2)
>>> optimiser = nn.Adam(model.parameters(), lr=0.05)
>>> history = nn.fit(model, "log_loss_from_logits", data, optimiser, epochs=40)
>>> nn.accuracy(model, data) > 0.8
True

A model is an `MLP`, a `Sequential` of `Linear` layers, or a `Module` of your own. It takes one sample at a time and
returns Values, so all of autograd works on it. `fit` trains it; so does a loop of your own:

>>> optimiser = nn.SGD(model.parameters(), lr=0.1)
>>> for x, y in nn.xor():
...     loss = nn.LogLossFromLogits()(model(x), y)
...     model.zero_grad()
...     loss.backward()
...     optimiser.step()
"""

import autograd as _autograd

if not hasattr(_autograd, "Value"):
    raise ImportError(
        f"nn needs scalar-autograd, and {_autograd.__file__} is another package of that import name, perhaps HIPS "
        f"autograd: run pip uninstall autograd scalar-autograd, and install scalar-autograd again"
    )

from .activations import (
    GELU,
    Activation,
    Cubic,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softplus,
    Tanh,
)
from .callbacks import Callback, EarlyStopping, Epoch, History
from .data import Dataset, Minibatches, Standardiser
from .datasets import blobs, house_prices, two_moons, wave, wave_truth, xor
from .evaluation import (
    accuracy,
    accuracy_score,
    confusion_matrix,
    evaluate,
    f1_score,
    mean_absolute_error,
    mean_squared_error,
    precision_score,
    predict,
    predict_classes,
    predict_probabilities,
    r2_score,
    recall_score,
    root_mean_squared_error,
)
from .initialisers import Constant, He, Normal, Uniform, Xavier
from .layers import MLP, Linear, Neuron, Sequential
from .losses import L2, MAE, MSE, CrossEntropy, Hinge, LogLoss, LogLossFromLogits, Loss
from .module import Module, Summary
from .optimisers import SGD, Adam, AdamW, ClipNorm, ClipValue, Optimiser
from .saving import ModelFileError, load, save
from .schedules import CosineDecay, ExponentialDecay, LinearDecay, StepDecay
from .training import DivergedError, fit

__all__ = [
    "GELU",
    "L2",
    "MAE",
    "MLP",
    "MSE",
    "SGD",
    "Activation",
    "Adam",
    "AdamW",
    "Callback",
    "ClipNorm",
    "ClipValue",
    "Constant",
    "CosineDecay",
    "CrossEntropy",
    "Cubic",
    "Dataset",
    "DivergedError",
    "EarlyStopping",
    "Epoch",
    "ExponentialDecay",
    "He",
    "Hinge",
    "History",
    "Identity",
    "LeakyReLU",
    "Linear",
    "LinearDecay",
    "LogLoss",
    "LogLossFromLogits",
    "Loss",
    "Minibatches",
    "ModelFileError",
    "Module",
    "Neuron",
    "Normal",
    "Optimiser",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softplus",
    "Standardiser",
    "StepDecay",
    "Summary",
    "Tanh",
    "Uniform",
    "Xavier",
    "accuracy",
    "accuracy_score",
    "blobs",
    "confusion_matrix",
    "evaluate",
    "f1_score",
    "fit",
    "house_prices",
    "load",
    "mean_absolute_error",
    "mean_squared_error",
    "precision_score",
    "predict",
    "predict_classes",
    "predict_probabilities",
    "r2_score",
    "recall_score",
    "root_mean_squared_error",
    "save",
    "two_moons",
    "wave",
    "wave_truth",
    "xor",
]
