"""The mutants still fit the engine: each changes one place, and what comes of it is Python."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import autograd
from tests.mutation.mutants import EQUIVALENT, MUTANTS, Mutant

ENGINE = Path(autograd.__file__).parent


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.wrong)
def test_a_mutant_changes_one_place_of_the_engine(mutant):
    text = (ENGINE / mutant.file).read_text(encoding="utf-8")
    spoiled = mutant.applied(text)
    assert ast.dump(ast.parse(spoiled)) != ast.dump(ast.parse(text))


def test_there_are_many_and_each_is_wrong_in_its_own_way():
    assert len(MUTANTS) >= 60
    assert max(Counter(mutant.wrong for mutant in MUTANTS).values()) == 1
    assert set(EQUIVALENT) <= {mutant.wrong for mutant in MUTANTS}


def test_a_change_that_fits_nowhere_or_in_two_places_is_an_error():
    for text in ("a - b", "a + b + a + b"):
        with pytest.raises(ValueError, match="places for 'a \\+ b'"):
            Mutant("x.py", "a + b", "a - b", "the sign").applied(text)
