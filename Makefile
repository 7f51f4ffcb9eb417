# setup, report, lab, test, walk, lint. Everything runs in .venv, which is made from requirements.lock when it is not there.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.PHONY: setup report lab test walk lint lock

report: setup
	$(BIN)/lookbook report

setup: $(BIN)/.ready

lab: setup
	$(BIN)/lookbook lab

test: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n auto --dist worksteal

# Every notebook x every data set x every parameter: an hour or more, so by hand, when notebooks have changed.
walk: setup
	$(BIN)/python tests/walk.py

lint: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# Written last, so that a broken installation is begun anew; renewed when the lock or the package changes. It holds the
# folder in which it was made: an installation runs the code of that folder, so a copy elsewhere needs one of its own.
MADE_IN := $(if $(wildcard $(BIN)/.ready),$(shell cat $(BIN)/.ready))
ifneq "$(MADE_IN)" ""
ifneq "$(MADE_IN)" "$(CURDIR)"
.PHONY: $(BIN)/.ready
endif
endif

$(BIN)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else 'error: Python 3.11 to 3.13 is needed, this is ' + sys.version.split()[0] + '; try: make PYTHON=python3.12')"
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -c "import pathlib; pathlib.Path('$@').write_text(r'$(CURDIR)')"

# For authors, with uv installed: every version and its hash, for all systems, without the address of any index.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --extra dev --python-version 3.11 pyproject.toml -o requirements.lock
