"""The primitives as functions: of Values, of plain numbers (they then return plain numbers) and of NumPy arrays.

Every row of the table is one, but for those that are written as operators; what `help` says of it is the row's own
explanation. Type checkers and editors read functions.pyi, which is written out of the table as well (`make docs`).
"""

from .calls import dot as dot
from .calls import function as function
from .calls import pow as pow
from .calls import values as values
from .calls import where as where
from .primitives import builtin, table

OPERATORS = frozenset({"identity", "add", "sub", "mul", "div", "neg", "power"})
"""The rows that are no functions: arithmetic, and what the functional face makes nodes of its own with."""

globals().update({name: function(table[name]) for name in builtin - OPERATORS - {"dot", "pow"}})
__all__ = sorted(builtin - OPERATORS | {"where"})
for _name in __all__:
    globals()[_name].__module__ = __name__
