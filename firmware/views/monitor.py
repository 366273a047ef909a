"""The Monitor: records every event, and reports at any moment the step of the current sale, and where sales failed.

Events are its only input, so that it works in the same way with choreography and with orchestration.
"""

from array import array

from micropython import const

from .. import events
from ..events import (
    CHANGE_ISSUED,
    CHECKING,
    COIN_PAID,
    COIN_PULSED,
    CREDIT_SHORT,
    DELIVERING,
    DEVICE_SUSPECTED,
    DISPATCH_FAILED,
    HANDLER_FAILED,
    IDLE,
    ITEM_DISPATCHED,
    ITEM_PRICED,
    ITEM_REJECTED,
    ITEM_SELECTED,
    ITEM_VALIDATED,
    MONEY_INSERTED,
    MONEY_KEPT,
    MONEY_OWED,
    MONEY_RETURNED,
    ORDER_CANCELLED,
    PAYMENT_RELEASED,
    PAYMENT_RESERVED,
    RELEASING,
    RESERVING,
    SALE_COMPLETED,
    SELECTION_EXPIRED,
    SETTLING,
    WAITING,
)
from ..money import records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..event_loop.loop import Loop
    from ..money.journal import Journal
_TRAIL = const(128)  # events kept, each with its sale and time; successive pulses of a coin are one event
_WRAP = const(0x3FFFFFFF)

_HELD = (DELIVERING, RELEASING, SETTLING)  # a price is, or was, held: its sale is followed to its end

SOLD = const(0)
FAILED = const(1)
REJECTED = const(2)
GIVEN_UP = const(3)
CANCELLED = const(4)
CUT_OFF = const(5)  # CUT_OFF + step: a restart ended the sale in that step

ENDED = const(8)  # ENDED + outcome: stored instead of a step when the sale has ended

_TOTALS = (COIN_PULSED >> 24, COIN_PAID >> 24)

# id of the event: (steps in which it is expected, next step, outcome if the sale ends)
EXPECTED = {
    ITEM_VALIDATED >> 24: ((CHECKING,), RESERVING, None),
    ITEM_REJECTED >> 24: ((CHECKING, RESERVING, WAITING), IDLE, REJECTED),
    CREDIT_SHORT >> 24: ((RESERVING, WAITING), WAITING, None),
    PAYMENT_RESERVED >> 24: ((CHECKING, RESERVING, WAITING, IDLE), DELIVERING, None),
    ITEM_DISPATCHED >> 24: ((DELIVERING,), SETTLING, None),
    DISPATCH_FAILED >> 24: ((DELIVERING,), RELEASING, None),
    PAYMENT_RELEASED >> 24: ((RELEASING, DELIVERING, SETTLING), IDLE, FAILED),
    SALE_COMPLETED >> 24: ((SETTLING,), IDLE, SOLD),
    SELECTION_EXPIRED >> 24: ((CHECKING, RESERVING, WAITING, RELEASING, SETTLING), IDLE, GIVEN_UP),
}


_IRREGULAR = (HANDLER_FAILED >> 24, DEVICE_SUSPECTED >> 24)

# The story of a sale: the events that matter to people, in the journal. (A handler that fails is not among them: it
# could fail in every turn, and each record takes flash.)
# Events of one story: a contact that chatters for days, while a customer's credit stays, must not wear out flash.
_LONGEST = const(200)
_BEGINS = (MONEY_INSERTED >> 24, ITEM_PRICED >> 24, ITEM_SELECTED >> 24)
NO_MONEY_LEFT = (CHANGE_ISSUED >> 24, MONEY_RETURNED >> 24, MONEY_OWED >> 24, MONEY_KEPT >> 24, SALE_COMPLETED >> 24)
_TOLD = bytearray(8)  # one bit for each id of an event
for _event in (
    events.BACK_IN_SERVICE,
    events.CHANGE_ISSUED,
    events.COIN_LINE_CLEARED,
    events.COIN_LINE_STUCK,
    events.COLUMN_LOCKED,
    events.CREDIT_SHORT,
    events.CREDIT_STAYS,
    events.DEVICE_SUSPECTED,
    events.DEVICE_TRUSTED,
    events.DISPATCH_FAILED,
    events.DOOR_CLOSED,
    events.DOOR_OPENED,
    events.ITEM_DISPATCHED,
    events.ITEM_PRICED,
    events.ITEM_REJECTED,
    events.ITEM_SELECTED,
    events.ITEM_VALIDATED,
    events.MONEY_INSERTED,
    events.MONEY_KEPT,
    events.MONEY_OWED,
    events.MONEY_RETURNED,
    events.MOTOR_STOPPED,
    events.ORDER_CANCELLED,
    events.OUT_OF_SERVICE,
    events.PAYMENT_RELEASED,
    events.PAYMENT_RESERVED,
    events.PRODUCT_DROPPED,
    events.PULSES_UNKNOWN,
    events.SALE_COMPLETED,
    events.SELECTION_EXPIRED,
):
    _TOLD[_event >> 27] |= 1 << (_event >> 24 & 7)


class Store:
    """The summaries of the last `limit` sales, in memory. The number, the step and the story of the current sale are
    also written to the journal, so that a restart can report them. `count(counter, value)` writes a counter of
    records.py."""

    def __init__(self, journal: "Journal | None", count: "Callable[[int, int], object]", limit: int = 10) -> None:
        self._journal = journal
        self._write = count
        self._limit = limit
        self._words = array("i", [0] * (4 * limit))
        self._count = 0

    def begin(self, order: int) -> None:
        # The step first: after a power cut between the two writes, the new sale must not have the last sale's step.
        self.follow(order, IDLE)
        self._write(records.SALE, events.sale_of(order))

    def follow(self, order: int, step: int) -> None:
        self._write(records.STEP, events.reason_of(order) << 10 | step << 6 | events.column_of(order))

    def end(self, order: int, outcome: int, failure: int, took_ms: int) -> None:
        """`failure`: the event with the reason why the sale failed, or 0."""
        self.keep(order, outcome, failure, took_ms)
        self.follow(order | events.reason_of(failure) << events.REASON_SHIFT, ENDED + outcome)

    def tell(self, event: int, begins: bool) -> None:
        """Add an event to the story; `begins`: it is the first of a new one. It is written with the next step, or by
        `write_story`."""
        journal = self._journal
        if journal and not journal.tell(event, begins):
            self.write_story(True)
            journal.tell(event, begins)

    def write_story(self, now: bool) -> None:
        """Write what was told since the last record; but if every record has the story, only when `now` is true."""
        journal = self._journal
        if journal and journal.untold and (now or not journal.told_in_all):
            self._write(records.STEP, journal.counters[records.STEP])

    def restore(self, sale: int, word: int) -> None:
        """Add a summary of the sale that `begin` and `follow` wrote to the journal before a restart."""
        order = events.order(sale, word & 63)
        step = word >> 6 & 15
        if step == IDLE:
            return  # the sale had only just begun
        if step < ENDED:
            self.keep(order, CUT_OFF + step, 0, 0)
        else:
            reason = word >> 10
            self.keep(order, step - ENDED, DISPATCH_FAILED | order | reason << events.REASON_SHIFT if reason else 0, 0)

    def keep(self, order: int, outcome: int, failure: int, took_ms: int) -> None:
        at = self._count % self._limit * 4
        self._words[at] = order
        self._words[at + 1] = outcome
        self._words[at + 2] = failure
        self._words[at + 3] = took_ms
        self._count += 1

    def summaries(self) -> list[tuple[int, ...]]:
        """Oldest first: (order, outcome, failure, took_ms)."""
        numbers = range(max(0, self._count - self._limit), self._count)
        return [tuple(self._words[i % self._limit * 4 : i % self._limit * 4 + 4]) for i in numbers]


class Monitor:
    """step, order: those of the current sale. since: ticks_ms at the begin of the step. notes: irregularities, as
    (event, what was wrong with it)."""

    def __init__(self, loop: "Loop", with_check: bool, store: Store) -> None:
        self._ticks_ms = loop.ticks_ms
        self._is_heard = loop.is_heard
        self._first = CHECKING if with_check else RESERVING
        self.store = store
        self.step = IDLE
        self.order = 0
        self._held = 0  # the last order whose price was held
        self.since = 0
        self.notes = []  # type: list[tuple[int, str]]  # the last eight
        self._failure = 0  # event with the reason why the current sale failed
        self._begun = 0
        self._events = array("i", [0] * _TRAIL)
        self._times = array("i", [0] * _TRAIL)
        self._sales = array("H", [0] * _TRAIL)
        self._count = 0
        self._room = 0  # 0: no story is being told; else 1 + the number of events that it may still have
        self._has_money = False  # in this story: money that was inserted, and neither spent nor paid back
        loop.tap(self.capture)

    def capture(self, event: int) -> None:
        """Record an event. Allocates memory only if something is wrong or a sale ends."""
        kind = event >> 24
        if not self._is_heard(event):
            self._note(event, "nobody hears it")
        if _TOLD[kind >> 3] & 1 << (kind & 7):
            self._tell(event, kind)
        if kind == ITEM_SELECTED >> 24:
            self._select(event)
        elif kind in EXPECTED:
            self._follow(event, EXPECTED[kind])
        elif kind == ORDER_CANCELLED >> 24:
            if self.step in (CHECKING, RESERVING, WAITING):
                self._end(CANCELLED)
        elif kind in _IRREGULAR:
            self._note(event, "")
        self._keep(event, kind)

    def _tell(self, event: int, kind: int) -> None:
        begins = not self._room and kind in _BEGINS
        if begins:
            self._room = _LONGEST + 1
        if self._room > 1:
            self._room -= 1
            self.store.tell(event, begins)
        if kind == MONEY_INSERTED >> 24:
            self._has_money = True
        elif kind in NO_MONEY_LEFT:
            self._has_money = False

    def end_turn(self) -> None:
        """To be called after each turn of the loop: what was told in it is written. The story is over when nothing is
        left of a sale, neither a step nor money; so what comes in the same turn still belongs to it."""
        if self._room:
            is_over = self.step == IDLE and not self._has_money
            if is_over:
                self._room = 0
            self.store.write_story(is_over)

    def go_on(self) -> None:
        """After a restart with a customer's money in the machine: go on with the story that was interrupted."""
        self._room = _LONGEST + 1
        self._has_money = True

    def _select(self, event: int) -> None:
        if self.step in _HELD:
            self._note(event, "beside a held sale")
        else:
            self._begin(event & events.PAYLOAD_MASK)

    def _begin(self, order: int) -> None:
        self.order = order
        self._begun = self._ticks_ms()
        self._failure = 0
        self.store.begin(order)
        self._go(self._first)

    def _follow(self, event: int, expected: tuple[tuple[int, ...], int, int | None]) -> None:
        """Process an event of a sale. `expected`: its row of EXPECTED. (Split into small functions: MicroPython
        allocates a frame of more than 11 words.)"""
        if not events.sale_of(event):
            return  # an item that could not be sold: there was no order
        if event >> 24 == PAYMENT_RESERVED >> 24:
            if events.without_reason(event) == self._held:
                self._note(event, "for the second time")
                return
            if self.step not in _HELD:
                self.order = self._held = events.without_reason(event)  # even if another item was selected since
        if events.without_reason(event) != self.order:
            self._note(event, "of another sale than the current one")
        elif self.step not in expected[0]:
            self._note(event, "not expected while " + events.STEPS[self.step])
        else:
            if events.reason_of(event):
                self._failure = event
            self._advance(expected[1], expected[2])

    def _advance(self, step: int, outcome: int | None) -> None:
        if outcome is not None:
            self._end(outcome)
        else:
            self._go(step)

    def _go(self, step: int) -> None:
        if step != self.step:
            self.step = step
            self.since = self._ticks_ms()
            if step:
                self.store.follow(self.order, step)

    def _end(self, outcome: int) -> None:
        self.store.end(self.order, outcome, self._failure, (self._ticks_ms() - self._begun) & _WRAP)
        self._go(IDLE)

    def _note(self, event: int, what: str) -> None:
        if len(self.notes) == 8:
            self.notes.pop(0)
        self.notes.append((event, what))

    def _keep(self, event: int, kind: int) -> None:
        """Add an event to the trail. The pulses of a coin and the coins of a payout are totals: a new one replaces the
        one directly before it."""
        newest = (self._count - 1) % _TRAIL
        if self._count and kind in _TOTALS and self._events[newest] >> 24 == kind:
            self._count -= 1
        at = self._count % _TRAIL
        self._events[at] = event
        self._times[at] = self._ticks_ms()
        self._sales[at] = events.sale_of(self.order) if self.step else 0
        self._count += 1

    def trail(self) -> list[tuple[int, int, int]]:
        """The last events, oldest first: (ticks_ms, number of the sale or 0, event)."""
        first = max(0, self._count - _TRAIL)
        places = [i % _TRAIL for i in range(first, self._count)]
        return [(self._times[i], self._sales[i], self._events[i]) for i in places]

    def waited(self) -> str:
        """For how long the sale has been in its step, in minutes and seconds: "2:00"."""
        seconds = ((self._ticks_ms() - self.since) & _WRAP) // 1000
        return "{}:{:02}".format(seconds // 60, seconds % 60)
