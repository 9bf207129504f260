# The two commands: `make run` and `make test`. Both set up what they need. `make help` lists the others.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT ?= 3000
DAGSTER_CHART := 1.13.27
export DAGSTER_HOME ?= $(CURDIR)/data/dagster
export TOKENIZERS_PARALLELISM = false

.PHONY: help install run ui test coverage test-long lint clean lock sbom pin-images charts

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

# Modules in their own order: xdist would begin with those of many tests, and end with the few long ones beside an idle core.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test: $(INSTALLED)  ## lint, types, import contract, and the tests
	$(MAKE) lint
	$(PYTEST)

coverage: $(INSTALLED)  ## the tests, slower by a quarter, with the share of lines that they reach
	$(PYTEST) --cov --cov-report=term

test-long: $(INSTALLED)  ## the tests that take minutes, with all of their work: kills in every stage, servers stopped and killed
	ASKNEWS_NER_LONG=1 $(BIN)/python -m pytest --durations=5 \
	    -k "killed or day_and_night or due_feed or reports_on_news or ray_run or races or all_servers or fast_engine or model_server"

lint: $(INSTALLED)  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(INSTALLED)  ## write the lists with hashes from which the images are built (requirements/*.lock)
	$(PIP) install uv==0.13.8
	PATH="$(CURDIR)/$(BIN):$$PATH" deploy/lock.sh

sbom: $(INSTALLED)  ## what is installed here, as an SBOM and a list of licences, in dist/ (the images carry their own)
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip --quiet install --constraint requirements/constraints.txt -r requirements/image-build.in
	deploy/docker/describe .tools/bin $(BIN)/python dist

pin-images: $(INSTALLED)  ## ask the registries for the digests behind the tags, and write them down (needs a way there)
	$(BIN)/python deploy/pin_images.py

charts:  ## fetch Dagster's chart into .charts/, so that the tests render it with our values (needs helm and a way there)
	rm -rf .charts/dagster && mkdir -p .charts
	helm pull dagster --repo https://dagster-io.github.io/helm --version $(DAGSTER_CHART) --untar --untardir .charts

clean:  ## remove what runs have made (not the environment)
	rm -rf data
