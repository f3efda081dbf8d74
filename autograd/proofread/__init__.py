"""The proofreader: is a hand-derived formula right, and if not, which factor is missing or too many?

>>> from autograd.proofread import proofread, samples
>>> def C(w, b, x, y):
...     return sum((w * xi + b - yi) ** 2 for xi, yi in zip(x, y)) / len(x)
>>> def by_hand(w, b, x, y):
...     return sum(2 * (w * xi + b - yi) for xi, yi in zip(x, y)) / len(x)
>>> print(proofread(C, "w", by_hand, inputs={"x": samples(), "y": samples()}))
✗ ∂C/∂w: wrong
  → the factor x is missing
  → this is the derivative with respect to b, not w
  at w = 0, b = 0, x = [0], y = [1]: claimed −2, true 0
"""

from .compare import proofread, proofread_value
from .inputs import among, between, number, samples, vector
from .limits import limit
from .page import Claim, Report, read
from .verdict import Counterexample, Factor, Verdict, together

__all__ = [
    "Claim",
    "Counterexample",
    "Factor",
    "Report",
    "Verdict",
    "among",
    "between",
    "limit",
    "number",
    "proofread",
    "proofread_value",
    "read",
    "samples",
    "together",
    "vector",
]
