"""Functions of functions for the oracle: ``grad`` and its like are a run of the function for each direction, forward,
and ``vmap`` is a loop. They share no code with what they judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .jets import Jet, lift
from .premises import Part, mp, state
from .rows import mean, where

_NOTHING: Part = (mp.mpf(0), 0.0, 0.0)


def tree_map(function: Callable[[Any], Any], tree: Any) -> Any:
    """The structure with each number replaced."""
    if isinstance(tree, Mapping):
        return {key: tree_map(function, x) for key, x in tree.items()}
    if isinstance(tree, np.ndarray):
        return nested([tree_map(function, x) for x in tree.ravel()], tree.shape)
    if isinstance(tree, list | tuple):
        inner = [tree_map(function, x) for x in tree]
        return type(tree)(*inner) if hasattr(tree, "_fields") else type(tree)(inner)
    return tree if tree is None or isinstance(tree, str | bool) else function(tree)


def nested(entries: list[Any], shape: tuple[int, ...]) -> Any:
    """An array of numbers; where it would be one of structures, the lists that say the same."""
    if not any(isinstance(x, list | tuple | dict | np.ndarray) for x in entries):
        made = np.empty(len(entries), dtype=object)
        made[:] = entries
        return made.reshape(shape)
    for n in reversed(shape[1:]):
        entries = [entries[i : i + n] for i in range(0, len(entries), n)]
    return entries


def along(f: Callable[..., Any], args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The result of f, and how it moves when its arguments do."""
    bit = 1 << state.infinitesimals
    moving = [_paired(x, t, bit) for x, t in zip(args, tangents, strict=True)]
    state.infinitesimals += 1
    try:
        result = f(*moving)
    finally:
        state.infinitesimals -= 1

    def still(y: Any) -> Jet:
        return Jet({mask: part for mask, part in lift(y).parts.items() if not mask & bit}, lift(y).chain)

    def moved(y: Any) -> Jet:
        parts = {mask ^ bit: part for mask, part in lift(y).parts.items() if mask & bit}
        return Jet(parts if 0 in parts else {0: _NOTHING, **parts})

    return tree_map(still, result), tree_map(moved, result)


def _paired(x: Any, t: Any, bit: int) -> Any:
    """The arguments with tangents on them; a tangent of None stands for a number that stays where it is."""
    if isinstance(x, Mapping):
        return {key: _paired(x[key], t[key], bit) for key in x}
    if isinstance(x, np.ndarray):
        return nested([_paired(a, b, bit) for a, b in zip(x.ravel(), t.ravel(), strict=True)], x.shape)
    if isinstance(x, list | tuple):
        inner = [_paired(a, b, bit) for a, b in zip(x, t, strict=True)]
        return type(x)(*inner) if hasattr(x, "_fields") else type(x)(inner)
    if t is None:
        return x
    return Jet({**lift(x).parts, **{mask | bit: part for mask, part in lift(t).parts.items()}})


def _directions(args: Sequence[Any], argnums: Any) -> tuple[list[Any], Any]:
    """A unit direction for each number of the arguments; and the arguments with the numbers of the directions."""
    chosen = [argnums] if isinstance(argnums, int) else list(argnums)
    chosen = [n % len(args) for n in chosen]
    count = 0

    def number(_: Any) -> int:
        nonlocal count
        count += 1
        return count - 1

    numbered = {n: tree_map(number, args[n]) for n in chosen}

    def unit(i: int) -> list[Any]:
        return [
            tree_map(lambda j: 1.0 if j == i else None, numbered[n]) if n in numbered else tree_map(lambda _: None, x)
            for n, x in enumerate(args)
        ]

    shape = numbered[chosen[0]] if isinstance(argnums, int) else tuple([numbered[n] for n in chosen])
    return [unit(i) for i in range(count)], shape


def _derivatives(f: Callable[..., Any], args: Sequence[Any], argnums: Any) -> tuple[Any, list[Any], Any]:
    directions, shape = _directions(args, argnums)
    if not directions:
        return f(*args), [], shape
    start, most, value, slopes = state.growth, 0.0, None, []
    for direction in directions:
        state.growth = start
        value, slope = along(f, args, direction)
        slopes.append(slope)
        most = max(most, state.growth)
    state.growth = most
    return value, slopes, shape


def value_and_grad(f: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    """The value and the derivatives, one run for each number."""

    def call(*args: Any) -> tuple[Any, Any]:
        value, slopes, shape = _derivatives(f, args, argnums)
        return value, tree_map(lambda i: slopes[i], shape)

    return call


def grad(f: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    """The derivatives."""
    return lambda *args: value_and_grad(f, argnums)(*args)[1]


def jacobian(f: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    """In the place of each result its derivatives."""

    def call(*args: Any) -> Any:
        value, slopes, shape = _derivatives(f, args, argnums)
        flat = [flattened(slope) for slope in slopes]
        place = -1

        def of_next(_: Any) -> Any:
            nonlocal place
            place += 1
            here = place
            return tree_map(lambda i: flat[i][here], shape)

        return tree_map(of_next, value)

    return call


def flattened(tree: Any) -> list[Any]:
    """All numbers in a row."""
    found: list[Any] = []
    tree_map(found.append, tree)
    return found


def hessian(f: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    """Second derivatives."""
    return jacobian(grad(f, argnums), argnums)


def jvp(f: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, Any]:
    """How the result moves along a direction."""
    return along(f, primals, tangents)


def hvp(f: Callable[..., Any], primals: Any, tangents: Any) -> Any:
    """How the derivatives move along a direction."""
    return along(grad(f, tuple(range(len(primals)))), primals, tangents)[1]


def vmap(f: Callable[..., Any], in_axes: Any = 0) -> Callable[..., Any]:
    """The function for each sample."""

    def call(*args: Any) -> Any:
        axes = [in_axes] * len(args) if in_axes is None or isinstance(in_axes, int) else list(in_axes)
        count = next(_samples(x) for x, axis in zip(args, axes, strict=True) if axis == 0)
        start, most, results = state.growth, state.growth, []
        for i in range(count):
            state.growth = start
            results.append(f(*[_sample(x, i) if axis == 0 else x for x, axis in zip(args, axes, strict=True)]))
            most = max(most, state.growth)
        state.growth = most
        return _transposed(results)

    return call


def _samples(x: Any) -> int:
    if isinstance(x, Mapping):
        return _samples(next(iter(x.values())))
    return _samples(x[0]) if isinstance(x, tuple) else len(x)


def _sample(x: Any, i: int) -> Any:
    if isinstance(x, Mapping):
        return {key: _sample(part, i) for key, part in x.items()}
    return tuple([_sample(part, i) for part in x]) if isinstance(x, tuple) else x[i]


def _transposed(results: list[Any]) -> Any:
    if results and isinstance(results[0], Mapping):
        return {key: _transposed([result[key] for result in results]) for key in results[0]}
    if results and isinstance(results[0], tuple):
        parts = [_transposed([result[i] for result in results]) for i in range(len(results[0]))]
        return type(results[0])(*parts) if hasattr(results[0], "_fields") else tuple(parts)
    return results


names: dict[str, Any] = {
    **{f.__name__: f for f in (grad, value_and_grad, jacobian, hessian, jvp, hvp, vmap, mean, where)},
    "Value": lift,
}
"""What programs use beside rows, under the names that it has in ``autograd``."""
