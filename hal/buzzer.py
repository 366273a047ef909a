"""A passive piezo buzzer."""


class Buzzer:
    """`output` is a PwmOutput."""

    def __init__(self, output, tone_hz, loop):
        self._output = output
        self._tone_hz = tone_hz
        self._timer = loop.timer(self.stop)

    def beep(self, ms):
        """Sound for `ms` milliseconds; a beep that still sounds is replaced."""
        self._output.arm(ms * 2)
        self._output.drive(self._tone_hz, 500000000 // self._tone_hz)
        self._timer.start(ms)

    def stop(self):
        self._timer.stop()
        self._output.off()
