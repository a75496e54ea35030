# Lizheng: two commands on a fresh machine, `make run` and `make test`.
# Needed: python3 >= 3.11, make, git. Everything else goes into .venv.

PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check
# Tests run side by side in this many processes, each with a database of its own.
WORKERS ?= 2

# Tests' databases sync every commit: in memory, where the machine has room there, that costs nothing.
TESTS_IN := $(shell df -k --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 4000000 {print "/dev/shm"}')
IN_ROOM := $(if $(TESTS_IN),TMPDIR=$(TESTS_IN))
RUN     := $(IN_ROOM) $(BIN)/python -m tests.run --workers $(WORKERS)

# What `make bench` fills its base with, and on which engine.
CASES   ?= 10000
ENGINE_VERSION := 0.5.3-beta.193

RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
NODE_STAMP := node_modules/.installed
EXPLORER_STAMP := node_modules/.installed-explorer

.DEFAULT_GOAL := help
.PHONY: audit bench bench-engine deploy-local help infra january package run explorer test test-all test-release rings letters check tools schema lock clean
.DELETE_ON_ERROR:

help: ## Show this list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sort | \
	  awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

# The shell that make starts becomes the server, so that a signal reaches it directly.
run: $(RUN_STAMP) explorer ## Install what is needed, start the database and the API
	@exec $(BIN)/lizheng serve

january: $(RUN_STAMP) ## Make January 2017, 6,796 letters and their bulletin, in a fresh DATA_DIR
	@$(BIN)/lizheng january

# Which tests are in which ring, and what runs beside them: tests/rings.py, tests/run.py.
check: $(DEV_STAMP) ## A minute: lint, types, import contracts, the domain's tests
	@$(RUN) check

test: $(DEV_STAMP) ## Minutes: the same, and all tests that take no time, kill nothing, need no Node
	@$(RUN) test

test-all: tools ## What has to pass before a merge: kills, fuzzers, Node, browser and cloud too
	@$(RUN) all

test-release: tools ## Everything under both drivers, mutants too; leaves a page in docs/releases
	@$(RUN) release

letters: $(DEV_STAMP) ## Acceptance on real letters: LETTERS=letters.jsonl, LABELLED=with_categories.jsonl
	$(IN_ROOM) LETTERS="$(LETTERS)" LABELLED="$(LABELLED)" $(BIN)/pytest -q -n $(WORKERS) --dist loadfile --ring all tests/acceptance

rings: $(DEV_STAMP) ## How many tests are in each ring, and which are in none
	@$(BIN)/python -m tests.rings

tools: $(DEV_STAMP) $(NODE_STAMP) ## Install what the checks need, Node's part too

# Without npm the city's page has tables and no charts, and the explorer's page comes from its
# makers' server; everything else is the same.
explorer: ## Install GraphiQL and the chart library, to be served from our own origin
	@if command -v npm >/dev/null; then $(MAKE) --silent $(EXPLORER_STAMP) || \
	  echo "npm failed: GraphiQL comes from its makers, and /city has no charts."; fi

$(NODE_STAMP): package.json package-lock.json tests/browser/frameworks/package-lock.json
	@echo "Installing what package-lock.json pins …" >&2
	@npm ci --silent --no-audit --no-fund
	@npm ci --silent --no-audit --no-fund --prefix tests/browser/frameworks
	@touch $@ $(EXPLORER_STAMP)

# Without the tools, which are twice as large again.
$(EXPLORER_STAMP): package.json package-lock.json
	@echo "Installing the query explorer and the charts …" >&2
	@npm ci --silent --no-audit --no-fund --omit=dev
	@touch $@

package: $(RUN_STAMP) explorer ## Make what is deployed to AWS Lambda, for Lambda and for this machine
	@$(BIN)/python -m infra.packaging $(if $(LAMBDA_PYTHON),--python $(LAMBDA_PYTHON))

# Nothing leaves this machine: the cloud is moto's.
deploy-local: tools ## Deploy to a cloud on this machine, and run what was packaged
	$(BIN)/pytest -q --ring all -m aws tests/aws

infra: $(DEV_STAMP) ## Write infra/resources/schedules.yml from the table of functions
	@$(BIN)/python -m cli.resources

schema: $(DEV_STAMP) ## Write schema/schema.graphql, and what app teams get, from the code
	$(BIN)/lizheng schema

lock: $(VENV)/bin/python ## Pin the dependencies anew, with hashes
	$(PIP) install --quiet uv
	@for name in requirements requirements-embedded requirements-tracing requirements-dev; do \
	  echo "$$name.txt"; \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
	    $$name.in -o $$name.txt || exit 1; \
	done

# Needs the network; where the service is out of reach it fails and says so.
audit: $(VENV)/bin/python ## Ask the vulnerability service about every pinned package
	@test -x $(VENV)/audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)/audit && \
	  $(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit; }
	@for lock in requirements*.txt; do \
	  $(VENV)/audit/bin/pip-audit --disable-pip --require-hashes --progress-spinner off \
	    --strict --timeout 15 -r $$lock || exit 1; \
	done

bench: $(DEV_STAMP) bench-engine ## How quick it is, as JSON; CASES=1000000, ONLY=web,sweep,archive,coldstart,bulletin,paint
	@$(BIN)/python -m bench --cases $(CASES) $(if $(ONLY),--only $(ONLY))

# The crate asks for a newer rustc than Debian's; it builds with 1.95 all the same.
bench-engine: ## Install the database that is measured on; needs cargo, takes minutes once
	@command -v secantusd-rs >/dev/null || test -x $(HOME)/.cargo/bin/secantusd-rs || \
	  cargo install secantus-mdb --version $(ENGINE_VERSION) --ignore-rust-version

clean: ## Remove what was installed and cached; your data stays
	rm -rf $(VENV) node_modules build .serverless *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)

# A stamp newer than the locks says that all of them are installed.
$(RUN_STAMP): $(VENV)/bin/python requirements.txt requirements-embedded.txt pyproject.toml
	@echo "Installing what requirements.txt pins …" >&2
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@$(PIP) install --quiet --require-hashes -r requirements-embedded.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements-dev.txt
	@echo "Installing what requirements-dev.txt pins …" >&2
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
