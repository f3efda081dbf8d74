"""``python -m bench``: the suites, and what they measure."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import autograd

from . import calls, eager, fresh, growth, irregular, job, packages, picture, tracing, written_out
from .figures import Growth, Measurement, from_json
from .suite import Options, Suite

SUITES = {module.SUITE.name: module.SUITE for module in (eager, job, written_out, irregular, tracing, calls, growth)}


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
    parser.add_argument("--threads", type=int, nargs="+", metavar="N", help="threads of BLAS and peers (1 and 2)")
    parser.add_argument("--quick", action="store_true", help="smaller programs: to see that it runs, not to quote")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to this file too")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw performance.svg and growth.svg there")
    parser.add_argument("--from", type=Path, metavar="FILE", dest="found", help="take what --json wrote; run nothing")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.suites if name not in SUITES]
    if unknown:
        parser.error(f"there is no suite {unknown[0]!r}; there are: {', '.join(SUITES)}")
    if given.repeats is not None and given.repeats < 1:
        parser.error("--repeats needs at least 1")
    if given.threads and min(given.threads) < 1:
        parser.error("--threads needs at least 1")

    if given.found:
        report = json.loads(given.found.read_text(encoding="utf-8"))
        _show(report)
    else:
        for suite in SUITES.values():
            print(f"{suite.name:<10} {suite.about}")
        if given.list:
            return 0
        options = Options(repeats=given.repeats or (3 if given.quick else 7), quick=given.quick)
        report = _measure(given.suites or list(SUITES), options, given.threads)
    if given.json:
        given.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if given.pictures:
        for path in picture.draw(report, given.pictures):
            print(f"\n{path}")
    return 0


def _measure(names: Sequence[str], options: Options, threads: Sequence[int] | None) -> dict[str, Any]:
    where = environment()
    _print_environment(where)
    for complaint in packages.complaints():
        print(f"\n*** {complaint}")
    results: dict[str, list[Any]] = {name: [] for name in names}
    for name in names:
        for measured in _of_suite(SUITES[name], options, threads):
            print(f"\n{measured.text(judge=not options.quick)}", flush=True)
            results[name].append(measured.as_json())
    return {
        "environment": where,
        "options": {"repeats": options.repeats, "quick": options.quick},
        "complaints": packages.complaints(),
        "suites": results,
    }


def _of_suite(suite: Suite, options: Options, threads: Sequence[int] | None) -> Iterator[Measurement | Growth]:
    if not suite.threads:
        yield from suite.run(options)
        return
    for n in threads or suite.threads:
        yield from fresh.suite(suite.name, options, n)


def _show(report: dict[str, Any]) -> None:
    """Print what was measured before."""
    _print_environment(report["environment"])
    for complaint in report["complaints"]:
        print(f"\n*** {complaint}")
    for found in report["suites"].values():
        for each in found:
            print(f"\n{from_json(each).text(judge=not report['options']['quick'])}")


def _print_environment(where: dict[str, str]) -> None:
    print("\n" + ", ".join(f"{key} {value}" for key, value in where.items()))


def environment() -> dict[str, str]:
    """What the figures depend on, beside the code."""
    peers = {name: packages.version(name) for name in packages.REQUIREMENTS if packages.installed(name)}
    load = {"load average": f"{os.getloadavg()[0]:.1f}"} if hasattr(os, "getloadavg") else {}
    return {
        platform.python_implementation(): platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "autograd": autograd.__version__,
        "numpy": version("numpy"),
        **peers,
        **load,
    }


if __name__ == "__main__":
    sys.exit(main())
