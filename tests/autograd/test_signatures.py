"""What type checkers and editors are told of the functions is what the table says."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import autograd
from autograd import functions, signatures
from autograd.primitives import builtin

STUB = Path(functions.__file__).with_suffix(".pyi")


def test_the_stub_is_up_to_date():
    assert STUB.read_text(encoding="utf-8") == signatures.stub(), "run make docs"


def test_every_row_is_a_function_or_an_operator():
    assert set(functions.__all__) == builtin - functions.OPERATORS | {"where"}
    assert set(functions.__all__) <= set(autograd.__all__)
    assert all(getattr(autograd, name) is getattr(functions, name) for name in functions.__all__)


@pytest.mark.parametrize("name", functions.__all__)
def test_an_editor_finds_the_parameters_and_the_explanation(name):
    function = getattr(autograd, name)
    found = [node for node in ast.parse(STUB.read_text(encoding="utf-8")).body if getattr(node, "name", "") == name]
    assert inspect.getdoc(function)
    for signature in found:
        assert [a.arg for a in signature.args.args] == list(inspect.signature(function).parameters)
    if found:
        assert inspect.cleandoc(ast.get_docstring(found[-1], clean=False)) == inspect.getdoc(function)
    else:
        assert name in ("dot", "pow", "where")
