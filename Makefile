# Two commands do everything: `make demo` and `make test`. Both build their own
# virtual environment from what pyproject.toml says; nothing else is needed.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

# The suite starts hundreds of interpreters; without byte code each compiles the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lab lint notebooks pages bench comparison screenshots dist check-wheel check-lowest clean

demo: $(VENV)/.ready  ## run the quickstart in a real kernel, bars in the terminal, receipts in build/
	$(BIN)/python notebooks/run.py --live --out build notebooks/01_quickstart.ipynb
	@echo "Open build/01_quickstart.html in a browser; \`make lab\` opens the notebook live, with bars that move."

test: $(VENV)/.ready  ## the whole suite, style and types included
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

lab: $(VENV)/.ready  ## open the tutorials in JupyterLab
	$(BIN)/jupyter lab notebooks/01_quickstart.ipynb

lint: $(VENV)/.ready
	$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/mypy && $(BIN)/lint-imports

bench: $(VENV)/.ready  ## every claim of speed, with its peer, in one run: benchmarks/results.md and the README's table
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/readme.py

notebooks: $(VENV)/.ready  ## run the tutorials, and keep what they show
	$(BIN)/python notebooks/run.py --write notebooks/*.ipynb

pages: $(VENV)/.ready  ## docs/magics.md, from the magics themselves
	$(BIN)/python docs/magics.py

comparison: $(VENV)/.ready  ## docs/comparison.md, from the peers themselves; needs PyPI, npm and Chromium
	$(BIN)/python docs/peers/run.py

screenshots: $(VENV)/.ready  ## the README's pictures and films, from a real JupyterLab; needs Chromium
	$(BIN)/python tests/browser/screenshots.py
	$(BIN)/python tests/browser/films.py

dist: $(VENV)/.ready  ## the wheel and the sdist, in dist/
	rm -rf dist
	$(BIN)/python -m hatchling build

check-wheel: $(VENV)/.ready  ## the suite against the built wheel; PYTHON=python3.13 ARGS="-n 2 tests/client"
	$(BIN)/python tests/packaging/wheel.py --python $(PYTHON) --home build/wheel $(ARGS)

check-lowest: $(VENV)/.ready  ## likewise, with the lowest dependencies that pyproject.toml allows
	$(BIN)/python tests/packaging/wheel.py --python $(PYTHON) --home build/lowest --lowest $(ARGS)

$(VENV)/.ready: pyproject.toml
	@echo "Building $(VENV), with JupyterLab and all that the tests want: about two minutes, once."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	# JupyterLab brings it and needs it not; with it each `import jsonschema` builds 39 grammars, for 2.5 s.
	$(BIN)/python -m pip uninstall --quiet --yes rfc3987-syntax
	touch $@

clean:
	rm -rf $(VENV) .kernels build dist .mypy_cache .ruff_cache .pytest_cache
