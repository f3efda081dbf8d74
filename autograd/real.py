"""Convert real numbers of any type to float64, and raise helpful errors for anything else."""

from __future__ import annotations

import sys
from numbers import Real
from typing import Any, NoReturn

from .watch import leaves_graph

_ARITHMETIC = "arithmetic with a Value"


def number(x: Any) -> Any:
    """Convert an operand to a float; return NotImplemented if the other operand, such as an array, may handle it."""
    if type(x) is float:
        return x
    if type(x) is int or x is None or isinstance(x, Real | str | bytes | complex | list | tuple | dict | set):
        return real(x, _ARITHMETIC)
    refuse_masked(x)
    return NotImplemented


def real(x: Any, what: str) -> float:
    """Convert a real number to a float64; for anything else raise an error that says what to write instead."""
    if type(x) is int or (isinstance(x, Real) and not isinstance(x, bool)):
        try:
            return float(x)
        except OverflowError:
            raise OverflowError(f"{what} needs a float64, and {name_of(x)} is too large for one") from None
    raise TypeError(f"{what} needs one real number, not {name_of(x)} of type {type(x).__name__}; {_advice(x, what)}")


def is_array(x: Any) -> bool:
    """Return whether this is a NumPy array or similar; NumPy's scalars are not. A masked array is an error."""
    if not hasattr(x, "__array_ufunc__") or not hasattr(x, "__setitem__"):
        return False
    refuse_masked(x)
    return True


def refuse_masked(x: Any) -> None:
    """Raise an error for a masked array, because its masked elements would be used like the others."""
    if _is_masked(x):
        raise TypeError(f"this array is masked, and the mask would be lost: {_UNMASK}")


def _is_masked(x: Any) -> bool:
    ma = sys.modules.get("numpy.ma")
    return ma is not None and isinstance(x, ma.MaskedArray)


_UNMASK = "write x.compressed() for the unmasked numbers only, or x.filled(0.0) to replace the masked ones"


def named(label: Any) -> str:
    """Check that a label is a string, so that a wrong label is an error now and not when it is drawn."""
    if isinstance(label, str):
        return label
    raise TypeError(f"a label must be a string, such as 'w1', not {name_of(label)} of type {type(label).__name__}")


def drops_out(v: Any, how: str, instead: str) -> NoReturn:
    """Raise an error where a Value would be converted implicitly to a plain number."""
    leaves_graph(v, how.rpartition(" ")[0])
    raise TypeError(
        f"{name_of(v)} would silently drop out of the graph: {how} no derivatives. Write {instead} if you want the "
        f"plain number, and f'{{v:.2f}}' or '%.2f' % v.data for a string."
    )


def name_of(x: Any) -> str:
    """Return the name of an object for a message: its label, or its repr, shortened if it is long."""
    label = getattr(x, "label", None)
    if label:
        return str(label)
    text = repr(x)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _advice(x: Any, what: str) -> str:
    from .value import Value

    if isinstance(x, Value):
        if what == "Value":
            return f"it is already a Value: use it directly, or {name_of(x)}.detach() for a leaf with the same number"
        return f"write {name_of(x)}.data for its number"
    if x is None and what == "grad":
        return "to clear a grad, write p.grad = 0.0, or zero_grad(p) for p and all nodes that it was computed from"
    if x is None:
        return "a function without a return statement returns None"
    if isinstance(x, bool) or type(x).__name__ == "bool":
        return f"a bool is not accepted as a number: write {float(x)} if you mean the number"
    if _is_masked(x):
        return f"it is masked: {_UNMASK}"
    if isinstance(x, str | bytes):
        return "write float(…) if it contains a number"
    if isinstance(x, complex):
        return "only real numbers are supported: use its .real, its .imag or its abs()"
    if what == _ARITHMETIC and isinstance(x, list | tuple):
        return "loop over it, as in [v * x for x in xs], or convert it to an array, numpy.array(xs)"
    if hasattr(x, "__len__") or hasattr(x, "__array__"):
        return "a Value is one number: make one for each item, as in [Value(x) for x in xs]"
    return "write float(…) if it can be converted to a number"
