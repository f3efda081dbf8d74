"""Trees: nested lists, tuples, dicts and arrays of numbers, for functions of many parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import real
from .watch import watches


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each leaf of a tree with its path, in order: ``("['w'][0]", 0.5)``."""
    if isinstance(tree, Mapping):
        for key, branch in tree.items():
            yield from leaves(branch, f"{path}[{key!r}]")
    elif isinstance(tree, list | tuple) or is_array(tree):
        for i, branch in enumerate(tree):
            yield from leaves(branch, f"{path}[{i}]")
    elif watches and hasattr(tree, "map_sample"):  # a batch in a function that is being compiled
        yield from leaves(tree.tree, f"{path}[of each sample]")
    else:
        yield path, tree


def tree_map(function: Callable[[Any], Any], tree: Any) -> Any:
    """Return a tree of the same structure, with ``function`` applied to each leaf.

    >>> tree_map(lambda x: x * x, {"w": [1.0, 2.0], "b": 3.0})
    {'w': [1.0, 4.0], 'b': 9.0}
    """
    if isinstance(tree, Mapping):
        return {key: tree_map(function, branch) for key, branch in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[tree_map(function, branch) for branch in tree])
    if isinstance(tree, list | tuple):
        return type(tree)([tree_map(function, branch) for branch in tree])
    if is_array(tree):
        from .arrays import array_of  # needs NumPy, which is installed if there is an array

        return array_of([tree_map(function, x) for x in tree.flat], tree.shape)
    if watches and hasattr(tree, "map_sample"):
        return tree.map_sample(lambda sample: tree_map(function, sample))
    return function(tree)


def is_array(x: Any) -> bool:
    """Return whether this is an array with axes."""
    return real.is_array(x) and getattr(x, "ndim", 0) > 0
