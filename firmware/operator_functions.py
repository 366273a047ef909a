"""What an operator does at a machine that sells. Loaded when it is asked for; each raises ValueError when it cannot be
done, with the reason."""

from . import events
from .money import records


def service(machine):
    """Somebody has looked after a machine that has no door switch: as if a door had been closed."""
    if "door" in machine.config:
        raise ValueError("the door does that")
    machine.loop.post(events.DOOR_CLOSED)


def restock(machine, code, count):
    """The column with this code was filled: it holds `count` now. Returns how many it held before."""
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


def refill(machine, value, coins):
    """The hopper with coins of this value was filled: it holds `coins` now, and what is owed is paid. Returns how many
    it held before."""
    values = [hopper["value"] for hopper in machine.config["hoppers"]]
    if value not in values:
        raise ValueError("no hopper has coins of {}".format(value))
    if not 0 <= coins <= records.MOST_COINS:
        raise ValueError("a hopper holds 0 to {} coins, not {}".format(records.MOST_COINS, coins))
    hopper = values.index(value)
    before = machine.payment.ledger.coins[hopper]
    machine.payment.refill(hopper, coins)
    return before


def settle(machine):
    """What is owed was given by hand. Returns the amount."""
    amount = machine.payment.settle()
    if not amount:
        raise ValueError("nothing is owed")
    return amount
