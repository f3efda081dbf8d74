"""Drawing a graph: the function `draw`, and the `Drawing` that it returns."""

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
    """Draw the graph below ``y``.

    Every node shows its name, the operation that computed it, its value, and the derivative of ``y`` with respect to
    it. Every edge shows the local derivative as a formula and as a number. Nodes without a label are named v₁, v₂, …

    - ``highlight``: a Value, its label, or several of these. The paths from them to ``y`` are highlighted, and the
      caption is the product of the local derivatives along them.
    - ``values=False`` omits the numbers.
    - ``direction``: ``"LR"`` (left to right) or ``"TB"`` (top to bottom). Default: whichever is narrower.
    - ``group``: draws a frame around each ``"layer"``, ``"neuron"`` or ``"sample"``. It may be a function that returns
      the name of a Value's group, or None for no frames. Default: frames around the layers of an `nn` model.
    - ``only``: draws one group and its neighbours: ``"layer 1"``, ``"layer 1, neuron 3"``, ``"sample 2"``, or a name
      that your own function returns.
    - ``collapse``: draws repeats of one shape as one node (× 128). Default: only above 150 nodes.
    - ``limit``: the largest number of nodes to draw. A larger graph is an error.
    - ``constants=True`` draws constants as nodes, except where repeats are drawn as one node. By default a constant
      appears only in the operation that uses it.
    - ``parameters``: the leaves that are parameters. Default: those with the label of one: w, b1, w2[3,1], θ, …

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
        raise TypeError(f"draw takes the Value whose graph is to be drawn; {y!r} is of type {type(y).__name__}")
    if y.primitive is not None and not y.operands:
        raise GraphError(f"{y!r} was computed under no_grad(), so there is no graph to draw. Compute it outside.")
    if direction not in (None, "LR", "TB"):
        raise ValueError(f"direction must be 'LR' (left to right) or 'TB' (top to bottom), not {direction!r}")
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
    """A picture of a graph, returned by `draw`. DOT and text need no renderer; SVG, PNG and PDF do.

    The ids of ``nodes``, ``edges`` and ``groups`` are also the ids of the SVG elements. Nodes are n0, n1, … in the
    order in which they were computed. Edges are e0, e1, … ordered by target, then by operand. Frames are g0, g1, …
    In the SVG, each line of text has the class name, data, grad, formula, number or count, and each node has the class
    leaf, parameter, constant, operation or output.

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
        """The nodes of the picture."""
        return self._picture.nodes

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges of the picture."""
        return self._picture.edges

    @property
    def groups(self) -> tuple[Group, ...]:
        """The frames."""
        return self._picture.groups

    @property
    def caption(self) -> str:
        """The text below the picture: the product along the highlighted paths."""
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
        """Return the picture as an SVG element, for a file or an HTML page."""
        return self._svg

    @cached_property
    def _svg(self) -> str:
        return finished(render(self.source, "svg"), self._picture, values=self._options.values)

    def png(self) -> bytes:
        """Return the picture as PNG."""
        return render(self.source, "png")

    def pdf(self) -> bytes:
        """Return the picture as PDF."""
        return render(self.source, "pdf")

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file. Its extension selects the format: .svg, .png, .pdf, .dot, .gv or .txt."""
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
                f"the extension of a picture's file must be one of {', '.join(makers)}; {path.name!r} has "
                f"{path.suffix!r}"
            )
        path.write_bytes(maker())
        return path

    def zoom(self, group: str) -> Drawing:
        """Return a drawing of one group and its neighbours, as with ``only`` of `draw`."""
        return Drawing(self.root, replace(self._options, only=group))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self._picture.title}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return what a notebook shows: the SVG, or the text if there is no renderer."""
        try:
            return {"image/svg+xml": self.svg(), "text/plain": repr(self)}
        except NoRendererError as error:
            return {"text/plain": f"{self.text}\n\nThis is the text form: {error}"}
