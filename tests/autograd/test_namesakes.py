"""HIPS autograd has the same import name: who meets the one where the other was meant is told so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
import nn


def run(folder, code):
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False).stderr


def copied(package, folder):
    ignored = shutil.ignore_patterns("__pycache__", "*.js", "*.css")
    return Path(shutil.copytree(Path(package.__file__).parent, folder / package.__name__, ignore=ignored))


def test_the_numpy_of_hips_autograd_is_not_here_and_what_is_says_so():
    with pytest.raises(ImportError, match=r"belongs to HIPS autograd.*scalar-autograd.*pip install autograd"):
        import autograd.numpy  # noqa: F401


def test_files_of_both_in_one_folder_are_noticed(tmp_path):
    folder = copied(autograd, tmp_path)
    assert run(tmp_path, "import autograd") == ""
    (folder / "tracer.py").write_text("")  # which HIPS autograd has, and this package never had
    assert "pip uninstall autograd scalar-autograd" in run(tmp_path, "import autograd")


def test_nn_says_that_it_found_the_other_autograd(tmp_path):
    copied(nn, tmp_path)
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("from .tracer import elementwise_grad\n")
    (tmp_path / "autograd" / "tracer.py").write_text("elementwise_grad = None\n")
    assert "is another package of that import name" in run(tmp_path, "import nn")
