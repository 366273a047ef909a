"""make flash-figures: counts the flash operations of the journal, on the whole machine at pin level.

    make flash-figures [SALES=1000]

Simulates sales and refunds by coins, keys and motors on the simulated chip, and counts every page program and erase.
The times are those of the flash model in docs/journal.md: 45 ms an erase, 0.25 ms a page program, 100,000 erases a
sector.
"""

import os
import sys

ROOT = os.getcwd()
sys.path[:0] = [ROOT, ROOT + "/host_sim/cpython"]

from firmware.money.journal import Journal
from host_sim.chip.flash import Flash
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.scenario import Scenario
from host_sim.sessions.session import load_config

ERASE_MS = 45
PROGRAM_MS = 0.25
CYCLES = 100000
SALES_A_DAY = 500
SECTORS = 16  # 64 KiB
SLOTS = 120  # records in a sector; after so many, a sector is erased
SALE_S = 60
# The journal erases no sector in advance in the first minute after a start: a boot loop must not wear the flash out.
QUIET_S = 70


class Meter:
    """Counts the records, the flash time of the longest append in ms, and the erases while the machine holds a
    customer's money."""

    def __init__(self, session: PinSession, flash: Flash) -> None:
        self.session, self.flash = session, flash
        self.records = 0
        self.worst_ms = 0.0
        self.live_erases = 0
        self._append, self._ioctl = Journal.append, flash.ioctl
        flash.ioctl = self.ioctl
        meter = self

        def append(journal: Journal, kind: int) -> None:
            meter.append(journal, kind)

        Journal.append = append

    def append(self, journal: Journal, kind: int) -> None:
        programs, erases = self.flash.programs, self.flash.erases
        self._append(journal, kind)
        self.records += 1
        took_ms = (self.flash.programs - programs) * PROGRAM_MS + (self.flash.erases - erases) * ERASE_MS
        if self.session.machine:  # set when the machine is ready: the first record of a blank partition does not count
            self.worst_ms = max(self.worst_ms, took_ms)

    def ioctl(self, operation: int, argument: int) -> int | None:
        machine = self.session.machine
        if operation == 6 and machine and (machine.payment.ledger.credit or machine.payment.ledger.hold):
            self.live_erases += 1
        return self._ioctl(operation, argument)


def day(sales: int) -> Scenario:
    """A scenario with `sales` customers: nine of ten buy a Coke for two coins of 1.00, the tenth cancels."""
    lines = ["# A day", "set columns.0.stock 999", "set columns.0.capacity 999", "set hoppers.0.coins 9999"]
    for number in range(sales):
        start = QUIET_S + number * SALE_S
        lines += [f"{start} insert 100", f"{start + 2} insert 100"]
        lines.append(f"{start + 5} press *" if number % 10 == 9 else f"{start + 5} press 11")
        lines += [f"{start + 30} take item", f"{start + 31} take money"]
    lines.append(f"{QUIET_S + sales * SALE_S} end")
    return Scenario("a day", "\n".join(lines))


def main(sales: int) -> int:
    config = load_config(ROOT)
    scenario = day(sales)
    scenario.change(config)
    flash = Flash(SECTORS)
    session = PinSession(ROOT, config)
    session.set_flash(flash)
    meter = Meter(session, flash)
    session.run(scenario.end_us, (), scenario.acts(session))
    erases_a_sale = meter.records / sales / SLOTS
    years = SECTORS * CYCLES / (erases_a_sale * SALES_A_DAY * 365)
    print(f"{sales} sales: {meter.records} records, {meter.records / sales:.1f} a sale; {session.money_line()}")
    print(f"program operations a record   {flash.programs / meter.records:.3f}")
    print(f"erases a record               {flash.erases / meter.records:.4f}")
    print(f"worst append                  {meter.worst_ms:.2f} ms")
    print(f"erases while money is live    {meter.live_erases}")
    print(f"life at {SALES_A_DAY} sales a day      {years:.0f} years ({SECTORS * 4} KiB, {CYCLES} erases a sector)")
    return 1 if meter.live_erases or not session.books_balance() else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
