"""make compare: measures the cost of each kind of coordination, and writes docs/choreography-vs-orchestration.md.

Runs under MicroPython, from .mpy files as on the board, on the stand-in.
"""

import gc
import os
import sys
import time

ROOT = os.getcwd()
sys.path.insert(0, ROOT + "/" + sys.argv[1])

from firmware import events, startup
from firmware import operator_functions as operator
from host_sim.cabinet.stand_in import StandIn
from host_sim.clock import Clock
from host_sim.sessions.session import load_config
from host_sim.sessions.turner import Turner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENT = ROOT + "/docs/choreography-vs-orchestration.md"
JOINS = ("choreography", "orchestration")
BEGIN = "<!-- measured: make compare -->\n"
END = "<!-- end -->\n"
SALES = 101


def ignore(kind: str, text: str) -> None:
    pass


class Shop:
    def __init__(self, join: str, kind: str = "off") -> None:
        config = load_config(ROOT)
        config["join"] = join
        config["availability"]["kind"] = kind
        config["columns"][0]["stock"] = config["columns"][0]["capacity"] = 999
        gc.collect()
        before = gc.mem_alloc()
        self.rig = StandIn(Clock(), config, ignore)
        self.machine = startup.build(self.rig, config)
        self.machine.loop.freeze()
        gc.collect()
        self.bytes = gc.mem_alloc() - before
        self.loop = self.machine.loop
        self.run = Turner(self.loop, self.rig.clock).run
        self.machine.begin()
        self.run(100)

    def sell(self) -> int:
        """Make one sale. Returns the microseconds from the last key to the motor's command."""
        self.rig.insert(200)
        self.run(4000)
        self.loop.post(events.KEY_PRESSED | ord("1"))
        self.run(100)
        started = []
        drive = self.rig.drive

        def driven(column: int, how: int) -> None:
            started.append(time.ticks_us())
            drive(column, how)

        self.rig.drive = driven
        begun = time.ticks_us()
        self.loop.post(events.KEY_PRESSED | ord("1"))
        for _ in range(100):
            self.loop.turn()
        took = time.ticks_diff(started[0], begun)
        self.rig.drive = drive
        self.run(8000)
        self.rig.take_item()
        self.rig.take_money()
        self.rig.hoppers[0].coins = 100
        operator.refill(self.machine, self.rig.hoppers[0].value, 100)
        self.run(500)
        return took


def measure(join: str) -> tuple[int, int, int, int, int]:
    """(bytes of the heap, events a sale, commands a sale, median and second longest time of `Shop.sell`)."""
    shop = Shop(join)
    shop.sell()
    posted = shop.loop.counts()[0]
    commands = shop.machine.manager.commands if shop.machine.manager else None
    shop.sell()
    events_a_sale = shop.loop.counts()[0] - posted
    commands_a_sale = shop.machine.manager.commands - commands if commands is not None else 0
    times = sorted(shop.sell() for _ in range(SALES))
    return shop.bytes, events_a_sale, commands_a_sale, times[SALES // 2], times[-2]


def source(name: str) -> list[str]:
    with open(ROOT + "/firmware/" + name) as file:
        return file.read().split("\n")


def between(lines: list[str], first: str, last: str) -> list[str]:
    """The lines from the first that starts with `first`, up to but without the next that starts with `last`."""
    start = [i for i, line in enumerate(lines) if line.startswith(first)][0]
    end = [i for i, line in enumerate(lines) if i > start and line.startswith(last)][0]
    return lines[start:end]


def count(lines: list[str], text: str) -> int:
    return len([line for line in lines if text in line])


def main() -> None:
    gc.collect()
    rows = {join: measure(join) for join in JOINS}
    step = {
        "choreography": between(source("coordination/choreography.py"), '    if "availability"', "    return"),
        "orchestration": check_rows(),
    }
    contexts = ("payment", "selection", "cabinet", "availability")
    look = {
        "choreography": sum(
            len(between(source("contexts/" + name + ".py"), "    REACTS", "    }")) for name in contexts
        ),
        "orchestration": count(source("coordination/process.py"), "ITEM_DISPATCHED, ("),
    }
    files = {"choreography": len(contexts), "orchestration": 1}
    table = ["| | choreography | orchestration |", "|---|---|---|"]

    def row(label: str, values: "Mapping[str, object]") -> None:
        table.append("| {} | {} | {} |".format(label, values["choreography"], values["orchestration"]))

    row("files changed to add the availability check", {join: 1 for join in JOINS})
    row("lines for it", {join: len(step[join]) for join in JOINS})
    row("events per sale (2.00 for 1.50)", {join: rows[join][1] for join in JOINS})
    row("commands per sale", {"choreography": "none", "orchestration": rows["orchestration"][2]})
    row("heap of the machine's objects, bytes (64-bit)", {join: rows[join][0] for join in JOINS})
    row("last key to motor, us, median of {}".format(SALES), {join: rows[join][3] for join in JOINS})
    row('lines to read for "what happens after ItemDispatched?"', {join: look[join] for join in JOINS})
    row("in how many files", files)
    row(
        "source for the state of a sale",
        {
            "choreography": "from the Monitor, which derives it from the events",
            "orchestration": "from the process manager's state, and from the Monitor",
        },
    )
    for line in table:
        print(line)
    write(table, step)


def check_rows() -> list[str]:
    lines = source("coordination/process.py")
    start = lines.index("CHECK = (")
    return lines[start : lines.index(")", start) + 1]


def write(table: list[str], step: dict[str, list[str]]) -> None:
    with open(DOCUMENT) as file:
        text = file.read()
    date = time.localtime()
    version = ".".join(str(number) for number in sys.implementation.version[:3])
    lines = [
        "Measured on {}-{:02}-{:02} by `make compare`, under MicroPython {} ({}).".format(
            date[0], date[1], date[2], version, sys.platform
        ),
        "",
    ]
    lines += table
    lines += ["", "Choreography needs a changed subscription (`firmware/coordination/choreography.py`):", ""]
    lines += ["```python"]
    lines += [line[4:] for line in step["choreography"]]
    lines += [
        "```",
        "",
        "Orchestration needs rows in the process table (`firmware/coordination/process.py`):",
        "",
        "```python",
    ]
    lines += step["orchestration"] + ["```", ""]
    begin = text.index(BEGIN) + len(BEGIN)
    text = text[:begin] + "\n" + "\n".join(lines) + "\n" + text[text.index(END) :]
    with open(DOCUMENT, "w") as file:
        file.write(text)


main()
