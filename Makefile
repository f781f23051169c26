# Needs Python 3.11 or newer, pip, make and git. Everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
SUITE ?= machine
TYPED := commerce schema webhooks plugins deploy
N ?= 20000
SEED ?=

.PHONY: up test lint bench fuzz fire schema explorer lock clean runtime tools

up: runtime  ## a running shop, with PostgreSQL and Redis unless DATABASE_URL and REDIS_URL name others
	@$(BIN)/python -m deploy.up --stop-with-parent

# A copy of the lock inside the environment says what is installed there.
runtime: $(BIN)/python
	@cmp -s requirements.lock $(VENV)/requirements.lock || { \
		echo "Installing what the shop runs on"; \
		$(PIP_INSTALL) -r requirements.lock && cp requirements.lock $(VENV)/requirements.lock; }

tools: $(BIN)/python
	@cmp -s requirements-test.lock $(VENV)/requirements-test.lock || { \
		echo "Installing what tests need"; \
		$(PIP_INSTALL) -r requirements-test.lock \
		&& cp requirements-test.lock requirements.lock $(VENV)/; }

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Handcart needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv $(VENV)

test: lint  ## everything: style, types, layers, migrations, tests
	@status=0; \
	$(BIN)/python -m pytest -q -n $(JOBS) || status=1; \
	$(BIN)/python -m tests.stop_servers; \
	exit $$status

lint: tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(addprefix -p ,$(TYPED))
	$(BIN)/lint-imports

bench: tools  ## SUITE=engine, http or catalog (tests/bench/README.md); each prints `bench <name> <value> <unit>`
	@$(BIN)/python -m tests.bench.machine
	@if [ "$(SUITE)" != machine ]; then $(BIN)/python -m tests.bench.$(SUITE); fi

fuzz: tools  ## N random documents by both executors; SEED=word repeats a run
	@$(BIN)/python -m tests.schema.engine.fuzz --count $(N) --seed "$(SEED)"

fire: tools  ## checkout at length: 10,000 operations at once, 1,000 crash schedules, 500 runs against the model
	@status=0; \
	HANDCART_FIRE=1 HANDCART_FIRE_SEED="$(or $(SEED),1)" $(BIN)/python -m pytest -q -n $(JOBS) \
		tests/races/test_everything_at_once.py tests/races/test_schedules.py \
		tests/commerce/checkout/test_against_the_model.py || status=1; \
	$(BIN)/python -m tests.stop_servers; \
	exit $$status

schema: tools  ## write the SDL of both schemas
	@$(BIN)/python manage.py export_schema

explorer:  ## rebuild the GraphiQL files from npm (the built ones are committed)
	@$(MAKE) -C schema/explorer

lock: tools  ## pin and hash requirements.in and requirements-test.in
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 --custom-compile-command "make lock" requirements.in -o requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 --custom-compile-command "make lock" -c requirements.lock \
		requirements-test.in -o requirements-test.lock

clean:  ## remove the environment and the data of this shop and its tests
	@if [ -x $(BIN)/granian ]; then \
		for home in $${HANDCART_HOME:-.handcart} .handcart/test; do $(BIN)/python -m deploy.embedded remove $$home; done; fi
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
