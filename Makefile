# Relais: `make help` says what each target does.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DJANGO_SETTINGS_MODULE ?= cms.settings.local

.DEFAULT_GOAL := help
.PHONY: help demo stop test lint format types bench shell lock messages clean

help: ## Say what each target does
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamps say which lock files the environment was made from.
$(VENV)/base.stamp: requirements/base.txt
	@test -x $(BIN)/python || { echo "Making the environment in $(VENV)…"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the packages (a minute the first time)…"
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/base.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp requirements/dev.txt
	@echo "Installing what the tests and checks need…"
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

demo: $(VENV)/base.stamp ## Start everything with French demo content (SEARCH=elasticsearch for a real engine)
	@$(BIN)/python manage.py demo $(if $(SEARCH),--search $(SEARCH))

stop: ## Stop the local PostgreSQL and Elasticsearch
	@$(BIN)/python -m deploy.local postgres stop
	@$(BIN)/python -m deploy.local elasticsearch stop

test: $(VENV)/dev.stamp lint ## Start the services, check the code, run every test (ARGS="-k name")
	@deploy/test.sh $(BIN) "$(ARGS)"

lint: $(VENV)/dev.stamp types ## Style, floors of the plan, types, templates, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check --lint templates knowledge cms
	$(BIN)/python manage.py check
	$(BIN)/python -m pip check

format: $(VENV)/dev.stamp ## Put code and templates into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djlint --quiet --reformat templates knowledge cms

types: $(VENV)/dev.stamp ## Check the types
	$(BIN)/mypy

bench: $(VENV)/dev.stamp ## Measure speed and size, as ratios to floors of the same run
	@$(BIN)/python -m tests.bench

shell: $(VENV)/base.stamp ## A Python shell with the project loaded
	@$(BIN)/python manage.py shell

lock: ## Pin every package again, with hashes (needs uv)
	uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.11 -o requirements/base.txt pyproject.toml
	uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--python-version 3.11 --extra dev -c requirements/base.txt \
		-o requirements/dev.txt pyproject.toml

messages: $(VENV)/dev.stamp ## Collect the strings to translate and compile the catalogues
	$(BIN)/python manage.py makemessages -l fr -l es -l en --no-wrap --no-obsolete --ignore 'var/*' --ignore '.venv/*' --ignore 'tests/*'
	$(BIN)/python manage.py compilemessages --ignore .venv

clean: ## Stop the services and remove the environment and all local data
	-@test -x $(BIN)/python && $(MAKE) --no-print-directory stop
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
