"""A column whose load is on for a fixed time and so releases one product: a relay, a solenoid, a motor without home
switch, a rotating servo."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .interfaces import Events, Loop
    from .pwm_output import PwmOutput
    from .relay import Relay

_FREQUENCY_HZ = 50  # the pulse period of hobby servos is 20 ms


class TimedColumn:
    """`load` is on for `on_ms` milliseconds per run. `stopped(outcome)` is called at the end of each run; `outcome` is
    DONE or STOPPED."""

    def __init__(
        self,
        load: "Relay | RotatingServo",
        on_ms: int,
        loop: "Loop",
        events: "Events",
        stopped: "Callable[[int], None]",
    ) -> None:
        self._load = load
        self._on_ms = on_ms
        self._events = events
        self._stopped = stopped
        self._timer = loop.timer(self._done)

    def drive(self, how: int) -> None:
        """TURN and HALF_TURN are one run. HOME needs no run, and is DONE at once. STOP ends a run."""
        if how == self._events.STOP:
            self.stop()
        elif how == self._events.HOME:
            self._stopped(self._events.DONE)
        else:
            self._load.on(self._on_ms * 2)
            self._timer.start(self._on_ms)

    def _done(self) -> None:
        outcome = self._events.DONE if self._load.is_on() else self._events.STOPPED
        self._load.off()
        self._stopped(outcome)

    def stop(self) -> None:
        self._load.off()
        if self._timer.running:
            self._timer.stop()
            self._stopped(self._events.STOPPED)


class RotatingServo:
    """A servo for continuous rotation: it turns while it gets pulses of `turn_us`, and stands still without pulses."""

    def __init__(self, output: "PwmOutput", turn_us: int) -> None:
        self._output = output
        self._turn_ns = turn_us * 1000
        self.off = output.off
        self.is_on = output.is_on

    def on(self, limit_ms: int) -> None:
        """Turn for at most `limit_ms` milliseconds."""
        self._output.arm(limit_ms)
        self._output.drive(_FREQUENCY_HZ, self._turn_ns)
