# `make run` opens the studio and `make test` runs everything that must pass; both first make what they need.

VENV := .venv
PYTHON_IN_VENV := $(VENV)/bin/python
READY := $(VENV)/.ready
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.DEFAULT_GOAL := help
.PHONY: run test test-slow lint measure measure-timeline measure-seeds measure-images pretrained thumbnails equations judges models environment clean help methods-table

run: $(READY) ## open the studio; without a display, leave its picture, animation and numbers in build/demo/
	@$(PYTHON_IN_VENV) packaging/run.py

test: lint ## style, types, walls between the rooms, then the tests
	$(OFFSCREEN) $(PYTHON_IN_VENV) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-slow: $(READY) ## the tests that take more than a minute each
	$(OFFSCREEN) $(PYTHON_IN_VENV) -m pytest -m slow

lint: $(READY) ## everything but the tests
	$(PYTHON_IN_VENV) -m ruff check .
	$(PYTHON_IN_VENV) -m ruff format --check .
	$(PYTHON_IN_VENV) -m mypy
	$(VENV)/bin/lint-imports --no-logo --no-cache

measure: $(READY) ## start-up time, training rate and smoothness of the window, on this machine
	$(PYTHON_IN_VENV) packaging/measure.py

measure-timeline: $(READY) ## how long the timeline takes to show each of 200 kept steps, every layer on
	$(PYTHON_IN_VENV) packaging/measure_timeline.py

measure-seeds: $(READY) ## how much faster sixteen seeds train at once than one after another, on this machine
	$(PYTHON_IN_VENV) packaging/measure_seeds.py

measure-images: $(READY) ## how long a slider of a 64 x 64 DCGAN takes to show another picture, on this machine
	$(PYTHON_IN_VENV) packaging/measure_images.py

equations: $(READY) ## make assets/equations.json anew, after changing a method's equations
	$(PYTHON_IN_VENV) packaging/make_equations.py

thumbnails: $(READY) ## make assets/presets/*.png anew, after changing a preset (a quarter of an hour; NAMES="a b" makes some)
	$(PYTHON_IN_VENV) packaging/make_thumbnails.py $(NAMES)

pretrained: $(READY) ## train the presets that begin trained, and write their states to assets/presets (some minutes)
	$(PYTHON_IN_VENV) packaging/make_pretrained.py

judges: $(READY) ## train the classifiers of models/judges anew; GANSTUDIO_DATA has to hold their data (ten minutes)
	$(PYTHON_IN_VENV) packaging/train_judges.py

models: $(READY) ## train the models that come with the program (some hours; needs the data; NAMES="a b" makes some)
	$(PYTHON_IN_VENV) packaging/make_models.py $(NAMES)

methods-table: $(READY) ## train every method on four data sets and put the numbers into the README (about 40 minutes)
	$(PYTHON_IN_VENV) -m ganstudio compare all --data ring grid9 grid25 swiss_roll --seeds 5 --steps 1000 --out build/methods
	$(PYTHON_IN_VENV) packaging/methods_table.py build/methods

environment: $(READY) ## only make or update .venv (TORCH_INDEX=url takes PyTorch from another index)

# The stamp is written last, so an installation that was interrupted is taken up again. It says nothing when the
# system's Python, to which the environment points, has gone since.
ifneq ($(shell $(PYTHON_IN_VENV) -c 'print(1)' 2>/dev/null),1)
endif
$(READY): pyproject.toml packaging/constraints.txt packaging/environment.sh
	@TORCH_INDEX="$(TORCH_INDEX)" PYTHON="$(PYTHON)" sh packaging/environment.sh $(VENV)
	@touch $@

clean: ## remove what was built; .venv stays
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find ganstudio packaging tests -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile
