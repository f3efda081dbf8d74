"""The Python blocks in README and docs run, page by page, from top to bottom, and print what the page says.

Where a block of text follows directly on a block of Python, it is what the Python prints (``...`` stands for anything).
A test that a page defines is run, too.
"""

from __future__ import annotations

import doctest
import re
import textwrap
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

import autograd
from autograd.primitives import remove_row, table

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PYTHON = re.compile(r"^( *)```python\n(.*?)^\1```\n(?:\s*\n\1```(?:text)?\n(.*?)^\1```)?", re.DOTALL | re.MULTILINE)


def blocks(page: Path) -> list[tuple[str, str | None]]:
    """The page's Python, each line where it stands on the page, and what it prints.

    The row in CONTRIBUTING is left out: it stands in the package.
    """
    text = page.read_text(encoding="utf-8")
    found = []
    for match in PYTHON.finditer(text):
        code, printed = textwrap.dedent(match[2]), match[3]
        if not code.startswith("@row"):
            above = "\n" * text.count("\n", 0, match.start(2))
            found.append((above + code, None if printed is None else textwrap.dedent(printed)))
    return found


def run(code: str, page: str, names: dict[str, object]) -> str:
    printed = StringIO()
    before = set(names)
    with redirect_stdout(printed):
        exec(compile(code, page, "exec"), names)
        for name in sorted(set(names) - before):
            if name.startswith("test_") and f"{name}()" not in code:
                names[name]()
    return printed.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_of_a_page_runs_and_prints_what_stands_there(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a page may write files
    before = set(table)
    names = {"__name__": "__main__"}
    matches = doctest.OutputChecker().check_output
    try:
        for code, expected in blocks(page):
            printed = run(code, str(page.relative_to(ROOT)), names)
            if expected is not None:
                assert matches(expected, printed, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE), (
                    f"after\n{code.strip()}\nthe page says\n{expected}\nand this was printed\n{printed}"
                )
    finally:
        for name in set(table) - before:
            remove_row(name)
    assert set(table) == before


def test_there_are_pages_with_code_and_with_what_it_prints():
    assert sum(bool(blocks(page)) for page in PAGES) >= 4
    assert sum(printed is not None for page in PAGES for _, printed in blocks(page)) >= 4
    assert autograd.__name__ in (ROOT / "README.md").read_text(encoding="utf-8")
