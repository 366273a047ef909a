"""A passive piezo buzzer."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import Loop
    from .pwm_output import PwmOutput


class Buzzer:
    """Sounds at `tone_hz`, with a duty cycle of 50 %."""

    def __init__(self, output: "PwmOutput", tone_hz: int, loop: "Loop") -> None:
        self._output = output
        self._tone_hz = tone_hz
        self._timer = loop.timer(self.stop)

    def beep(self, ms: int) -> None:
        """Sound for `ms` milliseconds from now on. A beep that still sounds is replaced."""
        self._output.arm(ms * 2)
        self._output.drive(self._tone_hz, 500000000 // self._tone_hz)
        self._timer.start(ms)

    def stop(self) -> None:
        self._timer.stop()
        self._output.off()
