"""Checks of arguments, shared by all of nn: sizes, rates, names, seeds, arrays."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from math import isfinite
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Seed: TypeAlias = "int | np.random.Generator"
"""The source of random numbers: a whole number, which seeds a new generator, or a generator to draw from."""


def whole(x: Any, name: str, least: int = 1) -> int:
    """``x`` as an int; an error if it is not a whole number or is below ``least``."""
    if not isinstance(x, Integral) or isinstance(x, bool):
        raise TypeError(f"{name} must be a whole number, and {x!r} is of type {type(x).__name__}")
    if x < least:
        raise ValueError(f"{name} must be at least {least}, and {int(x)} is not")
    return int(x)


def finite(x: Any, name: str) -> float:
    """``x`` as a float; an error if it is not a real number, or is inf or nan."""
    if not isinstance(x, Real) or isinstance(x, bool):
        raise TypeError(f"{name} must be a number, and {x!r} is of type {type(x).__name__}")
    if not isfinite(x):
        raise ValueError(f"{name} must be finite, and this is {float(x)!r}")
    return float(x)


def positive(x: Any, name: str) -> float:
    """``x`` as a float; an error if it is not finite and above 0."""
    number = finite(x, name)
    if number <= 0.0:
        raise ValueError(f"{name} must be above 0, and this is {number!r}")
    return number


def not_negative(x: Any, name: str) -> float:
    """``x`` as a float; an error if it is not finite and at least 0."""
    number = finite(x, name)
    if number < 0.0:
        raise ValueError(f"{name} must not be below 0, and this is {number!r}")
    return number


def share(x: Any, name: str) -> float:
    """``x`` as a float; an error if it is not in [0, 1)."""
    number = finite(x, name)
    if not 0.0 <= number < 1.0:
        raise ValueError(f"{name} must be at least 0 and below 1, and this is {number!r}")
    return number


def known(name: Any, names: Iterable[str], what: str) -> str:
    """``name``, if it is one of the names; otherwise an error that lists them and suggests the most similar one."""
    names = list(names)
    if not isinstance(name, str):
        raise TypeError(f"{name!r} of type {type(name).__name__} is not a valid {what}; the names are {_listed(names)}")
    if name in names:
        return name
    raise ValueError(f"there is no {what} called {name!r}{nearest(name, names)}; the names are {_listed(names)}")


def nearest(name: str, names: Iterable[str]) -> str:
    """``; did you mean 'relu'?`` if one of the names is similar, else an empty string."""
    names = list(names)
    lowered = {each.lower(): each for each in names}
    matches = get_close_matches(name.lower(), lowered, n=1)
    return f"; did you mean {lowered[matches[0]]!r}?" if matches else ""


def as_array(given: Any, what: str) -> NDArray[Any]:
    """An array, data frame, series or list as an array. Masked and complex arrays are refused, since they would lose
    information.
    """
    if callable(getattr(given, "to_numpy", None)):  # pandas, polars: rows are samples
        given = given.to_numpy()
    if _is_masked(given):
        raise TypeError(
            f"{what} are a masked array, and masked entries would count as data: leave out those samples, as in "
            f"x[~x.mask.any(axis=1)], or fill the gaps, as in x.filled(0.0)"
        )
    array = np.asarray(given)
    if array.dtype.kind == "c":
        raise TypeError(f"{what} are complex, and nn computes with real numbers: write x.real for the real parts")
    return array


def _is_masked(given: Any) -> bool:
    """Whether ``given`` is a masked array, or a list that contains one."""
    rows = given if isinstance(given, list | tuple) else [given]
    return any(isinstance(row, np.ma.MaskedArray) for row in rows)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def generator(seed: Any, what: str) -> np.random.Generator:
    """The generator for a seed. ``what`` names what draws from it, in the error that a missing seed raises."""
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None:
        raise TypeError(
            f"{what}: random numbers are drawn, and there is no seed. Give one, such as seed=0, so that the same "
            f"numbers can be drawn again; or pass one generator to several: seed=numpy.random.default_rng(0)"
        )
    return np.random.default_rng(whole(seed, "seed", least=0))
