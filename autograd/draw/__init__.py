"""Draw a graph: nodes for values and operations, and the local derivative on every edge.

>>> from autograd import Value
>>> from autograd.draw import draw
>>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
>>> picture = draw(w * x, highlight=w)
>>> [(edge.source, edge.target, edge.formula, edge.partial) for edge in picture.edges]
[('n0', 'n2', 'x', 2.0), ('n1', 'n2', 'w', 0.5)]
>>> print(picture.caption)
∂v₁/∂w = x
= 2
"""

from .drawing import Drawing, draw
from .picture import Edge, Group, Node
from .render import NoRendererError

__all__ = ["Drawing", "Edge", "Group", "NoRendererError", "Node", "draw"]
