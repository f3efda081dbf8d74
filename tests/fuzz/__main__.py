"""``python -m tests.fuzz``: many random programs, eagerly, compiled and in multiprecision.

``python -m tests.fuzz --programs 100000 --seed 1 --jobs 2`` prints what was in them and what came of them, and writes
each failure to a file, as small as it gets. ``--only 4711`` looks at one program alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from .campaign import Failure, Summary, run

CHUNK = 250


def main() -> None:
    """Run a campaign from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--programs", type=int, default=2000, help="how many (2000)")
    parser.add_argument("--seed", type=int, default=0, help="which (0)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one (0)")
    parser.add_argument("--only", type=int, help="the number of the only one")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--out", type=Path, default=Path("fuzz-failures"), help="where failures go (fuzz-failures)")
    parser.add_argument(
        "--whole", action="store_true", help="show failures as they are, and do not look for smaller ones"
    )
    options = parser.parse_args()
    last = options.first + options.programs
    chunks = [range(i, min(i + CHUNK, last)) for i in range(options.first, last, CHUNK)]
    if options.only is not None:
        chunks = [range(options.only, options.only + 1)]
    start, total = time.perf_counter(), Summary()
    with ProcessPoolExecutor(options.jobs) as pool:
        for done in as_completed([pool.submit(run, options.seed, chunk, shrink=not options.whole) for chunk in chunks]):
            part = done.result()
            total += part
            for failure in part.failures:
                _keep(failure, options.out)
            _progress(total, sum(map(len, chunks)), time.perf_counter() - start)
    print(total)
    print(f"{total.programs / (time.perf_counter() - start):.0f} programs a second")
    sys.exit(bool(total.failures))


def _keep(failure: Failure, out: Path) -> None:
    out.mkdir(exist_ok=True)
    name = "".join(c if c.isalnum() else "-" for c in failure.fault.kind)[:60].strip("-")
    (out / f"{name}-{failure.seed}-{failure.number}.py").write_text(str(failure), encoding="utf-8")
    print(failure, flush=True)


def _progress(total: Summary, programs: int, seconds: float) -> None:
    print(f"{total.programs:,} of {programs:,} in {seconds:.0f} s, {len(total.failures)} failures", file=sys.stderr)


if __name__ == "__main__":
    main()
