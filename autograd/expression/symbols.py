"""Parse names into letters and subscripts: ``w_1`` and ``w1`` are w₁, ``alpha`` is α, ``x[j]`` is xⱼ."""

from __future__ import annotations

import re
from typing import NamedTuple

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
SUBSCRIPTS = str.maketrans("0123456789hijklmn", "₀₁₂₃₄₅₆₇₈₉ₕᵢⱼₖₗₘₙ")
SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NAME = re.compile(r"([A-Za-z]+?)(?:_?(\d+))?(\[[^\[\]]+\])?")


class Name(NamedTuple):
    """The parts of a name: its letters, its number and the text in its brackets."""

    letters: str
    number: str
    bracket: str

    @property
    def subscript(self) -> str:
        """The subscript: the number, and a single index where it cannot be confused with the number."""
        return self.number + (self.bracket if self.is_index else "")

    @property
    def rest(self) -> str:
        """The indices that stay in brackets: ``[3,1]``."""
        return "" if self.is_index or not self.bracket else f"[{self.bracket}]"

    @property
    def is_index(self) -> bool:
        """Whether the bracket holds one index: a letter, or a number where the name has no other."""
        return self.bracket in tuple("hijklmn") or (self.bracket.isdecimal() and not self.number)


def parse(name: str) -> Name | None:
    """Return the parts of a name, or None if it does not have this form."""
    parts = _NAME.fullmatch(name)
    if not parts or not name.isascii():
        return None
    return Name(parts[1], parts[2] or "", (parts[3] or "[]")[1:-1])


def is_letter(name: str) -> bool:
    """Return whether a name prints as one letter, so that a parenthesis after it does not look like a call."""
    parts = parse(name)
    return parts is not None and not parts.rest and (len(parts.letters) == 1 or parts.letters in GREEK)


def printable(text: str) -> str:
    r"""Replace control characters by their Unicode pictures (␀), and lone surrogates by �.

    >>> print(printable("a\x00b"))
    a␀b
    """
    return _UNPRINTABLE.sub(lambda c: chr(0x2400 + ord(c[0])) if c[0] < " " else "\ufffd", text)
