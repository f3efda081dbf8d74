"""The common slips: each module knows one kind, and what a formula with such a slip would say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .case import Case, Slip
from .derivatives import by_a_wrong_formula, elsewhere, of_another_function
from .factors import missing_on_the_path, of_the_whole
from .others import values_themselves
from .paths import forgotten_paths
from .products import wrong_rules
from .sums import unfinished_sums, wrong_indices
from .values import exchanged_factors, exchanged_values, functions_not_applied, missing_parts, missing_products

_OF_VALUES: list[Callable[[Case], Iterator[Slip]]] = [
    values_themselves,
    of_the_whole,
    functions_not_applied,
    missing_parts,
    missing_products,
    exchanged_values,
    unfinished_sums,
    wrong_indices,
]
_OF_DERIVATIVES: list[Callable[[Case], Iterator[Slip]]] = [
    *_OF_VALUES,
    missing_on_the_path,
    elsewhere,
    of_another_function,
    by_a_wrong_formula,
    wrong_rules,
    forgotten_paths,
    exchanged_factors,
]
_OF_ANY_SIZE: list[Callable[[Case], Iterator[Slip]]] = [of_the_whole, unfinished_sums]
"""Of a large program these are looked for, and no others."""


def slips(case: Case) -> list[Slip]:
    """All the slips that the claim could be, the likeliest first."""
    kinds = _OF_VALUES if case.component is None else _OF_DERIVATIVES
    if case.formula.is_large:
        kinds = _OF_ANY_SIZE
    found = [slip for kind in kinds for slip in kind(case)]
    return sorted(found, key=lambda slip: slip.cost)
