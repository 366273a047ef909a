"""A board on the page: its events come from its serial console, and are shown in the same lanes.

The page asks as it asks its worker (host_sim/panel/web/protocol.js), through a web socket; the time is the real one, in
milliseconds since the server has started. A virtual board's cabinet is worked through its control port. At a real board
a person inserts the coins: what the page cannot know of it is left empty.
"""

import contextlib
import re
import threading
import time
from typing import Any

from firmware import events as e
from firmware import startup
from host_sim.cabinet.stand_in import StandIn
from host_sim.clock import Clock
from host_sim.panel import lanes, words
from host_sim.panel.bridge import Bridge
from host_sim.panel.watcher import Watcher
from tools import ROOT
from tools.board import configuration
from tools.board.board import Board
from tools.build import staging
from tools.panel.cabinet_port import CabinetPort
from tools.panel.heard import event_of
from tools.problem import Problem

_LOOK_S = 0.2  # from one look at the cabinet to the next
_ASK_S = 1.0  # from an event to the question for the status
_ANSWER_S = 5
_LAST_READ_S = 2  # a read ends within less
_MOST_LINES = 500
_COLUMN = re.compile(r"column (\S+) \(.*\): (\d+) of \d+(, out of order)?")
_HOPPER = re.compile(r"hopper (\d+): (\d+) coins")
_MONEY = re.compile(r"money: (in=.*)")
_FIGURES = {"in": "cash_in"}  # other names in a frame
_NOT_HERE = "{}: not with a board; make panel without PORT= has a machine for that"


class _RealTime:
    """Takes the place of the simulation's clock: a board runs in real time."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def now_us(self) -> int:
        return int((time.monotonic() - self._began) * 1e6)


class BoardLink:
    """The board at the serial port `port`. `control`: the control port of a virtual board; None: a real board. `path`:
    the machine.json that is on the board; "": that of this repository. Raises Problem."""

    def __init__(self, port: str, control: int | None, path: str) -> None:
        self._config = configuration.load(path or ROOT / staging.CONFIG)
        self._board = Board(port)
        self._cabinet = CabinetPort(control) if control else None
        self._lock = threading.Lock()
        self._console: list[str] = []
        self._answer: list[str] | None = None  # the lines of the answer to `status`, while it is awaited
        self._answered = threading.Condition(self._lock)
        self._clock = _RealTime()
        self._begin()
        self._look_at = self._ask_at = 0.0
        self._seen: dict[str, Any] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _begin(self) -> None:
        """The page is new. A machine that does not run shows who reacts to an event, and what the process manager does:
        that follows from the events alone."""
        config = self._config
        machine: Any = startup.build(StandIn(Clock(), config, _ignore), config)
        self._machine = machine
        self._watcher = Watcher(self._clock)  # type: ignore[arg-type]  # it reads the time only
        self._conducts = []
        if machine.manager:
            machine.manager._send = _ignore
        self._watcher.watch(machine)
        if machine.manager:
            self._conducts = [
                (number, handler) for number, handler, owner in machine.loop._subscribers[1:] if not owner
            ]
        self._stock = {column["code"]: (column["stock"], False) for column in config["columns"]}
        self._coins = {hopper["value"]: hopper["coins"] for hopper in config["hoppers"]}
        self._money: dict[str, Any] | None = None
        self._door = "closed" if "door" in config else "none"
        self._turning = e.NO_COLUMN
        self._resets = 0

    # What the board says

    def _read(self) -> None:
        """Until `close`, after which a lost connection is no problem."""
        with contextlib.suppress(Problem):
            self._board.listen()
            self._board.say("trace on")
            for line in self._board.lines(float("inf"), "trace on"):
                with self._lock:
                    self._take(line.rstrip())
                if line.startswith("ready"):
                    self._resets += 1
                    self._board.say("trace on")

    def _take(self, line: str) -> None:
        event = event_of(line)
        if event is not None:
            self._receive(event)
            return
        self._console = self._console[1 - _MOST_LINES :] + [line]
        if column := _COLUMN.fullmatch(line):
            self._stock[column[1]] = (int(column[2]), bool(column[3]))
        elif hopper := _HOPPER.fullmatch(line):
            self._coins[int(hopper[1])] = int(hopper[2])
        elif money := _MONEY.fullmatch(line):
            self._money = self._figures(money[1])
        if self._answer is not None:
            self._answer.append(line)
            if line == "ok" or line.startswith("error"):
                self._answered.notify()

    def _receive(self, event: int) -> None:
        kind = event >> 24 << 24
        self._watcher.receive(event)
        for number, handle in self._conducts:
            if number == event >> 24:
                handle(event & e.PAYLOAD_MASK)
        if kind in (e.DOOR_OPENED, e.DOOR_CLOSED):
            self._door = "open" if kind == e.DOOR_OPENED else "closed"
        elif kind == e.PAYMENT_RESERVED:
            self._turning = e.column_of(event)
        elif kind == e.MOTOR_STOPPED:
            self._turning = e.NO_COLUMN
        self._ask_at = time.monotonic() + _ASK_S

    def _figures(self, text: str) -> dict[str, Any]:
        figures: dict[str, Any] = {"overpaid": 0, "kept": self._watcher.kept, "line": "money: " + text}
        for word in text.split()[:-1]:
            name, _, amount = word.partition("=")
            figures[_FIGURES.get(name, name)] = int(amount.replace(".", ""))
        spent = sum(figures[name] for name in ("sales", "change", "refunds", "credit", "hold"))
        figures["balanced"] = figures["cash_in"] == spent
        return figures

    # What the page asks

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request of the page."""
        answer: dict[str, Any] = {"id": request["id"]}
        try:
            answer.update(self._do(request["do"], request))
        except Problem as problem:
            answer["error"] = str(problem)
        return answer

    def _do(self, what: str, request: dict[str, Any]) -> dict[str, Any]:
        if what == "power":
            with self._lock:
                self._begin()
            self._board.say("status")
            rows = words.process_rows("availability" in self._machine.contexts)
            return {"frame": self._frame(), "config": self._config, "process": rows}
        if what in ("advance", "step"):
            return {"frame": self._frame()}
        if what == "act":
            self._port().ask(request["line"])
        elif what == "switch":
            self._port().ask("reset" if request["to"] == "reset" else "power " + request["to"])
        elif what == "status":
            return {"monitor": self._status(), "manager": words.manager(self._machine)}
        elif what == "check":
            return Bridge(str(ROOT)).answer(request)
        else:
            raise Problem(_NOT_HERE.format(what))
        self._look_at = 0.0
        return {"frame": self._frame()}

    def _port(self) -> CabinetPort:
        if not self._cabinet:
            raise Problem("the cabinet of a real board is worked by hand")
        return self._cabinet

    def _status(self) -> list[str]:
        with self._answered:
            self._answer = []
            self._board.say("status")
            self._answered.wait_for(lambda: self._answer and self._answer[-1] == "ok", _ANSWER_S)
            lines, self._answer = self._answer, None
        if not lines:
            raise Problem("no machine answers at {}".format(self._board.port))
        return [line for line in lines if line not in ("ok", "status")]

    def _frame(self) -> dict[str, Any]:
        now = time.monotonic()
        if self._cabinet and now > self._look_at:
            self._look_at = now + _LOOK_S
            with contextlib.suppress(Problem):  # while it is off, or stands still
                self._seen = self._cabinet.seen()
        if self._ask_at and now > self._ask_at:
            self._ask_at = 0.0
            self._board.say("status")
        with self._lock:
            return self._shown()

    def _shown(self) -> dict[str, Any]:
        seen = self._seen
        taken, _ = self._watcher.take()
        console, self._console = self._console, []
        columns = [self._column(number) for number in range(len(self._config["columns"]))]
        hoppers = [
            {"value": value, "coins": coins, "believed": coins, "running": False}
            for value, coins in self._coins.items()
        ]
        return {
            "now_ms": self._clock.now_us / 1000,
            "power": True,
            "ready": True,
            "display": seen.get("display", []),
            "accepting": seen.get("accepting", True),
            "buzzer": 0,
            "columns": columns,
            "hoppers": hoppers,
            "tray": [seen["tray"]] if seen.get("tray") else [],
            "bin": seen.get("bin", []),
            "got": seen.get("got", []),
            "returned": seen.get("returned", 0),
            "taken_in": seen.get("taken_in", 0),
            "door": self._door,
            "money": self._money,
            "process": words.process_state(self._machine.manager) if self._machine.manager else None,
            "lanes": lanes.names(self._machine),
            "events": taken,
            "records": [],
            "console": console,
            "failures": [],
            "resets": self._resets,
            "scenario": None,
        }

    def _column(self, number: int) -> dict[str, Any]:
        column = self._config["columns"][number]
        stock, locked = self._stock[column["code"]]
        return {
            "code": column["code"],
            "name": column["name"],
            "price": column["price"],
            "stock": stock,
            "capacity": column["capacity"],
            "locked": locked,
            "turning": self._turning == number,
            "angle": 0,
            "products": self._seen.get("shelves", {}).get(column["code"], stock),
        }

    def close(self) -> None:
        """Leave the board alone: its port may belong to another program soon."""
        self._board.end_lines()
        self._reader.join(_LAST_READ_S)
        with contextlib.suppress(Problem):
            self._board.say("trace off")
            self._board.close()
        if self._cabinet:
            self._cabinet.close()


def _ignore(*_: object) -> None:
    """Nothing happens in a machine that does not run."""
