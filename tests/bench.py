"""What the tests share: a chip with one driver on it, a machine on the stand-in, and their clock."""

import os
import sys

from firmware import events
from firmware.loop import Loop
from firmware.vending_machine import VendingMachine
from host_sim import install, machine
from host_sim.chip import Chip
from host_sim.clock import Clock
from host_sim.session import load_config
from host_sim.stand_in import StandIn

ROOT = os.getcwd()  # both suites run from the top of the repository
install.import_board()

ALL_EVENTS = sorted(events.names())


class Bench:
    """A loop on a simulated chip. `seen` has all events as (milliseconds, event); `faults` what handlers raised.

    The clock starts shortly before ticks_ms wraps, so that every test crosses the wrap.
    """

    def __init__(self, kind="esp32", version=(1, 27)):
        self.start_us = (1 << 30) * 1000 - 500000
        self.clock = Clock(self.start_us)
        self.chip = Chip(self.clock, kind, version)
        machine.use(self.chip)
        self.idle = sys.modules["hal.idle"].Idle(self._busy)
        self.wait = self.idle.wait
        self.faults = []
        self.seen = []
        self.loop = Loop(self, self._fault)
        self.loop.tap(self._hear)

    def _hear(self, event):
        self.seen.append((self.now_ms(), event))

    def _busy(self):
        return self.loop.busy()

    def _fault(self, handler, event, error):
        self.faults.append((handler, event, error))

    def ticks_ms(self):
        return self.clock.now_us // 1000 & 0x3FFFFFFF

    def feed(self):
        self.chip.busy()

    def now_ms(self):
        return (self.clock.now_us - self.start_us) // 1000

    def run(self, ms):
        """Let the loop turn for `ms` milliseconds of virtual time."""
        until = self.clock.now_us + ms * 1000
        self.clock.after(ms * 1000, lambda _: self.loop.timer(_nothing).start(0))
        while self.clock.now_us < until:
            self.loop.turn()
        self.loop.turn()
        assert not self.chip.callback_errors, self.chip.callback_errors

    def events(self, kind):
        """Payloads of the events of `kind` so far."""
        return [event & 0xFFFFFF for _, event in self.seen if event >> 24 == kind >> 24]

    def line(self, gpio):
        return self.chip.line(gpio)


def _nothing():
    pass


class Shop:
    """The whole firmware on the stand-in. `change(config)` may alter the reference configuration."""

    def __init__(self, change=None):
        self.config = load_config(ROOT)
        if change:
            change(self.config)
        self.clock = Clock()
        self.rig = StandIn(self.clock, self.config, _ignore)
        self.machine = VendingMachine(self.rig, self.config)
        self.loop = self.machine.loop
        self.ledger = self.machine.payment.ledger
        self.seen = []
        self.loop.tap(self.seen.append)
        self.machine.begin()
        self.run(10)

    def run(self, ms):
        until = self.clock.now_us + ms * 1000
        self.clock.after(ms * 1000, _ignore_one)
        while self.clock.now_us < until or self.loop.busy():
            self.loop.turn()

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


def _ignore_one(_):
    pass
