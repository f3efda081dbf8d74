"""The page of documentation does what it says."""

from __future__ import annotations

import re
from pathlib import Path

from autograd.explore.model import MOST_NODES

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "step-through-backprop.md"


def test_the_example_runs_and_prints_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    [block] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(block, PAGE.name, "exec"), {})
    assert capsys.readouterr().out.splitlines() == re.findall(r"# (.*)$", block, re.MULTILINE)
    assert "<!doctype html>" in (tmp_path / "two-neurons.html").read_text(encoding="utf-8")


def test_the_limit_is_the_one_that_is_named():
    assert f"The limit is {MOST_NODES} nodes" in PAGE.read_text(encoding="utf-8")
