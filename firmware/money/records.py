"""What the ledger writes down, and the journal keeps: the kinds of records, and the counters beside the money."""

from array import array

from micropython import const

BOOT = const(1)
COIN = const(2)
HOLD = const(3)
DROP = const(4)
RELEASE = const(5)
PAID = const(6)
DOUBT = const(7)
OWE = const(8)
COUNT = const(9)  # of one counter, and no money moved
PAYOUT = const(10)
KEPT = const(11)  # credit that nothing could pay back is the machine's

KINDS = ("", "boot", "coin", "hold", "drop", "release", "paid", "doubt", "owe", "count", "payout", "kept")

# The counters, 16 bits each. Their places never change: what is in column or hopper n stays with number n when
# machine.json gets more of them at the end of its list.
COLUMNS = const(0)  # the stock of column n is counter n, up to 60 of them
HOPPERS = const(64)  # the coins in hopper n, up to 16
SALE = const(80)  # number of the newest sale
STEP = const(81)  # where that sale stands: see monitor.py
COUNTERS = const(82)
NO_COUNTER = const(255)
MOST_COINS = const(9999)  # in a hopper; the largest hold about 2000
UNKNOWN = const(0xFFFF)  # value of a counter that nobody has set yet

# Said at boot and in the status where there is no partition for a journal, or nothing can be written to it
FALLBACK = "no partition named journal: money is kept in two files, which are less safe in a power cut"
RAM_ONLY = "no journal: money is kept in RAM only, and lost with the power"

NO_PLACE = const(63)  # neither a column nor a hopper is at work


class JournalError(Exception):
    """Nothing can be written any more, or nothing that is there can be read."""


NOT_WRITTEN = (JournalError, OSError)  # what a write to the journal may raise


def unknown_counters() -> "array[int]":
    """All counters, none of them set yet."""
    return array("H", [UNKNOWN] * COUNTERS)
