"""What every part asks of its arguments, in one voice: sizes, rates, names, seeds."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from math import isfinite
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Seed: TypeAlias = "int | np.random.Generator"
"""Where random numbers come from: a whole number, for a stream of their own, or a generator to draw on."""


def whole(x: Any, name: str, least: int = 1) -> int:
    """A whole number that is not below ``least``."""
    if not isinstance(x, Integral) or isinstance(x, bool):
        raise TypeError(f"{name} must be a whole number, and {x!r} is of type {type(x).__name__}")
    if x < least:
        raise ValueError(f"{name} must be at least {least}, and {int(x)} is not")
    return int(x)


def finite(x: Any, name: str) -> float:
    """A real number that is neither inf nor nan."""
    if not isinstance(x, Real) or isinstance(x, bool):
        raise TypeError(f"{name} must be a number, and {x!r} is of type {type(x).__name__}")
    if not isfinite(x):
        raise ValueError(f"{name} must be finite, and this is {float(x)!r}")
    return float(x)


def positive(x: Any, name: str) -> float:
    """A finite number above 0."""
    number = finite(x, name)
    if number <= 0.0:
        raise ValueError(f"{name} must be above 0, and this is {number!r}")
    return number


def not_negative(x: Any, name: str) -> float:
    """A finite number that is 0 or above."""
    number = finite(x, name)
    if number < 0.0:
        raise ValueError(f"{name} must not be below 0, and this is {number!r}")
    return number


def share(x: Any, name: str) -> float:
    """A number from 0 to 1, without the 1."""
    number = finite(x, name)
    if not 0.0 <= number < 1.0:
        raise ValueError(f"{name} must be at least 0 and below 1, and this is {number!r}")
    return number


def known(name: Any, names: Iterable[str], what: str) -> str:
    """One of the names; for any other, an error that lists them and suggests the nearest."""
    names = list(names)
    if not isinstance(name, str):
        raise TypeError(f"{name!r} of type {type(name).__name__} is no {what}; the names are {_listed(names)}")
    if name in names:
        return name
    raise ValueError(f"there is no {what} called {name!r}{nearest(name, names)}; the names are {_listed(names)}")


def nearest(name: str, names: Iterable[str]) -> str:
    """``; did you mean 'relu'?`` if one of the names is near, else nothing."""
    names = list(names)
    lowered = {each.lower(): each for each in names}
    matches = get_close_matches(name.lower(), lowered, n=1)
    return f"; did you mean {lowered[matches[0]]!r}?" if matches else ""


def as_array(given: Any, what: str) -> NDArray[Any]:
    """An array as it is, a data frame or a series as the array it holds, and lists as the array of them; refused is
    what would lose something on the way.
    """
    if callable(getattr(given, "to_numpy", None)):  # pandas, polars: rows are samples
        given = given.to_numpy()
    if _is_masked(given):
        raise TypeError(
            f"{what} are a masked array, and what is masked would count as data: leave the samples out, as in "
            f"x[~x.mask.any(axis=1)], or fill the gaps, as in x.filled(0.0)"
        )
    array = np.asarray(given)
    if array.dtype.kind == "c":
        raise TypeError(f"{what} are complex, which is no number to train with: write x.real, if that is what is meant")
    return array


def _is_masked(given: Any) -> bool:
    """Whether it is a masked array, or a list of samples one of which is."""
    rows = given if isinstance(given, list | tuple) else [given]
    return any(isinstance(row, np.ma.MaskedArray) for row in rows)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def generator(seed: Any, what: str) -> np.random.Generator:
    """The generator for a seed; ``what`` is the thing that draws, for the error where there is no seed."""
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None:
        raise TypeError(
            f"{what}: random numbers are to be drawn, and there is no seed. Give one, such as seed=0, so that they "
            f"can be had again; or one generator for several: seed=numpy.random.default_rng(0)"
        )
    return np.random.default_rng(whole(seed, "seed", least=0))
