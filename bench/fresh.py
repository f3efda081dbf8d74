"""Measurements that need a fresh interpreter: resident memory, the time that an import or a compilation takes, and a
whole suite with so many threads.

Run as a program (``python -m bench.fresh memory autograd 101000``) it prints what it found as JSON, one line for each
thing; `sample` and `suite` do that in a process of its own.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from .figures import Growth, Measurement, from_json
from .suite import Options

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def sample(*arguments: str, threads: int | None = None) -> dict[str, Any]:
    """The one thing that this file prints when a fresh interpreter runs it with these arguments."""
    (found,) = _lines(arguments, threads)
    return found


def suite(name: str, options: Options, threads: int) -> Iterator[Measurement | Growth]:
    """A suite's measurements, from a process whose BLAS has so many threads."""
    for line in _lines(("suite", name, str(options.repeats), str(int(options.quick)), str(threads)), threads):
        yield from_json(line)


def _lines(arguments: tuple[str, ...], threads: int | None) -> Iterator[Any]:
    paths = [str(Path(__file__).parents[1]), *filter(None, sys.path)]  # the same packages as here
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if threads is not None:
        environment.update(dict.fromkeys(_THREADS, str(threads)))
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.fresh", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
        assert process.stdout is not None
        try:
            yield from map(json.loads, process.stdout)
        finally:
            process.stdout.close()
            failed = process.wait()
        if failed:
            complaints.seek(0)
            raise RuntimeError(f"bench.fresh {' '.join(arguments)} failed:\n{complaints.read()}")


def memory(name: str, nodes: str) -> dict[str, Any]:
    """Resident bytes per node of the random graph, after forward and backward, while the root is held."""
    from . import dag
    from .engines import load
    from .timing import on_a_large_stack

    engine = load(name)
    assert engine is not None
    graph = dag.draw(int(nodes), int(nodes) // 100)
    on_a_large_stack(lambda: dag.run(engine.make, dag.draw(100, 10)))  # whatever is loaded at first use
    gc.collect()
    before = resident_bytes()
    root = on_a_large_stack(lambda: dag.run(engine.make, graph)[0])
    grown = resident_bytes() - before
    assert root.grad == 1.0
    return {"bytes_per_node": grown / graph.nodes}


def resident_bytes() -> int:
    """The memory that this process has in RAM now, as Linux tells it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def can_measure_memory() -> bool:
    return Path("/proc/self/statm").exists()


def import_time(package: str) -> dict[str, Any]:
    """Seconds that the import takes in an interpreter that has just started, and which other packages it loads."""
    before = set(sys.modules)
    start = perf_counter()
    import_module(package)
    seconds = perf_counter() - start
    loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
    return {"seconds": seconds, "loaded": sorted(loaded - sys.stdlib_module_names - {package})}


def first_result(work: str, engine: str, size: str) -> dict[str, Any]:
    """Seconds from the program as it was written to its first result."""
    from .tracing import first_call

    make_and_call = first_call(work, engine, int(size))
    start = perf_counter()
    make_and_call()
    return {"seconds": perf_counter() - start}


def run_suite(name: str, repeats: str, quick: str, threads: str) -> Iterator[dict[str, Any]]:
    from . import packages
    from .__main__ import SUITES

    if packages.installed("torch"):
        from .with_torch import use_threads

        use_threads(int(threads))
    for measured in SUITES[name].run(Options(int(repeats), quick == "1")):
        yield {**measured.as_json(), "threads": int(threads)}


TASKS = {"memory": memory, "import": import_time, "first": first_result}


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    out, sys.stdout = sys.stdout, sys.stderr  # what a peer prints is not a result
    for thing in run_suite(*rest) if what == "suite" else [TASKS[what](*rest)]:
        print(json.dumps(thing), file=out, flush=True)
