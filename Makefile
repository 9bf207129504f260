# The two commands: `make run` and `make test`. Both set up what they need. `make help` lists the others.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT ?= 3000
export DAGSTER_HOME ?= $(CURDIR)/data/dagster
export TOKENIZERS_PARALLELISM = false

.PHONY: help install run ui test test-long lint clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

$(INSTALLED): pyproject.toml requirements/torch-cpu.txt requirements/constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --retries 1 -r requirements/torch-cpu.txt
	$(PIP) install --constraint requirements/constraints.txt --editable '.[dev]'
	@touch $@

install: $(INSTALLED)  ## create .venv and install everything (CPU)

run: $(INSTALLED)  ## run the whole graph on the shipped sample
	$(BIN)/asknews-ner run --recipe laptop

ui: $(INSTALLED)  ## Dagster's web UI with its daemon, on http://127.0.0.1:3000 (or PORT=…)
	@mkdir -p $(DAGSTER_HOME) && cp dagster.yaml $(DAGSTER_HOME)/
	$(BIN)/asknews-ner ui --port $(PORT)

test: $(INSTALLED)  ## lint, types, import contract, and all tests with coverage
	$(MAKE) lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term

test-long: $(INSTALLED)  ## the tests that take minutes, with all of their work: kills in every stage, servers stopped and killed
	ASKNEWS_NER_LONG=1 $(BIN)/python -m pytest --durations=5 -k "killed or day_and_night or due_feed or reports_on_news or two_commands or two_dagster_runs"

lint: $(INSTALLED)  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:  ## remove what runs have made (not the environment)
	rm -rf data
