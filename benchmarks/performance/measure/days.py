"""Measures the heap over days of 500 sales, on the stand-in: live bytes, free bytes, and the largest free block.

days.py DAYS FOLDER...: the folders with the modules. Prints one JSON object with a row for each day, in bytes.
"""

import gc
import json
import os
import sys
from array import array

DAYS = int(sys.argv[1])
sys.path[:0] = sys.argv[2:]

from measure.seller import Seller

from firmware import startup
from host_sim.cabinet.stand_in import StandIn
from host_sim.chip.flash import Flash
from host_sim.clock import Clock
from host_sim.sessions.session import load_config

SALES_A_DAY = 500
STOCK = 500


def ignore(*_: object) -> None:
    pass


def largest_free() -> int:
    """Bytes of the largest block that can be allocated."""
    low, high = 0, gc.mem_free()
    while high - low > 32:
        middle = (low + high) // 2
        try:
            bytearray(middle)
            low = middle
        except MemoryError:
            high = middle
        gc.collect()
    return low


config = load_config(os.getcwd())
config["columns"][0]["stock"] = config["columns"][0]["capacity"] = STOCK
rig = StandIn(Clock(), config, ignore)
rig.flash = Flash(16)
machine = startup.build(rig, config)
seller = Seller(machine, rig)


FIGURES = ("live", "free", "largest")
figures = array("i", [0] * len(FIGURES) * (DAYS + 1))  # allocated now, so that they add nothing later


def note(day: int) -> None:
    gc.collect()
    at = len(FIGURES) * day
    figures[at] = gc.mem_alloc()
    figures[at + 1] = gc.mem_free()
    figures[at + 2] = largest_free()


seller.sell()
seller.fill_up()
note(0)
for day in range(1, DAYS + 1):
    for sale in range(SALES_A_DAY):
        seller.sell()
        if sale % 10 == 9:
            seller.fill_up()
    seller.run(60000)
    note(day)
ledger = machine.payment.ledger
assert ledger.sales == 150 * (DAYS * SALES_A_DAY + 1) and not machine.fault_count, ledger.line()
rows = [dict(zip(FIGURES, figures[at : at + len(FIGURES)])) for at in range(0, len(figures), len(FIGURES))]
print(json.dumps({"sales": ledger.sales // 150, "rows": rows}))
