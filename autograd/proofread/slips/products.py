"""The rules for products and quotients, half remembered."""

from __future__ import annotations

from collections.abc import Iterator

from ..reading.tape import Change, Place, State, Tape
from .case import Case, Slip
from .changes import scaled
from .edges import tight


def wrong_rules(case: Case) -> Iterator[Slip]:
    """u′·v′ for the derivative of u·v, u′/v′ for that of u/v, one of two terms missing or with the wrong sign."""
    for place in dict.fromkeys(place for place, _ in case.path):
        part = case.formula.parts[place]
        both = (place, 0) in case.path and (place, 1) in case.path
        if part.row is None or part.row.name not in ("mul", "div") or part.is_square or not both:
            continue
        u, v = (tight(case.formula, operand) for operand in part.operands)
        if part.row.name == "mul":
            rule, terms, simple = f"the product {u}·{v} is", (f"{u}′·{v}", f"{u}·{v}′"), f"{u}′·{v}′"
            said = f"the derivative of {rule} {terms[0]} + {terms[1]}"
        else:
            rule, terms, simple = f"the quotient {u}/{v} is", (f"{u}′/{v}", f"{u}·{v}′/{v}²"), f"{u}′/{v}′"
            said = f"the derivative of {rule} {terms[0]} − {terms[1]}"
        for k, term in enumerate(terms):
            yield Slip(f"{said}, and the term {term} is missing", 1.9, Change(partials={(place, k): scaled(0.0)}))
            yield Slip(f"{said}, and {term} has the wrong sign", 2.3, Change(partials={(place, k): scaled(-1.0)}))
        yield Slip(f"{said}, and the claim has {simple}", 2.0, _of_both(case, place))


def _of_both(case: Case, place: Place) -> Change:
    """The product, or the quotient, of the two operands' derivatives."""
    component, row = case.component, case.formula.parts[place].row
    assert component is not None
    assert row is not None
    power = 1 if row.name == "mul" else -1

    def other_slope(tape: Tape, i: int, k: int, partial: float, state: State) -> float:
        x = tape.steps[i].operands[1]
        assert isinstance(x, int)
        return tape.tangents(component, state)[x] ** power

    return Change(partials={(place, 0): other_slope, (place, 1): scaled(0.0)})
