"""What an operator can do at a machine that sells. Each function raises ValueError with the reason when it cannot be
done. The module is loaded when a command needs it."""

from . import events
from .money import records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .vending_machine import VendingMachine


def service(machine: "VendingMachine") -> None:
    """The end of service at a machine without a door switch: the same as closing the door."""
    if "door" in machine.config:
        raise ValueError("the door does that")
    machine.loop.post(events.DOOR_CLOSED)


def restock(machine: "VendingMachine", code: str, count: int) -> int:
    """The column with this code was filled: it now holds `count` products. Returns how many it held before."""
    number = machine.selection.find(code)
    if number == events.NO_COLUMN:
        raise ValueError("no column has the code {}".format(code))
    capacity = machine.config["columns"][number]["capacity"]
    if not 0 <= count <= capacity:
        raise ValueError("column {} holds 0 to {}, not {}".format(code, capacity, count))
    before = machine.selection.stock[number]
    machine.selection.restock(number, count)
    if "availability" in machine.contexts:
        machine.contexts["availability"].restock(number, count)
    machine.payment.ledger.count(records.COLUMNS + number, count)
    return before


def refill(machine: "VendingMachine", value: int, coins: int) -> int:
    """The hopper with coins of this value was filled: it now holds `coins`; what is owed is paid. Returns how many it
    held before."""
    values = [hopper["value"] for hopper in machine.config["hoppers"]]
    if value not in values:
        raise ValueError("no hopper has coins of {}".format(value))
    if not 0 <= coins <= records.MOST_COINS:
        raise ValueError("a hopper holds 0 to {} coins, not {}".format(records.MOST_COINS, coins))
    hopper = values.index(value)
    before = machine.payment.ledger.coins[hopper]
    machine.payment.refill(hopper, coins)
    return before


def settle(machine: "VendingMachine") -> int:
    """What is owed was paid by hand. Returns the amount."""
    amount = machine.payment.settle()
    if not amount:
        raise ValueError("nothing is owed")
    return amount
