"""The examples in the docstrings, of every module and of every row of the table."""

import doctest
import importlib
import pkgutil

import pytest
from hypothesis import settings

import autograd
import nn
from autograd.primitives import builtin, table
from docs import reference

MODULES = sorted(
    name
    for package in (autograd, nn)
    for _, name, _ in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not name.endswith("__main__") and name != "autograd.numpy"  # which is an error
)
OPERATORS = {"identity", "add", "sub", "mul", "div", "neg", "pow", "power", "dot"}  # explained where they are functions
PUBLIC = {name: getattr(autograd, name) for name in autograd.__all__}


def attempt(test: doctest.DocTest) -> int:
    """The number of examples, after each has printed what it says."""
    before = set(table)
    try:
        results = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS).run(test)
    finally:
        for name in set(table) - before:  # an example may add a row
            autograd.primitives.remove_row(name)
    assert not results.failed, f"{results.failed} of {results.attempted} examples in {test.name} failed: see above"
    return results.attempted


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name):
    module = importlib.import_module(name)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, extraglobs=PUBLIC):
        attempt(test)


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("autograd.testing")])
def test_the_examples_of_a_strategy_do_not_depend_on_what_is_drawn(name):
    """As in a fresh clone, where no database of examples helps `find` along."""
    before = settings.get_current_profile_name()
    settings.register_profile("no database", database=None, deadline=None, derandomize=False)
    settings.load_profile("no database")
    try:
        for _ in range(2):
            test_the_examples_of_a_module(name)
    finally:
        settings.load_profile(before)


@pytest.mark.parametrize("name", sorted(builtin - OPERATORS))
def test_the_explanation_of_a_row_has_an_example(name):
    assert attempt(doctest.DocTestParser().get_doctest(table[name].doc, dict(PUBLIC), name, None, 0))


PUBLIC_NAMES = [
    (module.__name__, name)
    for page in reference.pages()
    for module in reference.modules(page)
    for name in reference.public(module)
    if callable(getattr(module, name))
]


@pytest.mark.parametrize(("module", "name"), PUBLIC_NAMES)
def test_a_public_name_has_an_example(module, name):
    thing = getattr(importlib.import_module(module), name)
    assert ">>>" in reference.explanation(name, thing), f"show how {module}.{name} is used"
