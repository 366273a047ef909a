"""Cabinet: dispatches the item that was paid for, and reports when the customer takes it from the bin."""

from micropython import const

from .. import events
from ..config.limits import longest_drive_ms
from ..events import (
    BACK_IN_SERVICE,
    DEVICE_SUSPECTED,
    DEVICE_TRUSTED,
    DISPATCH_FAILED,
    DOOR_CLOSED,
    DOOR_OPENED,
    FLAP_OPENED,
    HALF_TURN,
    HOME,
    ITEM_DISPATCHED,
    ITEM_TAKEN,
    ITEM_WAITING,
    MOTOR_STOPPED,
    OUT_OF_SERVICE,
    PAYMENT_RESERVED,
    PRODUCT_DROPPED,
    STOP,
    TURN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..event_loop.loop import Loop
    from ..interfaces import Board, Config

_HALF_TURNS = const(3)  # retries after the turn; the industry standard (field notes: AMS Sensit)
_SETTLE_MS = const(500)  # a product may still fall after the motor has stopped
_MARGIN_MS = const(2000)  # a motor is stopped when its MOTOR_STOPPED is so much later than its longest drive
_REMINDERS = const(3)  # how often ITEM_WAITING is repeated for an item that stays in the bin
_MOST_DOUBTS = const(4)  # three hands in the beam, or four deliveries that could not begin


class Cabinet:
    REACTS = {
        PAYMENT_RESERVED: "dispatch",
        PRODUCT_DROPPED: "see_drop",
        MOTOR_STOPPED: "motor_stopped",
        FLAP_OPENED: "open_flap",
        DOOR_OPENED: "open_door",
        DOOR_CLOSED: "close_door",
    }

    def __init__(self, loop: "Loop", board: "Board", config: "Config") -> None:
        self._board = board
        self._post = loop.post
        self._order = 0  # the order that is being delivered
        self._last = 0  # the last order whose delivery began
        self._attempt = 0  # half-turns so far
        self._driving = TURN
        self._dropped = False
        self._failure = 0
        self._unseen = 0  # the last order whose motor turned, and nothing was seen to fall; 0 once something was
        self._doubts = 0  # points against the sensor: see _doubt_sensor
        self._suspected = False  # the drop sensor
        self._in_bin = 0  # the order whose product lies in the bin
        self._reminders = 0
        self._door_open = False
        self._sees_drops = "drop_sensor" in config  # else a motor that has ended its drive has delivered
        self._sees_hands = "flap" in config  # else an item counts as taken after a time
        self._motor_limit_ms = longest_drive_ms(config) + _MARGIN_MS
        self._favour_customer = config["doubt"] == "customer"
        self._take_ms = config["timings"]["take_item_s"] * 1000
        self._settle_timer = loop.timer(self._settled)
        self._motor_timer = loop.timer(self._stop_lost_motor)
        self._take_timer = loop.timer(self._remind)

    def dispatch(self, order: int) -> int | None:
        """Deliver the item; or, with reason POWER_CUT, end the delivery that a power cut interrupted. Ends in
        ITEM_DISPATCHED or DISPATCH_FAILED in bounded time: see Payment's limit of a hold."""
        reason = events.reason_of(order)
        how = HOME if reason == events.POWER_CUT else TURN
        order = events.without_reason(order)
        if order == self._last:
            return None  # a duplicate: it was delivered, or failed, before
        if self._order:
            return DISPATCH_FAILED | order | events.BUSY << events.REASON_SHIFT
        self._order = self._last = order
        self._attempt = 0
        self._dropped = False
        self._failure = 0
        if reason == events.MOTOR_FAULT:  # at each start of this motor the power was cut
            return self._fail(events.MOTOR_FAULT)
        if self._door_open:
            return self._fail(events.DOOR_OPEN)
        if not self._board.beam_clear():
            self._doubt_sensor(1)
            return self._fail(events.BEAM_BLOCKED)
        self._drive(how)
        return None

    def see_drop(self, _: int) -> int | None:
        """A product fell: the sale is delivered, whatever the motor does next."""
        if self._order and not self._dropped:
            self._dropped = True
            self._unseen = 0
            self._doubts = max(0, self._doubts - 1)
            if self._driving == HALF_TURN:  # if it turned on, the next product could fall, too
                self._board.drive(events.column_of(self._order), STOP)
            self._in_bin = self._order
            self._reminders = 0
            self._take_timer.start(self._take_ms)
            return ITEM_DISPATCHED | self._order
        return None

    def motor_stopped(self, payload: int) -> int | None:
        if not self._order or payload & events.DEVICE_MASK != events.column_of(self._order):
            return None
        self._motor_timer.stop()
        outcome = payload >> events.OUTCOME_SHIFT
        if outcome == events.STOPPED:
            self._failure = events.DOOR_OPEN if self._door_open else events.FAULT
        elif outcome != events.DONE:
            self._failure = events.MOTOR_FAULT
        answer = None
        if not (self._sees_drops or self._failure or self._driving == HOME):
            answer = self.see_drop(0)
        self._settle_timer.start(0 if self._dropped else _SETTLE_MS)
        return answer

    def _settled(self) -> int | None:
        """The motor has stopped, and the time in which a product could still fall is over."""
        if self._door_open and not self._failure:
            self._failure = events.DOOR_OPEN
        if self._dropped or self._failure or self._attempt == _HALF_TURNS:
            return self._end()
        if self._driving == HOME:
            return self._resolve()
        if not self._board.beam_clear():
            self._failure = events.BEAM_BLOCKED
            self._doubt_sensor(2)  # it may have fallen behind what is in the beam
            return self._end()
        self._attempt += 1
        self._drive(HALF_TURN)
        return None

    def _resolve(self) -> int | None:
        """The motor is at rest after a power cut, and no drop was seen since then: the product fell before the cut, or
        not at all. `doubt` in machine.json decides in whose favour that counts."""
        if self._favour_customer:
            return self._fail(events.POWER_CUT)
        answer = self.see_drop(0)
        self._order = 0
        return answer

    def _drive(self, how: int) -> None:
        self._driving = how
        self._motor_timer.start(self._motor_limit_ms)
        self._board.drive(events.column_of(self._order), how)

    def _stop_lost_motor(self) -> int | None:
        """MOTOR_STOPPED did not come in time."""
        self._motor_timer.start(self._motor_limit_ms)  # again, in case this fails
        self._board.stop()
        return self.motor_stopped(events.STOPPED << events.OUTCOME_SHIFT | events.column_of(self._order))

    def _end(self) -> int | None:
        if self._failure == events.MOTOR_FAULT:
            self._post(DEVICE_SUSPECTED | events.HOME_SWITCH << events.DEVICE_SHIFT | events.column_of(self._order))
        if self._dropped:
            self._order = 0
            return None
        if not self._failure:
            self._failure = events.NOTHING_FELL
            if self._unseen and events.column_of(self._unseen) != events.column_of(self._order):
                self._suspect_sensor()
            self._unseen = self._order
        return self._fail(self._failure)

    def _doubt_sensor(self, points: int) -> None:
        """Something is in the beam: 1 point before a delivery, 2 after the motor has turned. What is seen to fall takes
        one away. A hand in the beam in every other delivery would get products and its money back."""
        self._doubts += points
        if self._doubts >= _MOST_DOUBTS:
            self._suspect_sensor()

    def _suspect_sensor(self) -> None:
        """The sensor cannot be believed: nothing was seen to fall from two columns in a row, or something is in the
        beam again and again. Products would be given, and their money back."""
        if not self._suspected:
            self._suspected = True
            self._post(DEVICE_SUSPECTED | events.DROP_SENSOR << events.DEVICE_SHIFT)
            self._post(OUT_OF_SERVICE | events.SENSOR_FAULT)

    def _fail(self, reason: int) -> int:
        order = self._order
        self._order = 0
        return DISPATCH_FAILED | order | reason << events.REASON_SHIFT

    # The item in the bin

    def open_flap(self, _: int) -> int | None:
        if self._in_bin:
            self._take_timer.stop()
            order = self._in_bin
            self._in_bin = 0
            return ITEM_TAKEN | order
        return None

    def _remind(self) -> int | None:
        if not self._sees_hands:
            return self.open_flap(0)
        self._reminders += 1
        if self._reminders < _REMINDERS:
            self._take_timer.start(self._take_ms)
        return ITEM_WAITING | self._in_bin

    # The service door

    def open_door(self, _: int) -> None:
        """Hands may be near the spirals: no motor turns while the door is open."""
        self._door_open = True
        if self._order:
            self._board.stop()

    def close_door(self, _: int) -> int | None:
        """Service is over: somebody has looked after the sensor, too."""
        self._door_open = False
        self._unseen = self._doubts = 0
        if self._suspected:
            self._suspected = False
            self._post(DEVICE_TRUSTED | events.DROP_SENSOR << events.DEVICE_SHIFT)
            return BACK_IN_SERVICE | events.SENSOR_FAULT
        return None
