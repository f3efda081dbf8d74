"""Document 0: one ReLU neuron under a squared error, solved in closed form.

The neuron is p = Σ_g w_g·i_g + b with the output a(p) = ReLU(p), and E = Σ_r (a(p_r) − y_r)² over n samples. The notes
set the gradient to zero, solve for one parameter at a time with z_r = 1 + sign p_r held fixed, and repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd import dot, grad, relu, sign
from autograd.proofread import Claim, proofread, proofread_value, samples, vector
from nn import Neuron

DATA = {"w": vector(2), "i": samples(vector(2)), "y": samples()}


def error(w: Any, b: Any, i: Any, y: Any) -> Any:
    """E, with the document's own ReLU′(0) = 1/2."""
    return sum((relu(dot(w, ir) + b, at_zero=0.5) - yr) ** 2 for ir, yr in zip(i, y, strict=True))


def p(w: Any, b: Any, ir: Any) -> Any:
    """p = Σ_g w_g·i_g + b."""
    return dot(w, ir) + b


def stationarity(w: Any, b: Any, i: Any, y: Any, of: Any) -> Any:
    """D0.3: Σ_r (a(p_r) − y_r)·a′(p_r)·∂p_r/∂θ, where ``of`` gives ∂p_r/∂θ for a sample."""
    total = 0.0
    for ir, yr in zip(i, y, strict=True):
        pr = p(w, b, ir)
        total += (relu(pr) - yr) * (1 + sign(pr)) / 2 * of(ir)
    return total


def reduced(w: Any, b: Any, i: Any, y: Any, of: Any) -> Any:
    """D0.4 and D0.5: Σ_r (p_r − y_r)·∂p_r/∂θ·(1 + sign p_r)."""
    return sum((p(w, b, ir) - yr) * of(ir) * (1 + sign(p(w, b, ir))) for ir, yr in zip(i, y, strict=True))


# --- the solution -----------------------------------------------------------------------------------------------------


class DeadNeuronError(ValueError):
    """The formulas divide by zero: no sample is active, or a feature is 0 in all active samples."""


def active(w: Any, b: Any, i: Any) -> list[Any]:
    """z_r = 1 + sign p_r: 2 for an active sample, 0 for one below the kink, 1 on it."""
    return [1 + sign(p(w, b, ir)) for ir in i]


def best_weight(k: int, w: Sequence[Any], b: Any, i: Any, y: Any, z: Sequence[float]) -> Any:
    """D0.6: w_k = Σ_r i_rk·(y_r − Σ_{g≠k} w_g·i_rg − b)·z_r / Σ_r i_rk²·z_r."""
    others = [sum(w[g] * ir[g] for g in range(len(w)) if g != k) for ir in i]
    above = sum(ir[k] * (yr - rest - b) * zr for ir, yr, rest, zr in zip(i, y, others, z, strict=True))
    below = sum(ir[k] ** 2 * zr for ir, zr in zip(i, z, strict=True))
    return _divided(above, below, f"w{k + 1}", z)


def best_bias(w: Sequence[Any], i: Any, y: Any, z: Sequence[float]) -> Any:
    """D0.7: b = Σ_r (y_r − Σ_g w_g·i_rg)·z_r / Σ_r z_r."""
    above = sum((yr - dot(w, ir)) * zr for ir, yr, zr in zip(i, y, z, strict=True))
    return _divided(above, sum(z), "b", z)


def _divided(above: Any, below: Any, name: str, z: Sequence[float]) -> Any:
    if below == 0:
        if not any(z):
            raise DeadNeuronError(f"{name} has no solution: the neuron is dead, z = 0 for all {len(z)} samples")
        raise DeadNeuronError(f"{name} has no solution: its feature is 0 in every active sample")
    return above / below


@dataclass(frozen=True)
class Solution:
    """The parameters that the solver found, and the number of sweeps through the parameters that it took."""

    w: list[float]
    b: float
    sweeps: int
    settled: bool

    def neuron(self) -> Neuron:
        """The solution as a neuron."""
        return Neuron(len(self.w), "relu", weights=self.w, bias=self.b)


def solve(
    i: Sequence[Sequence[float]],
    y: Sequence[float],
    w: Sequence[float],
    b: float = 0.0,
    *,
    sweeps: int = 10_000,
    tolerance: float = 1e-15,
) -> Solution:
    """Apply D0.6 and D0.7 in turn, with z computed again each time, until no parameter changes.

    >>> i, y = [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]
    >>> solution = solve(i, y, w=[1.0])
    >>> round(solution.w[0], 9), round(solution.b, 9)
    (2.0, 1.0)
    >>> solve([[1.0]], [1.0], w=[-1.0], b=-1.0)
    Traceback (most recent call last):
    nn.documents.relu_neuron.DeadNeuronError: w1 has no solution: the neuron is dead, z = 0 for all 1 samples
    """
    if len(i) != len(y) or not i:
        raise ValueError(f"the solver needs as many inputs as targets, and at least one: got {len(i)} and {len(y)}")
    if any(len(ir) != len(w) for ir in i):
        raise ValueError(f"each input needs {len(w)} numbers, one for each weight")
    w = [float(x) for x in w]
    b = float(b)
    for sweep in range(1, sweeps + 1):
        before = [*w, b]
        for k in range(len(w)):
            w[k] = best_weight(k, w, b, i, y, active(w, b, i))
        b = best_bias(w, i, y, active(w, b, i))
        if all(abs(new - old) <= tolerance * (1 + abs(old)) for new, old in zip([*w, b], before, strict=True)):
            return Solution(w, b, sweep, settled=True)
    return Solution(w, b, sweeps, settled=False)


# --- the claims -------------------------------------------------------------------------------------------------------


def slope_at_best_weight(w: Any, b: Any, i: Any, y: Any) -> Any:
    """The derivative of the error with respect to w₁, for fixed z, at the w₁ of D0.6."""
    z = [zr.data for zr in active(w, b, i)]
    best = best_weight(0, w, b, i, y, z)
    return grad(lambda w1: _error_with(z, [w1, w[1]], b, i, y))(best)


def slope_at_best_bias(w: Any, b: Any, i: Any, y: Any) -> Any:
    """The same with respect to b, at the b of D0.7."""
    z = [zr.data for zr in active(w, b, i)]
    return grad(lambda b: _error_with(z, w, b, i, y))(best_bias(w, i, y, z))


def _error_with(z: Sequence[float], w: Any, b: Any, i: Any, y: Any) -> Any:
    """E for given z, without the inactive samples: Σ_r z_r/2·(p_r − y_r)²."""
    return sum(zr / 2 * (p(w, b, ir) - yr) ** 2 for zr, ir, yr in zip(z, i, y, strict=True))


def a(x: Any) -> Any:
    """The activation, with the engine's usual ReLU′(0) = 0."""
    return relu(x)


CLAIMS = [
    Claim("D0.1", "a(x) = (x + |x|)/2 is ReLU", lambda: proofread_value(a, lambda x: (x + abs(x)) / 2, subject="a")),
    Claim(
        "D0.2",
        "a′(x) = (1 + sign x)/2",
        lambda: proofread(a, "x", lambda x: (1 + sign(x)) / 2),
        expected="kink",
    ),
    Claim(
        "D0.3",
        "∂E/∂θ = 0 where Σ_r (a(p_r) − y_r)·a′(p_r)·∂p_r/∂θ = 0",
        lambda: proofread(
            error,
            "w",
            lambda w, b, i, y: [stationarity(w, b, i, y, lambda ir, k=k: ir[k]) for k in (0, 1)],
            inputs=DATA,
        ),
        expected="constant",
    ),
    Claim(
        "D0.4",
        "for w_k: Σ_r (p_r·i_rk − i_rk·y_r)·(1 + sign p_r) = 0",
        lambda: proofread(
            error, "w", lambda w, b, i, y: [reduced(w, b, i, y, lambda ir, k=k: ir[k]) for k in (0, 1)], inputs=DATA
        ),
    ),
    Claim(
        "D0.5",
        "for b: Σ_r (p_r − y_r)·(1 + sign p_r) = 0",
        lambda: proofread(error, "b", lambda w, b, i, y: reduced(w, b, i, y, lambda ir: 1.0), inputs=DATA),
    ),
    Claim(
        "D0.6",
        "w_k = Σ_r i_rk·(y_r − Σ_{g≠k} w_g·i_rg − b)·z_r / Σ_r i_rk²·z_r makes ∂E/∂w_k zero",
        lambda: proofread_value(slope_at_best_weight, lambda: 0.0, inputs=DATA, subject="∂E/∂w₁ at that w₁"),
    ),
    Claim(
        "D0.7",
        "b = Σ_r (y_r − Σ_g w_g·i_rg)·z_r / Σ_r z_r makes ∂E/∂b zero",
        lambda: proofread_value(slope_at_best_bias, lambda: 0.0, inputs=DATA, subject="∂E/∂b at that b"),
    ),
]
