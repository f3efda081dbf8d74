"""The derivatives in a program over arrays: which there are, and how what is handed down is added to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .graph import FEW, Graph, Group
from .order import apart, out_of_turn
from .writer import Access, Writer, buffer, shape_text


@dataclass(slots=True, eq=False)
class Share:
    """What one operand of a group is handed, kept until its turn."""

    name: str
    to: Access
    turns: Any
    """When the walk adds each part of it."""
    left: Any
    """Which parts have not been added yet."""


class Derivatives(Writer):
    """A writer that knows which derivatives are written already, and adds to them."""

    def __init__(self, graph: Graph, keep: Iterable[int], wrt: Sequence[int], root: int | None) -> None:
        super().__init__(graph)
        self._groups = sorted([g for g in graph.groups if g.row is not None], key=lambda g: g.level)
        self._active = self._depending(wrt if root is not None else ())
        self._kept = np.zeros(len(graph.row) + 1, dtype=bool)
        """The nodes for which what they are handed is kept, and added in turn."""
        if root is not None and self._groups:
            self._groups = apart(graph, self._groups)
            self._kept = out_of_turn(graph, self._groups, self._active, root)
        self._shares: list[Share] = []
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

    def _keep(self, g: Group, c: Access, emit: Callable[[str], Any], users: Any) -> None:
        """Keep what ``emit`` writes. ``users`` are the members of the group that hand it down, one for each part; None
        if each part is a sum already.
        """
        name = self.array(c.places.shape, c.axis, "share")
        emit(name)
        serials, nodes = np.array(self.graph.serial), c.nodes.ravel()
        newest = np.full(len(serials), -1)
        operands = np.array(g.operands, dtype=np.intp)
        of_members = np.repeat(serials[g.members], operands.shape[1])
        np.maximum.at(newest, operands.ravel()[operands.ravel() >= 0], of_members[operands.ravel() >= 0])
        turns = newest[nodes]
        if users is not None:  # four and more are one sum
            few = np.bincount(nodes)[nodes] < FEW
            turns[few] = serials[users.ravel()[few]]
        self._shares.append(Share(name, c, turns, np.ones(len(nodes), dtype=bool)))

    def _settle(self, nodes: Sequence[int] | None = None) -> None:
        """Add what was kept for these nodes, or for all, in turn: as much of each share at once as may be."""
        if not self._shares:
            return
        asked = np.ones(len(self._kept), dtype=bool) if nodes is None else np.zeros(len(self._kept), dtype=bool)
        if nodes is not None:
            asked[nodes] = True
        parts = [np.flatnonzero(asked[s.to.nodes.ravel()] & s.left) for s in self._shares]
        share = np.repeat(np.arange(len(parts)), [len(some) for some in parts])
        part = np.concatenate(parts)
        to = np.concatenate([s.to.nodes.ravel()[some] for s, some in zip(self._shares, parts, strict=True)])
        turn = np.concatenate([s.turns[some] for s, some in zip(self._shares, parts, strict=True)])
        order = np.lexsort((share, -turn, to))
        share, part, to, turn = share[order], part[order], to[order], turn[order]
        first = np.diff(to, prepend=-1) != 0
        next_turn = np.cumsum(first | (np.diff(turn, prepend=-1) != 0) | (np.diff(share, prepend=-1) != 0))
        rank = next_turn - np.maximum.accumulate(np.where(first, next_turn, 0))
        added, waiting = np.zeros(len(self._kept), dtype=np.intp), np.ones(len(to), dtype=bool)
        while waiting.any():
            ready = waiting & (rank == added[to])
            count = np.bincount(share[ready], minlength=len(parts))
            whole = count == np.bincount(share[waiting], minlength=len(parts))
            chosen = int(np.argmax(count * np.where(whole, len(to) + 1, 1)))
            now = ready & (share == chosen)
            self._add_share(self._shares[chosen], part[now])
            added[np.unique(to[now])] += 1
            waiting &= ~now
        self._shares = [s for s in self._shares if s.left.any()]

    def _add_share(self, share: Share, parts: Any) -> None:
        """Add these parts of a share to the derivatives."""
        share.left[parts] = False
        c = share.to
        places, written = c.places.ravel()[parts], self._written[c.axis]
        if len(parts) == c.places.size and c.view is not None and c.view.injective:
            to = self.view(c, "x", grad=True)
            if not written[places].any():
                written[places] = True
                self._line(f"np.copyto({to}, {share.name})")
                return
            self._zero(c.axis, places)
            self._line(f"np.add({to}, {share.name}, out={to})")
            return
        self._zero(c.axis, places)
        self.found.scatters += 1
        flat = self.named(f"{share.name}.reshape{shape_text([c.places.size], c.axis)}", share.name)
        to, index = buffer(c.axis, True), self.index(places)
        if len(np.unique(places)) == len(places):
            self._line(f"{to}[{index}] += {flat}[{self.index(parts)}]")
        else:
            self._line(f"np.add.at({to}, {index}, {flat}[{self.index(parts)}])")

    def _add_to(
        self,
        g: Group,
        c: Access,
        emit: Callable[[str], Any],
        source: str | None = None,
        one: bool = False,
        users: Any = None,
    ) -> None:
        """Add what ``emit`` writes (it is ``source``, if there is one) to the derivatives in these places, on behalf of
        the group.

        ``one`` says that the source is the same for all of them (in each sample). ``users`` are the members that hand
        it down, one for each place, unless it is a sum of what several do.
        """
        written = self._written[c.axis]
        flat = c.places.ravel()
        if self._kept[c.nodes].any() and (c.view is None or source != self.view(c, "x", grad=True)):
            self._keep(g, c, emit, users)
            return
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
