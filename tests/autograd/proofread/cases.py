"""What a case of a spoiled formula is, and the ways in which claims are written down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autograd.proofread import Verdict, proofread


@dataclass(frozen=True)
class Spoiled:
    """A right formula and the same with a slip; ``says`` is what the diagnosis has to say of it."""

    program: Callable[..., Any]
    wrt: str
    slip: str
    right: Callable[..., Any]
    wrong: Callable[..., Any]
    says: str
    inputs: dict[str, Any] = field(default_factory=dict)
    kind: str = "wrong"
    named: bool = True
    """Whether what it says is the slip that was made, and not only that there is one."""

    def __str__(self) -> str:
        return f"{self.program.__name__}: {self.slip}"

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the spoiled formula, which several tests look at."""
        return proofread(self.program, self.wrt, self.wrong, inputs=self.inputs)


def each(term, over=lambda n: 1.0):
    """over(N)·Σ of a term in w, b, x and y."""

    def claim(w, b, x, y):
        return over(len(x)) * sum(term(w, b, xi, yi) for xi, yi in zip(x, y, strict=True))

    return claim


def two_over_n(n):
    return 2 / n


def one_over_n(n):
    return 1 / n
