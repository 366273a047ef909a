"""The whole process as one table. A row: state, event, the commands that are sent, next state.

A row of HELD is for each of HELD_STATES, a row of ANY for every state, unless the state has its own row for the event.
SAME: the state does not change. UNEXPECTED: the event is a duplicate, or an answer that comes too late; it is counted,
and no command is sent.

A row with a next state is for events of the current order only; a row with SAME is for any order. While the price of a
sale is held, the process belongs to that sale: other selections are answered by rows with SAME.
"""

from ..events import (
    BACK_IN_SERVICE,
    CHANGE_COUNTED,
    CHANGE_ISSUED,
    CHECKING,
    CODE_ENTERED,
    COIN_ENDED,
    COIN_LINE_CLEARED,
    COIN_LINE_STUCK,
    COIN_PAID,
    COIN_PULSED,
    COLUMN_LOCKED,
    CREDIT_LIMIT_REACHED,
    CREDIT_SHORT,
    CREDIT_STAYS,
    DELIVERING,
    DEVICE_SUSPECTED,
    DEVICE_TRUSTED,
    DISPATCH_FAILED,
    DISPLAY_MISSING,
    DOOR_CLOSED,
    DOOR_OPENED,
    EXIT_TRIED,
    FLAP_OPENED,
    HANDLER_FAILED,
    IDLE,
    ITEM_DISPATCHED,
    ITEM_PRICED,
    ITEM_REJECTED,
    ITEM_SELECTED,
    ITEM_TAKEN,
    ITEM_VALIDATED,
    ITEM_WAITING,
    KEY_PRESSED,
    KEY_STUCK,
    MONEY_INSERTED,
    MONEY_KEPT,
    MONEY_OWED,
    MONEY_RETURNED,
    MOTOR_STOPPED,
    ORDER_CANCELLED,
    OUT_OF_SERVICE,
    PAYMENT_RELEASED,
    PAYMENT_RESERVED,
    PAYOUT_STOPPED,
    PRODUCT_DROPPED,
    PULSES_UNKNOWN,
    RELEASING,
    RESERVING,
    SALE_COMPLETED,
    SELECTION_EXPIRED,
    SETTLING,
    WAITING,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Row

# In the place of a state. Not const: a table of nothing but constants takes more memory once it is loaded.
ANY = 7
HELD = 8
SAME = 9
UNEXPECTED = None  # in the place of the commands
HELD_STATES = (DELIVERING, RELEASING, SETTLING)

PROCESS = (  # type: tuple[Row, ...]
    # The sale. What is held is delivered, also when a selection, a cancel or an expiry comes at the same moment.
    (ANY, ITEM_PRICED, ("payment.quote",), SAME),
    (ANY, ITEM_SELECTED, ("payment.reserve",), RESERVING),
    (RESERVING, CREDIT_SHORT, ("selection.wait_for_money",), WAITING),
    (WAITING, CREDIT_SHORT, ("selection.wait_for_money",), SAME),
    (ANY, PAYMENT_RESERVED, ("selection.begin", "cabinet.dispatch"), DELIVERING),
    (DELIVERING, ITEM_DISPATCHED, ("selection.take_from_stock", "payment.capture"), SETTLING),
    (SETTLING, SALE_COMPLETED, ("selection.end",), IDLE),
    # The sale that is rejected, expires or is cancelled before its price is held
    (ANY, ITEM_REJECTED, ("selection.drop", "payment.reject"), IDLE),
    (ANY, SELECTION_EXPIRED, ("payment.forget",), IDLE),
    (ANY, ORDER_CANCELLED, ("payment.cancel",), IDLE),
    # The sale that fails. A hold that a fault has left over is released by Payment itself, after a time.
    (DELIVERING, DISPATCH_FAILED, ("selection.blame_column", "payment.release"), RELEASING),
    (HELD, PAYMENT_RELEASED, ("selection.end",), IDLE),
    # A selection, a cancel or an expiry beside a held sale does not change its state
    (HELD, ITEM_SELECTED, ("payment.reserve",), SAME),
    (HELD, PAYMENT_RESERVED, UNEXPECTED, SAME),
    (HELD, ITEM_REJECTED, ("selection.drop", "payment.reject"), SAME),
    (HELD, ORDER_CANCELLED, ("payment.cancel",), SAME),
    (DELIVERING, SELECTION_EXPIRED, ("payment.forget",), SAME),
    # Duplicates and late answers
    (ANY, CREDIT_SHORT, UNEXPECTED, SAME),
    (ANY, ITEM_DISPATCHED, UNEXPECTED, SAME),
    (ANY, DISPATCH_FAILED, UNEXPECTED, SAME),
    (ANY, PAYMENT_RELEASED, UNEXPECTED, SAME),
    (ANY, SALE_COMPLETED, UNEXPECTED, SAME),
    (ANY, ITEM_VALIDATED, UNEXPECTED, SAME),
    # The devices
    (ANY, COIN_PULSED, ("payment.count",), SAME),
    (ANY, COIN_ENDED, ("payment.finish_coin",), SAME),
    (ANY, COIN_LINE_STUCK, ("payment.distrust_line",), SAME),
    (ANY, COIN_LINE_CLEARED, ("payment.trust_line",), SAME),
    (ANY, COIN_PAID, ("payment.pay_coin",), SAME),
    (ANY, PAYOUT_STOPPED, ("payment.continue_payout",), SAME),
    (ANY, KEY_PRESSED, ("selection.press",), SAME),
    (ANY, MOTOR_STOPPED, ("cabinet.motor_stopped",), SAME),
    (ANY, PRODUCT_DROPPED, ("cabinet.see_drop",), SAME),
    (ANY, FLAP_OPENED, ("cabinet.open_flap",), SAME),
    (ANY, DOOR_OPENED, ("selection.open_door", "payment.open_door", "cabinet.open_door"), SAME),
    (ANY, DOOR_CLOSED, ("selection.close_door", "payment.close_door", "cabinet.close_door"), SAME),
    (ANY, EXIT_TRIED, ("payment.trust_exit",), SAME),
    (ANY, DEVICE_SUSPECTED, ("selection.distrust",), SAME),
    # In and out of service
    (ANY, OUT_OF_SERVICE, ("selection.suspend", "payment.suspend"), SAME),
    (ANY, BACK_IN_SERVICE, ("selection.resume", "payment.resume"), SAME),
    (ANY, HANDLER_FAILED, ("payment.recover",), SAME),
    # Facts to which no context reacts
    (ANY, MONEY_INSERTED, (), SAME),
    (ANY, CREDIT_LIMIT_REACHED, (), SAME),
    (ANY, CHANGE_COUNTED, (), SAME),
    (ANY, CREDIT_STAYS, (), SAME),
    (ANY, MONEY_KEPT, (), SAME),
    (ANY, PULSES_UNKNOWN, (), SAME),
    (ANY, CODE_ENTERED, (), SAME),
    (ANY, KEY_STUCK, (), SAME),
    (ANY, COLUMN_LOCKED, (), SAME),
    (ANY, ITEM_TAKEN, (), SAME),
    (ANY, ITEM_WAITING, (), SAME),
    (ANY, CHANGE_ISSUED, (), SAME),
    (ANY, MONEY_RETURNED, (), SAME),
    (ANY, MONEY_OWED, (), SAME),
    (ANY, DISPLAY_MISSING, (), SAME),
    (ANY, DEVICE_TRUSTED, (), SAME),
)

# The availability check, put into the middle of the process: these rows replace those for the same state and event.
CHECK = (
    (ANY, ITEM_SELECTED, ("availability.check",), CHECKING),
    (HELD, ITEM_SELECTED, ("availability.check",), SAME),
    (CHECKING, ITEM_VALIDATED, ("payment.reserve",), RESERVING),
    (HELD, ITEM_VALIDATED, ("payment.reserve",), SAME),
    (ANY, SELECTION_EXPIRED, ("availability.forget", "payment.forget"), IDLE),
    (DELIVERING, SELECTION_EXPIRED, ("availability.forget", "payment.forget"), SAME),
    (ANY, ORDER_CANCELLED, ("availability.forget", "payment.cancel"), IDLE),
    (HELD, ORDER_CANCELLED, ("availability.forget", "payment.cancel"), SAME),
    (
        DELIVERING,
        ITEM_DISPATCHED,
        ("selection.take_from_stock", "availability.take_from_stock", "payment.capture"),
        SETTLING,
    ),
)


def with_check(process: "tuple[Row, ...]") -> "tuple[Row, ...]":
    """The process with the availability check."""
    replaced = [row[:2] for row in CHECK]
    return CHECK + tuple(row for row in process if row[:2] not in replaced)
