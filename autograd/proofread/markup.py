"""Numbers as text, and text as it has to be written in Markdown and in HTML."""

from __future__ import annotations

import re
from html import escape

from ..expression.symbols import printable

_ACTIVE = re.compile(r"[\\`*<\[\]|#~]|(?<!\w)_|_(?!\w)")  # an underscore within a word, as in y_hat, is none


def markdown(text: str) -> str:
    r"""The text with what Markdown would take for markup made plain, on one line, so that it fits a table too.

    >>> print(markdown("2*x | y_hat"))
    2\*x \| y_hat
    """
    return _ACTIVE.sub(lambda found: "\\" + found[0], " ".join(text.split()))


def html(text: str) -> str:
    """The text with nothing in it that a browser takes for markup, or no page may hold.

    >>> print(html("a < b"))
    a &lt; b
    """
    return escape(printable(text))


def digits(x: float, most: int = 6) -> str:
    """A number to so many digits, with a proper minus sign, and 0 for −0.

    >>> digits(-0.5), digits(2 / 3), digits(-0.0)
    ('−0.5', '0.666667', '0')
    """
    return f"{x + 0.0:.{most}g}".replace("-", "−")
