"""Write an HTML page that steps through backprop beside a picture of the graph.

>>> import tempfile
>>> from autograd import Value
>>> from autograd.explore import explore
>>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
>>> path = explore(w * x, tempfile.mkdtemp() + "/product.html")
>>> path.read_text(encoding="utf-8").startswith("<!doctype html>")
True
"""

from .page import explore

__all__ = ["explore"]
