"""draw: the graph below a node as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from autograd import GraphError, NonFiniteError, Value, ancestry, gradients

from . import groups as _groups
from .build import Builder
from .clumps import Clump, repeats, singly
from .groups import Grouping
from .naming import name_all, shown_name
from .paths import between, caption
from .picture import Edge, Group, Node, Picture
from .render import NoRendererError, render
from .source import dot_source
from .svg import finished
from .text import as_text

_COLLAPSE_ABOVE = 150
_REFUSE_ABOVE = 500

Direction = Literal["LR", "TB"]


def draw(
    y: Value,
    *,
    highlight: Value | Iterable[Value] | None = None,
    values: bool = True,
    direction: Direction = "LR",
    group: Grouping | Literal["auto"] | None = "auto",
    collapse: bool | None = None,
    limit: int = _REFUSE_ABOVE,
    constants: bool = False,
    parameters: Iterable[Value] | None = None,
) -> Drawing:
    """The graph below ``y`` as a `Drawing`: from left to right, or from top to bottom (``direction="TB"``).

    Every node shows its name, what it was computed as, its number and its derivative of ``y``; every edge the local
    derivative, in names and as a number. ``values=False`` leaves the numbers out. What has no label gets a name for the
    picture: v₁, v₂, … Constants stand in the operation that uses them, or are nodes of their own (``constants=True``).

    - ``highlight``: one Value, or several; the paths from there to ``y`` stand out, and their product is written below.
    - ``group``: frames around each ``"layer"``, ``"neuron"`` or ``"sample"``, or by a function from a Value to the name
      of its group, or None. Left alone, the layers of an `nn` model are framed.
    - ``collapse``: draw repeats of one shape as one node (× 128). Left alone, this is done above 150 nodes.
    - ``limit``: the most nodes that are drawn; more than that would be no picture.
    - ``parameters``: which leaves are parameters. Left alone, those with a parameter's label: w, b1, w2[3,1], θ, …
    """
    return Drawing(
        y,
        highlight=highlight,
        values=values,
        direction=direction,
        group=group,
        collapse=collapse,
        limit=limit,
        constants=constants,
        parameters=parameters,
    )


class Drawing:
    """A picture of a graph: `draw` makes one. Its DOT is in ``source`` always; the rest needs something that renders.

    The ids of what is drawn (``nodes``, ``edges``, ``groups``) are the ids of the SVG elements: n0, n1, … are the nodes
    in the order in which they were computed; e0, e1, … the edges in the order of their targets and then of the operands;
    g0, g1, … the frames. A line of text in the SVG has the class name, data, grad, formula, number or count.
    """

    def __init__(
        self,
        y: Value,
        *,
        highlight: Value | Iterable[Value] | None = None,
        values: bool = True,
        direction: Direction = "LR",
        group: Grouping | Literal["auto"] | None = "auto",
        collapse: bool | None = None,
        limit: int = _REFUSE_ABOVE,
        constants: bool = False,
        parameters: Iterable[Value] | None = None,
        only: str | None = None,
    ) -> None:
        if direction not in ("LR", "TB"):
            raise ValueError(f"direction is 'LR' (left to right) or 'TB' (top to bottom), and not {direction!r}")
        _check(y)
        self.root = y
        self._options: dict[str, Any] = {
            "highlight": [highlight] if isinstance(highlight, Value) else list(highlight or ()),
            "values": values,
            "direction": direction,
            "group": group,
            "collapse": collapse,
            "limit": limit,
            "constants": constants,
            "parameters": None if parameters is None else list(parameters),
        }
        self.values, self.direction = values, direction
        self._order = ancestry(y)[::-1]
        self._only = only
        self._picture = self._build(**self._options)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """What is drawn as a node."""
        return self._picture.nodes

    @property
    def edges(self) -> tuple[Edge, ...]:
        """What is drawn as an edge."""
        return self._picture.edges

    @property
    def groups(self) -> tuple[Group, ...]:
        """The frames."""
        return self._picture.groups

    @property
    def caption(self) -> str:
        """What is written below the picture: the products along the highlighted paths."""
        return self._picture.caption

    @cached_property
    def source(self) -> str:
        """The picture in DOT, the language of Graphviz."""
        return dot_source(self._picture, direction=self.direction, values=self.values)

    @cached_property
    def text(self) -> str:
        """The picture as lines of text."""
        return as_text(self._picture, values=self.values)

    def svg(self) -> str:
        """The picture as an SVG element, for a file or to stand in an HTML page."""
        return self._svg

    @cached_property
    def _svg(self) -> str:
        return finished(render(self.source, "svg"), self._picture, values=self.values)

    def png(self) -> bytes:
        """The picture as PNG."""
        return render(self.source, "png")

    def pdf(self) -> bytes:
        """The picture as PDF."""
        return render(self.source, "pdf")

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file: .svg, .png, .pdf, .dot or .gv, or .txt."""
        path = Path(path)
        makers: dict[str, Callable[[], bytes]] = {
            ".svg": lambda: self.svg().encode(),
            ".png": self.png,
            ".pdf": self.pdf,
            ".dot": lambda: self.source.encode(),
            ".gv": lambda: self.source.encode(),
            ".txt": lambda: self.text.encode(),
        }
        maker = makers.get(path.suffix.lower())
        if maker is None:
            raise ValueError(
                f"the ending of a picture's file says its format: one of {', '.join(makers)}; not {path.name!r}"
            )
        path.write_bytes(maker())
        return path

    def zoom(self, group: str) -> Drawing:
        """The picture of one group with what leads into it and out of it: "layer 1", "neuron 2 of layer 1", …"""
        return Drawing(self.root, **self._options, only=group)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self._picture.title}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.svg(), "text/plain": repr(self)}
        except NoRendererError as error:
            return {"text/plain": f"{self.text}\n\n(This is the text form: {error})"}

    # --- from the graph to the picture --------------------------------------------------------------------------------

    def _build(
        self,
        *,
        highlight: list[Value],
        group: Grouping | Literal["auto"] | None,
        collapse: bool | None,
        limit: int,
        constants: bool,
        parameters: list[Value] | None,
        **look: Any,
    ) -> Picture:
        order = self._order
        names = name_all(order)
        slopes = self._slopes()
        strangers = [x for x in highlight if x not in set(order)]
        if strangers:
            raise GraphError(f"{strangers[0]!r} cannot be highlighted: {self.root!r} was not computed from it")
        lit = {value for start in highlight for value in between(order, start)}
        shown, around = self._zoomed()
        drawn = [value for value in order if shown is None or value in shown or value in around]
        if group == "auto":
            group = "layer" if _groups.has_layers(order) else None
        grouped = {} if group is None else _groups.grouped(order, group)
        clumps = self._clumps(drawn, grouped, collapse, limit)
        builder = Builder(
            self.root,
            names,
            slopes,
            frozenset(lit),
            None if parameters is None else frozenset(parameters),
            constants,
            None if shown is None else frozenset(shown),
        )
        builder.build(clumps)
        frames = builder.groups(dict.fromkeys(shown, self._only) if shown and self._only else grouped)
        captions = [caption(between(order, x), x, self.root, names, slopes.get(x)) for x in highlight]
        name = shown_name(names[self.root])
        part = f", {self._only}" if self._only else ""
        title = f"graph of {name}{part}: {len(builder.nodes)} nodes, {len(builder.edges)} edges"
        return Picture(title, tuple(builder.nodes), tuple(builder.edges), tuple(frames), "\n".join(captions))

    def _slopes(self) -> Mapping[Value, float]:
        """The derivative of the root with respect to every node; nothing if one is not finite."""
        try:
            return dict(zip(self._order, gradients(self.root, self._order), strict=True))
        except NonFiniteError:
            return {}

    def _clumps(
        self, order: list[Value], grouped: Mapping[Value, str], collapse: bool | None, limit: int
    ) -> list[Clump]:
        clumps = singly(order)
        if collapse or (collapse is None and len(order) > _COLLAPSE_ABOVE):
            clumps = repeats(order, grouped)
        if len(clumps) > limit:
            raise ValueError(
                f"this picture would have {len(clumps)} nodes, and {limit} are the limit of what can be read. "
                + ("Leave collapse alone, so that repeats are drawn as one; or " if collapse is False else "")
                + f"draw a node further down, or one part with zoom; or insist with limit={len(clumps)}."
            )
        return clumps

    def _zoomed(self) -> tuple[set[Value] | None, set[Value]]:
        """The Values of the group that is zoomed into, and their neighbours."""
        if self._only is None:
            return None, set()
        how = self._options["group"]
        ways: list[Any] = [how] if callable(how) else ["layer", "neuron", "sample"]
        known = [_groups.grouped(self._order, way) for way in ways]
        for grouped in known:
            shown = {value for value, name in grouped.items() if name == self._only}
            if shown:
                around = {x for value in shown for x in value.operands if isinstance(x, Value)}
                around |= {
                    value for value in self._order if any(isinstance(x, Value) and x in shown for x in value.operands)
                }
                return shown, around - shown
        names = list(dict.fromkeys(name for grouped in known for name in grouped.values()))
        listed = ", ".join(map(repr, names[:12])) + (", …" if len(names) > 12 else "")
        raise ValueError(f"there is no group {self._only!r} here; there {'are' if names else 'is'} {listed or 'none'}")


def _check(y: Any) -> None:
    if not isinstance(y, Value):
        raise TypeError(
            f"draw takes the Value whose graph is to be drawn, and this is {y!r} of type {type(y).__name__}"
        )
