"""The derivation: the chain rule from ``y`` to ``wrt``, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, TypeAlias

from .. import primitives as rows
from ..backprop import gradients
from ..expression import Apply, Expression, Number, Partial, Prime, Symbol
from ..floats import floats
from ..value import Value
from . import chain, page, program, symbolic
from .network import Network
from .numbers import Filled
from .page import Step

Style: TypeAlias = Literal["chain", "backprop"]

_ROOM = 8  # the most pages that a chain may take with style="chain"


class Derivation:
    r"""The derivation of ∂y/∂x as steps, which print as text, LaTeX or HTML. Returned by `derive`.

    >>> from autograd.derive import derive, named
    >>> d = derive(named(lambda w, x: w * x, w=2.0, x=3.0), "w")
    >>> d.value, d.style, len(d.steps)
    (3.0, 'chain', 2)
    >>> print(d.latex)
    \begin{aligned}
    y &= w \cdot x \\
    \frac{\partial y}{\partial w} &= x \\
     &= 3
    \end{aligned}
    >>> print(d.python)
    x
    """

    def __init__(self, network: Network, style: Style | None = None, wished: Partial | None = None) -> None:
        self._network = network
        walked = style == "backprop" and network.wrt in network.reached
        self._paths = None if walked else chain.paths(network, _ROOM if style == "chain" else 1)
        self._wished = wished
        if style == "chain" and self._paths is None:
            raise ValueError(
                f"{self._title.text} has {_count(chain.count_paths(network))} through {len(network.named)} named "
                f"nodes, too many to write out: omit style, or use style='backprop', which writes each node's "
                f"derivative once, in terms of those of its users"
            )
        self.style: Style = "chain" if self._paths is not None else "backprop"

    # --- content ------------------------------------------------------------------------------------------------------

    @cached_property
    def value(self) -> float:
        """The derivative as a number, computed by the engine."""
        return self._slope(self._network.wrt)

    @cached_property
    def definitions(self) -> list[Step]:
        """The definition of each named node between ``y`` and ``wrt``, in the order of computation."""
        net = self._network
        return [
            Step("definition", Symbol(net.called[node]), (("=", net.made(node)),))
            for node in reversed(net.named)
            if node.operands and node is not net.wrt
        ]

    @cached_property
    def steps(self) -> Sequence[Step]:
        """The steps, from the chain rule to the number."""
        return self._chain() if self.style == "chain" else self._backprop()

    @cached_property
    def conventions(self) -> list[Step]:
        """The conventions used at kinks, such as ReLU′(0) := 0, and the formulas that primes stand for."""
        found: dict[str, Step] = {}
        for node in self._network.order:
            if (
                node in self._network.needed
                and node in self._network.reached
                and node.primitive is not None
                and node.primitive.kinks
            ):
                for step in _conventions(node, self._network):
                    found.setdefault(step.text, step)
        return list(found.values())

    @cached_property
    def backprop(self) -> Derivation:
        """The same derivation in the order of backprop: each node's derivative once, in terms of those of its users."""
        return self if self.style == "backprop" else Derivation(self._network, "backprop", self._wished)

    # --- pages --------------------------------------------------------------------------------------------------------

    @property
    def _blocks(self) -> list[Sequence[Step]]:
        return [self.definitions, self.steps, self.conventions]

    @property
    def text(self) -> str:
        """The derivation as plain text."""
        return page.text(self._blocks)

    @property
    def latex(self) -> str:
        """The derivation as LaTeX, for math mode."""
        return page.latex(self._blocks)

    @property
    def mathml(self) -> str:
        """The derivation as a ``<math>`` element."""
        return page.mathml(self._blocks)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__  # shown at the prompt

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def _repr_html_(self) -> str:
        return self.mathml

    # --- as a program -------------------------------------------------------------------------------------------------

    @cached_property
    def _formula(self) -> Expression | None:
        """The derivative as one formula; None in the order of backprop."""
        if self._paths is None:
            return None
        short = chain.crossed_out(self._network, self._paths)
        return chain.tidied(self._network, self._paths) if short is None else short

    @cached_property
    def _program(self) -> program.Program:
        return program.Program(self._network, self._formula)

    @property
    def python(self) -> str:
        """The derivation as Python code. It calls the functions of `autograd` and uses the names of ``numbers``.

        The last line is the derivative.
        """
        return self._program.text

    @property
    def numbers(self) -> Mapping[str, object]:
        """The values of the names in ``python``: numbers, or lists of numbers for names with an index."""
        return self._program.numbers

    def to_sympy(self, symbols: Mapping[str, Any] | None = None) -> Any:
        """Return the derivative as a SymPy expression in the leaves, as `autograd.derive.to_sympy` does.

        >>> from autograd import Value, sigmoid
        >>> from autograd.derive import derive, to_sympy
        >>> w, x = Value(0.5, label="w"), Value(2.0, label="x")
        >>> y = sigmoid(w * x)
        >>> (derive(y, w).to_sympy() - to_sympy(y).diff("w")).simplify()
        0
        """
        return symbolic.derivative(self._network, self._formula, symbols or {})

    # --- the steps ----------------------------------------------------------------------------------------------------

    @property
    def _title(self) -> Partial:
        return chain.partial_of(self._network, self._network.wrt) if self._wished is None else self._wished

    def _chain(self) -> list[Step]:
        assert self._paths is not None
        net, found = self._network, self._paths
        rule, factors, tidy = (f(net, found) for f in (chain.chain_rule, chain.factors, chain.tidied))
        steps: list[Step] = []

        def add(title: str, sign: str, e: Expression) -> None:
            if not steps or steps[-1].right.text != e.text:
                steps.append(Step(title, None if steps else self._title, ((sign, e),)))

        if any(len(path) > 1 for path in found):
            add("the chain rule", "=", rule)
        add("each factor", "=", factors)
        add("tidied", "=", tidy)
        short = chain.crossed_out(net, found)
        if short is not None:
            add("crossed out", "=", short)
        filled = Filled(steps[-1].right, self._meaning)
        if not isinstance(filled.formula, Number):
            add("with the numbers", "=" if filled.exact else "≈", filled.formula)
        add("the result", "=", Number(self.value))
        return steps

    def _backprop(self) -> Sequence[Step]:
        net = self._network
        nodes = [node for node in net.named if node is not net.y or node is net.wrt]
        return _Lazy(self, nodes)

    def step_of(self, node: Value) -> Step:
        """Return the step for ∂y/∂node in terms of the derivatives of the node's users."""
        net = self._network
        title = self._title if node is net.wrt else chain.partial_of(net, node)
        parts: list[tuple[str, Expression]] = []
        if node is net.y:
            return Step(title.text, title, (("=", Number(1.0)),))
        for e in (chain.local_rule(net, node), chain.local(net, node)):
            if e.text not in (title.text, *[before.text for _, before in parts]):
                parts.append(("=", e))
        if not net.samples.letters.get(node):
            filled = Filled(parts[-1][1], self._meaning) if parts else None
            if filled is not None and not isinstance(filled.formula, Number):
                parts.append(("=" if filled.exact else "≈", filled.formula))
            value = Number(self._slope(node))
            if not parts or parts[-1][1].text != value.text:
                parts.append(("=", value))
        return Step(title.text, title, tuple(parts))

    # --- numbers ------------------------------------------------------------------------------------------------------

    @cached_property
    def _slopes(self) -> dict[Value, float]:
        nodes = [node for node in self._network.order if node in self._network.needed]
        return dict(zip(nodes, gradients(self._network.y, nodes), strict=True))

    def _slope(self, node: Value) -> float:
        return self._slopes.get(node, 0.0)

    def _meaning(self, e: Symbol | Partial, at: Mapping[str, int]) -> float:
        net = self._network
        if isinstance(e, Symbol):
            return net.number(e.name, at)
        node = net.symbols[e.by[0]]
        assert isinstance(node, Value)
        return self._slope(net.samples.node_at(node, at))


class _Lazy(Sequence[Step]):
    """The steps of backprop, each computed on access: there may be as many as the graph has nodes."""

    def __init__(self, derivation: Derivation, nodes: Sequence[Value]) -> None:
        self.derivation, self.nodes = derivation, nodes

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitem__(self, i: int | slice) -> Step | Sequence[Step]:  # type: ignore[override]  # both, as for a list
        if isinstance(i, slice):
            return [self.derivation.step_of(node) for node in self.nodes[i]]
        return self.derivation.step_of(self.nodes[i])


def _conventions(node: Value, network: Network) -> list[Step]:
    row = node.primitive
    assert row is not None
    constants = [x for x in node.operands[len(node.operands) - len(row.constants) :] if not isinstance(x, Value)]
    if row is rows.abs_ or row is rows.sign:
        at_zero: Expression = Apply(rows.sign, (Number(0.0),))
        if row is rows.sign:
            at_zero = Prime(row, (Number(0.0),), Number(0.0))
        return [Step("convention", at_zero, ((":=", Number(0.0)),))]
    slopes = [e for e in network.slopes(node) if isinstance(e, Prime)]
    if slopes:
        steps = [Step("meaning", e, (("=", e.meaning),)) for e in slopes]
        if all(kink.text == f"{row.operands[0]} = 0" for kink in row.kinks):
            value = float(row.rule(floats, 0.0, *constants)[1])
            steps.append(Step("convention", Prime(row, (Number(0.0),), Number(value)), ((":=", Number(value)),)))
        return steps
    if len(row.operands) == 2 and not row.constants and not row.nary and row.kinks[0].text == "a = b":
        value = float(row.rule(floats, 0.0, 0.0)[1])
        where = f"the slope of {row.notation.text}(a, b) where a = b"
        return [Step("convention", Symbol(where), ((":=", Number(value)),))]
    return []


def _count(n: int) -> str:
    return "one path" if n == 1 else f"{n} paths" if n < 10**6 else f"about 10^{len(str(n)) - 1} paths"
