# Daybook. `make help` lists the commands.
PYTHON ?= python3
BIN := .venv/bin
# PORT, SANDBOX_PORT and DATA may be given here, in the environment or in .env; settings.py has the defaults.
export UV_PYTHON_DOWNLOADS := never
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),$(UV) pip install -q --python $(BIN)/python,$(BIN)/python -m pip install -q --disable-pip-version-check) --require-hashes -r
TESTS ?=

.PHONY: help run test paths bench fuzz load lint format screenshots doctor pins sbom vulnerabilities clean
.DEFAULT_GOAL := help

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 17

run: .venv/run.stamp ## start Daybook on this machine (PORT, SANDBOX_PORT, DATA)
	@DEMO=$${DEMO:-1} exec $(BIN)/python manage.py up

test: .venv/test.stamp ## run every test (TESTS="tests/domain -k week" for some)
	@PYTHON=$(BIN)/python sh tests/run.sh $(TESTS)

paths: .venv/test.stamp ## the whole hand on the board in Chromium: each path by pointer and keys, each state of each view, in all looks (PATHS_OF="-k resize")
	PATHS=all REQUIRE_BROWSER=1 $(BIN)/python -m pytest -q tests/browser/test_paths.py tests/browser/test_board_states.py tests/browser/test_access.py tests/browser/test_xss.py tests/browser/test_trouble.py::test_while_the_calendar_service_is_away_nothing_typed_is_lost_and_it_comes_back_alone $(PATHS_OF)

lint: .venv/dev.stamp ## ruff, mypy, import-linter, djlint, htmx checker, deptry
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file scheduling/sandbox/mypy.ini
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python static/vendor/htmx/upgrade-check.py templates static/js
	$(BIN)/deptry .

bench: .venv/test.stamp ## measure free slots beside other libraries, a week of the sandbox, the boards, the figures of a year (EVENTS=500000, SLOTS="--rounds 1", PEERS=1)
	$(BIN)/python -m pytest -q tests/bench/test_slots.py
	$(BIN)/python -m bench.slots $(SLOTS)
	$(BIN)/python -m bench.sandbox_find --events $${EVENTS:-50000}
	$(BIN)/python -m bench.board
	$(BIN)/python -m bench.usage

fuzz: .venv/test.stamp ## the long proofs: the sandbox, the time engine, every clock change, the form of hours, figures (FUZZ_CASES=60, CLINICS=10000, PATTERNS=1000, MONTHS=1000)
	FUZZ_CASES=$${FUZZ_CASES:-60} $(BIN)/python -m pytest tests/sandbox/test_openapi.py -q
	$(BIN)/python -m tests.oracle --clinics $${CLINICS:-10000}
	$(BIN)/python -m tests.zones
	$(BIN)/python -m tests.hours_round_trip --patterns $${PATTERNS:-1000}
	MONTHS=$${MONTHS:-1000} $(BIN)/python -m pytest tests/domain/test_usage.py -q

load: .venv/test.stamp ## races, lost answers, crashes, an outage, as one table; the whole access matrix, a thousand guesses (LOAD="--short", "--rows G1,G3", "--seed 7")
	$(BIN)/python -m bench.load $(LOAD)
	ACCESS=all GUESSES=1000 $(BIN)/python -m pytest -q tests/security/test_access.py tests/web/test_guessing.py

format: .venv/dev.stamp ## rewrite the code in the one format
	$(BIN)/ruff check --fix-only . && $(BIN)/ruff format .

screenshots: .venv/test.stamp ## make the README's pictures again (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

doctor: .venv/run.stamp ## say what is wrong with the configuration
	@$(BIN)/python manage.py doctor

pins: ## make requirements/ again from pyproject.toml (needs uv)
	sh requirements/pin.sh
	@echo "Now make sbom: requirements/sbom.json tells of the pins."

sbom: .venv/dev.stamp ## write requirements/sbom.json: what a running Daybook is made of
	@$(BIN)/python requirements/sbom.py

vulnerabilities: .venv/dev.stamp ## look for known weaknesses of the pinned packages (asks a source of advisories)
	@$(BIN)/python requirements/vulnerabilities.py

clean: ## remove the virtual environment and caches; the data in DATA stays
	rm -rf .venv .venv-bench .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Daybook needs Python 3.11 or newer; name one with make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/%.stamp: requirements/%.txt .venv/pyvenv.cfg
	@echo "Installing requirements/$*.txt ..."
	@$(INSTALL) $< && touch $@
