"""Index vectors as strided views: nested loops leave nested-affine indices, and these need no copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd, prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Indices: TypeAlias = NDArray[np.intp]


def nest(v: Indices) -> list[tuple[int, int]] | None:
    """The loops, outermost first, that leave this vector, as (count, stride); None if it is not of that kind.

    >>> nest(np.array([5, 6, 7, 15, 16, 17]))
    [(2, 10), (3, 1)]
    """
    if len(v) == 1:
        return []
    steps = np.diff(v)
    breaks = np.flatnonzero(steps != steps[0]) + 1
    if not len(breaks):
        return [(len(v), int(steps[0]))]
    run = gcd(*breaks.tolist(), len(v))
    if run == 1:
        return None
    outer = nest(v[::run])
    return None if outer is None else [*outer, (run, int(steps[0]))]


def common_shape(vectors: Sequence[Indices], count: int) -> tuple[int, ...]:
    """A shape in which as many of the vectors as may be are affine along every axis."""
    sizes = {1, count}
    for v in vectors:
        loops = nest(v)
        if loops is None:
            continue
        inner, mine = 1, set()
        for n, _ in reversed(loops):
            inner *= n
            mine.add(inner)
        chain = sorted(sizes | mine)
        if all(b % a == 0 for a, b in pairwise(chain)):
            sizes |= mine
    chain = sorted(sizes)
    return tuple([b // a for a, b in pairwise(chain)][::-1]) or (1,)


@dataclass(frozen=True, slots=True)
class View:
    """A strided view of a buffer: where it begins, and a count and a stride for each axis."""

    base: int
    counts: tuple[int, ...]
    strides: tuple[int, ...]

    def written(self, buffer: str, size: int, lanes: str) -> str:
        """As Python. ``buffer`` has ``size`` rows, and with ``lanes``, the name of its size, a second
        axis, which stays last.

        An axis along which nothing changes has the length 1, for NumPy to broadcast.
        """
        moving = [(n, s) for n, s in zip(self.counts, self.strides, strict=True) if n > 1 and s != 0]
        shape = [n if s != 0 else 1 for n, s in zip(self.counts, self.strides, strict=True)]
        text, plain = self._moving(buffer, size, moving, lanes)
        if shape == plain:
            return text
        if not moving:
            return f"{text}.reshape({_shape(shape, lanes)})"
        return f"{text}[{', '.join([':' if n > 1 else 'None' for n in shape])}]"

    def _moving(self, buffer: str, size: int, moving: list[tuple[int, int]], lanes: str) -> tuple[str, list[int]]:
        b = self.base
        counts = [n for n, _ in moving]
        if not moving:
            return f"{buffer}[{b}:{b + 1}]", [1]
        if len(moving) == 1:
            [(n, s)] = moving
            return f"{buffer}[{slice_text(b, n, s)}]", counts
        if all(s == n2 * s2 for (_, s), (n2, s2) in pairwise(moving)) and moving[-1][1] == 1:
            return f"{buffer}[{b}:{b + prod(counts)}].reshape({_shape(counts, lanes)})", counts
        if len(moving) == 2:
            (n, s), (n2, s2) = moving
            if 0 < s < s2:
                text, _ = self._moving(buffer, size, moving[::-1], lanes)
                return f"{text}.{'transpose(1, 0, 2)' if lanes else 'T'}", counts
            start = max(0, min(b, size - n * s))
            off = b - start
            if s > 0 and s2 > 0 and off + (n2 - 1) * s2 < s and start + n * s <= size:
                rows = f"{buffer}[{start}:{start + n * s}].reshape({_shape([n, s], lanes)})"
                return f"{rows}[:, {slice_text(off, n2, s2)}]", counts
        return f"strided({buffer}, {b}, {tuple(counts)}, {tuple(s for _, s in moving)})", counts

    @property
    def injective(self) -> bool:
        """Whether no two of its places are the same one, so that it may be written to."""
        reach = 0
        for s, n in sorted([(abs(s), n) for n, s in zip(self.counts, self.strides, strict=True) if n > 1]):
            if s <= reach:
                return False
            reach += s * (n - 1)
        return True


def view(indices: Any) -> View | None:
    """The view that an array of indices is, if it is one."""
    base = int(indices.flat[0])
    strides = []
    for axis, n in enumerate(indices.shape):
        first = [0] * indices.ndim
        first[axis] = 1
        strides.append(int(indices[tuple(first)]) - base if n > 1 else 0)
    expected = np.full(indices.shape, base)
    for axis, (n, s) in enumerate(zip(indices.shape, strides, strict=True)):
        expected += (np.arange(n) * s).reshape([-1 if k == axis else 1 for k in range(indices.ndim)])
    return View(base, indices.shape, tuple(strides)) if np.array_equal(expected, indices) else None


def slice_text(start: int, count: int, stride: int) -> str:
    """A slice as Python."""
    if stride == 1:
        return f"{start}:{start + count}"
    stop = start + (count - 1) * stride + (1 if stride > 0 else -1)
    return f"{start}:{stop if stop >= 0 else ''}:{stride}"


def _shape(counts: Sequence[int], lanes: str) -> str:
    return ", ".join([*map(str, counts), *([lanes] if lanes else [])])


def distinct_rows(matrix: Any) -> tuple[Any, Any]:
    """The different rows of a matrix in the order in which they first come, and for each row which of these it is."""
    _, first, inverse = np.unique(matrix, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return matrix[first[order]], rank[inverse.reshape(-1)]


def row_breaks(matrix: Any) -> list[int]:
    """Where a matrix of indices has to be cut for each part to have rows at a constant distance.

    >>> row_breaks(np.array([[0, 1], [2, 3], [4, 5], [10, 11], [12, 13]]))
    [3]
    """
    steps = np.diff(matrix, axis=0)
    breaks: list[int] = []
    for i in range(1, len(steps)):
        if (steps[i] != steps[i - 1]).any() and (not breaks or breaks[-1] < i):
            breaks.append(i + 1)
    return breaks
