# Everything sets itself up: a virtual environment in .venv, weights and clip in the user's cache. Safe to repeat.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test check format bench assets clean

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

.venv/.demo: pyproject.toml constraints.txt scripts/install.sh
	PYTHON=$(PYTHON) scripts/install.sh demo

.venv/.dev: .venv/.demo
	PYTHON=$(PYTHON) scripts/install.sh dev

install: .venv/.demo  ## install frigate-ext into .venv, nothing else

demo: .venv/.demo  ## watch a street, be told about it: DURATION=90 for that many seconds, else until Ctrl-C
	@$(BIN)/frigate-ext demo $(if $(DURATION),--duration $(DURATION)) $(ARGS)

assets: .venv/.demo  ## fetch the weights and the clip, and export the model
	@$(BIN)/frigate-ext models pull yolov8n
	@$(BIN)/frigate-ext models pull text-finder
	@$(BIN)/frigate-ext models export yolov8n
	@$(BIN)/frigate-ext demo --fetch-only

test: .venv/.dev assets  ## every test, the slow ones too; ARGS="-k bus" for some
	$(BIN)/pytest $(ARGS)

check: .venv/.dev  ## lint, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.dev  ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.dev assets  ## measure, print a table, write bench/results.json
	$(BIN)/python -m bench $(ARGS)

clean:  ## remove the environment and every cache in this folder
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*
