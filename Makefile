# make test   the tests, in a virtual environment of their own
# make demo   the demos
# make check  what else has to hold before a change is done: format, lint, types
# make docs   the pages that are generated from the code

PYTHON ?= python3
BIN := .venv/bin

.PHONY: test demo check docs clean

test: .venv/.test
	$(BIN)/python -m pytest

demo: .venv/.demos
	$(BIN)/python -m demos

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: .venv/.dev
	$(BIN)/python -m autograd.signatures > autograd/functions.pyi
	$(BIN)/python -m autograd.catalogue > docs/primitives.md
	$(BIN)/python -m nn.documents.derivations > docs/derivations.md
	$(BIN)/python -m docs.reference

.venv/bin/python:
	$(PYTHON) -m venv .venv

# One stamp for each extra: what is installed already is not installed again.
.venv/.%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

clean:
	rm -rf .venv build dist report.html .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
