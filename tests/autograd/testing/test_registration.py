"""Hypothesis knows Values without being told, in whichever order the two are imported."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.testing.registration import register

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module", autouse=True)
def _registered():
    register()  # as Hypothesis does itself, where the package is installed


@given(st.data())
def test_from_type(data):
    assert type(data.draw(st.from_type(Value))) is Value
    one, many = data.draw(st.from_type(tuple[Value, list[Value]]))
    assert all(type(v) is Value for v in [one, *many])


def test_the_entry_point_is_there():
    project = ROOT / "pyproject.toml"
    if not project.exists():
        pytest.skip("pyproject.toml is not here: these are the tests of an installed package")
    entries = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["entry-points"]["hypothesis"]
    [entry] = entries.values()
    module, _, name = entry.partition(":")
    assert getattr(importlib.import_module(module), name) is register


@pytest.mark.parametrize("first", ["hypothesis", "autograd", "autograd.testing", "autograd.testing.registration"])
def test_any_order_of_imports(first, tmp_path):
    """With an entry point as an installed package has it, in a process of its own."""
    info = tmp_path / "entry-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: entry\nVersion: 0\n")
    (info / "entry_points.txt").write_text("[hypothesis]\nautograd = autograd.testing.registration:register\n")
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(Path(sys.modules['autograd'].__file__).parents[1])!r}]; "
        f"import {first}, hypothesis, autograd; from hypothesis import find, strategies as st; "
        f"print(find(st.from_type(autograd.Value), lambda v: True))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "Value(0.0, grad=0.0)", done.stderr


def test_without_hypothesis_autograd_works_and_testing_says_what_is_missing():
    code = (
        f"import sys; sys.path.insert(0, {str(Path(sys.modules['autograd'].__file__).parents[1])!r}); "
        "sys.modules['hypothesis'] = None\n"
        "import autograd; print(autograd.grad(autograd.tanh)(0.0))\n"
        "import autograd.testing"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "1.0"
    assert "autograd.testing needs Hypothesis, which is not installed: pip install hypothesis" in done.stderr
