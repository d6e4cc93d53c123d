# `make install` makes .venv with the product alone; a target that needs more packages adds them.
# Both install locked versions, checked against their hashes.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet
# Empty files that mark what .venv has: the product; the demo and the tools of development as well.
INSTALLED := .venv/.installed
READY := .venv/.ready
# The port of the demo's page. `:=` and not `?=`, because many shells set PORT for something else.
PORT := 8010
# Many tests wait for a process or a page, so there are three workers for two cores. With four, each
# test takes a sixth more processor time.
WORKERS := $(shell expr \( 3 \* $$(nproc) + 1 \) / 2)
# The tests of a file share what is costly, such as a browser or the states of a decision.
BY_FILE := --dist loadfile --no-loadscope-reorder
# The settings of `make chaos`.
SEED ?= 1
MINUTES ?= 10
REPLICAS ?= 3

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# If a shell sets this, each process of the tests compiles every file that it reads anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo install test test-quick slow-tests chaos check bench bench-scale screenshots lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## try the bot in a small Slack of its own; make demo PORT=8011 for another port
	@$(BIN)/tradeoff demo --port $(PORT)

install: $(INSTALLED) ## install the product alone into .venv, to put it in Slack

test: $(READY) ## run every test: SQLite, PostgreSQL, Chromium
	$(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE)

test-quick: $(READY) ## run the quick tests on SQLite, without a browser: for between two edits
	$(BIN)/python -m pytest -n auto $(BY_FILE) -m "not postgresql and not browser and not slow"

slow-tests: $(READY) ## measure the tests, and list anew those that test-quick leaves out
	$(BIN)/python -m pytest -n auto $(BY_FILE) -m "not postgresql and not browser" \
	  --junitxml=.pytest_cache/slow-tests.xml
	PYTHONPATH=tests $(BIN)/python -m support.slow_tests .pytest_cache/slow-tests.xml

chaos: $(READY) ## let a crowd act on real replicas under faults; make chaos SEED=7 MINUTES=10 REPLICAS=3
	@PYTHONPATH=tests $(BIN)/python -m support.chaos --seed $(SEED) --minutes $(MINUTES) --replicas $(REPLICAS)

check: $(READY) ## check style, types and the imports between folders
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## measure the bot beside a bare Bolt app
	@$(BIN)/python -m bench

bench-scale: $(READY) ## measure reads and loops over a million decisions, on both databases
	@$(BIN)/python -m bench.scale

screenshots: $(READY) ## take the pictures of the README and the tour again
	@$(BIN)/python docs/screenshots.py

# The packages of the product are locked first; those of development are then chosen to fit them.
COMPILE = $(BIN)/pip-compile $(ARGS) --quiet --generate-hashes --strip-extras --no-annotate \
	--no-header --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--build-deps-for wheel --build-deps-for editable --unsafe-package tradeoff-bot

lock: $(READY) ## lock versions and hashes, keeping those that fit; ARGS=--upgrade takes the newest
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --all-extras --constraint requirements.lock --output-file requirements-dev.lock \
	  pyproject.toml

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: install it, or name it with `make PYTHON=python3.12 …`.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo 'Python cannot make virtual environments here: run `sudo apt-get install python3-venv`.' >&2; exit 1; }
	@echo 'Installing into .venv (once, a minute or two)'
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
# Else the first start would wait for these.
	@$(BIN)/python -m compileall -q bot handlers models
	@$(BIN)/python -c 'import matplotlib.font_manager'
	@touch $@

$(READY): requirements-dev.lock $(INSTALLED)
	@echo 'Adding the demo and the tools of development to .venv (once, a minute)'
	@$(PIP) install --require-hashes -r requirements-dev.lock
# Else the first demo would wait for it.
	@$(BIN)/python -m bot.demo.seed.kept
	@touch $@
