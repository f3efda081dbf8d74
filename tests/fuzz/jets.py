"""The oracle's numbers: multiprecision values with derivatives, and for each a bound on how far a float64 may be off.

A `Jet` is a polynomial in infinitesimals whose squares are 0. Bit k of the key of a coefficient says whether the k-th
of them is a factor, so the coefficient at 0 is the value, that at 1 the derivative along the first direction, that at 3
the second derivative along the first and the second.

Each coefficient is a triple (value, error, size). The *error* bounds what float64 may be off by when every operation is
off by what its `Rounding` grants, to first order and with the second order kept where the first vanishes; it is inf
where nothing can be said. The *size* is the sum of the magnitudes of the terms that the value is a sum of: the chain
rule may be added up along any path, and rounding is in proportion to that and not to what is left after cancellation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isfinite, log2
from typing import Any

import numpy as np

from .premises import (
    LARGEST,
    NONE,
    SMALLEST,
    SUBNORMAL,
    UNKNOWN,
    Part,
    TooLongError,
    U,
    UndefinedError,
    UnsureError,
    exactly,
    mp,
    state,
)


class Truth:
    """What a comparison says, and whether it would say so of the rounded numbers too."""

    def __init__(self, holds: bool, sure: bool = True) -> None:
        self.holds, self.sure = holds, sure

    def __and__(self, other: Any) -> Truth:
        other = truth(other)
        sure = (self.sure and other.sure) or any(t.sure and not t.holds for t in (self, other))
        return Truth(self.holds and other.holds, sure)

    def __or__(self, other: Any) -> Truth:
        other = truth(other)
        sure = (self.sure and other.sure) or any(t.sure and t.holds for t in (self, other))
        return Truth(self.holds or other.holds, sure)

    __rand__, __ror__ = __and__, __or__


def truth(x: Any) -> Truth:
    """A comparison of plain numbers as one of jets."""
    return x if isinstance(x, Truth) else Truth(bool(x))


class Jet:
    """A number of the oracle; see the module."""

    __slots__ = ("chain", "parts")

    def __init__(self, parts: dict[int, Part], chain: tuple[int, float] | None = None) -> None:
        self.parts = parts
        self.chain = chain
        """If it is a chain of +: the number of its terms, and the sum of their magnitudes."""
        state.operations += 1
        if state.operations > state.limit:
            raise TooLongError

    @property
    def v(self) -> Any:
        """The value."""
        return self.parts[0][0]

    @property
    def e(self) -> float:
        """Its error."""
        return self.parts[0][1]

    def __add__(self, other: Any) -> Jet:
        return NotImplemented if isinstance(other, np.ndarray) else add(self, lift(other))

    def __radd__(self, other: Any) -> Jet:
        return add(lift(other), self)

    def __sub__(self, other: Any) -> Jet:
        return NotImplemented if isinstance(other, np.ndarray) else add(self, -lift(other), chained=False)

    def __rsub__(self, other: Any) -> Jet:
        return add(lift(other), -self, chained=False)

    def __mul__(self, other: Any) -> Jet:
        return NotImplemented if isinstance(other, np.ndarray) else multiply(self, lift(other))

    __rmul__ = __mul__

    def __neg__(self) -> Jet:
        return Jet({mask: (-v, e, m) for mask, (v, e, m) in self.parts.items()})

    def __truediv__(self, other: Any) -> Jet:
        return NotImplemented if isinstance(other, np.ndarray) else divide(self, lift(other))

    def __rtruediv__(self, other: Any) -> Jet:
        return divide(lift(other), self)

    def __pow__(self, other: Any) -> Jet:
        from .rows import power
        from .unary import pow_

        return power(self, other) if isinstance(other, Jet) else pow_(self, other)

    def __rpow__(self, other: Any) -> Jet:
        from .rows import power

        return power(lift(other), self)

    def __abs__(self) -> Jet:
        from .rows import abs_

        return abs_(self)

    def _compared(self, other: Any, holds: bool) -> Truth:
        other = lift(other)
        e = self.e + other.e
        return Truth(holds, other is self or e == 0.0 or (isfinite(e) and not abs(self.v - other.v) <= e))

    def __lt__(self, other: Any) -> Truth:
        return self._compared(other, self.v < lift(other).v)

    def __le__(self, other: Any) -> Truth:
        return self._compared(other, self.v <= lift(other).v)

    def __gt__(self, other: Any) -> Truth:
        return self._compared(other, self.v > lift(other).v)

    def __ge__(self, other: Any) -> Truth:
        return self._compared(other, self.v >= lift(other).v)

    def __eq__(self, other: object) -> Truth:  # type: ignore[override]  # as with arrays, a comparison is no bool
        return self._compared(other, self.v == lift(other).v)

    def __ne__(self, other: object) -> Truth:  # type: ignore[override]
        return self._compared(other, self.v != lift(other).v)

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Jet({ {mask: (mp.nstr(v, 17), e) for mask, (v, e, _) in self.parts.items()} })"


def lift(x: Any) -> Jet:
    """A plain number as a constant."""
    return x if isinstance(x, Jet) else Jet({0: exact(x)})


def exact(x: Any) -> Part:
    """A number without an error."""
    v = mp.mpf(float(x)) if not isinstance(x, mp.mpf) else x
    return v, 0.0, size(v)


def size(v: Any) -> float:
    """|v| as a float, and neither inf nor 0 if v is not."""
    f = abs(float(v))
    return min(f or SUBNORMAL * (v != 0), 2.0**1023) if mp.isfinite(v) else f


def checked(name: str, v: Any, e: float) -> Any:
    """A value that finite operands gave, if a float64 can hold it; within a row, whatever it is."""
    if abs(v) < LARGEST / 2 or (state.rounding is NONE and not state.lenient):
        return v
    if state.lenient:
        state.refused += (name,)
        return v
    if not isfinite(e) or abs(abs(v) - LARGEST) <= e + size(v) * 8 * U:
        raise UnsureError
    if abs(v) > LARGEST:
        raise UndefinedError(name)
    return v


def forgiving(row: Callable[..., Jet]) -> Callable[..., Jet]:
    """A row that, when the state is lenient, gives an unknown number where it has none."""

    def call(*operands: Any, **named: Any) -> Jet:
        try:
            return row(*operands, **named)
        except (UndefinedError, UnsureError) as error:
            if not state.lenient:
                raise
            state.refused += (str(error),)
        masks = _closed([mask for x in operands if isinstance(x, Jet) for mask in x.parts])
        return Jet({0: UNKNOWN, **dict.fromkeys(masks, UNKNOWN)})

    return call


def is_special(*jets: Jet) -> bool:
    """Whether an inf or nan of the caller's is among them."""
    return any(not mp.isfinite(x.v) for x in jets)


def spread(v: Any, jets: Sequence[Jet]) -> Jet:
    """An IEEE result of inf or nan: of its derivatives nothing is said."""
    known = all(x.e == 0.0 or (isfinite(x.e) and mp.isfinite(x.v)) for x in jets)
    masks = _closed([mask for x in jets for mask in x.parts if mask])
    value = (v, 0.0 if known else inf, size(v) if mp.isfinite(v) else inf)
    return Jet({0: value, **dict.fromkeys(masks, UNKNOWN)})


def unknown(*jets: Jet) -> Jet:
    """What comes of an inf where nobody says what: nan if there is a nan, else who knows."""
    known = any(mp.isnan(x.v) for x in jets)
    return spread(mp.nan, jets if known else [*jets, Jet({0: UNKNOWN})])


def add(a: Jet, b: Jet, *, chained: bool = True) -> Jet:
    """a + b."""
    rounding = state.rounding
    v = a.v + b.v
    if is_special(a, b):
        return spread(v, (a, b))
    e = a.e + b.e
    chain = None
    if v and a.v and b.v:
        e += rounding.arithmetic * U * size(v)
    if rounding.sums and chained:
        terms = [x.chain or (1, size(x.v)) for x in (a, b)]
        chain = terms[0][0] + terms[1][0], terms[0][1] + terms[1][1]
        if chain[0] >= 4:
            e += rounding.sums * U * chain[1] * (4 if max(terms)[0] < 4 else 1)
    parts: dict[int, Part] = {0: (checked("sub" if not chained else "add", v, e), e, size(v))}
    join(parts, a.parts, b.parts)
    return Jet(parts, chain)


def join(parts: dict[int, Part], *more: dict[int, Part]) -> None:
    """Add up the derivatives of several terms."""
    chain = state.rounding.chain * U
    for each in more:
        for mask, part in each.items():
            if mask and mask in parts:
                v, e, m = parts[mask]
                total = m + part[2]
                parts[mask] = v + part[0], e + part[1] + chain * total, total
            elif mask:
                parts[mask] = part


def times(a: Part, b: Part, rounding: float) -> Part:
    """The product of two coefficients."""
    m = a[2] * b[2]
    if a[0] == 0 and a[1] == 0.0 and isfinite(b[1] + b[2]):
        return a
    if b[0] == 0 and b[1] == 0.0 and isfinite(a[1] + a[2]):
        return b
    e = a[2] * b[1] + b[2] * a[1] + a[1] * b[1] + rounding * U * m
    return (a[0] * b[0], e + SUBNORMAL * (rounding > 0.0), m) if isfinite(e) else (a[0] * b[0], inf, inf)


def multiply(a: Jet, b: Jet) -> Jet:
    """a·b."""
    rounding = state.rounding
    if is_special(a, b):
        return spread(a.v * b.v, (a, b))
    grow(a.parts[0][2], b.parts[0][2])
    v, e, m = times(a.parts[0], b.parts[0], rounding.arithmetic if _rounds(a, b) else 0.0)
    if (
        abs(v) > 2 * LARGEST
        and rounding is not NONE
        and not state.lenient
        and all(x.e < 0.1 * size(x.v) for x in (a, b))
    ):
        raise UndefinedError("mul")
    parts: dict[int, Part] = {0: (checked("mul", v, e), e, m)}
    for i, x in a.parts.items():
        for j, y in b.parts.items():
            if i | j and not i & j:
                join(parts, {i | j: times(x, y, rounding.chain)})
    return Jet(parts)


def _rounds(a: Jet, b: Jet) -> bool:
    """Whether the product need be rounded: one with a power of 2 need not."""
    return not any(abs(x.v) in (0, 1, 2) for x in (a, b))


@forgiving
def divide(a: Jet, b: Jet) -> Jet:
    """a/b."""
    if is_special(a, b):
        return spread(mp.nan if b.v == 0 else a.v / b.v, (a, b)) if b.v else spread(_by_zero(a.v), (a, b))
    refuse_unless(abs(b.v), b.e, "div")
    with exactly():
        one = tower(b, lambda k: (-1) ** k * mp.factorial(k) / b.v ** (k + 1), size(b.v))
        y = multiply(a, one)
    lost = SMALLEST / size(b.v) if b.v else 0.0
    return rounded("div", y, (state.rounding.arithmetic / 2, *state.rounding.rows[1:]), lost=(SUBNORMAL, lost))


def _by_zero(a: Any) -> Any:
    return mp.nan if a == 0 or mp.isnan(a) else a * mp.inf


def refuse_unless(distance: Any, e: float, name: str) -> None:
    """Refuse an operand that is not more than 0 away from the end of a domain, if that is sure."""
    if distance > e:
        return
    if e == 0.0 or distance < -e:
        raise UndefinedError(name)
    raise UnsureError


def rounded(name: str, y: Jet, ulps: Sequence[float] = (), lost: Sequence[float] = (), of: float = 0.0) -> Jet:
    """What one row gives, with what it may be off by: ``ulps`` for each order, or what all rows may; ``lost`` is the
    absolute error for each order where intermediate results are subnormal; ``of``, if a value is a sum that cancels,
    the size of its terms.
    """
    parts = {}
    rounding = state.rounding
    for mask, (v, e, m) in y.parts.items():
        order = mask.bit_count()
        few = 2.0 * ulps[order] if order < len(ulps) else rounding.of_row(order)
        down = lost[min(order, len(lost) - 1)] if lost else SUBNORMAL
        e += (few + rounding.chain * (mask > 0)) * U * (m if mask else max(size(v), of))
        e = e + down * (few > 0.0) if e == e and (not mask or abs(v) < LARGEST) else inf
        parts[mask] = (v, e, m if isfinite(e) else inf)
    checked(name, *parts[0][:2])
    return Jet(parts)


def scaled(x: Jet, factor: Any) -> Jet:
    """x times an exact local derivative, which adds no rounding."""
    return Jet({mask: (factor * v, size(factor) * e, size(factor) * m) for mask, (v, e, m) in x.parts.items()})


def grow(*partials: float) -> None:
    """Take note of local derivatives."""
    largest = max(partials, default=0.0)
    if largest > 1.0:
        state.growth += log2(largest) if isfinite(largest) else 2048.0


def partitions(mask: int) -> list[tuple[int, ...]]:
    """All ways to split a set of bits into blocks."""
    if not mask:
        return [()]
    first, found = mask & -mask, []
    rest = mask ^ first
    sub = rest
    while True:
        found += [(first | sub, *others) for others in partitions(rest ^ sub)]
        if not sub:
            return found
        sub = (sub - 1) & rest


_PARTITIONS: dict[int, list[tuple[int, ...]]] = {}


def tower(
    x: Jet,
    derivative: Callable[[int], Any],
    scale: float,
    sizes: Callable[[int], Any] | None = None,
) -> Jet:
    """A function of one number from its derivatives of order 0, 1, 2, …

    ``scale`` is the distance over which they keep their order of magnitude, ``sizes`` are the magnitudes of the terms
    that they are sums of, where they are.
    """
    masks = [mask for mask in x.parts if mask]
    top = max([mask.bit_count() for mask in _closed(masks)], default=0)
    with exactly():
        fs = [derivative(k) for k in range(top + 1 + 2 * bool(x.e))]
        of = [max(size(f), size(sizes(k)) if sizes and k else 0.0) for k, f in enumerate(fs)]
    vague = not x.e <= scale / 8
    known: list[Part] = []
    for k in range(top + 1):
        if vague or not mp.isfinite(fs[k]):
            known.append((fs[k], inf, of[k] if k == 0 else inf) if k == 0 or mp.isfinite(fs[k]) else UNKNOWN)
            continue
        e = 2 * of[k + 1] * x.e + 4 * of[k + 2] * x.e * x.e if x.e else 0.0
        known.append((fs[k], e, of[k]))
    grow(*[part[2] for part in known[1:]])
    parts: dict[int, Part] = {0: known[0]}
    for mask in _closed(masks):
        terms = []
        for blocks in _PARTITIONS.setdefault(mask, partitions(mask)):
            if all(block in x.parts for block in blocks):
                term = known[len(blocks)]
                for block in blocks:
                    term = times(term, x.parts[block], state.rounding.chain)
                terms.append({mask: term})
        if terms:
            join(parts, *terms)
    return Jet(parts)


def _closed(masks: Sequence[int]) -> list[int]:
    """The masks and all unions of disjoint ones."""
    found = set(masks)
    for mask in masks:
        found |= {mask | other for other in found if not mask & other}
    return sorted(found)
