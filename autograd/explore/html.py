"""HTML that cannot be injected into: what is not markup already is escaped where it is put in."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from ..expression.symbols import printable


class Markup(str):
    """Text that is HTML. Any other string is words, and is escaped."""

    __slots__ = ()


def words(text: str) -> Markup:
    """Text as it is, with nothing in it that a browser takes for markup.

    >>> words("a < b")
    'a &lt; b'
    """
    return text if isinstance(text, Markup) else Markup(escape(printable(text)))


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """An element; ``class_`` is class, ``data_node`` is data-node, True an attribute without a value.

    >>> element("p", "a < b", class_="note", hidden=True)
    '<p class="note" hidden>a &lt; b</p>'
    """
    written = ""
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        written += f" {name}" if value is True else f' {name}="{escape(printable(str(value)))}"'
    return Markup(f"<{tag}{written}>{joined(*children)}</{tag}>")


def joined(*parts: str) -> Markup:
    """The parts one after the other."""
    return Markup("".join(map(words, parts)))


def json_in_script(data: Any) -> Markup:
    r"""JSON for a ``<script>`` element, which nothing in it can end.

    >>> json_in_script({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    for c in "<>&":
        text = text.replace(c, f"\\u{ord(c):04x}")
    return Markup(text)
