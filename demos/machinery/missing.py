"""What is not installed is said in a line, with what to write to have it."""

from __future__ import annotations


def line(error: ImportError) -> str | None:
    """The line for an import that failed for want of matplotlib, and None for any other: that is a mistake."""
    culprits = (error, error.__cause__)
    if any(isinstance(e, ImportError) and e.name == "matplotlib" for e in culprits):
        return "no picture here: matplotlib is not installed (pip install '.[demos]')"
    return None
