"""A column with a hobby servo: a sweep pushes one product out. The bench rig's."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .interfaces import Config, Events, Loop
    from .pwm_output import PwmOutput

_FREQUENCY_HZ = 50  # the hobby servo's frame, 20 ms


class ServoColumn:
    """It is driven only while it moves: a servo that is held hums and heats. `output` is a PwmOutput."""

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
        """Sweep out and back; a retry is another sweep. HOME is back only; STOP lets it come back to rest. Ends in
        `stopped(outcome)`."""
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
