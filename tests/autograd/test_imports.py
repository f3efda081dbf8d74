"""The engine stands alone, and importing it loads nothing that it does not need."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

ENGINE = [
    "errors",
    "notation",
    "primitives",
    "floats",
    "real",
    "interop",
    "value",
    "functions",
    "calls",
    "backprop",
    "functional",
    "extend",
    "tree",
    "copies",
]
FOLDER = Path(autograd.__file__).parent


def imported(path: Path) -> set[str]:
    """What a file imports, inside of functions too, by the first part of the name; our own files with a dot."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level
            names |= {dots + (node.module or alias.name).split(".")[0] for alias in node.names}
    return names


@pytest.mark.parametrize("name", ENGINE)
def test_an_engine_file_imports_the_standard_library_only(name):
    others = {module for module in imported(FOLDER / f"{name}.py") if not module.startswith(".")}
    assert others <= sys.stdlib_module_names


def test_numpy_and_graphviz_wait_until_they_are_needed():
    code = "import sys, autograd; autograd.grad(autograd.tanh)(1.0); print({'numpy', 'graphviz'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_public_name_is_there_and_listed_once():
    assert len(set(autograd.__all__)) == len(autograd.__all__)
    assert all(hasattr(autograd, name) for name in autograd.__all__)
