"""The eager engine: time per node, a training step, memory per node, and the import.

The programs are written exactly as for micrograd, and every engine runs the same ones; only the dot in a neuron is this
project's own. lean.py stands for what the simplest engine costs that checks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import dag, fresh
from .engines import Engine, installed
from .figures import Measurement, Target
from .moons import Training
from .suite import Options, Suite
from .timing import on_a_large_stack, side_by_side

_LARGE, _SMALL = 101_000, 6_000  # nodes of the random graphs
_SAMPLES = 100  # points of the two moons


def run(options: Options) -> Iterator[Measurement]:
    engines = installed()
    large = _LARGE // 10 if options.quick else _LARGE
    yield _random_graph(engines, large, options, passes=2, targets=[Target("autograd", "micrograd", at_least=5.0)])
    yield _random_graph(
        engines,
        _SMALL,
        options,
        passes=5 if options.quick else 20,
        targets=[Target("autograd", "micrograd", at_least=1.4), Target("autograd", "lean", at_most=1.3)],
    )
    yield _two_moons(engines, options)
    if fresh.can_measure_memory():
        yield _memory(engines, large, options)
    yield _import(options)


def _random_graph(
    engines: list[Engine], nodes: int, options: Options, passes: int, targets: list[Target]
) -> Measurement:
    graph = dag.draw(nodes, nodes // 100)
    contestants = {engine.name: _pass_over(engine, graph) for engine in engines}
    seconds = on_a_large_stack(lambda: side_by_side(contestants, options.repeats, passes))
    return Measurement(
        f"Random graph of + * − relu, {nodes:,} nodes, forward and backward",
        "µs per node",
        {name: [1e6 * s / nodes for s in xs] for name, xs in seconds.items()},
        targets,
    )


def _pass_over(engine: Engine, graph: dag.Dag) -> Callable[[], None]:
    def one_pass() -> None:
        dag.run(engine.make, graph)

    return one_pass


def _two_moons(engines: list[Engine], options: Options) -> Measurement:
    samples = _SAMPLES // 5 if options.quick else _SAMPLES
    contestants: dict[str, Callable[[], Any]] = {
        engine.name: Training(engine.make, samples=samples).step for engine in engines
    }
    for engine in engines:
        if engine.dot:
            contestants[f"{engine.name} with dot"] = Training(engine.make, engine.dot, samples=samples).step
    seconds = on_a_large_stack(lambda: side_by_side(contestants, options.repeats, passes=2))
    return Measurement(
        f"Two moons as in micrograd's demonstration, 2-16-16-1, a step on {samples} samples",
        "ms per step",
        {name: [1e3 * s for s in xs] for name, xs in seconds.items()},
        [Target("autograd", "micrograd", at_least=8.0), Target("autograd with dot", "micrograd", at_least=40.0)],
    )


def _memory(engines: list[Engine], nodes: int, options: Options) -> Measurement:
    rounds = min(options.repeats, 3)  # the figure hardly moves
    samples = {
        engine.name: [fresh.sample("memory", engine.name, str(nodes))["bytes_per_node"] for _ in range(rounds)]
        for engine in engines
    }
    return Measurement(
        f"Resident memory after forward and backward, random graph of {nodes:,} nodes",
        "bytes per node",
        samples,
        [Target("autograd", at_most=260.0)],
        ["A fresh interpreter for each sample."],
    )


def _import(options: Options) -> Measurement:
    fresh.sample("import", "autograd")  # which writes the bytecode, if it was not there
    found = [fresh.sample("import", "autograd") for _ in range(options.repeats)]
    others = sorted({name for each in found for name in each["loaded"]})
    return Measurement(
        "import autograd",
        "ms",
        {"autograd": [1e3 * each["seconds"] for each in found]},
        [Target("autograd", at_most=50.0)],
        [
            "A fresh interpreter for each sample.",
            f"Packages that it loads beside itself and the standard library: {', '.join(others) or 'none'}.",
        ],
    )


SUITE = Suite("eager", "the engine as you write it, beside micrograd and the leanest engine there is", run)
