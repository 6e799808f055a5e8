# All files stay inside the checkout: .venv (programs), .cache (caches of tools), var (data of `run`).
.DEFAULT_GOAL := help
.PHONY: help setup run check test prove bench bench-caseload bench-core docs lock lock-requirements typescript clean

PYTHON ?= python3
VENV := .venv/bin
READY := .venv/requirements-installed
# Tests run in parallel; tests/sharing.py sets the number of workers (docs/decisions/0021-parallel-tests.md).
IN_PARALLEL := --numprocesses auto --dist loadscope
UV := uv==0.13.9

export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
export npm_config_cache := $(CURDIR)/.cache/npm
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis
export PYTHONPATH := $(CURDIR)
# The sandbox imports a workflow again for each run, and compiling it each time costs more than running it.
unexport PYTHONDONTWRITEBYTECODE

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## install .venv from requirements.lock, if it is out of date

$(READY): requirements.lock
	@.ci/setup $(PYTHON)
	@touch $@

# On a terminal the program gets its own process group, so Ctrl-C reaches it and not make. It stops
# everything it started and exits with 0, and so does make.
run: export SENTENCES_DIRECTORY_FILE ?= $(CURDIR)/examples/directory.toml
run: $(READY)  ## start a server, UI, worker and sample caseload; SEALED=1 encrypts payloads
	@if [ -t 0 ]; then set -m; fi; $(VENV)/python starter.py up $(if $(SEALED),--sealed)

check: $(READY)  ## run lint, format, types, the import arrows and the house rules
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy --num-workers 2
	$(VENV)/pytest --quiet tests/test_rooms.py tests/test_house.py

test: check  ## run check, then the whole test suite
	$(VENV)/pytest $(IN_PARALLEL)

prove: $(READY)  ## run the long proofs: orders of arrival, mutants, journeys on a server
	$(VENV)/pytest -m prove --timeout 3600

# Options of a benchmark go in ARGS, e.g. ARGS="--subjects floor ours-sandbox ours"; --help lists them.
bench: $(READY)  ## measure an event and a sentence beside two baselines, in some 5 minutes
	$(VENV)/python -m bench.event_costs $(ARGS)

bench-caseload: $(READY)  ## open a caseload in steps, for an hour; a stopped run is resumed
	$(VENV)/python -m bench.caseload $(ARGS)

bench-core: $(READY)  ## measure the core without Temporal, and a year of the caseload
	$(VENV)/python -m bench.pure_fold $(ARGS)

docs: $(READY)  ## regenerate the tables and diagrams of docs/
	$(VENV)/python docs/generate.py

lock: $(READY)  ## add new files of standards/ to editions.lock; fail if a released file has changed
	$(VENV)/python standards/lock.py
	$(VENV)/python -m runtime.ingest.mapping

# This target needs a tool of its own: uv resolves for every platform and Python version at once.
lock-requirements:  ## resolve pyproject.toml into the two hash-locked files
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/pip install --quiet --disable-pip-version-check $(UV)
	.cache/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock
	.cache/lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --constraint requirements.lock \
	  --output-file deploy/requirements.lock

typescript:  ## install what examples/typescript needs, with hashes checked; needs Node and npm
	npm ci --prefix examples/typescript

clean:  ## remove .venv and the caches, but not the data in var/
	rm -rf .venv .cache examples/typescript/node_modules examples/typescript/build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
