"""The prose of a demo as HTML: headings, paragraphs, lists, `code`, **strong** and *emphasis*."""

from __future__ import annotations

import re

from autograd.explore.html import Markup, element, joined, words

_SPANS = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*")
_TOGETHER = re.compile(r"\([^()]{1,16}\)|\S = ")  # what reads badly when a line breaks inside of it
_BULLET = re.compile(r"- |\d+\. ")


def prose(source: str, level: int = 1) -> Markup:
    """A page of prose; its headings begin at the given level."""
    return joined(*[_block(block, level) for block in re.split(r"\n\s*\n", source.strip()) if block.strip()])


def _block(block: str, level: int) -> Markup:
    heading = re.match(r"(#+) (.*)", block)
    if heading:
        rest = block[heading.end() :].strip()
        title = element(f"h{len(heading[1]) + level - 1}", spans(heading[2]))
        return joined(title, _block(rest, level)) if rest else title
    lines = block.split("\n")
    if _BULLET.match(lines[0]):
        items: list[str] = []
        for line in lines:
            if _BULLET.match(line):
                items.append(_BULLET.sub("", line, count=1))
            else:
                items[-1] += f" {line.strip()}"
        tag = "ul" if lines[0].startswith("-") else "ol"
        return element(tag, *[element("li", spans(item)) for item in items])
    return element("p", spans(" ".join(line.strip() for line in lines)))


def spans(text: str) -> Markup:
    """A line with its `code`, **strong** and *emphasis*.

    >>> spans("**2** < *x*")
    '<strong>2</strong> &lt; <em>x</em>'
    """
    parts: list[Markup] = []
    end = 0
    for found in _SPANS.finditer(text):
        parts.append(_words(text[end : found.start()]))
        parts += [element(tag, inside) for tag, inside in found.groupdict().items() if inside is not None]
        end = found.end()
    return joined(*parts, _words(text[end:]))


def _words(text: str) -> Markup:
    """Words, with formulas such as (1 − a) on one line."""
    return words(
        _TOGETHER.sub(lambda found: found[0].rstrip(" ").replace(" ", "\xa0") + " " * found[0].endswith(" "), text)
    )
