"""A column with a hobby servo, as in the bench rig: a sweep pushes one product out."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .interfaces import Config, Events, Loop
    from .pwm_output import PwmOutput

_FREQUENCY_HZ = 50  # the pulse period of hobby servos is 20 ms


class ServoColumn:
    """The servo gets pulses only while it moves: one that holds its position hums and gets hot. `stopped(outcome)` is
    called at the end of each move; `outcome` is DONE or STOPPED."""

    def __init__(
        self, output: "PwmOutput", config: "Config", loop: "Loop", events: "Events", stopped: "Callable[[int], None]"
    ) -> None:
        self._output = output
        self._config = config
        self._events = events
        self._stopped = stopped
        self._opening = False
        self._timer = loop.timer(self._moved)

    def drive(self, how: int) -> None:
        """TURN and HALF_TURN sweep out and back. HOME only moves back. STOP has no effect: a sweep under way ends at
        rest by itself."""
        if how == self._events.STOP:
            return
        self._output.arm(self._config["move_ms"] * 3)
        self._opening = how != self._events.HOME
        self._move(self._config["open_us"] if self._opening else self._config["rest_us"])

    def _move(self, width_us: int) -> None:
        self._output.drive(_FREQUENCY_HZ, width_us * 1000)
        self._timer.start(self._config["move_ms"])

    def _moved(self) -> None:
        if self._opening and self._output.is_on():
            self._opening = False
            self._move(self._config["rest_us"])
            return
        outcome = self._events.DONE if self._output.is_on() else self._events.STOPPED
        self._output.off()
        self._stopped(outcome)

    def stop(self) -> None:
        self._output.off()
        if self._timer.running:
            self._timer.stop()
            self._stopped(self._events.STOPPED)
