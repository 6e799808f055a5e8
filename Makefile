# Everything happens inside the checkout: .venv (programs), .cache (tools' caches), var (data of `run`).
.DEFAULT_GOAL := help
.PHONY: help setup run check test prove bench docs lock lock-requirements typescript clean

PYTHON ?= python3
VENV := .venv/bin
READY := .venv/requirements-installed
# Tests run side by side, on as many workers as tests/sharing.py says: docs/decisions/0021-parallel-tests.md.
SIDE_BY_SIDE := --numprocesses auto --dist loadscope
UV := uv==0.13.9

export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
export npm_config_cache := $(CURDIR)/.cache/npm
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis
export PYTHONPATH := $(CURDIR)
# The sandbox imports a workflow anew for each run: to compile it each time costs more than to run it.
unexport PYTHONDONTWRITEBYTECODE

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## make .venv from requirements.lock; nothing to do when it is up to date

$(READY): requirements.lock
	@.ci/setup $(PYTHON)
	@touch $@

# On a terminal the program gets a process group of its own, so that Ctrl-C reaches it and not make:
# it then stops what it started, exits 0, and so does make.
run: export SENTENCES_DIRECTORY_FILE ?= $(CURDIR)/examples/directory.toml
run: $(READY)  ## start a server with its UI, a worker and a sample caseload; Ctrl-C stops them
	@if [ -t 0 ]; then set -m; fi; $(VENV)/python starter.py up

check: $(READY)  ## lint, format, types and the import arrows
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy
	$(VENV)/pytest --quiet tests/test_rooms.py

test: check  ## check, then the whole test suite
	$(VENV)/pytest $(SIDE_BY_SIDE)

prove: $(READY)  ## the long proofs: orders of arrival, faults, journeys through virtual time
	$(VENV)/pytest -m prove --timeout 3600

bench: $(READY)  ## the benchmarks
	@for bench in bench/*.py; do echo "== $$bench"; $(VENV)/python "$$bench" || exit 1; done

docs: $(READY)  ## write the generated tables and diagrams of docs/ anew
	$(VENV)/python docs/generate.py

lock: $(READY)  ## add new files of standards/ to editions.lock; a changed released file is an error
	$(VENV)/python standards/lock.py
	$(VENV)/python -m runtime.ingest.locking

# The one target that needs a tool of its own (uv resolves for every platform and Python at once).
lock-requirements:  ## resolve pyproject.toml into the two hash-locked files
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/pip install --quiet --disable-pip-version-check $(UV)
	.cache/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock
	.cache/lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --constraint requirements.lock \
	  --output-file deploy/requirements.lock

typescript:  ## install what examples/typescript needs, hashes checked; Node and npm have to be there
	npm ci --prefix examples/typescript

clean:  ## remove .venv and the caches; the data in var/ stay
	rm -rf .venv .cache examples/typescript/node_modules examples/typescript/build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
