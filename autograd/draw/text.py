"""Write a picture as lines of text, for places where no picture can be shown."""

from __future__ import annotations

from collections import defaultdict

from .picture import Edge, Picture
from .source import node_lines
from .writing import shown_beside


def as_text(picture: Picture, *, values: bool) -> str:
    """Write a line for each node, followed by a line for each of its local derivatives."""
    names = {node.id: node.name for node in picture.nodes}
    into: dict[str, list[Edge]] = defaultdict(list)
    for edge in picture.edges:
        into[edge.target].append(edge)
    lines = [picture.title]
    for node in picture.nodes:
        lines.append("  ".join([line.replace("\n", " ") for _, line in node_lines(node, values)]))
        for edge in into[node.id]:
            if edge.formula:
                number = shown_beside(edge.formula, edge.partials) if values else ""
                lines.append(f"    ∂{names[node.id]}/∂{names[edge.source]} = {edge.formula} {number}".rstrip())
    if picture.caption:
        lines += ["", picture.caption]
    return "\n".join(lines)
