"""Crossing out: what is left has the same value, and the notes' own example comes out."""

from __future__ import annotations

import math

from hypothesis import assume, given
from hypothesis import strategies as st

from autograd.derive.simplify import simplified
from autograd.expression import Apply, Number, Symbol, Total
from autograd.expression.evaluate import evaluate
from autograd.expression.terms import Term, added, times
from autograd.primitives import table

a, y, z = Symbol("a"), Symbol("y"), Symbol("z")
factors = st.sampled_from([a, y, z, 1 - a, a - y, 3 - z, Total((a, -y)), a * y, Apply(table["tanh"], (a,))])
fractions = st.builds(lambda top, c, below: c * top / below, factors, st.sampled_from([1.0, -1.0, 2.0]), factors)


def value(terms, numbers):
    return evaluate(times(terms).expression(), lambda symbol, at: numbers[symbol.name])


@given(
    st.lists(fractions, min_size=2, max_size=3), st.lists(factors, max_size=3), st.tuples(*[st.floats(0.1, 0.9)] * 3)
)
def test_the_value_stays(parts, others, point):
    numbers = dict(zip("ayz", point, strict=True))
    links = [Term(above=(Total(tuple(parts)),)), *[Term(above=(other,)) for other in others]]
    assume(abs(numbers["a"] - numbers["y"]) > 0.01)
    shorter = simplified(links)
    if shorter is not None:
        assert math.isclose(value(shorter, numbers), value(links, numbers), rel_tol=1e-8, abs_tol=1e-8)


def test_the_bracket_of_the_notes():
    bracket = (1 - y) / (1 - a) + -(y / a)
    links = [Term(above=(Total(bracket.operands),)), Term(above=(a, 1 - a)), Term(above=(z,))]
    shorter = simplified(links)
    assert [term.expression().text for term in shorter] == ["a − y", "1", "z"]


def test_nothing_is_changed_where_nothing_goes():
    assert simplified([Term(above=(Total((1 / a, y / z)),)), Term(above=(1 - z,))]) is None
    assert simplified([Term(above=(a,), below=(y,)), Term(above=(z,))]) is None


def test_terms_of_one_kind_are_added():
    terms = [
        Term(above=(a, y)),
        Term(top=2.0, above=(y, a)),
        Term(top=1.0, bottom=2.0, above=(z,)),
        Term(top=-3.0, above=(a, y)),
    ]
    assert [term.expression().text for term in added(terms)] == ["z/2"]
    assert Term(top=4.0, bottom=-6.0, above=(a,)).expression().text == "−2a/3"
    assert Term(top=0.0, above=(a,)).expression().text == "0"
    assert (Term(top=2.0, above=(a,)) * Term(bottom=2.0, below=(y,))).expression().text == "a/y"
    assert Term().expression().value == Number(1.0).value
