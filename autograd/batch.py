"""Batches: apply a function of one sample to a batch, and take the mean over a batch.

Normally these are loops. In a compiled function the batch becomes one more axis of every array, and the function is
recorded for a single sample, whatever the size of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, overload

from .calls import Array
from .functions import sum as sum_
from .tree import is_array
from .value import Value
from .watch import watch


def vmap(f: Callable[..., Any], in_axes: int | Sequence[int | None] | None = 0) -> Callable[..., Any]:
    """Return a function that applies ``f`` to each sample of a batch, and returns the list of results.

    ``in_axes`` says for each argument whether it is a batch (0: a list or array of samples, or a dict or tuple of
    these) or shared by all samples (None). A single entry applies to all arguments. If ``f`` returns a tuple or a dict,
    the result is a tuple or a dict of lists.

    >>> vmap(lambda w, x: w * x, in_axes=(None, 0))(10.0, [1.0, 2.0])
    [10.0, 20.0]
    >>> from autograd import value_and_grad
    >>> vmap(value_and_grad(lambda x: x * x))([1.0, 3.0])
    ([1.0, 9.0], [2.0, 6.0])
    """

    @wraps(f, assigned=("__name__", "__module__"), updated=())
    def over_batch(*args: Any) -> Any:
        axes = [in_axes] * len(args) if in_axes is None or isinstance(in_axes, int) else list(in_axes)
        if len(axes) != len(args):
            raise ValueError(f"in_axes has {len(axes)} entries, but there are {len(args)} arguments")
        if any(axis not in (0, None) for axis in axes):
            raise ValueError(f"in_axes must be 0 for a batch and None for a shared argument, and got {in_axes!r}")
        batches = [i for i, axis in enumerate(axes) if axis == 0]
        if not batches:
            raise ValueError("no argument is a batch: in_axes needs a 0 for at least one argument")
        here = watch()
        if here is not None:
            recorded = here.over_batch(f, args, batches)
            if recorded is not NotImplemented:
                return recorded
        sizes = {place: size for i in batches for place, size in _sizes(args[i], f"argument {i}")}
        if len(set(sizes.values())) > 1:
            told = " and ".join(f"{place} has {size}" for place, size in sizes.items())
            raise ValueError(f"all batches must have the same number of samples: {told}")
        count = min(sizes.values(), default=0)
        rows = [[_sample(x, j) if i in batches else x for i, x in enumerate(args)] for j in range(count)]
        return _stacked([f(*row) for row in rows])

    return over_batch


@overload
def mean(xs: Array) -> Any: ...
@overload
def mean(xs: Iterable[Value]) -> Value: ...
@overload
def mean(xs: Iterable[float]) -> float: ...
@overload
def mean(xs: Iterable[Any]) -> Any: ...
def mean(xs: Any) -> Any:
    """Return the mean of numbers or Values.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    recorded = getattr(xs, "mean_of_batch", None)
    if recorded is not None:
        return recorded()
    xs = list(xs)
    if not xs:
        raise ValueError("mean needs at least one number")
    return sum_(xs) / len(xs)


def _sizes(x: Any, place: str) -> Iterator[tuple[str, int]]:
    """Yield each batch in an argument with its size."""
    if isinstance(x, Mapping) and x:
        for key, branch in x.items():
            yield from _sizes(branch, f"{place}[{key!r}]")
    elif isinstance(x, tuple) and x:
        for i, branch in enumerate(x):
            yield from _sizes(branch, f"{place}[{i}]")
    elif isinstance(x, Sequence) or is_array(x):
        yield place, len(x)
    else:
        raise TypeError(f"a batch must be a list or an array of samples, not {x!r}; in_axes=None if all share it")


def _sample(x: Any, i: int) -> Any:
    if isinstance(x, Mapping):
        return {key: _sample(branch, i) for key, branch in x.items()}
    if isinstance(x, tuple):
        return tuple([_sample(branch, i) for branch in x])
    return x[i]


def _stacked(results: list[Any]) -> Any:
    if results and isinstance(results[0], Mapping):
        return {key: _stacked([result[key] for result in results]) for key in results[0]}
    if results and isinstance(results[0], tuple):
        parts = [_stacked(list(part)) for part in zip(*results, strict=True)]
        return type(results[0])(*parts) if hasattr(results[0], "_fields") else tuple(parts)
    return results
