"""Random programs: eagerly, compiled and in truth the same, but for what the docs grant.

The profile says how many: some hundreds in a quick run, thousands in CI, always the same ones. For more and for other
ones: ``python -m tests.fuzz --programs 100000 --seed 1 --jobs 2``.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

import autograd
from autograd.primitives import builtin, table

from .campaign import run
from .rows import rows
from .writer import ELSEWHERE

PARTS = 8
PROGRAMS = settings().max_examples * (30 if settings().derandomize else 5)


@pytest.mark.parametrize("part", range(PARTS))
def test_programs_are_what_they_are_eagerly_and_in_truth(part):
    summary = run(0, range(part * PROGRAMS // PARTS, (part + 1) * PROGRAMS // PARTS))
    assert not summary.failures, "\n\n".join(map(str, summary.failures))
    counts = summary.counts
    assert counts["calls compared"] > 0.8 * counts["calls"]
    assert counts["oracle: programs"] > 0.7 * summary.programs
    assert counts["oracle: numbers of which it knows nothing"] < 0.2 * counts["oracle: numbers"]


def test_the_oracle_knows_every_row_of_the_package_that_programs_can_use():
    public = {name for name in builtin if name in autograd.__all__}
    assert public - ELSEWHERE <= {*rows}
    assert table.keys() >= {"identity", "pow", "power", "neg"}  # those that programs write as operators
