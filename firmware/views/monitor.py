"""The Monitor: records every event, and reports at any moment the step of the current sale, and where sales failed.

Events are its only input, so that it works in the same way with choreography and with orchestration.
"""

from array import array

from micropython import const

from .. import events
from ..events import (
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
    ITEM_REJECTED,
    ITEM_SELECTED,
    ITEM_VALIDATED,
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
    from collections.abc import Callable, Sequence

    from ..event_loop.loop import Loop
    from ..interfaces import Config
_TRAIL = const(128)  # events kept, each with its sale and time; successive pulses of a coin are one event
_WRAP = const(0x3FFFFFFF)

_HELD = (DELIVERING, RELEASING, SETTLING)  # a price is, or was, held: its sale is followed to its end

_FOR = ("the customer", "availability", "payment", "the customer's money", "cabinet", "payment", "payment")

SOLD = const(0)
FAILED = const(1)
REJECTED = const(2)
GIVEN_UP = const(3)
CANCELLED = const(4)
CUT_OFF = const(5)  # CUT_OFF + step: a restart ended the sale in that step

OUTCOMES = ("sold", "failed", "rejected", "given up", "cancelled")
ENDED = const(8)  # ENDED + outcome: stored instead of a step when the sale has ended

_TOTALS = (COIN_PULSED >> 24, COIN_PAID >> 24)

# event: (steps in which it is expected, next step, outcome if the sale ends)
_EXPECTED = {
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


class Store:
    """The summaries of the last `limit` sales, in memory. The number and the step of the current sale are also written
    to the journal, so that a restart can report it. `count(counter, value)` writes a counter of records.py."""

    def __init__(self, count: "Callable[[int, int], object]", limit: int = 10) -> None:
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
        self._sales = array("i", [0] * _TRAIL)
        self._count = 0
        loop.tap(self.capture)

    def capture(self, event: int) -> None:
        """Record an event. Allocates memory only if something is wrong or a sale ends."""
        kind = event >> 24
        if not self._is_heard(event):
            self._note(event, "nobody hears it")
        if kind == ITEM_SELECTED >> 24:
            self._select(event)
        elif kind in _EXPECTED:
            self._follow(event, _EXPECTED[kind])
        elif kind == ORDER_CANCELLED >> 24:
            if self.step in (CHECKING, RESERVING, WAITING):
                self._end(CANCELLED)
        elif kind in _IRREGULAR:
            self._note(event, "")
        self._keep(event, kind)

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
        """Process an event of a sale. `expected`: its row of _EXPECTED. (Split into small functions: MicroPython
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

    def status(self, columns: "Sequence[Config]") -> list[str]:
        """Lines for people: the current sale, the last sales, the notes. `columns`: those of the configuration."""
        from .. import event_text  # not at the top: it is needed for a moment only

        line = "idle"
        if self.step:
            line = "{}: {} for {}, waiting for {}".format(
                _sale(self.order, columns), events.STEPS[self.step], self.waited(), _FOR[self.step]
            )
        lines = [line]
        for order, outcome, failure, took_ms in self.store.summaries():
            text = _sale(order, columns) + ": "
            if outcome >= CUT_OFF:
                text += "cut off by a restart while " + events.STEPS[outcome - CUT_OFF]
            else:
                text += OUTCOMES[outcome] + (
                    " after {}.{} s".format(took_ms // 1000, took_ms // 100 % 10) if took_ms else ""
                )
            lines.append(text + (", " + event_text.describe(failure) if failure else ""))
        for event, what in self.notes:
            lines.append("noticed: " + event_text.describe(event) + (": " + what if what else ""))
        return lines


def _sale(order: int, columns: "Sequence[Config]") -> str:
    """Number and product of an order, "sale 1 (Water)"."""
    column = events.column_of(order)
    return "sale {} ({})".format(events.sale_of(order), columns[column]["name"] if column < len(columns) else "?")
