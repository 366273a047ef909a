"""A journal's partition that was written all over, as after months of sales; for measurements."""

from firmware.money import records
from firmware.money.journal import Journal
from firmware.money.ledger import Ledger
from host_sim.chip.flash import Flash

COUNTERS = [5] * records.COUNTERS


def written(sectors, last):
    """A flash of so many sectors, whose newest record is the first behind slot `last` of its last sector."""
    flash = Flash(sectors)
    journal = Journal(flash)
    journal.recover(COUNTERS)
    journal.boot()
    ledger = Ledger(journal, [100])
    while not (journal._sector == sectors - 1 and journal._slot > last):
        ledger.insert(10)
    return flash
