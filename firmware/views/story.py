"""The story of the sale that a restart has interrupted, for people: every event of it that the journal has.

Loaded only for `status`. The story is told until the next sale is completed, as far as the journal still has it.
"""

from .. import event_text, events
from ..money.records import RESTART
from ..unload import unload
from .monitor import CANCELLED, EXPECTED, NO_MONEY_LEFT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..interfaces import Config
    from ..money.journal import Journal
    from ..vending_machine import VendingMachine
OUTCOMES = ("sold", "failed", "rejected", "given up", "cancelled")


def report(machine: "VendingMachine") -> list[str]:
    """The lines of the report; none if no sale was interrupted."""
    if not machine.journal:
        return []
    first = events.CHECKING if "availability" in machine.contexts else events.RESERVING
    told = interrupted(machine.journal, first)
    unload("firmware.money.story")
    unload("firmware.money.recovery")
    course = Course(first)
    lines = []
    title = ""
    for event in told:
        if event == RESTART:
            title = course.title(machine.config["columns"])
            lines.append("  (restart)")
        else:
            lines.append("  " + event_text.describe(event, machine.amount))
        course.follow(event)
    return [title] + lines if told else []


def interrupted(journal: "Journal", first: int) -> list[int]:
    """The events of the newest story that a restart has interrupted, oldest first, with RESTART where that was. Empty
    if a sale was completed since. `first`: the step of a sale after its selection."""
    events_back = []  # type: list[int]
    for event, begins in journal.told():
        events_back.append(event)
        if begins:
            told = _with_its_restarts(events_back, Course(first))
            if RESTART in told:
                return told
            if any(event >> 24 == events.SALE_COMPLETED >> 24 for event in told):
                return []
            events_back = []
    told = _with_its_restarts(events_back, Course(first, True))  # its begin is lost: there was money, as a rule
    return told if RESTART in told else []


def _with_its_restarts(events_back: list[int], course: "Course") -> list[int]:
    """The events, oldest first, without the restarts that interrupted nothing: the story was over then, or had not gone
    on since the last one."""
    told = []  # type: list[int]
    for event in reversed(events_back):
        if event != RESTART or (told and told[-1] != RESTART and not course.is_over()):
            told.append(event)
            course.follow(event)
    return told


def sale(order: int, columns: "Sequence[Config]") -> str:
    """Number and product of an order, "sale 1 (Water)"."""
    column = events.column_of(order)
    return "sale {} ({})".format(events.sale_of(order), columns[column]["name"] if column < len(columns) else "?")


class Course:
    """How far a story has come. `first`: the step of a sale after its selection. `has_money`: a customer's money is in
    the machine before it."""

    def __init__(self, first: int, has_money: bool = False) -> None:
        self._first = first
        self._order = 0  # of the newest sale, its step, and how it ended
        self._step = events.IDLE
        self._outcome = None  # type: int | None
        self._has_money = has_money

    def is_over(self) -> bool:
        return not (self._step or self._has_money)

    def follow(self, event: int) -> None:
        kind = event >> 24
        if event == RESTART:
            self._step = events.IDLE  # but if the price is held, PAYMENT_RESERVED follows
        elif kind == events.MONEY_INSERTED >> 24:
            self._has_money = True
        elif kind in NO_MONEY_LEFT:
            self._has_money = False
        if kind == events.ITEM_SELECTED >> 24:
            self._go(event, self._first, None)
        elif kind in EXPECTED and events.sale_of(event):
            self._go(event, EXPECTED[kind][1], EXPECTED[kind][2])
        elif kind == events.ORDER_CANCELLED >> 24 and self._step in (events.CHECKING, events.RESERVING, events.WAITING):
            self._go(self._order, events.IDLE, CANCELLED)

    def _go(self, order: int, step: int, outcome: int | None) -> None:
        self._order = order
        self._step = step
        self._outcome = outcome

    def title(self, columns: "Sequence[Config]") -> str:
        """What a restart has cut off now: "sale 12 (Coke), cut off by a restart while delivering:"."""
        if not self._order:
            return "money without a sale, cut off by a restart:"
        text = sale(self._order, columns)
        if self._step:
            return "{}, cut off by a restart while {}:".format(text, events.STEPS[self._step])
        return "{}: {}; what followed was cut off by a restart:".format(text, OUTCOMES[self._outcome or 0])
