"""Those who are timed compute the same: this is looked at in the run itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


class DisagreementError(Exception):
    """A contestant computed something else than the first one, so that its time means nothing."""


def agree(found: Mapping[str, Sequence[float]], within: float) -> None:
    """Look that all have the same numbers, up to a relative difference; what is less than a thousandth of the largest
    is compared with that thousandth.
    """
    (first, expected), *others = found.items()
    for name, numbers in others:
        if len(numbers) != len(expected):
            raise DisagreementError(f"{first} has {len(expected)} numbers to compare, and {name} has {len(numbers)}")
        a, b = np.array(expected), np.array(numbers)
        off = np.abs(a - b) / np.maximum(np.abs(a), 1e-3 * np.max(np.abs(a)) or 1.0)
        worst = int(np.argmax(off))
        if not off[worst] <= within:
            raise DisagreementError(
                f"number {worst} is {numbers[worst]!r} of {name} and {expected[worst]!r} of {first}: that is "
                f"{off[worst]:.1e} apart, and {within:.0e} would be rounding"
            )
