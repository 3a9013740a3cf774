# Two commands do all the set-up on a fresh machine with Python (3.11 or newer) and make: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
MLFLOW_VENV := .venv-mlflow
VERSIONS := tests/mlflow_versions
OLD_MLFLOWS := $(patsubst $(VERSIONS)/requirements/%.txt,$(MLFLOW_VENV)-%,$(wildcard $(VERSIONS)/requirements/*.txt))
CLIENTS := tests/clients
SUITE := tests/conformance
FRAMEWORKS := tests/frameworks
FRAMEWORK_VENVS := $(patsubst $(FRAMEWORKS)/requirements/%.txt,.venv-frameworks-%,$(wildcard $(FRAMEWORKS)/requirements/*.txt))
CLIENT_VENVS := .venv-clients
LOWEST_VENV := .venv-lowest
PACKAGES := .venv-packages
WHOLE_VENV := .venv-whole
PYTHONS ?= 3.11 3.12 3.13 3.14
BIN := $(VENV)/bin
MCPB := $(CLIENTS)/node_modules/@anthropic-ai/mcpb/dist/cli/cli.js
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)

# Trust what the machine trusts, as pip does: behind a company's proxy its certificates are its own.
export UV_SYSTEM_CERTS := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-clients test-packages test-lowest test-mlflow-versions test-frameworks check static format lint types docs-check docs site site-serve snapshots cookbook release-check bundle soak bench bench-smoke bench-search bench-scale bench-large bench-redaction bench-differences bench-http bench-fairness clean test-nginx test-mariadb test-chromium packages

help: ## Show what there is
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {print "\n" substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ See it
demo: $(VENV)/.demo ## Install and walk through the tools on a sample MLflow store
	$(BIN)/mcp-traces demo

##@ Test
test: $(VENV)/.test $(MLFLOW_VENV)/.installed $(CLIENTS)/node_modules/.installed $(SUITE)/node_modules/.installed test-nginx test-mariadb packages ## Install and run every test
	$(BIN)/pytest -n 2 --dist loadfile --ignore $(CLIENTS) --ignore $(FRAMEWORKS) --ignore $(VERSIONS)/test_databases.py

test-clients: $(VENV)/.test $(MLFLOW_VENV)/.installed $(CLIENTS)/node_modules/.installed $(CLIENTS)/claude_code/node_modules/.installed $(CLIENT_VENVS)/.installed test-chromium ## Drive the installed server with clients that others wrote
	$(BIN)/pytest -n 2 $(CLIENTS)

test-packages: $(VENV)/.check ## Build wheel and sdist, install each alone with every Python that can be had, and ask it
	$(BIN)/python -m tests.packages.install "$(UV)" $(PACKAGES) $(PYTHONS)
	$(BIN)/pytest tests/packages tests/test_packaging.py tests/test_imports.py

# What is left out looks at no package of ours (bench, soak: at time), or has environments of its own.
test-lowest: $(VENV)/.test $(MLFLOW_VENV)/.installed ## Run the tests with the lowest versions that pyproject.toml allows
	$(UV) venv --quiet --no-project --clear --python $(BIN)/python $(LOWEST_VENV)
	$(UV) pip install --quiet --python $(LOWEST_VENV)/bin/python --resolution lowest-direct --editable '.[postgresql,mysql]' --group test
	$(LOWEST_VENV)/bin/pytest -n 2 --dist loadfile $(addprefix --ignore ,$(CLIENTS) $(FRAMEWORKS) tests/packages tests/bench tests/soak)

test-mlflow-versions: $(VENV)/.test $(MLFLOW_VENV)/.installed $(OLD_MLFLOWS:=/.installed) ## Ask real MLflow servers from 3.1 on for what their own SDKs logged, and remake their databases
	$(BIN)/pytest -n 2 $(VERSIONS)

test-frameworks: $(VENV)/.test $(MLFLOW_VENV)/.installed $(FRAMEWORK_VENVS:=/.installed) $(FRAMEWORKS)/vercel/node_modules/.installed ## Run agents of real frameworks and read the traces they export (RECORD=1 renews recordings)
	$(BIN)/pytest $(FRAMEWORKS)

##@ Check
check: static test test-clients ## Everything CI runs

static: $(VENV)/.check ## Format, lint, types, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/python docs/generate.py --check
	$(BIN)/python docs/website.py

format: $(VENV)/.check ## Format and sort imports
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.check ## Lint
	$(BIN)/ruff check .

types: $(VENV)/.check ## Check types
	$(BIN)/basedpyright

docs-check: $(VENV)/.check ## Check that what is generated is true, and that every link leads somewhere
	$(BIN)/python docs/generate.py --check
	$(BIN)/python docs/website.py
	$(BIN)/python -m docs.examples --check

##@ Write what is generated
docs: $(VENV)/.test ## Write tables, examples and the picture on pages, server.json, the bundle's manifest
	$(BIN)/python docs/generate.py
	$(BIN)/python -m docs.examples

site: $(VENV)/.check ## Write the documentation as a site: build/site
	$(BIN)/python docs/website.py

site-serve: site ## The same at http://127.0.0.1:8001
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory build/site 8001

snapshots: $(VENV)/.check ## Refresh golden files and inline snapshots; read the diff as a user would
	UPDATE_GOLDEN=1 $(BIN)/pytest tests/test_catalog.py
	$(BIN)/pytest --inline-snapshot=fix tests/shaping tests/tools

cookbook: $(VENV)/.test $(MLFLOW_VENV)/.installed ## Write the answers on the cookbook's pages anew; read the diff as a user would
	UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/cookbook/test_cookbook.py

##@ Release
release-check: $(VENV)/.test ## A release but for its last step: says what is ready, open or wrong (FLAGS=--before-release: open is fine)
	$(BIN)/python -m release.check --uv "$(UV)" $(FLAGS)

bundle: $(VENV)/.test $(CLIENTS)/node_modules/.installed ## The MCPB bundle for Claude Desktop: dist/mcp-traces.mcpb
	@test -f $(MCPB) || { echo "A bundle is packed with Node.js 20 or newer: $$(cat $(CLIENTS)/why-not)" >&2; exit 1; }
	$(BIN)/python docs/generate.py --check
	$(BIN)/python bundle/stage.py build/bundle
	node $(MCPB) validate build/bundle/manifest.json
	mkdir -p dist
	node $(MCPB) pack build/bundle dist/mcp-traces.mcpb

##@ Measure
soak: $(VENV)/.test $(MLFLOW_VENV)/.installed ## 50,000 calls or 30 minutes while stores fail and recover; each answer is known beforehand
	$(BIN)/python -m tests.soak

bench: $(VENV)/.test $(MLFLOW_VENV)/.installed $(WHOLE_VENV)/.installed ## Compare with `mlflow mcp run` and MLflow's client, and write docs/benchmarks.md
	$(BIN)/python -m bench.comparison

bench-smoke: $(VENV)/.test $(MLFLOW_VENV)/.installed ## The same with small stores: sees that the answers are right
	$(BIN)/python -m bench.comparison --small

bench-search: $(VENV)/.test $(MLFLOW_VENV)/.installed ## Time searches by what spans hold in a large SQLite store, beside MLflow's own client
	$(BIN)/python -m bench.span_search

bench-scale: $(VENV)/.test $(MLFLOW_VENV)/.installed ## How each question grows, to 1,000,000 traces on PostgreSQL; writes docs/scale.md
	$(BIN)/python -m bench.scale

bench-large: $(VENV)/.test $(MLFLOW_VENV)/.installed ## Time and memory to open a very large trace, beside MLflow's own client
	$(BIN)/python -m bench.large_trace

bench-redaction: $(VENV)/.test ## What redaction finds and how fast, beside betterleaks (BETTERLEAKS=a Python that has it)
	$(BIN)/python -m bench.redaction

bench-differences: $(VENV)/.test ## How often the cause of bad traces is found, and how often something where there is none
	$(BIN)/python -m bench.differences

bench-http: $(VENV)/.test $(MLFLOW_VENV)/.installed ## Many clients of one HTTP service over an MLflow server: errors, memory, our share of time
	$(BIN)/python -m bench.http_load

bench-fairness: $(VENV)/.test $(MLFLOW_VENV)/.installed ## What one caller notices of another with 200 calls under way
	$(BIN)/python -m bench.http_fairness

##@ Clean
clean: ## Remove everything that was installed or built here
	rm -rf $(VENV) $(MLFLOW_VENV) $(OLD_MLFLOWS) $(LOWEST_VENV) $(PACKAGES) $(WHOLE_VENV) .tools $(CLIENT_VENVS) $(FRAMEWORK_VENVS) $(foreach one,$(CLIENTS) $(CLIENTS)/claude_code $(SUITE) $(FRAMEWORKS)/vercel,$(one)/node_modules $(one)/why-not) dist build .cache .pytest_cache .ruff_cache .hypothesis

# uv installs several times faster than pip; where it is missing, pip brings it into the environment.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("mcp-traces needs Python 3.11 or newer; try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	test -x "$(UV)" || $(BIN)/pip install --quiet --disable-pip-version-check uv

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --editable .
	touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --editable . --group test
	touch $@ $(VENV)/.demo

$(VENV)/.check: $(VENV)/bin/python pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --editable . --group test --group check --group docs
	touch $@ $(VENV)/.test $(VENV)/.demo

# The MLflow server of the tests has an environment of its own, so that ours stays what users install.
$(MLFLOW_VENV)/.installed: $(VENV)/bin/python pyproject.toml Makefile
	test -x $(MLFLOW_VENV)/bin/python || $(PYTHON) -m venv $(MLFLOW_VENV)
	$(UV) pip install --quiet --python $(MLFLOW_VENV)/bin/python 'mlflow[auth,mcp]==3.17.2' 'psycopg[binary]>=3.2'
	touch $@

# This server and the whole of MLflow in one environment, which `make bench` measures too.
$(WHOLE_VENV)/.installed: $(VENV)/bin/python pyproject.toml
	test -x $(WHOLE_VENV)/bin/python || $(PYTHON) -m venv $(WHOLE_VENV)
	$(UV) pip install --quiet --python $(WHOLE_VENV)/bin/python --editable . 'mlflow==3.17.2'
	touch $@

# So has each older version. What 3.1 and 3.5 need of pyarrow has no wheels for Python 3.14.
$(MLFLOW_VENV)-%/.installed: $(VERSIONS)/requirements/%.txt $(VENV)/bin/python
	test -x $(@D)/bin/python || $(UV) venv --quiet --python '>=3.11,<3.14' $(@D)
	$(UV) pip install --quiet --python $(@D)/bin/python --requirement $<
	test ! -f $(<:.txt=.no-deps) || $(UV) pip install --quiet --python $(@D)/bin/python --no-deps --requirement $(<:.txt=.no-deps)
	touch $@

# MLflow 3.18.0 requires an mlflow-skinny and an mlflow-tracing that are not published: its wheel goes over 3.17.2's.
$(MLFLOW_VENV)-3.18/.installed: $(VERSIONS)/requirements/3.18.no-deps

# So has each agent framework. Not all of them support Python 3.14.
.venv-frameworks-%/.installed: $(FRAMEWORKS)/requirements/%.txt $(VENV)/bin/python
	test -x $(@D)/bin/python || $(UV) venv --quiet --python '>=3.11,<3.14' $(@D)
	$(UV) pip install --quiet --python $(@D)/bin/python --requirement $<
	touch $@

# What the tests of several replicas run with. Neither fails where it cannot be had: the tests are skipped, and say why.
test-nginx:
	$(CLIENTS)/get_nginx.sh .tools/nginx

test-mariadb:
	tests/store/get_mariadb.sh

# The browser in which the tests fill in the Inspector's forms; it does not fail either.
test-chromium: $(CLIENTS)/node_modules/.installed
	$(CLIENTS)/get_chromium.sh .tools/chromium $(CLIENTS)/node_modules/playwright-core/cli.js

# Wheel and sdist, installed alone with the Python of the tests.
packages: $(VENV)/.test
	$(BIN)/python -m tests.packages.install "$(UV)" $(PACKAGES)

# The TypeScript clients, Vercel's AI SDK, MCP's conformance suite with the Node.js it runs on where the machine's is older, Claude Code.
%/node_modules/.installed: %/package.json %/package-lock.json
	tests/npm_install.sh $*

# An environment for each Python client, as they need different versions of the same packages.
$(CLIENT_VENVS)/.installed: $(VENV)/bin/python $(CLIENTS)/clients.json $(CLIENTS)/install.py
	$(BIN)/python $(CLIENTS)/install.py "$(UV)" $(CLIENT_VENVS)
	touch $@
