"""Does the suite notice when the engine is broken? ``python -m tests.mutation``

Each mutant is one change to a copy of the engine. A fast part of the suite runs on the copy, the cheapest files first,
and has to fail. Two run at a time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .mutants import EQUIVALENT, MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
STAGES = (
    ("test_backprop.py", "test_functional.py", "test_errors.py", "test_value.py", "test_micrograd.py"),
    ("test_rules.py", "test_primitives.py", "test_higher_orders.py"),
    ("test_accuracy.py", "properties"),
)


def killed_by(mutant: Mutant | None) -> str | None:
    """The first stage of tests that fails on the mutant (or on an unchanged copy), or None if it survives them all."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("autograd", "nn", "tests", "docs"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        if mutant is not None:
            spoil(copy / "autograd" / mutant.file, mutant)
        for stage in STAGES:
            if fails(copy, stage):
                return f"{stage[0]}…"
    return None


def spoil(file: Path, mutant: Mutant) -> None:
    """Make the change, which must fit in exactly one place."""
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.file} has {text.count(mutant.old)} places for {mutant.old!r} ({mutant.wrong})")
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def fails(copy: Path, files: Sequence[str]) -> bool:
    """Whether these tests fail on the copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutation"]
    paths = [f"tests/autograd/{name}" for name in files]
    done = subprocess.run(
        [*command, *paths],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )
    return done.returncode != 0


def main() -> int:
    """Run them all, or those whose description has the given words; the exit status tells of survivors."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Break the engine; see who notices.")
    parser.add_argument("words", nargs="*", help="only the mutants whose description has one of these")
    words = parser.parse_args().words
    chosen = [m for m in MUTANTS if not words or any(word in m.wrong for word in words)]
    stage = killed_by(None)
    if stage:
        print(f"the tests fail on the engine as it is ({stage}); mend that first")
        return 1
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(killed_by, chosen))
    survivors = [m for m, killer in zip(chosen, results, strict=True) if killer is None]
    for mutant, killer in zip(chosen, results, strict=True):
        print(f"{'killed by ' + killer if killer else 'SURVIVED':32} {mutant.file:16} {mutant.wrong}")
    for mutant in survivors:
        if mutant.wrong in EQUIVALENT:
            print(f"no test can kill {mutant.wrong!r}: {EQUIVALENT[mutant.wrong]}")
    unexplained = [m for m in survivors if m.wrong not in EQUIVALENT]
    print(f"{len(chosen)} mutants: {len(chosen) - len(survivors)} killed, {len(survivors)} survived")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
