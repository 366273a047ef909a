"""Measures the heap of the firmware and its drivers at pin level: the code, at "ready", and at the peak of a sale.

heap.py FOLDER...: the folders with the modules; the first one also has the configuration. Prints one JSON object, in
bytes, without the heap of the simulator. heap32.py runs it on a MicroPython with 32-bit words, whose objects are as
large as the ESP32's.
"""

import gc
import json
import sys

sys.path[:0] = sys.argv[1:]
STAY = (
    "events event_loop.loop money.ledger money.change contexts.payment contexts.selection contexts.cabinet "
    "views.monitor views.front_panel money.journal views.console coordination.choreography vending_machine"
)
# Loaded only during the start or for a command, then unloaded: not in the heap at ready. Each is measured alone.
LEAVE = (
    "startup config.machine_file config.strict_json config.last_good money.recovery money.story config.consequences "
    "event_text views.story views.status views.commands"
)
CONFIG = sys.argv[1] + "/machine.json"  # an item of 1.50
COMPLETE = sys.argv[1] + "/machine-complete.json"

from host_sim.cabinet.pin_rig import PinRig
from host_sim.chip import install, machine
from host_sim.chip.chip import Chip
from host_sim.chip.flash import Flash
from host_sim.clock import Clock


def used() -> int:
    gc.collect()
    return gc.mem_alloc()


def ignore(*_: object) -> None:
    pass


# Under heap32.py the collector does not find a frame of more than 11 words, because that is on the heap. So there is no
# `for` and no `with` at the top level here, nor around a collection.


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


chip = Chip(Clock())
chip.flash = Flash(16)
machine.use(chip)
rig = PinRig(chip, json.loads(read(COMPLETE)), 1, ignore)
without = used()
modules = []  # type: list[tuple[str, int]]
once = []  # type: list[tuple[str, int]]


def load(name: str, sizes: list[tuple[str, int]]) -> None:
    """Add (name, bytes) to `sizes`: the heap that the import takes, with the modules that it is the first to import."""
    before = used()
    if name == "hal.board":
        install.import_board()
    else:
        __import__(name)
    sizes.append((name, used() - before))


def load_to_stay(names: list[str]) -> None:
    for name in names:
        load("firmware." + name, modules)


def load_once(names: list[str]) -> None:
    for name in names:
        load("firmware." + name, once)


load_to_stay(STAY.split())
load("hal.board", modules)
code = used() - without

# As main.py does it.
from firmware import startup

checked = startup.load(CONFIG, ignore)
board = install.import_board()(checked)
board.log = ignore
controller = startup.build(board, checked)
startup.leave()
del startup
loop = controller.loop
controller.begin()


def run(ms: int) -> None:
    until_us = chip.clock.now_us + ms * 1000
    while chip.clock.now_us < until_us:
        loop.turn()


run(1000)
ready = used() - without
peak = [0]


def look(_: int) -> None:
    peak[0] = max(peak[0], used())


def sell() -> None:
    rig.insert(200)
    run(4000)
    code = checked["columns"][0]["code"]
    if rig.buttons:
        rig.press_button(code)
    else:
        rig.press(code)
    run(12000)
    rig.take_item()
    rig.take_money()
    run(1000)


loop.tap(look)
sell()
sell()
ledger = controller.payment.ledger
assert ledger.sales == 300 and not controller.fault_count, ledger.line()
load_once(LEAVE.split())
found = {"code": code, "ready": ready, "peak": peak[0] - without, "modules": modules, "once": once}
if __name__ == "__main__":
    print(json.dumps(found))
