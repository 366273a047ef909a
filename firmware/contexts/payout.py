"""Paying credit out: one hopper after the other, until nothing is left to pay or nothing can pay it."""

from micropython import const

from .. import events
from ..money.change import Change, NoHoppers

_TRIES = const(3)  # for a payout that was stopped from outside
# A hopper says within 10 s of each coin what became of the next (`coin_timeout_ms`). Longer silence is a fault.
_LIMIT_MS = const(15000)


class Payout:
    """`change`: what can be paid, from which hopper. running: money is being paid out. paid: how much by this payout so
    far. as_change: it is change, and not a refund. `ended()` is called when it is over; what is left is the ledger's
    credit."""

    def __init__(self, loop, board, hoppers, ledger, credit_limit, ended):
        self._board = board
        self._ledger = ledger
        self._ended = ended
        self.change = Change(hoppers, ledger.coins, credit_limit) if hoppers else NoHoppers()
        self.running = False
        self.as_change = False
        self.paid = 0
        self._tries = 0
        self._hopper = 0  # the one that is running
        self._coins_paid = [0] * len(hoppers)  # by each hopper since the start
        self._timer = loop.timer(self._give_up)

    def start(self, as_change):
        """Pay the whole credit. What comes in meanwhile (a coin in flight, a released hold) is paid with it."""
        self.running = True
        self.as_change = as_change
        self.paid = 0
        self._tries = 0
        self._ledger.owe(0)

    def pay_next(self):
        """Start the hopper that comes next on the way to pay the credit."""
        change = self.change
        change.plan(self._ledger.credit)
        if change.coins:
            self._hopper = change.hopper
            self._ledger.start_payout(change.hopper)
            self._timer.start(_LIMIT_MS)
            self._board.pay(change.hopper, change.coins)
        else:
            self.running = False
            self._timer.stop()
            self._ended()

    def pay_coin(self, payload):
        """A coin passed the exit sensor of a hopper."""
        hopper = payload & events.HOPPER_MASK
        value = self.change.values[hopper]
        self._timer.start(_LIMIT_MS)
        while self._coins_paid[hopper] != payload >> events.COINS_SHIFT:
            due = min(value, self._ledger.credit)
            self._ledger.pay(value, self.as_change, hopper)
            self.paid += due
            self._coins_paid[hopper] = (self._coins_paid[hopper] + 1) & (events.PAYLOAD_MASK >> events.COINS_SHIFT)

    def go_on(self, payload):
        """A hopper stopped: it has paid, it cannot, or it was stopped from outside and is tried again."""
        if not self.running or payload & events.DEVICE_MASK != self._hopper:
            return
        self._tries += payload >> events.OUTCOME_SHIFT == events.STOPPED
        if payload >> events.OUTCOME_SHIFT == events.NO_COIN or self._tries == _TRIES:
            self.change.failed |= 1 << self._hopper
        self.pay_next()

    def _give_up(self):
        """The hopper says nothing any more."""
        self._timer.start(_LIMIT_MS)  # again, should this fail, too
        self._board.stop_hopper(self._hopper)
        self.go_on(events.NO_COIN << events.OUTCOME_SHIFT | self._hopper)
