"""Plain text as it has to be written in Markdown."""

from __future__ import annotations

import re

_ACTIVE = re.compile(r"[\\`*<\[\]|#~]|(?<!\w)_|_(?!\w)")  # an underscore within a word, as in y_hat, is none


def markdown(text: str) -> str:
    r"""The text with what Markdown would take for markup made plain, on one line, so that it fits a table too.

    >>> print(markdown("2*x | y_hat"))
    2\*x \| y_hat
    """
    return _ACTIVE.sub(lambda found: "\\" + found[0], " ".join(text.split()))
