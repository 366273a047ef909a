"""A journal's partition with records in every sector, as after months of sales; for measurements."""

from firmware.money import records
from firmware.money.journal import Journal
from firmware.money.ledger import Ledger
from host_sim.chip.flash import Flash

COUNTERS = [5] * records.COUNTERS


def written(sectors: int, last: int) -> Flash:
    """A flash of `sectors` sectors. Its newest record is the first one after slot `last` of the last sector."""
    flash = Flash(sectors)
    journal = Journal(flash)
    journal.recover(COUNTERS)
    journal.boot()
    ledger = Ledger(journal, [100])
    while not (journal._sector == sectors - 1 and journal._slot > last):
        ledger.insert(10)
    return flash
