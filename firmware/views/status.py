"""The report of `status`, for people: the sale in progress, the last sales, money, stock, faults.

Loaded only for that: `report` unloads the module.
"""

from .. import event_text, events
from ..config import consequences
from ..contexts.payment import (
    DOOR_IS_OPEN,
    LINE_STUCK,
    NO_ROOM,
    NO_SERVICE,
    PAUSED,
    PAYING,
    SELLING,
    SLOT_SUSPECTED,
)
from ..money import amounts, records
from ..unload import unload
from . import story
from .monitor import CUT_OFF, Monitor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..contexts.payment import Payment
    from ..contexts.selection import Selection
    from ..interfaces import Board, Config
    from ..money.journal import Journal
    from ..money.ledger import Ledger
    from ..vending_machine import VendingMachine
# For whom a sale waits in each of its steps
_FOR = ("the customer", "availability", "payment", "the customer's money", "cabinet", "payment", "payment")
_REFUSALS = (
    (NO_ROOM, "the next coin may be more than the credit limit, or than can be given back"),
    (LINE_STUCK, "the coin line is stuck"),
    (SLOT_SUSPECTED, "pulses came that no coin can have made"),
    (DOOR_IS_OPEN, "the door is open"),
    (NO_SERVICE, "out of service"),
    (SELLING, "an item is being delivered"),
    (PAYING, "money is being paid out"),
    (PAUSED, "the journal is being prepared"),
)


def report(machine: "VendingMachine") -> list[str]:
    """The lines of the report. Afterwards the module is unloaded."""
    config = machine.config
    ledger = machine.payment.ledger
    lines = _sales(machine.monitor, config["columns"])
    if not ledger.broken:
        lines += story.report(machine)
    lines.append("money: " + amounts.books(ledger, config["money"]))
    if ledger.doubts:
        lines.append("in doubt after a power cut: {} unit(s)".format(ledger.doubts))
    lines += (
        _coins(machine.payment)
        + _suspects(machine.payment)
        + _door(machine.payment, config)
        + _columns(machine.selection, config["columns"])
    )
    for hopper, coins in zip(config["hoppers"], ledger.coins):
        lines.append("hopper {}: {} coins".format(hopper["value"], coins))
    lines += _faults(machine) + _journal(machine.journal, machine.board, ledger)
    lines += consequences.report(config)
    unload(event_text.__name__)
    unload(story.__name__)
    unload(__name__)
    return lines


def _sales(monitor: Monitor, columns: "Sequence[Config]") -> list[str]:
    """The current sale, the last sales, what was noticed."""
    line = "idle"
    if monitor.step:
        line = "{}: {} for {}, waiting for {}".format(
            story.sale(monitor.order, columns), events.STEPS[monitor.step], monitor.waited(), _FOR[monitor.step]
        )
    lines = [line]
    for order, outcome, failure, took_ms in monitor.store.summaries():
        text = story.sale(order, columns) + ": "
        if outcome >= CUT_OFF:
            text += "cut off by a restart while " + events.STEPS[outcome - CUT_OFF]
        else:
            text += story.OUTCOMES[outcome]
            text += " after {}.{} s".format(took_ms // 1000, took_ms // 100 % 10) if took_ms else ""
        lines.append(text + (", " + event_text.describe(failure) if failure else ""))
    for event, what in monitor.notes:
        lines.append("noticed: " + event_text.describe(event) + (": " + what if what else ""))
    return lines


def _coins(payment: "Payment") -> list[str]:
    reasons = ", ".join([words for obstacle, words in _REFUSALS if payment.obstacles & obstacle])
    lines = ["coins: refused: " + reasons if reasons else "coins: accepted"]
    out = [event_text.reason(number) for number in range(24) if payment.suspended >> number & 1]
    return lines + (["out of service: " + ", ".join(out)] if out else [])


def _suspects(payment: "Payment") -> list[str]:
    """What was no money, and which hoppers are not used."""
    lines = []
    if payment.strange_pulses:
        lines.append("coin slot: {} pulse(s) that no coin can have made: no money".format(payment.strange_pulses))
    for hopper in range(16):
        if payment.unproven_hoppers() >> hopper & 1:
            lines.append("exit of hopper {}: not used until it was seen to work, or refill was said".format(hopper))
    return lines


def _door(payment: "Payment", config: "Config") -> list[str]:
    if "door" not in config:
        return []
    return ["door: " + ("open" if payment.obstacles & DOOR_IS_OPEN else "closed")]


def _columns(selection: "Selection", columns: "Sequence[Config]") -> list[str]:
    return [
        "column {} ({}): {} of {}{}".format(
            column["code"], column["name"], stock, column["capacity"], ", out of order" if locked else ""
        )
        for column, stock, locked in zip(columns, selection.stock, selection.locked)
    ]


def _faults(machine: "VendingMachine") -> list[str]:
    if not machine.faults:
        return []
    event, error = machine.faults[-1]
    where = event_text.name(event) if event else "no event"
    return ["faults since the start: {}; the last: {!r} at {}".format(machine.fault_count, error, where)]


def _journal(journal: "Journal | None", board: "Board", ledger: "Ledger") -> list[str]:
    if not journal or ledger.broken:
        return [records.RAM_ONLY]
    return [records.FALLBACK] if board.journal_device() is None else []
