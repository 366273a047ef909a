"""The kinds of journal records, and the counters that the journal keeps in addition to the money."""

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
COUNT = const(9)  # one counter has changed, and no money has moved
PAYOUT = const(10)
KEPT = const(11)  # credit that could not be paid back now belongs to the machine

KINDS = ("", "boot", "coin", "hold", "drop", "release", "paid", "doubt", "owe", "count", "payout", "kept")

# The counters, 16 bits each. Their numbers never change: column or hopper n keeps its counter when more columns or
# hoppers are added at the end of the list in machine.json.
COLUMNS = const(0)  # counter COLUMNS + n: the stock of column n; up to 60 columns
HOPPERS = const(64)  # counter HOPPERS + n: the coins in hopper n; up to 16 hoppers
SALE = const(80)  # number of the newest sale
STEP = const(81)  # the step, the reason and the column of that sale: see Store in views/monitor.py; with its events
TRIES = const(82)  # how often the power was cut in this payout or delivery: see Ledger.tries
COUNTERS = const(83)
NO_COUNTER = const(255)
MOST_COINS = const(9999)  # in a hopper; the largest hold about 2000
UNKNOWN = const(0xFFFF)  # value of a counter that was never set

# Logged at boot and shown in the status if there is no journal partition, or if it cannot be written
FALLBACK = "no partition named journal: money is kept in two files, which are less safe in a power cut"
RAM_ONLY = "no journal: money is kept in RAM only, and lost with the power"

NO_PLACE = const(63)  # neither a column nor a hopper is active

RESTART = const(0)  # in a story, between events: the machine was started again here


class JournalError(Exception):
    """The journal cannot be written any more, or it has content and no valid record."""


NOT_WRITTEN = (JournalError, OSError)  # the exceptions that a write to the journal may raise


def unknown_counters() -> "array[int]":
    """An array of COUNTERS counters, all UNKNOWN."""
    return array("H", [UNKNOWN] * COUNTERS)
