"""make restore-time: measures the time to restore the ledger from a full journal, with the records that this writes.

Runs on MicroPython on this computer, which is many times as fast as an ESP32. So it also prints by what factor a chip
may be slower to be back within 500 ms.
"""

import sys
import time

sys.path[:0] = [sys.argv[1], "."]

from firmware.money.journal import Journal
from firmware.money.ledger import Ledger
from host_sim.chip.flash import Flash
from host_sim.faults.worn_journal import COUNTERS, written

SECTORS = 16


def restore(flash: Flash) -> int:
    """The time in microseconds."""
    started = time.ticks_us()
    journal = Journal(flash)
    journal.recover(COUNTERS)
    journal.boot()
    Ledger(journal, [100]).restore()
    return time.ticks_diff(time.ticks_us(), started)


LIMIT_US = 500000

worst = 0
for last in (9, 40, 80, 126):
    flash = written(SECTORS, last)
    took = min(restore(flash) for _ in range(5))
    print("last record in slot {:>3}: {:.2f} ms".format(last, took / 1000))
    worst = max(worst, took)
print("worst: {:.2f} ms; a chip that is {} times slower stays below 500 ms".format(worst / 1000, LIMIT_US // worst))
