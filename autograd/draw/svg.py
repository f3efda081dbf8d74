"""Prepare Graphviz's SVG for a page: no prologue, a class for each line of text, and titles as tooltips."""

from __future__ import annotations

from xml.etree import ElementTree

from .picture import Edge, Node, Picture
from .source import drawable, edge_lines, node_lines
from .writing import shown_range

_SVG = "http://www.w3.org/2000/svg"


def finished(drawn: bytes, picture: Picture, *, values: bool) -> str:
    """Return the SVG as one element, for an HTML page or a file."""
    root = ElementTree.fromstring(drawn)
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    root.set("xmlns", _SVG)
    root.set("role", "img")
    root.set("aria-label", drawable(picture.title))
    root.set("style", "max-width:100%;height:auto")
    nodes = {node.id: node for node in picture.nodes}
    edges = {edge.id: edge for edge in picture.edges}
    sizes = {node.id: node.count for node in picture.nodes}
    groups = {group.id: group for group in picture.groups}
    for element in root.iter("g"):
        name = element.get("id", "")
        title = element.find("title")
        if name in nodes:
            _explain(title, _about_node(nodes[name]))
            _classify(element, node_lines(nodes[name], values))
        elif name in edges:
            _explain(title, _about_edge(edges[name], nodes))
            _classify(element, edge_lines(edges[name], sizes, values))
        elif name in groups:
            _explain(title, groups[name].name)
        elif title is not None:
            title.text = drawable(picture.title)
    return ElementTree.tostring(root, encoding="unicode")


def _explain(title: ElementTree.Element | None, text: str) -> None:
    if title is not None:
        title.text = drawable(text)


def _classify(element: ElementTree.Element, lines: list[tuple[str, str]]) -> None:
    """Give each line of text its class. A name with a line break makes several lines of one class."""
    classes = [
        what for what, line in lines for _ in drawable(line).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    for text, what in zip(element.iter("text"), classes, strict=False):
        text.set("class", what)


def _about_node(node: Node) -> str:
    return f"{node.kind} " + ", ".join([line for _, line in node_lines(node, values=True)])


def _about_edge(edge: Edge, nodes: dict[str, Node]) -> str:
    source, target = nodes[edge.source].name, nodes[edge.target].name
    if not edge.formula:
        return f"{source} → {target}"
    return f"∂{target}/∂{source} = {edge.formula} = {shown_range(edge.partials)}"
