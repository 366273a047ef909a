"""The heap that the firmware and its drivers use at pin level: their code, at "ready", and at the peak of a sale.

heap.py FOLDER...: the folders with the modules. Prints one JSON object, in bytes. What the simulator itself takes is
left out. Runs on a MicroPython with 32-bit words as well, whose objects are as large as the ESP32's.
"""

import gc
import json
import sys

sys.path[:0] = sys.argv[1:]
MODULES = (
    "events event_loop.loop money.ledger contexts.payment contexts.selection contexts.cabinet views.monitor event_text "
    "views.front_panel config.machine_file money.journal views.console coordination.choreography config.last_good "
    "vending_machine"
)
CONFIG = "tests/machines/reference.json"  # an item of 1.50; where this is started: at the top of the repository

from host_sim.cabinet.pin_rig import PinRig
from host_sim.chip import install, machine
from host_sim.chip.chip import Chip
from host_sim.chip.flash import Flash
from host_sim.clock import Clock


def used():
    gc.collect()
    return gc.mem_alloc()


def ignore(*_):
    pass


# Where heap32.py runs this, the collector does not see a frame of more than 11 words, for that is on the heap: neither
# `for` nor `with` out here, nor around a collection.


def load_all(names):
    for name in names:
        load("firmware." + name)


def read():
    with open(CONFIG, "rb") as file:
        return file.read()


chip = Chip(Clock())
chip.flash = Flash(16)
machine.use(chip)
empty = used()
modules = []


def load(name):
    """What importing the module adds, with those that it imports and nobody has yet."""
    before = used()
    if name == "hal.board":
        install.import_board()
    else:
        __import__(name)
    modules.append((name, used() - before))


load_all(MODULES.split())
load("hal.board")
code = used() - empty

from firmware import vending_machine
from firmware.config import machine_file

rig = PinRig(chip, machine_file.complete(json.loads(read())), 1, ignore)
without = used()

checked = machine_file.parse(CONFIG, read())
board = install.import_board()(checked)
board.log = ignore
controller = vending_machine.VendingMachine(board, checked)
loop = controller.loop
controller.begin()


def run(ms):
    until_us = chip.clock.now_us + ms * 1000
    while chip.clock.now_us < until_us:
        loop.turn()


run(1000)
ready = used() - without
peak = [0]


def look(_):
    peak[0] = max(peak[0], used())


def sell():
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
found = {"code": code, "ready": code + ready, "peak": code + peak[0] - without, "modules": modules}
if __name__ == "__main__":
    print(json.dumps(found))
