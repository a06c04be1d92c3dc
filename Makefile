# What the README's two commands call. Everything is set up in .venv; the machine needs git, make and Python 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

$(VENV)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

# checkov brings its own copy of the package hcl2, so its tests run in an environment of their own (docs/checkov.md).
$(VENV)-checkov/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)-checkov
	$(VENV)-checkov/bin/python -m pip install --quiet --disable-pip-version-check -e '.[checkov]' pytest hypothesis jsonschema
	touch $@

.PHONY: examples test lint test-checkov
examples: $(VENV)/.run
	-$(BIN)/initlint examples

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test-checkov: $(VENV)-checkov/.ready
	$(VENV)-checkov/bin/python -m pytest tests/checkov
