# Each goal makes its own set-up first: a .venv with the locked requirements and the package.
# PYTHON  the interpreter to build on (3.11 or later)     PAPERS  a folder with the papers' text (optional)     STUDY  the study for lab (optional)
PYTHON ?= python3
PAPERS ?=
STUDY ?=
BIN := .venv/bin
UV := $(shell sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)
TEXT := $(if $(PAPERS),--papers "$(PAPERS)")

.PHONY: report verify lab test faults bench lint notebooks lock clean

report: .venv/ready
	@$(BIN)/dtstudy report $(TEXT)

verify: .venv/ready
	@$(BIN)/dtstudy verify $(TEXT)

lab: .venv/ready
	@$(BIN)/dtstudy lab $(STUDY)

test: .venv/ready
	PAPERS="$(PAPERS)" $(BIN)/python -m pytest -n 2 --dist loadfile
	DTSTUDY_OUTPUT="$$(mktemp -d)" $(BIN)/python -m pytest -p dtstudy.chain.lean --nbval --nbval-current-env \
	    --nbval-cell-timeout 120 --nbval-kernel-startup-timeout 120 notebooks

# Faults done to a run, and what became of it: a table. FAULTS= (empty) does the short campaign of the test run.
FAULTS ?= long
faults: .venv/ready
	FAULTS="$(FAULTS)" $(BIN)/python -m tests.faults.campaign

.venv/bench: benchmarks/requirements.lock .venv/ready
	VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --require-hashes -r benchmarks/requirements.lock
	@touch .venv/bench

bench: .venv/bench
	$(BIN)/python benchmarks/chain.py
	$(BIN)/python benchmarks/cooccurrence.py
	$(BIN)/python benchmarks/agreement.py
	$(BIN)/python benchmarks/frequency.py
	$(BIN)/python benchmarks/vocabulary.py 10
	$(BIN)/python benchmarks/masking.py 5
	$(BIN)/python benchmarks/cleaning.py 100 1000
	$(BIN)/python benchmarks/importing.py
	$(BIN)/python benchmarks/archive.py 100000 1000000
	$(BIN)/python benchmarks/gathering.py 500
	$(BIN)/python benchmarks/explorer.py 1000 100000

lint: .venv/ready
	$(BIN)/ruff check src tests && $(BIN)/ruff format --check src tests

notebooks: .venv/ready
	$(BIN)/python -m dtstudy.chain.refresh

lock: .venv/ready
	$(BIN)/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra bench -c requirements.lock --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header -q -o benchmarks/requirements.lock

clean:
	rm -rf .venv
	git clean -qfdX data/derived

# A Debian whose Python is externally managed, or lacks ensurepip, gets a .venv all the same. uv installs the lock many
# times faster than pip and compiles the bytecode once; where it cannot run, pip installs the same file.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "dtstudy needs Python 3.11 or later. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@rm -rf .venv
	@echo "Setting up .venv (once): locked requirements, then the package."
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip .venv
	@PIP="$(BIN)/python -m pip"; $$PIP --version >/dev/null 2>&1 || PIP="$(PYTHON) -m pip --python $(BIN)/python"; \
	$$PIP --version >/dev/null 2>&1 || \
	    { echo "$(PYTHON) has neither venv with pip nor pip itself. On Debian: apt install python3-venv"; exit 1; }; \
	if $$PIP install -q --disable-pip-version-check "$(UV)" && \
	    VIRTUAL_ENV=.venv $(BIN)/uv pip sync -q --require-hashes --compile-bytecode requirements.lock; \
	then VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .; \
	else $$PIP install -q --require-hashes -r requirements.lock && \
	    $$PIP install -q --no-deps --no-build-isolation -e . && \
	    { $(BIN)/python -m compileall -q .venv/lib >/dev/null 2>&1 || true; }; fi
	@touch .venv/ready
