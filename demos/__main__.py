"""Run the demos: all of them, or those that are named."""

from __future__ import annotations

import argparse
import pkgutil
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = sorted(module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.name.startswith("_"))


def title(name: str) -> str:
    """The first line of a demo, which says what it shows."""
    return (HERE / f"{name}.py").read_text(encoding="utf-8").split("\n", 2)[1].removeprefix("# # ")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m demos", description="Run the demos: all of them, or those named.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(NAMES)}")
    parser.add_argument("--list", action="store_true", help="name the demos and say what each shows")
    given = parser.parse_args(arguments)
    for name in given.names:
        if name not in NAMES:
            parser.error(f"there is no demo {name!r}; there are {', '.join(NAMES)}")
    if given.list:
        for name in NAMES:
            print(f"{name:<20} {title(name)}")
        return 0
    for name in given.names or NAMES:
        print(f"\n{title(name)}\n{'=' * len(title(name))}")
        runpy.run_module(f"demos.{name}", run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
