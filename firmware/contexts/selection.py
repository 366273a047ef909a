"""Selection: turns keys into orders. It holds the stock, and decides what can be ordered."""

from micropython import const

from .. import events
from ..events import (
    BACK_IN_SERVICE,
    CODE_ENTERED,
    COLUMN_LOCKED,
    CREDIT_SHORT,
    DEVICE_SUSPECTED,
    DISPATCH_FAILED,
    DOOR_CLOSED,
    DOOR_OPENED,
    ITEM_DISPATCHED,
    ITEM_PRICED,
    ITEM_REJECTED,
    ITEM_SELECTED,
    KEY_PRESSED,
    ORDER_CANCELLED,
    OUT_OF_SERVICE,
    PAYMENT_RELEASED,
    PAYMENT_RESERVED,
    SALE_COMPLETED,
    SELECTION_EXPIRED,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..event_loop.loop import Loop
    from ..interfaces import Config

_ENTRY_MS = const(8000)  # a code that is not completed in this time is discarded
# A vend and the payout of its change end within 5 minutes. A sale that is older was lost by a fault in another context.
_SALE_LIMIT_MS = const(300000)
_COLUMN_FAULTS = (events.NOTHING_FELL, events.MOTOR_FAULT)  # failures that lock the column until service


class Selection:
    REACTS = {
        KEY_PRESSED: "press",
        CREDIT_SHORT: "wait_for_money",
        PAYMENT_RESERVED: "begin",
        PAYMENT_RELEASED: "end",
        ITEM_DISPATCHED: "take_from_stock",
        DISPATCH_FAILED: "blame_column",
        DEVICE_SUSPECTED: "distrust",
        SALE_COMPLETED: "end",
        ITEM_REJECTED: "drop",
        DOOR_OPENED: "open_door",
        DOOR_CLOSED: "close_door",
        OUT_OF_SERVICE: "suspend",
        BACK_IN_SERVICE: "resume",
    }

    def __init__(self, loop: "Loop", config: "Config", stock: "Iterable[int]", sale: int = 0) -> None:
        """`stock`: products in each column. `sale`: number of the last sale before this start."""
        self._post = loop.post
        self._columns = config["columns"]
        self._code_length = len(self._columns[0]["code"])
        self._letters = "".join([column["code"] for column in self._columns])
        self.stock = list(stock)
        self.locked = [False] * len(self._columns)

        self._code = ""
        self._sale = sale
        self._order = 0  # selected, and neither delivered nor given up
        self._selling = False  # its price is held
        self._delivered = False
        self._ended = 0  # the last order whose sale ended: a late PAYMENT_RESERVED must not begin it again
        self._door_open = False
        self._suspended = 0  # one bit for each reason to be out of service

        self._wait_ms = config["timings"]["selection_wait_s"] * 1000
        self._wait_timer = loop.timer(self._expire)
        self._entry_timer = loop.timer(self._forget_code)
        self._sale_timer = loop.timer(self._end_lost_sale)

    # From keys to an order

    def press(self, key: int) -> int | None:
        character = chr(key)
        if character == "*":
            return self._cancel()
        if character == "#":
            return self._forget_code()
        if "0" <= character <= "9" or character in self._letters:
            self._code += character
            self._entry_timer.start(_ENTRY_MS)
            characters = int.from_bytes(self._code.encode(), "big")
            self._post(CODE_ENTERED | characters << events.CODE_SHIFT | len(self._code))
            if len(self._code) == self._code_length:
                code = self._code
                self._code = ""
                self._entry_timer.stop()
                return self.select(code)
        return None

    def select(self, code: str) -> int:
        """Order the item with this code, if it can be sold now; the order replaces an older one that is not paid yet.
        Returns ITEM_SELECTED or ITEM_REJECTED."""
        column = self.find(code)
        obstacle = self._obstacle(column)
        if obstacle:
            return ITEM_REJECTED | events.order(0, column, obstacle)
        self._give_up()
        self._sale = self._sale % 4095 + 1
        self._order = events.order(self._sale, column)
        self._post(ITEM_PRICED | self._columns[column]["price"])
        return ITEM_SELECTED | self._order

    def find(self, code: str) -> int:
        """The number of the column with this code; NO_COLUMN when there is none."""
        for number, column in enumerate(self._columns):
            if column["code"] == code:
                return number
        return events.NO_COLUMN

    def _obstacle(self, column: int) -> int:
        """The reason why this column cannot sell now; 0 when it can."""
        if self._suspended:
            return events.MACHINE_OUT_OF_SERVICE
        if self._door_open:
            return events.DOOR_OPEN
        if self._selling:
            return events.BUSY
        if column == events.NO_COLUMN:
            return events.UNKNOWN_CODE
        if self.locked[column]:
            return events.COLUMN_OUT_OF_ORDER
        if not self.stock[column]:
            return events.SOLD_OUT
        return 0

    def _forget_code(self) -> int:
        self._code = ""
        self._entry_timer.stop()
        return CODE_ENTERED

    def _cancel(self) -> int:
        self._code = ""
        self._entry_timer.stop()
        order = self._order
        if not self._selling:
            self._order = 0
            self._wait_timer.stop()
        return ORDER_CANCELLED | order

    # The life of an order

    def wait_for_money(self, order: int) -> None:
        if order == self._order:
            self._wait_timer.start(self._wait_ms)

    def _expire(self) -> None:
        self._give_up()

    def _give_up(self) -> None:
        if self._order:
            self._post(SELECTION_EXPIRED | self._order)
            self._order = 0
            self._wait_timer.stop()

    def begin(self, order: int) -> None:
        """The price of the order is held: from here on it is delivered, or fails."""
        order = events.without_reason(order)
        if order == self._ended or self._selling:
            return
        if order != self._order:  # another item was selected while the price was being held
            self._give_up()
        self._order = order
        self._selling = True
        self._wait_timer.stop()
        self._sale_timer.start(_SALE_LIMIT_MS)

    def take_from_stock(self, order: int) -> None:
        if order == self._order and self._selling and not self._delivered:
            self._delivered = True
            column = events.column_of(order)
            self.stock[column] = max(0, self.stock[column] - 1)  # a restock may have set it to 0 meanwhile

    def restock(self, column: int, count: int) -> None:
        """An operator has filled the column: it now holds `count` products."""
        self.stock[column] = count

    def blame_column(self, order: int) -> int | None:
        """A delivery failed. If the column is the cause, lock it until service."""
        column = events.column_of(order)
        if events.reason_of(order) in _COLUMN_FAULTS:
            return self._lock(column)
        return None

    def distrust(self, payload: int) -> int | None:
        """A device is suspected. A column whose motor is not seen to come home would give products away: lock it."""
        if payload >> events.DEVICE_SHIFT == events.HOME_SWITCH:
            return self._lock(payload & events.DEVICE_MASK)
        return None

    def _lock(self, column: int) -> int | None:
        if self.locked[column]:
            return None
        self.locked[column] = True
        return COLUMN_LOCKED | column

    def drop(self, order: int) -> None:
        """The order was rejected."""
        if events.without_reason(order) == self._order:
            self._order = 0
            self._wait_timer.stop()

    def end(self, order: int) -> None:
        """The sale is over: it is completed, or its hold was released."""
        if order and order == self._order:
            self._ended = order
            self._order = 0
            self._selling = self._delivered = False
            self._sale_timer.stop()

    def _end_lost_sale(self) -> int:
        self._sale_timer.start(_SALE_LIMIT_MS)  # again, in case this fails
        order = self._order
        self.end(order)
        return SELECTION_EXPIRED | order

    # In and out of service

    def open_door(self, _: int) -> None:
        self._door_open = True
        self._give_up_unpaid()

    def close_door(self, _: int) -> None:
        """Service is over: columns that were out of order are on sale again."""
        self._door_open = False
        self.locked = [False] * len(self._columns)

    def suspend(self, reason: int) -> None:
        self._suspended |= 1 << reason
        self._give_up_unpaid()

    def resume(self, reason: int) -> None:
        self._suspended &= ~(1 << reason)

    def _give_up_unpaid(self) -> None:
        if not self._selling:
            self._give_up()
