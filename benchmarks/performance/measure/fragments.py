"""Measures the largest free block after many sales, on the stand-in and on a MicroPython with 32-bit words.

fragments.py FOLDER FREE: the folder with the modules and the configuration; the bytes that are free before the first
sale, in one block. The rest of the heap is filled up, but for holes of less than 256 bytes. heap32.py runs this. The
heap is collected after each sale and nowhere else, since that interpreter's collector must not run inside a call: so
there is no `for` and no `with` at the top level. Prints one JSON object, in bytes.
"""

import gc
import json
import sys
from array import array

SALES = 10000
FREE = int(sys.argv[2])
sys.path[:0] = [sys.argv[1]]
CONFIG = sys.argv[1] + "/machine.json"

from measure.seller import Seller

from firmware import startup, vending_machine
from host_sim.cabinet.stand_in import StandIn
from host_sim.chip.flash import SECTOR, Flash
from host_sim.clock import Clock

_ROUNDS = 16  # of the bisection


def ignore(*_: object) -> None:
    pass


class Uncollected:
    """In the place of the module gc for the firmware, which collects inside a call."""

    collect = staticmethod(ignore)


vending_machine.gc = Uncollected


class SparingFlash(Flash):
    """Makes no garbage in an erase and the reading after it, as a chip's flash makes none."""

    def readblocks(self, block: int, buffer: "bytearray | memoryview", offset: int = 0) -> None:
        start = block * SECTOR + offset
        for i in range(len(buffer)):
            buffer[i] = self._data[start + i]

    def _erase(self, block: int) -> None:
        for i in range(block * SECTOR, (block + 1) * SECTOR):
            self._data[i] = 0xFF


config = startup.load(CONFIG, ignore)
rig = StandIn(Clock(), config, ignore)
rig.flash = SparingFlash(16)
machine = startup.build(rig, config)
startup.leave()
del startup
seller = Seller(machine, rig)


def block(size: int) -> "bytearray | None":
    """A block of `size` bytes; None if there is none."""
    try:
        return bytearray(size)
    except MemoryError:
        return None


seller.sell()
seller.fill_up()
gc.collect()
reserve = bytearray(FREE)
filling = [None] * 2000  # type: list[bytearray | None]
size = 65536
place = 0
while size >= 256:
    filling[place] = block(size)
    while filling[place]:
        place += 1
        filling[place] = block(size)
    size //= 2
del reserve
gc.collect()
figures = array("i", [0, 0, 0, 0])  # free and largest: before the sales, and after them
at = 0
sale = 0
while at < 4:
    gc.collect()
    figures[at] = gc.mem_free()
    low, high, turn = 0, figures[at], 0
    while turn < _ROUNDS:
        gc.collect()
        middle = (low + high) // 2
        if block(middle):
            low = middle
        else:
            high = middle
        turn += 1
    figures[at + 1] = low
    gc.collect()  # the last block that was tried must not lie in the way
    at += 2
    while at == 2 and sale < SALES:
        seller.sell()
        sale += 1
        if sale % 5 == 0:
            seller.fill_up()
        gc.collect()
ledger = machine.payment.ledger
assert ledger.sales == 150 * (SALES + 1) and not machine.fault_count, ledger.line()
print(json.dumps({"sales": SALES, "free": [figures[0], figures[2]], "largest": [figures[1], figures[3]]}))
