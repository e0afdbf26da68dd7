# make demo    the whole path of an order on the example world (python3 >= 3.11 is all it needs)
# make test    all tests       make check   format, lint, types, floors, docs
# make bench   figures -> docs/benchmarks.md      make lock   renew requirements/*.txt
# make faults  the long search for faults of the kernel, forty minutes -> docs/faults.md
# The native kernel is compiled where a C compiler is there; CC=false goes without it.

PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash

# Compiled tests are kept between runs, whatever the environment says: without them a quarter of the unit shelf is waiting.
export PYTHONDONTWRITEBYTECODE =
# As many test processes as there are cores; long files are shared out.
SPREAD := -n auto --dist worksteal
# The unit shelf is in memory, its files too where the system has such a place; and it does without some of pytest.
MEMORY := $(firstword $(wildcard /dev/shm) /tmp)
BARE := $(addprefix -p no:,logging junitxml pastebin doctest)

.PHONY: demo test unit check bench faults lock format clean setup-demo setup-test setup-bench setup-faults

demo: setup-demo
	@$(BIN)/rectify demo

setup-demo:
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not installed; Rectify needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) tools/setup.py demo

setup-test:
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not installed; Rectify needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) tools/setup.py test

setup-bench:
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not installed; Rectify needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) tools/setup.py bench

setup-faults:
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not installed; Rectify needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) tools/setup.py faults

test: setup-test
	$(BIN)/python -m pytest tests $(SPREAD)

unit: setup-test
	@TMPDIR=$(MEMORY) RECTIFY_EXAMPLES=quick $(BIN)/python -m pytest tests/unit $(SPREAD) $(BARE)

check: setup-test
	$(BIN)/ruff format --check src tests tools bench hatch_build.py
	$(BIN)/ruff check src tests tools bench hatch_build.py
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/check_tree.py

format: setup-test
	$(BIN)/ruff format src tests tools bench hatch_build.py
	$(BIN)/ruff check --fix src tests tools bench hatch_build.py

bench: setup-bench
	$(BIN)/python -m bench

faults: setup-faults
	$(BIN)/python -m tests.kernel.faults

lock: setup-test
	$(BIN)/python tools/lock.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist out demo src/rectify/screening/_kernel.{*.so,json}
