"""One run of the whole machine in a simulated cabinet, and what comes of it."""

import json

from firmware.config.machine_file import complete
from firmware.event_text import describe
from firmware.money import amounts
from host_sim.clock import Clock
from host_sim.reference import REFERENCE

_REPEATS_US = 500000
STAMP = 13  # characters of the time at which a line of the timeline begins
_START_US = 10000000  # within which the machine is ready


def _alike(text, other):
    """Coins come and go one unit after the other; only their totals differ."""
    return text == other or (text.split()[0] == other.split()[0] and text.split()[0] in ("CoinPulsed", "CoinPaid"))


class _Over(BaseException):
    """The scenario has come to its end."""


class Session:
    """`say(line)` is given the timeline, line by line, or None."""

    def __init__(self, config, say, start_us):
        self._say = say
        self._seen = None
        self.config = config
        self.clock = Clock(start_us)
        self._started_us = start_us
        self._ready = False
        self.failures = []
        self.machine = None

    # The timeline

    def saw(self, kind, text):
        """Tell the timeline; what repeats itself (a coin's pulses) becomes one line with the time of the last."""
        if text == "ready" and not self._ready:
            self._begin()
        if not self._say:
            return
        seen = self._seen
        if seen and seen[0] == kind and _alike(seen[1], text) and self.clock.now_us - seen[2] < _REPEATS_US:
            self._seen = (kind, text, self.clock.now_us, seen[3] + 1)
        else:
            self.flush()
            self._seen = (kind, text, self.clock.now_us, 1)

    def flush(self):
        if self._seen:
            kind, text, us, times = self._seen
            self._seen = None
            ms = (us - self._started_us) // 1000
            when = "{:>5}.{:03} s".format(ms // 1000, ms % 1000) if self._ready else "   starting"
            text += " ({} times)".format(times) if times > 1 else ""
            self._say("{}  {:<9}{}".format(when, kind, text))

    def _hear(self, event):
        self.saw("event", describe(event, self.machine.amount))

    def _watch(self, machine):
        self.machine = machine
        if self._say:
            machine.loop.tap(self._hear)

    def run(self, until_us, at_end=(), steps=()):
        """Power on; once the machine is ready, run for so long, with `steps`, [(microseconds, act, argument)], on the
        way. Then check the expectations `at_end`."""
        self._until_us = until_us
        self._steps = steps
        self._at_end = at_end
        self.rig.watched = self._say is not None
        self.clock.after(until_us + _START_US, self._end)
        try:
            self._run()
        except _Over:
            pass

    def _begin(self):
        """The machine is ready: from here on the time is counted."""
        self.flush()
        self._ready = True
        self._started_us = self.clock.now_us
        for at_us, act, argument in self._steps:
            self.clock.after(at_us, act, argument)
        self.clock.after(self._until_us, self._end)

    def tell_status(self, _):
        """What the machine answers to: where is my Coke?"""
        for line in self.machine.status():
            self.saw("status", line)

    def _end(self, _):
        if not self.machine:
            self.failures.append("the machine did not start")
            raise _Over
        for expectation in self._at_end:
            self.expect(expectation)
        raise _Over

    # What came of it

    def expect(self, words):
        """Check one expectation of a scenario now; note what differs."""
        what, wanted = words[0], words[1:]
        seen = self._see(what, wanted)
        if seen != wanted:
            us = self.clock.now_us - self._started_us
            text = "at {}.{:03} s: expected {} {}, was {}".format(
                us // 1000000, us // 1000 % 1000, what, " ".join(wanted), " ".join(seen)
            )
            self.failures.append(text)
            self.saw("FAILED", text)

    def _see(self, what, wanted):
        ledger = self.machine.payment.ledger
        rig = self.rig
        if what == "money":
            figures = ledger.line().split()
            named = [figure.split("=")[0] for figure in wanted]
            return [figure for name in named for figure in figures if figure.split("=")[0] == name]
        if what == "display":
            return list(rig.lines())[: len(wanted)]
        return {
            "got": rig.got or ["nothing"],
            "motors": [str(rig.motors_on())],
            "accepting": ["yes" if rig.accepting() else "no"],
            "overpaid": [str(ledger.overpaid)],
            "returned": [str(rig.got_money)],
            "faults": [str(self.machine.fault_count)],
            "resets": [str(self.resets())],
        }[what]

    def books_balance(self):
        """The ledger's equation holds, and it agrees with the coins that really went in and came out."""
        ledger = self.machine.payment.ledger
        paid = ledger.change + ledger.refunds + ledger.overpaid
        return (
            ledger.cash_in == ledger.sales + ledger.change + ledger.refunds + ledger.credit + ledger.hold
            and 0 <= ledger.owed <= ledger.credit
            and ledger.cash_in == self.rig.taken_in
            and paid == self.rig.got_money + sum(self.rig.tray)
        )

    def money_line(self):
        """The books, and whether they agree with the coins that really moved, for people."""
        line = amounts.books(self.machine.payment.ledger, self.machine.config["money"])
        return "money: {} {}".format(line, "ok" if self.books_balance() else "BROKEN")


def load_config(root, machine=None):
    """The configuration of the machine of tests and benchmarks, or of machines/`machine`.json, complete."""
    return complete(read_config(root, machine))


def read_config(root, machine=None):
    """The same as it is in the file."""
    path = "machines/{}.json".format(machine) if machine else REFERENCE
    with open(root + "/" + path) as file:
        return json.load(file)
