"""The derivatives in a program over arrays: which there are, and how what is handed down is added to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .graph import Graph
from .writer import Access, Writer, buffer


class Derivatives(Writer):
    """A writer that knows which derivatives are written already, and adds to them."""

    def __init__(self, graph: Graph, keep: Iterable[int], wrt: Sequence[int]) -> None:
        super().__init__(graph)
        self._groups = sorted([g for g in graph.groups if g.row is not None], key=lambda g: g.level)
        self._active = self._depending(wrt)
        self._uses = self._counted(keep)
        self._shape_of: dict[int, tuple[int, ...]] = {}
        """The shape of each elementwise group."""
        self._stands_for: dict[int, str] = {}
        """What the derivatives of a group are, where they are something else spread out: they are not written down."""

    def _depending(self, wrt: Sequence[int]) -> Any:
        """For each node whether a derivative flows through it; the last entry stands for constants."""
        active = np.zeros(len(self.graph.row) + 1, dtype=bool)
        active[list(wrt)] = True
        for g in self._groups:
            operands = np.array(g.operands, dtype=np.intp)
            active[g.members] = active[np.maximum(operands, -1)].any(axis=1)
        return active

    def _counted(self, keep: Iterable[int]) -> Any:
        uses = np.zeros(len(self.graph.row) + 1, dtype=np.intp)
        for g in self._groups:
            uses += np.bincount(np.maximum(np.array(g.operands).ravel(), -1) % len(uses), minlength=len(uses))
        for n in keep:
            uses[n] += 2
        return uses

    def _begin(self, at: int) -> None:
        """The derivative of the number in this place, by itself, is 1."""
        self._written = {axis: np.zeros(size, dtype=bool) for axis, size in self.size.items()}
        self._line(f"dV[{at}] = 1.0")
        self._written[-1][at] = True

    def _zero(self, axis: int, places: Any) -> None:
        """What is still unwritten of these places becomes 0."""
        missing = np.unique(places[~self._written[axis][places]])
        if not len(missing):
            return
        self._written[axis][missing] = True
        runs = np.split(missing, np.flatnonzero(np.diff(missing) != 1) + 1)
        if len(runs) <= 4:
            for run in runs:
                self._line(f"{buffer(axis, True)}[{run[0]}:{run[-1] + 1}] = 0.0")
        else:
            self._line(f"{buffer(axis, True)}[{self.index(missing)}] = 0.0")

    def _add_to(self, c: Access, emit: Callable[[str], Any], source: str | None = None, one: bool = False) -> None:
        """Add what ``emit`` writes (it is ``source``, if there is one) to the derivatives in these places.

        ``one`` says that the source is the same for all of them (in each sample).
        """
        written = self._written[c.axis]
        flat = c.places.ravel()
        group = self.graph.groups[self.graph.group[int(c.nodes.flat[0])]]
        if (
            source is not None
            and (c.view is None or source != self.view(c, "x", grad=True))
            and (one or self._shape_of.get(id(group)) == c.places.shape)
            and id(group) in self._shape_of
            and len(group.members) == len(flat)
            and (np.diff(flat) == 1).all()
            and (self._uses[c.nodes] == 1).all()
            and not source.startswith("s")
        ):
            self._stands_for[id(group)] = source
            written[flat] = True
            return
        if c.view is not None and c.view.injective:
            to = self.view(c, "x", grad=True)
            if source == to:  # a sum in the place of its term
                written[flat] = True
            elif not written[flat].any():
                emit(to)
                written[flat] = True
            else:
                self._zero(c.axis, flat)
                with_source = source or self._borrow(c.places.shape, c.axis)
                if source is None:
                    emit(with_source)
                    self._give_back(with_source, c.places.shape, c.axis)
                self._line(f"np.add({to}, {with_source}, out={to})")
            return
        self._zero(c.axis, flat)
        self.found.scatters += 1
        share = self._borrow(c.places.shape, c.axis)
        emit(share)
        to = buffer(c.axis, True)
        if len(np.unique(flat)) == len(flat):
            self._line(f"{to}[{self.index(c.places)}] += {share}")
        else:  # one after the other, the newest first
            back = (slice(None, None, -1),) * c.places.ndim
            newest_first = self.named(f"{share}[{', '.join(['::-1'] * c.places.ndim)}]", "back")
            self._line(f"np.add.at({to}, {self.index(c.places[back])}, {newest_first})")
        self._give_back(share, c.places.shape, c.axis)
