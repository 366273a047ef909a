"""Pays credit out: one hopper after the other, until nothing is left to pay or no hopper can pay it."""

from micropython import const

from .. import events
from ..events import DEVICE_SUSPECTED, DEVICE_TRUSTED
from ..money.change import Change, NoHoppers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..event_loop.loop import Loop
    from ..interfaces import Board, Config
    from ..money.ledger import Ledger

_TRIES = const(3)  # of a payout that was stopped from outside
# Within 10 s after each coin (`coin_timeout_ms`), a hopper reports the next coin or its stop. No report is a fault.
_LIMIT_MS = const(15000)


class Payout:
    """`ended()` is called when a payout is over; what could not be paid is still the ledger's credit.

    change: what can be paid, and from which hopper. running: money is being paid out. paid: the amount that this payout
    has paid so far. as_change: it is change, not a refund.
    """

    def __init__(
        self,
        loop: "Loop",
        board: "Board",
        hoppers: "Sequence[Config]",
        ledger: "Ledger",
        credit_limit: int,
        longest_drive_ms: int,
        ended: "Callable[[], object]",
    ) -> None:
        self._board = board
        self._post = loop.post
        self._ledger = ledger
        self._ended = ended
        self.change = Change(hoppers, ledger.coins, credit_limit) if hoppers else NoHoppers()
        self.running = False
        self.as_change = False
        self.paid = 0
        self._tries = 0
        self._hopper = 0  # the hopper that is running
        self._came = False  # a coin, since it was started
        self._is_held_up = False  # by an open door
        self._was_held_up = False  # since the hopper was started
        self._proven = 0  # one bit for each hopper that has paid a coin since it last paid none
        self.unproven = 0  # one bit for each hopper whose exit sensor has missed coins, or is covered
        self._coins_paid = [0] * len(hoppers)  # by each hopper since the start, modulo 2**20
        self._limit_ms = _LIMIT_MS + longest_drive_ms  # a hopper waits for the column's motor
        self._timer = loop.timer(self._give_up)

    def start(self, as_change: bool) -> None:
        """Begin to pay the whole credit; `pay_next` must follow. Credit that comes in meanwhile (a coin in flight, a
        released hold) is paid, too."""
        self.running = True
        self.as_change = as_change
        self.paid = 0
        self._tries = 0
        self._ledger.owe(0)

    def pay_next(self) -> None:
        """Start the hopper that is next in the plan to pay the credit; end the payout if there is none."""
        if self._is_held_up:
            self._timer.stop()
            return
        change = self.change
        change.plan(self._ledger.credit)
        if change.coins:
            self._hopper = change.hopper
            self._ledger.start_payout(change.hopper)
            self._timer.start(self._limit_ms)
            self._came = self._was_held_up = False
            self._board.pay(change.hopper, change.coins)
        else:
            self.running = False
            self._timer.stop()
            self._ended()

    def hold_up(self, is_open: bool) -> None:
        """The door is open, and hands may be in the machine: no motor runs. Once it is closed, the payout goes on."""
        self._is_held_up = is_open
        self._was_held_up = self._was_held_up or is_open
        if not self.running:
            return
        if is_open:
            self._board.stop_hopper(self._hopper)
        elif not self._timer.running:
            self.pay_next()

    def trust(self, hopper: int) -> None:
        """The hopper's exit sensor was seen to work, or somebody says so."""
        bit = 1 << hopper
        if self.unproven & bit:
            self.unproven &= ~bit
            self._post(DEVICE_TRUSTED | events.HOPPER_EXIT << events.DEVICE_SHIFT | hopper)

    def _distrust(self, hopper: int) -> None:
        """It pays without being seen, or cannot be seen to pay. It is not used again when the door is closed: each try
        may give away what the hopper brings out until its time is over."""
        self.unproven |= 1 << hopper
        self._post(DEVICE_SUSPECTED | events.HOPPER_EXIT << events.DEVICE_SHIFT | hopper)

    def pay_coin(self, payload: int) -> None:
        """COIN_PAID: a coin passed the exit sensor of a hopper."""
        hopper = payload & events.HOPPER_MASK
        value = self.change.values[hopper]
        self._timer.start(self._limit_ms)
        self._came = True
        while self._coins_paid[hopper] != payload >> events.COINS_SHIFT:
            due = min(value, self._ledger.credit)
            self._ledger.pay(value, self.as_change, hopper)
            self.paid += due
            self._coins_paid[hopper] = (self._coins_paid[hopper] + 1) & (events.PAYLOAD_MASK >> events.COINS_SHIFT)

    def go_on(self, payload: int) -> None:
        """PAYOUT_STOPPED: the hopper has paid; or it cannot; or it was stopped from outside, and is tried again."""
        if not self.running or payload & events.DEVICE_MASK != self._hopper:
            return
        outcome = payload >> events.OUTCOME_SHIFT
        if not self._was_held_up:
            self._tries += outcome == events.STOPPED
        bit = 1 << self._hopper
        if outcome == events.EXIT_BLOCKED or (outcome == events.NO_COIN and not self._came):
            if not self._proven & bit or outcome == events.EXIT_BLOCKED:
                self._distrust(self._hopper)
            self._proven &= ~bit  # it may have run empty; but not a second time
        elif self._came:
            self._proven |= bit
        if outcome in (events.NO_COIN, events.EXIT_BLOCKED) or self._tries == _TRIES:
            self.change.failed |= 1 << self._hopper
        self.pay_next()

    def _give_up(self) -> None:
        """The hopper has reported neither a coin nor its stop in time."""
        self._timer.start(self._limit_ms)  # again, in case this fails
        self._board.stop_hopper(self._hopper)
        self.go_on(events.NO_COIN << events.OUTCOME_SHIFT | self._hopper)
