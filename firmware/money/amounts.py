"""Amounts of money as text for people."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Config
    from .ledger import Ledger


def text(amount: int, decimals: int) -> str:
    """`amount`, in the currency's smallest unit, as text with `decimals` decimals: text(150, 2) is "1.50"."""
    if not decimals:
        return str(amount)
    unit = 10**decimals
    digits = str(amount % unit)
    return "{}.{}{}".format(amount // unit, "0" * (decimals - len(digits)), digits)


def books(ledger: "Ledger", money: "Config") -> str:
    """All figures of the ledger in one line, "in=2.00 sales=1.50 ... EUR"; `money`: that section of machine.json."""
    return "{} {}".format(ledger.line(lambda amount: text(amount, money["decimals"])), money["currency"])


def shown(amount: int, money: "Config") -> str:
    """`amount`, in the smallest unit, with the currency, "1.50 EUR"; `money`: that section of machine.json."""
    return "{} {}".format(text(amount, money["decimals"]), money["currency"])
