"""Measures how costs grow: the loop's with the kinds of events and with the subscribers of one event; those of a sale
and of the heap with the columns; that of the journal's recovery with its size.

growth.py FOLDER...: the folders with the modules. Prints one JSON object: {curve: [(size, cost), ...]}.
"""

import gc
import json
import os
import sys
import time

sys.path[:0] = sys.argv[1:]

from measure.contenders import Board, Third

from firmware import operator_functions as operator
from firmware import startup
from firmware.event_loop.loop import Loop
from firmware.money.journal import Journal
from host_sim.cabinet.stand_in import StandIn
from host_sim.clock import Clock
from host_sim.faults.worn_journal import COUNTERS, written
from host_sim.sessions.session import load_config
from host_sim.sessions.turner import Turner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = (1, 2, 4, 8, 16, 32, 63)  # an event's id is 1 to 63
SUBSCRIBERS = (1, 2, 4, 8, 16)
COLUMNS = (1, 2, 4, 8, 15, 30, 60)
SECTORS = (16, 32, 64, 128, 256)  # 64 KiB to 1 MiB
ROUNDS = 9
EVENTS = 2000
SALES = 5


def least(measure: "Callable[[], float]", times: int) -> float:
    """The least of several measurements: other load on the computer only adds to one."""
    return min(measure() for _ in range(times))


def ns_an_event(kinds: int, subscribers: int) -> float:
    loop = Loop(Board(), None)
    for number in range(1, kinds + 1):
        for _ in range(subscribers):
            loop.on(number << 24, Third().three)
    loop.freeze()
    post, pump = loop.post, loop.pump

    def run() -> float:
        gc.collect()
        began = time.time_ns()
        number = i = 0
        while i < EVENTS:
            number = number % kinds + 1
            post(number << 24 | i)
            pump(16)
            i += 1
        return (time.time_ns() - began) / EVENTS

    return least(run, ROUNDS)


def ignore(*_: object) -> None:
    pass


def with_columns(count: int) -> tuple[int, int]:
    """(microseconds from the last key to the motor of the last column, bytes of the machine's objects)"""
    config = load_config(os.getcwd())
    template = json.dumps(config["columns"][0])
    config["columns"] = []
    for number in range(count):
        column = json.loads(template)
        column["code"] = str(10 + number)
        column["stock"] = column["capacity"] = 100
        config["columns"].append(column)
    gc.collect()
    before = gc.mem_alloc()
    rig = StandIn(Clock(), config, ignore)
    machine = startup.build(rig, config)
    machine.loop.freeze()
    gc.collect()
    taken = gc.mem_alloc() - before
    run = Turner(machine.loop, rig.clock).run
    machine.begin()
    run(100)
    code = config["columns"][-1]["code"]
    drive = rig.drive
    times = []

    def driven(column: int, how: int) -> None:
        times.append(time.ticks_diff(time.ticks_us(), began))
        drive(column, how)

    rig.drive = driven
    for _ in range(SALES):
        rig.insert(200)
        run(4000)
        rig._press(code[0])
        run(100)
        rig._press(code[1])
        rig.clock.pass_to(rig.clock.now_us + 20000)
        gc.collect()
        began = time.ticks_us()
        for _ in range(30):
            machine.loop.pump(16)
        run(8000)
        rig.take_item()
        rig.take_money()
        operator.refill(machine, 10, 100)
        rig.hoppers[0].coins = 100
        run(500)
    return min(times), taken


def ms_of_recovery(sectors: int) -> float:
    """Milliseconds to find the newest record in a partition whose sectors are all written."""
    flash = written(sectors, 60)

    def recover() -> float:
        gc.collect()
        began = time.time_ns()
        Journal(flash).recover(COUNTERS)
        return (time.time_ns() - began) / 1000000

    return least(recover, 20)


def main() -> None:
    with_columns(1)  # so that all code has run once before it is measured
    columns = [(count, with_columns(count)) for count in COLUMNS]
    print(
        json.dumps(
            {
                "kinds": [(kinds, ns_an_event(kinds, 1)) for kinds in KINDS],
                "subscribers": [(count, ns_an_event(1, count)) for count in SUBSCRIBERS],
                "columns_us": [(count, cost[0]) for count, cost in columns],
                "columns_bytes": [(count, cost[1]) for count, cost in columns],
                "journal": [(sectors * 4, ms_of_recovery(sectors)) for sectors in SECTORS],
            }
        )
    )


main()
