"""The generated page of the table."""

from pathlib import Path

import pytest

from autograd.catalogue import page
from autograd.primitives import builtin

PAGE = Path(__file__).parents[2] / "docs" / "primitives.md"


def test_every_row_has_its_line():
    lines = [line.split(" | ")[0] for line in page().splitlines()]
    assert [lines.count(f"| `{name}`") for name in builtin] == [1] * len(builtin)
    assert "1 − tanh² x" in page()


def test_the_committed_page_is_the_generated_one():
    if not PAGE.exists():
        pytest.skip("docs/ is not here: these are the tests of an installed package")
    assert PAGE.read_text(encoding="utf-8").strip() == page().strip()
