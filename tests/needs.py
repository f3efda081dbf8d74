"""What a test needs beside the engine. Where it is missing, the test is skipped and says what to install."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest


def reason(name: str, install: str) -> str:
    """Why a test is skipped, and how to run it."""
    return f"NOT tested here, because {name} is not installed: {install}"


def package(name: str, install: str) -> Any:
    """The module of that name; without it, the test that asks is skipped."""
    if find_spec(name.partition(".")[0]) is None:
        pytest.skip(reason(name.partition(".")[0], install), allow_module_level=True)
    return import_module(name)


def packages(*names: str, install: str) -> pytest.MarkDecorator:
    """A mark for tests that need all of these."""
    missing = [name for name in names if find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=reason(" and ".join(missing), install))
