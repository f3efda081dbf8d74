"""The primitives as functions: of Values, of plain numbers (which return plain numbers) and of NumPy arrays.

There is a function for every row of the table, except for rows that are written as operators. Its docstring is that of
the row. Type checkers and editors read functions.pyi, which `make docs` also generates from the table.
"""

from .calls import dot as dot
from .calls import function as function
from .calls import pow as pow
from .calls import values as values
from .calls import where as where
from .primitives import builtin, table

OPERATORS = frozenset({"identity", "add", "sub", "mul", "div", "neg", "power"})
"""The rows that are not functions: arithmetic, and identity, which `grad` and the like use for arguments."""

globals().update({name: function(table[name]) for name in builtin - OPERATORS - {"dot", "pow"}})
__all__ = sorted(builtin - OPERATORS | {"where"})
for _name in __all__:
    globals()[_name].__module__ = __name__
