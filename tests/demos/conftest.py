"""Demos as a user runs them: in a process of their own, in some folder, perhaps without this or that installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

ROOT = Path(__file__).parents[2]
HIDE = """
import os
from importlib.machinery import PathFinder

found = PathFinder.find_spec
hidden = os.environ["HIDDEN"].split()
PathFinder.find_spec = lambda name, path=None, target=None: (
    None if name.split(".")[0] in hidden else found(name, path, target)
)
"""
"""A sitecustomize.py: the packages named in HIDDEN are not installed, as far as anybody can tell."""


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """Run Python in a folder; ``without`` some packages, and without the command dot."""
    hide = tmp_path_factory.mktemp("hide")
    (hide / "sitecustomize.py").write_text(HIDE, encoding="utf-8")

    def run(*arguments, folder, without=(), dot=True):
        paths = [hide] * bool(without) + [ROOT, Path(autograd.__file__).parents[1]]
        changed = {"PYTHONPATH": os.pathsep.join(map(str, paths)), "HIDDEN": " ".join(without)}
        changed |= {} if dot else {"PATH": ""}
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=folder,
            env=os.environ | changed,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )

    return run


@pytest.fixture(scope="session")
def everything(python, tmp_path_factory):
    """All demos, run once as `make demo` runs them: what that printed, and the page that it wrote."""
    folder = tmp_path_factory.mktemp("demos")
    return python("-m", "demos", folder=folder), folder / "report.html"
