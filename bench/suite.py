"""What a suite is: a name, a line about it, and a function that measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .figures import Growth, Measurement


@dataclass(frozen=True, slots=True)
class Options:
    """``repeats`` is the number of rounds; ``quick`` asks for smaller programs, to see that everything runs."""

    repeats: int = 7
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Suite:
    """Its measurements come one by one, so that each is printed when it is there.

    ``threads`` are the numbers of threads to run it with, each in a process of its own, since BLAS takes its number of
    threads when it is loaded. A suite without any runs where it is called.
    """

    name: str
    about: str
    run: Callable[[Options], Iterator[Measurement | Growth]]
    threads: tuple[int, ...] = ()
