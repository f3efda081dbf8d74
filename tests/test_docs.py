"""The Python blocks in README and docs run, page by page, from top to bottom."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

import autograd
from autograd.primitives import remove_row, table

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^( *)```python\n(.*?)^\1```", re.DOTALL | re.MULTILINE)


def blocks(page: Path) -> list[str]:
    """The page's Python, without the row in CONTRIBUTING, which stands in the package."""
    found = [textwrap.dedent(match[2]) for match in FENCE.finditer(page.read_text(encoding="utf-8"))]
    return [block for block in found if not block.startswith("@row")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a page may write files
    before = set(table)
    names = {"__name__": "__main__"}
    try:
        for block in blocks(page):
            exec(compile(block, str(page.relative_to(ROOT)), "exec"), names)
    finally:
        for name in set(table) - before:
            remove_row(name)
    assert set(table) == before


def test_there_are_pages_with_code():
    assert sum(bool(blocks(page)) for page in PAGES) >= 4
    assert autograd.__name__ in (ROOT / "README.md").read_text(encoding="utf-8")
