"""A random graph of ``+``, ``*``, ``−`` and relu, the same for every engine.

The graph is drawn once, as plain data; an engine then runs it as a program. Its numbers stay in [−1, 1]: an addition
that would leave that range becomes a subtraction, and the other way round. Every node is used, so that every one is
below the root. "Nodes" are the leaves and the operations *as they are written*: what an engine makes of one of them is
its own affair (for micrograd ``a - b`` is four objects).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ADD, SUB, MUL, RELU = "+", "-", "*", "relu"


@dataclass(frozen=True, slots=True)
class Dag:
    """The leaves' numbers, and the operations in order: a name and the places of its operands."""

    leaves: Sequence[float]
    operations: Sequence[tuple[str, int, int]]

    @property
    def nodes(self) -> int:
        return len(self.leaves) + len(self.operations)


def draw(nodes: int, leaves: int, seed: int = 0) -> Dag:
    """A random graph with so many nodes, all of which lead to the last one."""
    rng = random.Random(seed)
    numbers = [rng.uniform(-1.0, 1.0) for _ in range(leaves)]
    operations: list[tuple[str, int, int]] = []
    loose = list(range(leaves))  # what nothing uses yet
    used: list[int] = []

    def take() -> int:
        """One that nothing uses yet; now something does."""
        place = rng.randrange(len(loose))
        loose[place], loose[-1] = loose[-1], loose[place]
        used.append(loose.pop())
        return used[-1]

    while len(numbers) < nodes:
        gathering = len(loose) > nodes - len(numbers)  # the last operations bring the loose ends together
        i = take()
        j = take() if gathering else rng.choice(used)
        kind = rng.choice((ADD, SUB)) if gathering else rng.choice((ADD, SUB, MUL, RELU))
        a, b = numbers[i], numbers[j]
        if kind == ADD and abs(a + b) > 1.0:
            kind = SUB
        elif kind == SUB and abs(a - b) > 1.0:
            kind = ADD
        result = {ADD: a + b, SUB: a - b, MUL: a * b, RELU: max(a, 0.0)}[kind]
        loose.append(len(numbers))
        numbers.append(result)
        operations.append((kind, i, j))
    return Dag(numbers[:leaves], operations)


def run(make: Any, dag: Dag) -> tuple[Any, list[Any]]:
    """The graph on an engine's Values, forward and backward: the root and the leaves."""
    values = [make(x) for x in dag.leaves]
    add = values.append
    for kind, i, j in dag.operations:
        if kind == ADD:
            add(values[i] + values[j])
        elif kind == MUL:
            add(values[i] * values[j])
        elif kind == SUB:
            add(values[i] - values[j])
        else:
            add(values[i].relu())
    root = values[-1]
    root.backward()
    return root, values[: len(dag.leaves)]
