"""Events as text, for timelines, traces and faults."""

from . import events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_REASONS = {
    events.SOLD_OUT: "sold out",
    events.UNKNOWN_CODE: "unknown code",
    events.COLUMN_OUT_OF_ORDER: "column out of order",
    events.DOOR_OPEN: "door open",
    events.BUSY: "busy",
    events.MACHINE_OUT_OF_SERVICE: "machine out of service",
    events.NOT_AVAILABLE: "not available",
    events.NO_ANSWER: "no answer",
    events.NOTHING_FELL: "nothing fell",
    events.MOTOR_FAULT: "motor fault",
    events.BEAM_BLOCKED: "beam blocked",
    events.NO_CHANGE: "no change",
    events.FAULT: "fault",
    events.NO_JOURNAL: "journal cannot be written",
    events.POWER_CUT: "power cut",
    events.SENSOR_FAULT: "drop sensor suspected",
}
_DEVICES = {
    events.COIN_SLOT: "coin slot",
    events.DROP_SENSOR: "drop sensor",
    events.HOPPER_EXIT: "exit of hopper",
    events.HOME_SWITCH: "home switch of column",
}
_OUTCOMES = {
    events.DONE: "done",
    events.NEVER_LEFT_HOME: "never left home",
    events.NEVER_CAME_HOME: "never came home",
    events.STOPPED: "stopped",
    events.NO_COIN: "no coin came",
    events.EXIT_BLOCKED: "exit blocked",
}
_ORDERS = (  # the events whose payload is an order
    events.ITEM_SELECTED >> 24,
    events.ITEM_VALIDATED >> 24,
    events.ITEM_REJECTED >> 24,
    events.CREDIT_SHORT >> 24,
    events.PAYMENT_RESERVED >> 24,
    events.PAYMENT_RELEASED >> 24,
    events.SELECTION_EXPIRED >> 24,
    events.ORDER_CANCELLED >> 24,
    events.ITEM_DISPATCHED >> 24,
    events.DISPATCH_FAILED >> 24,
    events.ITEM_TAKEN >> 24,
    events.ITEM_WAITING >> 24,
    events.SALE_COMPLETED >> 24,
)
_AMOUNTS = (  # the events whose payload is an amount of money
    events.MONEY_INSERTED,
    events.CREDIT_LIMIT_REACHED,
    events.ITEM_PRICED,
    events.CHANGE_ISSUED,
    events.MONEY_RETURNED,
    events.MONEY_OWED,
    events.MONEY_KEPT,
    events.CREDIT_STAYS,
)
_NAMES = {}  # type: dict[int, str]


def name(event: int) -> str:
    """The event's name as in the documents: "ItemSelected"."""
    if not _NAMES:
        _NAMES.update(events.names())
    constant = _NAMES.get(event >> 24, "EVENT_{}".format(event >> 24))
    return "".join(word[0] + word[1:].lower() for word in constant.split("_"))


def describe(event: int, amount: "Callable[[int], str]" = str) -> str:
    """The event with its payload: "ItemSelected sale 1 column 0". `amount(integer)` formats money."""
    kind, payload = event >> 24 << 24, event & events.PAYLOAD_MASK
    if kind in _AMOUNTS:
        return "{} {}".format(name(event), amount(payload))
    return name(event) + _payload(kind, payload)


def reason(number: int) -> str:
    return _REASONS.get(number, str(number))


def device(payload: int) -> str:
    """The device that a DEVICE_SUSPECTED names: "exit of hopper 0"."""
    kind = payload >> events.DEVICE_SHIFT
    if kind in (events.HOPPER_EXIT, events.HOME_SWITCH):
        return "{} {}".format(_DEVICES[kind], payload & events.DEVICE_MASK)
    return _DEVICES[kind]


def _payload(kind: int, payload: int) -> str:
    if kind >> 24 in _ORDERS:
        return _order(payload)
    if kind in (events.OUT_OF_SERVICE, events.BACK_IN_SERVICE):
        return ": " + reason(payload)
    if kind in (events.MOTOR_STOPPED, events.PAYOUT_STOPPED):
        return " {}: {}".format(payload & events.DEVICE_MASK, _OUTCOMES[payload >> events.OUTCOME_SHIFT])
    if kind in (events.DEVICE_SUSPECTED, events.DEVICE_TRUSTED):
        return ": " + device(payload)
    if kind == events.HANDLER_FAILED:
        context = events.CONTEXTS[payload >> events.CONTEXT_SHIFT]
        return " in {} at {}".format(context, name((payload & events.ID_MASK) << 24))
    if kind == events.COLUMN_LOCKED:
        return " {}".format(payload)
    if kind == events.COIN_PAID:
        return " hopper {}: {} in all".format(payload & events.HOPPER_MASK, payload >> events.COINS_SHIFT)
    if kind in (events.COIN_PULSED, events.COIN_ENDED):
        return " {} in all".format(payload)
    if kind == events.CODE_ENTERED:
        return " " + events.code_of(payload) if payload else ""
    if kind in (events.KEY_PRESSED, events.KEY_STUCK):
        return " " + chr(payload)
    return " {}".format(payload) if payload else ""


def _order(order: int) -> str:
    text = ""
    if events.sale_of(order):
        text = " sale {}".format(events.sale_of(order))
    if order and events.column_of(order) != events.NO_COLUMN:
        text += " column {}".format(events.column_of(order))
    if events.reason_of(order):
        text += ": " + reason(events.reason_of(order))
    return text
