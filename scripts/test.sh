#!/usr/bin/env bash
# Every test: pure rooms with their branch coverage, then real Kafka, real DuckDB, real Superset in a real browser.
set -euo pipefail
source "$(dirname "$0")/env.sh"
unset QINGYU_VAR
# The jars are fetched before the tests, so that no test's time rests on the network.
.venv/bin/python -c 'import os; from broker.jars import find_jars; from broker.places import cache_folder; find_jars(cache_folder(os.environ), print)'
.venv/bin/python -m pytest --cov --cov-report=term:skip-covered --cov-fail-under=97 --durations=15 "$@"
