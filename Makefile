# make run    the whole site on this machine, seeded            make test   every test, browser tests included
# make check  format, lint, types, contracts, texts in step     make bench  the benchmarks, beside their yardsticks
#
# Needs python3 (3.11 or newer, with venv) and make. `make run` takes PORT, HOST, DATA_DIR, DATABASE_URL, REDIS_URL;
# docs/operations.md tells the rest.

VENV := .venv
PY := $(VENV)/bin/python
PYTEST_WORKERS ?= 3
SHELL := /bin/sh
PACKAGES := accounts audit bench catalogue chat core guidance perhekeskus referrals segments

# The newest Python is not always called python3.
FIND_PYTHON = found=; for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	if command -v $$candidate >/dev/null 2>&1 \
	&& $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then found=$$candidate; break; fi; done

.PHONY: help run test check check-format check-lint check-types check-imports check-in-step bench format dev browser clean
.DEFAULT_GOAL := help

help:
	@sed -n '1,5s/^# \{0,1\}//p' Makefile

run: $(VENV)/installed-run
	@SUPERVISOR_PARENT=$$PPID exec $(PY) -m perhekeskus.supervisor

test: $(VENV)/installed-dev browser
	$(PY) -m pytest -n $(PYTEST_WORKERS) --dist worksteal $(ARGS)

# Goes on after a failure, so that one run tells everything.
check: $(VENV)/installed-dev
	@$(MAKE) --no-print-directory --keep-going $(addprefix check-,format lint types imports in-step)

check-format:
	$(PY) -m ruff format --check --quiet --diff .

check-lint:
	$(PY) -m ruff check .

check-types:
	DEMO_MODE=1 DATABASE_URL=postgresql:///none REDIS_URL=redis://127.0.0.1:1 $(PY) -m mypy $(PACKAGES)

check-imports:
	PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo

# With temporary servers: it needs no running site and touches no data.
check-in-step:
	DEMO_MODE=1 $(PY) -m perhekeskus.embedded $(PY) manage.py in_step

bench: $(VENV)/installed-dev
	$(PY) -m bench $(ARGS)

format: $(VENV)/installed-dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

dev: $(VENV)/installed-dev

browser:
	@.ci/ensure-browser

clean:
	rm -rf $(VENV) .local .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	@$(FIND_PYTHON); \
	if [ -z "$$found" ]; then \
		echo "perhekeskus needs Python 3.11 or newer as python3, and found $$(python3 --version 2>&1 || echo none)." >&2; exit 1; fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "perhekeskus needs Python's venv module; on Debian and Ubuntu: apt-get install python3-venv." >&2; exit 1; fi; \
	echo "Making $(VENV) with $$($$found --version)"; \
	$$found -m venv --clear $(VENV)

$(VENV)/installed-run: requirements.txt | $(VENV)/bin/python
	@echo "Installing the packages that the site needs (the first time takes a minute)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing the packages that the site, its tests and its checks need (the first time takes a minute or two)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt
	@touch $(VENV)/installed-run $@
