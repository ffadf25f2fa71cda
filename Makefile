# Two commands matter: make run and make test. Both work on a fresh machine with Python 3.11 or newer (with its venv
# module: python3-venv on Debian) and make. Everything they need comes from the locks in requirements/, by hash.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-long bench clean migrate fmt docs pictures seal lock audit sbom

PYTHON ?=
PORT ?= 8000
UPGRADE ?=
QUICK ?=
ONLY ?=

PY := .venv/bin/python
UV := .cache/uv/bin/uv
READY := .venv/.installed
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 $(UPGRADE)

# An environment whose Python is gone (upgraded, or the checkout was copied without it) is built anew.
$(shell $(PY) -c '' 2>/dev/null || rm -f $(READY))
$(shell .cache/uv/bin/python -c '' 2>/dev/null || rm -f $(UV))

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY) ## start the demo: PostgreSQL, invented people and the service on 127.0.0.1:8000 (another port: PORT=8080)
	@exec $(PY) -m app.cli demo --port $(PORT)

test: $(READY) ## check everything: style, types, import direction, tests; stops at the first that fails
	@$(call step,style (ruff check),$(PY) -m ruff check .)
	@$(call step,layout (ruff format; make fmt repairs it),$(PY) -m ruff format --check .)
	@$(call step,unsafe constructions (bandit),$(PY) -m bandit --quiet --configfile pyproject.toml --recursive app migrations)
	@$(call step,types (mypy --strict),$(PY) -m mypy --strict)
	@$(call step,import direction (import-linter),$(PY) -c 'from importlinter.cli import lint_imports_command as check; check()')
	@$(call step,tools that check the contract (npm ci),$(PY) -m tests.node_packages)
	@$(call step,tests (pytest),$(PY) -m pytest -n 2 --session-timeout=840)

test-long: $(READY) ## what takes too long for each change: schemathesis in all phases as pairs of callers, each story twice
	@$(call step,long tests (pytest),$(PY) -m pytest -n 2 -m long)
	@$(call step,longer walks at random (pytest),MODEL_EXAMPLES=10 MODEL_STEPS=40 $(PY) -m pytest -n 2 tests/model)

bench: $(READY) ## measure beside PostgreSQL itself, into docs/performance.md (QUICK=1: short; ONLY=dossier: one operation)
	@$(PY) -m benchmarks.run $(if $(QUICK),--quick) $(ONLY:%=--only %)

clean: ## stop what runs and remove the environment, the demo's database and all caches
	@[ ! -d .local ] || $(PY) -m app.demo.stop || $(or $(PYTHON),python3) -m app.demo.stop
	@rm -rf .venv .local .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find app benchmarks tests migrations -name __pycache__ -prune -exec rm -rf {} +

migrate: $(READY) ## bring the database of DATABASE_URL (as its owner) to the newest migration
	@$(PY) -m app.cli migrate

fmt: $(READY) ## repair what ruff can repair
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

audit: $(READY) ## ask for known vulnerabilities in what the locks name; "not run" when nobody can be asked
	@$(PY) -m tests.audit

sbom: $(READY) ## write sbom.json: what the service consists of (CycloneDX 1.6)
	@$(PY) -m cyclonedx_py requirements --spec-version 1.6 --output-format JSON --output-reproducible --validate --output-file sbom.json requirements/app.lock

pictures: $(READY) ## draw the routes that changed: app/routes/*.svg and docs/routes.md
	@$(PY) -m tests.pictures.draw

seal: $(READY) ## write down what new routes in force say; a sealed one is never written anew
	@$(PY) -m app.seal

docs: $(READY) ## write the generated pages anew; a test compares them with the code
	@$(PY) -m app.cli verify-routes --keep --json > /dev/null || echo "Not every route is sound: ask verify-routes."
	@$(PY) -m app.policy_document > docs/policy.new && mv docs/policy.new docs/policy.md
	@$(PY) -m app.privacy_document > docs/privacy.new && mv docs/privacy.new docs/privacy.md
	@$(PY) -m app.retention_document > docs/retention.new && mv docs/retention.new docs/retention.md
	@$(PY) -m app.contract_document > openapi/openapi.new && mv openapi/openapi.new openapi/openapi.json
	@$(PY) -m app.route_document docs
	@$(PY) -m tests.pictures.draw

lock: $(UV) ## write requirements/*.lock anew from pyproject.toml (all to their newest: UPGRADE=--upgrade)
	@echo uv | $(COMPILE) - -o requirements/uv.lock
	@$(COMPILE) pyproject.toml -o requirements/app.lock
	@$(COMPILE) pyproject.toml --extra demo --extra test -c requirements/app.lock -o requirements/dev.lock

# $(call step,name,command): says what runs, and in the same words what failed.
step = echo '== $(1)'; $(2) || { echo '== stopped: $(1) failed' >&2; exit 1; }

# The marker is written last, so an interrupted installation is taken up again; uv repairs what is half there.
$(READY): requirements/dev.lock $(UV)
	@echo 'Installing what requirements/dev.lock names ...'
	@$(PY) -c '' 2>/dev/null || { rm -rf .venv && .cache/uv/bin/python -m venv --without-pip .venv; }
	@UV_PYTHON_DOWNLOADS=never $(UV) pip sync --quiet --require-hashes --python $(PY) requirements/dev.lock
	@touch $@

# uv itself comes through pip, which every Python brings along; it lives apart, because sync removes what no lock names.
$(UV): requirements/uv.lock
	@rm -rf .cache/uv; \
	for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$$python; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  "$$python" -m venv .cache/uv && \
	  .cache/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock && \
	  touch $@ && exit 0; \
	  exit 1; \
	done; \
	if [ "$$found" ]; then \
	  echo "$$found has no ensurepip, which brings pip along. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	else \
	  echo 'No Python 3.11 or newer found. On Debian and Ubuntu: apt-get install python3-venv; or name one: make PYTHON=/path/to/python3' >&2; \
	fi; \
	exit 1
