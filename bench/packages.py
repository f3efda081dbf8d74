"""The packages of the peers: which are there, in which version, and how to get the others."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from importlib.util import find_spec

REQUIREMENTS = {"micrograd": "micrograd", "torch": "torch==2.13.0", "jax": "jax", "casadi": "casadi"}


def installed(name: str) -> bool:
    return find_spec(name) is not None


def version(name: str) -> str:
    """The installed version; empty where a package does not say."""
    try:
        return installed_version(name)
    except PackageNotFoundError:
        return ""


def complaints() -> list[str]:
    """What keeps a comparison from being complete: a package that is not there, or not in the version that is meant."""
    found = []
    for name, requirement in REQUIREMENTS.items():
        wanted = requirement.partition("==")[2]
        if not installed(name):
            found.append(f"{name} is not installed, so there is nothing to compare with: pip install {requirement}")
        elif wanted and version(name).partition("+")[0] != wanted:
            found.append(
                f"{name} is here as {version(name)}, and the targets are for {wanted}: pip install {requirement}"
            )
    return found
