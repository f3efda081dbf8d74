"""The functions of the table for type checkers and editors: ``python -m autograd.signatures`` prints functions.pyi."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from . import calls, functions
from .primitives import Primitive, table

_ABOUT = "# Written out of the table by `make docs`: what each function takes and returns, and its explanation."
_ELSEWHERE = ("dot", "function", "pow", "values", "where")


def stub() -> str:
    """Return the text of functions.pyi."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _ABOUT
    yield "from collections.abc import Iterable"
    yield "from typing import Any, overload"
    yield ""
    yield "from .calls import Array, " + ", ".join(f"{name} as {name}" for name in _ELSEWHERE)
    yield "from .value import Number, Value"
    yield ""
    yield f"__all__ = {functions.__all__!r}".replace("'", '"')
    yield "OPERATORS: frozenset[str]"
    for name in functions.__all__:
        if not hasattr(calls, name):
            yield ""
            yield from _function(table[name])


def _function(row: Primitive) -> Iterator[str]:
    *others, last = _overloads(row)
    for signature in others:
        yield f"@overload\n{signature}: ..."
    yield f"@overload\n{last}:\n{indent(_docstring(row), '    ')}"  # Jedi reads the docstring of the last overload


def _overloads(row: Primitive) -> Iterator[str]:
    """Yield the signatures on floats, on Values and on arrays.

    The signature on floats comes first, because type checkers use the first one for ``f`` in ``grad(f)(1.0)``.
    """
    operands: list[tuple[tuple[str, ...], str]]
    if row.nary:
        kinds = [("Array", "Any"), ("Iterable[Value]", "Value"), ("Iterable[float]", "float"), ("Iterable[Any]", "Any")]
        operands = [((kind,), result) for kind, result in kinds]
    elif len(row.operands) - len(row.constants) == 1:
        operands = [(("float",), "float"), (("Value",), "Value"), (("Array",), "Any")]
    else:
        operands = [
            (("float", "float"), "float"),
            (("Value", "Number"), "Value"),
            (("float", "Value"), "Value"),
            (("Array", "Array | Number"), "Any"),
            (("Number", "Array"), "Any"),
        ]
    for kinds_of, result in operands:
        constant = "Any" if result == "Any" and row.nary else "float"
        kinds_of_all = [*kinds_of, *[constant] * len(row.constants)]
        parameters = [
            f"{name}: {kind}{_default(row, name)}" for name, kind in zip(row.operands, kinds_of_all, strict=True)
        ]
        yield f"def {row.name}({', '.join(parameters)}) -> {result}"


def _default(row: Primitive, name: str) -> str:
    default = row.defaults.get(name)
    if default is None:
        return ""
    return " | None = None" if isinstance(default, str) else f" = {default!r}"


def _docstring(row: Primitive) -> str:
    lines = [line.removeprefix("    ") for line in row.doc.rstrip().splitlines()]
    return 'r"""' + "\n".join(lines) + ('\n"""' if len(lines) > 1 else '"""')


if __name__ == "__main__":
    print(stub(), end="")
