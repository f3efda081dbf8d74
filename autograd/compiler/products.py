"""Matrix products among dots: of some left sides each meets each of some right sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from .graph import Group
from .views import distinct_rows


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """Dots as one contraction of two arrays. Their axes have letters: m is one product beside another, r and c are the
    rows on the left and on the right, k is summed over, z is the batch.
    """

    members: Any
    left: Any
    right: Any
    letters: tuple[str, str, str]
    """Those of the left side, of the right side, and of the result."""

    @property
    def text(self) -> str:
        """Its sizes."""
        of_left, of_right, of_result = self.letters
        size = dict(zip(of_left.replace("z", ""), self.left.shape, strict=True))
        size.update(zip(of_right.replace("z", ""), self.right.shape, strict=True))
        batch = " × batch" if "z" in of_result else ""
        if "r" not in size:
            return f"{size['m']} dots"
        sizes = "×".join([str(size[x]) for x in "rkc" if x in size]) + batch
        return f"{size['m']} times {sizes}" if "m" in size else sizes


def products(g: Group) -> list[Product]:
    """A group of dots as products."""
    nodes, members = np.array(g.operands, dtype=np.intp), np.array(g.members)
    half = nodes.shape[1] // 2
    left, right = nodes[:, :half], nodes[:, half:]
    batch = [kind == "b" for kind in g.kinds]
    if batch == [True, False]:
        left, right = right, left
    lefts, r = distinct_rows(left)
    rights, c = distinct_rows(right)
    found = []
    for rows, columns, at in _blocks(r, c):
        made = _product(lefts[rows], rights[columns], members[at], sum(batch))
        if "m" in made.letters[2] and made.members.shape[0] == 1:
            of_left, of_right, of_result = made.letters
            made = Product(made.members[0], made.left[0], made.right[0], (of_left[1:], of_right[1:], of_result[1:]))
        found.append(made)
    return found


def _product(left: Any, right: Any, members: Any, batch: int) -> Product:
    """Blocks of equal size, side by side: (m, r, k), (m, c, k) and (m, r, c)."""
    z = ["z" * (batch == 2), "z" * (batch > 0)]
    if members.shape[1:] == (1, 1) and len(members) > 1:
        return Product(members[:, 0, 0], left[:, 0], right[:, 0], (f"mk{z[0]}", f"mk{z[1]}", f"m{z[1]}"))
    if batch == 1 and members.shape[2] == 1:
        return Product(members[:, :, 0], left, right[:, 0], ("mrk", "mkz", "mrz"))
    rows_first = batch == 2 or (batch == 0 and bool((np.diff(members.ravel()) > 0).all()))
    members = members if rows_first else np.swapaxes(members, 1, 2)
    return Product(members, left, right, (f"mrk{z[0]}", f"mck{z[1]}", f"m{'rc' if rows_first else 'cr'}{z[1]}"))


def _blocks(r: Any, c: Any) -> list[tuple[Any, Any, Any]]:
    """Blocks in which each row meets each column, neighbours of one size together: their rows, (m, r), their columns,
    (m, c), and which dot is where, (m, r, c).
    """
    count = int(r.max() + 1), int(c.max() + 1)
    if len(np.unique(r * count[1] + c)) == len(r) == count[0] * count[1]:
        at = np.empty(count, dtype=np.intp)
        at[r, c] = np.arange(len(r))
        return [(np.arange(count[0])[None], np.arange(count[1])[None], at[None])]
    again: Counter[tuple[int, int]] = Counter()
    dots: dict[tuple[int, int, int], int] = {}  # which dot of this row and column, if there are several
    for n, pair in enumerate(zip(r.tolist(), c.tolist(), strict=True)):
        dots[again[pair], *pair] = n
        again[pair] += 1
    blocks = min(_meeting(dots, 1, 2), _meeting(dots, 2, 1), key=len)
    alike = [list(some) for _, some in groupby(blocks, lambda block: (block[0], len(block[1]), len(block[2])))]
    if len(r) < 2 * len(alike):  # no blocks to speak of
        return [(r[:, None], c[:, None], np.arange(len(r))[:, None, None])]
    return [
        (
            np.array([rows for _, rows, _ in some]),
            np.array([columns for _, _, columns in some]),
            np.array([[[dots[which, i, j] for j in columns] for i in rows] for which, rows, columns in some]),
        )
        for some in alike
    ]


def _meeting(dots: Iterable[tuple[int, int, int]], mine: int, other: int) -> list[tuple[int, Any, Any]]:
    """Rows that meet the same columns, with these; or columns and rows, if ``mine`` is 2."""
    met: dict[tuple[int, int], list[int]] = {}
    for dot in dots:
        met.setdefault((dot[0], dot[mine]), []).append(dot[other])
    blocks: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for (which, x), others in met.items():
        blocks.setdefault((which, tuple(sorted(others))), []).append(x)
    return [(which, xs, others) if mine == 1 else (which, others, xs) for (which, others), xs in blocks.items()]
