"""Measurements that need a fresh interpreter for each sample: resident memory, and the time that an import takes.

Run as a program (``python -m bench.fresh memory autograd 101000`` or ``python -m bench.fresh import autograd``) it
takes one sample and prints it as JSON; `sample` does that in a process of its own.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any


def sample(*arguments: str) -> dict[str, Any]:
    """What this file prints when a fresh interpreter runs it with these arguments."""
    paths = [str(Path(__file__).parents[1]), *filter(None, sys.path)]  # the same packages as here
    done = subprocess.run(
        [sys.executable, "-m", "bench.fresh", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"bench.fresh {' '.join(arguments)} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def memory(name: str, nodes: int) -> dict[str, Any]:
    """Resident bytes per node of the random graph, after forward and backward, while the root is held."""
    from . import dag
    from .engines import load
    from .timing import on_a_large_stack

    engine = load(name)
    assert engine is not None
    graph = dag.draw(nodes, nodes // 100)
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


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    print(json.dumps(memory(rest[0], int(rest[1])) if what == "memory" else import_time(rest[0])))
