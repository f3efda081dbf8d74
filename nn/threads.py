"""One thread for small matrices: a second one gains nothing there, and on a busy machine each waits for the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

_SMALL = 4_000_000  # multiplications in a step, from which on a second thread pays


@contextmanager
def one_thread_if_small(multiplications: int) -> Iterator[None]:
    """Have NumPy's products run in one thread inside, if they are small and the package ``threadpoolctl`` is there.

    >>> with one_thread_if_small(64 * 64 * 128):
    ...     pass
    """
    if multiplications >= _SMALL or find_spec("threadpoolctl") is None:
        yield
        return
    with import_module("threadpoolctl").threadpool_limits(limits=1, user_api="blas"):
        yield
