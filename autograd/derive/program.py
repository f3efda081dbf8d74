"""Write a derivation as Python code that runs: its names as identifiers, and their values."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from ..expression import Expression, Partial, Prime, Symbol
from ..expression.symbols import parse
from ..primitives import table
from . import chain
from .network import Network

_RESERVED = {"where", "range", "float", "sum", "dot", "nan", "inf", *"jkilmnh"}


class Program:
    """The derivative as one line of Python, or as one line for each node in the order of backprop."""

    def __init__(self, network: Network, formula: Expression | None) -> None:
        self._network = network
        self._known: dict[str, tuple[str, str]] = {}
        self._taken: set[str] = set()
        if formula is not None:
            self._lines = [self._named(formula).python]
        else:
            self._lines = list(self._backprop())

    @property
    def text(self) -> str:
        """Return the lines of the program. The last is an expression."""
        return "\n".join(self._lines)

    @cached_property
    def numbers(self) -> dict[str, object]:
        """Return the values of the names."""
        found: dict[str, object] = {}
        for name, (identifier, letters) in self._known.items():
            if name in self._network.symbols:
                found[identifier] = self._nested(name, letters, {})
        return found

    def _nested(self, name: str, letters: str, at: dict[str, int]) -> object:
        if not letters:
            return self._network.number(name, at)
        count = self._network.samples.by_letter(letters[0]).count
        return [self._nested(name, letters[1:], {**at, letters[0]: place}) for place in range(count)]

    def _backprop(self) -> Iterable[str]:
        net = self._network
        nodes = [node for node in net.named if node is not net.y]
        for node in nodes:
            e = self._named(chain.local(net, node))
            written = e.python
            for letter in reversed(self._letters(net.called[node])):
                written = f"[{written} for {letter} in range({net.samples.by_letter(letter).count})]"
            yield f"{self._slope(net.called[node])[0]} = {written}"
        yield self._slope(net.called[net.wrt])[0] if nodes else "1.0"

    # --- identifiers --------------------------------------------------------------------------------------------------

    def _letters(self, name: str) -> str:
        """Return the indices of a name that count terms, in order."""
        parts = parse(name)
        count = {group.letter for group in self._network.samples.groups.values()}
        if parts is None:
            parts_ = re.fullmatch(r".*\[([^\[\]]*)\]", name, re.S)
            indices = parts_[1].split(",") if parts_ else []
        else:
            indices = parts.bracket.split(",")
        return "".join(index for index in indices if index in count)

    def _identifier(self, name: str, key: str, letters: str) -> tuple[str, str]:
        if key not in self._known:
            base = re.sub(r"\W", "_", re.sub(r"[\[\],]+", "_", name)).strip("_") or "v"
            for letter in letters:
                base = re.sub(rf"_{letter}(?=_|$)", "", base)
            base = base if base.isidentifier() else f"v_{base}"
            while base in self._taken or base in _RESERVED or base in table or keyword.iskeyword(base):
                base += "_"
            self._taken.add(base)
            self._known[key] = base, letters
        return self._known[key]

    def _slope(self, name: str) -> tuple[str, str]:
        of = self._network.called[self._network.y]
        return self._identifier(f"d{of}_d{name}", f"∂ {name}", self._letters(name))

    def _indexed(self, identifier: str, letters: str) -> Symbol:
        return Symbol(identifier + "".join(f"[{letter}]" for letter in letters))

    def _named(self, e: Expression) -> Expression:
        """Replace the names in a formula by identifiers."""
        if isinstance(e, Symbol):
            return self._indexed(*self._identifier(e.name, e.name, self._letters(e.name)))
        if isinstance(e, Partial):
            return self._indexed(*self._slope(e.by[0]))
        if isinstance(e, Prime):
            return replace(e, meaning=self._named(e.meaning))
        return e.mapped(self._named)
