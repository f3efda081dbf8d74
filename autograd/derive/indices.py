"""Name the parts that differ between the terms of a sum: xⱼ for x[0], x[1], …, and z₁ⱼ for z1, z1, …."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..expression.symbols import parse
from ..value import Value

_FEW = 3  # two terms that differ in unnamed numbers, or in w1 and w2, are clearer written out

Slot = tuple[Value, int]
"""An operand of a node: the node and the operand's index."""


class Indices:
    """Chooses the names of the parts that differ between terms."""

    def __init__(self, called: Mapping[Value, str]) -> None:
        self.called = called
        self.taken = {letter for name in called.values() if (parts := parse(name)) for letter in parts.letters}
        self._replaced: dict[Value, dict[int, str]] = {}
        self._added: dict[Value, str] = {}
        self._unnamed: dict[Value | Slot, str] = {}
        self._columns: dict[Slot, list[float]] = {}

    def index(
        self, families: Sequence[Sequence[Value]], columns: Mapping[Slot, list[float]], count: int, free: Iterator[str]
    ) -> str | None:
        """Return the letter of a new index; None if some part that differs cannot be named with an index."""
        changes = []
        unnamed: list[Value | Slot] = list(columns)
        for family in families:
            names = [self.called.get(node) for node in family]
            if not family[0].operands and names[0] is None and not any(names):
                unnamed.append(family[0])
            elif any(names):
                place = _place(names)
                if place is None or (place == -1 and count < _FEW):
                    return None
                changes.append((family[0], place))
        if (unnamed and count < _FEW) or not (unnamed or changes):
            return None
        letter = next(free, None)
        if letter is None:
            return None
        for node, place in changes:
            if place == _SAME:
                self._added[node] = self._added.get(node, "") + letter
            else:
                self._replaced.setdefault(node, {})[place] = letter
        for x in unnamed:
            self._unnamed[x] = self._unnamed.get(x, "") + letter
            if isinstance(x, tuple):
                self._columns[x] = columns[x]
        return letter

    def named(self, copies: set[Value | Slot]) -> tuple[dict[Value, str], dict[Slot, str]]:
        """Return the names of nodes and constants, after all indices have been added."""
        called: dict[Value, str] = {}
        for node in {**self._added, **self._replaced}:
            parts = parse(self.called[node])
            letters, number, bracket = parts or (self.called[node], "", "")
            places = bracket.split(",") if bracket else []
            for place, letter in self._replaced.get(node, {}).items():
                if place == _NUMBER:
                    number, places = "", [letter, *places]
                else:
                    places[place] = letter
            called[node] = f"{letters}{number}[{','.join([*places, *self._added.get(node, '')])}]"
        numbers: dict[Slot, str] = {}
        alike: dict[tuple[str, tuple[float, ...]], str] = {}  # one name for an input that is used in several places
        free = iter([c for c in "cdefgpqrstuvABCDEFGH" if c not in self.taken])
        for x, indices in sorted(self._unnamed.items(), key=lambda item: _order(item[0])):
            if x in copies:
                continue
            same = (indices, tuple(self._columns[x])) if isinstance(x, tuple) and len(indices) == 1 else None
            name = alike.get(same) if same else None
            if name is None:
                name = f"{next(free, f'c{len(numbers)}')}[{','.join(indices)}]"
            if isinstance(x, tuple):
                numbers[x] = name
            else:
                called[x] = name
            if same:
                alike[same] = name
        return called, numbers


_SAME, _NUMBER = -2, -1


def _order(x: Value | Slot) -> tuple[int, int]:
    return (x[0]._serial, x[1]) if isinstance(x, tuple) else (x._serial, -1)


def _place(names: Sequence[str | None]) -> int | None:
    """Return the position of the index in corresponding names: z1, z1, … or x[0], x[1], … or a1, a2, …."""
    if len(set(names)) == 1:
        return _SAME
    parsed = [parse(name) if name is not None else None for name in names]
    parts = [each for each in parsed if each is not None]
    if len(parts) < len(names) or len({each.letters for each in parts}) > 1:
        return None
    if not any(each.bracket for each in parts):
        return _NUMBER if all(each.number for each in parts) else None
    brackets = [each.bracket.split(",") for each in parts]
    if len({each.number for each in parts}) > 1 or len({len(each) for each in brackets}) > 1:
        return None
    places = [place for place, column in enumerate(zip(*brackets, strict=True)) if len(set(column)) > 1]
    return places[0] if len(places) == 1 else None
