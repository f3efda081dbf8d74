"""draw: the graph below a node as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from ..errors import GraphError
from ..naming import meant
from ..value import Value
from .compose import REFUSE_ABOVE, Direction, Options, compose
from .groups import Grouping
from .picture import Edge, Group, Node, narrower
from .render import NoRendererError, render
from .source import dot_source
from .svg import finished
from .text import as_text


def draw(
    y: Value,
    *,
    highlight: Value | str | Iterable[Value | str] | None = None,
    values: bool = True,
    direction: Direction | None = None,
    group: Grouping | Literal["auto"] | None = "auto",
    collapse: bool | None = None,
    limit: int = REFUSE_ABOVE,
    constants: bool = False,
    parameters: Iterable[Value] | None = None,
    only: str | None = None,
) -> Drawing:
    """The graph below ``y`` as a `Drawing`.

    Every node shows its name, what it was computed as, its number and the derivative of ``y`` with respect to it; every
    edge the local derivative, in names and as a number. What has no label gets a name for the picture: v₁, v₂, …

    - ``highlight``: a Value or its label, or several. The paths from there to ``y`` stand out, and their product is
      written below.
    - ``values=False`` leaves the numbers out.
    - ``direction``: ``"LR"``, from left to right, or ``"TB"``, from top to bottom. Left alone, what is narrower.
    - ``group``: frames around each ``"layer"``, ``"neuron"`` or ``"sample"``, or by a function from a Value to the name
      of its group; or None. Left alone, the layers of an `nn` model get frames.
    - ``only``: the name of one group, to draw that and its neighbours: ``"layer 1"``, ``"layer 1, neuron 3"``,
      ``"sample 2"``, or what your own function returns.
    - ``collapse``: draw repeats of one shape as one node (× 128). Left alone, this is done above 150 nodes.
    - ``limit``: the most nodes that are drawn; more would be no picture.
    - ``constants=True``: constants are nodes of their own, and do not just stand in the operation that uses them. (Not
      where repeats are drawn as one.)
    - ``parameters``: which leaves are parameters. Left alone, those with a parameter's label: w, b1, w2[3,1], θ, …

    >>> from autograd import Value, tanh
    >>> w = Value(2.0, label="w")
    >>> print(draw(tanh(w * 0.5)).text)
    graph of a: 3 nodes and 2 edges
    w  2  grad 0.21
    z = w·0.5  1  grad 0.42
        ∂z/∂w = 0.5
    a = tanh(z)  0.7616  grad 1
        ∂a/∂z = 1 − a² ≈ 0.42
    """
    if not isinstance(y, Value):
        raise TypeError(
            f"draw takes the Value whose graph is to be drawn, and this is {y!r} of type {type(y).__name__}"
        )
    if y.primitive is not None and not y.operands:
        raise GraphError(f"{y!r} was computed under no_grad(), so there is no graph to draw. Compute it outside.")
    if direction not in (None, "LR", "TB"):
        raise ValueError(f"direction is 'LR' (from left to right) or 'TB' (from top to bottom), and not {direction!r}")
    starts = [] if highlight is None else [highlight] if isinstance(highlight, Value | str) else highlight
    return Drawing(
        y,
        Options(
            highlight=tuple([meant(y, start, reader="highlight") for start in starts]),
            values=values,
            direction=direction,
            group=group,
            collapse=collapse,
            limit=limit,
            constants=constants,
            parameters=None if parameters is None else frozenset(parameters),
            only=only,
        ),
    )


class Drawing:
    """A picture of a graph: `draw` makes one. Its DOT and its text are always there; the rest needs a renderer.

    The ids of what is drawn (``nodes``, ``edges``, ``groups``) are the ids of the SVG elements: n0, n1, … are the nodes
    in the order in which they were computed; e0, e1, … the edges in the order of their targets, and for one target of
    its operands; g0, g1, … the frames. A line of text in the SVG has the class name, data, grad, formula, number or
    count, and a node that of its kind: leaf, parameter, constant, operation or output.

    >>> import tempfile
    >>> from autograd import Value
    >>> from autograd.draw import draw
    >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
    >>> picture = draw(w * x, highlight=w)
    >>> picture
    <graph of v₁: 3 nodes and 2 edges>
    >>> picture.save(tempfile.mkdtemp() + "/product.dot").name
    'product.dot'
    """

    def __init__(self, y: Value, options: Options) -> None:
        self.root = y
        self._options = options
        self._picture = compose(y, options)

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
        """What is written below the picture: the product along the highlighted paths."""
        return self._picture.caption

    @property
    def direction(self) -> Direction:
        """``"LR"`` or ``"TB"``."""
        return self._options.direction or narrower(self._picture)

    @cached_property
    def source(self) -> str:
        """The picture in DOT, the language of Graphviz."""
        return dot_source(self._picture, direction=self.direction, values=self._options.values)

    @cached_property
    def text(self) -> str:
        """The picture as lines of text."""
        return as_text(self._picture, values=self._options.values)

    def svg(self) -> str:
        """The picture as an SVG element, for a file or to stand in an HTML page."""
        return self._svg

    @cached_property
    def _svg(self) -> str:
        return finished(render(self.source, "svg"), self._picture, values=self._options.values)

    def png(self) -> bytes:
        """The picture as PNG."""
        return render(self.source, "png")

    def pdf(self) -> bytes:
        """The picture as PDF."""
        return render(self.source, "pdf")

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file, whose ending says what: .svg, .png, .pdf, .dot or .gv, or .txt."""
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
                f"the ending of a picture's file says what to write, one of {', '.join(makers)}; {path.name!r} has "
                f"{path.suffix!r}"
            )
        path.write_bytes(maker())
        return path

    def zoom(self, group: str) -> Drawing:
        """The picture of one group, and what leads into it and out of it: see ``only`` of `draw`."""
        return Drawing(self.root, replace(self._options, only=group))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self._picture.title}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the picture, or its text where nothing can draw it."""
        try:
            return {"image/svg+xml": self.svg(), "text/plain": repr(self)}
        except NoRendererError as error:
            return {"text/plain": f"{self.text}\n\nThis is the text form: {error}"}
