"""Availability: an optional check between selecting and dispatching, which may be instant or take minutes.

Kinds: "stock" answers at once from its own count of the stock; "slow" does so after `answer_s`; "reject" always says
no; "silent" never answers. An answer that takes longer than `limit_s` is a no: the customer is told and paid back.
"""

from .. import events
from ..events import ITEM_DISPATCHED, ITEM_REJECTED, ITEM_SELECTED, ITEM_VALIDATED, ORDER_CANCELLED, SELECTION_EXPIRED

KINDS = ("stock", "slow", "reject", "silent")


class Availability:
    REACTS = {
        ITEM_SELECTED: "check",
        ITEM_DISPATCHED: "take_from_stock",
        ORDER_CANCELLED: "forget",
        SELECTION_EXPIRED: "forget",
    }

    def __init__(self, loop, config, stock):
        check = config["availability"]
        self._kind = check["kind"]
        self._answer_ms = check["answer_s"] * 1000
        self._limit_ms = check["limit_s"] * 1000
        self._stock = list(stock)
        self._order = 0  # being checked
        self._taken = 0  # the last that was dispatched
        self._answer_timer = loop.timer(self._answer)
        self._limit_timer = loop.timer(self._give_up)

    def check(self, order):
        """Find out whether the item can be had. Ends in ITEM_VALIDATED or ITEM_REJECTED, in bounded time."""
        self._order = order
        if self._kind == "silent" or self._kind == "slow":
            self._limit_timer.start(self._limit_ms)
        if self._kind == "slow":
            self._answer_timer.start(self._answer_ms)
        elif self._kind != "silent":
            return self._answer()
        return None

    def take_from_stock(self, order):
        if order != self._taken:
            self._taken = order
            column = events.column_of(order)
            self._stock[column] = max(0, self._stock[column] - 1)  # it may have been told to be empty meanwhile

    def restock(self, column, count):
        """An operator has filled the column: it holds `count` products now."""
        self._stock[column] = count

    def forget(self, order):
        if order == self._order:
            self._end()

    def _answer(self):
        order = self._order
        self._end()
        if self._kind != "reject" and self._stock[events.column_of(order)] > 0:
            return ITEM_VALIDATED | order
        return ITEM_REJECTED | order | events.NOT_AVAILABLE << events.REASON_SHIFT

    def _give_up(self):
        order = self._order
        self._end()
        return ITEM_REJECTED | order | events.NO_ANSWER << events.REASON_SHIFT

    def _end(self):
        self._order = 0
        self._answer_timer.stop()
        self._limit_timer.stop()
