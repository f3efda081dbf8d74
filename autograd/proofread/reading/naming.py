"""What the places of a formula are called: as the program's own labels and variables have it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...expression import Symbol
from ...value import Value
from ..evaluate import Run
from .tape import Place, Step

_LISTED = re.compile(r"(\w+)\[(\d+)\]")


class Naming:
    """Collects the names that runs of a program suggest for its places."""

    def __init__(self) -> None:
        self.nodes: dict[Value, Place] = {}
        """The place of each node that was read."""
        self._suggested: dict[Place, str] = {}

    def read(self, run: Run, steps: Mapping[Value, Step]) -> None:
        """Take the labels and the names of variables of one run."""
        for node, step in steps.items():
            self.nodes[node] = step.place
            if node.label and step.row is not None:
                self._suggested[step.place] = node.label
        for node, name in run.names.items():
            if node not in steps:
                continue
            listed = _LISTED.fullmatch(name)
            if listed and run.point.by_sample and run.point.n == 1:
                continue  # of one sample nobody can tell zs[0] from a layer's first unit: another run will
            if listed and _one_for_each_sample(listed[1], run, steps):
                name = listed[1]
            self._suggested.setdefault(steps[node].place, name)

    def settled(self, inputs: Mapping[Place, str]) -> dict[Place, str]:
        """A name for each place that has one; two places of one name are numbered, as are z₁ and z₂ of a helper."""
        by_name: dict[str, list[Place]] = {}
        for place, name in sorted(self._suggested.items()):
            if place not in inputs and symbol(name) not in inputs.values():
                by_name.setdefault(symbol(name), []).append(place)
        taken = {*inputs.values(), *by_name}
        found: dict[Place, str] = {}
        for name, places in by_name.items():
            if len(places) == 1:
                found[places[0]] = name
                continue
            numbered = [symbol(f"{name}{i}") for i in range(1, len(places) + 1)]
            if name.isalpha() and not taken & set(numbered):
                found |= zip(places, numbered, strict=True)
        return found


def _one_for_each_sample(name: str, run: Run, steps: Mapping[Value, Step]) -> bool:
    """Whether a list has one for each sample, in order: then ``zs[0]`` is the first sample's ``zs``."""
    for node, other in run.names.items():
        listed = _LISTED.fullmatch(other)
        if listed and listed[1] == name and node in steps and steps[node].samples != 1 << int(listed[2]):
            return False
    return run.point.n > 1


def symbol(label: str) -> str:
    """A label as it is written in notes.

    >>> symbol("w1"), symbol("x[0]"), symbol("w1[0]"), symbol("z_hat"), symbol("alpha")
    ('w₁', 'x₀', 'w₁[0]', 'z_hat', 'α')
    """
    return Symbol(label.replace("][", ",")).text
