"""Availability: an optional check between selection and payment, which may answer at once or take minutes.

Kinds: "stock" answers at once from its own count of the stock; "slow" does the same after `answer_s`; "reject" rejects
every order; "silent" never answers. An order without an answer after `limit_s` is rejected (reason NO_ANSWER): the
customer reads it on the display, and the credit is paid back.
"""

from .. import events
from ..events import ITEM_DISPATCHED, ITEM_REJECTED, ITEM_SELECTED, ITEM_VALIDATED, ORDER_CANCELLED, SELECTION_EXPIRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..event_loop.loop import Loop
    from ..interfaces import Config

KINDS = ("stock", "slow", "reject", "silent")


class Availability:
    REACTS = {
        ITEM_SELECTED: "check",
        ITEM_DISPATCHED: "take_from_stock",
        ORDER_CANCELLED: "forget",
        SELECTION_EXPIRED: "forget",
    }

    def __init__(self, loop: "Loop", config: "Config", stock: "Iterable[int]") -> None:
        check = config["availability"]
        self._kind = check["kind"]
        self._answer_ms = check["answer_s"] * 1000
        self._limit_ms = check["limit_s"] * 1000
        self._stock = list(stock)
        self._order = 0  # the order that is being checked
        self._taken = 0  # the last order that was dispatched
        self._answer_timer = loop.timer(self._answer)
        self._limit_timer = loop.timer(self._give_up)

    def check(self, order: int) -> int | None:
        """Check whether the item is available. Ends in ITEM_VALIDATED or ITEM_REJECTED, after `limit_s` at most."""
        self._order = order
        if self._kind == "silent" or self._kind == "slow":
            self._limit_timer.start(self._limit_ms)
        if self._kind == "slow":
            self._answer_timer.start(self._answer_ms)
        elif self._kind != "silent":
            return self._answer()
        return None

    def take_from_stock(self, order: int) -> None:
        if order != self._taken:
            self._taken = order
            column = events.column_of(order)
            self._stock[column] = max(0, self._stock[column] - 1)  # a restock may have set it to 0 meanwhile

    def restock(self, column: int, count: int) -> None:
        """An operator has filled the column: it now holds `count` products."""
        self._stock[column] = count

    def forget(self, order: int) -> None:
        if order == self._order:
            self._end()

    def _answer(self) -> int:
        order = self._order
        self._end()
        if self._kind != "reject" and self._stock[events.column_of(order)] > 0:
            return ITEM_VALIDATED | order
        return ITEM_REJECTED | order | events.NOT_AVAILABLE << events.REASON_SHIFT

    def _give_up(self) -> int:
        order = self._order
        self._end()
        return ITEM_REJECTED | order | events.NO_ANSWER << events.REASON_SHIFT

    def _end(self) -> None:
        self._order = 0
        self._answer_timer.stop()
        self._limit_timer.stop()
