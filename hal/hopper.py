"""A coin hopper: a motor that lifts coins out, one after the other, past an exit sensor."""

from .pulse_input import PulseInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Config, Events, Loop, Wire
    from .relay import Relay

_POLL_MS = 50  # while a coin shows: the interrupt of its end may be lost
_COAST_MS = 400  # after the motor was switched off, a coin in flight may still come out
_GUARD_MARGIN_MS = 500


class Hopper:
    """`config` also has the times of a coin in the exit: see firmware/config/physical.py.

    paid(total): called for each coin, with all since the start, modulo 2**20. stopped(outcome): called once none can
    follow. works(): called for what passes the exit while no coin can: somebody tries the sensor.
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
        self._gap_ms = config["gap_ms"]  # type: int
        self._first_ms = config["first_ms"]  # type: int
        self._timeout_ms = config["coin_timeout_ms"]
        self._events = events
        self._paid = paid
        self._stopped = stopped
        self._works = works
        self._total = 0
        self._left = 0  # coins still to pay; below 0 when more came out
        self._outcome = 0
        self._running = False
        self._exit_timer = loop.timer(self._count)
        self._timeout = loop.timer(self._no_coin)
        self._coast_timer = loop.timer(self._coasted)

    def pay(self, coins: int) -> None:
        """Pay out `coins` (1 or more). It is over when `stopped` was called: at once with EXIT_BLOCKED when something is
        in the exit, where it would hide the coins."""
        self._left = coins
        if self._exit.is_active():
            self._stopped(self._events.EXIT_BLOCKED)
            return
        self._running = True
        self._exit.ignore(self._first_ms)
        self._run()

    def _run(self) -> None:
        self._relay.on(self._timeout_ms + _GUARD_MARGIN_MS)
        self._timeout.start(self._timeout_ms)

    def _seen(self) -> None:
        self._exit_timer.start(0)

    def _count(self) -> None:
        """Count the coins that have passed, and stop the motor with the last one."""
        train = self._exit.train
        self._exit.settle(0)
        if train.open or self._exit.is_active():
            self._exit_timer.start(_POLL_MS if self._exit.is_active() else self._gap_ms)
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
        if coins and self._running and self._relay.is_on():
            if self._left > 0:
                self._run()
            else:
                self._coast(self._events.DONE)

    def _no_coin(self) -> None:
        self._coast(self._events.NO_COIN)

    def _coast(self, outcome: int) -> None:
        self._relay.off()
        self._timeout.stop()
        self._outcome = outcome
        self._coast_timer.start(_COAST_MS)

    def _coasted(self) -> None:
        self._running = False
        self._stopped(self._outcome if self._left > 0 else self._events.DONE)

    def stop(self) -> None:
        """Motor off at once; a coin in flight is still counted before `stopped` is called."""
        self._relay.off()
        if self._running and not self._coast_timer.running:
            self._coast(self._events.STOPPED)
