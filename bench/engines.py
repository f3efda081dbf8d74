"""The engines that run programs on their Values: this project, micrograd if it is installed, and lean.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from . import packages


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that is there: its name in the tables, its Value, and its n-ary dot if it has one."""

    name: str
    make: Callable[[float], Any]
    dot: Callable[[Any, Any], Any] | None = None


_PLACES = {"autograd": "autograd", "micrograd": "micrograd.engine", "lean": "bench.lean"}
NAMES = tuple(_PLACES)


def load(name: str) -> Engine | None:
    """The engine of that name, or None if it is a package that is not installed."""
    if name in packages.REQUIREMENTS and not packages.installed(name):
        return None
    module = import_module(_PLACES[name])
    return Engine(name, module.Value, getattr(module, "dot", None))


def installed() -> list[Engine]:
    return [engine for name in NAMES if (engine := load(name)) is not None]
