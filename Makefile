# The first target that needs it makes .venv, once, from the hashes in requirements.lock.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/python -m pip --quiet

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: demo test test-quick check bench screenshots lock

demo: $(READY)
	@$(BIN)/tradeoff demo

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal

# SQLite alone, and no browser: for between two edits.
test-quick: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not postgresql and not browser"

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.scale

screenshots: $(READY)
	@$(BIN)/python docs/screenshots.py

# Keeps the versions that still fit; `make lock ARGS=--upgrade` takes the newest.
lock: $(READY)
	$(BIN)/pip-compile $(ARGS) --quiet --all-extras --build-deps-for wheel --build-deps-for editable --generate-hashes \
	  --strip-extras --no-annotate --no-header --no-emit-options --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --unsafe-package tradeoff-bot --output-file requirements.lock pyproject.toml

$(READY): requirements.lock pyproject.toml
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
