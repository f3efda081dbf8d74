"""What PyTorch makes of one small training, for each of its optimisers: the numbers in pytorch.json.

    pip install torch==2.13.0 numpy
    python tests/nn/reference/pytorch.py

writes the file again. A network 2-4-1 with tanh inside and the mean squared error takes 20 steps: twelve samples in two
batches of six, in the same order ten times. Everything is in float64, and JSON keeps every digit of it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
EPOCHS, BATCH = 10, 6

SETTINGS = {
    "gradient descent": ("SGD", {"lr": 0.1}),
    "gradient descent with decay": ("SGD", {"lr": 0.1, "weight_decay": 0.05}),
    "momentum": ("SGD", {"lr": 0.05, "momentum": 0.9}),
    "momentum with decay": ("SGD", {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.05}),
    "Nesterov": ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "Nesterov with decay": ("SGD", {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
    "Adam": ("Adam", {"lr": 0.02}),
    "Adam with decay": ("Adam", {"lr": 0.02, "weight_decay": 0.05}),
    "Adam of other betas": ("Adam", {"lr": 0.02, "betas": [0.5, 0.7], "eps": 0.01}),
    "AdamW": ("AdamW", {"lr": 0.02}),
    "AdamW with more decay": ("AdamW", {"lr": 0.02, "weight_decay": 0.5}),
}


def start() -> dict[str, list]:
    """The data and the weights to start from."""
    rng = np.random.default_rng(20240613)
    inputs = rng.standard_normal((12, 2))
    return {
        "inputs": inputs.tolist(),
        "targets": (np.sin(2.0 * inputs[:, 0]) - 0.5 * inputs[:, 1]).tolist(),
        "w1": rng.standard_normal((4, 2)).tolist(),
        "b1": rng.standard_normal(4).tolist(),
        "w2": rng.standard_normal((1, 4)).tolist(),
        "b2": rng.standard_normal(1).tolist(),
    }


def trained(given: dict[str, list], kind: str, settings: dict) -> dict[str, list]:
    """The loss before each step, and the weights after the last."""
    inputs, targets = (torch.tensor(given[name], dtype=torch.float64) for name in ("inputs", "targets"))
    weights = {
        name: torch.tensor(given[name], dtype=torch.float64, requires_grad=True) for name in ("w1", "b1", "w2", "b2")
    }
    w1, b1, w2, b2 = weights.values()
    optimiser = getattr(torch.optim, kind)(list(weights.values()), **settings)
    losses = []
    for _ in range(EPOCHS):
        for x, y in zip(inputs.split(BATCH), targets.split(BATCH), strict=True):
            optimiser.zero_grad()
            loss = torch.nn.functional.mse_loss((torch.tanh(x @ w1.T + b1) @ w2.T + b2)[:, 0], y)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
    return {"losses": losses, **{name: weight.tolist() for name, weight in weights.items()}}


def reference() -> dict:
    """All that pytorch.json holds."""
    given = start()
    return {
        "torch": torch.__version__.split("+")[0],
        "start": given,
        "runs": {
            name: {"optimiser": kind, "settings": settings, **trained(given, kind, settings)}
            for name, (kind, settings) in SETTINGS.items()
        },
    }


if __name__ == "__main__":
    (HERE / "pytorch.json").write_text(json.dumps(reference(), indent=1) + "\n")
