"""Optimisers, which move parameters by a gradient (SGD, Adam, AdamW, or a rule of your own), and gradient clipping.

The parameters are one vector θ and the gradient another, ∇, so that a step is simultaneous: every derivative is taken
and every new number computed before any parameter moves. The formulas are PyTorch's, including the order of their
operations and the place of ε.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import NonFiniteError, Value

from .checks import as_array, finite, not_negative, positive, share, whole
from .module import Module

Vector: TypeAlias = NDArray[np.float64]
Schedule: TypeAlias = Callable[[int], float]
Clip: TypeAlias = Callable[[Vector], Vector]


class Optimiser:
    """The base class of optimisers. It moves the parameters that it is given, such as ``model.parameters()``, and no
    others.

    ``lr`` is the learning rate, or a function of the number of steps taken that returns it, such as `LinearDecay`.
    ``clip`` is a function that shortens gradients, such as `ClipNorm`. For a rule of your own, compute the new
    parameters in ``moved``:

    >>> from nn import Optimiser
    >>> class SignDescent(Optimiser):
    ...     def moved(self, theta, gradient, lr):
    ...         return theta - lr * np.sign(gradient)
    >>> w = Value(2.0)
    >>> optimiser = SignDescent([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> w.data
    1.5
    """

    def __init__(self, parameters: Iterable[Value], lr: float | Schedule, *, clip: Clip | None = None) -> None:
        self.parameters = _checked(parameters)
        self.lr = lr
        if clip is not None and (not callable(clip) or isinstance(clip, type)):
            made = "ClipNorm(1.0)" if not isinstance(clip, int | float) else f"ClipNorm({clip!r})"
            raise TypeError(f"clip must be a function of the gradient, such as clip={made}, and not {clip!r}")
        self.clip = clip
        self.steps = 0
        """The number of steps taken."""
        self.state: dict[str, Vector] = {}
        """What the rule keeps from step to step: vectors with one number for each parameter."""

    @property
    def lr(self) -> float:
        """The learning rate of the next step. Set it to a number or to a schedule.

        >>> from nn import SGD, LinearDecay
        >>> SGD([Value(1.0)], lr=LinearDecay(0.5, 0.1, 10)).lr
        0.5
        """
        if not callable(self._lr):
            return self._lr
        return not_negative(self._lr(self.steps), f"the learning rate of step {self.steps}, given by {self._lr!r},")

    @lr.setter
    def lr(self, lr: float | Schedule) -> None:
        if isinstance(lr, type):
            raise TypeError(f"{lr.__name__} is a class; write lr={lr.__name__}(…) for the schedule")
        self._lr = lr if callable(lr) else positive(lr, "lr, the learning rate,")

    def moved(self, theta: Vector, gradient: Vector, lr: float) -> Vector:
        """The new parameters. What later steps need is put into ``self.state``, in new arrays, since the old ones may
        be restored.

        >>> from nn import SGD
        >>> SGD([Value(0.0)], lr=1.0).moved(np.array([1.0]), np.array([4.0]), 0.25)
        array([0.])
        """
        raise NotImplementedError(
            f"{type(self).__name__} needs a method moved(theta, gradient, lr) that returns the new parameters"
        )

    def update(self, theta: Vector, gradient: Vector) -> Vector:
        """The vector of parameters after one step. The step is counted, and no parameter is changed.

        >>> from nn import SGD
        >>> optimiser = SGD([Value(0.0)], lr=0.25)
        >>> optimiser.update(np.array([1.0]), np.array([4.0])), optimiser.steps
        (array([0.]), 1)
        """
        before = dict(self.state)
        with np.errstate(all="ignore"):
            if not _all_finite(gradient):
                raise NonFiniteError(self._where(gradient, "the gradient with respect to"))
            after = self.moved(theta, gradient if self.clip is None else self.clip(gradient), self.lr)
            fine = _all_finite(after)
        if not fine:
            self.state = before
            raise NonFiniteError(self._where(after, f"a step with learning rate {self.lr!r} would overflow:"))
        self.steps += 1
        return after

    def step(self, gradient: Any = None) -> None:
        """Move the parameters by their ``.grad``, or by a gradient in the order of the parameters.

        >>> from autograd import gradients
        >>> from nn import SGD
        >>> a, b = Value(2.0), Value(3.0)
        >>> optimiser = SGD([a, b], lr=0.1)
        >>> optimiser.step(gradients(a * b, [a, b]))
        >>> a.data, b.data
        (1.7, 2.8)
        """
        slopes = np.array([p.grad for p in self.parameters] if gradient is None else gradient, dtype=np.float64)
        if slopes.shape != (len(self.parameters),):
            raise ValueError(
                f"a step needs one derivative for each of {len(self.parameters)} parameters, and the gradient has the "
                f"shape {slopes.shape}"
            )
        self.put(self.update(self.theta(), slopes))

    def theta(self) -> Vector:
        """A copy of the parameters' numbers, as one vector.

        >>> from nn import SGD
        >>> SGD([Value(1.0), Value(2.0)], lr=0.1).theta()
        array([1., 2.])
        """
        return np.array([p.data for p in self.parameters])

    def put(self, theta: Vector) -> None:
        """Set the parameters to the numbers of a vector.

        >>> from nn import SGD
        >>> w = Value(1.0)
        >>> SGD([w], lr=0.1).put(np.array([5.0]))
        >>> w.data
        5.0
        """
        for parameter, x in zip(self.parameters, theta.tolist(), strict=True):
            parameter.data = x

    def zero_grad(self) -> None:
        """Set ``.grad`` of the parameters to 0.

        >>> from nn import SGD
        >>> w = Value(1.0)
        >>> (w * w).backward()
        >>> SGD([w], lr=0.1).zero_grad()
        >>> w.grad
        0.0
        """
        for parameter in self.parameters:
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """What the next steps depend on, besides the parameters and the settings: to continue later.

        >>> from nn import SGD
        >>> SGD([Value(1.0)], lr=0.1).state_dict()
        {'steps': 0}
        """
        return {"steps": self.steps, **self.state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a `state_dict`.

        >>> from nn import Adam
        >>> optimiser = Adam([Value(1.0)], lr=0.1)
        >>> optimiser.load_state_dict({"steps": 3, "m": np.array([0.5]), "v": np.array([0.25])})
        >>> optimiser.steps
        3
        """
        rest = {name: np.array(as_array(x, name), dtype=np.float64) for name, x in state.items() if name != "steps"}
        for name, x in rest.items():
            if x.shape != (len(self.parameters),) or not np.all(np.isfinite(x)):
                raise ValueError(
                    f"{name} in this state must be one finite number for each of {len(self.parameters)} parameters"
                )
        steps = whole(state.get("steps"), "steps in an optimiser's state", least=0)
        self.steps, self.state = steps, rest

    def remembered(self, name: str, like: Vector) -> Vector:
        """The vector in ``state`` with this name; zeros before the first step."""
        return self.state.get(name, np.zeros_like(like))

    def _where(self, vector: Vector, what: str) -> str:
        i = int(np.argmin(np.isfinite(vector)))
        name = self.parameters[i].label or f"number {i} of {len(vector)}"
        return f"{what} parameter {name} is {float(vector[i])!r}; nothing was moved"

    def __repr__(self) -> str:
        count = len(self.parameters)
        return f"{type(self).__name__}({count} parameter{'s' * (count != 1)}, lr={self._lr!r})"


def _all_finite(vector: Vector) -> bool:
    return isfinite(np.add.reduce(vector)) or bool(np.all(np.isfinite(vector)))  # the sum is fast, but may overflow


def _checked(parameters: Any) -> list[Value]:
    if isinstance(parameters, Module):
        raise TypeError("an optimiser takes parameters, not a model: write model.parameters()")
    if isinstance(parameters, Value):
        raise TypeError("an optimiser takes a list of parameters: write [v] for a single Value v")
    values = list(parameters)
    if not values:
        raise ValueError("an optimiser needs parameters to move, and this list is empty")
    for i, value in enumerate(values):
        if not isinstance(value, Value):
            raise TypeError(f"a parameter must be a Value, and number {i} is {value!r} of type {type(value).__name__}")
        finite(value.data, f"parameter {value.label or i}")
    if len(set(values)) < len(values):
        raise ValueError("a parameter occurs twice in this list, and would be moved twice in a step")
    return values


class SGD(Optimiser):
    """Gradient descent: θ ← θ − lr·∇. It is stochastic if ∇ is the gradient on a batch.

    With momentum μ: v ← μ·v + ∇ (v ← ∇ in the first step) and θ ← θ − lr·v; with ``nesterov``, θ ← θ − lr·(∇ + μ·v).
    Weight decay λ first adds λ·θ to ∇.

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
        """The new parameters."""
        if self.weight_decay:
            gradient = gradient + self.weight_decay * theta
        if self.momentum:
            velocity = self.momentum * self.state["velocity"] + gradient if "velocity" in self.state else gradient
            self.state["velocity"] = velocity
            gradient = gradient + self.momentum * velocity if self.nesterov else velocity
        return theta - lr * gradient


class Adam(Optimiser):
    """Kingma and Ba's Adam: m ← β₁·m + (1 − β₁)·∇, v ← β₂·v + (1 − β₂)·∇², and after step t
    θ ← θ − lr·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).

    Weight decay λ adds λ·θ to ∇; in `AdamW` it is decoupled from the gradient, which usually works better.

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
        """The new parameters."""
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
    """Adam with Loshchilov and Hutter's decoupled weight decay: each step begins with θ ← θ − lr·λ·θ.

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
        """The new parameters."""
        return self._adapted(theta * (1.0 - lr * self.weight_decay), gradient, lr)


@dataclass(frozen=True)
class ClipNorm:
    """Scale the whole gradient down to the norm ``most`` if its norm is larger.

    >>> from nn import ClipNorm
    >>> ClipNorm(1.0)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    >>> ClipNorm(10.0)(np.array([3.0, 4.0]))
    array([3., 4.])
    """

    most: float

    def __post_init__(self) -> None:
        positive(self.most, "the largest norm of a gradient")

    def __call__(self, gradient: Vector) -> Vector:
        """The gradient, scaled down if its norm is larger than ``most``."""
        largest = np.max(np.abs(gradient), initial=0.0)
        if largest == 0.0:
            return gradient
        direction = gradient / largest  # so that no square overflows or vanishes
        norm = float(np.sqrt(direction @ direction))
        return gradient if largest <= self.most / norm else direction * (self.most / norm)


@dataclass(frozen=True)
class ClipValue:
    """Limit each number of the gradient to the range from −most to most.

    >>> from nn import ClipValue
    >>> ClipValue(1.0)(np.array([3.0, -0.5, -4.0]))
    array([ 1. , -0.5, -1. ])
    """

    most: float

    def __post_init__(self) -> None:
        positive(self.most, "the largest number in a gradient")

    def __call__(self, gradient: Vector) -> Vector:
        """The gradient with its numbers limited."""
        return np.clip(gradient, -self.most, self.most)
