"""``python -m bench``: the suites, and what they measure."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import eager, engines
from .suite import Options

SUITES = {suite.name: suite for suite in (eager.SUITE,)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure this project beside its peers. Without a name, every suite is run.",
        epilog="suites:\n" + "\n".join(f"  {suite.name:<10} {suite.about}" for suite in SUITES.values()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("suites", nargs="*", metavar="suite", help="which to run; see below")
    parser.add_argument("--list", action="store_true", help="list the suites and run nothing")
    parser.add_argument("--repeats", type=int, default=None, metavar="N", help="rounds (7; with --quick 3)")
    parser.add_argument("--quick", action="store_true", help="smaller programs: to see that it runs, not to quote")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to this file too")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.suites if name not in SUITES]
    if unknown:
        parser.error(f"there is no suite {unknown[0]!r}; there are: {', '.join(SUITES)}")
    if given.repeats is not None and given.repeats < 1:
        parser.error("--repeats needs at least 1")

    for suite in SUITES.values():
        print(f"{suite.name:<10} {suite.about}")
    if given.list:
        return 0
    options = Options(repeats=given.repeats or (3 if given.quick else 7), quick=given.quick)
    where = environment()
    print("\n" + ", ".join(f"{key} {value}" for key, value in where.items()))
    for name in engines.missing():
        print(f"\n*** {name} is not installed, so there is nothing to compare with: {engines.how_to_install(name)}")
    results: dict[str, list[Any]] = {}
    for name in given.suites or SUITES:
        results[name] = []
        for measurement in SUITES[name].run(options):
            print(f"\n{measurement.text(judge=not options.quick)}", flush=True)
            results[name].append(measurement.as_json())
    if given.json:
        report = {
            "environment": where,
            "options": {"repeats": options.repeats, "quick": options.quick},
            "missing": engines.missing(),
            "suites": results,
        }
        given.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def environment() -> dict[str, str]:
    """What the figures depend on, beside the code."""
    versions = {engine.name: engines.version_of(engine.name) for engine in engines.installed()}
    return {
        platform.python_implementation(): platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        **{name: number for name, number in versions.items() if number},
    }


if __name__ == "__main__":
    sys.exit(main())
