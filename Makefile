# 晴雨 Qingyu. `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
QINGYU := .venv/bin/qingyu
PYTEST := .venv/bin/python -m pytest

.PHONY: forms help setup demo up down status test test-quick lint bench faults backtest wipe clean lock

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2}'

setup: ## make the two Python environments; name or install what the machine lacks
	@scripts/setup.sh

demo: setup ## start everything, replay the real published figures, show the barometer and the alerts; leaves it running
	@scripts/demo.sh

up: setup ## start Kafka, the writer, the alerter and Superset in the background
	@scripts/up.sh

down: ## stop all of it; data under var/ stay
	@scripts/down.sh

status: ## print the barometer
	@$(QINGYU) status

test: setup lint ## the whole gate: real Kafka, real DuckDB, real Superset in a real browser
	@scripts/test.sh

test-quick: setup ## unit and SQL tests only: no broker, no browser
	@$(PYTEST) -q tests/unit tests/sql tests/contract tests/expectations tests/architecture

lint: setup ## ruff, mypy on the pure rooms, the table of imports
	@.venv/bin/ruff check . && .venv/bin/ruff format --check -q . && .venv/bin/mypy && .venv/bin/lint-imports

bench: setup ## benchmarks: ratios within one run
	@.venv/bin/python benchmarks/landing.py
	@.venv/bin/python benchmarks/writer.py
	@.venv/bin/python benchmarks/together.py
	@.venv/bin/python benchmarks/storage.py
	@.venv/bin/python benchmarks/latency.py
	@.venv/bin/python benchmarks/rating_grid.py
	@.venv/bin/python benchmarks/files.py
	@.venv/bin/python benchmarks/producer.py
	@.venv/bin/python benchmarks/gateway.py

faults: setup ## the fault tests at full length: 200 kills of the writer, a million mutated messages; takes under an hour
	@QINGYU_KILLS=200 QINGYU_FUZZ_MESSAGES=1000000 $(PYTEST) tests/faults

backtest: setup ## measure the probability of missing on published series; rewrites docs/backtest.md
	@.venv/bin/python benchmarks/backtest.py

wipe: down ## delete the lake, Kafka's log, the alert store and Superset's database: everything under var/
	@rm -rf "$${QINGYU_VAR:-var}" && echo "the data are gone"

clean: down ## as wipe, and the environments too
	@rm -rf "$${QINGYU_VAR:-var}" .venv .venv-superset .tools && echo "clean"

forms: setup ## write docs/forms anew from the plans: the list of forms and their JSON Schemas
	@$(QINGYU) form pages

lock: ## resolve the locks anew from requirements/*.in
	@for name in app dev; do .tools/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header requirements/$$name.in -o requirements/$$name.lock; done
	@.tools/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  benchmarks/quix/requirements.in -o benchmarks/quix/requirements.lock
