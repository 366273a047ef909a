"""Which lane an event comes from, and to which it goes: who emits it, and who reacts to it.

An event has no field for its emitter. EMITTERS says who emits it, as docs/architecture.md does; where there are
several, the reason or the device in the payload says which.
"""

from firmware import events
from firmware import events as e

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.cabinet.interfaces import Machine

CONDUCTOR = "conductor"  # the process manager
PANEL = "panel"
ROOT = "root"  # the composition root: it reports faults
_NAMES = {"front panel": PANEL}  # of those in events.CONTEXTS with a shorter name here

# emitter: its events
EMITTERS = {
    "board": (
        e.COIN_PULSED,
        e.COIN_ENDED,
        e.COIN_LINE_STUCK,
        e.COIN_LINE_CLEARED,
        e.KEY_PRESSED,
        e.KEY_STUCK,
        e.MOTOR_STOPPED,
        e.PRODUCT_DROPPED,
        e.COIN_PAID,
        e.PAYOUT_STOPPED,
        e.DOOR_OPENED,
        e.DOOR_CLOSED,
        e.FLAP_OPENED,
        e.DISPLAY_MISSING,
        e.EXIT_TRIED,
    ),
    "selection": (
        e.CODE_ENTERED,
        e.ITEM_PRICED,
        e.ITEM_SELECTED,
        e.SELECTION_EXPIRED,
        e.ORDER_CANCELLED,
        e.COLUMN_LOCKED,
        e.ITEM_REJECTED,
    ),
    "availability": (e.ITEM_VALIDATED, e.ITEM_REJECTED),
    "payment": (
        e.MONEY_INSERTED,
        e.CREDIT_LIMIT_REACHED,
        e.CREDIT_STAYS,
        e.MONEY_KEPT,
        e.PULSES_UNKNOWN,
        e.CHANGE_COUNTED,
        e.CREDIT_SHORT,
        e.PAYMENT_RESERVED,
        e.PAYMENT_RELEASED,
        e.CHANGE_ISSUED,
        e.MONEY_RETURNED,
        e.MONEY_OWED,
        e.SALE_COMPLETED,
        e.ITEM_REJECTED,
        e.OUT_OF_SERVICE,
        e.BACK_IN_SERVICE,
        e.DEVICE_SUSPECTED,
        e.DEVICE_TRUSTED,
    ),
    "cabinet": (
        e.ITEM_DISPATCHED,
        e.DISPATCH_FAILED,
        e.ITEM_TAKEN,
        e.ITEM_WAITING,
        e.OUT_OF_SERVICE,
        e.BACK_IN_SERVICE,
        e.DEVICE_SUSPECTED,
        e.DEVICE_TRUSTED,
    ),
    ROOT: (e.HANDLER_FAILED, e.OUT_OF_SERVICE),
}
# Of an event with several emitters: {its reason or device: who}, and who emits it with any other
_REJECTED = ({e.NOT_AVAILABLE: "availability", e.NO_ANSWER: "availability", e.NO_CHANGE: "payment"}, "selection")
_SERVICE = ({e.SENSOR_FAULT: "cabinet", e.FAULT: ROOT}, "payment")  # a fault is never over
_DEVICE = ({e.DROP_SENSOR: "cabinet", e.HOME_SWITCH: "cabinet"}, "payment")
_EMITTER = {event >> 24: who for who, emitted in EMITTERS.items() for event in emitted}


def emitter(event: int) -> str:
    """The lane that an event comes from."""
    kind = event >> 24 << 24
    payload = event & e.PAYLOAD_MASK
    if kind == e.ITEM_REJECTED:
        return _REJECTED[0].get(e.reason_of(event), _REJECTED[1])
    if kind in (e.OUT_OF_SERVICE, e.BACK_IN_SERVICE):
        who = _SERVICE[0].get(payload, _SERVICE[1])
        return who if who != ROOT or kind == e.OUT_OF_SERVICE else _SERVICE[1]
    if kind in (e.DEVICE_SUSPECTED, e.DEVICE_TRUSTED):
        return _DEVICE[0].get(payload >> e.DEVICE_SHIFT, _DEVICE[1])
    return _EMITTER[event >> 24]


def lane(owner: int, machine: "Machine") -> str:
    """The lane of an owner, an index in events.CONTEXTS. Under orchestration, what belongs to nobody is the process
    manager's."""
    if not owner and machine.manager:
        return CONDUCTOR
    name = events.CONTEXTS[owner]
    return _NAMES.get(name, name)


def reactions(machine: "Machine") -> dict[int, list[str]]:
    """{id of an event: the lanes that react to it, in this order}, as the loop has subscribed them."""
    found = {}  # type: dict[int, list[str]]
    for number, _, owner in machine.loop._subscribers[1:]:  # the first is that of id 0, which is no event
        found.setdefault(number, []).append(lane(owner, machine))
    return found


def names(machine: "Machine") -> list[str]:
    """The lanes of this machine, in the order in which a sale goes through them."""
    found = ["board", "selection"]
    if "availability" in machine.contexts:
        found.append("availability")
    found += ["payment", "cabinet"]
    if machine.manager:
        found.append(CONDUCTOR)
    found.append(PANEL)
    if machine.fault_count:
        found.append(ROOT)
    return found
