"""The events: every fact that one part of the machine reports to others. docs/architecture.md has the same table.

An event is `id << 24 | payload`. The payload is one of
- an amount of money in the currency's smallest unit,
- an *order*: `reason << REASON_SHIFT | sale << SALE_SHIFT | column`, with sale 1..4095 (0: none) and column 0..62
  (63: none),
- what the comment of the event says.
"""

from micropython import const

# Facts of the hardware, posted by the board
# Coins are counted as totals since the start, so that an event that is lost or posted twice neither loses nor creates
# money.
COIN_PULSED = const(1 << 24)  # payload: credit pulses counted since the start, modulo 2**24
COIN_ENDED = const(2 << 24)  # same payload; the line is quiet: the coin, or the train of merged coins, is complete
COIN_LINE_STUCK = const(3 << 24)  # a pulse that does not end: no money, but a fault
COIN_LINE_CLEARED = const(4 << 24)
KEY_PRESSED = const(5 << 24)  # payload: the key's ASCII code
KEY_STUCK = const(6 << 24)  # payload: the key's ASCII code
MOTOR_STOPPED = const(7 << 24)  # payload: outcome << OUTCOME_SHIFT | column
PRODUCT_DROPPED = const(8 << 24)  # the drop sensor saw something fall
COIN_PAID = const(9 << 24)  # payload: coins that left the hopper since the start (modulo 2**20) << COINS_SHIFT | hopper
PAYOUT_STOPPED = const(10 << 24)  # payload: outcome << OUTCOME_SHIFT | hopper
DOOR_OPENED = const(11 << 24)
DOOR_CLOSED = const(12 << 24)
FLAP_OPENED = const(13 << 24)  # the flap of the delivery bin: a hand is in the bin
DISPLAY_MISSING = const(14 << 24)  # it does not answer
EXIT_TRIED = const(15 << 24)  # payload: hopper; something passed its exit while no coin could: the sensor works

# Facts of the contexts
MONEY_INSERTED = const(20 << 24)  # amount of the coin or train of coins
CREDIT_LIMIT_REACHED = const(21 << 24)  # amount of the credit: no further coin is accepted
CODE_ENTERED = const(22 << 24)  # payload: the characters so far, at most two, as ASCII << CODE_SHIFT | their number
ITEM_PRICED = const(23 << 24)  # amount: price of the item of the next ITEM_SELECTED
ITEM_SELECTED = const(24 << 24)  # order
ITEM_VALIDATED = const(25 << 24)  # order
ITEM_REJECTED = const(26 << 24)  # order with a reason
CREDIT_SHORT = const(27 << 24)  # order that waits for money
PAYMENT_RESERVED = const(28 << 24)  # order: its price is held; reason POWER_CUT: a power cut interrupted its delivery
PAYMENT_RELEASED = const(29 << 24)  # order: the hold is credit again
SELECTION_EXPIRED = const(30 << 24)  # order: nobody paid for it, or another was selected instead
ORDER_CANCELLED = const(31 << 24)  # order, or 0 when there is none
ITEM_DISPATCHED = const(32 << 24)  # order: its product fell
DISPATCH_FAILED = const(33 << 24)  # order with a reason
COLUMN_LOCKED = const(34 << 24)  # payload: column; out of order until service
ITEM_TAKEN = const(35 << 24)  # order
ITEM_WAITING = const(36 << 24)  # order: its product is still in the bin
CHANGE_ISSUED = const(37 << 24)  # amount
MONEY_RETURNED = const(38 << 24)  # amount
MONEY_OWED = const(39 << 24)  # amount that could not be paid out
SALE_COMPLETED = const(40 << 24)  # order: delivered and settled
OUT_OF_SERVICE = const(41 << 24)  # payload: reason, not shifted
BACK_IN_SERVICE = const(42 << 24)  # payload: the reason that no longer applies
CREDIT_STAYS = const(45 << 24)  # amount of credit that no hopper can pay back: it can be spent on another item
MONEY_KEPT = const(46 << 24)  # amount that no hopper can pay back: it belongs to the machine now
PULSES_UNKNOWN = const(47 << 24)  # payload: length of a train that no sum of taught coins matches: no money
CHANGE_COUNTED = const(44 << 24)  # payload: 0 all change can be given, 1 exact change only, 2 no coin could be returned
HANDLER_FAILED = const(43 << 24)  # payload: context << CONTEXT_SHIFT | id of the event whose handler raised

# What a device shows is nothing that it can do: payload: device << DEVICE_SHIFT | column or hopper
DEVICE_SUSPECTED = const(48 << 24)
DEVICE_TRUSTED = const(49 << 24)  # the same: it works again, or somebody has looked after it

# Where the parts of a payload are. The build replaces these names by their numbers.
PAYLOAD_MASK = const(0xFFFFFF)
REASON_SHIFT = const(18)  # an order
SALE_SHIFT = const(6)
OUTCOME_SHIFT = const(8)  # MOTOR_STOPPED, PAYOUT_STOPPED
DEVICE_MASK = const(0xFF)  # and their column or hopper
COINS_SHIFT = const(4)  # COIN_PAID
HOPPER_MASK = const(0xF)
CODE_SHIFT = const(8)  # CODE_ENTERED
LENGTH_MASK = const(0xFF)
CONTEXT_SHIFT = const(8)  # HANDLER_FAILED
DEVICE_SHIFT = const(8)  # DEVICE_SUSPECTED, DEVICE_TRUSTED
ID_MASK = const(63)

# Reasons
SOLD_OUT = const(1)
UNKNOWN_CODE = const(2)
COLUMN_OUT_OF_ORDER = const(3)
DOOR_OPEN = const(4)
BUSY = const(5)  # a sale is being delivered or settled
MACHINE_OUT_OF_SERVICE = const(6)
NOT_AVAILABLE = const(7)  # the availability check rejected it
NO_ANSWER = const(8)  # the availability check did not answer in time
NOTHING_FELL = const(9)
MOTOR_FAULT = const(10)
BEAM_BLOCKED = const(11)
NO_CHANGE = const(12)  # the hoppers could not pay what is due
FAULT = const(13)  # of the firmware itself
NO_JOURNAL = const(14)  # the flash can no longer be written
POWER_CUT = const(15)
SENSOR_FAULT = const(16)  # the drop sensor is suspected: what falls may not be seen

# Devices that can be suspected
COIN_SLOT = const(1)  # pulses that no coin can have made
DROP_SENSOR = const(2)  # nothing was seen to fall, in two columns
HOPPER_EXIT = const(3)  # of a hopper: its exit is blocked, or its motor ran and no coin was seen
HOME_SWITCH = const(4)  # of a column: the motor did not stop where it should

# Outcomes of motors and payouts
DONE = const(0)
NEVER_LEFT_HOME = const(1)
NEVER_CAME_HOME = const(2)
STOPPED = const(3)  # by `Board.stop`, or by the guard of its on-time
NO_COIN = const(4)  # the hopper is empty or jammed
EXIT_BLOCKED = const(5)  # something is in the hopper's exit: its motor was not started

# How a column is driven: `Board.drive`
TURN = const(0)  # one delivery: a revolution, a sweep or a pulse
HALF_TURN = const(1)  # a retry: half a revolution; where there is none, another whole delivery
HOME = const(3)  # to its rest position, after a power cut: no motion if it is there
STOP = const(2)  # stop at once; a servo returns to its rest position first

# Steps of a sale: the states of the process manager, and what the Monitor follows and the journal records
IDLE = const(0)
CHECKING = const(1)  # whether the item can be had
RESERVING = const(2)  # its price
WAITING = const(3)  # for more money
DELIVERING = const(4)
RELEASING = const(5)  # the hold, since nothing fell
SETTLING = const(6)  # the sale: captured, and the change is paid
STEPS = ("idle", "checking", "reserving", "waiting", "delivering", "releasing", "settling")

# Contexts, as HANDLER_FAILED numbers them: the owners of handlers
CONTEXTS = ("board", "payment", "selection", "cabinet", "availability", "front panel")

NO_COLUMN = const(63)


def code_of(payload: int) -> str:
    """The characters in the payload of a CODE_ENTERED."""
    characters = (payload >> CODE_SHIFT).to_bytes(2, "big").decode()
    return characters[2 - (payload & LENGTH_MASK) :]


# These functions take an order, or a whole event whose payload is one.


def order(sale: int, column: int, reason: int = 0) -> int:
    return reason << REASON_SHIFT | sale << SALE_SHIFT | column


def column_of(order: int) -> int:
    return order & 63


def sale_of(order: int) -> int:
    return order >> SALE_SHIFT & 0xFFF


def reason_of(order: int) -> int:
    return order >> REASON_SHIFT & 63


def is_newer(order: int, than: int) -> bool:
    """Does `order` belong to a later sale than the order `than` (0: none)? Sales count from 1 to 4095, then from 1
    again."""
    return than == 0 or 0 < (sale_of(order) - sale_of(than)) & 0xFFF < 0x800


def without_reason(order: int) -> int:
    return order & (1 << REASON_SHIFT) - 1


def names() -> dict[int, str]:
    """{id: "ITEM_SELECTED"} of all events: for traces, timelines and faults."""
    return {value >> 24: name for name, value in globals().items() if isinstance(value, int) and value >= 1 << 24}


def owner(name: str) -> int:
    """The index of a context in CONTEXTS."""
    return CONTEXTS.index(name)
