"""What counts as a number: real numbers of every make become float64; for anything else there is advice."""

from __future__ import annotations

import sys
from numbers import Real
from typing import Any, NoReturn

from .watch import leaves_graph

_ARITHMETIC = "arithmetic with a Value"


def number(x: Any) -> Any:
    """The float for an operand, or NotImplemented where the other side (an array, say) may know what to do."""
    if type(x) is float:
        return x
    if type(x) is int or x is None or isinstance(x, Real | str | bytes | complex | list | tuple | dict | set):
        return real(x, _ARITHMETIC)
    refuse_masked(x)
    return NotImplemented


def real(x: Any, what: str) -> float:
    """The float64 for a real number; anything else is an error that says what to write instead."""
    if type(x) is int or (isinstance(x, Real) and not isinstance(x, bool)):
        try:
            return float(x)
        except OverflowError:
            raise OverflowError(f"{what} needs a float64, and {name_of(x)} is too large for one") from None
    raise TypeError(f"{what} needs one real number, not {name_of(x)} of type {type(x).__name__}; {_advice(x, what)}")


def is_array(x: Any) -> bool:
    """Whether this is a NumPy array, or as good as one; NumPy's scalars are numbers. A masked array is an error."""
    if not hasattr(x, "__array_ufunc__") or not hasattr(x, "__setitem__"):
        return False
    refuse_masked(x)
    return True


def refuse_masked(x: Any) -> None:
    """An error for a masked array, wherever arrays are taken: what is masked would count like the rest."""
    if _is_masked(x):
        raise TypeError(f"this array is masked, and the mask would be lost: {_UNMASK}")


def _is_masked(x: Any) -> bool:
    ma = sys.modules.get("numpy.ma")
    return ma is not None and isinstance(x, ma.MaskedArray)


_UNMASK = "write x.compressed() for the numbers that there are, or x.filled(0.0) for numbers in the place of the others"


def named(label: Any) -> str:
    """A label, which is text; anything else is an error at once, and not when something is drawn."""
    if isinstance(label, str):
        return label
    raise TypeError(f"a label is text, such as 'w1', and not {name_of(label)} of type {type(label).__name__}")


def drops_out(v: Any, how: str, instead: str) -> NoReturn:
    """Refuse to make a plain number of a Value where nobody asked for one."""
    leaves_graph(v, how.rpartition(" ")[0])
    raise TypeError(
        f"{name_of(v)} would drop out of the graph in silence: {how} no derivatives. Write {instead} if you mean the "
        f"plain number, and f'{{v:.2f}}' or '%.2f' % v.data for a text."
    )


def name_of(x: Any) -> str:
    """What to call a thing in a message: its label, or how it prints, if that is short."""
    label = getattr(x, "label", None)
    if label:
        return str(label)
    text = repr(x)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _advice(x: Any, what: str) -> str:
    from .value import Value

    if isinstance(x, Value):
        if what == "Value":
            return f"it is a Value already: use it as it is, or {name_of(x)}.detach() for a leaf with the same number"
        return f"write {name_of(x)}.data for its number"
    if x is None and what == "grad":
        return "a grad is cleared with p.grad = 0.0, or with zero_grad(p) in all that p was computed from"
    if x is None:
        return "it is what a function gives that returns nothing"
    if isinstance(x, bool) or type(x).__name__ == "bool":
        return f"a truth value is no number here: write {float(x)} if that is what it stands for"
    if _is_masked(x):
        return f"it is masked: {_UNMASK}"
    if isinstance(x, str | bytes):
        return "write float(…) of it if it spells a number"
    if isinstance(x, complex):
        return "only real numbers have a derivative here: take its .real, its .imag or its abs()"
    if what == _ARITHMETIC and isinstance(x, list | tuple):
        return "go through it, as in [v * x for x in xs], or make an array of it, numpy.array(xs)"
    if hasattr(x, "__len__") or hasattr(x, "__array__"):
        return "a Value is one number: make one for each, as in [Value(x) for x in xs]"
    return "write float(…) of it if it stands for a number"
