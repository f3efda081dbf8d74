"""Synthetic data sets: those of the documents, whose true functions are known, and some for first trials."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import Seed, finite, generator, not_negative, positive, whole
from .data import Dataset


def wave_truth(x: Any) -> Any:
    """f(x) = (x − 2)·cos 4x of a number or an array: the function that document 3 fits.

    >>> from nn import wave_truth
    >>> wave_truth(np.array([0.0, 2.0])) + 1.0
    array([-1.,  1.])
    """
    return (x - 2.0) * np.cos(4.0 * x)


def wave(n: int, *, seed: Seed, noise: float = 0.0) -> Dataset:
    """Document 3's data: n inputs x from N(0, 1), with targets (x − 2)·cos 4x plus noise from N(0, noise²).

    >>> from nn import wave
    >>> wave(512, seed=0)
    Dataset(512 samples of 1 input and 1 target)
    """
    n, rng = whole(n, "the number of samples"), generator(seed, "wave")
    x = rng.standard_normal(n)
    return Dataset(x, wave_truth(x) + not_negative(noise, "noise") * rng.standard_normal(n))


def house_prices(n: int, *, seed: Seed, w: float = 0.5, b: float = 1.0, noise: float = 0.0) -> Dataset:
    """Document 1's model of prices: b + w·x³ plus noise from N(0, noise²), for sizes x drawn evenly from 0.5 to 2.

    >>> from nn import house_prices
    >>> data = house_prices(10, seed=0, w=2.0, b=1.0)
    >>> bool(np.all(data.targets == 1.0 + 2.0 * data.inputs[:, 0] ** 3))
    True
    """
    n, rng = whole(n, "the number of samples"), generator(seed, "house_prices")
    x = rng.uniform(0.5, 2.0, n)
    truth = finite(b, "b") + finite(w, "w") * x**3
    return Dataset(x, truth + not_negative(noise, "noise") * rng.standard_normal(n))


def two_moons(n: int, *, seed: Seed, noise: float = 0.1, labels: tuple[float, float] = (0.0, 1.0)) -> Dataset:
    """Points on two interlocking half circles of radius 1, in random order. Those on the upper one have the first
    label, those on the lower one the second. Noise from N(0, noise²) is added to both coordinates.

    >>> from nn import two_moons
    >>> data = two_moons(100, seed=0, labels=(-1, 1))
    >>> data, int(data.targets.sum())
    (Dataset(100 samples of 2 inputs and 1 target), 0)
    """
    n, rng = whole(n, "the number of samples", least=2), generator(seed, "two_moons")
    first, second = labels
    lower = np.arange(n) >= n - n // 2
    angle = rng.uniform(0.0, np.pi, n)
    x = np.where(lower, 1.0 - np.cos(angle), np.cos(angle))
    y = np.where(lower, 0.5 - np.sin(angle), np.sin(angle))
    points = np.stack([x, y], axis=1) + not_negative(noise, "noise") * rng.standard_normal((n, 2))
    order = rng.permutation(n)
    return Dataset(points[order], np.where(lower, float(second), float(first))[order])


def blobs(n: int, *, seed: Seed, centres: Any = 3, spread: float = 1.0) -> Dataset:
    """Clouds of points from N(centre, spread²), in random order; the target is the number of the cloud, from 0.

    ``centres`` is a list of points, or how many to draw evenly from the square from −10 to 10.

    >>> from nn import blobs
    >>> data = blobs(90, seed=0, centres=[[0, 0], [5, 5], [0, 5]], spread=0.5)
    >>> data, np.bincount(data.targets.astype(int))
    (Dataset(90 samples of 2 inputs and 1 target), array([30, 30, 30]))
    """
    n, rng = whole(n, "the number of samples"), generator(seed, "blobs")
    places = _centres(centres, rng)
    if n < len(places):
        raise ValueError(f"{len(places)} clouds need at least as many samples, and n is {n}")
    which = rng.permutation(np.arange(n) % len(places))
    return Dataset(places[which] + positive(spread, "spread") * rng.standard_normal((n, places.shape[1])), which)


def _centres(centres: Any, rng: np.random.Generator) -> NDArray[np.float64]:
    if isinstance(centres, int):
        return rng.uniform(-10.0, 10.0, (whole(centres, "the number of centres"), 2))
    try:
        places = np.array(centres, dtype=np.float64)
    except (TypeError, ValueError):
        places = np.zeros(0)
    if places.ndim != 2 or not places.size or not np.all(np.isfinite(places)):
        raise ValueError(
            f"centres must be how many to draw, or a list of points such as [[0, 0], [5, 5]], and not {centres!r}"
        )
    return places


def xor(labels: tuple[float, float] = (0.0, 1.0)) -> Dataset:
    """The four points with coordinates 0 and 1. Where the coordinates differ, the target is the second label, elsewhere
    the first.

    >>> from nn import xor
    >>> list(xor())
    [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)]
    """
    points = [[0, 0], [0, 1], [1, 0], [1, 1]]
    return Dataset(points, [labels[a != b] for a, b in points])
