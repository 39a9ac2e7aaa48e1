# make forecast   install, run the default forecast, write its report
# make test       install with the tools of developers, run every check and every test
# make check      the quick part of it, before a push
# Others: venv docs lint data api clean
#
# Needs: git, make, and Python 3.11 or newer with venv. Everything else goes into .venv.
# Settings: PYTHON=python3.12  WORKERS=2  FORECAST_ARGS="--members 50"  SOURCES=DIR

PYTHON ?= python3
WORKERS ?= 2
FORECAST_ARGS ?=
SOURCES ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# A stamp is named by what it depends on: the same files in the same folder, no reinstall.
# A moved folder, or an interpreter that no longer starts, makes a new environment.
digest = $(shell { $(1); } 2>/dev/null | cksum | tr ' ' '-')
PLACE := $(call digest,pwd)
NEEDS := $(call digest,pwd; cat pyproject.toml constraints.txt)
ALIVE := $(shell $(BIN)/python -c "import sys; print(sys.version_info >= (3, 11))" 2>/dev/null)
CREATED := $(VENV)/created-$(PLACE)
USER_READY := $(VENV)/user-$(NEEDS)
DEV_READY := $(VENV)/dev-$(NEEDS)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help venv forecast test check lint types docs pytest quick data api clean FORCE

help:
	@sed -n 's/^# //p' Makefile | head -n 4

# ---- environment -------------------------------------------------------------------------

FORCE:

ifneq ($(ALIVE),True)
$(CREATED): FORCE
endif
$(CREATED):
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "$(PYTHON) is missing. On Debian or Ubuntu: apt install python3 python3-venv" >&2; \
	  echo "Python 3.11 or newer is needed; another one can be named: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	  echo "$$($(PYTHON) --version 2>&1) is too old: oreacle needs Python 3.11 or newer." >&2; \
	  echo "On Debian 12, Ubuntu 24.04 or newer: apt install python3 python3-venv;" >&2; \
	  echo "or name another interpreter: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2; \
	  exit 1; }
	@echo "making $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo "Making $(VENV) failed. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

define install
	@echo "installing oreacle$(EXTRAS) into $(VENV) (once; a few minutes on a slow connection)"
	@$(PIP_INSTALL) --editable '.$(EXTRAS)' || { \
	  echo "Installing failed; the reason is above. pip reads its usual settings (pip config list):" >&2; \
	  echo "check the connection, the proxy, the index and the free space, then run make again." >&2; \
	  exit 1; }
endef

# Forecasts are faster with numba, and run without it: where it has no wheel, that is said and no more.
define install_fast
	@$(PIP_INSTALL) --only-binary numba,llvmlite --editable '.[fast]' >/dev/null 2>&1 || \
	  echo "numba cannot be installed here: forecasts do without compiled code and take longer"
endef

# After an install for developers the one for users is in place too.
$(USER_READY): EXTRAS := [report]
$(USER_READY): $(CREATED)
	$(install)
	$(install_fast)
	@touch $@

$(DEV_READY): EXTRAS := [report,dev]
$(DEV_READY): $(CREATED)
	$(install)
	$(install_fast)
	@touch $(USER_READY) $@

venv: $(DEV_READY)

# ---- for users ---------------------------------------------------------------------------

# Shows the run that a forecast has just made, wherever it is, and writes its report.
define SHOW_RUN
import json, sys
from pathlib import Path
from oreacle.app.cli import main
from oreacle.app.output import show
from oreacle.forecasting.run import open_run
from oreacle.present.terminal import outlook_text
made = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
data = made["data"]
show(outlook_text(open_run(Path(made["run"]), data and Path(data)).outlook()))
sys.exit(main(["report", made["run"], *(["--data", data] if data else [])]))
endef
export SHOW_RUN

forecast: $(USER_READY)
	@made=$$(mktemp) && trap 'rm -f "$$made"' EXIT && \
	echo "$(BIN)/oreacle forecast" $(FORECAST_ARGS) && \
	$(BIN)/oreacle forecast $(FORECAST_ARGS) --json > "$$made" && \
	$(BIN)/python -c "$$SHOW_RUN" "$$made"

data: $(DEV_READY)
	@if [ -z "$(SOURCES)" ]; then \
	  echo "name the folder of the publishers' files: make data SOURCES=DIR" >&2; exit 2; fi
	$(BIN)/oreacle data build --sources "$(SOURCES)"

# ---- for developers ----------------------------------------------------------------------

test: lint types docs pytest

check: lint types quick

lint: $(DEV_READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

types: $(DEV_READY)
	$(BIN)/mypy

docs: $(DEV_READY)
	$(BIN)/sphinx-build -q -W --keep-going -n -b html docs docs/_build/html

pytest: $(DEV_READY)
	$(BIN)/pytest -n $(WORKERS)

quick: $(DEV_READY)
	$(BIN)/pytest -n $(WORKERS) -m "not slow and not network"

# Writes the snapshot of the public interface; a change to it wants a line in CHANGELOG.md.
api: $(DEV_READY)
	$(BIN)/python tests/architecture/snapshot.py > tests/architecture/api.txt.new
	mv tests/architecture/api.txt.new tests/architecture/api.txt

clean:
	rm -rf $(VENV) docs/_build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
