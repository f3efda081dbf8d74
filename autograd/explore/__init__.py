"""A page that steps through backprop: the picture of the graph and, beside it, one step after the other.

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
