"""The rules by which parameters are moved: gradient descent, Adam, AdamW.

The formulas are PyTorch's, down to the order of their operations and the place of ε. They are written on vectors: θ is
all parameters and ∇ the gradient.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd import Value

from .checks import not_negative, positive, share
from .optimiser import Clip, Optimiser, Schedule, Vector


class SGD(Optimiser):
    """Gradient descent: θ ← θ − lr·∇; stochastic when ∇ is that of a batch.

    With momentum μ: v ← μ·v + ∇ (at first v ← ∇), and θ ← θ − lr·v; with Nesterov's, θ ← θ − lr·(∇ + μ·v). Weight decay
    λ adds λ·θ to ∇ before all that.

    >>> from nn import SGD
    >>> w, b = Value(2.0), Value(1.0)
    >>> optimiser = SGD([w, b], lr=0.1)
    >>> ((w * 3 + b - 1) ** 2).backward()
    >>> optimiser.step()
    >>> round(w.data, 12), round(b.data, 12)
    (-1.6, -0.2)
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float | Schedule,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        clip: Clip | None = None,
    ) -> None:
        super().__init__(parameters, lr, clip=clip)
        self.momentum = share(momentum, "momentum")
        self.nesterov = nesterov
        self.weight_decay = not_negative(weight_decay, "weight_decay")
        if nesterov and momentum == 0.0:
            raise ValueError("nesterov=True needs a momentum above 0, such as momentum=0.9")

    def moved(self, theta: Vector, gradient: Vector, lr: float) -> Vector:
        """Where the parameters go."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * theta
        if self.momentum:
            velocity = self.momentum * self.state["velocity"] + gradient if "velocity" in self.state else gradient
            self.state["velocity"] = velocity
            gradient = gradient + self.momentum * velocity if self.nesterov else velocity
        return theta - lr * gradient


class Adam(Optimiser):
    """Kingma and Ba's: m ← β₁·m + (1 − β₁)·∇, v ← β₂·v + (1 − β₂)·∇², and after step t
    θ ← θ − lr·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).

    Weight decay λ adds λ·θ to ∇; `AdamW` has the better kind.

    >>> from nn import Adam
    >>> w = Value(2.0)
    >>> optimiser = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> round(w.data, 6)
    1.9
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float | Schedule = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        clip: Clip | None = None,
    ) -> None:
        super().__init__(parameters, lr, clip=clip)
        first, second = betas
        self.betas = share(first, "betas[0]"), share(second, "betas[1]")
        self.eps = positive(eps, "eps")
        self.weight_decay = not_negative(weight_decay, "weight_decay")

    def moved(self, theta: Vector, gradient: Vector, lr: float) -> Vector:
        """Where the parameters go."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * theta
        return self._adapted(theta, gradient, lr)

    def _adapted(self, theta: Vector, gradient: Vector, lr: float) -> Vector:
        beta1, beta2 = self.betas
        m, v = self.remembered("m", gradient), self.remembered("v", gradient)
        self.state["m"] = m = m + (1.0 - beta1) * (gradient - m)
        self.state["v"] = v = beta2 * v + (1.0 - beta2) * gradient * gradient
        t = self.steps + 1
        root = np.sqrt(v) / (1.0 - beta2**t) ** 0.5
        moved: Vector = theta - lr / (1.0 - beta1**t) * (m / (root + self.eps))
        return moved


class AdamW(Adam):
    """Adam with Loshchilov and Hutter's weight decay: θ ← θ − lr·λ·θ first, apart from the gradient.

    >>> from nn import AdamW
    >>> w = Value(2.0)
    >>> optimiser = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> optimiser.step([0.0])
    >>> w.data
    1.9
    """

    def __init__(
        self,
        parameters: Iterable[Value],
        lr: float | Schedule = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        clip: Clip | None = None,
    ) -> None:
        super().__init__(parameters, lr, betas=betas, eps=eps, weight_decay=weight_decay, clip=clip)

    def moved(self, theta: Vector, gradient: Vector, lr: float) -> Vector:
        """Where the parameters go."""
        return self._adapted(theta * (1.0 - lr * self.weight_decay), gradient, lr)
