"""A claim, what it is about, and what came of asking both at one point."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..tree import leaves
from ..value import Value
from .evaluate import Program, Run, at, is_number
from .inputs import Input, Point, flat

_CLOSE = 1e-9  # relative to the numbers compared, or to what was added up to make them, which may have cancelled
_ROUNDING = 1e-12  # relative to the numbers at other points: a formula that is expanded adds up more than it has to


@dataclass
class Trial:
    """The truth and the claim at one point."""

    run: Run
    truth: list[float]
    claimed: list[float] | str
    """The numbers, or what went wrong when they were asked for."""
    magnitude: float
    """What the program added up to make the truth, in absolute terms."""
    kinks: list[Value]
    """The nodes that stand on a kink here."""
    typical: float = 0.0
    """The magnitude at most points."""

    @property
    def agrees(self) -> bool:
        """Whether the claim is the truth, but for rounding."""
        return self.matches(self.truth)

    def matches(self, truth: Sequence[float], factor: float = 1.0) -> bool:
        """Whether the claim, times a factor, is this."""
        if isinstance(self.claimed, str) or len(self.claimed) != len(truth):
            return False
        return all(self.close(c * factor, t) for c, t in zip(self.claimed, truth, strict=True))

    def close(self, claimed: float, truth: float) -> bool:
        """Whether two numbers differ by no more than rounding can make them differ."""
        allowed = _CLOSE * max(abs(claimed), abs(truth), self.magnitude) + _ROUNDING * self.typical
        return abs(claimed - truth) <= allowed

    def number(self, place: int) -> float:
        """One of the numbers of the claim."""
        assert not isinstance(self.claimed, str)
        return self.claimed[place]

    @property
    def difference(self) -> float:
        """The relative difference."""
        assert not isinstance(self.claimed, str)
        pairs = zip(self.claimed, self.truth, strict=True)
        size = max(self.magnitude, 1e-6 * self.typical, 1e-300)
        return max((abs(c - t) / max(abs(c), abs(t), size) for c, t in pairs), default=0.0)


@dataclass(frozen=True)
class Question:
    """A claim, and what it is about: the derivative of a program, or its value where ``wrt`` is None."""

    f: Program
    claim: Program
    wrt: str | None
    inputs: Mapping[str, Input]
    subject: str
    asks: tuple[str, ...]
    """The parameters of the claim."""

    def target(self, here: Run) -> list[Value]:
        """The inputs by which the program is differentiated; all of them if it is not."""
        return flat(list(here.inputs.values()) if self.wrt is None else at(here.inputs, self.wrt))

    def component(self, point: Point, i: int) -> str:
        """Which of the numbers of a claim is number i: ``w[1]``."""
        assert self.wrt is not None
        return self.wrt + [path for path, _ in leaves(at(point.inputs, self.wrt))][i]

    def truth(self, here: Run) -> list[float]:
        """What the engine says."""
        return [here.value] if self.wrt is None else here.slope(self.target(here))

    def claimed(self, point: Point) -> list[float] | str:
        """What the claim says at a point: its numbers, or why it has none there.

        A formula that divides by zero has no value, and that is part of the verdict. An error in the code of the claim
        (a name that is not defined, say) is the author's to see.
        """
        try:
            said = self.claim({name: _own(point.inputs[name]) for name in self.asks})
        except (ArithmeticError, ValueError, LookupError) as error:
            return f"{error}" if isinstance(error, ArithmeticError) else f"{type(error).__name__}: {error}"
        except Exception as error:
            if isinstance(error, TypeError) and (advice := point.said_too_little(error)):
                raise TypeError(f"the claim about {self.subject}: {error}; {advice}") from error
            error.add_note(f"This was raised by the claim about {self.subject}, at {point}.")
            raise
        said = said.tolist() if hasattr(said, "tolist") else said  # an array
        found = [(path, x.data if isinstance(x, Value) else x) for path, x in leaves(said)]
        if any(isinstance(x, complex) for _, x in found):
            return "a complex number"
        wanted = [""] if self.wrt is None else [path for path, _ in leaves(at(point.inputs, self.wrt))]
        if [path for path, _ in found] != wanted or not all(is_number(x) for _, x in found):
            raise TypeError(
                f"the claim about {self.subject} must return "
                + ("one number" if wanted == [""] else f"a list like {self.wrt}, of {len(wanted)} numbers")
                + f", and returned {_shortened(said)} of type {type(said).__name__}, at {point}"
            )
        bad = [x for _, x in found if not math.isfinite(x)]
        return f"{bad[0]}" if bad else [float(x) for _, x in found]


def _own(x: Any) -> Any:
    """The number, or lists that a formula may do with as it likes."""
    return [_own(each) for each in x] if isinstance(x, list) else x


def _shortened(x: object) -> str:
    text = repr(x)
    return text if len(text) <= 60 else f"{text[:60]}…"
