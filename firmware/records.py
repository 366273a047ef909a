"""What the ledger writes down, and the journal keeps: the kinds of records."""

from micropython import const

BOOT = const(1)
COIN = const(2)
HOLD = const(3)
DROP = const(4)
RELEASE = const(5)
PAID = const(6)
DOUBT = const(7)
OWE = const(8)
STOCK = const(9)
SECTOR_STATE = const(10)
PAYOUT = const(11)

KINDS = ("", "boot", "coin", "hold", "drop", "release", "paid", "doubt", "owe", "stock", "state", "payout")

NO_COLUMN = const(255)


class JournalError(Exception):
    """Nothing can be written any more, or nothing that is there can be read."""


NOT_WRITTEN = (JournalError, OSError)  # what a write to the journal may raise
