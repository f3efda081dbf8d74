"""Names as they are written: ``w_1`` and ``w1`` as w₁, ``alpha`` as α, ``x[j]`` as xⱼ; other names as they are."""

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
    """A name that can be taken apart: its letters, its number and what stands in its brackets."""

    letters: str
    number: str
    bracket: str

    @property
    def subscript(self) -> str:
        """What is set low: the number, and a single index that can stand beside it without a doubt."""
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
    """The parts of a name, or None if it is not made in this way."""
    parts = _NAME.fullmatch(name)
    if not parts or not name.isascii():
        return None
    return Name(parts[1], parts[2] or "", (parts[3] or "[]")[1:-1])


def is_letter(name: str) -> bool:
    """Whether a name is one letter on the page, so that a parenthesis after it is no function call."""
    parts = parse(name)
    return parts is not None and not parts.rest and (len(parts.letters) == 1 or parts.letters in GREEK)


def printable(text: str) -> str:
    r"""The text with control characters as their pictures (␀) and half surrogates as �: no page has room for them.

    >>> print(printable("a\x00b"))
    a␀b
    """
    return _UNPRINTABLE.sub(lambda c: chr(0x2400 + ord(c[0])) if c[0] < " " else "\ufffd", text)
