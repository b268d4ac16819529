# Thin on purpose: each target is one command of .venv/bin. `make` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Python keeps what it has compiled, whatever the shell says: a process starts in half the time.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
LISTS := $(shell cat requirements/*.txt pyproject.toml | cksum | cut -d ' ' -f 1)
FRONT := $(shell cat package-lock.json deploy/assets.py | cksum | cut -d ' ' -f 1)

# Stamps named for the digest of what they were made from: a warm `make` does nothing.
STAMPS := .venv/stamps
BOOTSTRAP := $(STAMPS)/bootstrap-$(shell cksum < requirements/bootstrap.txt | cut -d ' ' -f 1)
RUNTIME := $(STAMPS)/runtime-$(LISTS)
DEVELOPMENT := $(STAMPS)/development-$(LISTS)
ASSETS := $(STAMPS)/assets-$(FRONT)

.PHONY: help
help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | awk -F '\t' '{ printf "make %-11s %s\n", $$1, $$2 }'

.PHONY: run
run: $(RUNTIME) $(ASSETS) ## Start the whole system with its own database and the demo plan; Ctrl-C stops it
	@exec $(BIN)/qip up

.PHONY: test
test: $(DEVELOPMENT) $(ASSETS) chromium ## Run the whole test suite
	@$(BIN)/pytest -n 2 --dist worksteal

.PHONY: test-office
test-office: $(DEVELOPMENT) ## Convert packs with LibreOffice and compare them with what they should say
	@deploy/libreoffice
	@$(BIN)/pytest tests/office

.PHONY: check
check: $(DEVELOPMENT) ## Format, lint, types, import contracts, and that migrations match the models
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m services.supervisor.migrations_match

.PHONY: bench
bench: $(DEVELOPMENT) $(ASSETS) ## Measure what the project exists for against its stated limits
	@$(BIN)/python -m bench

.PHONY: lock
lock: $(BOOTSTRAP) ## Write the hash-pinned lists anew from requirements/*.in and package.json
	@for list in bootstrap node runtime development; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	    requirements/$$list.in --output-file requirements/$$list.txt || exit 1; \
	done
	@npm install --package-lock-only

.PHONY: assets
assets: $(ASSETS) ## Fetch the front-end packages and copy what pages use

.PHONY: clean
clean: ## Remove what was installed and made; keep the data in .local
	@rm -rf .venv node_modules web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: chromium
chromium:
	@deploy/chromium

$(BOOTSTRAP):
	@deploy/bootstrap .venv
	@mkdir -p $(STAMPS) && touch $@

$(RUNTIME): | $(BOOTSTRAP)
	@$(BIN)/uv pip sync --quiet --require-hashes requirements/runtime.txt
	@$(BIN)/uv pip install --quiet --offline --no-deps --editable .
	@touch $@

$(DEVELOPMENT): | $(BOOTSTRAP)
	@$(BIN)/uv pip sync --quiet --require-hashes requirements/runtime.txt requirements/development.txt
	@$(BIN)/uv pip install --quiet --offline --no-deps --editable .
	@touch $@ $(RUNTIME)

$(ASSETS): | $(BOOTSTRAP)
	@command -v npm > /dev/null || $(BIN)/uv pip install --quiet --require-hashes -r requirements/node.txt
	@$(BIN)/python deploy/assets.py
	@touch $@
