"""Heap used by the whole machine after boot and after a thousand sales, under MicroPython.

    make memory [SALES=1000]

The unix port's objects are twice as large as the ESP32's, which has 32-bit words.
"""

import gc
import os
import sys

sys.path.insert(0, sys.argv[1])

from host_sim.clock import Clock
from host_sim.session import load_config
from host_sim.stand_in import StandIn
from host_sim.turner import Turner

SALES = int(sys.argv[2])


def used():
    gc.collect()
    return gc.mem_alloc()


def quiet(kind, text):
    pass


def sell(machine):
    rig = machine.board
    rig.insert(200)
    run(3000)
    rig.press("11")
    run(8000)
    rig.take_item()
    rig.take_money()
    rig.got.clear()
    rig.shelves["11"].on_us.clear()
    rig.hoppers[0].on_us.clear()
    rig.hoppers[0].coins = 100
    machine.refill(rig.hoppers[0].value, 100)
    run(1000)


config = load_config(os.getcwd())
config["columns"][0]["stock"] = config["columns"][0]["capacity"] = SALES + 10
before = used()
from firmware.vending_machine import VendingMachine

machine = VendingMachine(StandIn(Clock(), config, quiet), config)
run = Turner(machine.loop, machine.board.clock).run
machine.begin()
run(1000)
booted = used()
sell(machine)
sell(machine)
first = used()
for _ in range(SALES - 2):
    sell(machine)
last = used()
print("heap: {} bytes after boot ({} of them the machine's objects)".format(booted, booted - before))
print("heap: {} bytes after 2 sales, {} after {}: {:+d}".format(first, last, SALES, last - first))
print("money: {}".format(machine.payment.ledger.line()))
sys.exit(1 if last > first or machine.payment.ledger.sales != 150 * SALES else 0)
