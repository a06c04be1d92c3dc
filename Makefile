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

.PHONY: examples test lint test-checkov checkov-commit
examples: $(VENV)/.run
	$(BIN)/initlint examples || test $$? -eq 1 # the broken module has findings

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test-checkov: $(VENV)-checkov/.ready
	$(VENV)-checkov/bin/python -m pytest tests/checkov

# The checks' folder alone as a commit that main's history keeps, for checkov's --external-checks-git (docs/checkov.md,
# which must name it). To be made anew when a file of the folder changes.
CHECKS := linter/initlint/checkov/checks
checkov-commit: export GIT_INDEX_FILE := $(shell mktemp -u)
checkov-commit:
	git read-tree --prefix=$(CHECKS)/ HEAD:$(CHECKS)
	commit=$$(git commit-tree -m 'The checks for checkov alone' "$$(git write-tree)") && rm "$$GIT_INDEX_FILE" && \
	unset GIT_INDEX_FILE && git merge --quiet --strategy ours --allow-unrelated-histories \
	  --message 'Keep the checks for checkov alone in a commit of their own' "$$commit" && echo "$$commit"
