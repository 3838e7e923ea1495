# The doors of a checkout. `make` alone says what there is; every target does the set-up that it needs.
# Works with the make of macOS (3.81) and with any sh.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Dependencies that would otherwise report home or ask a hub for weights.
export DO_NOT_TRACK := 1
export RAY_USAGE_STATS_ENABLED := 0
export MLFLOW_DISABLE_TELEMETRY := true
export HF_HUB_DISABLE_TELEMETRY := 1
export HF_HUB_OFFLINE := 1

# An environment that was moved or copied is made again: its programs hold the path of the folder it was made in.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
$(READY): again
endif
ifeq ($(origin PYTHON),command line)
$(READY): again
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow lint types wheel docs constraints clean again

help: ## show this
	@printf 'Lakewheel. One of:\n\n'
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'
	@printf '\nThe set-up takes a Python from 3.10 to 3.12; name one with PYTHON=/path/to/python3.12\n'

$(READY): setup.py constraints.txt model-packages.txt scripts/setup.sh
	@sh scripts/setup.sh

again:

setup: $(READY) ## make .venv with everything in it; the others do it when it is needed

demo: $(READY) ## the example company, from its files to what Lakewheel makes of them
	@$(BIN)/lakewheel demo

test: $(READY) ## the tests that take about 15 minutes together
	@$(BIN)/python -m pytest -m 'not slow' --numprocesses auto --maxprocesses 4 --dist loadfile --durations 15

test-slow: $(READY) ## the others
	@$(BIN)/python -m pytest -m slow

lint: $(READY) ## style, and the arrow conf <- lakehouse <- pipelines <- jobs
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/lint-imports --no-cache

types: $(READY) ## what mypy says
	@$(BIN)/mypy

wheel: $(READY) ## dist/lakewheel-*.whl, byte for byte the same whoever builds it
	@rm -rf dist
	@$(BIN)/python -m build --quiet --wheel --no-isolation
	@rm -rf build
	@ls dist/*.whl

docs: $(READY) ## docs/tables.md and docs/settings.md anew, from the declarations
	@$(BIN)/lakewheel tables --markdown >docs/tables.md
	@$(BIN)/lakewheel settings --markdown >docs/settings.md

constraints: $(READY) ## resolve constraints.txt anew from setup.py, keeping each pin that still fits
	@sh scripts/constraints.sh

clean: ## remove what builds and checks leave behind; .venv and .lakewheel stay
	@rm -rf build dist lakewheel.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
