"""PyTorch, as its users write it: modules, an optimiser, a DataLoader; and the same with batches sliced beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from .moons import PENALTY, rate_of_step
from .problems import STEPS, Job, Layer, Moons, lotka_volterra


def use_threads(n: int) -> None:
    torch.set_num_threads(n)


def thread_count() -> int:
    return torch.get_num_threads()


def _network(layers: list[Layer], activation: type[nn.Module]) -> nn.Sequential:
    modules: list[nn.Module] = []
    for w, b in layers:
        linear = nn.Linear(w.shape[1], w.shape[0], dtype=torch.from_numpy(w.copy()).dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(w.copy()))
            linear.bias.copy_(torch.from_numpy(b.copy()))
        modules += [linear, activation()]
    return nn.Sequential(*modules[:-1])


class Fit:
    """Document 3's job; ``loader`` says whether a DataLoader makes the batches, or they were sliced before."""

    def __init__(self, job: Job, loader: bool) -> None:
        self.model = _network(job.layers(), nn.Sigmoid)
        self.criterion = nn.MSELoss()
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=job.rate)
        x, y = torch.from_numpy(job.inputs.copy()), torch.from_numpy(job.targets.copy())
        self.batches: Iterable[Any] = (
            DataLoader(TensorDataset(x, y), batch_size=job.batch)
            if loader
            else list(zip(x.split(job.batch), y.split(job.batch), strict=True))
        )
        self.losses: list[float] = []

    def epochs(self, n: int) -> None:
        for _ in range(n):
            for x, y in self.batches:
                self.optimiser.zero_grad()
                loss = self.criterion(self.model(x), y)
                loss.backward()
                self.optimiser.step()
                self.losses.append(loss.item())


class Separate:
    """Two moons."""

    def __init__(self, moons: Moons) -> None:
        self.model = _network(moons.layers, nn.ReLU)
        self.parameters = list(self.model.parameters())
        self.optimiser = torch.optim.SGD(self.parameters, lr=1.0)
        self.points, self.sides = torch.from_numpy(moons.points), torch.from_numpy(moons.sides)
        self.losses: list[float] = []

    def steps(self, n: int) -> None:
        for _ in range(n):
            margins = torch.relu(1.0 - self.sides * self.model(self.points))
            loss = margins.mean() + PENALTY * sum((p * p).sum() for p in self.parameters)
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.param_groups[0]["lr"] = rate_of_step(len(self.losses))
            self.optimiser.step()
            self.losses.append(loss.item())


def network_gradient(job: Job) -> Callable[[], tuple[float, list[Any]]]:
    """Loss and gradient of the job's first batch."""
    model, criterion = _network(job.layers(), nn.Sigmoid), nn.MSELoss()
    parameters = list(model.parameters())
    x, y = (torch.from_numpy(a.copy()) for a in job.batches()[0])

    def gradient() -> tuple[float, list[Any]]:
        model.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        return loss.item(), [p.grad for p in parameters]

    return gradient


def lotka_volterra_gradient(*rates: float, steps: int = STEPS) -> tuple[float, list[float]]:
    leaves = [torch.tensor(rate, dtype=torch.float64, requires_grad=True) for rate in rates]
    loss = lotka_volterra(*leaves, steps=steps)
    loss.backward()
    return loss.item(), [x.grad.item() for x in leaves if x.grad is not None]
