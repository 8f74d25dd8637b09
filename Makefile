# make reproduce   set up, then the main job: the historical scenario over many seeds, with its report
# make test        set up, then every test        make quick   the part under two minutes
# make bench       what histories and studies cost make lint    ruff and mypy
# make test-browser  the page in a real browser (installs Chromium where it may)
# make clean       remove .venv and the caches    make constraints   write constraints.txt anew (needs uv)
#
# Without make: python3 tools/setup.py (py -3.12 tools\setup.py), then .venv/bin/consortium reproduce, .venv/bin/pytest.

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
WORKERS ?= 2
# "pytest", not "python -m pytest": the latter puts the checkout in front of the installed package.
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist worksteal

.PHONY: help setup reproduce test test-browser quick bench lint clean constraints

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed '/^"pytest"/,$$d'

# Any python3 will do to run the script; it finds 3.12 or 3.13 by itself.
setup:
	@for python in python3 python python3.12 python3.13 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[23]*/bin/python /usr/bin/python3 py; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 6))' >/dev/null 2>&1; then exec "$$python" tools/setup.py; fi; \
	done; \
	echo "No Python was found: install Python 3.12 from python.org or with your package manager, then run this again." >&2; exit 1

reproduce: setup
	$(BIN)/consortium reproduce

test: setup
	$(PYTEST)

quick: setup
	$(PYTEST) -m "not slow"

# The page is served and driven here; Chromium and a Chinese font come from the system's packages.
test-browser: setup
	$(BIN)/python tools/browser.py
	CONSORTIUM_BROWSER=1 $(BIN)/pytest tests/browser

bench: setup
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/studies.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy

clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find sim tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

constraints:
	{ echo "# Exact versions for every extra, Python 3.12 and 3.13, all systems. Written by 'make constraints'; used by tools/setup.py."; \
	  uv pip compile --quiet --universal --python-version 3.12 --all-extras --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links pyproject.toml; } > constraints.new
	mv constraints.new constraints.txt
