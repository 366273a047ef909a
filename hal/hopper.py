"""A coin hopper: a motor that pushes coins out one by one, past an exit sensor."""

from .pulse_input import PulseInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Config, Events, Loop, Wire
    from .relay import Relay

_POLL_MS = 50  # while something is in the exit, and the start of the motor or the end of a payout waits for it
_FREE_MS = 3000  # for so long something may lie in the exit before the motor starts
_COAST_MS = 400  # from motor off until no coin can follow: a coin in flight can still come out
_GUARD_MARGIN_MS = 500


class Hopper:
    """`config` also has the times of a coin in the exit: see firmware/config/physical.py.

    `paid(total)` is called for each coin; `total` is the number of coins since the start, modulo 2**20.
    `stopped(outcome)` is called when no coin can follow any more; `outcome` is DONE, NO_COIN, STOPPED or EXIT_BLOCKED.
    `works()` is called for what passes the exit while no coin can: somebody tries the sensor.
    """

    def __init__(
        self,
        relay: "Relay",
        exit_wire: "Wire",
        config: "Config",
        loop: "Loop",
        idle: "Idle",
        events: "Events",
        paid: "Callable[[int], None]",
        stopped: "Callable[[int], None]",
        works: "Callable[[], None]",
    ) -> None:
        self._relay = relay
        self._exit = PulseInput(exit_wire, config, False, idle, self._seen)
        self._first_ms = config["first_ms"]  # type: int
        self._timeout_ms = config["coin_timeout_ms"]
        self._events = events
        self._paid = paid
        self._stopped = stopped
        self._works = works
        self._total = 0
        self._left = 0  # coins still to pay; negative if too many came out
        self._outcome = 0
        self._running = False
        self._exit_timer = loop.timer(self._count)
        self._timeout = loop.timer(self._no_coin)
        self._coast_timer = loop.timer(self._coasted)
        self._waited_ms = 0
        self._max_ms = config["max_ms"]  # type: int

    def pay(self, coins: int) -> None:
        """Pay out `coins` (1 or more). The payout ends with the call of `stopped`. When something is in the exit, where
        it would hide the coins, and stays there, that is with EXIT_BLOCKED."""
        self._left = coins
        self._running = True
        self._waited_ms = 0
        self._begin()

    def _begin(self) -> None:
        """Start when the exit is free. A coin that lies in it may still leave, and counts."""
        if not self._exit.is_active():
            self._exit.ignore(self._first_ms)
            self._run()
        elif self._waited_ms < _FREE_MS:
            self._waited_ms += _POLL_MS
            self._timeout.start(_POLL_MS)
        else:
            self._running = False
            self._stopped(self._events.EXIT_BLOCKED)

    def _run(self) -> None:
        self._relay.on(self._timeout_ms + _GUARD_MARGIN_MS)
        self._timeout.start(self._timeout_ms)

    def _seen(self) -> None:
        self._exit_timer.start(0)

    def _count(self) -> None:
        """Count the coins that have passed, and stop the motor after the last one."""
        train = self._exit.train
        self._exit.settle(0)
        left_ms = self._exit.left_ms()
        if left_ms:
            self._exit_timer.start(left_ms)
            return
        coins = train.pulses
        train.reset()
        if coins and not self._running:
            self._works()
            return
        for _ in range(coins):
            self._left -= 1
            self._total = (self._total + 1) & self._events.PAYLOAD_MASK >> self._events.COINS_SHIFT
            self._paid(self._total)
        if coins and self._relay.is_on():
            if self._left > 0:
                self._run()
            else:
                self._coast(self._events.DONE)

    def _no_coin(self) -> None:
        if not self._relay.is_on() and self._waited_ms:  # it has not begun
            self._begin()
            return
        self._coast(self._events.NO_COIN)

    def _coast(self, outcome: int) -> None:
        self._relay.off()
        self._timeout.stop()
        self._outcome = outcome
        self._waited_ms = 0
        self._coast_timer.start(_COAST_MS)

    def _coasted(self) -> None:
        train = self._exit.train
        if (train.open or train.pulses or self._exit.is_active()) and self._waited_ms < self._max_ms:
            self._waited_ms += _POLL_MS
            self._coast_timer.start(_POLL_MS)  # a coin is just leaving
            return
        self._running = False
        self._stopped(self._outcome if self._left > 0 else self._events.DONE)

    def stop(self) -> None:
        """Switch the motor off at once. A coin in flight is still counted before `stopped` is called."""
        self._relay.off()
        if self._running and not self._coast_timer.running:
            self._coast(self._events.STOPPED)
