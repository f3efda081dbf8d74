# make test   the tests, in a virtual environment of their own
# make demo   the demos
# make check  what else has to hold before a change is done: format, lint, types
# make docs   the pages that are generated from the code
# make wheel  the wheel and the source distribution in dist/, and a look that the wheel works on its own

PYTHON ?= python3
BIN := .venv/bin

.PHONY: test demo check docs wheel clean

test: .venv/.test
	$(BIN)/python -m pytest -n auto --dist=worksteal

demo: .venv/.demos
	$(BIN)/python -m demos

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: .venv/.dev
	$(BIN)/python -m autograd.signatures > autograd/functions.pyi
	$(BIN)/python -m autograd.catalogue > docs/primitives.md
	$(BIN)/python -m docs.derivations > docs/derivations.md
	$(BIN)/python -m docs.reference

wheel: .venv/.dev
	rm -rf dist build/wheel
	$(BIN)/python -m build --outdir dist . >/dev/null
	$(PYTHON) -m venv build/wheel
	build/wheel/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl
	cd build && wheel/bin/python -c "import autograd, nn; x = autograd.Value(2.0); (x * x).backward(); assert x.grad == 4.0; nn.MLP(2, [3, 1], seed=0)([1.0, 2.0])"

.venv/bin/python:
	$(PYTHON) -m venv .venv

# One stamp for each extra: what is installed already is not installed again.
.venv/.%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

clean:
	rm -rf .venv build dist report.html .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
