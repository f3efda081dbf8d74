"""Prepare the drawing's SVG for the page, with an element for each number that a step fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from ..draw import Drawing, NoRendererError, draw
from .html import Markup, element, joined
from .model import Model

_SVG = "{http://www.w3.org/2000/svg}"
_PIXELS = 96 / 72  # to a point
_ROOM = (620, 680)  # pixels
_STYLED_BY_THE_PAGE = ("style", "fill", "stroke", "stroke-width", "font-family")


@dataclass(frozen=True, slots=True)
class Picture:
    """The SVG and its size; or a note, if there is no renderer."""

    markup: Markup
    width: float = 0.0
    height: float = 0.0

    @property
    def drawn(self) -> bool:
        """Whether there is a picture."""
        return self.width > 0.0


def picture(model: Model) -> Picture:
    """Return the drawing, in the direction that fits better, with ``data-node`` and ``data-edge`` attributes."""
    y = model.nodes[model.root].value
    drawing = draw(y, direction="TB", collapse=False)
    try:
        root = max((_parsed(draw(y, direction=way, collapse=False)) for way in ("TB", "LR")), key=_scale)
    except NoRendererError:
        return Picture(
            element(
                "p",
                "There is no picture on this page, because no renderer, such as Graphviz, was found when the page was "
                "made. The table has all the numbers instead.",
                class_="note",
            )
        )
    nodes, edges = _numbers_of_nodes(model, drawing), _numbers_of_edges(model, drawing)
    for part in root.iter("g"):
        name = part.get("id", "")
        if name in nodes:
            part.set("data-node", str(nodes[name]))
            _open(part, nodes[name])
        elif name in edges:
            part.set("data-edge", str(edges[name]))
    for part in root.iter():
        for attribute in _STYLED_BY_THE_PAGE:
            part.attrib.pop(attribute, None)
    width, height = _size(root)
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    svg = Markup(ElementTree.tostring(root, encoding="unicode"))
    return Picture(
        joined(
            element(
                "div", svg, class_="picture scrolls", tabindex=0, role="group", aria_label="The picture of the graph"
            ),
            element("button", "The whole picture", type="button", id="fit", aria_pressed="false", hidden=True),
        ),
        width,
        height,
    )


def _parsed(drawing: Drawing) -> ElementTree.Element:
    root = ElementTree.fromstring(drawing.svg())
    for part in root.iter():
        part.tag = part.tag.removeprefix(_SVG)  # HTML needs no namespace for <svg>
    return root


def _size(root: ElementTree.Element) -> tuple[float, float]:
    """Return the width and height in pixels."""
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return width * _PIXELS, height * _PIXELS


def _scale(root: ElementTree.Element) -> float:
    """Return the largest scale at which the picture fits on the page on a laptop."""
    width, height = _size(root)
    return min(_ROOM[0] / width, _ROOM[1] / height, 1.0)


def _numbers_of_nodes(model: Model, drawing: Drawing) -> Mapping[str, int]:
    """Map the ids of the drawing's nodes to the model's indices."""
    index = {node.value: i for i, node in enumerate(model.nodes)}
    return {node.id: index[node.values[0]] for node in drawing.nodes}


def _numbers_of_edges(model: Model, drawing: Drawing) -> Mapping[str, int]:
    nodes = _numbers_of_nodes(model, drawing)
    found = {}
    for edge in drawing.edges:
        slot = model.nodes[nodes[edge.target]].slots[edge.slot]
        if slot is not None:
            found[edge.id] = slot.edge
    return found


def _open(node: ElementTree.Element, number: int) -> None:
    """Put the number in each line of a node into its own element, which the script fills."""
    for line in node.iter("text"):
        what = line.get("class")
        if what not in ("data", "grad"):
            continue
        before, _, figure = (line.text or "").rpartition(" ") if what == "grad" else ("", "", line.text)
        line.text = f"{before} " if before else ""
        place = ElementTree.SubElement(line, "tspan", {f"data-{what}": str(number)})
        place.text = figure
