"""Test fixtures for drivers: a simulated chip with a loop and a clock, and a coin acceptor on it."""

import os
import sys

from firmware import events
from firmware.event_loop.loop import Loop
from host_sim.chip import install, machine
from host_sim.chip.chip import Chip
from host_sim.clock import Clock
from host_sim.sessions.turner import Turner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.chip.chip import Line

ROOT = os.getcwd()  # both interpreters run the tests from the top of the repository
install.import_board()


class Bench:
    """A loop on a simulated chip. `seen`: all events as (milliseconds, event). `faults`: (handler, event, exception)
    for each exception in a handler. `record=False` leaves `seen` empty.

    The clock starts 0.5 s before ticks_ms wraps, so that every test crosses the wrap.
    """

    def __init__(self, kind: str = "esp32", version: tuple[int, int] = (1, 27), record: bool = True) -> None:
        self.start_us = (1 << 30) * 1000 - 500000
        self.clock = Clock(self.start_us)
        self.chip = Chip(self.clock, kind, version)
        machine.use(self.chip)
        self.longest_wait_ms = 1000
        self.idle = sys.modules["hal.idle"].Idle()
        self.faults = []  # type: list[tuple[object, int, Exception]]
        self.seen = []  # type: list[tuple[int, int]]
        self.loop = Loop(self, self._fault)
        self.idle.busy = self.loop.busy
        self.wait = self.idle.wait
        if record:
            self.loop.tap(self._tap)
        self._turner = Turner(self.loop, self.clock)

    def _tap(self, event: int) -> None:
        self.seen.append((self.now_ms(), event))

    def _fault(self, owner: int, handler: object, event: int, error: Exception) -> None:
        self.faults.append((handler, event, error))

    def ticks_ms(self) -> int:
        return self.clock.now_us // 1000 & 0x3FFFFFFF

    def feed(self) -> None:
        self.chip.busy()

    def now_ms(self) -> int:
        return (self.clock.now_us - self.start_us) // 1000

    def run(self, ms: int) -> None:
        """Run the loop for `ms` milliseconds of virtual time."""
        self._turner.run(ms)
        assert not self.chip.callback_errors, self.chip.callback_errors

    def events(self, kind: int) -> list[int]:
        """Payloads of the events of `kind` so far."""
        return [event & 0xFFFFFF for _, event in self.seen if event >> 24 == kind >> 24]

    def line(self, gpio: int) -> "Line":
        return self.chip.line(gpio)

    def fast_polls(self) -> int:
        """The number of polls with a period shorter than the slow one, 500 ms."""
        return sum(1 for poll in self.idle.polls if 0 < poll.ms < 500)


COIN_PIN = 34
COIN_CONFIG = {"count_with": "auto", "min_ms": 12, "max_ms": 120, "gap_ms": 8, "quiet_ms": 250}
COIN_INHIBIT = {"gpio": 13, "safe": 0}


class CoinLine:
    """A coin acceptor's driver on a simulated chip; the test drives its line."""

    def __init__(
        self, count_with: str = "auto", kind: str = "esp32", version: tuple[int, int] = (1, 27), active: int = 0
    ) -> None:
        self.bench = Bench(kind, version)
        pin = COIN_PIN if kind == "esp32" else 4
        self.line = self.bench.line(pin)
        self.logged = []  # type: list[str]
        self.active = active
        self.line.drive(1 - active)
        config = dict(COIN_CONFIG)
        config["count_with"] = count_with
        wire = {"gpio": pin, "active": active, "pull": "none"}
        self.acceptor = sys.modules["hal.coin_acceptor"].CoinAcceptor(
            [(wire, 1)],
            COIN_INHIBIT if kind == "esp32" else {"gpio": 5, "safe": 0},
            config,
            self.bench.idle,
            events,
            self.bench.loop.post,
            self.logged.append,
        )

    def pulses(self, *edges_ms: float) -> None:
        """Toggle the line at these times, in milliseconds from now."""
        level = self.line.level()
        for at in edges_ms:
            level = 1 - level
            self.bench.clock.after(int(at * 1000), self.line.drive, level)

    def counted(self) -> int:
        """The number of pulses since the start, from the newest event."""
        return max(self.bench.events(events.COIN_PULSED) or [0])

    def coins(self) -> int:
        return len(self.bench.events(events.COIN_ENDED))


def coin_edges(count: int, width: int = 20, gap: int = 100, start: int = 10) -> list[int]:
    """Times in ms at which the line changes, for `count` pulses."""
    edges = []  # type: list[int]
    for i in range(count):
        edges += [start + i * (width + gap), start + i * (width + gap) + width]
    return edges
