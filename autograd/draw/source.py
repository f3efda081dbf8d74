"""Write a picture as DOT, the language of Graphviz.

Nodes are boxes and ellipses with plain labels, because records lose edges inside clusters, and HTML-like labels need a
part of Graphviz that small builds lack. Names are never used as identifiers: an edge to ``c:d`` would go to a port.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..expression.symbols import printable
from .picture import Edge, Kind, Node, Picture
from .writing import shown_beside, shown_range

FONT = "Helvetica,Arial,sans-serif"
MARGIN = "0.1,0.05"  # of a node
INK = "#222222"
PALE = "#B8B8B8"
STRONG = "#C04A00"  # the highlighted path: vermilion, dark enough for text

# The palette of Okabe and Ito, which colour-blind readers can tell apart. In greyscale the shapes differ.
_STYLES: dict[Kind, dict[str, str]] = {
    "leaf": {"shape": "ellipse", "style": "filled", "fillcolor": "#FFF4D6", "color": "#B57F00", "margin": "0.04,0.02"},
    "parameter": {"shape": "box", "style": "filled", "fillcolor": "#D8EAF7", "color": "#0072B2", "penwidth": "1.8"},
    "constant": {"shape": "hexagon", "style": "dashed", "color": "#666666", "margin": "0.02,0.01"},
    "operation": {"shape": "box", "style": "rounded,filled", "fillcolor": "#FFFFFF", "color": "#555555"},
    "output": {
        "shape": "box",
        "style": "rounded,filled",
        "fillcolor": "#D9F1E8",
        "color": "#00785A",
        "peripheries": "2",
    },
}


def dot_source(picture: Picture, *, direction: str, values: bool) -> str:
    """Return the picture as DOT."""
    dimmed = any(node.highlighted for node in picture.nodes)
    top = {
        "rankdir": direction,
        "bgcolor": "white",
        "fontname": FONT,
        "fontsize": "12",
        "fontcolor": STRONG,
        "labelloc": "b",
        "nodesep": "0.22",
        "ranksep": "0.3",
        "label": picture.caption,
    }
    if not picture.groups:  # with clusters, "ordering" corrupts memory in Graphviz 2.43
        top["ordering"] = "in"  # operands from left to right
    lines = [
        "digraph {",
        f"  graph [{_attributes(top)}]",
        f'  node [fontname="{FONT}", fontsize="12", fontcolor="{INK}", height="0.3", margin="{MARGIN}"]',
        f'  edge [fontname="{FONT}", fontsize="10", fontcolor="#444444", color="#777777", arrowsize="0.7"]',
    ]
    for group in picture.groups:
        frame = {"id": group.id, "label": group.name, "style": "rounded", "color": "#999999", "fontcolor": "#555555"}
        lines.append(f"  subgraph cluster_{group.id} {{")
        lines.append(f"    graph [{_attributes({**frame, 'labelloc': 't', 'labeljust': 'l', 'margin': '10'})}]")
        lines.append(f"    {'; '.join(group.nodes)}")
        lines.append("  }")
    lines += [f"  {node.id} [{_attributes(_node(node, values, dimmed))}]" for node in picture.nodes]
    sizes = {node.id: node.count for node in picture.nodes}
    frame_of = {node: group.id for group in picture.groups for node in group.nodes}
    for edge in picture.edges:
        look = _edge(edge, edge_lines(edge, sizes, values), dimmed)
        here, there = frame_of.get(edge.source), frame_of.get(edge.target)
        if here and there and here != there:
            look["minlen"] = "2"  # room for the leaves of the next frame, so that frames follow one another
        lines.append(f"  {edge.source} -> {edge.target} [{_attributes(look)}]")
    return "\n".join([*lines, "}", ""])


def node_lines(node: Node, values: bool) -> list[tuple[str, str]]:
    """Return the lines of a node, each with its ``class`` in the SVG."""
    title = node.name if node.kind == "constant" else f"{node.name} = {node.formula}" if node.formula else node.name
    if node.count > 1:
        title += f"  × {node.count}"
    lines = [("name", title)]
    if values and node.kind != "constant":
        lines.append(("data", shown_range(node.numbers)))
        if node.grads:
            lines.append(("grad", f"grad {shown_range(node.grads)}"))
    return lines


def edge_lines(edge: Edge, sizes: Mapping[str, int], values: bool) -> list[tuple[str, str]]:
    """Return the lines on an edge, each with its ``class``. ``sizes`` has the number of Values of each node."""
    lines = [("formula", edge.formula)] if edge.formula else []
    if values and shown_beside(edge.formula, edge.partials):
        lines.append(("number", shown_range(edge.partials)))
    if edge.count != sizes[edge.target]:
        lines.append(("count", f"× {edge.count}"))
    return lines


def _node(node: Node, values: bool, dimmed: bool) -> dict[str, str]:
    look = {"id": node.id, "class": node.kind, "label": "\n".join([line for _, line in node_lines(node, values)])}
    look |= _STYLES[node.kind]
    if node.outside:
        look |= {"style": f"{look['style']},dashed", "fillcolor": "#F4F4F4", "fontcolor": "#666666"}
        look["class"] += " outside"
    if node.highlighted:
        look |= {"penwidth": "2.4", "color": STRONG}
        look["class"] += " highlighted"
    elif dimmed:
        look |= {"color": PALE, "fontcolor": "#777777", "fillcolor": "#FAFAFA"}
    return look


def _edge(edge: Edge, lines: list[tuple[str, str]], dimmed: bool) -> dict[str, str]:
    look = {"id": edge.id}
    if lines:
        look["label"] = "\n".join([f" {line} " for _, line in lines])
    if not edge.formula:
        look |= {"class": "constant", "style": "dashed"}
    if edge.highlighted:
        look |= {"class": "highlighted", "penwidth": "2.4", "color": STRONG, "fontcolor": STRONG}
    elif dimmed:
        look |= {"color": PALE, "fontcolor": "#999999"}
    return look


def _attributes(attributes: dict[str, str]) -> str:
    return ", ".join([f"{name}={quoted(text)}" for name, text in attributes.items()])


def quoted(text: str) -> str:
    r"""Quote ``text`` for DOT, so that nothing in it is read as an escape, an entity or the end of the string.

    >>> print(quoted('a "b" \\N &lt;'))
    "a \"b\" \\N &amp;lt;"
    """
    text = drawable(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n") + '"'


def drawable(text: str) -> str:
    """Make text printable, and replace tabs, which Graphviz drops, by spaces."""
    return printable(text).replace("\t", " ")
