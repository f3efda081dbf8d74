"""The page on derivations: its code runs, and what it shows is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-derivation.md"


@pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not here: these are the tests of an installed package")
def test_the_page_shows_what_comes_out(capsys):
    blocks = re.findall(r"```(python|text)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names = {}
    shown = 0
    for kind, block in blocks:
        if kind == "python":
            capsys.readouterr()
            exec(block, names)
        else:
            assert capsys.readouterr().out.strip() == block.strip()
            shown += 1
    assert shown >= 2
