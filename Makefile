# Shortcuts for people who have make; the README's commands need only Python and pip.
.PHONY: setup test lint types imports gates docs lock bench

setup:            ## virtual environment with everything that development needs
	python3 -m venv .venv && .venv/bin/pip install -q -c .ci/constraints.txt -e ".[dev]"

test:             ## all tests
	.venv/bin/pytest

lint:             ## format and lint
	.venv/bin/ruff format --check . && .venv/bin/ruff check .

types:            ## strict types
	.venv/bin/mypy

imports:          ## who may import whom
	.venv/bin/lint-imports

gates:            ## offline evaluation against its gates
	.venv/bin/python -m evals.run

docs:             ## documents generated from the code
	.venv/bin/python -m agent.policy.document > docs/decision-tables.md
	.venv/bin/python -m tools.fraud.catalogue

lock:             ## pin every dependency (needs uv)
	uv lock && uv export --quiet --no-header --all-extras --no-hashes --no-emit-project --format requirements-txt > .ci/constraints.txt

bench:            ## speed, measured side by side
	.venv/bin/python -m evals.bench.investigation; .venv/bin/python -m evals.bench.parse; .venv/bin/python -m evals.bench.fraud
