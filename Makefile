# Every command of the project. `make` alone lists them.

BIN := .venv/bin
SQL = $(shell find src -name '*.sql')

.DEFAULT_GOAL := help
.PHONY: help setup run test check fmt lint types imports sql tidy docs bench lock clean

help:  ## List the commands
	@awk -F ':[^#]*## ' '/^[a-z]+:.*## / { printf "  %-9s%s\n", $$1, $$2 }' Makefile

setup:  ## Prepare .venv with the locked packages
	@tools/setup

run: setup  ## Set up and serve the demo town on http://127.0.0.1:8000
	@exec $(BIN)/banyan serve --demo

test: setup  ## Set up, browser included, and run the tests on all cores; ARGS="-k orders" chooses some
	@tools/setup-browser
	@$(BIN)/pytest -n auto --dist loadfile -q $(ARGS)

check: setup  ## Run every check but the tests: under half a minute
	@$(MAKE) --no-print-directory --jobs=2 --output-sync --keep-going lint types imports sql tidy

fmt: setup  ## Format the code, and mend what ruff can
	@$(BIN)/ruff check --fix --quiet --exit-zero
	@$(BIN)/ruff format

lint: setup  ## Check format and style
	@$(BIN)/ruff format --check --quiet || { echo "Run: make fmt"; exit 1; }
	@$(BIN)/ruff check --quiet

types: setup  ## Check types
	@$(BIN)/mypy

imports: setup  ## Check who may import whom, and that each dependency is declared and used
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry src

sql: setup  ## Check the migrations: format, and what would lock a busy table
	@$(if $(SQL),$(BIN)/sqlfluff lint --disable-progress-bar $(SQL))
	@$(if $(SQL),$(BIN)/squawk $(SQL))

tidy: setup  ## Check the house rules
	@$(BIN)/pytest -q --noconftest -p no:schemathesis -p no:hypothesispytest tests/tidy

docs: setup  ## Write the pages that are made from the code
	@$(BIN)/python tools/docs

bench: setup  ## Measure: NAME=ledger-post, or nothing for the list
	@$(BIN)/banyan bench $(NAME)

lock:  ## Choose new versions for requirements.lock; ARGS=--upgrade for all (needs uv)
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
		--quiet $(ARGS) --output-file requirements.lock

clean:  ## Remove what the commands made, but not your data
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist build
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
