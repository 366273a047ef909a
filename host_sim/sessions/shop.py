"""The whole firmware on the stand-in, for a test or a benchmark that works it step by step."""

import os

from firmware import startup
from firmware.money.records import UNKNOWN
from host_sim.cabinet.stand_in import StandIn
from host_sim.clock import Clock
from host_sim.sessions.session import load_config
from host_sim.sessions.turner import Turner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Journal, Machine
    from host_sim.chip.flash import Flash


class Shop:
    """`change(config)` may alter the reference configuration. `flash`: the journal's partition, or `folder`: where two
    files replace it. `seen`: all events since the last power-on."""

    machine: "Machine"

    def __init__(
        self,
        change: "Callable[[Config], object] | None" = None,
        flash: "Flash | None" = None,
        folder: str | None = None,
    ) -> None:
        self.config = load_config(os.getcwd())
        if change:
            change(self.config)
        self.clock = Clock()
        self.rig = StandIn(self.clock, self.config, _ignore)
        self.rig.flash = flash
        self.rig.folder = folder
        self.machine = None
        self.allowed = []  # type: list[tuple]  # what the journal may hold: see `_content`
        self.start()

    def start(self) -> None:
        """Power on: the program starts again with what the flash holds. That must be what was acknowledged last, or
        what was being written when the power was cut."""
        self.machine = startup.build(self.rig, self.config)
        self._watch_journal(self.machine.journal)
        self.loop = self.machine.loop
        self.ledger = self.machine.payment.ledger
        self.seen = []  # type: list[int]
        self.loop.tap(self.seen.append)
        self._turner = Turner(self.loop, self.clock)
        self.machine.begin()
        self.run(10)

    def _watch_journal(self, journal: "Journal") -> None:
        """Check what the journal has found, and from now on note in `allowed` what it acknowledges."""
        if not journal:
            return
        found = _content(journal)
        assert not self.allowed or any(_alike(found, content) for content in self.allowed), "found {}, not {}".format(
            found, self.allowed
        )
        append = journal.append

        def acknowledged(kind: int) -> None:
            append(kind)
            self.allowed = [_content(journal)]

        journal.append = acknowledged

    def cut_power(self) -> None:
        """The program ends and the motors stop. The power is back after 3 s; the caller then calls `start`."""
        if self.machine and self.machine.journal:
            self.allowed.append(_content(self.machine.journal))
        self.rig.cut_power()
        self.clock.pass_to(self.clock.now_us + 3000000)
        if self.rig.flash:
            self.rig.flash.cut_at = None
            self.rig.flash.boot()

    def run(self, ms: int) -> None:
        self._turner.run(ms)

    def events(self, kind: int) -> list[int]:
        """Returns the payloads of all events of this kind since the last power-on."""
        return [event & 0xFFFFFF for event in self.seen if event >> 24 == kind >> 24]

    def buy(self, coins: "list[int] | tuple[int, ...]", code: str, wait_ms: int = 20000) -> None:
        """Insert coins, select, and wait for `wait_ms`."""
        for coin in coins:
            self.rig.insert(coin)
        self.run(sum(coins) // 10 * 120 + 500)
        self.rig.press(code)
        self.run(wait_ms)


def _ignore(kind: str, text: str) -> None:
    pass


def _content(journal: "Journal") -> "tuple[tuple, list[int]]":
    """Returns the money of the journal's state, and its counters."""
    state = journal.state
    money = state.credit, state.cash_in, state.sales, state.paid_out, state.hold, state.op, state.place
    return money, list(journal.counters)


def _alike(found: "tuple[tuple, list[int]]", content: "tuple[tuple, list[int]]") -> bool:
    """Is it the same money, and the same counters as far as `found` has them?"""
    if found[0] != content[0]:
        return False
    return all(known in (UNKNOWN, count) for count, known in zip(found[1], content[1]))
