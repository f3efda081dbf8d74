"""Does the suite notice when the engine is broken? ``python -m tests.mutation``

Each mutant is one change to a copy of the engine. A fast part of the suite runs on the copy, the cheapest files first,
and one of its tests has to fail; that the copy does not even import is no such failure. Two run at a time.

``--by tests/autograd/properties`` asks whether these tests alone would have noticed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .mutants import EQUIVALENT, MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
STAGES = (
    ("test_backprop.py", "test_functional.py", "test_errors.py", "test_value.py", "test_micrograd.py"),
    ("test_recording.py", "test_copies.py"),
    ("test_rules.py", "test_primitives.py", "test_higher_orders.py"),
    ("test_accuracy.py", "properties"),
)
IN_TURN = tuple([tuple([f"tests/autograd/{name}" for name in stage]) for stage in STAGES])
LIMIT = 300  # seconds: a mutant that runs for ever is one that somebody would notice
_FAILED = re.compile(r"^FAILED (.+?)(?: - .*)?$", re.MULTILINE)  # the name of a case may have spaces


def killed_by(mutant: Mutant | None, stages: Sequence[Sequence[str]] = IN_TURN) -> str | None:
    """The first test that fails on the mutant (or on an unchanged copy), or None if it survives them all."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("autograd", "nn", "tests", "docs"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        if mutant is not None:
            file = copy / "autograd" / mutant.file
            file.write_text(mutant.applied(file.read_text(encoding="utf-8")), encoding="utf-8")
        for paths in stages:
            if killer := first_failure(copy, paths):
                return killer
    return None


def first_failure(copy: Path, paths: Sequence[str]) -> str | None:
    """The first of these tests that fails on the copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutation"]
    try:
        done = subprocess.run(
            [*command, *paths],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return f"the clock ({LIMIT} s)"
    if done.returncode == 0:
        return None
    failed = _FAILED.search(done.stdout)
    if done.returncode != 1 or failed is None:  # the tests did not run at all
        raise RuntimeError(f"pytest {' '.join(paths)} ended with status {done.returncode}:\n{done.stdout[-3000:]}")
    return failed[1].removeprefix("tests/autograd/")


def main() -> int:
    """Run them all, or those whose description has the given words; the exit status tells of survivors."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Break the engine; see who notices.")
    parser.add_argument("words", nargs="*", help="only the mutants whose description has one of these")
    parser.add_argument("--by", nargs="+", metavar="PATH", help="the tests that are to notice (default: a fast part)")
    options = parser.parse_args()
    chosen = [m for m in MUTANTS if not options.words or any(word in m.wrong for word in options.words)]
    stages = [options.by] if options.by else IN_TURN
    if killer := killed_by(None, stages):
        print(f"{killer} fails on the engine as it is; mend that first")
        return 1
    killers = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for mutant, killer in zip(chosen, pool.map(lambda mutant: killed_by(mutant, stages), chosen), strict=True):
            print(f"{mutant.file:16} {mutant.wrong:48} {'killed by ' + killer if killer else 'SURVIVED'}", flush=True)
            killers.append(killer)
    survivors = [mutant for mutant, killer in zip(chosen, killers, strict=True) if killer is None]
    for mutant in survivors:
        if mutant.wrong in EQUIVALENT:
            print(f"no test can kill {mutant.wrong!r}: {EQUIVALENT[mutant.wrong]}")
    noticed = Counter(killer.split("::")[0] for killer in killers if killer)
    print(f"{len(chosen)} mutants: {len(chosen) - len(survivors)} killed, {len(survivors)} survived")
    print("by " + ", ".join(f"{name} {count}" for name, count in noticed.most_common()))
    return 1 if any(mutant.wrong not in EQUIVALENT for mutant in survivors) else 0


if __name__ == "__main__":
    sys.exit(main())
