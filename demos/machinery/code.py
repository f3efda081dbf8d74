"""Python for reading: its keywords, strings and comments marked."""

from __future__ import annotations

import keyword
import tokenize
from io import StringIO

from autograd.explore.html import Markup, element, joined, words

_KINDS = {tokenize.STRING: "string", tokenize.COMMENT: "comment", tokenize.NUMBER: "figure"}


def marked(source: str) -> Markup:
    """A cell's source, which is whole Python.

    >>> marked("x = None")
    'x = <span class="keyword">None</span>'
    """
    lines = source.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    parts: list[str] = []
    end = 0
    for token in tokenize.generate_tokens(StringIO(source).readline):
        kind = "keyword" if keyword.iskeyword(token.string) else _KINDS.get(token.type)
        if kind is not None:
            first, last = (starts[row - 1] + column for row, column in (token.start, token.end))
            parts += [words(source[end:first]), element("span", words(source[first:last]), class_=kind)]
            end = last
    return joined(*parts, words(source[end:]))
