"""Every public name is explained by an example that runs (test_doctests.py runs them), and nn keeps to public names."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import autograd
import nn

READERS = {"autograd", *[f"autograd.{reader}" for reader in ("derive", "draw", "explore", "proofread", "testing")]}
SOURCES = sorted(Path(nn.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("name", nn.__all__)
def test_a_public_name_has_an_example(name):
    assert ">>>" in getattr(nn, name).__doc__


@pytest.mark.parametrize("name", [name for name in nn.__all__ if isinstance(getattr(nn, name), type)])
def test_a_public_method_is_explained(name):
    for attribute, thing in vars(getattr(nn, name)).items():
        if callable(thing) and not attribute.startswith("_"):
            assert thing.__doc__, attribute


def test_all_is_what_is_imported_and_is_sorted():
    tree = ast.parse(Path(nn.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(nn.__all__) == imported


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(SOURCES[0].parent)))
def test_only_what_is_public_in_autograd_is_used(source):
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "autograd" and not node.level:
            assert node.module in READERS, node.module
            if node.module == "autograd":
                assert {alias.name for alias in node.names} <= set(autograd.__all__)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "autograd":
            assert node.attr in autograd.__all__
