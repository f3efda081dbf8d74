"""Identifiers in generated code: a name from outside, if it is one and the program has no other use for it.

Nothing else that comes from outside is written into a program: not a class's name, nor how a thing prints.
"""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Callable
from inspect import signature
from typing import Any
from unicodedata import normalize

from ..primitives import table

_OURS = re.compile(
    r"d?[VH]|.*\dT?_?|np|runs?|prepare|program|result|captured|keys|ok|theta|lanes|sizes|dtype|strided"
    r"|log_largest|log_smallest|isfinite|floats|arrays|rows?_.*|__.*__"
)


def is_ours(name: str) -> bool:
    """Whether a program may use this name for something of its own."""
    return bool(_OURS.fullmatch(name)) or keyword.iskeyword(name) or hasattr(builtins, name)


def _is_free(name: str) -> bool:
    return not (is_ours(name) or hasattr(math, name) or name in table)


def helper(row: str) -> str:
    """What a program calls the function of a row: mostly what the row is called."""
    if row.isascii() and row.isidentifier() and not is_ours(row):
        return row
    return "row_" + "".join([c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in row])


class Names:
    """The names that a person gave to a function and its arguments, as a program may use them: no two are alike."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str, otherwise: str) -> str:
        """This name, or one like it."""
        name = normalize("NFKC", name)
        if not name.isidentifier() or not re.fullmatch(r"\w+", name):
            name = otherwise
        elif not _is_free(name):
            name = f"{name}_" if _is_free(f"{name}_") else f"a_{name}_x"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def argument_names(f: Callable[..., Any], names: Names) -> Callable[[int], str]:
    """What a program calls each argument."""
    try:
        parameters = signature(f).parameters.values()
    except (TypeError, ValueError):
        parameters = ()  # type: ignore[assignment]
    known: list[str] = [
        names.free(p.name, f"argument{i}_")
        for i, p in enumerate(parameters)
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    return lambda i: known[i] if i < len(known) else f"argument{i}_"


def called(f: Callable[..., Any]) -> str:
    """What to call a function when one speaks of it."""
    f = getattr(f, "func", f)  # functools.partial has no name of its own
    name = getattr(f, "__name__", None)
    return name if isinstance(name, str) else type(f).__name__
