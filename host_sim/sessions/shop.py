"""The whole firmware on the stand-in, in the hand of a test or a benchmark."""

import os

from firmware import startup
from firmware.money.records import UNKNOWN
from host_sim.cabinet.stand_in import StandIn
from host_sim.clock import Clock
from host_sim.sessions.session import load_config
from host_sim.sessions.turner import Turner


class Shop:
    """The whole firmware on the stand-in. `change(config)` may alter the reference configuration; `flash` is the
    journal's partition, or `folder` that of the two files."""

    def __init__(self, change=None, flash=None, folder=None):
        self.config = load_config(os.getcwd())
        if change:
            change(self.config)
        self.clock = Clock()
        self.rig = StandIn(self.clock, self.config, _ignore)
        self.rig.flash = flash
        self.rig.folder = folder
        self.machine = None
        self.allowed = []  # what the journal may hold
        self.start()

    def start(self):
        """Power on: the program begins again, with what the flash holds. That must be what was acknowledged last, or
        what was being written when the power was cut."""
        self.machine = startup.build(self.rig, self.config)
        self._watch_journal(self.machine.journal)
        self.loop = self.machine.loop
        self.ledger = self.machine.payment.ledger
        self.seen = []
        self.loop.tap(self.seen.append)
        self._turner = Turner(self.loop, self.clock)
        self.machine.begin()
        self.run(10)

    def _watch_journal(self, journal):
        if not journal:
            return
        found = _content(journal)
        assert not self.allowed or any(_alike(found, content) for content in self.allowed), "found {}, not {}".format(
            found, self.allowed
        )
        append = journal.append

        def acknowledged(kind):
            append(kind)
            self.allowed = [_content(journal)]

        journal.append = acknowledged

    def cut_power(self):
        """The program ends, motors stand; power is on again after 3 s. Then comes `start`."""
        if self.machine and self.machine.journal:
            self.allowed.append(_content(self.machine.journal))
        self.rig.cut_power()
        self.clock.pass_to(self.clock.now_us + 3000000)
        if self.rig.flash:
            self.rig.flash.cut_at = None
            self.rig.flash.boot()

    def run(self, ms):
        self._turner.run(ms)

    def events(self, kind):
        return [event & 0xFFFFFF for event in self.seen if event >> 24 == kind >> 24]

    def buy(self, coins, code, wait_ms=20000):
        """Insert coins, select, wait, take item and money."""
        for coin in coins:
            self.rig.insert(coin)
        self.run(sum(coins) // 10 * 120 + 500)
        self.rig.press(code)
        self.run(wait_ms)


def _ignore(kind, text):
    pass


def _content(journal):
    state = journal.state
    money = state.credit, state.cash_in, state.sales, state.paid_out, state.hold, state.op, state.place
    return money, list(journal.counters)


def _alike(found, content):
    """The same money, and the same counters as far as they were known."""
    if found[0] != content[0]:
        return False
    return all(known in (UNKNOWN, count) for count, known in zip(found[1], content[1]))
