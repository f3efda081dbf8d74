"""The table that `Module.summary` shows."""

from __future__ import annotations

from dataclasses import dataclass

from autograd import Value

from .module import Module, modules_of, parameter_arrays


@dataclass(frozen=True)
class Summary:
    """The layers of a model and their numbers of parameters; it prints as a table.

    >>> from nn import MLP
    >>> MLP(1, [1, 1]).summary().rows
    (('layers.0', "Linear(1, 1, activation='relu')", 2), ('layers.1', 'Linear(1, 1)', 2))
    """

    model: str
    rows: tuple[tuple[str, str, int], ...]
    """A name, a layer as it prints, and the number of parameters that it has itself."""

    @property
    def parameters(self) -> int:
        """The number of parameters in all.

        >>> from nn import MLP
        >>> MLP(2, [16, 16, 1]).summary().parameters
        337
        """
        return sum(count for _, _, count in self.rows)

    def __str__(self) -> str:
        lines = [
            ("name", "layer", "parameters"),
            *[(name, layer, str(count)) for name, layer, count in self.rows],
            (self.model, "in all", str(self.parameters)),
        ]
        names, layers, counts = (max(len(line[i]) for line in lines) for i in range(3))
        return "\n".join([f"{name:{names}}  {layer:{layers}}  {count:>{counts}}" for name, layer, count in lines])

    __repr__ = __str__


def summarise(model: Module) -> Summary:
    """The summary of a model: a row for each module that has parameters of its own."""
    owners: dict[str, int] = {}
    seen: set[Value] = set()
    modules = dict(modules_of(model))
    for array in parameter_arrays(model):
        owner = max((name for name in modules if not name or array.name.startswith(f"{name}.")), key=len)
        new = set(array.parameters) - seen
        seen |= new
        owners[owner] = owners.get(owner, 0) + len(new)
    rows = [(name or "(itself)", _line(modules[name]), count) for name, count in owners.items()]
    return Summary(type(model).__name__, tuple(rows))


def _line(module: Module) -> str:
    text = " ".join(repr(module).split())
    return text if len(text) <= 60 else f"{type(module).__name__}(…)"
