"""Does the fuzzer notice? The engine, the compiler and the oracle are each made wrong, and a failure has to come."""

from __future__ import annotations

import pytest

from autograd import primitives
from autograd.compiler import graph, kernel, reading, trace

from . import judge
from .campaign import run
from .premises import Rounding

CHUNK = 25


@pytest.fixture(autouse=True)
def no_formula_is_kept():
    """What the compiler keeps of a row is forgotten, when the row has been made wrong and when it is right again."""
    kernel._kernel.cache_clear()
    yield
    kernel._kernel.cache_clear()


def kinds_within(limit):
    """The kinds of the first failures among so many programs."""
    for first in range(0, limit, CHUNK):
        found = {failure.fault.kind for failure in run(0, range(first, first + CHUNK), shrink=False).failures}
        if found:
            return found
    return set()


def tanh_a_little_off(m, x):
    e = m.exp(-2.0 * m.magnitude(x))
    return m.tanh(x), 4.0 * (1.0 + 1e-13) * e / (1.0 + e * (2.0 + e))


def softplus_as_it_is_written(m, x):
    return m.log(1.0 + m.exp(x)), m.exp(x) / (1.0 + m.exp(x))


def minimum_that_loses_nan(m, a, b):
    return m.where(a < b, a, b), m.where(a < b, 1.0, 0.0), m.where(a < b, 0.0, 1.0)


@pytest.mark.parametrize(
    ("row", "wrong", "limit"),
    [
        ("tanh", tanh_a_little_off, 400),
        ("softplus", softplus_as_it_is_written, 1500),
        ("minimum", minimum_that_loses_nan, 1500),
    ],
)
def test_a_wrong_rule(row, wrong, limit, monkeypatch):
    monkeypatch.setattr(primitives.table[row].rule, "__code__", wrong.__code__)
    assert kinds_within(limit)


def test_a_compiler_that_rearranges_what_is_written(monkeypatch):
    monkeypatch.setattr(reading, "FEW", 2)
    assert "compiled differs" in kinds_within(1500)


def test_a_compiler_that_takes_a_difference_for_commutative(monkeypatch):
    right = graph.Graph.node

    def node(self, row, operands, constants=()):
        return right(self, row, tuple(sorted(operands)) if row is primitives.sub else operands, constants)

    monkeypatch.setattr(graph.Graph, "node", node)
    assert kinds_within(200) & {"compiled differs", "compiled differs (a later call)"}


def test_a_compiler_that_forgets_the_sum_over_a_batch(monkeypatch):
    monkeypatch.setattr(trace.Trace, "settled", lambda self, above, below, share, root: share)
    assert kinds_within(400)


def test_an_oracle_that_grants_less_than_the_docs(monkeypatch):
    def strict(*given, **named):
        return Rounding(*given, **named) if given else Rounding(**{"rows": (0.2, 0.2, 0.2), "arithmetic": 0.2, **named})

    monkeypatch.setattr(judge, "Rounding", strict)
    assert kinds_within(200) == {"wrong number"}
