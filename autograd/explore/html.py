"""Build HTML safely: any string that is not `Markup` is escaped when it is inserted."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from ..expression.symbols import printable


class Markup(str):
    """A string of HTML. Any other string is plain text, and is escaped."""

    __slots__ = ()


def words(text: str) -> Markup:
    """Escape plain text.

    >>> words("a < b")
    'a &lt; b'
    """
    return text if isinstance(text, Markup) else Markup(escape(printable(text)))


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """Return an element. ``class_`` sets class, ``data_node`` sets data-node; True is an attribute without a value.

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
    """Concatenate the parts."""
    return Markup("".join(map(words, parts)))


def json_in_script(data: Any) -> Markup:
    r"""Return JSON for a ``<script>`` element, escaped so that no string in it can end the element.

    >>> json_in_script({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    for c in "<>&":
        text = text.replace(c, f"\\u{ord(c):04x}")
    return Markup(text)
