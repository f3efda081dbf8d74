"""Compose the picture of a graph from the options of `draw`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..backprop import ancestry, gradients
from ..errors import GraphError, NonFiniteError
from ..naming import name_all
from ..value import Value
from . import groups as _groups
from .build import Builder
from .clumps import Clump, part_of, repeats, singly, stem
from .groups import Grouping
from .paths import between, caption
from .picture import Picture
from .writing import shown_name

COLLAPSE_ABOVE = 150
REFUSE_ABOVE = 500

Direction = Literal["LR", "TB"]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `draw`, which documents them."""

    highlight: tuple[Value, ...] = ()
    values: bool = True
    direction: Direction | None = None
    group: Grouping | Literal["auto"] | None = "auto"
    collapse: bool | None = None
    limit: int = REFUSE_ABOVE
    constants: bool = False
    parameters: frozenset[Value] | None = None
    only: str | None = None
    """The one group to draw."""


def compose(root: Value, options: Options) -> Picture:
    """Return the picture of the graph below ``root``."""
    order = ancestry(root)[::-1]
    known = set(order)
    for start in options.highlight:
        if start not in known:
            raise GraphError(f"{start!r} cannot be highlighted: {root!r} was not computed from it")
    ways = {start: between(order, start) for start in options.highlight}
    shown = None if options.only is None else _members(order, options)
    how = options.group
    if how == "auto":
        how = "layer" if _groups.has_layers(order) else None
    grouped = {} if how is None else _groups.grouped(order, how)
    clumps, names, collapsed = _clumps(order, grouped, shown, options)
    slopes = _slopes(root, order)
    builder = Builder(
        root=root,
        names=names,
        slopes=slopes,
        lit=frozenset(value for on in ways.values() for value in on),
        parameters=options.parameters,
        constants=options.constants,
        shown=shown,
    )
    builder.build(clumps)
    frames = builder.groups(dict.fromkeys(shown, options.only or "") if shown is not None else grouped)
    captions = [caption(on, names, slopes.get(start), written=not collapsed) for start, on in ways.items()]
    part = f", {options.only}" if options.only else ""
    many = f" ({len(order)} in the graph)" if collapsed else ""
    nodes, edges = (
        f"{n} {what}{'s' * (n != 1)}" for n, what in ((len(builder.nodes), "node"), (len(builder.edges), "edge"))
    )
    title = f"graph of {shown_name(names[root])}{part}: {nodes}{many} and {edges}"
    return Picture(title, tuple(builder.nodes), tuple(builder.edges), tuple(frames), "\n".join(captions))


def _slopes(root: Value, order: list[Value]) -> Mapping[Value, float]:
    """Return the derivative of the root with respect to every node; an empty mapping if one is not finite."""
    try:
        return dict(zip(order, gradients(root, order), strict=True))
    except NonFiniteError:
        return {}


def _clumps(
    order: list[Value], grouped: Mapping[Value, str], shown: frozenset[Value] | None, options: Options
) -> tuple[list[Clump], dict[Value, str], bool]:
    """Return the clumps, the name of each Value, and whether repeats are drawn as one node."""
    names = name_all(order)
    clumps = singly(order) if shown is None else part_of(singly(order), shown)
    collapsed = bool(options.collapse or (options.collapse is None and len(clumps) > COLLAPSE_ABOVE))
    if collapsed:
        apart = {value: (grouped.get(value), shown is not None and value in shown) for value in order}
        clumps = repeats(order, apart)
        names |= name_all(order, [clump.heads[0] for clump in clumps])
        for clump in clumps:
            if len(clump.heads) > 1:
                name = names[clump.heads[0]]
                names |= dict.fromkeys(clump.heads, stem(name) or name)
        clumps = clumps if shown is None else part_of(clumps, shown)
    if len(clumps) > options.limit:
        raise ValueError(_too_many(len(clumps), options.limit, collapsed))
    return clumps, names, collapsed


def _members(order: list[Value], options: Options) -> frozenset[Value]:
    """Return the Values of the group ``options.only``."""
    ways: list[Grouping] = [options.group] if callable(options.group) else ["layer", "neuron", "sample"]
    known = [_groups.grouped(order, way) for way in ways]
    for grouped in known:
        shown = frozenset(value for value, name in grouped.items() if name == options.only)
        if shown:
            return shown
    names = list(dict.fromkeys(name for grouped in known for name in grouped.values()))
    listed = ", ".join(map(repr, names[:12])) + (", …" if len(names) > 12 else "")
    raise ValueError(f"there is no group {options.only!r} in this graph; its groups are: {listed or 'none'}")


def _too_many(nodes: int, limit: int, collapsed: bool) -> str:
    """Return the message for a graph that is too large to draw."""
    alike = "even with repeats drawn as one" if collapsed else "with repeats drawn separately"
    return (
        f"this picture would have {nodes} nodes {alike}, and {limit} is the limit. "
        + ("" if collapsed else "Remove collapse=False, so that repeats are drawn as one node. ")
        + "Draw a node further down, the loss of one sample, or fewer steps; or one group: "
        + f"draw(…, only='layer 1'). To draw it anyway: limit={nodes}."
    )
