"""Run the program that a claim is about: once at each point, with a graph whose nodes have their names."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from numbers import Real
from types import FrameType
from typing import Any

from ..backprop import ancestry, gradients, leading_to
from ..tree import leaves, tree_map
from ..value import Value
from .inputs import Point

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


@contextmanager
def names_from_variables() -> Iterator[None]:
    """Label each Value that has no label with the name of the local variable that holds it when a function returns."""

    def on_event(frame: FrameType, event: str, arg: object) -> None:
        if event == "return" and not frame.f_code.co_filename.startswith(_PACKAGE):
            for name, x in frame.f_locals.items():
                if isinstance(x, Value) and x.label is None and name.isidentifier():
                    x.label = name

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        yield
    finally:
        sys.setprofile(before)


@dataclass
class Run:
    """The program at one point: its inputs as Values, its result and the graph between them."""

    point: Point
    inputs: dict[str, Any]
    y: Value | float

    @property
    def value(self) -> float:
        """The result as a number."""
        return self.y.data if isinstance(self.y, Value) else self.y

    def slope(self, target: Any) -> Any:
        """The derivative of the result with respect to some of the inputs, or to nodes between."""
        if isinstance(self.y, Value):
            return gradients(self.y, target)
        return tree_map(lambda x: 0.0, target)

    def depends_on(self, target: Any) -> bool:
        """Whether there is a path from the target to the result."""
        if not isinstance(self.y, Value):
            return False
        known = set(ancestry(self.y))
        return any(x in known for _, x in leaves(target))

    def nodes(self, target: Any) -> list[Value]:
        """The target, the result and what lies between them, newest first."""
        if not isinstance(self.y, Value):
            return []
        order = ancestry(self.y)
        needed = leading_to([x for _, x in leaves(target)], order)
        return [node for node in order if node in needed]


def parameters_of(f: Callable[..., Any], what: str) -> list[str]:
    """The names of a function's parameters, which are the inputs."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        raise TypeError(
            f"{what} must be a Python function with named parameters; {f!r} does not show its own"
        ) from None
    for p in parameters:
        if p.kind not in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
            raise TypeError(f"{what} needs a name for each of its inputs, and has {p}")
    return [p.name for p in parameters if p.default is p.empty]


def run(f: Callable[..., Any], point: Point, name: str) -> Run:
    """Run the program with every input as a Value."""
    lifted = {}
    for name_of_input, x in point.inputs.items():
        if name_of_input in point.by_sample and point.n == 1:
            lifted[name_of_input] = [_lift(x[0], name_of_input)]  # of one sample there is no need to say which
        else:
            lifted[name_of_input] = _lift(x, name_of_input)
    with names_from_variables():
        y = f(**lifted)
    if isinstance(y, Value):
        return Run(point, lifted, y)
    if isinstance(y, Real) and not isinstance(y, bool):
        return Run(point, lifted, float(y))
    raise TypeError(f"{name} must return one number, and returned {y!r} of type {type(y).__name__}")


def _lift(x: Any, name: str) -> Any:
    if isinstance(x, list):
        return [_lift(each, f"{name}[{i}]") for i, each in enumerate(x)]
    return Value(x, label=name)


def at(tree: Mapping[str, Any], path: str) -> Any:
    """What stands at ``w`` or ``w[0]`` in the inputs, or in their derivatives."""
    name, *indices = path.replace("]", "").split("[")
    found = tree[name]
    for index in indices:
        found = found[int(index)]
    return found
