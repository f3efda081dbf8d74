"""Write each step for the page: its phase, formula and numbers, and a sentence for screen readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..expression import Number, Prime
from ..value import Value
from .formulas import Formulas, comes_to, equals, equation, mathml, rounded, text
from .html import Markup, element
from .model import Model, Pass

_MOST_IN_NUMBERS = 12  # operands; with more, a line with their numbers is not readable
_MOST_SPOKEN = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its data for the script, its text for screen readers, and its HTML."""

    does: dict[str, Any]
    says: str
    looks: Markup


def tell(model: Model, formulas: Formulas) -> list[Step]:
    """Return every step, in order."""
    teller = _Teller(model, formulas)
    return [
        teller.given(),
        *[teller.computed(i) for i in model.computed],
        teller.seed(),
        *[teller.passed(x) for x in model.passes],
    ]


class _Teller:
    def __init__(self, model: Model, formulas: Formulas) -> None:
        self.model = model
        self.formulas = formulas
        self.number = 0

    def given(self) -> Step:
        values = [self.model.nodes[i].value for i in self.model.leaves]
        named = [(self.formulas.name(x), equals(x.data), rounded(x.data)) for x in values]
        spoken = [text(*parts) for parts in named[:_MOST_SPOKEN]] + ["…"] * (len(named) > _MOST_SPOKEN)
        return self._step(
            {"kind": "given"},
            "Forward",
            f"The numbers that are given: {', '.join(spoken)}.",
            element("p", "The numbers that are given.", class_="claim"),
            element("div", *[element("span", mathml(*parts)) for parts in named], class_="givens"),
        )

    def computed(self, i: int) -> Step:
        value = self.model.nodes[i].value
        name, result = self.formulas.name(value), rounded(value.data)
        operands = [x.data for x in value.operands if isinstance(x, Value)]
        lines = [("=", self.formulas.value(value))]
        if len(value.operands) <= _MOST_IN_NUMBERS:
            lines.append((equals(*operands), self.formulas.value_in_numbers(value)))
        lines.append((equals(value.data, *operands), result))
        return self._step(
            {"kind": "compute", "node": i},
            "Forward",
            text(name, *[part for line in lines for part in line]) + ".",
            element("p", "Computed from what is known:", class_="claim"),
            equation((name, lines)),
        )

    def seed(self) -> Step:
        value = self.model.nodes[self.model.root].value
        grad = self.formulas.grad(value)
        return self._step(
            {"kind": "seed", "node": self.model.root},
            "Backward",
            f"Every grad starts at 0, and {text(grad)} = 1.",
            element("p", "Every grad starts at 0, and the result changes one for one with itself:", class_="claim"),
            equation((grad, [("=", Number(1.0))])),
        )

    def passed(self, step: Pass) -> Step:
        source, target = self.model.nodes[step.source].value, self.model.nodes[step.target].value
        from_, to = self.formulas.name(source), self.formulas.name(target)
        final = step.edge == self.model.passes[-1].edge
        says = (
            f"From {from_} back to {to}: {rounded(step.upstream)} times {rounded(step.local)} is "
            f"{rounded(step.contribution)}. The grad of {to} was {rounded(step.before)} and is {rounded(step.after)}."
        )
        before, more = rounded(step.before), rounded(step.contribution)
        sign = comes_to(before.value + more.value, step.after)
        parts = [
            element("p", "From ", mathml(from_), " back to ", mathml(to), class_="claim"),
            self._product(step),
            element(
                "p",
                "The grad of ",
                mathml(to),
                " adds it up: ",
                mathml(before + more, sign, rounded(step.after)),
                class_="added",
            ),
            self._local(step),
        ]
        if final:
            parts.append(element("p", "That was the last edge: every grad is complete.", class_="done"))
            says += " That was the last edge: every grad is complete."
        does = {
            "kind": "pass",
            "node": step.source,
            "slot": step.slot,
            "to": step.target,
            "edge": step.edge,
            "after": rounded(step.after).text,
        }
        return self._step(does, "Backward", says, *parts)

    def _product(self, step: Pass) -> Markup:
        source, target = self.model.nodes[step.source].value, self.model.nodes[step.target].value
        sign = comes_to(rounded(step.upstream).value * rounded(step.local).value, step.contribution)
        return element(
            "div",
            _factor("upstream", mathml(self.formulas.grad(source)), step.upstream),
            element("span", "×", class_="sign"),
            _factor("local", mathml(self.formulas.slope(source, target)), step.local),
            element("span", sign, class_="sign"),
            _factor("contribution", mathml("→", self.formulas.grad(target)), step.contribution),
            class_="product",
        )

    def _local(self, step: Pass) -> Markup:
        source, target = self.model.nodes[step.source].value, self.model.nodes[step.target].value
        lines = [("=", written) for written in self.formulas.partial(source, step.slot)]
        if len(source.operands) <= _MOST_IN_NUMBERS:
            numbers = self.formulas.partial_in_numbers(source, step.slot)
            if numbers is not None and not isinstance(numbers, Prime):
                operands = [x.data for x in source.operands if isinstance(x, Value)]
                lines.append((equals(source.data, *operands), numbers))
        lines.append((equals(step.local), rounded(step.local)))
        repeats = [i for i in range(1, len(lines)) if lines[i][1].text == lines[i - 1][1].text]
        lines = [line for i, line in enumerate(lines) if i not in repeats]
        return equation((self.formulas.slope(source, target), lines))

    def _step(self, does: dict[str, Any], phase: str, says: str, *looks: Markup) -> Step:
        self.number += 1
        count = f"{self.number} of {self.model.steps}"
        heading = element("p", f"{phase} ", element("span", count, class_="count"), class_="phase")
        return Step(does, f"{phase}, {count}. {says}", element("li", heading, *looks, class_="step"))


def _factor(label: str, symbol: Markup, number: float) -> Markup:
    return element(
        "div",
        element("span", label, class_="label"),
        element("span", symbol, class_="symbol"),
        element("span", rounded(number).text, class_="number"),
        class_="factor",
    )
