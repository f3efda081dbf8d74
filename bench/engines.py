"""The engines that run the programs: this project, its peers as far as they are installed, and lean.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that is there: its name in the tables, its Value, and its n-ary dot if it has one."""

    name: str
    make: Callable[[float], Any]
    dot: Callable[[Any, Any], Any] | None = None


_PLACES = {  # where an engine's Value is, and what to install for it
    "autograd": ("autograd", "scalar-autograd"),
    "micrograd": ("micrograd.engine", "micrograd"),
    "lean": ("bench.lean", ""),
}
NAMES = tuple(_PLACES)


def load(name: str) -> Engine | None:
    """The engine of that name, or None if it is not installed."""
    place, distribution = _PLACES[name]
    try:
        module = import_module(place)
    except ModuleNotFoundError as error:
        if distribution and error.name == place.partition(".")[0]:
            return None
        raise
    return Engine(name, module.Value, getattr(module, "dot", None))


def how_to_install(name: str) -> str:
    return f"pip install {_PLACES[name][1]}"


def version_of(name: str) -> str:
    """The installed version; empty for one that stands in this directory."""
    place, distribution = _PLACES[name]
    if not distribution:
        return ""
    package = import_module(place.partition(".")[0])
    return getattr(package, "__version__", None) or version(distribution)


def installed() -> list[Engine]:
    return [engine for name in NAMES if (engine := load(name)) is not None]


def missing() -> list[str]:
    return [name for name in NAMES if load(name) is None]
