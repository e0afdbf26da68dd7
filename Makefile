# make demo    the whole path of an order on the example world (python3 >= 3.11 is all it needs)
# make test    all tests       make check   format, lint, types, floors, docs
# make bench   figures -> docs/benchmarks.md      make lock   renew requirements/*.txt

PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash

.PHONY: demo test unit check bench lock format clean setup-demo setup-test

demo: setup-demo
	@$(BIN)/rectify demo

setup-demo:
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not installed; Rectify needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) tools/setup.py demo

setup-test:
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not installed; Rectify needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) tools/setup.py test

test: setup-test
	$(BIN)/python -m pytest tests

unit: setup-test
	RECTIFY_EXAMPLES=quick $(BIN)/python -m pytest tests/unit

check: setup-test
	$(BIN)/ruff format --check src tests tools bench
	$(BIN)/ruff check src tests tools bench
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/check_tree.py

format: setup-test
	$(BIN)/ruff format src tests tools bench
	$(BIN)/ruff check --fix src tests tools bench

bench: setup-test
	$(BIN)/python -m bench

lock: setup-test
	$(BIN)/python tools/lock.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist out demo
