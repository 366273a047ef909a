"""The front panel: shows the events on the display and by beeps. It makes no decisions."""

from micropython import const

from .. import events
from ..money import amounts
from ..money.change import ENOUGH, EXACT_ONLY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..event_loop.loop import Loop
    from ..interfaces import Board, Config, Payment
    from .monitor import Monitor
_MESSAGE_MS = const(4000)
_OK_BEEP_MS = const(40)
_ERROR_BEEP_MS = const(400)
_CHECK_MS = const(1000)

_REASONS = {
    events.SOLD_OUT: "Sold out",
    events.UNKNOWN_CODE: "Unknown item",
    events.COLUMN_OUT_OF_ORDER: "Out of order",
    events.DOOR_OPEN: "Door open",
    events.MACHINE_OUT_OF_SERVICE: "Out of service",
    events.NOT_AVAILABLE: "Not available",
    events.NO_ANSWER: "No answer",
    events.NOTHING_FELL: "Sorry, it stuck",
    events.MOTOR_FAULT: "Sorry, jammed",
    events.BEAM_BLOCKED: "Delivery blocked",
    events.FAULT: "Sorry, a fault",
    events.NO_CHANGE: "No change for it",
    events.POWER_CUT: "Power had failed",
}
_NOT_CHARGED = "Not charged"
# The display's second line for a reason; "Choose another" if it is not listed
_ADVICE = {
    events.DOOR_OPEN: "Please wait",
    events.MACHINE_OUT_OF_SERVICE: "",
    events.NO_ANSWER: "Money returned",
    events.BEAM_BLOCKED: _NOT_CHARGED,
    events.FAULT: _NOT_CHARGED,
    events.NO_CHANGE: "Exact money only",
    events.POWER_CUT: _NOT_CHARGED,
}


class FrontPanel:
    def __init__(self, loop: "Loop", board: "Board", config: "Config", payment: "Payment", monitor: "Monitor") -> None:
        self._board = board
        self._payment = payment
        self._ledger = payment.ledger
        self._columns = config["columns"]
        self._money = config["money"]
        self._unaccepted = "unaccepted" in config  # machine.json was changed, and is not used yet
        self._door_open = False
        self._line_stuck = False
        self._slot_suspected = False
        self._change_level = ENOUGH
        self._suspended = 0
        self._limit_reached = False
        self._selection = ""  # what the customer chose, with its price
        self._monitor = monitor
        self._ticks_ms = loop.ticks_ms
        self._message_timer = loop.timer(self._rest)
        self._check_timer = loop.timer(self._checking)
        for event, show in (
            (events.MONEY_INSERTED, self._money_inserted),
            (events.CREDIT_LIMIT_REACHED, self._limit),
            (events.COIN_LINE_STUCK, self._line_fails),
            (events.COIN_LINE_CLEARED, self._line_works),
            (events.DEVICE_SUSPECTED, self._suspected),
            (events.DEVICE_TRUSTED, self._trusted),
            (events.CHANGE_COUNTED, self._change_counted),
            (events.CODE_ENTERED, self._code),
            (events.ITEM_SELECTED, self._selected),
            (events.ITEM_REJECTED, self._refused),
            (events.CREDIT_SHORT, self._short),
            (events.SELECTION_EXPIRED, self._rest_now),
            (events.PAYMENT_RESERVED, self._coming),
            (events.ITEM_DISPATCHED, self._take),
            (events.DISPATCH_FAILED, self._refused),
            (events.ITEM_TAKEN, self._thank),
            (events.ITEM_WAITING, self._remind),
            (events.CHANGE_ISSUED, self._change),
            (events.MONEY_RETURNED, self._returned),
            (events.CREDIT_STAYS, self._stays),
            (events.MONEY_KEPT, self._kept),
            (events.PULSES_UNKNOWN, self._unknown_coin),
            (events.ORDER_CANCELLED, self._rest_now),
            (events.DOOR_OPENED, self._door),
            (events.DOOR_CLOSED, self._door_closed),
            (events.OUT_OF_SERVICE, self._out),
            (events.BACK_IN_SERVICE, self._back),
        ):
            loop.on(event, show)

    def begin(self) -> None:
        if self._unaccepted:
            self._show("Changed settings", "not approved yet", _MESSAGE_MS)
        else:
            self._rest()

    def _show(self, first: str, second: str, ms: int = 0) -> None:
        """Show two lines; for `ms` milliseconds, or until the next event if `ms` is 0."""
        self._message_timer.stop()
        self._board.show(0, first)
        self._board.show(1, second)
        if ms:
            self._message_timer.start(ms)

    def _amount(self, amount: int) -> str:
        return amounts.shown(amount, self._money)

    def _rest(self) -> None:
        """Show the idle screen: the most serious thing that a customer must know, or an invitation."""
        ledger = self._ledger
        if self._suspended & 1 << events.NO_CHANGE and ledger.owed:
            self._show("Please call us", "Owed " + self._amount(ledger.owed))
        elif self._suspended:
            self._show("Out of service", "")
        elif self._door_open:
            self._show("Door open", "")
        elif ledger.credit:
            self._show(
                "Credit limit" if self._limit_reached else "Choose an item", "Credit " + self._amount(ledger.credit)
            )
        elif self._line_stuck or self._slot_suspected:
            self._show("Coin slot fault", "No coins, please")
        elif self._change_level == EXACT_ONLY:
            self._show("Exact change", "only, please")
        elif self._change_level:
            self._show("Sorry, no change", "No coins, please")
        else:
            self._show("Insert money or", "choose an item")

    def _rest_now(self, _: int) -> None:
        self._rest()

    def _money_inserted(self, _: int) -> None:
        self._board.beep(_OK_BEEP_MS)
        if not self._ledger.hold:
            self._rest()

    def _limit(self, _: int) -> None:
        self._limit_reached = True
        self._rest()

    def _stays(self, amount: int) -> None:
        self._show("No money back", "Credit " + self._amount(amount), _MESSAGE_MS)

    def _kept(self, amount: int) -> None:
        self._show("No change given", "Kept " + self._amount(amount), _MESSAGE_MS)

    def _unknown_coin(self, _: int) -> None:
        self._board.beep(_ERROR_BEEP_MS)
        self._show("Coin not known", "", _MESSAGE_MS)

    def _suspected(self, device: int) -> None:
        self._set_slot(device, True)

    def _trusted(self, device: int) -> None:
        self._set_slot(device, False)

    def _set_slot(self, device: int, is_suspected: bool) -> None:
        """The customer must know of the coin slot only."""
        if device >> events.DEVICE_SHIFT == events.COIN_SLOT:
            self._slot_suspected = is_suspected
            if not (self._message_timer.running or self._ledger.hold):
                self._rest()

    def _line_fails(self, _: int) -> None:
        self._line_stuck = True
        self._rest()

    def _line_works(self, _: int) -> None:
        self._line_stuck = False
        self._rest()

    def _change_counted(self, level: int) -> None:
        self._change_level = level
        if not self._message_timer.running:
            self._rest()

    def _code(self, payload: int) -> None:
        self._board.beep(_OK_BEEP_MS)
        if payload:
            self._show("Item " + events.code_of(payload), "")
        else:
            self._rest()

    def _selected(self, order: int) -> None:
        column = self._columns[events.column_of(order)]
        price = amounts.text(column["price"], self._money["decimals"])
        self._selection = column["name"][: 15 - len(price)] + " " + price
        self._show(self._selection, "")
        self._check_timer.start(_CHECK_MS)

    def _checking(self) -> None:
        """While the availability check runs, show for how long, and update it every second."""
        if self._monitor.step == events.CHECKING:
            self._show(self._selection, "checking... " + self._monitor.waited())
            waited_ms = (self._ticks_ms() - self._monitor.since) & 0x3FFFFFFF
            self._check_timer.start(_CHECK_MS - waited_ms % _CHECK_MS)  # not _CHECK_MS: delays would add up

    def _refused(self, order: int) -> None:
        self._board.beep(_ERROR_BEEP_MS)
        reason = events.reason_of(order)
        if reason in _REASONS:
            self._show(_REASONS[reason], _ADVICE.get(reason, "Choose another"), _MESSAGE_MS)
        else:
            self._show("Please wait", "", _MESSAGE_MS)

    def _short(self, order: int) -> None:
        price = self._columns[events.column_of(order)]["price"]
        self._show(self._selection, "Insert " + self._amount(price - self._payment.free_credit()))

    def _coming(self, order: int) -> None:
        self._limit_reached = False
        self._show(self._columns[events.column_of(order)]["name"], "is coming ...")

    def _take(self, order: int) -> None:
        self._board.beep(_OK_BEEP_MS)
        self._show("Take your item", "")

    def _thank(self, _: int) -> None:
        self._show("Thank you!", "", _MESSAGE_MS)

    def _remind(self, _: int) -> None:
        self._board.beep(_ERROR_BEEP_MS)
        self._show("Please take", "your item")

    def _change(self, amount: int) -> None:
        self._board.show(1, "Change " + self._amount(amount))

    def _returned(self, amount: int) -> None:
        self._limit_reached = False
        self._show("Money returned", self._amount(amount), _MESSAGE_MS)

    def _door(self, _: int) -> None:
        self._door_open = True
        self._rest()

    def _door_closed(self, _: int) -> None:
        self._door_open = False
        self._rest()

    def _out(self, reason: int) -> None:
        self._suspended |= 1 << reason
        self._rest()

    def _back(self, reason: int) -> None:
        self._suspended &= ~(1 << reason)
        self._rest()
