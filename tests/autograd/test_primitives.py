"""The table as data, and rows that a user adds to it."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import autograd
from autograd import NonFiniteError, Value, extend, grad, primitive, primitives
from autograd.arrays import arrays
from autograd.expression import names
from autograd.floats import base_names, floats, ieee
from autograd.functions import values
from autograd.primitives import Kink, Region, builtin, remove_row, table


def test_the_table_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        table["tanh"] = table["sin"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        table["tanh"].name = "other"
    with pytest.raises(ValueError, match="much depends on it"):
        remove_row("tanh")


@pytest.mark.parametrize("row", table.values(), ids=lambda row: row.name)
def test_a_row_is_complete(row):
    assert row.doc
    assert row.arity is None or row.arity == len(row.operands)
    assert tuple(row.operands[len(row.operands) - len(row.constants) :]) == tuple(row.constants)
    assert row.smooth == (not row.kinks)
    assert row.domain.text
    assert all(values for values in row.constants.values())
    assert row.name in repr(row)


@pytest.mark.parametrize("m", [ieee, values, arrays, names], ids=repr)
def test_every_kind_of_number_has_the_same_mathematics(m):
    """But names: nobody writes down how a largest number is found."""
    for name in base_names - {"kind", "make", "argmax", "take", "erfc"}:
        assert callable(getattr(m, name)), name
    for name in builtin:
        assert callable(getattr(m, name)), name
    with pytest.raises(AttributeError, match=f"the mathematics of {m.kind} has no 'cosinus'"):
        m.cosinus(1.0)
    assert m.kind in repr(m)


def test_a_rule_put_together_from_others():
    @primitive
    def swish(m, x):
        s = m.sigmoid(x)
        return x * s, s + x * s * m.sigmoid(-x)

    def by_hand(x):
        return x * autograd.sigmoid(x)

    for x in (-3.0, 0.0, 2.0, 30.0):
        v = Value(x)
        y = swish(v)
        y.backward()
        assert y.data == swish(x) == by_hand(x)
        assert v.grad == pytest.approx(grad(by_hand)(x), rel=1e-14)
        assert grad(grad(swish))(x) == pytest.approx(grad(grad(by_hand))(x), rel=1e-13)
        assert grad(grad(grad(swish)))(x) == pytest.approx(grad(grad(grad(by_hand)))(x), rel=1e-12)
    np.testing.assert_allclose(swish(np.array([-3.0, 2.0])), [by_hand(-3.0), by_hand(2.0)], rtol=1e-15)
    assert swish.__name__ == "swish"
    assert table["swish"].notation.text == "swish"


def test_a_rule_on_a_function_from_elsewhere():
    calls = []

    def erf_of_array(x):
        calls.append(x)
        return np.vectorize(math.erf)(x)

    @primitive(base=math.erf, array_base=erf_of_array)
    def erf(m, x):
        return m.erf(x), 2 / math.sqrt(math.pi) * m.exp(-x * x)

    assert erf(0.5) == erf(Value(0.5)).data == math.erf(0.5)
    assert grad(erf)(0.5) == pytest.approx(2 / math.sqrt(math.pi) * math.exp(-0.25))
    assert grad(grad(erf))(0.5) == pytest.approx(-grad(erf)(0.5))
    np.testing.assert_allclose(erf(np.array([0.5, -0.5])), [math.erf(0.5), -math.erf(0.5)])
    assert len(calls) == 1


def test_a_base_function_gets_the_non_finite_rule():
    @primitive(base=math.lgamma, domain=Region("x > 0", lambda x: x > 0))
    def loggamma(m, x):
        return m.loggamma(x), 0.0 * x

    assert loggamma(Value(5.0)).data == pytest.approx(math.log(24))
    np.testing.assert_allclose(loggamma(np.array([1.0, 5.0])), [0.0, math.log(24)])
    with pytest.raises(NonFiniteError, match=r"loggamma\(0.0\) is nan: loggamma is defined for x > 0"):
        loggamma(Value(0.0))


def test_a_row_with_constants_kinks_and_several_operands():
    @primitive(
        kinks=(Kink("|x − y| = delta", lambda x, y, delta: abs(x - y) - delta),), constants={"delta": (1.0, 0.5)}
    )
    def huber(m, x, y, delta=1.0):
        gap = x - y
        inside = m.magnitude(gap) <= delta
        value = m.where(inside, gap * gap / 2, delta * (m.magnitude(gap) - delta / 2))
        slope = m.where(inside, gap, delta * m.sign(gap))
        return value, slope, -slope

    x, y = Value(3.0), Value(1.0)
    z = huber(x, y)
    assert (z.data, z.partials, z.operands) == (1.5, (1.0, -1.0, None), (x, y, 1.0))
    assert huber(3.0, Value(1.0), delta=5.0).partials == (None, -2.0, None)
    assert autograd.gradients(huber(x, y, 5), [x, y]) == [2.0, -2.0]
    assert grad(grad(huber))(1.5, 1.0) == 1.0
    np.testing.assert_allclose(huber(np.array([3.0, 1.0]), 1.0), [1.5, 0.0])
    with pytest.raises(TypeError, match="delta needs one real number"):
        huber(x, y, Value(1.0))


def test_a_row_of_any_number_of_operands():
    @primitive
    def product(m, *xs):
        total = 1.0
        for x in xs:
            total = total * x
        return (total, *[total / x for x in xs])

    a, b, c = Value(2.0), Value(3.0), Value(4.0)
    assert autograd.gradients(product([a, b, c, 5]), [a, b, c]) == [60.0, 40.0, 30.0]
    assert product([2, 3]) == 6.0


def test_a_whole_number_from_a_rule_becomes_a_float():
    @primitive
    def positive(m, x):
        return m.where(x > 0, 1, 0), 0

    y = positive(Value(3.0))
    assert [type(y.data), type(y.partials[0])] == [float, float]


def test_defining_a_name_again_replaces_it_everywhere():
    @primitive
    def mine(m, x):
        return 2 * x, 2.0

    assert values.mine(1.0) == floats.mine(1.0) == 2.0

    @primitive
    def mine(m, x):  # noqa: F811  # as in a notebook, where a cell runs twice
        return 3 * x, 3.0

    assert mine(1.0) == values.mine(1.0) == floats.mine(1.0) == table["mine"].rule(floats, 1.0)[0] == 3.0


@pytest.mark.parametrize("name", ["tanh", "sum", "where", "argmax"])
def test_names_that_are_taken(name):
    def rule(m, x):
        return x, 1.0

    rule.__name__ = name
    with pytest.raises(ValueError, match=f"already a primitive {name!r}"):
        primitive(rule)
    assert name in base_names | builtin


def test_a_rule_that_returns_the_wrong_number_of_things():
    @primitive
    def careless(m, x, y):
        return x * y, y

    with pytest.raises(TypeError, match="one derivative for each operand, 3 numbers in all, and it returned 2 things"):
        careless(Value(1.0), 2.0)

    @primitive
    def forgetful(m, x):
        return x

    with pytest.raises(TypeError, match=r"2 numbers in all, and it returned 1\.0"):
        forgetful(Value(1.0))


def test_looking_up_what_is_not_there():
    with pytest.raises(LookupError, match="no primitive 'cosinus' here"):
        primitives.lookup("cosinus")


def test_the_explanation_in_help():
    assert "hyperbolic tangent" in Value.tanh.__doc__
    assert autograd.relu.__signature__.parameters["at_zero"].default == 0.0
    assert ">>>" in extend.primitive.__doc__
